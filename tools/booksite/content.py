"""What a page shows at first and what it folds; figures, tables, formulas.

A notebook stays as it is: everything here happens when the site is built.

A code cell tagged ``draws`` only draws: its code is folded, its figure shown.
A cell tagged ``exercise`` holds a solution: it is folded with what it prints,
so that no reader sees "passed" who has passed nothing.  A section whose title
starts with a star is optional, and folded; so is whatever has the class
``dropdown``.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxTranslator

#: The tag of a cell whose code only draws what is seen below it.
DRAWS = "tag_draws"
SOLVES = {"tag_exercise", "tag_solution"}
STAR = "★"
#: Pixels in a point, and the least size of a figure's text on a phone.
PIXELS, LEAST = 4 / 3, 9.0
_CELL = re.compile(r"<(t[dh])\b([^>]*>.*?</\1>)", re.DOTALL)


class Fold(nodes.General, nodes.Element):
    """Something that opens when asked for; ``summary`` says what."""


def visit_fold(translator: SphinxTranslator, node: nodes.Element) -> None:
    """Open a ``details`` element."""
    summary = node.get("summary") or node["prompt_show"]
    translator.body.append(
        f'<details class="fold"><summary>{escape(summary)}</summary>\n'
    )


def depart_fold(translator: SphinxTranslator, _node: nodes.Element) -> None:
    """Close it."""
    translator.body.append("</details>\n")


def fold_cells(_app: Sphinx, doctree: nodes.document) -> None:
    """Say what of each code cell is folded; MyST-NB folds it."""
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") != "cell_code":
            continue
        classes = set(cell["classes"])
        if classes & SOLVES:
            cell["hide_mode"] = "all"
            # A page may say it in its own words.
            if "{type}" in cell.get("prompt_show", "{type}"):
                cell["prompt_show"] = cell["prompt_hide"] = "Show a solution"
        elif DRAWS in classes or (
            cell.get("hide_mode") == "input"
            and "{type}" in cell["prompt_show"]
        ):
            cell["hide_mode"] = "input"
            cell["prompt_show"] = cell["prompt_hide"] = "Show the code"


def fold_children(node: nodes.Element, summary: str) -> None:
    """Fold everything of a node behind its title."""
    rest = [c for c in node.children if not isinstance(c, nodes.title)]
    for child in rest:
        node.remove(child)
    node += Fold("", *rest, summary=summary)


def fold_sections(doctree: nodes.document) -> None:
    """Fold optional sections and whatever has the class ``dropdown``."""
    for section in list(doctree.findall(nodes.section)):
        if section[0].astext().startswith(STAR):
            section["classes"].append("starred")
            fold_children(section, "Show this optional section")
    for node in list(doctree.findall(nodes.Element)):
        if "dropdown" in node.get("classes", ()):
            node["classes"].remove("dropdown")
            kind = type(node).__name__.lower()
            what = "the proof" if "proof" in node["classes"] else "more"
            if not kind.startswith("hidecode"):
                fold_children(node, f"Show {what}")


def mark_facts(doctree: nodes.document) -> None:
    """Set the line of reading time and prerequisites below the title."""
    title = doctree.next_node(nodes.title)
    if title is None:
        return
    after = title.next_node(siblings=True, descend=False)
    if isinstance(after, nodes.paragraph) and reading_time(doctree):
        after["classes"].append("facts")


def reading_time(doctree: nodes.document) -> int | None:
    """Return the minutes that a page states below its title, if it does."""
    title = doctree.next_node(nodes.title)
    after = title and title.next_node(siblings=True, descend=False)
    if not isinstance(after, nodes.paragraph):
        return None
    found = re.match(r"Reading time:\s*(\d+)\s*min", after.astext())
    return int(found[1]) if found else None


def hide_tex(doctree: nodes.document) -> None:
    """Keep TeX out of the search index, which reads the text of nodes."""
    for formula in doctree.findall(
        lambda n: isinstance(n, nodes.math | nodes.math_block)
    ):
        formula["tex"] = formula.astext()
        formula.children = []


def resolve(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Give a page of the site its last form."""
    if app.builder.format != "html":
        return
    fold_sections(doctree)
    mark_facts(doctree)
    hide_tex(doctree)


def size(path: Path) -> tuple[float, float, float] | None:
    """Return a picture's width and height in pixels, and its least text."""
    if path.suffix != ".svg":
        with Image.open(path) as picture:
            return (*map(float, picture.size), 0.0)
    drawing = ET.parse(path).getroot()
    measures = (drawing.get("width", ""), drawing.get("height", ""))
    if not all(measure.endswith("pt") for measure in measures):
        return None
    width, height = (float(m.removesuffix("pt")) * PIXELS for m in measures)
    # Matplotlib writes text as outlines of 100 units to the point.
    text = path.read_text(encoding="utf-8")
    sizes = [
        100 * float(scale)
        for scale in re.findall(r"scale\((0\.\d+) -\1\)", text)
    ] + [float(s) for s in re.findall(r"font: ([\d.]+)px", text)]
    return width, height, min(sizes, default=0.0) * PIXELS


def dress_images(body: str, sources: dict[str, Path]) -> str:
    """Give every picture its size, and figures a way to be enlarged.

    On a window too narrow for a figure's text the figure keeps the width at
    which its smallest text has nine pixels, and scrolls in its own box.
    """
    fig = False

    def dressed(match: re.Match[str]) -> str:
        nonlocal fig
        tag = match[0]
        found = re.search(r'src="[^"]*?_images/([^"]+)"', tag)
        if not found or found[1] not in sources or "width=" in tag:
            return tag
        measured = size(sources[found[1]])
        if measured is None:
            return tag
        width, height, text = measured
        if 'class="picture"' in tag:
            text = 0.0
        extra = f' width="{width:.0f}" height="{height:.0f}" loading="lazy"'
        if text:
            least = min(width, width * LEAST / text)
            extra += f' decoding="async" style="min-width:{least:.0f}px"'
        image = re.sub(r"\s*/?>$", f"{extra}>", tag)
        return (
            f'<div class="figure-box" data-name="Figure">{image}</div>'
            if text
            else image
        )

    body = re.sub(r"<img\b[^>]*>", dressed, body)
    return re.sub(
        r'(<figure\b[^>]*>\s*(?:<a [^>]*>)?<div class="figure-box".*?)'
        r"(</figcaption>|</figure>)",
        lambda m: (
            m[1]
            + '<button type="button" class="enlarge">Enlarge the figure'
            + "</button>\n"
            + m[2]
        ),
        body,
        flags=re.DOTALL,
    )


def _widened(cell: re.Match[str]) -> str:
    if len(re.sub(r"<[^>]*>", "", cell[0]).strip()) <= 24:
        return cell[0]
    return f"<{cell[1]} data-long{cell[2]}"


def mend(body: str) -> str:
    """Mend what other extensions write: names, roles, repeated ids."""
    # A table scrolls in a box of its own, which keyboards can reach.
    body = re.sub(
        r"<table\b", '<div class="scroll" data-name="Table"><table', body
    ).replace("</table>", "</table></div>")
    # On a phone a column of sentences would become one of words.
    body = _CELL.sub(_widened, body)
    # sphinx-proof and sphinx-exercise give every one the same id, and
    # sections without a heading.
    body = re.sub(
        r'<section (?:class="[\w-]*" )?id="(?:proof|exercise|solution)-content'
        r'">(.*?)</section>',
        r"<div>\1</div>",
        body,
        flags=re.DOTALL,
    )
    # A proof without a label has none.
    body = body.replace(' id="proof"', "")
    body = re.sub(r"\s*\b(?:tex2jax|mathjax)_ignore\b", "", body)
    body = body.replace(' class=""', "")
    # Roles that ARIA has withdrawn.
    body = re.sub(r' role="(?:doc-biblioentry|list)"', "", body)
    # Headings are reached by the page's contents; their links are for mice.
    body = body.replace(
        '<a class="headerlink"', '<a tabindex="-1" class="headerlink"'
    )
    return re.sub(r'(<th class="head[^"]*")', r'\1 scope="col"', body)


def dress(
    app: Sphinx,
    _pagename: str,
    _template: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Give the body of a page its last form."""
    if not (body := context.get("body")):
        return
    sources = {
        name: Path(app.srcdir, path)
        for path, name in app.builder.images.items()
    }
    context["body"] = mend(dress_images(body, sources))


def lighter(drawing: str) -> str:
    """Return an SVG without remarks, to a thousandth of a point.

    A fifth of the bytes of Matplotlib's figures is what nobody sees.
    """
    unseen = r"<metadata>.*?</metadata>|<!--.*?-->|<!DOCTYPE.*?>|<\?xml.*?\?>"
    drawing = re.sub(unseen, "", drawing, flags=re.DOTALL)
    drawing = re.sub(r"\.(\d{3})\d+", r".\1", drawing)
    return re.sub(r"\s*\n\s*", "\n", drawing).strip()


def lighten(app: Sphinx, error: Exception | None) -> None:
    """Make the figures of the site lighter; the notebooks keep theirs."""
    if error or app.builder.format != "html":
        return
    for path in Path(app.outdir, "_images").glob("*.svg"):
        drawing = path.read_text(encoding="utf-8")
        if "matplotlib" in drawing:
            path.write_text(lighter(drawing), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register the transforms."""
    app.connect("build-finished", lighten)
    app.add_node(Fold, html=(visit_fold, depart_fold))
    app.add_node(
        HideCodeCellNode, override=True, html=(visit_fold, depart_fold)
    )
    app.connect("doctree-read", fold_cells)
    app.connect("doctree-resolved", resolve, priority=900)
    app.connect("html-page-context", dress, priority=800)
