"""Sphinx extension: the page's description, repeated for link previews.

Search engines read ``<meta name="description">``; messengers and social
sites read the Open Graph properties.  A page states its description once.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def add_open_graph(
    app: Sphinx,
    _pagename: str,
    _template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Append Open Graph properties to the page's meta tags."""
    if doctree is None:
        return
    description = next(
        (
            meta["content"]
            for meta in doctree.findall(nodes.meta)
            if meta.get("name") == "description"
        ),
        None,
    )
    properties = {
        "og:type": "article",
        "og:site_name": app.config.project,
        "og:title": nodes.Text(context["title"]).astext(),
        "og:description": description,
        "og:url": context.get("pageurl"),
    }
    context["metatags"] += "".join(
        f'<meta property="{name}" content="{escape(value, quote=True)}" />\n'
        for name, value in properties.items()
        if value
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("html-page-context", add_open_graph)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
