"""Write the learner's version of every notebook into _build/student.

The committed notebooks are solved.  Here each solution becomes
``raise NotImplementedError("Exercise: <title>")`` and everything else stays:

- a code cell tagged ``solution`` is a solution as a whole;
- inside a code cell, a solution begins at a line ``# solution`` and goes on
  as far as the lines are indented at least as deep;
- a ``{solution}`` block in a text cell is dropped.

Outputs of exercise cells are cleared, since they may give the answer away.
Numbers that the book's builder glues into the text are written out, because
a notebook front end would show their names instead.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.notebooks import ROOT

_EXERCISE = re.compile(r"^:::+\s*\{exercise\}[ \t]*(.*)$", re.MULTILINE)
_ANSWER = re.compile(
    r"^(:::+)\s*\{solution\}.*?^\1\s*$\n?", re.MULTILINE | re.DOTALL
)
_GLUED = re.compile(r"\{glue:text\}`([^`:]+)(?::([^`]+))?`")
_MARK = re.compile(r"^([ \t]*)# solution[ \t]*$")


def learner_version(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with its solutions taken out.

    Raises
    ------
    ValueError
        If a solution stands before the first exercise of its notebook.
    """
    title = None
    cells = []
    numbers = glued(notebook)
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", []))
        if cell.cell_type == "markdown":
            if titles := _EXERCISE.findall(cell.source):
                title = titles[-1].strip()
            cell.source = _ANSWER.sub("", cell.source).strip("\n")
            cell.source = _GLUED.sub(
                lambda role: _written_out(numbers, role), cell.source
            )
            if not cell.source:
                continue
        elif "exercise" in tags or "solution" in tags:
            if title is None:
                raise ValueError(
                    f"cell {cell.id!r} holds a solution, but no {{exercise}} "
                    "stands before it"
                )
            cell.source = without_solution(
                cell.source, title, whole="solution" in tags
            )
            cell.outputs, cell.execution_count = [], None
            # The learner works here: nothing is folded.
            cell.metadata["tags"] = sorted(tags - {"hide-input", "solution"})
            cell.metadata.pop("mystnb", None)
        cells.append(cell)
    notebook.cells = cells
    return notebook


def glued(notebook: NotebookNode) -> dict[str, str]:
    """Return what the notebook glues, as text, by name."""
    return {
        output.metadata["scrapbook"]["name"]: output.data[
            output.metadata["scrapbook"]["mime_prefix"] + "text/plain"
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "scrapbook" in output.get("metadata", {})
    }


def _written_out(numbers: dict[str, str], role: re.Match[str]) -> str:
    name, form = role.groups()
    if name not in numbers:
        return role[0]
    return format(float(numbers[name]), form) if form else numbers[name]


def without_solution(source: str, title: str, *, whole: bool = False) -> str:
    """Return a cell's source with its solution replaced by an exception."""
    message = json.dumps(f"Exercise: {title}", ensure_ascii=False)
    placeholder = f"raise NotImplementedError({message})"
    if whole:
        return placeholder
    kept: list[str] = []
    depth: str | None = None
    for line in source.split("\n"):
        if depth is not None:
            if line.startswith(depth) or not line.strip():
                continue
            kept.append("")
            depth = None
        if mark := _MARK.match(line):
            depth = mark[1]
            kept.append(depth + placeholder)
            if not depth:
                break
        else:
            kept.append(line)
    return "\n".join(kept).rstrip("\n")


def write(source: Path, destination: Path) -> list[Path]:
    """Write the learner's version of the book's chapters; return the paths.

    ``destination`` is made anew.  Everything else that a chapter's folder
    holds (an index page, data) is copied.
    """
    if destination.exists():
        shutil.rmtree(destination)
    shutil.copytree(
        source / "chapters",
        destination / "chapters",
        ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"),
    )
    paths = sorted(destination.rglob("*.ipynb"))
    for path in paths:
        notebook = learner_version(nbformat.read(path, as_version=4))
        path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    return paths


def main() -> int:
    """Write every learner's notebook and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--output", type=Path, default=ROOT / "_build" / "student"
    )
    folder = parser.parse_args().output
    count = len(write(ROOT, folder))
    print(f"{count} notebooks for learners are in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
