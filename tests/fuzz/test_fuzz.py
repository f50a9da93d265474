"""A short run of `make fuzz`, and tests that it can fail."""

import dataclasses
import importlib
import inspect
import itertools
import math
import pkgutil
import random
import warnings

import numpy as np
import pytest

from tests.fuzz.engine import (
    BYTES,
    call,
    example,
    judge,
    parts,
    public,
    recipe,
    recipes,
    spoil,
)

RECIPES = recipes()
MODULES = {
    module.PART: module
    for info in pkgutil.iter_modules(
        importlib.import_module("tests.fuzz.recipes").__path__
    )
    for module in [importlib.import_module(f"tests.fuzz.recipes.{info.name}")]
}


@pytest.mark.parametrize("part", parts())
def test_no_public_function_is_forgotten(part):
    module = MODULES[part]
    assert public(part).keys() == RECIPES[part].keys() | module.RESULTS
    assert not RECIPES[part].keys() & module.RESULTS


@pytest.mark.parametrize("part", RECIPES)
def test_right_calls_are_right(part):
    for name, how in RECIPES[part].items():
        for right in how.calls:
            assert not judge(name, public(part)[name], right(), how, {})


@pytest.mark.parametrize("part", RECIPES)
def test_every_argument_is_in_a_right_call(part):
    for name, how in RECIPES[part].items():
        function = public(part)[name]
        given = set()
        for right in how.calls:
            args, kwargs = right()
            bound = inspect.signature(function).bind(*args, **kwargs)
            given |= bound.arguments.keys()
        # What recorded functions and figures pass on to others.
        rest = {"options", "params", "kwargs", "notation", "simplify",
                "in_place", "scratch", "steps"}  # fmt: skip
        missing = inspect.signature(function).parameters.keys() - given
        assert missing <= rest, name


#: Few for figures, which take their time.
@pytest.mark.parametrize("part", RECIPES)
def test_nonsense_is_refused_by_name(part):
    failures = []
    for name, how in RECIPES[part].items():
        for number in range(max(1, math.ceil(12 * how.share))):
            rng = random.Random(f"short {name} {number}")
            failed = example(name, public(part)[name], how, rng)
            failures += [str(failed)] if failed else []
    assert not failures, "\n".join(failures)


# ---- what the judge sees ---------------------------------------------------


def bad(n):
    """Take a number, and do badly.

    Raises
    ------
    LookupError
        Never.
    """
    return BEHAVIOR[n](n)


def raises(error):
    def run(_):
        raise error

    return run


def warns(_):
    code = compile("warnings.warn('hm', stacklevel=1)", _inside(), "exec")
    exec(code, {"warnings": warnings})


def _inside():
    """Name a file of the package, whose warnings count."""
    return inspect.getsourcefile(importlib.import_module("byhand"))


@dataclasses.dataclass
class Held:
    x: float


BEHAVIOR = {
    "does not end": lambda _: sum(1 for _ in itertools.count()),
    "MemoryError": lambda _: np.ones(BYTES // 4),
    "KeyError": raises(KeyError("n")),
    "ValueError does not name": raises(ValueError("no such thing")),
    "ValueError of": raises(ValueError("n" * 20_000)),
    "returns NaN": lambda _: [np.array([1.0, math.nan])],
    "returns NaN in a record": lambda _: Held(math.nan),
    "returns NaN among objects": lambda _: np.array([math.nan], object),
    "warns UserWarning": warns,
    "accepts object()": lambda _: 1,
}


@pytest.mark.parametrize("what", BEHAVIOR)
def test_the_judge_sees(what, monkeypatch):
    monkeypatch.setattr("tests.fuzz.engine.SECONDS", 0.2)
    spoiled = {"n": "object()" if what == "accepts object()" else "'a'"}
    failed = judge("bad", bad, call(what), recipe(), spoiled)
    assert failed.what.startswith(
        what.partition(" in ")[0].partition(" am")[0]
    )


@pytest.mark.parametrize(
    "error", [ValueError("n is odd"), TypeError("N!"), LookupError("n?")]
)
def test_the_judge_lets_pass(error, monkeypatch):
    monkeypatch.setitem(BEHAVIOR, "good", raises(error))
    assert not judge("bad", bad, call("good"), recipe(), {"n": "'a'"})


def test_what_lies_inside_is_spoiled_too():
    rng = random.Random(0)
    seen = {spoil([[1.0, 2.0], {"a": (3,)}], rng)[1] for _ in range(500)}
    for place in ("[0]", "[0][1]", "[1]['a']", "[1]['a'][0]"):
        assert any(what.startswith(f"{place} ") for what in seen)
    assert len(seen) > 200
