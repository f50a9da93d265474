"""Python in the page, as far as a page knows of it before a click.

A page that computes names the folder of its scripts in ``data-live``, and
the site's script puts a button beside each cell.  What the first click
fetches is published by :mod:`tools.live` when the site has been built.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from .pages import ASSETS, asset_digest

STUBS = {"site.js": "stub.js", "book.css": "stub.css"}


def stub(name: str) -> str:
    """Return what is added to a file of the site, or ""."""
    if name not in STUBS:
        return ""
    return (ASSETS / "live" / STUBS[name]).read_text(encoding="utf-8")


def digest_with_stub(name: str) -> str:
    """Return a mark that changes with a file and with what is added to it."""
    text = asset_digest(name) + stub(name)
    return hashlib.sha1(text.encode()).hexdigest()[:8]  # noqa: S324


def name_folder(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Tell a page with cells, and the first page, where the scripts are."""
    if not app.config.booksite_live:
        return
    context["asset_digest"] = digest_with_stub
    if doctree is not None and (
        pagename == app.config.root_doc
        or app.env.doc2path(pagename).endswith(".ipynb")
    ):
        context["live"] = f"{app.config.booksite_live}/{pagename}"


def add_stubs(app: Sphinx, error: Exception | None) -> None:
    """Add the buttons to the site's script and style."""
    if error or app.builder.format != "html" or not app.config.booksite_live:
        return
    for name in STUBS:
        path = Path(app.outdir, "_static", name)
        path.write_text(path.read_text(encoding="utf-8") + stub(name))


def setup(app: Sphinx) -> None:
    """Register the folder of the scripts; "" builds a site without them."""
    app.add_config_value("booksite_live", default="", rebuild="env")
    app.connect("html-page-context", name_folder, priority=950)
    app.connect("build-finished", add_stubs, priority=300)
