"""The first page of the book, and the first page of a chapter.

Both are written as text; what is drawn around it comes from the pages: their
questions, minutes and figures.  A chapter's index may say more in its front
matter::

    question: What is asked in one sentence?
    after: [what one can do afterwards, and another thing]
    picture: label-of-a-figure

The first page's paragraphs that begin "To **read**" and the like become the
three ways in, and its table of contents becomes one card for each chapter.
"""

from __future__ import annotations

import functools
import json
import math
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from .content import reading_time


def note_minutes(app: Sphinx, doctree: nodes.document) -> None:
    """Remember the minutes that each page states."""
    app.env.metadata[app.env.docname]["minutes"] = str(
        reading_time(doctree) or 0
    )


def children(env: BuildEnvironment, docname: str) -> list[str]:
    """Return the pages right below a page in the contents."""
    return list(env.toctree_includes.get(docname, []))


def minutes(env: BuildEnvironment, docname: str) -> int:
    """Return the minutes of a page and of all below it."""
    own = int(env.metadata[docname].get("minutes", 0))
    below = children(env, docname)
    return sum(minutes(env, c) for c in below) if below else own


def told(minutes: int) -> str:
    """Return a time in words: minutes below an hour, else half hours."""
    if minutes < 60:
        return f"{minutes} minutes"
    halves = round(minutes / 30)
    return f"{halves // 2}{'½' * (halves % 2)} hour{'s' * (halves != 2)}"


def listed(env: BuildEnvironment, docname: str, key: str) -> list[str]:
    """Return a list from a page's front matter."""
    value = env.metadata[docname].get(key)
    return list(json.loads(value)) if value else []


def picture(env: BuildEnvironment, chapter: str) -> nodes.image | None:
    """Return the figure that stands for a chapter: the named or the first."""
    wanted = env.metadata[chapter].get("picture")
    first = None
    for page in children(env, chapter):
        for figure in env.get_doctree(page).findall(nodes.figure):
            image = figure.next_node(nodes.image)
            if image is None:
                continue
            first = first or image
            if wanted in figure["names"] + figure["ids"]:
                first = image
                break
    if first is None:
        return None
    copy: nodes.image = first.deepcopy()
    copy["alt"] = ""
    copy["classes"] = ["picture"]
    copy["ids"] = copy["names"] = []
    return copy


def html(text: str) -> nodes.raw:
    """Return HTML as a node."""
    return nodes.raw("", text, format="html")


def chapters(env: BuildEnvironment, root: str) -> list[str]:
    """Return the first pages of the chapters."""
    return [c for c in children(env, root) if c.endswith("/index")]


def cards(app: Sphinx, root: str) -> nodes.bullet_list:
    """Return a card for each chapter."""
    env = app.env
    cards = nodes.bullet_list(classes=["cards"])
    for chapter in chapters(env, root):
        card = nodes.list_item(classes=["card"])
        if (image := picture(env, chapter)) is not None:
            card += image
        address = app.builder.get_relative_uri(root, chapter)
        title = escape(env.titles[chapter].astext())
        card += html(f'<h3><a href="{address}">{title}</a></h3>')
        if question := env.metadata[chapter].get("question"):
            card += nodes.paragraph("", question, classes=["question"])
        if after := listed(env, chapter, "after"):
            card += nodes.paragraph("", "Afterwards you can")
            card += nodes.bullet_list(
                "",
                *(nodes.list_item("", nodes.paragraph("", a)) for a in after),
            )
        count = len(children(env, chapter))
        time = minutes(env, chapter)
        words = f"{count} pages" + (f", about {told(time)}" if time else "")
        card += nodes.paragraph("", words, classes=["time"])
        cards += card
    return cards


def arrange_home(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the three ways and the chapters before the rest of the text."""
    body = doctree.next_node(nodes.section)
    title = body.next_node(nodes.title)
    lead = next(c for c in body.children if isinstance(c, nodes.paragraph))
    app.env.metadata[docname]["lead"] = lead.astext()
    for node in (title, lead):
        body.remove(node)
    ways = nodes.bullet_list(classes=["ways"])
    for paragraph in list(doctree.findall(nodes.paragraph)):
        start = paragraph.astext().split(maxsplit=1)[:1]
        strong = paragraph.next_node(nodes.strong)
        if start == ["To"] and strong is not None:
            paragraph.parent.remove(paragraph)
            way = nodes.list_item()
            way += html(f"<h2>{escape(strong.astext().capitalize())}</h2>")
            way += paragraph
            ways += way
    for section in list(body.findall(nodes.section, include_self=False)):
        if any("toctree-wrapper" in c["classes"] for c in section.children):
            del section[1:]
            section.append(cards(app, docname))
            section["classes"].append("wide")
            body.remove(section)
            body.insert(0, section)
            break
    if ways.children:
        body.insert(0, ways)


def arrange_chapter(
    app: Sphinx, doctree: nodes.document, docname: str
) -> None:
    """Turn a chapter's table of pages into steps with their minutes."""
    env = app.env
    if (image := picture(env, docname)) is not None:
        title = doctree.next_node(nodes.title)
        place = title.parent.index(title) + 1
        title.parent.insert(
            place, nodes.container("", image, classes=["opening"])
        )
    for table in list(doctree.findall(nodes.table)):
        head = table.next_node(nodes.thead)
        if head is None or not head.astext().startswith("Page"):
            continue
        steps = nodes.enumerated_list(classes=["steps"])
        for row in table.next_node(nodes.tbody).findall(nodes.row):
            link, question = (row[0].next_node(nodes.reference), row[1])
            if link is None:
                break
            page = env_name(app, docname, link["refuri"])
            step = nodes.list_item()
            step += nodes.paragraph("", "", link.deepcopy(), classes=["step"])
            step += [c.deepcopy() for c in question.children]
            if time := minutes(env, page):
                step += nodes.paragraph("", told(time), classes=["time"])
            steps += step
        else:
            table.replace_self(steps)
    if children(env, docname) and (after := listed(env, docname, "after")):
        section = doctree.next_node(nodes.section)
        section += nodes.paragraph("", "After this chapter you can")
        section += nodes.bullet_list(
            "", *(nodes.list_item("", nodes.paragraph("", a)) for a in after)
        )
    if below := children(env, docname):
        address = app.builder.get_relative_uri(docname, below[0])
        title = escape(env.titles[below[0]].astext())
        doctree.next_node(nodes.section).append(
            html(
                f'<p><a class="start" href="{address}">Start: {title}</a></p>'
            )
        )


def env_name(app: Sphinx, docname: str, address: str) -> str:
    """Return the page that a relative address on a page leads to."""
    return next(
        name
        for name in app.env.found_docs
        if app.builder.get_relative_uri(docname, name)
        == address.partition("#")[0]
    )


def arrange(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Arrange the first pages."""
    if app.builder.format != "html":
        return
    root = app.config.root_doc
    if docname == root:
        arrange_home(app, doctree, docname)
    elif docname in chapters(app.env, root):
        arrange_chapter(app, doctree, docname)


@functools.cache
def hook() -> tuple[str, str]:
    """Return a drawing of the published table, and a sentence about it.

    A fork without the chapter on regression has neither.
    """
    try:
        from byhand.regression import (  # noqa: PLC0415
            PUBLISHED_TABLE,
            fit_polynomial,
            grid_loss,
            published_sample,
        )
    except ModuleNotFoundError:
        return "", ""

    x, t = published_sample()
    rows = [
        (m, float(reported),
         float(grid_loss(fit_polynomial(x, t, m, method="exact"))))
        for m, reported in dict(PUBLISHED_TABLE).items()
    ]  # fmt: skip
    width, height, left, bottom = 440, 300, 44, 262
    low = min(min(r[1:]) for r in rows)
    high = max(max(r[1:]) for r in rows)
    span = math.log10(high / low)

    def up(value: float) -> float:
        return bottom - 14 - 232 * math.log10(value / low) / span

    parts = []
    for power in range(math.ceil(math.log10(low)), 16, 3):
        y = up(10**power)
        if y < 16:
            break
        parts.append(
            f'<path class="rule" d="M{left} {y:.0f}H{width}"/>'
            f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">'
            f'10<tspan dy="-5" font-size="10">{power}</tspan></text>'
        )
    step = (width - left) / len(rows)
    wrong = []
    off = 0.0
    for i, (degree, reported, exact) in enumerate(rows):
        center = left + step * (i + 0.5)
        parts.append(
            f'<text x="{center:.0f}" y="{bottom + 16}" text-anchor="middle"'
            f' font-size="11">{degree}</text>'
        )
        error = abs(reported / exact - 1)
        if error < 0.5:
            off = max(off, error)
            parts.append(
                f'<circle class="row" cx="{center:.0f}" '
                f'cy="{up(reported):.0f}" r="4.5"/>'
            )
            continue
        factor = max(exact / reported, reported / exact)
        wrong.append((degree, factor))
        a, b = up(reported), up(exact)
        parts.append(
            f'<path class="gap" d="M{center:.0f} {a:.0f}V{b + 5:.0f}"/>'
            f'<circle class="true" cx="{center:.0f}" cy="{b:.0f}" r="4.5"/>'
            f'<path class="bad" d="m{center - 5:.0f} {a - 5:.0f} 10 10m-10 0 '
            f'10-10"/>'
            f'<text class="said" x="{center + 9:.0f}" '
            f'y="{(a + b) / 2 + 4:.0f}">×{factor:.0f}</text>'
        )
    parts.append(
        f'<text x="{(left + width) / 2:.0f}" y="{bottom + 34}" '
        'text-anchor="middle">degree of the polynomial</text>'
    )
    names = " and ".join(str(degree) for degree, _ in wrong)
    factors = " and ".join(f"{factor:.0f}" for _, factor in wrong)
    percent = math.ceil(1000 * off) / 10
    alt = (
        f"{len(rows)} published test losses on a logarithmic scale, by degree."
        f" All but those of degrees {names} are within {percent} percent of"
        f" their exact values; these are too small by factors of {factors}."
    )
    drawing = (
        f'<svg viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{alt}">{"".join(parts)}</svg>'
    )
    numbers = ["No", "One", "Two", "Three"]
    sentence = (
        f"A published table of {len(rows)} test losses. "
        f"{numbers[len(wrong)]} of them (crosses) are rounding error, too "
        f"small by factors of {factors}; circles show what is true."
    )
    return drawing, sentence


def fill(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Give the first page's template its title, lead and drawing."""
    if pagename != app.config.root_doc:
        return
    env = app.env
    first = chapters(env, pagename)[:1] or children(env, pagename)[:1]
    drawing, sentence = hook()
    page = "chapters/regression/rounding"
    context["home"] = {
        "title": env.titles[pagename].astext(),
        "lead": env.metadata[pagename]["lead"],
        "start": app.builder.get_relative_uri(pagename, first[0]),
        "hook": drawing,
        "caption": sentence,
        "more": page in env.found_docs
        and app.builder.get_relative_uri(pagename, page),
    }


def setup(app: Sphinx) -> None:
    """Register what arranges the first pages."""
    app.connect("doctree-read", note_minutes)
    app.connect("doctree-resolved", arrange, priority=850)
    app.connect("html-page-context", fill)
