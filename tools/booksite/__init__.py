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

import hashlib
from pathlib import Path

from sphinx.application import Sphinx

from . import content, formulas, home, live, moving, pages, previews


def mark(folder: Path) -> str:
    """Return a mark that changes with what is in a folder."""
    made = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            made.update(path.relative_to(folder).as_posix().encode())
            made.update(path.read_bytes())
    return made.hexdigest()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register every part."""
    # A site is built anew when its looks have changed, not only its texts.
    app.add_config_value("booksite_mark", mark(Path(__file__).parent), "env")
    for part in (formulas, content, moving, pages, previews, home, live):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
