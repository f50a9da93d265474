"""How many minutes a page takes to read, from what stands on it.

    python -m tools.reading [NOTEBOOK ...]     (default: every chapter)

Prose counts 200 words a minute, a displayed formula or a table 10 seconds, a
line of code 2 seconds and a figure 20 seconds.  Exercises, which take time to
do, do not count, nor does what the site folds or hides: solutions, and
sections and proofs that may be skipped.
"""

from __future__ import annotations

import argparse
import math
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
STATED = re.compile(r"^Reading time: (\d+) minutes?\. Prerequisites: \S", re.M)

LONGEST = 35

_FOLDED = re.compile(
    r"^(:::+)\s*\{(?:exercise|solution|prf:proof\}\s*\n:class: dropdown)"
    r".*?^\1\s*$",
    re.MULTILINE | re.DOTALL,
)
_DISPLAY = re.compile(r"\$\$.*?\$\$", re.DOTALL)
_HEADING = re.compile(r"^(#+) (★ )?", re.MULTILINE)
_HIDDEN = {"remove-cell", "remove-input", "hide-input", "hide-cell"}


def minutes(notebook: NotebookNode) -> int:
    """Return the reading time of a page, rounded up to five minutes."""
    words = formulas = lines = figures = tables = 0
    skipped = 0  # the level of the skipped section that we are in, or 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text, skipped = _read(_FOLDED.sub("", cell.source), skipped)
            formulas += len(_DISPLAY.findall(text))
            words += len(_DISPLAY.sub("", text).split())
        elif not skipped:
            tags = set(cell.metadata.get("tags", []))
            lines += 0 if tags & _HIDDEN else len(cell.source.splitlines())
            figures += sum(
                "image/svg+xml" in output.get("data", {})
                for output in cell.outputs
            )
            tables += sum(
                "<table" in output.get("data", {}).get("text/html", "")
                for output in cell.outputs
            )
    total = words / 200 + (formulas + tables) / 6 + lines / 30 + figures / 3
    return 5 * math.ceil(total / 5)


def state(notebook: NotebookNode) -> None:
    """Write the reading time where the page states it, if it does."""
    first = notebook.cells[0]
    if stated := STATED.search(first.source):
        start, end = stated.span(1)
        time = str(minutes(notebook))
        first.source = first.source[:start] + time + first.source[end:]


def _read(text: str, skipped: int) -> tuple[str, int]:
    """Return what is read of a text cell, and the section it ends in."""
    kept = []
    position = 0
    for heading in [*_HEADING.finditer(text), None]:
        end = heading.start() if heading else len(text)
        if not skipped:
            kept.append(text[position:end])
        if heading:
            level = len(heading[1])
            if not skipped or level <= skipped:
                skipped = level if heading[2] else 0
            position = end
    return "".join(kept), skipped


def main() -> None:
    """Print the minutes of every page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path)
    given = parser.parse_args().notebooks
    for path in given or sorted((ROOT / "chapters").rglob("*.ipynb")):
        page = nbformat.read(path, as_version=4)
        stated = STATED.search(page.cells[0].source)
        says = f"says {stated[1]}" if stated else "does not say"
        print(f"{minutes(page):3} minutes ({says})  {path}")


if __name__ == "__main__":
    main()
