"""Run a page's cells in the browser, and give outputs as a notebook has them.

What IPython does for a kernel is done here for a page: the value of a last
line is shown, streams come as they are written, figures as SVG, and an error
says which of the learner's lines it comes from.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import importlib.util
import io
import json
import linecache
import logging
import os
import re
import sys
import time
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from IPython.lib.pretty import pretty

#: What a cell may print, in characters, and how often it is shown, in
#: seconds: an endless loop must not drown the page.
MOST, EVERY = 100_000, 0.1
#: Frames of the learner's code that an error shows, at most.
FRAMES = 5

_METHODS = {
    "text/html": "_repr_html_",
    "text/latex": "_repr_latex_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
}
_CELL = re.compile(r"<cell (\d+)>")
_COMES_FROM = re.compile(r"`(\w+)` comes from code cell \d+ of this page")

#: Of the cell that runs: where its outputs go.
send: Callable[[dict[str, Any]], None]
#: The names that the cells share.
space: dict[str, Any] = {}
#: What set_matplotlib_formats was told.
figure_options: dict[str, Any] = {}


class Stream(io.TextIOBase):
    """Standard output or error of the cell that runs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.waiting: list[str] = []
        self.length, self.sent = 0, 0.0

    def writable(self) -> bool:
        """Tell that this is written to."""
        return True

    def write(self, text: str) -> int:
        """Keep a text, and show it soon."""
        left = MOST - self.length
        self.length += len(text)
        if left > 0:
            self.waiting.append(text[:left])
            full = len(text) >= left
            if full:
                self.waiting.append("\n… and more, which the page leaves out")
            # Nothing comes after the last of it that would show it.
            if full or time.monotonic() - self.sent > EVERY:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Show what has been kept."""
        if self.waiting:
            text = "".join(self.waiting)
            self.waiting.clear()
            self.sent = time.monotonic()
            send({"output_type": "stream", "name": self.name, "text": text})


def start(page: str, cells: str) -> None:
    """Begin with no names, and put the page's notebook where it would be."""
    global space  # noqa: PLW0603 - made once
    # What pickle and dataclasses look up is what the cells see.
    sys.modules["__main__"] = types.ModuleType("__main__")
    space = vars(sys.modules["__main__"])
    builtins.input = _no_input
    Path(f"{page}.ipynb").write_text(cells, encoding="utf-8")


def _no_input(*_: object) -> str:
    raise RuntimeError("a page cannot ask: write the value into the cell")


def run(
    source: str, number: int, passed: str, to: Callable[[str], Any]
) -> str:
    """Run a cell; return as JSON what became of it.

    Parameters
    ----------
    source, number
        The cell's text, and its place among the page's code cells.
    passed
        The checkers that have passed before, as a JSON list of names.
    to
        Is given every output as it comes, as JSON.
    """
    global send  # noqa: PLW0603 - one cell runs at a time
    send = lambda output: to(json.dumps(output))  # noqa: E731
    out, err = Stream("stdout"), Stream("stderr")
    error: BaseException | None = None
    name = f"<cell {number}>"
    linecache.cache[name] = (
        len(source), None, f"{source}\n".splitlines(keepends=True), name,
    )  # fmt: skip
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            _remember(source, json.loads(passed))
            _execute(source, name)
        except BaseException as caught:
            error = caught
        out.flush()
        err.flush()
        _show_figures()
    if error is not None:
        send(described(error, name))
    return json.dumps({"missing": missing(error), "exercises": exercises()})


def _execute(source: str, name: str) -> None:
    tree = ast.parse(source, name)
    last: ast.Expr | None = None
    if (
        tree.body
        and isinstance(tree.body[-1], ast.Expr)
        and not source.rstrip().endswith(";")
    ):
        last = tree.body.pop()
    exec(compile(tree, name, "exec"), space)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), name, "eval"), space)
        if value is not None:
            sys.stdout.flush()
            sys.stderr.flush()
            show(value, kind="execute_result")


def show(value: Any, *, kind: str = "display_data") -> None:
    """Show a value as a notebook does."""
    data, metadata = bundle(value)
    send({"output_type": kind, "data": data, "metadata": metadata})


def bundle(value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a value in all its forms, by MIME type, and their metadata."""
    if isinstance(value, type):
        return {"text/plain": pretty(value)}, {}
    if callable(whole := getattr(value, "_repr_mimebundle_", None)):
        made = whole(include=None, exclude=None)
        if made is not None:
            return made if isinstance(made, tuple) else (made, {})
    data = {"text/plain": pretty(value)}
    for mime, method in _METHODS.items():
        form = getattr(value, method, None)
        if callable(form) and (text := form()) is not None:
            data[mime] = text
    if figure := _drawing(value):
        data["image/svg+xml"] = figure
    return data, {}


def fewer_fonts() -> None:
    """Leave Matplotlib the fonts of the book's figures.

    At its first import it reads every font that is there, which takes
    seconds in a browser, and says so.
    """
    (folder,) = importlib.util.find_spec(  # type: ignore[union-attr]
        "matplotlib"
    ).submodule_search_locations
    for path in Path(folder, "mpl-data", "fonts").rglob("*.?fm"):
        path.unlink()
    for path in Path(folder, "mpl-data", "fonts", "ttf").glob("*.ttf"):
        if not path.name.startswith("DejaVuSans"):
            path.unlink()
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


def _drawing(value: Any) -> str | None:
    figures = sys.modules.get("matplotlib.figure")
    if figures is None or not isinstance(value, figures.Figure):
        return None
    out = io.StringIO()
    value.savefig(
        out, format="svg", bbox_inches="tight", dpi=value.dpi,
        facecolor=value.get_facecolor(), edgecolor=value.get_edgecolor(),
        **figure_options,
    )  # fmt: skip
    return out.getvalue()


def _show_figures() -> None:
    """Show what a cell has drawn and not shown."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        for number in pyplot.get_fignums():
            show(pyplot.figure(number))
        pyplot.close("all")


def described(error: BaseException, cell: str) -> dict[str, Any]:
    """Return an error as an output: the learner's lines, and what it says."""
    name = type(error).__name__
    lines: list[str]
    line = None
    if callable(render := getattr(error, "_render_traceback_", None)):
        lines = render()
    else:
        lines = []
        frames = [
            f
            for f in traceback.extract_tb(error.__traceback__)
            if _CELL.fullmatch(f.filename)
        ]
        places = [(f.filename, f.lineno, f.line) for f in frames]
        if isinstance(error, SyntaxError) and error.filename == cell:
            places = [(cell, error.lineno, (error.text or "").strip())]
            said = f"{name}: {error.msg}"
        else:
            said = "".join(
                traceback.format_exception_only(type(error), error)
            ).rstrip()
        for place, at, text in places[-FRAMES:]:
            where = "" if place == cell else f"{place[1:-1]}, "
            lines.append(f"{where}line {at}:  {text}")
            if place == cell:
                line = at
        lines.append(said)
    return {
        "output_type": "error", "ename": name, "evalue": str(error),
        "traceback": lines, "line": line,
    }  # fmt: skip


def missing(error: BaseException | None) -> str | None:
    """Return the name that a cell above would have defined."""
    if isinstance(error, NameError) and not isinstance(
        error, UnboundLocalError
    ):
        return error.name
    # A checker says it in its hint.
    found = _COMES_FROM.search(str(error)) if error is not None else None
    return found[1] if found else None


def _remember(source: str, passed: list[str]) -> None:
    """Tell the page's checkers what has passed in an earlier session."""
    if "byhand.checks" not in source or not passed:
        return
    page = os.environ["JPY_SESSION_NAME"]
    if importlib.util.find_spec(f"byhand.checks.{page}"):
        importlib.import_module(f"byhand.checks.{page}")
        progress = sys.modules["byhand.checks._progress"]
        for exercise in progress.EXERCISES.values():
            if exercise.checker in passed:
                exercise.passed()


def exercises() -> dict[str, str]:
    """Return the state of each exercise that has a checker, by its name."""
    progress = sys.modules.get("byhand.checks._progress")
    if progress is None:
        return {}
    return {e.checker: e.state for e in progress.EXERCISES.values()}
