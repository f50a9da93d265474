"""The cells of a page, for an exercise cell that was run too early."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

from byhand.checks._running import running_shell

_ABOVE = (
    "Run the cells above this one first (Run, Run All Above Selected Cell)"
)


def run_first(name: str, page: str, checker: str) -> str:
    """Say which cell to run first, for a name that is not defined.

    The notebook of the page is looked for where the kernel runs, which is
    its folder.  Only cells above the one that calls the checker count.
    """
    notebook = Path.cwd() / f"{page}.ipynb"
    found = _defining_cell(name, notebook, checker)
    if found is None:
        return (
            f"`{name}` is not defined. {_ABOVE}; if none of them defines it, "
            "it is misspelled."
        )
    number, first_line = found
    return (
        f"`{name}` comes from code cell {number} of this page, which begins "
        f"`{first_line}`. {_ABOVE}."
    )


def advise_in_notebooks() -> None:
    """Add a line below the error of an exercise cell that was run too early.

    IPython's own event after each cell is used: no traceback changes, and
    nothing is said unless the cell imports a checker and a name is missing.
    """
    shell = running_shell()
    if shell is not None:
        # The same function is registered only once.
        shell.events.register("post_run_cell", _advise)


def _advise(result: Any) -> None:
    name = undefined(result.error_in_exec)
    imported = re.search(
        r"byhand\.checks\.(\w+) import .*?(check_\w+)", result.info.raw_cell
    )
    if name and imported:
        print(run_first(name, *imported.groups()))


def undefined(error: object) -> str | None:
    """Return the name of which an error says that it is not defined."""
    if isinstance(error, NameError) and not isinstance(
        error, UnboundLocalError
    ):
        return error.name
    return None


def _defining_cell(
    name: str, notebook: Path, checker: str
) -> tuple[int, str] | None:
    """Return the number and the first line of the first cell that defines."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return None
    code = [
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code"
    ]
    for number, source in enumerate(code, start=1):
        if re.search(rf"\b{checker}\b", source):
            return None
        if name in defined(source):
            return number, source.strip().split("\n")[0]
    return None


def defined(source: str) -> set[str]:
    """Return the names that the top level of a cell defines."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a cell with a magic command
        return set()
    return set().union(*map(_bound, tree.body))


def _bound(node: ast.AST) -> set[str]:
    """Return the names that code binds outside of functions and classes."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(a.asname or a.name).split(".")[0] for a in node.names}
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    # The variable of a comprehension is gone after it.
    if isinstance(node, (ast.comprehension, ast.Lambda)):
        return set()
    return set().union(*map(_bound, ast.iter_child_nodes(node)))
