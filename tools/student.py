"""Write the student edition: a folder that stands alone, and a zip of it.

    python -m tools.student [CHAPTER]

The folder, ``_build/student`` (or ``_build/student-CHAPTER``), holds a
README, the package, the requirements of a reader, and the chapters in plain
Markdown, which every notebook front end shows.  The committed notebooks are
solved.  Here each solution becomes
``raise NotImplementedError("Exercise: <title>")``:

- a code cell tagged ``solution`` is a solution as a whole;
- inside a code cell, a solution begins at a line ``# solution`` and goes on
  as far as the lines are indented at least as deep;
- the import and the call of a checker always stay.

A cell that is a ``{solution}`` block or tagged ``answer`` is sealed: it
becomes a call of ``reveal``, which shows it once the exercise before it has
passed.  A cell tagged ``hide-cell`` is folded.  Outputs of exercise cells are
cleared, since they may give the answer away, and those of ``progress()``; and
exercise cells are tagged ``raises-exception``, so that Run All goes on after
them.
Numbers that the book's builder glues into the text are written out.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import yaml
from byhand.checks._sealed import seal
from nbformat import NotebookNode

from tools.book import ROOT, configuration
from tools.plain import Book, Writer, figure_of

#: Pages that list answers, speak to instructors, or need the builder.
LEFT_OUT = {"errata", "instructors", "api"}

EXERCISE = re.compile(r"^:::+\s*\{exercise\}[ \t]*(.*)$", re.MULTILINE)
_GLUED = re.compile(r"\{glue:text\}`([^`:]+)(?::([^`]+))?`")
_MARK = re.compile(r"^([ \t]*)# solution[ \t]*$")
_CHECKER = re.compile(r"\bcheck_\w+$")
_PROGRESS = re.compile(r"^progress\(\)$", re.MULTILINE)
_SOLUTION = re.compile(
    r"\A(:::+)\s*\{solution\}[^\n]*\n(?::[^\n]*\n)*\n*(.*)\n\1\s*\Z", re.DOTALL
)

INSTALL = """\
# Installs the package where it is missing, as on Colab.
import importlib.util
from pathlib import Path

if importlib.util.find_spec("byhand") is None:
    code = Path("../../code").resolve()
    source = code if code.is_dir() else "{address}"
    %pip install --quiet "{{source}}\""""

README = """\
# {title}

The edition for learners: the notebooks of the book without their solutions,
and with checkers that answer a wrong solution with a counterexample and a
hint.

## Start

{binder}With Python 3.11 or newer, in this folder:

```sh
python -m venv .venv
. .venv/bin/activate          # Windows: .venv\\Scripts\\activate
pip install --no-compile -r requirements.txt
jupyter lab
```

(That takes less than 400 MB; without `--no-compile` it takes 130 MB more.)

On Google Colab and on a JupyterHub the first cell of each notebook installs
what is missing. JupyterLab shows a figure once you run its cell.

## How an exercise works

Replace `raise NotImplementedError(...)` by your answer and run the cell. Run
the cells above it first (in JupyterLab: Run, Run All Above Selected Cell):
exercises that are not answered yet, or not yet right, say so and stop nothing,
in JupyterLab, Jupyter Notebook and VS Code. Elsewhere "Run all" may end at the
first of them; run the cells below it one by one there.

The checker prints one line if the answer is right; otherwise an input on which
it is wrong, what was expected, what came, and a hint. The last cell of a page
shows how far you have come, as long as its kernel runs. A cell that begins
with "An answer in words" shows one if you run it once the exercise has passed.
What else is folded is for afterwards: click on the three dots.

## Numbers of your own

Some exercises draw other numbers if you were given a text for it, such as
"group 7". In a new first cell of a notebook run

```python
from byhand.checks import variant

variant("group 7")
```

## Pages

{pages}

Code is under the BSD 3-Clause license (`LICENSE`), text and figures under
CC BY 4.0 (`LICENSE-CONTENT`).
"""


def learner_version(
    notebook: NotebookNode, writer: Writer | None = None
) -> NotebookNode:
    """Return the notebook with its solutions taken out.

    Parameters
    ----------
    notebook
        The solved notebook, which is changed.
    writer
        Writes its texts as plain Markdown; without it they stay in MyST.

    Raises
    ------
    ValueError
        If a solution stands before the first exercise of its notebook, or an
        answer in words before the first checker.
    """
    title, checker = None, None
    cells = []
    numbers = glued(notebook)

    def written(text: str) -> str:
        text = _GLUED.sub(lambda role: _written_out(numbers, role), text)
        return writer.plain(text) if writer else text

    for answers, group in itertools.groupby(notebook.cells, is_answer):
        if answers:
            cells.append(_sealed(list(group), checker, written))
            continue
        for cell in group:
            tags = set(cell.metadata.get("tags", []))
            cells.append(cell)
            if cell.cell_type == "markdown":
                if titles := EXERCISE.findall(cell.source):
                    title = titles[-1].strip()
                cell.source = written(cell.source)
                continue
            if tags & {"exercise", "solution"}:
                if title is None:
                    raise ValueError(
                        f"cell {cell.id!r} holds a solution, but no "
                        "{exercise} stands before it"
                    )
                checker = _imported(cell.source) or checker
            _hand_out(cell, tags, title or "")
            if writer and (caption := figure_of(cell).get("caption")):
                cells.append(_caption(cell, caption, writer))
    notebook.cells = cells
    return notebook


def is_answer(cell: NotebookNode) -> bool:
    """Tell whether a cell talks about an answer, and is sealed."""
    return "answer" in cell.metadata.get("tags", []) or bool(
        cell.cell_type == "markdown" and _SOLUTION.match(cell.source)
    )


def _sealed(
    answers: Sequence[NotebookNode],
    checker: tuple[str, str] | None,
    written: Callable[[str], str],
) -> NotebookNode:
    """Return the cell that shows an answer once its exercise has passed."""
    first = answers[0].id
    if checker is None:
        raise ValueError(
            f"cell {first!r} holds an answer, but no checker stands before it"
        )
    module, name = checker
    text = "\n\n".join(_in_words(cell, written) for cell in answers)
    return nbformat.v4.new_code_cell(
        f"# An answer in words: run this cell when {name} has passed.\n"
        "from byhand.checks import reveal\n"
        f"from {module} import {name}\n\n"
        f'reveal({name}, "{seal(text)}")',
        id=first,
    )


def _in_words(cell: NotebookNode, written: Callable[[str], str]) -> str:
    """Return a part of an answer as Markdown: a text, or code and output."""
    if cell.cell_type == "markdown":
        return written(_SOLUTION.sub(r"\2", cell.source))
    said = [
        output.text if "text" in output else output.data["text/plain"]
        for output in cell.outputs
    ]
    return "\n\n".join(
        f"```{language}\n{code.strip()}\n```"
        for language, code in [
            ("python", cell.source),
            *(("", s) for s in said),
        ]
    )


def _imported(source: str) -> tuple[str, str] | None:
    """Return module and name of the checker that a cell imports, if any."""
    return next(
        (
            (str(node.module), alias.name)
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.ImportFrom) and _is_checker(node)
            for alias in node.names
            if _CHECKER.search(alias.name)
        ),
        None,
    )


def _hand_out(cell: NotebookNode, tags: set[str], title: str) -> None:
    """Make a code cell what a learner gets; ``title`` is the exercise's."""
    if tags & {"exercise", "solution"}:
        cell.source = without_solution(
            cell.source, title, whole="solution" in tags
        )
        cell.outputs, cell.execution_count = [], None
        # The learner works here: nothing is folded, and what is not yet
        # right does not keep the cells below from running.
        tags = tags - {"hide-input", "solution"} | {"raises-exception"}
        cell.metadata["tags"] = sorted(tags)
        cell.metadata.pop("mystnb", None)
    elif "hide-cell" in tags:
        cell.metadata["jupyter"] = {
            "source_hidden": True, "outputs_hidden": True,
        }  # fmt: skip
    elif _PROGRESS.search(cell.source):
        # The stored table is that of the solved notebook.
        cell.outputs, cell.execution_count = [], None


def _caption(cell: NotebookNode, text: str, writer: Writer) -> NotebookNode:
    target = writer.book.labels.get(figure_of(cell).get("name", ""))
    label = f"**{target.text}** " if target else ""
    return nbformat.v4.new_markdown_cell(
        label + writer.plain(text), id=f"{cell.id[:56]}-caption"
    )


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
    """Return a cell's source with its solution replaced by an exception.

    What stands at the margin and calls a checker is never part of a
    solution, nor is the import of a checker.
    """
    kept, _ = split(source, title, whole=whole)
    return kept


def split(source: str, title: str, *, whole: bool = False) -> tuple[str, str]:
    """Return a cell's source without its solution, and the solution."""
    message = json.dumps(f"Exercise: {title}", ensure_ascii=False)
    kept: list[str] = []
    solution: list[str] = []
    for kind, line in parts(source, whole=whole):
        if kind == "solution":
            solution.append(line)
        elif kind == "end":
            kept.append("")
        elif kind == "mark":
            kept.append(f"{line}raise NotImplementedError({message})")
        else:
            kept.append(line)
    return "\n".join(kept).rstrip("\n"), "\n".join(solution)


def parts(source: str, *, whole: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the lines of an exercise's cell, each with its part in it.

    A line of a ``"solution"`` stands between a ``"mark"`` and an ``"end"``,
    whose line is the indentation; ``"check"`` imports or calls a checker at
    the margin, and ``"given"`` is anything else.
    """
    checks = checker_lines(source)
    depth: str | None = None
    for number, line in enumerate(source.split("\n")):
        if whole and number not in checks and line.strip():
            # The solution begins at the first line that is no checker's.
            whole, depth = False, ""
            yield "mark", ""
        if depth is not None:
            inside = line.startswith(depth) or not line.strip()
            if inside and number not in checks:
                yield "solution", line
                continue
            yield "end", depth
            depth = None
        if mark := _MARK.match(line):
            depth = mark[1]
            yield "mark", depth
        else:
            yield "check" if number in checks else "given", line
    if depth is not None:
        yield "end", depth


def checker_lines(source: str) -> set[int]:
    """Return the lines, from 0, that import or call a checker."""
    return {
        number
        for statement in ast.parse(source).body
        if not isinstance(statement, (ast.FunctionDef, ast.ClassDef))
        and any(map(_is_checker, ast.walk(statement)))
        for number in range(statement.lineno - 1, statement.end_lineno or 0)
    }


def _is_checker(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").startswith("byhand.checks")
    return isinstance(node, ast.Call) and bool(
        _CHECKER.search(ast.unparse(node.func))
    )


class Edition:
    """The student edition of a book, or of one of its chapters.

    Parameters
    ----------
    root
        The folder of the book.
    chapters
        Names of folders in ``chapters/``; all of them by default.
    address, branch
        The repository and the branch that holds the edition, from which
        Colab installs the package.

    Raises
    ------
    ValueError
        If there is no such chapter.
    """

    def __init__(
        self,
        root: Path,
        chapters: Collection[str] = (),
        *,
        address: str = "",
        branch: str = "student",
    ) -> None:
        self.root, self.address, self.branch = root, address, branch
        self.book = Book(root)
        places = {page: page.split("/") for page in self.book.pages}
        known = {p[1] for p in places.values() if len(p) > 2} - {"appendix"}
        if unknown := set(chapters) - known:
            raise ValueError(
                f"there is no chapter {', '.join(sorted(unknown))}: choose "
                f"from {', '.join(sorted(known))}"
            )
        chosen = set(chapters or known) | {"appendix"}
        self.pages = [
            page
            for page, parts in places.items()
            if not LEFT_OUT & set(parts)
            and (len(parts) < 3 or parts[1] in chosen)
        ]

    def write(self, folder: Path) -> list[Path]:
        """Write the edition, anew; return the paths of its notebooks."""
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        for name in ("LICENSE", "LICENSE-CONTENT", "CITATION.cff",
                     "runtime.txt"):  # fmt: skip
            shutil.copy(self.root / name, folder)
        self.copy_package(folder)
        self._copy_data(folder)
        cited: set[str] = set()
        # The list of sources comes last: it holds what was cited.
        for page in sorted(self.pages, key=lambda p: p.endswith("references")):
            writer = Writer(self.book, page, set(self.pages))
            if page.endswith("references"):
                writer.cited = cited
            self._write_page(page, writer, folder)
            cited |= writer.cited
        (folder / "requirements.txt").write_text(self.requirements())
        (folder / "README.md").write_text(self.readme(), encoding="utf-8")
        return sorted(folder.rglob("*.ipynb"))

    def copy_package(self, folder: Path) -> None:
        """Copy the package, so that ``pip install ./code`` works there."""
        skipped = shutil.ignore_patterns(
            "*.egg-info", "__pycache__", "build", ".*"
        )
        shutil.copytree(self.root / "code", folder / "code", ignore=skipped)

    def _copy_data(self, folder: Path) -> None:
        """Copy what chapters hold beside their pages."""
        for chapter in {Path(page).parent for page in self.pages}:
            for path in (self.root / chapter).iterdir():
                if (
                    chapter != Path()
                    and path.is_file()
                    and path.suffix not in {".md", ".ipynb"}
                ):
                    (folder / chapter).mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, folder / chapter)

    def _write_page(self, page: str, writer: Writer, folder: Path) -> None:
        source = self.book.file(page)
        target = folder / source.relative_to(self.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".md":
            text = writer.plain(source.read_text(encoding="utf-8"))
        else:
            notebook = learner_version(
                nbformat.read(source, as_version=4), writer
            )
            notebook.cells.insert(1, self.install_cell())
            if writer.cited:
                notebook.cells.append(
                    nbformat.v4.new_markdown_cell(
                        "### References\n\n" + self.book.listed(writer.cited),
                        id="references",
                    )
                )
            text = nbformat.writes(notebook)
        target.write_text(text + "\n", encoding="utf-8")

    def install_cell(self) -> NotebookNode:
        """Return the cell that installs the package where it is missing."""
        package = (
            f"byhand @ git+{self.address}@{self.branch}#subdirectory=code"
        )
        return nbformat.v4.new_code_cell(
            INSTALL.format(address=package), id="install"
        )

    def requirements(self) -> str:
        """Return what a reader needs, at the versions of the lock.

        The front end is not locked: Binder and hubs bring their own.
        """
        package = tomllib.loads(
            (self.root / "code" / "pyproject.toml").read_text()
        )
        names = [
            re.split(r"[^\w-]", wanted)[0]
            for wanted in package["project"]["dependencies"]
        ]
        locked = re.findall(
            r"^([\w.-]+)==(\S+)", (self.root / "constraints.txt").read_text(),
            re.MULTILINE,
        )  # fmt: skip
        versions = dict(locked)
        numeric = [f"{name}=={versions[name]}" for name in names]
        return "\n".join(["./code", *numeric, "jupyterlab>=4", ""])

    def readme(self) -> str:
        """Return the page that a learner sees first."""
        binder = ""
        if name := re.fullmatch(r"https://github\.com/(.+)", self.address):
            binder = (
                "[![Launch on Binder](https://mybinder.org/badge_logo.svg)]"
                f"(https://mybinder.org/v2/gh/{name[1]}/{self.branch}"
                "?urlpath=lab/tree/README.md)\n\n"
            )
        return README.format(
            title=self.book.titles[self.book.pages[0]],
            binder=binder,
            pages="\n".join(map(self._entry, self.pages)),
        )

    def _entry(self, page: str) -> str:
        path = self.book.file(page)
        address = path.relative_to(self.root).as_posix()
        indent = self.book.indent(page)
        entry = f"{indent}- [{self.book.titles[page]}]({address})"
        if path.suffix == ".md":
            return entry
        exercises = exercises_of(nbformat.read(path, as_version=4))
        minutes = sum(e.get("minutes", 0) for e in exercises)
        count = f"{len(exercises)} exercises"
        return f"{entry}: {count}" + (
            f", about {minutes} minutes" if minutes else ""
        )


def exercises_of(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return what is said of each exercise of a notebook, in order."""
    return [
        dict(cell.metadata.get("exercise", {}))
        for cell in notebook.cells
        if "exercise" in cell.metadata.get("tags", [])
    ]


def edition(chapters: Collection[str] = ()) -> Edition:
    """Return the edition of this repository, as the environment names it."""
    config = configuration(
        yaml.safe_load((ROOT / "_config.yml").read_text()), os.environ
    )
    return Edition(
        ROOT, chapters, address=config["repository"]["url"],
        branch=config["launch_buttons"]["branch"],
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the edition and a zip of it, and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter", nargs="*", help="default: every chapter")
    parser.add_argument("--output", type=Path, help="default: _build/student")
    given = parser.parse_args(arguments)
    name = "-".join(["student", *given.chapter])
    folder = (given.output or ROOT / "_build" / name).resolve()
    try:
        count = len(edition(given.chapter).write(folder))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    shutil.make_archive(
        str(folder), "zip", root_dir=folder.parent, base_dir=folder.name
    )
    print(f"{count} notebooks for learners are in {folder}, and in a zip")
    return 0


if __name__ == "__main__":
    sys.exit(main())
