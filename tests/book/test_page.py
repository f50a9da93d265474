"""A new page: three files from the template that pass as they are."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tools.fork import chapters
from tools.notebooks import ROOT, refresh
from tools.page import start

CHAPTER = chapters(ROOT)[0]


def contents(root):
    """The pages in the order of the contents."""
    return re.findall(r"file: (\S+)", (root / "_toc.yml").read_text())


@pytest.fixture
def copy(tmp_path):
    """A copy of the book without what it does not need here."""
    for name in ("bench", "chapters", "code", "tests", "tools"):
        shutil.copytree(
            ROOT / name, tmp_path / name,
            ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"),
        )  # fmt: skip
    for name in ("_toc.yml", "pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.slow
def test_a_started_page_passes_every_test(copy, monkeypatch):
    page, *_ = start(copy, CHAPTER, "mine", "My question")
    monkeypatch.setenv("PYTHONPATH", str(copy / "code"))
    assert refresh(page).endswith("changed")
    run = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
            "tests/book/test_hygiene.py", "tests/checks/test_mine.py",
            "tests/checks/test_every_checker.py", page, "-k",
            "mine or test_every_checker_has",
        ],
        cwd=copy, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-3000:]
    lint = [sys.executable, "-m", "ruff", "check", "--no-cache"]
    lint += [page, "code/byhand/checks/mine.py", "tests/checks/test_mine.py"]
    assert subprocess.run(lint, cwd=copy, check=False).returncode == 0
    before = [
        p for p in contents(ROOT) if p.startswith(f"chapters/{CHAPTER}/")
    ]
    after = contents(copy)
    place = after.index(before[-1]) + 1
    assert after.pop(place) == f"chapters/{CHAPTER}/mine"
    assert after == contents(ROOT)


def test_what_is_there_is_not_overwritten(copy):
    page = next((copy / "chapters" / CHAPTER).glob("*.ipynb")).stem
    with pytest.raises(FileExistsError, match="is there already"):
        start(copy, CHAPTER, page, "Title")


@pytest.mark.parametrize(
    ("chapter", "name", "said"),
    [("price", "mine", "one of"), (CHAPTER, "My Page", "like a module")],
)
def test_other_names_are_refused(chapter, name, said):
    with pytest.raises(ValueError, match=said):
        start(ROOT, chapter, name, "Title")
