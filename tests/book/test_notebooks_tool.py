"""`make notebooks`: a second run changes no byte."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools.notebooks import refresh

pytestmark = pytest.mark.slow


@pytest.fixture
def file(tmp_path):
    notebook = new_notebook(
        cells=[
            new_code_cell("print('a')\nprint('b')\n{1, 2}", id="sum"),
            new_code_cell("", id="sum2"),
        ],
        metadata={
            "language_info": {"name": "python", "version": "3.99"},
            "myst": {"html_meta": {"description": "kept"}},
        },
    )
    notebook.cells[0].metadata["execution"] = {"iopub.execute_input": "now"}
    path = tmp_path / "page.ipynb"
    nbformat.write(notebook, path)
    return path


def test_runs_normalizes_and_is_stable(file):
    assert refresh(file).endswith(": changed")
    first = file.read_bytes()
    assert b"3.99" not in first
    assert b"iopub" not in first
    assert b"kept" in first
    assert refresh(file).endswith(": unchanged")
    assert file.read_bytes() == first


def test_a_failing_notebook_is_left_as_it_was(file):
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[1].source = "1 / 0"
    nbformat.write(notebook, file)
    before = file.read_bytes()
    assert "a cell failed, nothing was written" in refresh(file)
    assert file.read_bytes() == before
