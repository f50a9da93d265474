"""Sphinx extension: how the book looks and behaves when it is published.

Each module is one idea:

formulas   TeX becomes MathML when the site is built; no script runs
content    what is folded; sizes of figures; boxes that scroll
moving     figures that a reader moves
pages      the page around the text, old addresses, the site's map
previews   what search engines and link previews show
home       the first page, and the first page of a chapter
live       buttons that run a cell in the page
"""

from __future__ import annotations

from sphinx.application import Sphinx

from . import content, formulas, home, live, moving, pages, previews


def setup(app: Sphinx) -> dict[str, bool]:
    """Register every part."""
    for part in (formulas, content, moving, pages, previews, home, live):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
