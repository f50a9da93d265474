"""Damage a good notebook in every way we know, and see the run fail."""

import copy
import inspect
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools.notebooks import execute, normalize

pytestmark = pytest.mark.slow

FIGURE = """\
from byhand.figures import subplots
fig, ax = subplots()
ax.plot([1, 2, 4])
fig"""

CELLS = {
    "number": "print(6 * 7)",
    "value": "{'loss': 0.25}",
    "figure": FIGURE,
    "glue": "from byhand.glue import glue\nglue('answer', 42)",
    "error": "1 / 0",
    "silent": "assert True",
    "table": "from byhand.tables import table\ntable({'d': [1, 2]}, best=[1])",
    "formula": "import sympy as sp\nsp.Symbol('x') ** 2",
}


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    cells = [new_code_cell(s, id=name) for name, s in CELLS.items()]
    cells[4].metadata["tags"] = ["raises-exception"]
    folder = tmp_path_factory.mktemp("good")
    return normalize(execute(new_notebook(cells=cells), folder))


def a_digit_in_a_stream(number):
    number.outputs[0].text = "43\n"


def a_digit_in_a_value(value):
    value.outputs[0].data["text/plain"] = "{'loss': 0.26}"


def a_curve_of_a_figure(figure):
    data = figure.outputs[0].data
    svg = data["image/svg+xml"]
    curve = re.search(r'd="M [\d.]+ ([\d.]+) \nL [\d.]+ [\d.]+ \nL', svg)
    start, end = curve.span(1)
    moved = f"{float(curve[1]) + 1:.6f}"
    data["image/svg+xml"] = svg[:start] + moved + svg[end:]


def a_color_of_a_figure(figure):
    data = figure.outputs[0].data
    data["image/svg+xml"] = data["image/svg+xml"].replace("#0072b2", "#0072b3")


def a_figure_dropped(figure):
    figure.outputs = []


def a_figure_twice(figure):
    figure.outputs *= 2


def a_figure_as_png(figure):
    data = figure.outputs[0].data
    data["image/png"] = "iVBORw0KGgo="
    del data["image/svg+xml"]


def an_output_deleted(value):
    value.outputs = []


def an_output_invented(silent):
    silent.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="all good\n")
    ]


def a_cell_never_run(number):
    number.outputs = []
    number.execution_count = None


def a_silent_cell_never_run(silent):
    silent.execution_count = None


def stderr_noise(silent):
    silent.source = "import sys; print('hm', file=sys.stderr)"


def a_glued_number(glue):
    data = glue.outputs[0].data
    data["application/papermill.record/text/plain"] = "41"


def a_glued_name(glue):
    glue.outputs[0].metadata["scrapbook"]["name"] = "question"


def output_metadata(value):
    value.outputs[0].metadata["isolated"] = True


def a_traceback(error):
    error.outputs[0].traceback = ["ZeroDivisionError: all is well"]


def another_error(error):
    error.outputs[0].ename = "ValueError"


def an_error_that_no_longer_comes(error):
    error.source = "1 / 1"


def an_assertion_that_is_false(silent):
    silent.source = "assert False"


def a_cell_of_a_table(table):
    data = table.outputs[0].data
    data["text/html"] = data["text/html"].replace(">2<", ">3<")


def the_mark_of_a_row(table):
    data = table.outputs[0].data
    data["text/html"] = data["text/html"].replace("best", "wrong")


def a_formula_in_latex(formula):
    formula.outputs[0].data["text/latex"] = "$\\displaystyle x^{3}$"


def a_formula_dropped(formula):
    del formula.outputs[0].data["text/latex"]


#: Each damages one cell of the good notebook: the one its argument names.
DAMAGES = [
    a_digit_in_a_stream,
    a_digit_in_a_value,
    a_curve_of_a_figure,
    a_color_of_a_figure,
    a_figure_dropped,
    a_figure_twice,
    a_figure_as_png,
    an_output_deleted,
    an_output_invented,
    a_cell_never_run,
    a_silent_cell_never_run,
    stderr_noise,
    a_glued_number,
    a_glued_name,
    output_metadata,
    a_traceback,
    another_error,
    an_error_that_no_longer_comes,
    an_assertion_that_is_false,
    a_cell_of_a_table,
    the_mark_of_a_row,
    a_formula_in_latex,
    a_formula_dropped,
]


def damaged(good, damage):
    """Return a copy of the good notebook's cell that is damaged."""
    (target,) = inspect.signature(damage).parameters
    cell = copy.deepcopy(next(c for c in good.cells if c.id == target))
    before = copy.deepcopy(cell)
    damage(cell)
    assert cell != before, f"{damage.__name__} did no damage"
    cell.id = damage.__name__.replace("_", "-")
    return cell


@pytest.fixture(scope="module")
def verdicts(good, root, tmp_path_factory):
    """Run the good cells and a damaged one of each kind, as the book does."""
    folder = tmp_path_factory.mktemp("damaged")
    cells = [damaged(good, damage) for damage in DAMAGES]
    notebook = new_notebook(cells=good.cells + cells, metadata=good.metadata)
    nbformat.write(notebook, folder / "damaged.ipynb")
    run = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-c", root / "pyproject.toml",
            "--rootdir", folder, "-p", "tools.nbval_strict", "-rA", "-q",
            "--color=no", "--tb=no", "-p", "no:cacheprovider", folder,
        ],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    outcomes = re.findall(
        r"^(PASSED|FAILED|ERROR) \S*damaged\.ipynb::Cell (\d+)",
        run.stdout, re.MULTILINE,
    )  # fmt: skip
    assert len(outcomes) == len(notebook.cells), run.stdout + run.stderr
    return {notebook.cells[int(i)].id: outcome for outcome, i in outcomes}


@pytest.mark.parametrize("name", CELLS)
def test_an_undamaged_cell_passes(verdicts, name):
    assert verdicts[name] == "PASSED"


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_damage_is_found(verdicts, damage):
    assert verdicts[damage.__name__.replace("_", "-")] == "FAILED"
