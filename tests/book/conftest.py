"""Shared by the tests of the book as a whole."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "chapters").rglob("*.ipynb"))


def pytest_generate_tests(metafunc):
    """Give every test that asks for ``path`` each notebook of the book."""
    if "path" in metafunc.fixturenames:
        names = [str(p.relative_to(ROOT)) for p in NOTEBOOKS]
        metafunc.parametrize("path", NOTEBOOKS, ids=names)


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)
