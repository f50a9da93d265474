"""Grading: the points are right, and a hostile notebook costs only itself."""

import ast
import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import byhand.checks.rounding
import byhand.checks.separability
import byhand.checks.sorting
import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.book.conftest import parsed
from tests.checks.test_grading import PATCHES
from tools import grading
from tools.grading import Exercise, assignment, autograder, exercises
from tools.plain import Writer
from tools.student import Edition

#: The pages whose checkers are used; a fork without them drops this file.
PAGES = (
    byhand.checks.rounding,
    byhand.checks.separability,
    byhand.checks.sorting,
)

SOLVED = {
    "ex-sum": (4, "rounding", "two_sum", """\
def two_sum(a, b):
    # solution
    s = a + b
    z = s - a
    return s, (a - (s - z)) + (b - z)"""),
    "ex-compare": (2, "separability", "comparison", """\
def comparison(n):
    # solution
    powers = [2**k for k in reversed(range(n))]
    return powers + [-p for p in powers], -1"""),
    "ex-five": (1, "sorting", "another_five()", """\
def another_five():
    # solution
    return [(0, 3), (1, 2), (0, 1), (2, 3), (1, 2)]"""),
}  # fmt: skip
CHECKERS = {
    "ex-sum": "check_two_sum", "ex-compare": "check_comparison",
    "ex-five": "check_five_comparators",
}  # fmt: skip


def solved():
    """A page with three exercises, as the book has them."""
    cells = [new_markdown_cell("# Page"), new_code_cell("import numpy as np")]
    for label, (points, page, answer, source) in SOLVED.items():
        check = CHECKERS[label]
        cells.append(
            new_markdown_cell(f":::{{exercise}} T\n:label: {label}\n\nX\n:::")
        )
        cells.append(
            new_code_cell(
                f"from byhand.checks.{page} import {check}\n\n\n{source}"
                f"\n\n\n{check}({answer})",
                id=label,
                metadata={
                    "tags": ["exercise", "hide-input"],
                    "exercise": {"label": label, "points": points},
                },
            )
        )
    return new_notebook(cells=cells)


def handed_in(*extra, last=(), **changed):
    """The solved page with cells changed, and others first and last."""
    notebook = solved()
    for cell in notebook.cells:
        cell.source = changed.get(cell.id.replace("-", "_"), cell.source)
    notebook.cells[1:1] = [new_code_cell(source) for source in extra]
    notebook.cells += [new_code_cell(source) for source in last]
    return notebook


WRONG = {
    "ex_sum": "def two_sum(a, b):\n    return a + b, 0.0",
    "ex_compare": "def comparison(n):\n    return [1] * 2 * n, 0",
    "ex_five": "def another_five():\n    return []",
}
LOOP = "while True:\n    pass"
FLOOD = "for _ in range(1000):\n    print('x' * 10**6)"
SHELL = "import os\nfor _ in range(99):\n    os.write(1, b'x' * 10**6)"
ALL = "import sys\n" + "".join(PATCHES.values())

#: By name: what is handed in, and the points that it is worth.  A run takes
#: seconds, most of them for imports, so that one notebook does several things.
SUBMISSIONS = {
    "right and flooding": (
        handed_in(FLOOD, SHELL, "'x' * 10**9", "display(*'xy')"), 7),
    "half done": (
        handed_in(ex_compare="raise NotImplementedError", ex_five=""), 4),
    "crashing and hanging": (
        handed_in(
            "1 / 0", "exit()", "raise SystemExit", LOOP,
            "import time\ntime.sleep(10**6)", last=["1 / 0"],
            ex_sum="def two_sum(:",
            ex_five="def another_five():\n    while True: pass",
        ), 2),
    "wrong and patching": (handed_in(ALL, last=[ALL], **WRONG), 0),
    "dying": (handed_in(last=["import os\nos._exit(0)"]), 0),
}  # fmt: skip


@pytest.fixture(scope="module")
def student(root):
    return Edition(root, address="https://example.org/fork")


@pytest.fixture(scope="module")
def graded(student, tmp_path_factory):
    """Grade every submission as an instructor does; return the table."""
    folder = tmp_path_factory.mktemp("handed-in")
    zipped = folder / "page.zip"
    found = [exercise for _, exercise in exercises(solved())]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grading, "CELL", 2)
        autograder(found, student, zipped)
    for name, (notebook, _) in SUBMISSIONS.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "no notebook.ipynb").write_text("PK\x03\x04")
    # Most of them wait for what never ends.
    table = grading.grade_folder(zipped, folder, seconds=300, jobs=6)
    with table.open(newline="") as stream:
        return {row["file"]: row for row in csv.DictReader(stream)}


def test_the_exercises_of_a_page_are_found():
    (identifier, first), *others = exercises(solved())
    assert identifier == "ex-sum"
    assert first == Exercise(
        "ex-sum", 4,
        "from byhand.checks.rounding import check_two_sum\n"
        "check_two_sum(two_sum)",
    )  # fmt: skip
    assert [e.points for _, e in others] == [2, 1]


def test_every_exercise_of_the_book_is_found(root):
    for path in sorted((root / "chapters").rglob("*.ipynb")):
        notebook = parsed(path)
        found = dict(exercises(notebook))
        labels = [exercise.label for exercise in found.values()]
        assert len(set(labels)) == len(labels), path
        for exercise in found.values():
            assert exercise.label.startswith("ex-")
            ast.parse(exercise.check)
        for cell in notebook.cells:
            if "check_" in cell.source and cell.cell_type == "code":
                assert cell.id in found or "exercise" not in (
                    cell.metadata.get("tags", [])
                )


@pytest.mark.slow
@pytest.mark.parametrize("name", SUBMISSIONS)
def test_the_points_are_right(graded, name):
    row = graded[f"{name}.ipynb"]
    assert float(row["points"]) == SUBMISSIONS[name][1], row
    assert bool(row["note"]) == (name == "dying")


@pytest.mark.slow
def test_what_is_no_notebook_has_no_points(graded):
    row = graded["no notebook.ipynb"]
    assert float(row["points"]) == 0
    assert row["note"].startswith("not graded: ")


# ---- what else is made of a page ------------------------------------------


@pytest.mark.slow
def test_a_notebook_that_cannot_be_stopped_is_ended(tmp_path, monkeypatch):
    """Its process and the processes below it."""
    sleeper = "import subprocess, sys, time; " * 2 + (
        "subprocess.Popen([sys.executable, '-c', "
        "'import time; time.sleep(600)'], start_new_session=True); "
        "time.sleep(600)"
    )
    real = grading.subprocess.Popen
    monkeypatch.setattr(
        grading.subprocess,
        "Popen",
        lambda _, **kw: real([grading.sys.executable, "-c", sleeper], **kw),
    )
    before = set(psutil.Process().children(recursive=True))
    row = grading.grade(tmp_path / "x.zip", tmp_path / "x.ipynb", seconds=3)
    assert row["note"] == "stopped after 3 seconds"
    after = set(psutil.Process().children(recursive=True))
    assert not {p for p in after - before if p.is_running()}


def test_nbgrader_reads_the_assignment(student):
    page = student.pages[-1]
    notebook = assignment(solved(), Writer(student.book, page, set()))
    nbformat.validate(notebook)
    graded = [c for c in notebook.cells if "nbgrader" in c.metadata]
    marks = [c.metadata["nbgrader"] for c in graded]
    assert [m["grade_id"] for m in marks] == [
        "ex-sum", "ex-sum-test", "ex-compare", "ex-compare-test",
        "ex-five", "ex-five-test",
    ]  # fmt: skip
    assert [m.get("points") for m in marks] == [None, 4, None, 2, None, 1]
    for answer, test in zip(graded[::2], graded[1::2], strict=True):
        assert "check_" not in answer.source
        given, _, rest = answer.source.partition("    ### BEGIN SOLUTION\n")
        assert given.startswith("def ")
        assert rest.endswith("\n    ### END SOLUTION")
        assert test.source.startswith("from byhand.checks.")
        assert test.metadata["nbgrader"]["locked"]


def test_a_solution_keeps_the_numbers_that_it_draws(root, student):
    page = "chapters/threshold/separability"
    notebook = nbformat.read(root / f"{page}.ipynb", as_version=4)
    marked = assignment(notebook, Writer(student.book, page, set()))
    (answer,) = (
        cell.source
        for cell in marked.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id")
        == "ex-line-certificate"
    )
    first, *_ = answer.split("\n")
    assert first == "from byhand.checks.separability import line_numbers"
    names = {}
    exec(answer, names)
    assert names["certificate_on_a_line"]() == [3, 4, 1]


@pytest.mark.slow
def test_the_autograder_brings_what_it_needs(student, tmp_path):
    zipped = tmp_path / "page.zip"
    autograder([Exercise("ex-a", 3, "check_a(a)")], student, zipped)
    with zipfile.ZipFile(zipped) as packed:
        names = set(packed.namelist())
        environment = packed.read("environment.yml").decode()
        config = json.loads(packed.read("otter_config.json"))
    assert "tests/00_ex-a.py" in names
    assert "files/code/pyproject.toml" in names
    assert "files/code/byhand/checks/_grading.py" in names
    assert "numpy==" in environment
    assert "jupyterlab" not in environment
    (guard,) = config["plugins"]
    assert list(guard) == ["byhand.checks._grading.Guard"]


@pytest.mark.slow
def test_a_container_grades_with_what_the_autograder_brings(student, tmp_path):
    """Laid out as by otter-grader's Dockerfile, and by Gradescope."""
    root = tmp_path / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    found = [exercise for _, exercise in exercises(solved())]
    autograder(found, student, tmp_path / "page.zip")
    with zipfile.ZipFile(tmp_path / "page.zip") as packed:
        packed.extractall(root / "source")
    for name in ("run_autograder", "run_otter.py"):
        script = root / "source" / name
        script.write_text(
            script.read_text().replace("/autograder/", f"{root}/")
            .replace('"/autograder"', f'"{root}"')
        )  # fmt: skip
    # The package that is used is the one in the autograder.
    checks = root / "source/files/code/byhand/checks/_grading.py"
    seen = tmp_path / "seen"
    checks.write_text(
        checks.read_text() + f"\nopen({str(seen)!r}, 'w').close()\n"
    )
    (root / "submission_metadata.json").touch()
    handed, points = SUBMISSIONS["half done"]
    nbformat.write(handed, root / "submission" / "page.ipynb")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    run = subprocess.run(
        ["bash", root / "source" / "run_autograder"],
        env=os.environ | {"PATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    results = json.loads((root / "results" / "results.json").read_text())
    assert sum(t.get("score", 0) for t in results["tests"]) == points
    assert seen.exists()
