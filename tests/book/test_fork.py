"""A fork that keeps some chapters: whole, and free of the others."""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from pybtex.database import parse_file

from tools.fork import _exists, _imports, _title, chapters, prune
from tools.notebooks import ROOT

pytestmark = pytest.mark.slow

CHAPTERS = chapters(ROOT)
KEPT = [
    keep
    for size in (1, 2)
    for keep in itertools.combinations(CHAPTERS, size)
    if len(CHAPTERS) > size
]
#: What Sphinx resolves to a place in the book, by label.
REFERENCE = re.compile(
    r"\{(?:ref|numref|eq|prf:ref)\}`(?:[^`<]*<)?([\w-]+)>?`"
)
LABEL = re.compile(
    r"^(?::label:|:name:) *([\w-]+)|^\(([\w-]+)\)=|\$\$ *\(([\w-]+)\)"
    r"|\\label\{([\w-]+)\}",
    re.MULTILINE,
)


@pytest.fixture(scope="module", params=KEPT, ids="-".join)
def keep(request):
    return request.param


@pytest.fixture(scope="module")
def fork(keep, tmp_path_factory):
    """A copy of what is committed, pruned."""
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.splitlines()  # fmt: skip
    if not files:
        pytest.skip("not a git checkout")
    folder = tmp_path_factory.mktemp("fork")
    for name in files:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    gone = prune(folder, keep)
    assert gone == [name for name in CHAPTERS if name not in keep]
    return folder


def notebooks(folder):
    for path in (folder / "chapters").rglob("*.ipynb"):
        yield path, json.loads(path.read_text(encoding="utf-8"))["cells"]


def prose(folder):
    for path in (folder / "chapters").rglob("*.md"):
        yield path.read_text(encoding="utf-8")
    for _, cells in notebooks(folder):
        for cell in cells:
            if cell["cell_type"] == "markdown":
                yield "".join(cell["source"])
            name = cell["metadata"].get("mystnb", {}).get("figure", {})
            if "name" in name:
                yield f":name: {name['name']}"


def test_nothing_is_left_of_the_other_chapters(fork, keep):
    assert chapters(fork) == list(keep)
    for name in set(CHAPTERS) - set(keep):
        title = _title(ROOT / "chapters" / name / "index.md")
        appendix = fork / "chapters" / "appendix"
        for path in (fork / "README.md", *appendix.rglob("*.md")):
            text = path.read_text(encoding="utf-8")
            assert f"## {title}" not in text, path
            assert f"| {title} |" not in text, path
    for page in {p.stem for p, _ in notebooks(ROOT)} - {
        p.stem for p, _ in notebooks(fork)
    }:
        assert not list(fork.rglob(f"checks/*{page}.py")), page


def test_every_import_finds_its_module(fork):
    sources = [
        p.read_text(encoding="utf-8")
        for p in fork.rglob("*.py")
        # The home page draws the published table where that is kept.
        if p.parent.name not in {"template", "booksite"}
    ]
    sources += [
        "".join(cell["source"])
        for _, cells in notebooks(fork)
        for cell in cells
        if cell["cell_type"] == "code"
    ]
    for source in sources:
        for module in _imports(source, fork):
            assert _exists(fork, module), module
    assert list((fork / "tests" / "checks").glob("test_*.py"))


def test_every_script_moves_a_figure(fork):
    named = {
        cell["metadata"]["moving"]["kind"]
        for _, cells in notebooks(fork)
        for cell in cells
        if "moving" in cell["metadata"]
    }
    scripts = (fork / "tools/booksite/assets/moving").glob("*.mjs")
    assert {p.stem for p in scripts} == named | {"start", "frame"}


def test_every_reference_finds_its_label(fork):
    text = "\n".join(prose(fork))
    labels = {next(filter(None, found)) for found in LABEL.findall(text)}
    assert set(REFERENCE.findall(text)) <= labels


def test_the_sources_are_those_that_the_pages_left_cite(fork):
    cited = {
        key
        for text in prose(fork)
        for keys in re.findall(r"\{cite:[tp]\}`([^`]+)`", text)
        for key in keys.split(",")
    }
    assert set(parse_file(fork / "references.bib").entries) == cited


def builds_and_passes(fork):
    """Build the book and run the tests that are left, but for the slow."""
    environment = os.environ | {"PYTHONPATH": str(fork / "code")}
    environment.pop("PYTEST_ADDOPTS", None)
    for command in (
        ["tools.book"],
        ["pytest", "-q", "-x", "-p", "no:cacheprovider",
         "-m", "not slow and not weekly", "--hypothesis-profile", "quick",
         "--deselect", "tests/book/test_project.py", "tests", "code"],
    ):  # fmt: skip
        run = subprocess.run(
            [sys.executable, "-m", *command], cwd=fork, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]


@pytest.mark.parametrize("keep", [("cost",)], ids="-".join, scope="module")
def test_a_fork_builds_and_passes(fork):
    builds_and_passes(fork)


@pytest.mark.weekly
def test_every_fork_builds_and_passes(fork):
    builds_and_passes(fork)


@pytest.mark.parametrize("keep", [(), ("history",)])
def test_what_is_no_chapter_is_refused(keep):
    with pytest.raises(ValueError, match="keep one or more of "):
        prune(ROOT, keep)
