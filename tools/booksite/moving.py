"""Figures that a reader moves, beside their still ones.

A notebook's cell names the moving figure in its metadata, ``"moving":
{"kind": "double_descent", "invite": "Choose the degree"}``, and hands it its
data with :func:`byhand.figures.moving`, in an output that nbval compares like
any other.  The page shows the still figure and a button; the script of the
kind, in ``assets/moving``, is fetched when somebody presses it.  Without
scripts and on paper the still figure stands.
"""

from __future__ import annotations

import functools
import hashlib
import json
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxTranslator

ASSETS = Path(__file__).parent / "assets" / "moving"
#: The type of the output that :func:`byhand.figures.moving` writes.
MIME = "application/vnd.byhand.moving+json"
HELD = "booksite_moving"


class Moving(nodes.General, nodes.Element):
    """The place of a moving figure: ``kind``, ``invite`` and ``data``."""


@functools.cache
def digest() -> str:
    """Return a mark that changes with any of the scripts."""
    content = b"".join(p.read_bytes() for p in sorted(ASSETS.iterdir()))
    return hashlib.sha1(content).hexdigest()[:8]  # noqa: S324


def visit_moving(translator: SphinxTranslator, node: nodes.Element) -> None:
    """Write the button, and the data for the script."""
    up = "../" * translator.builder.current_docname.count("/")
    script = f"{up}_static/moving/start.mjs?v={digest()}"
    translator.body.append(
        f'<div class="moving" data-kind="{escape(node["kind"])}">\n'
        f'<button type="button">{escape(node["invite"])}</button>\n'
    )
    if node["data"] is not None:
        held = json.dumps(node["data"], separators=(",", ":"))
        held = held.replace("<", "\\u003c")
        translator.body.append(
            f'<script type="application/json">{held}</script>\n'
        )
    translator.body.append(f'<script type="module" src="{script}"></script>\n')


def depart_moving(translator: SphinxTranslator, _node: nodes.Element) -> None:
    """Close the place."""
    translator.body.append("</div>\n")


def take_data(app: Sphinx, docname: str, source: list[str]) -> None:
    """Take the data out of a notebook that is read: no writer shows them."""
    if MIME not in source[0]:
        return
    notebook = json.loads(source[0])
    held: dict[int, Any] = {}
    for position, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", [])[:]:
            if MIME in output.get("data", {}):
                held[position] = output["data"][MIME]
                cell["outputs"].remove(output)
    app.env.temp_data[HELD] = docname, held
    source[0] = json.dumps(notebook)


def place(app: Sphinx, doctree: nodes.document) -> None:
    """Put the place of the moving figure behind what its cell shows.

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    docname, held = app.env.temp_data.get(HELD, ("", {}))
    held = held if docname == app.env.docname else {}
    for cell in doctree.findall(nodes.container):
        wanted = (cell.get("cell_metadata") or {}).get("moving")
        if cell.get("nb_element") != "cell_code" or not wanted:
            continue
        if not (ASSETS / f"{wanted['kind']}.mjs").exists():
            raise ValueError(
                f"{app.env.docname}: there is no moving figure of the kind "
                f"{wanted['kind']!r} in {ASSETS.name}"
            )
        data = held.get(cell["cell_index"])
        # Beside the output, which a run in the page replaces.
        cell.append(Moving("", data=data, **wanted))


def setup(app: Sphinx) -> None:
    """Register the node and what fills it."""
    nothing = (lambda *_: None, None)
    app.add_node(
        Moving, html=(visit_moving, depart_moving), latex=nothing, text=nothing
    )
    app.connect("source-read", take_data)
    app.connect("doctree-read", place)
