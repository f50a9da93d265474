"""What is published for Python in the page, without a browser."""

import json

import nbformat
import pytest

from tests.book.conftest import parsed
from tools import book, runtime
from tools.live import cells_of, needs, relative, trimmed
from tools.notebooks import notebooks
from tools.runtime import Pinned, Unreachable

TWICE = """\
from byhand.checks.page import check_twice


def twice(x):
    # solution
    return 2 * x


check_twice(twice)"""


def notebook(*cells):
    made = nbformat.v4.new_notebook()
    for number, (kind, source, *tags) in enumerate(cells):
        new = getattr(nbformat.v4, f"new_{kind}_cell")
        cell = new(source, id=f"c{number}")
        if tags:
            cell.metadata["tags"] = tags
        made.cells.append(cell)
    return made


def test_cells_are_those_of_a_learner():
    page = notebook(
        ("code", "x = 1"),
        (
            "markdown",
            ":::{exercise} Twice\n:label: ex-twice\n\nDouble it.\n:::",
        ),
        ("code", TWICE, "exercise"),
        ("code", "y = twice(x)", "remove-cell"),
    )
    page.cells[2].metadata["exercise"] = {"label": "ex-twice", "points": 3}
    page.cells[3].metadata["browser"] = "needs patience"
    first, exercise, last = cells_of(page)
    assert (first["number"], exercise["number"], last["number"]) == (1, 2, 3)
    assert "2 * x" not in exercise["source"]
    assert 'raise NotImplementedError("Exercise: Twice")' in exercise["source"]
    assert exercise["exercise"] == {
        "title": "Twice", "label": "ex-twice", "points": 3,
        "checker": "check_twice",
    }  # fmt: skip
    assert exercise["defines"] == ["check_twice", "twice"]
    assert first["shown"]
    assert not last["shown"]
    assert (first["cannot"], last["cannot"]) == ("", "needs patience")


def test_what_a_module_needs_goes_through_others(tmp_path):
    package = tmp_path / "byhand"
    (package / "part").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "part" / "__init__.py").write_text("from byhand.a import x")
    (package / "part" / "inner.py").write_text("import numpy")
    (package / "a.py").write_text("def f():\n    import sympy as sp")
    (package / "b.py").write_text("from matplotlib.figure import Figure")
    (package / "c.py").write_text("from byhand import a, b")
    assert needs(package) == {
        "byhand": [],
        "byhand.a": ["sympy"],
        "byhand.b": ["matplotlib"],
        "byhand.c": ["matplotlib", "sympy"],
        "byhand.part": ["sympy"],
        # Its parent is imported before it.
        "byhand.part.inner": ["sympy"],
    }


def test_the_list_of_packages_holds_what_is_there():
    def entry(name, *depends):
        return {
            "file_name": f"{name}.whl", "sha256": "upstream",
            "depends": list(depends),
        }  # fmt: skip

    lock = {
        "info": {"version": "1"},
        "packages": {
            "plots": entry("plots", "numbers", "pytz"),
            "numbers": entry("numbers"),
            "other": entry("other"),
        },
    }
    files = [
        Pinned("f", f"{n}.whl", f"{n}-hash") for n in ("plots", "numbers")
    ]
    made = trimmed(lock, files)
    assert made["info"] == lock["info"]
    assert made["packages"].keys() == {"plots", "numbers"}
    assert made["packages"]["plots"]["sha256"] == "plots-hash"
    assert made["packages"]["plots"]["depends"] == ["numbers"]


def test_the_editor_imports_its_neighbors_by_address():
    text = (
        "import { A } from '@codemirror/view';\n"
        'import { B } from "style-mod";\n'
        "export { C } from './here.js'\n"
    )
    assert relative(text) == (
        'import { A } from "./codemirror-view.js";\n'
        'import { B } from "./style-mod.js";\n'
        "export { C } from './here.js'\n"
    )


def test_every_cell_that_cannot_run_says_why(root):
    """As the end of the sentence that the page says."""
    for path in notebooks(root):
        for cell in cells_of(parsed(path)):
            if said := cell["cannot"]:
                assert said.startswith("needs "), (path.name, cell["id"])
                assert not said.endswith("."), (path.name, cell["id"])


@pytest.mark.slow
def test_no_solution_is_published(site):
    if not (site / "live").exists():
        pytest.skip("the site was built without Python: no network")
    pages = list((site / "live").rglob("chapters/*/*.json"))
    assert pages
    for path in pages:
        cells = json.loads(path.read_text())["cells"]
        assert all("# solution" not in c["source"] for c in cells), path.name
        assert all(c["exercise"]["checker"] for c in cells if c["exercise"])


def test_a_site_without_the_files_says_so_in_a_line(monkeypatch, capsys):
    def missing(_):
        raise Unreachable("numpy.whl is nowhere")

    def build(folder, environment, *, pdf, live):
        assert live == ""
        return 3

    monkeypatch.setattr(runtime, "fetch", missing)
    monkeypatch.setattr(book, "build", build)
    monkeypatch.setattr("sys.argv", ["book"])
    assert book.main() == 3
    first = capsys.readouterr().out.splitlines()[0]
    assert first == (
        "Cells of this site will not run in the page: numpy.whl is nowhere."
    )
