"""Mutants: what is left out, which tests try them, what is known to live."""

import ast
import inspect
import sys
import tomllib

import pytest

from tools.mutants import (
    PACKAGE,
    ROOT,
    TESTS,
    Mutant,
    _statement,
    _what_runs,
    modules,
    part_of,
    prepare,
    try_tests,
)
from tools.mutants import (
    tests_that_reach as reaching,
)

PATH = PACKAGE / "glue.py"


def mutant(before, after):
    source = PATH.read_text()
    assert source.count(before) == 1
    line = source[: source.index(before)].count("\n") + 1
    return Mutant(
        PATH, "Some", line, before, after, source.replace(before, after)
    )


def test_what_does_not_run_is_no_mutant():
    source = 'def f(x: int | None = 1) -> int:\n    "A."\n    return x\n'
    for other in ("int + None", "int"):
        assert _what_runs(source) == _what_runs(
            source.replace("int | None", other)
        )
    assert _what_runs(source) == _what_runs(source.replace("A.", "B."))
    assert _what_runs(source) != _what_runs(source.replace("= 1", "= 2"))
    source = "@dataclass(frozen=True)\nclass A:\n    def f(x, *, y=1): pass\n"
    for change in [("True", "False"), ("*", "/")]:
        assert _what_runs(source) == _what_runs(source.replace(*change))
    assert _what_runs(source) != _what_runs(source.replace("*", "*z"))
    assert _what_runs("a == 'b'") == _what_runs("a <= 'b'")
    assert _what_runs("a == 'b'") != _what_runs("a > 'b'")
    assert _what_runs("a == 1") != _what_runs("a <= 1")
    for same in [
        ("len(a) == 0", "len(a) <= 0"), ("a.ndim != 0", "a.ndim > 0"),
        ("a.shape == ()", "a.shape <= ()"), ("a.dtype < object",
        "a.dtype != object"), ("a.dtype == bool", "a.dtype <= bool"),
    ]:  # fmt: skip
        assert _what_runs(same[0]) == _what_runs(same[1])
    for other in [
        ("len(a) == 1", "len(a) <= 1"), ("a.ndim != 0", "a.ndim < 0"),
        ("a.dtype == object", "a.dtype <= object"), ("a == 0", "a <= 0"),
    ]:  # fmt: skip
        assert _what_runs(other[0]) != _what_runs(other[1])


def test_the_statement_is_the_innermost():
    found = _statement(mutant("if not name:", "if name:"))
    tree = ast.parse(PATH.read_text())
    (branch,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "not name"
    ]
    assert found == (branch.lineno, branch.end_lineno)


def test_the_quickest_tests_that_run_the_line_come_first():
    changed = mutant("if not name:", "if name:")
    lines = {"glue.py": [changed.line]}
    tests = {
        "slow": {"seconds": 2.0, "lines": lines},
        "quick": {"seconds": 1.0, "lines": lines},
        "elsewhere": {"seconds": 0.1, "lines": {"glue.py": [1]}},
        "other module": {"seconds": 0.1, "lines": {"tables.py": [1]}},
    }
    assert reaching(changed, tests) == (["quick", "slow"], 3.0)
    del tests["slow"], tests["quick"]
    # What no test runs may run at import, and be seen by any test.
    assert reaching(changed, tests) == (["elsewhere", "other module"], 0.2)


@pytest.mark.slow
def test_a_mutant_is_killed_and_the_original_lives(monkeypatch):
    # What this process has imported before would be tested unchanged.
    for name in list(sys.modules):
        if name.split(".")[0] == "byhand" or name.endswith("test_glue"):
            monkeypatch.delitem(sys.modules, name)
    prepare()
    names = ["code/byhand/glue.py", "tests/package/test_glue.py"]
    bad = mutant("if not name:", "if name:")
    assert try_tests(bad, names, 1.0) == "killed"
    same = Mutant(PATH, "", 1, "", "", inspect.cleandoc(PATH.read_text()))
    assert try_tests(same, names, 1.0) == "lives"


def test_every_part_has_tests_and_every_module_a_part():
    assert {part_of(path) for path in modules([""])} <= set(TESTS)
    assert len(modules([""])) == len(list(PACKAGE.rglob("*.py")))
    for places in TESTS.values():
        assert places


def test_survivors_are_current_and_have_reasons():
    text = (ROOT / "tests" / "survivors.toml").read_text()
    for one in tomllib.loads(text).get("survivor", []):
        path = PACKAGE / one["module"]
        if not path.exists():
            continue  # this fork does without
        lines = path.read_text().splitlines()
        assert one["before"] in {line.strip() for line in lines}, one
        assert one["before"] != one["after"]
        assert len(one["reason"]) > 20, one
