"""What holds for every checker, whatever it asks."""

import functools
import importlib
import inspect
import itertools
import math
import pkgutil
import re
import sys
from decimal import Decimal
from fractions import Fraction

import byhand.checks
import numpy as np
import pytest
import sympy as sp
from byhand.checks import CheckFailed, NotStarted, _running
from byhand.threshold import Layer, Network

CHECKERS = {
    f"{module.name}.{name}": checker
    for module in pkgutil.iter_modules(byhand.checks.__path__)
    if not module.name.startswith("_")
    for name, checker in vars(
        importlib.import_module(f"byhand.checks.{module.name}")
    ).items()
    if name.startswith("check_")
}

#: By name: what is said of right answers, and the answers as arguments.
RIGHT = {}
for module in sorted({name.split(".")[0] for name in CHECKERS}):
    tests = importlib.import_module(f"tests.checks.test_{module}")
    for checker, (said, *answers) in tests.RIGHT.items():
        several = len(inspect.signature(checker).parameters) > 1
        RIGHT[f"{module}.{checker.__name__}"] = (
            said,
            answers if several else [(answer,) for answer in answers],
        )


def answers_with(checker):
    return next(
        iter(inspect.signature(checker).parameters.values())
    ).annotation


FUNCTIONS = {
    name: checker
    for name, checker in CHECKERS.items()
    if answers_with(checker).startswith("Callable")
}


def right_answer(name):
    return RIGHT[name][1][0]


every_checker = pytest.mark.parametrize("name", CHECKERS)
every_function = pytest.mark.parametrize("name", FUNCTIONS)


def test_every_checker_has_a_right_answer():
    assert RIGHT.keys() == CHECKERS.keys()


@every_checker
def test_every_right_answer_passes_and_what_was_tried_is_said(name, passes):
    said, answers = RIGHT[name]
    for answer in answers:
        text = passes(CHECKERS[name], *answer)
        assert said in text
        tried = text.split("passed, ")[1]
        assert re.search(r"\d|\ball\b|\beach\b", tried)


@every_checker
def test_a_checker_is_documented_and_typed(name):
    checker = CHECKERS[name]
    assert checker.__doc__.startswith("Check ")
    assert "Raises\n" not in checker.__doc__
    seen = inspect.signature(checker)
    assert "check" not in seen.parameters
    assert seen.return_annotation is None
    for parameter in seen.parameters:
        assert f"\n    {parameter}\n" in checker.__doc__


# ---- nonsense ------------------------------------------------------------


class Hostile:
    """An object all of whose methods raise an error."""

    def __init__(self, error):
        self.error = error

    def fail(self, *_, **__):
        raise self.error

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = fail
    __len__ = __iter__ = __getitem__ = __contains__ = __bool__ = fail
    __int__ = __float__ = __index__ = __complex__ = __round__ = fail
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = fail
    __truediv__ = __rtruediv__ = __neg__ = __abs__ = __pow__ = fail
    __array__ = __repr__ = __str__ = __format__ = __hash__ = fail


class Impostor:
    """An object that claims to be a dictionary of another class."""

    @property
    def __class__(self):
        raise RuntimeError("no class")


def endless():
    itself = []
    itself.append(itself)
    return itself


NONSENSE = {
    "None": lambda: None,
    "a string": lambda: "nonsense",
    "a number as a string": lambda: "1",
    "an empty string": lambda: "",
    "bytes": lambda: b"1",
    "an object": object,
    "a class": lambda: dict,
    "a module": lambda: math,
    "an empty list": list,
    "an empty dictionary": dict,
    "a dictionary": lambda: {1: 2},
    "a set": lambda: {(1, 2), "a"},
    "a generator": lambda: (x for x in "ab"),
    "an endless generator": itertools.count,
    "a ragged list": lambda: [[1], [1, 2]],
    "a list of lists of strings": lambda: [["1", "2"], ["3", "4"]],
    "a list that holds itself": endless,
    "a huge integer": lambda: 10**5000,
    "a huge negative integer": lambda: -(10**400),
    "a huge decimal number": lambda: Decimal("1e999999999"),
    "NaN": lambda: math.nan,
    "infinity": lambda: -math.inf,
    "decimal NaN": lambda: Decimal("sNaN"),
    "NaNs": lambda: np.full((2, 2), np.nan),
    "a complex number": lambda: 1 + 2j,
    "complex numbers": lambda: np.array([1j, 2]),
    "dates": lambda: np.array(["2026-01-01"], dtype="M8[D]"),
    "a structured array": lambda: np.zeros(2, dtype="i4,f4"),
    "an empty array": lambda: np.empty((0, 3)),
    "an array with many axes": lambda: np.zeros((1,) * 30),
    "a masked array": lambda: np.ma.masked_all(3),
    "a free symbol": lambda: sp.Symbol("z"),
    "SymPy's infinity": lambda: sp.zoo,
    "an imaginary number of SymPy": lambda: sp.I,
    "a matrix of symbols": lambda: sp.Matrix([[sp.Symbol("z"), 1]]),
    "objects in an array": lambda: np.array([None, "a"], dtype=object),
    "an error of a value": lambda: Hostile(RuntimeError("hostile")),
    "an error of the system": lambda: Hostile(SystemExit(1)),
    "an error of recursion": lambda: Hostile(RecursionError("deep")),
    "a list of errors": lambda: [Hostile(ValueError("hostile"))] * 3,
    "a false class": Impostor,
    "many numbers": lambda: [0.5] * 5000,
    "very many numbers": lambda: [0.5] * 10**5,
    "a long text": lambda: "ab" * 10**6,
    "a wrapped function": lambda: functools.partial(print, end=""),
}  # fmt: skip


def fails(name, what, *answer):
    checker = CHECKERS[name]
    try:
        checker(*answer)
    except CheckFailed as error:
        said = str(error)
    except BaseException as error:
        pytest.fail(f"{what}: {type(error).__name__} leaves the checker")
    else:
        pytest.fail(f"{what} passes")
    assert said.startswith(f"{checker.__name__}: not yet."), what
    assert len(said.splitlines()) < 100, what


@every_checker
def test_nonsense_is_refused(name):
    for place in range(len(right_answer(name))):
        for what, make in NONSENSE.items():
            answer = list(right_answer(name))
            answer[place] = make()
            fails(name, what, *answer)


@every_function
def test_a_function_that_returns_nonsense_is_refused(name):
    # Only what a program computes counts, not what it returns.
    if name == "counting.check_counts":
        return
    for what, make in NONSENSE.items():
        fails(
            name, what, lambda *_, make=make: make(), *right_answer(name)[1:]
        )


VERDICTS = {
    name: checker
    for name, checker in CHECKERS.items()
    if answers_with(checker) in ("Mapping[str, str]", "Mapping[str, bool]")
}


@pytest.mark.parametrize("name", VERDICTS)
def test_every_thing_is_given_one_of_the_verdicts(name, refused):
    (truth,) = right_answer(name)
    (key, verdict), *others = truth.items()
    for wrong in (
        {}, dict(others), truth | {"more": verdict}, list(truth),
        list(truth.items()), truth | {key: "fine"}, truth | {key: [verdict]},
        truth | {key: None}, truth | {key: 0}, truth | {key: 1},
        truth | {key: str(verdict) + " "}, dict.fromkeys(truth, object),
    ):  # fmt: skip
        said = " ".join(refused(VERDICTS[name], wrong).split())
        assert f"a dictionary with the keys {key!r}, " in said
        assert f"{verdict!r}" in said


@pytest.mark.parametrize("name", VERDICTS)
def test_a_wrong_verdict_is_answered_with_what_was_said(name, refused):
    (truth,) = right_answer(name)
    for key, right in truth.items():
        for said in set(truth.values()) - {right}:
            text = refused(VERDICTS[name], truth | {key: said})
            assert f"\n  got       you say {said!r}, but " in text


# ---- what functions do ---------------------------------------------------


class Odd(BaseException):
    def __str__(self):
        raise RuntimeError("no text")


@every_function
def test_an_error_of_the_function_is_shown_with_its_input(name, refused):
    for error in (
        ValueError("lost"), KeyError("lost"), SystemExit(1), StopIteration(),
        RecursionError("lost"), MemoryError(), GeneratorExit(), Odd(),
    ):  # fmt: skip

        def answer(*_, error=error):
            raise error

        text = refused(CHECKERS[name], answer, *right_answer(name)[1:])
        assert type(error).__name__ in text
        assert "raises an error on this input" in text


@every_function
def test_a_function_that_recurses_for_ever_is_refused(name):
    def answer(*given):
        return answer(*given)

    fails(name, "recursion", answer, *right_answer(name)[1:])


@every_function
def test_an_exercise_that_is_not_started_says_so_in_one_line(name):
    def answer(*_):
        raise NotImplementedError("Exercise: x")

    checker = CHECKERS[name]
    with pytest.raises(NotStarted) as caught:
        checker(answer, *right_answer(name)[1:])
    assert str(caught.value) == f"{checker.__name__}: not started."
    assert isinstance(caught.value, CheckFailed)


DATA = {
    name: checker
    for name, checker in CHECKERS.items()
    if not answers_with(checker).startswith("Callable")
}
every_data = pytest.mark.parametrize("name", DATA)


def undone():
    raise NotImplementedError("Exercise: x")


@every_data
def test_data_that_is_not_there_is_not_started(name):
    checker = DATA[name]
    others = right_answer(name)[1:]
    for open_answer in (..., undone, {"a": ...}):
        with pytest.raises(NotStarted) as caught:
            checker(open_answer, *others)
        assert str(caught.value) == f"{checker.__name__}: not started."


@every_data
def test_data_may_come_as_functions(name, passes, refused):
    checker, right = DATA[name], right_answer(name)
    passes(checker, *(lambda part=part: part for part in right))
    text = refused(checker, lambda: 1 / 0, *right[1:])
    assert "ZeroDivisionError" in text
    assert "1 / 0" in text


def in_a_helper(*_):
    assert sum(range(3)) == 4


@every_function
def test_an_error_shows_the_line_of_the_learner(name, refused):
    def answer(*given):
        return in_a_helper(*given)

    text = refused(CHECKERS[name], answer, *right_answer(name)[1:])
    assert "in test_every_checker.py, line " in text
    assert "assert sum(range(3)) == 4" in text


@every_checker
def test_what_does_not_come_back_is_stopped(name, refused, monkeypatch):
    def answer(*_):
        while True:
            try:
                {}["key"]
            except Exception:
                continue

    monkeypatch.setattr(_running, "SECONDS", 0.005)

    def data():
        return answer()

    wrong = answer if name in FUNCTIONS else data
    text = refused(CHECKERS[name], wrong, *right_answer(name)[1:])
    assert "stopped after 0.005 seconds" in text
    assert "in test_every_checker.py, line " in text


#: The functions of NumPy that a notebook may call.
CALLED = {
    module: {
        name: value
        for name, value in vars(module).items()
        if callable(value)
        and not isinstance(value, type)
        and not name.startswith("_")
    }
    for module in (np, np.linalg, np.random, math)
}


@pytest.fixture
def patched():
    """Replace all functions of NumPy that a notebook may call."""
    for module, functions in CALLED.items():
        vars(module).update(dict.fromkeys(functions, lambda *_, **__: True))
    yield
    for module, functions in CALLED.items():
        vars(module).update(functions)


@every_checker
def test_functions_of_numpy_may_be_replaced(name, passes, patched):
    passes(CHECKERS[name], *right_answer(name))


@every_checker
def test_replaced_functions_let_nothing_wrong_pass(name, patched):
    wrong = (0.25, [0.25, 0.5], {}, (1, (2, 3)))
    others = right_answer(name)[1:]
    for answer in wrong:
        fails(name, repr(answer), answer, *others)
        if name in FUNCTIONS and name != "counting.check_counts":
            fails(name, repr(answer), lambda *_, a=answer: a, *others)


@every_function
def test_ctrl_c_ends_the_checker(name):
    def answer(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        CHECKERS[name](answer, *right_answer(name)[1:])


@every_function
def test_a_function_may_print_and_spoil_its_arguments(name, capsys):
    right = right_answer(name)[0]

    def answer(*given):
        value = right(*given)
        sys.stdout.write("I was here\n")
        if isinstance(value, np.ndarray):
            value = value.copy()
        for argument in given:
            if isinstance(argument, np.ndarray):
                argument[...] = 0
            elif isinstance(argument, list):
                argument.clear()
        return value

    CHECKERS[name](answer, *right_answer(name)[1:])
    *printed, last = capsys.readouterr().out.splitlines()
    assert set(printed) == {"I was here"}
    assert last.startswith(f"{CHECKERS[name].__name__}: passed, ")


# ---- other forms of right answers ----------------------------------------

LETTERS = [
    name
    for name in CHECKERS
    if isinstance(right_answer(name)[0], str)
    and re.fullmatch(r"[a-j]+", right_answer(name)[0])
]


@pytest.mark.parametrize("name", LETTERS)
def test_letters_may_be_large(name, passes):
    (letters,) = right_answer(name)
    passes(CHECKERS[name], letters.upper())


def value_of(x):
    """Return a number of any type as a fraction."""
    if isinstance(x, np.ndarray):
        x = x[()]
    if isinstance(x, np.floating):
        return Fraction(*x.as_integer_ratio())
    if isinstance(x, sp.Float):
        x = sp.Rational(x)
    return Fraction(int(x)) if isinstance(x, np.integer) else Fraction(x)


def narrowest(x):
    """Return a NumPy scalar of the smallest type that holds the number."""
    widths = "int8 uint8 int16 uint32 int64 uint64 float16 float32 float64"
    for width in widths.split():
        try:
            scalar = np.dtype(width).type(x)
            if value_of(scalar) == value_of(x):
                return scalar
        except (OverflowError, ValueError):
            continue
    return x


#: Numbers of other types; one is used only where it is the same number.
NUMBERS = {
    "NumPy's narrowest": narrowest,
    "longdouble": np.longdouble,
    "Fraction": value_of,
    "Decimal": lambda x: (
        Decimal(value_of(x).numerator) / value_of(x).denominator
    ),
    "SymPy": lambda x: sp.Rational(*value_of(x).as_integer_ratio()),
    "SymPy's float": lambda x: sp.Float(float(x), 20),
    "float": float,
    "int": int,
    "True": bool,
    "an array without axes": np.array,
}


def as_array(entries):
    """Return an array, of objects if NumPy would make strings of numbers."""
    try:
        array = np.array(entries)
        plain = array.dtype.kind in "biuf"
        return array if plain else np.array(entries, object)
    except ValueError:
        return entries


BOXES = [list, tuple, as_array, sp.Matrix]
TYPES = (int, float, Fraction, np.number)


def fills_a_matrix(value):
    array = as_array(value)
    return (
        isinstance(array, np.ndarray)
        and array.ndim <= 2
        and all(isinstance(entry, TYPES) for entry in array.flat)
    )


def recast(value, number, box):
    """Return the same value with other types of numbers and of lists."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        if box is sp.Matrix and fills_a_matrix(value):
            return sp.Matrix(recast(value, NUMBERS["SymPy"], list))
        parts = [recast(part, number, box) for part in value]
        return parts if box is sp.Matrix else box(parts)
    if isinstance(value, dict):
        return {k: recast(v, number, box) for k, v in value.items()}
    if isinstance(value, bool):
        return np.bool_(value)
    if isinstance(value, TYPES):
        try:
            with np.errstate(all="ignore"):
                other = number(value)
                return other if value_of(other) == value_of(value) else value
        except (OverflowError, ValueError, TypeError):
            return value
    return value


def form_of(value):
    """Return what tells a form of a value from others: types and texts."""
    if isinstance(value, (list, tuple)):
        return type(value), *map(form_of, value)
    if isinstance(value, dict):
        return dict, *map(form_of, value.items())
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, form_of(value.tolist())
    return type(value), repr(value)


def test_no_two_forms_are_taken_for_one():
    ones = [
        1, 1.0, True, np.True_, np.int8(1), np.float32(1), np.longdouble(1),
        Fraction(1), Decimal(1), sp.Integer(1), sp.Float(1, 20), "1",
    ]  # fmt: skip
    forms = [
        *ones, *([one] for one in ones), *({"a": one} for one in ones),
        (1,), np.array(1), np.array([1]), np.array([1.0]), sp.Matrix([1]),
        *(np.array([one], object) for one in ones), np.array([1], np.int8),
    ]  # fmt: skip
    assert len(set(map(form_of, forms))) == len(forms)
    assert form_of([[1], (2,)]) == form_of([[1], (2,)])


#: Exact arithmetic on whole grids, many times over: not in `make check`.
SLOW = {"depth.check_product"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW))
        for name in CHECKERS
    ],
)
def test_other_forms_of_a_right_answer_pass(name, passes):
    checker, right = CHECKERS[name], right_answer(name)
    forms = list(itertools.product(NUMBERS.values(), BOXES))
    if name not in FUNCTIONS:
        answers = [[recast(p, *form) for p in right] for form in forms]
        # Many a form is the same for a single number, all are for a word.
        for answer in {form_of(a): a for a in answers}.values():
            passes(checker, *answer)
    elif "Network" not in answers_with(checker):
        # Every call returns another form, until all have been returned.
        cycle = itertools.cycle(forms)
        calls = itertools.count()

        def answer(*given):
            next(calls)
            return recast(right[0](*given), *next(cycle))

        while next(calls) < 2 * len(forms):
            passes(checker, answer, *recast(right[1:], *next(cycle)))


NETWORKS = [
    name for name in FUNCTIONS if "Network" in answers_with(CHECKERS[name])
]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_what_its_weights_say(name):
    right = right_answer(name)[0]

    class Fake(Network):
        """A network of other weights that answers like the right one."""

        def __call__(self, x):
            return self.model(x)

    def answer(*given):
        model = right(*given)
        first, *others = model.layers
        wrong = Layer(0 * first.W, first.b, first.units)
        fake = Fake(wrong, *others)
        object.__setattr__(fake, "model", model)
        return fake

    fails(name, "a fake", answer, *right_answer(name)[1:])
