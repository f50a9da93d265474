"""Shared by the tests of the book as a whole."""

import functools

import nbformat
import pytest

from tools.notebooks import ROOT, notebooks

NOTEBOOKS = notebooks()


def pytest_generate_tests(metafunc):
    """Give every test that asks for ``path`` each notebook of the book."""
    if "path" in metafunc.fixturenames:
        names = [str(p.relative_to(ROOT)) for p in NOTEBOOKS]
        metafunc.parametrize("path", NOTEBOOKS, ids=names)


@functools.cache
def parsed(path):
    """Return a notebook, which all who ask for it share."""
    return nbformat.read(path, as_version=4)


@pytest.fixture
def notebook(path):
    return parsed(path)
