"""What search engines and link previews show of a page.

Search engines read ``<meta name="description">``; messengers and social
sites read the Open Graph properties and a picture.  A page states its
description once; the picture, one for each chapter, is drawn here.
"""

from __future__ import annotations

import re
import textwrap
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
from docutils import nodes
from matplotlib.figure import Figure
from sphinx.application import Sphinx

#: A card of 1200 by 630 pixels is what the sites that show one ask for.
SIZE, RESOLUTION = (12, 6.3), 100


def add_meta(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the page's description and its Open Graph properties."""
    context["head_meta"] = ""
    if doctree is None:
        return
    metas = list(doctree.findall(nodes.meta))
    description = next(
        (m["content"] for m in metas if m.get("name") == "description"), None
    )
    site = app.config.html_baseurl
    properties = {
        "og:type": "article",
        "og:site_name": app.config.project,
        "og:title": app.env.titles[pagename].astext(),
        "og:description": description,
        "og:url": context.get("pageurl"),
        "og:image": site and f"{site}{picture_name(pagename)}",
    }
    lines = []
    if description:
        lines.append(
            f'<meta content="{escape(description)}" name="description">'
        )
    lines += [
        f'<meta property="{name}" content="{escape(value)}">'
        for name, value in properties.items()
        if value
    ]
    if site:
        lines.append(
            '<meta name="twitter:card" content="summary_large_image">'
        )
    context["head_meta"] = "\n".join(lines)


def picture_name(pagename: str) -> str:
    """Return the address of the picture of a page's chapter."""
    chapter = re.match(r"chapters/(\w+)/", pagename)
    return f"_images/preview-{chapter[1] if chapter else 'book'}.png"


def draw(path: Path, title: str, book: str) -> None:
    """Draw a chapter's card: its title and the book's network."""
    with mpl.rc_context({"font.family": "DejaVu Sans"}):
        figure = Figure(SIZE, dpi=RESOLUTION, facecolor="#10222f")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 12), ylim=(0, 6.3))
        axes.axis("off")
        layers = [(8.2, (1.6, 3.15, 4.7)), (9.7, (2.4, 3.9)), (11.2, (3.15,))]
        for (x, left), (z, right) in pairwise(layers):
            for y in left:
                for v in right:
                    axes.plot([x, z], [y, v], color="#7f95a5", linewidth=3)
        for x, heights in layers:
            color = "#009e73" if len(heights) == 1 else "#56a8e0"
            axes.plot([x] * len(heights), heights, "o", ms=44, color=color)
        axes.plot(
            [11.06, 11.17, 11.36], [3.15, 3.02, 3.3], color="w", linewidth=6,
            solid_capstyle="round",
        )  # fmt: skip
        axes.text(
            0.7, 3.9, "\n".join(textwrap.wrap(title, 20)), color="w",
            fontsize=36, fontweight="bold", va="center", linespacing=1.25,
        )  # fmt: skip
        axes.text(0.7, 0.8, book, color="#c8d6e0", fontsize=17)
        figure.savefig(path, metadata={"Software": None})


def draw_all(app: Sphinx, error: Exception | None) -> None:
    """Draw one card for the book and one for each chapter."""
    if error or app.builder.format != "html" or not app.config.html_baseurl:
        return
    folder = Path(app.outdir, "_images")
    folder.mkdir(exist_ok=True)
    titles = {"preview-book.png": app.config.project}
    for name in app.env.found_docs:
        if name.endswith("/index"):
            card = Path(picture_name(name)).name
            titles[card] = app.env.titles[name].astext()
    if any(n.startswith("chapters/appendix/") for n in app.env.found_docs):
        titles["preview-appendix.png"] = "Appendix"
    for card, title in titles.items():
        draw(folder / card, title, app.config.project)


def setup(app: Sphinx) -> None:
    """Register the head of a page and the pictures."""
    app.connect("html-page-context", add_meta, priority=850)
    app.connect("build-finished", draw_all)
