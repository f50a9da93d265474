"""How far a learner has come."""

import importlib
import json
import re
import sys
from pathlib import Path

import byhand.checks
import pytest
from byhand.checks import CheckFailed, _progress, progress, variant
from byhand.checks._progress import EXERCISES
from byhand.checks._protocol import Check, checker

ROOT = Path(__file__).parents[2]


@pytest.fixture
def page(monkeypatch):
    """Return the checkers of a page, the only one that is imported."""
    kept = EXERCISES.copy()
    EXERCISES.clear()
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)

    def make(title, points):
        @checker(title, points=points)
        def check(check: Check, answer: int) -> str:
            check.require_close(answer, 2, given="", hint="")
            return "1 number"

        # Each has a name of its own on a real page.
        EXERCISES["page", title] = EXERCISES.popitem()[1]
        return check

    yield [make("One", 1), make("<Two>", 2), make("Three", 4)]
    EXERCISES.clear()
    EXERCISES.update(kept)


def attempt(check, *answers):
    for answer in answers:
        try:
            check(answer)
        except CheckFailed:
            continue


def states():
    return [row[2] for row in progress().rows]


def test_a_page_begins_open(page):
    assert states() == ["open", "open", "open"]
    assert repr(progress()) == (
        "0 passed, 0 tried, 3 open: 0 of 7 points\n"
        "exercise  points  state\n"
        "--------  ------  -----\n"
        "One            1  open\n"
        "<Two>          2  open\n"
        "Three          4  open"
    )


def test_states(page):
    one, two, three = page
    attempt(one, 3)
    attempt(two, 3, 2)
    attempt(three, ...)
    assert states() == ["tried", "passed", "open"]
    assert progress().caption == "1 passed, 1 tried, 1 open: 2 of 7 points"


def test_what_has_passed_stays_so(page):
    attempt(page[0], 2, 3, ...)
    assert states()[0] == "passed"


def test_the_variant_is_named(page):
    variant("group 1")
    try:
        assert progress().caption.endswith("points, variant 'group 1'")
    finally:
        variant(None)


@pytest.mark.usefixtures("page")
def test_a_notebook_shows_a_table():
    html = progress()._repr_html_()
    assert re.search(r'<th scope="col"[^>]*>exercise</th>', html)
    assert re.search(r'<th scope="row"[^>]*>&lt;Two&gt;</th>', html)
    assert (
        "<caption>0 passed, 0 tried, 3 open: 0 of 7 points</caption>" in html
    )


def test_several_pages_are_told_apart(page):
    EXERCISES["other_page", "x"] = _progress.Exercise(
        "other_page", "x", "Four", 3
    )
    assert progress().header == ("exercise", "points", "state", "page")
    assert progress().rows[3] == ("Four", "3", "open", "other page")


def test_before_the_first_exercise_jupyter_names_the_page(page, monkeypatch):
    EXERCISES.clear()
    assert "No exercise has been run" in progress().caption
    assert progress().header == ("exercise", "points", "state")
    # What is no page of ours, or no page at all, is nothing.
    for name in (
        "/home/me/Untitled 1.ipynb", "x/my_notes.ipynb", "_cells",
        "my.notes.ipynb", "",
    ):  # fmt: skip
        monkeypatch.setenv("JPY_SESSION_NAME", name)
        assert progress().rows == ()


def test_the_page_that_jupyter_names_is_imported_if_none_is(
    page, monkeypatch, tmp_path
):
    (tmp_path / "page_of_a_test.py").write_text(
        "from byhand.checks._protocol import checker\n"
        "@checker('Sums', points=3)\n"
        "def check_sums(check, answer):\n"
        "    return '1 sum'\n"
    )
    path = [*byhand.checks.__path__, str(tmp_path)]
    monkeypatch.setattr(byhand.checks, "__path__", path)
    monkeypatch.setenv("JPY_SESSION_NAME", "x/page_of_a_test.ipynb")
    assert len(progress().rows) == 3
    EXERCISES.clear()
    assert progress().rows == (("Sums", "3", "open"),)
    del sys.modules["byhand.checks.page_of_a_test"]
    monkeypatch.delattr(byhand.checks, "page_of_a_test")


# ---- the pages of the book -----------------------------------------------


def exercises_of(path):
    """Return checker, title and points of the exercises, from a notebook."""
    title = None
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if found := re.findall(r"^:::+\{exercise\} (.+)$", source, re.M):
            title = found[-1].strip()
        about = cell["metadata"].get("exercise")
        if about is not None:
            used = re.findall(r"^(check_\w+)\(", source, re.M)
            yield used, title, about["points"]


def test_exercises_are_read_off_a_notebook(tmp_path):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": [
            "# A page\n", ":::{exercise} An area\n", ":label: ex-area\n"]},
        {"cell_type": "code", "metadata": {"exercise": {"points": 3}},
         "source": ["from a import check_area\n", "check_area(area)"]},
        {"cell_type": "code", "metadata": {}, "source": ["check_area(1)"]},
    ]  # fmt: skip
    path = tmp_path / "page.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    assert [*exercises_of(path)] == [(["check_area"], "An area", 3)]


PAGES = {
    path.stem: exercises
    for path in sorted((ROOT / "chapters").rglob("*.ipynb"))
    if (exercises := list(exercises_of(path)))
}


@pytest.mark.parametrize("name", PAGES)
def test_the_exercises_are_those_of_the_page(name):
    importlib.import_module(f"byhand.checks.{name}")
    here = [e for e in EXERCISES.values() if e.page == name]
    assert [([e.checker], e.title, e.points) for e in here] == PAGES[name]
