"""How long a page takes to read."""

import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from tools.reading import minutes, state

TITLE = "# Title\n\nReading time: 1 minute. Prerequisites: none."
WORDS = " word" * 2000


def page(*texts, **code):
    cells = [new_markdown_cell(t) for t in (TITLE, *texts)]
    cells += [
        new_code_cell(s, metadata={"tags": [t]}) for t, s in code.items()
    ]
    return new_notebook(cells=cells)


def test_words_take_a_minute_for_two_hundred():
    assert minutes(page()) == 5
    assert minutes(page(WORDS)) == 15


@pytest.mark.parametrize(
    "text",
    [
        f":::{{exercise}} One\n:label: ex-one\n\n{WORDS}\n:::",
        f":::{{solution}} ex-one\n\n{WORDS}\n:::",
        f":::{{prf:proof}}\n:class: dropdown\n\n{WORDS}\n:::",
        f"## ★ More\n\n{WORDS}\n\n### Still more\n\n{WORDS}",
    ],
)
def test_what_is_folded_or_done_does_not_count(text):
    assert minutes(page(text)) == 5
    assert minutes(page(text, f"## The next section\n\n{WORDS}")) == 15


def test_a_proof_that_is_open_counts():
    assert minutes(page(f":::{{prf:proof}}\n\n{WORDS}\n:::")) == 15


def test_formulas_and_lines_count_and_hidden_cells_do_not():
    assert minutes(page("$$x$$\n\n" * 50)) == 10
    lines = "x = 1\n" * 400
    assert minutes(page(draws=lines)) == 15
    hidden = page()
    hidden.cells.append(
        new_code_cell(lines, metadata={"tags": ["hide-input"]})
    )
    assert minutes(hidden) == 5


def test_tables_count_like_formulas():
    table = {"text/html": '<table class="results"></table>', "text/plain": ""}
    tables = page()
    tables.cells += [
        new_code_cell(outputs=[new_output("execute_result", data=table)])
        for _ in range(50)
    ]
    assert minutes(tables) == minutes(page("$$x$$\n\n" * 50)) == 10


def test_the_time_is_written_where_it_is_stated():
    notebook = page(WORDS)
    state(notebook)
    assert "Reading time: 15 minute. Pre" in notebook.cells[0].source
    silent = new_notebook(cells=[new_markdown_cell("# Title")])
    state(silent)
    assert silent.cells[0].source == "# Title"
