"""Which cell to run first, for a name that is not defined yet."""

import json
from types import SimpleNamespace

import pytest
from byhand.checks import _cells
from byhand.checks._cells import advise_in_notebooks, run_first, undefined

CELLS = [
    ("markdown", "far = 1"),
    ("code", ["%magic\n"]),
    ("code", ["\n", "import numpy as np\n", "import os.path\n", "x = 1"]),
    ("code", "for far in []:\n    pass"),
    ("code", "[later for later in []]\nf = lambda inner: inner"),
    ("code", "far = 2"),
    ("code", "check_two_sums(two_sum)"),
    ("code", "between = 1"),
    ("code", "check_two_sum(two_sum)"),
    ("code", "later = 1"),
]
ABOVE = "Run the cells above this one first (Run, Run All Above Selected Cell)"


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Stand in the folder of a page."""
    monkeypatch.chdir(tmp_path)
    cells = [{"cell_type": kind, "source": text} for kind, text in CELLS]
    (tmp_path / "sums.ipynb").write_text(json.dumps({"cells": cells}))


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize(
    ("name", "number", "line"),
    [
        ("np", 2, "import numpy as np"),
        ("x", 2, "import numpy as np"),
        ("os", 2, "import numpy as np"),
        ("far", 3, "for far in []:"),
        ("f", 4, "[later for later in []]"),
        ("between", 7, "between = 1"),
    ],
)
def test_the_first_code_cell_that_defines_a_name(name, number, line):
    assert run_first(name, "sums", "check_two_sum") == (
        f"`{name}` comes from code cell {number} of this page, which begins "
        f"`{line}`. {ABOVE}."
    )


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("later", "sums"), ("inner", "sums"), ("nowhere", "sums"),
        ("path", "sums"), ("x", "no"),
    ],
)  # fmt: skip
def test_a_name_that_no_cell_above_defines_is_misspelled(name, page):
    assert run_first(name, page, "check_two_sum") == (
        f"`{name}` is not defined. {ABOVE}; if none of them defines it, it "
        "is misspelled."
    )


@pytest.mark.parametrize("text", ["no JSON", "{}", "{'cells': []}"])
def test_what_is_no_notebook_defines_nothing(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sums.ipynb").write_text(text)
    assert "is not defined" in run_first("x", "sums", "check_two_sum")


def error_of(action):
    try:
        action()
    except Exception as error:
        return error


def unbound():
    local += 1  # noqa: F821, F841


def test_only_a_name_that_is_nowhere_is_undefined():
    assert undefined(error_of(lambda: nowhere)) == "nowhere"  # noqa: F821
    for other in (error_of(unbound), ValueError("nowhere"), None):
        assert undefined(other) is None


def test_a_cell_that_imports_a_checker_is_advised(page, monkeypatch, capsys):
    registered = []
    shell = SimpleNamespace(
        events=SimpleNamespace(register=lambda *pair: registered.append(pair))
    )
    monkeypatch.setattr(_cells, "running_shell", lambda: None)
    advise_in_notebooks()
    assert registered == []
    monkeypatch.setattr(_cells, "running_shell", lambda: shell)
    advise_in_notebooks()
    ((event, advise),) = registered
    assert event == "post_run_cell"

    def run(source, error):
        advise(
            SimpleNamespace(
                error_in_exec=error, info=SimpleNamespace(raw_cell=source)
            )
        )
        return capsys.readouterr().out

    source = "from byhand.checks.sums import check_one, check_two_sum\nfar"
    missing = NameError("", name="far")
    assert run(source, missing).startswith("`far` comes from code cell 3 of")
    assert run(source, None) == run(source, ValueError("far")) == ""
    assert run("from byhand.tape import relu\nfar", missing) == ""
