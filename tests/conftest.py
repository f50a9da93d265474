"""Shared by the tests of the book and of its site: one build, one browser."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bench import serving

FORK = "https://github.com/some-instructor/our-course"
CHROMIUM = next(
    filter(
        None,
        map(
            shutil.which,
            ["chromium", "chromium-browser", "google-chrome", "chrome"],
        ),
    ),
    None,
)


@pytest.fixture(scope="session")
def root():
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def site(root, tmp_path_factory):
    """Build the book as a fork's workflow does; return its folder.

    Every process of a test run uses the same build: the first one makes it.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, done = shared / "book", shared / "book-built"
    try:
        folder.mkdir()
    except FileExistsError:
        for _ in range(600):
            if done.exists():
                break
            time.sleep(1)
    else:
        run = subprocess.run(
            [sys.executable, "-m", "tools.book", "--output", folder],
            cwd=root, capture_output=True, text=True, check=False,
            env=os.environ | {
                "BOOK_REPOSITORY": FORK,
                "BOOK_BRANCH": "spring",
                "BOOK_HUB": "https://hub.example.org/",
                "BOOK_URL": "https://some-instructor.github.io/our-course",
            },
        )  # fmt: skip
        said = f"{run.returncode}\n{run.stdout}\n{run.stderr}"
        (shared / "book-writing").write_text(said)
        (shared / "book-writing").rename(done)
    said = done.read_text()
    assert said.startswith("0\n"), said
    assert "WARNING" not in said
    assert "\nThe book is at " in said
    return folder / "_build" / "html"


@pytest.fixture(scope="session")
def pages(site):
    """Every page that a reader reads: name, content."""
    found = {
        str(p.relative_to(site)): p.read_text(encoding="utf-8")
        for p in sorted(site.rglob("*.html"))
    }
    return {
        name: text
        for name, text in found.items()
        if 'name="robots"' not in text and name != "index.html"
    }


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of files that says nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def served():
    """A context manager that serves a folder and gives its address."""
    return functools.partial(serving.served, handler=Quiet)


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        # A laptop may lack Chromium; the workflow and .ci/run install it.
        assert not os.environ.get("CI"), "install Chromium for these tests"
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=serving.ARGUMENTS
        )
        yield chromium
        chromium.close()
