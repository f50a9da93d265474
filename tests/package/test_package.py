"""The package: installable alone, dependencies in one direction."""

import ast
import importlib.util
import inspect
import pkgutil
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import byhand
import byhand.checks
import pytest

#: Which parts of the package a part may import.
MAY_IMPORT = {
    "_validate": set(),
    "glue": {"_validate"},
    "tables": {"_validate"},
    "regression": {"_validate"},
    "threshold": {"_validate"},
    "tape": {"_validate"},
    "backprop": {"_validate", "tape"},
    "cost": {"_validate", "tape", "tables"},
    "figures": {"_validate", "regression", "threshold", "tape", "backprop",
                "cost"},
    "checks": {"_validate", "regression", "threshold", "tape", "backprop",
               "cost", "tables"},
}  # fmt: skip
#: Parts that stand on NumPy alone when imported.
ON_NUMPY_ALONE = ["regression", "threshold", "tape", "backprop", "checks"]
#: The pages whose exercises are about formulas of SymPy, or about what counts
#: with them.
ON_SYMPY = {"counting", "jacobians", "measured", "memory", "mistakes", "modes"}


@pytest.fixture(scope="module")
def code():
    return Path(__file__).resolve().parents[2] / "code"


def modules(code):
    return sorted((code / "byhand").rglob("*.py"))


def imports(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "byhand":
                yield from (f"byhand.{alias.name}" for alias in node.names)
            else:
                yield node.module


def test_dependencies_point_one_way(code):
    for path in modules(code):
        part = path.relative_to(code / "byhand").with_suffix("").parts[0]
        if part == "__init__":
            continue
        used = {
            name.split(".")[1]
            for name in imports(path)
            if name.startswith("byhand.")
        }
        assert used <= MAY_IMPORT[part] | {part}, (path, used)


def test_every_part_is_listed():
    parts = {m.name for m in pkgutil.iter_modules(byhand.__path__)}
    assert parts <= MAY_IMPORT.keys()


def test_no_witness_is_imported_when_a_part_is(code):
    known = {
        "IPython", "byhand", "cycler", "matplotlib", "matplotlib_inline",
        "mpmath", "numpy", "sympy", "z3",
    }  # fmt: skip
    for path in modules(code):
        outside = {name.split(".")[0] for name in imports(path)}
        outside -= known | sys.stdlib_module_names
        assert not outside, (path, outside)


def printed(program):
    """Run a program in a fresh Python; return what it prints."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


@pytest.mark.parametrize(
    "part",
    [p for p in ON_NUMPY_ALONE
     if p in {m.name for m in pkgutil.iter_modules(byhand.__path__)}],
)  # fmt: skip
def test_stands_on_numpy_alone(part):
    program = (
        f"import sys, byhand.{part}\n"
        "print({'sympy', 'matplotlib', 'mpmath', 'z3'} & set(sys.modules))"
    )
    assert printed(program) == "set()\n"


def test_checkers_import_sympy_for_the_pages_that_do():
    """In a browser it would be fetched, and take seconds, for all others."""
    names = {m.name for m in pkgutil.iter_modules(byhand.checks.__path__)}
    program = (
        "import importlib, sys\n"
        f"for name in {sorted(names - ON_SYMPY)}:\n"
        "    importlib.import_module(f'byhand.checks.{name}')\n"
        "print('sympy' in sys.modules)"
    )
    assert printed(program) == "False\n"


def test_what_a_grader_puts_back_is_there_before_a_notebook():
    """In a fork whose checkers are without SymPy as well."""
    program = (
        "from byhand.checks._grading import _KEPT, _State\n"
        "print(_KEPT - {*_State().modules})"
    )
    assert printed(program) == "set()\n"


def test_public_names_exist_and_are_documented():
    for info in pkgutil.iter_modules(byhand.__path__, "byhand."):
        if info.name.endswith("._validate"):
            continue
        module = __import__(info.name, fromlist=["__doc__"])
        assert module.__doc__, info.name
        for name in getattr(module, "__all__", []):
            public = getattr(module, name)
            if inspect.isroutine(public) or inspect.isclass(public):
                assert public.__doc__, f"{info.name}.{name}"


def test_one_name_one_thing():
    """No reader needs ``as``, and no module hides behind a function."""
    where = {}
    for info in pkgutil.iter_modules(byhand.__path__, "byhand."):
        module = importlib.import_module(info.name)
        for name in getattr(module, "__all__", []):
            assert name not in where, (name, where[name], info.name)
            where[name] = info.name
            path = f"{info.name}.{name}"
            assert not (info.ispkg and importlib.util.find_spec(path)), path


@pytest.mark.slow
def test_installs_on_its_own(code, tmp_path):
    """`pip install ./code` gives every module, from a folder without git."""
    source, target = tmp_path / "code", tmp_path / "site"
    shutil.copytree(
        code, source,
        ignore=shutil.ignore_patterns("*.egg-info", "__pycache__", "build"),
    )  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps",
         "--no-build-isolation", "--no-index", "--target", target, source],
        check=True, capture_output=True,
    )  # fmt: skip
    installed = {p.relative_to(target) for p in target.rglob("*.py")}
    assert {p.relative_to(code) for p in modules(code)} <= installed


def test_requirements(code):
    project = tomllib.loads((code / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11"
    names = {d.split(">")[0] for d in project["dependencies"]}
    assert names == {"numpy", "matplotlib", "sympy"}
    assert project["version"] == byhand.__version__


def test_the_standard_library_code_is_not_shadowed(code):
    assert not (code / "__init__.py").exists()
    run = subprocess.run(
        [sys.executable, "-c", "import code; print(code.InteractiveConsole)"],
        cwd=code.parent, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "code.InteractiveConsole" in run.stdout
