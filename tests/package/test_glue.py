"""Numbers from cells into prose."""

import pytest
import sympy
from byhand.glue import glue
from myst_nb.ext.glue import extract_glue_data_cell
from nbformat.v4 import new_code_cell, new_output


@pytest.fixture
def glued(monkeypatch):
    """Glue outside a notebook, and return what a notebook would get."""

    def record(name, value):
        shown = []
        monkeypatch.setattr(
            "IPython.display.display",
            lambda data, **how: shown.append((data, how)),
        )
        glue(name, value)
        ((data, how),) = shown
        assert how.pop("raw") is True  # the forms themselves, not an object
        return data, how["metadata"]

    return record


def test_the_book_builder_finds_it(glued):
    data, metadata = glued("answer", 42)
    cell = new_code_cell(
        outputs=[new_output("display_data", data, metadata=metadata)]
    )
    ((name, output),) = extract_glue_data_cell(cell)
    assert name == "answer"
    assert output["data"] == {"text/plain": "42"}
    # Nothing is left to show in the cell itself.
    assert cell.outputs == []


def test_formulas_keep_their_latex(glued):
    data, _ = glued("root", sympy.sqrt(2))
    prefix = "application/papermill.record/"
    assert data[prefix + "text/plain"] == "sqrt(2)"
    assert "\\sqrt{2}" in data[prefix + "text/latex"]


def test_what_has_no_latex_after_all_is_stored_as_text(glued):
    class Value:
        def _repr_latex_(self):
            return None

        def __str__(self):
            return "7"

    data, _ = glued("value", Value())
    assert data == {"application/papermill.record/text/plain": "7"}


def test_a_string_is_stored_as_it_is(glued):
    data, _ = glued("loss", "0.12")
    assert list(data.values()) == ["0.12"]


def test_names():
    with pytest.raises(TypeError, match="name must be a string, got 3"):
        glue(3, 4)
    with pytest.raises(ValueError, match="name must not be empty"):
        glue("", 4)
