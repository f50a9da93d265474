"""Translate the exercises into what grading tools read.

    python -m tools.grading [CHAPTER ...]

writes into ``_build/grading``, for each page with exercises,

- ``otter/PAGE.zip``, an autograder for otter-grader: ``otter run``,
  ``otter grade`` in containers, and Gradescope take the same file;
- ``nbgrader/source/PAGE/PAGE.ipynb``, an assignment for nbgrader.

    python -m tools.grading --autograder PAGE.zip FOLDER

grades every notebook in a folder with ``otter run``, each in a process of
its own, and writes ``FOLDER/grades.csv``.

An exercise is the call of its checker; its points stand in the metadata of
its cell, ``{"exercise": {"points": 4, ...}}``, and are 1 otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import psutil
from nbformat import NotebookNode

from tools.book import ROOT
from tools.plain import Writer
from tools.student import (
    Edition,
    checker_lines,
    edition,
    learner_version,
    parts,
)

_NUMBERS = re.compile(r"\b\w+_numbers\b")
_LABEL = re.compile(r"^:label:\s*(\S+)", re.MULTILINE)
#: Seconds that a cell may take, and a whole notebook.
CELL, NOTEBOOK = 60, 600

TEST = '''\
"""{label}: {points} points."""

from importlib import reload

from otter.test_files import test_case

OK_FORMAT = False
name = {label!r}
points = {points}


@test_case(points={points})
def test_{name}(env):
    import byhand.checks._grading

    # Read anew, in case the notebook has changed it.
    reload(byhand.checks._grading).grade({check!r}, env)
'''

#: Where the package is, for otter-grader and the notebook alike; and what a
#: plugin is told of a submission, which in a container is an empty file.
BEGIN = """\
export PYTHONPATH=/autograder/source/files/code
metadata=/autograder/submission_metadata.json
[ -s "$metadata" ] || echo '{}' >"$metadata"
"""

NBGRADER_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "byhand"
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
# A cell that does not end costs itself; a gigabyte of output is cut.
c.Execute.timeout = 60
c.Execute.interrupt_on_timeout = True
c.LimitOutput.max_lines = 1000
c.LimitOutput.max_traceback = 100
"""


class Exercise(NamedTuple):
    """An exercise: its label, what it is worth, and how it is checked."""

    label: str
    points: int
    check: str


def exercises(notebook: NotebookNode) -> Iterator[tuple[str, Exercise]]:
    """Yield the exercises with a checker, each with its cell's identifier."""
    label = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            label = (_LABEL.findall(cell.source) or [label])[-1]
        elif {"exercise", "solution"} & set(cell.metadata.get("tags", [])):
            said = cell.metadata.get("exercise", {})
            lines = cell.source.split("\n")
            check = "\n".join(
                lines[number] for number in sorted(checker_lines(cell.source))
            )
            if "check_" in check:
                yield (
                    cell.id,
                    Exercise(
                        said.get("label", label), said.get("points", 1), check
                    ),
                )


def autograder(
    found: Collection[Exercise], student: Edition, path: Path
) -> None:
    """Write an autograder for otter-grader, with the package inside."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tests").mkdir()
        for number, exercise in enumerate(found):
            test = TEST.format(
                name=re.sub(r"\W", "_", exercise.label), **exercise._asdict()
            )
            place = folder / "tests" / f"{number:02}_{exercise.label}.py"
            place.write_text(test, encoding="utf-8")
        student.copy_package(folder)
        # The package comes along: an image is made before the files are there.
        wanted = student.requirements().replace("./code\n", "")
        (folder / "requirements.txt").write_text(
            wanted.replace("jupyterlab>=4\n", "")
        )
        guard = {"byhand.checks._grading.Guard": {"seconds": CELL}}
        (folder / "otter_config.json").write_text(
            json.dumps({"plugins": [guard], "show_stdout": False})
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.chdir(folder), warnings.catch_warnings():
            # What it imports warns of its own future, and takes seconds.
            warnings.simplefilter("ignore")
            from otter.generate import main as generate  # noqa: PLC0415

            generate(
                tests_dir="tests", config="otter_config.json",
                requirements="requirements.txt", no_environment=True,
                python_version="3.12", output_path=str(path.resolve()),
                files=["code"],
            )  # fmt: skip
    _tell_the_script(path)


def _tell_the_script(path: Path) -> None:
    """Put ``BEGIN`` before the last line of an autograder's script."""
    with zipfile.ZipFile(path) as packed:
        files = [(about, packed.read(about)) for about in packed.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for about, content in files:
            if about.filename == "run_autograder":
                *start, last = content.decode().splitlines(keepends=True)
                packed.writestr(about, "".join([*start, BEGIN, last]))
            else:
                packed.writestr(about, content)


def assignment(solved: NotebookNode, writer: Writer) -> NotebookNode:
    """Return a notebook marked up for nbgrader, with its solutions."""
    found = dict(exercises(solved))
    cells = {cell.id: cell for cell in copy.deepcopy(solved).cells}
    learner = learner_version(solved, writer)
    marked = []
    for cell in learner.cells:
        if cell.id not in found:
            marked.append(cell)
            continue
        exercise, original = found[cell.id], cells[cell.id]
        whole = "solution" in original.metadata["tags"]
        cell.source = _between_marks(original.source, whole=whole)
        cell.metadata["nbgrader"] = _nbgrader(exercise.label, solution=True)
        marked.append(cell)
        test = nbformat.v4.new_code_cell(
            exercise.check, id=f"{cell.id[:58]}-test"
        )
        test.metadata["nbgrader"] = _nbgrader(
            f"{exercise.label}-test", points=exercise.points
        )
        marked.append(test)
    learner.cells = marked
    return learner


def _between_marks(source: str, *, whole: bool) -> str:
    """Return a cell without its checker, the solution between two marks."""
    lines = []
    for kind, line in parts(source, whole=whole):
        if kind == "mark":
            lines.append(f"{line}### BEGIN SOLUTION")
        elif kind == "end":
            while not lines[-1].strip():
                lines.pop()
            lines += [f"{line}### END SOLUTION", ""]
        elif kind != "check":
            lines.append(line)
        elif numbers := _NUMBERS.search(line):
            # The solution needs the numbers that come with a checker.
            module, _, _ = line.partition(" import ")
            lines.append(f"{module} import {numbers[0]}")
    return "\n".join(lines).strip("\n")


def _nbgrader(
    label: str, *, solution: bool = False, points: int | None = None
) -> dict[str, Any]:
    graded = {} if points is None else {"points": points}
    return {
        "schema_version": 3, "grade_id": label, "task": False,
        "solution": solution, "grade": not solution, "locked": not solution,
        "cell_type": "code", **graded,
    }  # fmt: skip


def export(student: Edition, folder: Path) -> list[str]:
    """Write both forms of every page; return what was written, in words."""
    if folder.exists():
        shutil.rmtree(folder)
    said = []
    for page in student.pages:
        source = student.book.file(page)
        if source.suffix != ".ipynb":
            continue
        solved = nbformat.read(source, as_version=4)
        found = [exercise for _, exercise in exercises(solved)]
        if not found:
            continue
        autograder(found, student, folder / "otter" / f"{source.stem}.zip")
        place = folder / "nbgrader" / "source" / source.stem / source.name
        place.parent.mkdir(parents=True, exist_ok=True)
        writer = Writer(student.book, page, set(student.pages))
        marked = assignment(solved, writer)
        marked.cells.insert(1, student.install_cell())
        place.write_text(nbformat.writes(marked) + "\n", encoding="utf-8")
        points = sum(exercise.points for exercise in found)
        said.append(f"{source.stem}: {len(found)} exercises, {points} points")
    config = folder / "nbgrader" / "nbgrader_config.py"
    config.write_text(NBGRADER_CONFIG)
    return said


# ---- a folder of notebooks -----------------------------------------------


def grade(
    autograder_zip: Path, notebook: Path, seconds: float = NOTEBOOK
) -> dict[str, Any]:
    """Grade one notebook in a process of its own; return a row of the table.

    Whatever the notebook does, a row is returned; ``note`` says what went
    wrong, if anything did.
    """
    row: dict[str, Any] = {"file": notebook.name, "note": ""}
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "otter", "run", notebook.resolve(),
             "--autograder", autograder_zip.resolve(), "--output-dir", folder,
             "--no-logo"],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, errors="replace",
        )  # fmt: skip
        try:
            _, said = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            row["note"] = f"stopped after {seconds:.0f} seconds"
            return row
        results = Path(folder) / "results.json"
        if not results.exists():
            last = said.strip().splitlines()[-1:] or ["no reason given"]
            row["note"] = f"not graded: {last[0][:200]}"
            return row
        for test in json.loads(results.read_text())["tests"]:
            if "score" in test:
                row[test["name"]] = test["score"]
            elif test["name"].startswith("Autograder"):
                row["note"] = "the notebook ended its own process"
    return row


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and its kernels, which have sessions of their own."""
    below = psutil.Process(process.pid).children(recursive=True)
    for each in [*below, process]:
        try:
            each.kill()
        except psutil.NoSuchProcess:
            continue
    process.communicate()


def grade_folder(
    autograder_zip: Path,
    folder: Path,
    seconds: float = NOTEBOOK,
    jobs: int = 2,
) -> Path:
    """Grade the notebooks of a folder; return the path of the table."""
    handed_in = sorted(folder.glob("*.ipynb"))
    rows = []
    with ThreadPoolExecutor(jobs) as pool:
        graded = pool.map(
            lambda path: grade(autograder_zip, path, seconds), handed_in
        )
        for row in graded:
            row["points"] = sum(
                v for v in row.values() if isinstance(v, (int, float))
            )
            rows.append(row)
            print(
                f"{len(rows)}/{len(handed_in)} {row['file']}: "
                f"{row['points']:g} points"
                + (f" ({row['note']})" if row["note"] else ""),
                flush=True,
            )
    names = {key: None for row in rows for key in row}
    front = ["file", "points", "note"]
    table = folder / "grades.csv"
    with table.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(
            stream, [*front, *(n for n in names if n not in front)], restval=0
        )
        writer.writeheader()
        writer.writerows(rows)
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Export the exercises, or grade a folder."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", help="chapters, or the folder")
    parser.add_argument("--autograder", type=Path, help="grade a folder")
    parser.add_argument(
        "--seconds", type=float, default=NOTEBOOK,
        help="how long a notebook may take (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--jobs", type=int, default=2,
        help="how many notebooks run at a time (default: %(default)s)",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    if given.autograder:
        if len(given.names) != 1 or not Path(given.names[0]).is_dir():
            parser.error("name one folder with the notebooks to grade")
        folder = Path(given.names[0])
        table = grade_folder(
            given.autograder, folder, given.seconds, given.jobs
        )
        print(f"The points are in {table}")
        return 0
    folder = ROOT / "_build" / "grading"
    try:
        print("\n".join(export(edition(given.names), folder)))
    except ValueError as error:
        parser.error(str(error))
    print(f"Autograders and nbgrader's assignments are in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
