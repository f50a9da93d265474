"""Call public functions with one or two arguments spoiled, and judge them.

A recipe is a call that is right.  The engine replaces an argument, or an
entry deep inside one, by nonsense, and looks at what comes:

- an error is a TypeError or a ValueError, or one that the docstring lists
  under "Raises", and its sentence names the argument that was spoiled;
- no warning, no NaN in what is returned, no call that does not end, none
  that eats the memory;
- an argument that is no value at all (`object()`) is never accepted.
"""

import dataclasses
import importlib
import inspect
import pkgutil
import random
import re
import resource
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import byhand
import numpy as np
from byhand import _validate

CODE, HERE = str(Path(byhand.__file__).parent), str(Path(__file__).parent)

#: A call may compute so many seconds, and take so many bytes more.
SECONDS, BYTES = 10, 2**31

Call = tuple[tuple[Any, ...], dict[str, Any]]


def call(*args: Any, **kwargs: Any) -> Call:
    """Write down a call."""
    return args, kwargs


@dataclasses.dataclass
class Recipe:
    """Right calls of one public function, and what is special about it.

    Parameters
    ----------
    calls
        Functions that make a right call each.
    free
        Arguments that take any value.
    says
        Other words by which an error may name an argument.
    like_numpy
        Whether it does as NumPy's functions do: infinities and NaN go
        through, and NumPy may warn of them.
    share
        How many examples it gets, where others get 1: less if it is slow.
    """

    calls: tuple[Callable[[], Call], ...]
    free: tuple[str, ...] = ()
    says: Mapping[str, str] = dataclasses.field(default_factory=dict)
    like_numpy: bool = False
    share: float = 1.0


def recipe(*calls: Callable[[], Call], **options: Any) -> Recipe:
    """Make a recipe of functions that make right calls."""
    return Recipe(calls, **options)


# ---- what is public --------------------------------------------------------


def parts() -> list[str]:
    """Return the modules whose names readers import, but for checkers.

    Those have tests of their own, against more nonsense still
    (tests/checks/test_every_checker.py).
    """
    found = []
    for info in pkgutil.iter_modules(byhand.__path__, "byhand."):
        last = info.name.split(".")[-1]
        if last.startswith("_") or last == "checks":
            continue
        found.append(info.name)
        if last == "figures":
            path = importlib.import_module(info.name).__path__
            found += [
                m.name
                for m in pkgutil.iter_modules(path, "byhand.figures.")
                if "._" not in m.name
            ]
    return found


def public(part: str) -> dict[str, Any]:
    """Return the public functions, methods and classes of a part by name."""
    module = importlib.import_module(part)
    names = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(value, "__module__", None) == part
    ]
    found: dict[str, Any] = {}
    for name in names:
        value = getattr(module, name)
        home = getattr(type(value), "__module__", "")
        if inspect.isclass(value) and value.__module__.startswith("byhand"):
            if not issubclass(value, Exception):
                found |= _of_class(name, value)
        elif inspect.isfunction(value) or (
            callable(value) and home.startswith("byhand")
        ):
            found[name] = value
    return found


def _of_class(name: str, kind: type) -> dict[str, Any]:
    found = {name: kind}
    for method, value in vars(kind).items():
        if (not method.startswith("_") or method == "__call__") and (
            inspect.isfunction(value)
            or isinstance(value, classmethod | staticmethod)
        ):
            found[f"{name}.{method}"] = getattr(kind, method)
    return found


def recipes() -> dict[str, dict[str, Recipe]]:
    """Return all recipes, by part and name."""
    package = importlib.import_module("tests.fuzz.recipes")
    found: dict[str, dict[str, Recipe]] = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"tests.fuzz.recipes.{info.name}")
        found[module.PART] = module.RECIPES
    return found


# ---- nonsense --------------------------------------------------------------


class Planted(Exception):
    """What a function that we hand over raises."""


def _raises(*_: Any, **__: Any) -> Any:
    raise Planted


NUMBERS: dict[str, Callable[[], Any]] = {
    "0": lambda: 0,
    "-1": lambda: -1,
    "1": lambda: 1,
    "2": lambda: 2,
    "1.0": lambda: 1.0,
    "-0.5": lambda: -0.5,
    "3.7": lambda: 3.7,
    "10**5": lambda: 10**5,
    "10**9": lambda: 10**9,
    "2**63": lambda: 2**63,
    "-2**63": lambda: -(2**63),
    "10**30": lambda: 10**30,
    "10**400": lambda: 10**400,
    "-10**5000": lambda: -(10**5000),
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "-inf": lambda: float("-inf"),
    "1e308": lambda: 1e308,
    "-1e308": lambda: -1e308,
    "1e-320": lambda: 1e-320,
    "Fraction(1, 3)": lambda: Fraction(1, 3),
    "Fraction(10**400, 3)": lambda: Fraction(10**400, 3),
    "Decimal('1.5')": lambda: Decimal("1.5"),
    "Decimal('NaN')": lambda: Decimal("NaN"),
    "1 + 2j": lambda: 1 + 2j,
    "np.complex128(1 + 2j)": lambda: np.complex128(1 + 2j),
    "True": lambda: True,
    "np.True_": lambda: np.True_,
    "np.int8(100)": lambda: np.int8(100),
    "np.uint8(20)": lambda: np.uint8(20),
    "np.float16(6e4)": lambda: np.float16(6e4),
    "np.float32(3e38)": lambda: np.float32(3e38),
    "np.longdouble('1e4000')": lambda: np.longdouble("1e4000"),
    "np.float64('nan')": lambda: np.float64("nan"),
    "np.datetime64('2026')": lambda: np.datetime64("2026"),
    "np.ma.masked": lambda: np.ma.masked,
}
OBJECTS: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "object()": object,
    "'nonsense'": lambda: "nonsense",
    "''": str,
    "b'1'": lambda: b"1",
    "'1'": lambda: "1",
    "...": lambda: ...,
    "{}": dict,
    "{'x': 1}": lambda: {"x": 1},
    "{1}": lambda: {1},
    "()": tuple,
    "[]": list,
    "[[]]": lambda: [[]],
    "[1]": lambda: [1],
    "[1, 2, 3]": lambda: [1, 2, 3],
    "[None]": lambda: [None],
    "[[1], [1, 2]]": lambda: [[1], [1, 2]],
    "[1, [2]]": lambda: [1, [2]],
    "slice(2)": lambda: slice(2),
    "range(3)": lambda: range(3),
    "range(10**30)": lambda: range(10**30),
    "count()": count,
    "(x for x in [1])": lambda: (x for x in [1]),
    "np.zeros((0, 3))": lambda: np.zeros((0, 3)),
    "np.zeros(())": lambda: np.zeros(()),
    "np.zeros((1,) * 20)": lambda: np.zeros((1,) * 20),
    "np.zeros(2, 'i4,f4')": lambda: np.zeros(2, "i4,f4"),
    "np.array(['a'])": lambda: np.array(["a"]),
    "np.array([None, 1.0])": lambda: np.array([None, 1.0]),
    "np.ma.masked_all(3)": lambda: np.ma.masked_all(3),
    "[np.ma.masked_all(2)] * 2": lambda: [np.ma.masked_all(2)] * 2,
    "np.full((2, 2), 1e308)": lambda: np.full((2, 2), 1e308),
}
#: What a function that is handed over may do.
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "raises": lambda _: _raises,
    "returns None": lambda _: lambda *_, **__: None,
    "returns nan": lambda _: lambda *_, **__: float("nan"),
    "returns [nan]": lambda _: lambda *_, **__: [float("nan")],
    "returns inf": lambda _: lambda *_, **__: float("inf"),
    "returns 'a'": lambda _: lambda *_, **__: "a",
    "returns 1j": lambda _: lambda *_, **__: 1j,
    "returns 10**400": lambda _: lambda *_, **__: 10**400,
    "returns []": lambda _: lambda *_, **__: [],
    "returns a ragged list": lambda _: lambda *_, **__: [[1], [1, 2]],
    "returns object()": lambda _: lambda *_, **__: object(),
    "returns a masked array": lambda _: lambda *_, **__: np.ma.masked_all(2),
    "returns one too many": lambda f: lambda *a, **k: [f(*a, **k)] * 2,
}


def _as(dtype: Any) -> Callable[[Any], Any]:
    return lambda value: np.asarray(value).astype(dtype)


def _with(entry: Any, dtype: Any = object) -> Callable[[Any], Any]:
    def change(value: Any) -> Any:
        array = np.array(value, dtype=dtype)
        array.flat[-1] = entry
        return array

    return change


def _masked(value: Any) -> Any:
    masked = np.ma.masked_array(np.array(value))
    masked.mask = np.zeros(masked.shape, bool)
    masked.mask.flat[0] = True
    return masked


#: What arrays may be turned into.
ARRAYS: dict[str, Callable[[Any], Any]] = {
    "as float16": _as(np.float16),
    "as longdouble": _as(np.longdouble),
    "as complex": _as(complex),
    "as imaginary": lambda value: np.asarray(value) * 1j,
    "as objects": _as(object),
    "as bool": _as(bool),
    "as uint8": _as(np.uint8),
    "as int8": _as(np.int8),
    "as text": _as(str),
    "with nan": _with(np.nan, float),
    "with inf": _with(np.inf, float),
    "with 1e308": _with(1e308, float),
    "times 1e308": lambda value: np.asarray(value, float) * 1e308,
    "times 1e-200": lambda value: np.asarray(value, float) * 1e-200,
    "times 1e200": lambda value: np.asarray(value, float) * 1e200,
    "times 0": lambda value: np.asarray(value) * 0,
    "nan among objects": _with(np.nan),
    "None among objects": _with(None),
    "a string among objects": _with("a"),
    "10**400 among objects": _with(10**400),
    "2**70 among objects": _with(2**70),
    "a Fraction among objects": _with(Fraction(1, 3)),
    "a Decimal among objects": _with(Decimal("NaN")),
    "masked": _masked,
    "masked rows in a list": lambda value: [*map(_masked, value)],
    "empty": lambda value: np.asarray(value)[:0],
    "one axis more": lambda value: np.asarray(value)[None],
    "one axis less": lambda value: np.asarray(value)[0],
    "one row less": lambda value: np.asarray(value)[:-1],
    "transposed": lambda value: np.asarray(value).T,
    "backward": lambda value: np.asarray(value)[::-1],
    "ragged": lambda value: [*list(value)[:-1], [1, [2]]],
    "a generator": lambda value: (v for v in value),
    "a set": lambda value: set(np.asarray(value).flat),
}  # fmt: skip


def _entries(value: Any, path: tuple[Any, ...] = ()) -> Iterator[Any]:
    """Yield the paths to everything inside lists, tuples and mappings."""
    inside = ()
    if isinstance(value, list | tuple) and type(value) in {list, tuple}:
        inside = enumerate(value)
    elif isinstance(value, dict):
        inside = value.items()
    for key, part in inside:
        yield (*path, key)
        yield from _entries(part, (*path, key))


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    key, *rest = path
    if isinstance(value, dict):
        return value | {key: _replaced(value[key], tuple(rest), new)}
    parts_ = list(value)
    parts_[key] = _replaced(parts_[key], tuple(rest), new)
    return type(value)(parts_)


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def spoil(value: Any, rng: random.Random) -> tuple[Any, str]:
    """Return a spoiled value, and what was done to it."""
    path: tuple[Any, ...] = ()
    if rng.random() < 0.5 and (paths := list(_entries(value))):
        path = rng.choice(paths)
    part = _at(value, path)
    for _ in range(20):
        tables: list[dict[str, Any]] = [NUMBERS, OBJECTS]
        if isinstance(part, list | tuple | np.ndarray):
            tables += [ARRAYS, ARRAYS]
        if inspect.isroutine(part) or inspect.isclass(part):
            tables += [FUNCTIONS, FUNCTIONS]
        table = rng.choice(tables)
        what = rng.choice(list(table))
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                given = (
                    table[what](part)
                    if table is ARRAYS or table is FUNCTIONS
                    else table[what]()
                )
        except Exception:  # this array cannot be turned into that
            continue
        place = "".join(f"[{key!r}]" for key in path)
        return _replaced(value, path, given), f"{place} {what}".strip()
    return None, "None"


# ---- the verdict -----------------------------------------------------------


class Hang(BaseException):
    """A call took too long."""


@contextmanager
def limits(seconds: float | None = None, more: int = BYTES) -> Iterator[None]:
    """Stop what takes too long or too much memory."""

    def ring(*_: Any) -> None:
        raise Hang

    assert threading.current_thread() is threading.main_thread()
    page = resource.getpagesize()
    used = int(Path("/proc/self/statm").read_text().split()[0]) * page
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGPROF, ring)
    resource.setrlimit(resource.RLIMIT_AS, (used + more, hard))
    signal.setitimer(signal.ITIMER_PROF, seconds or SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        # One that is on its way would end the process.
        signal.signal(
            signal.SIGPROF,
            signal.SIG_IGN if before is signal.SIG_DFL else before,
        )
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def documented(function: Any) -> set[str]:
    """Return the errors that a function may raise, by name."""
    text = "\n".join(
        inspect.getdoc(thing) or ""
        for thing in (function, getattr(function, "__init__", None))
    )
    found = {"TypeError", "ValueError"}
    block = re.search(r"^Raises\n-+\n((?:.+\n?|\n(?=\S+\n ))*)", text, re.M)
    if block:
        found |= set(re.findall(r"^([A-Za-z][\w.]*)$", block[1], re.M))
    return {name.split(".")[-1] for name in found}


def _has_nan(value: Any, depth: int = 4) -> bool:
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "fc":
            return bool(np.isnan(value).any())
        return value.dtype.kind == "O" and any(
            _has_nan(v, depth - 1) for v in value.flat if v is not value
        )
    if isinstance(value, float | complex | np.inexact):
        return bool(value != value)
    if isinstance(value, Decimal):
        return value.is_nan()
    if depth <= 0:
        return False
    if isinstance(value, dict):
        return any(_has_nan(v, depth - 1) for v in value.values())
    if isinstance(value, list | tuple):
        return any(_has_nan(v, depth - 1) for v in value[:1000])
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return any(_has_nan(v, depth - 1) for v in vars(value).values())
    return False


@dataclasses.dataclass(frozen=True)
class Failure:
    """What is wrong about one call."""

    name: str
    spoiled: tuple[str, ...]
    what: str
    where: str

    def __str__(self) -> str:
        spoiled = ", ".join(self.spoiled) or "nothing spoiled"
        return f"{self.name}({spoiled}): {self.what} {self.where}".strip()


def judge(
    name: str,
    function: Any,
    given: Call,
    how: Recipe,
    spoiled: Mapping[str, str],
) -> Failure | None:
    """Call, and return what is wrong, or None.

    Parameters
    ----------
    spoiled
        What was done to which argument.
    """
    args, kwargs = given

    def failure(what: str, where: str = "") -> Failure:
        how_ = tuple(f"{a}: {did}" for a, did in spoiled.items())
        return Failure(name, how_, what, where)

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            with limits(), redirect_stdout(StringIO()):
                result = function(*args, **kwargs)
                if inspect.isgenerator(result):
                    result = next(result, None)
                elif type(result).__module__.startswith("byhand"):
                    _shown(result)
                bad = None
        except Planted:
            bad = None
            result = None
        except Hang as error:
            return failure("does not end", _line(error))
        except Exception as error:
            # What a function that we handed over raises is its own affair.
            bad = None if _is_ours(error) else error
            result = None
    ours = [w for w in warned if w.filename.startswith(CODE)]
    if how.like_numpy:
        ours = [w for w in ours if w.category is not RuntimeWarning]
    if ours and not set(spoiled) & set(how.free):
        said = ours[0]
        return failure(f"warns {said.category.__name__}: {said.message}")
    if bad is None:
        if _has_nan(result) and not how.like_numpy:
            return failure("returns NaN")
        accepted = [
            a for a, did in spoiled.items()
            if did.endswith("object()") and "returns" not in did
            and a not in how.free and not how.like_numpy
        ]  # fmt: skip
        return failure("accepts object()") if accepted else None
    kind, said = type(bad).__name__, str(bad)
    if set(spoiled) & set(how.free):
        return None
    ours_too = isinstance(bad, TypeError | ValueError) and type(
        bad
    ).__module__.startswith("byhand")
    if kind not in documented(function) and not ours_too:
        return failure(f"{kind}: {said[:100]}", _line(bad))
    if not spoiled:
        return failure(f"a right call raises {kind}: {said[:100]}", _line(bad))
    if len(said) > 10_000:
        return failure(f"{kind} of {len(said)} characters", _line(bad))
    names = {
        word
        for a, did in spoiled.items()
        for word in (
            a,
            *how.says.get(a, "").split("|"),
            # The name of what was spoiled inside a dictionary.
            *re.findall(r"\['(\w+)'\]", did),
        )
        if word
    }
    if not any(
        re.search(rf"(?<![^\W_]){re.escape(w)}(?![^\W_])", said, re.IGNORECASE)
        for w in names
    ):
        return failure(
            f"{kind} does not name {sorted(names)}: {said[:100]}", _line(bad)
        )
    return None


def _shown(result: Any) -> None:
    try:
        repr(result)
    except ValueError as error:
        # Python's own limit on the digits of an integer.
        if "4300 digits" not in str(error):
            raise


def _is_ours(error: Exception) -> bool:
    """Tell whether a function that a recipe hands over raised the error."""
    frames = traceback.extract_tb(error.__traceback__)[1:]
    files = [f.filename for f in frames]
    last = max(
        (i for i, name in enumerate(files) if name.startswith(CODE)),
        default=len(files),
    )
    return any(name.startswith(HERE) for name in files[last + 1 :])


def _line(error: BaseException) -> str:
    """Say which line of the package an error came from."""
    frames = [
        f for f in traceback.extract_tb(error.__traceback__)
        if f.filename.startswith(CODE) and f.filename != _validate.__file__
    ]  # fmt: skip
    if not frames:
        return ""
    last = frames[-1]
    return f"({last.filename.removeprefix(CODE)}:{last.lineno})"


def named(function: Any, given: Call) -> dict[str, tuple[Any, Any]]:
    """Return where each argument stands in a call, by name."""
    args, kwargs = given
    places: dict[str, tuple[Any, Any]] = {}
    parameters = list(inspect.signature(function).parameters.values())
    for i in range(len(args)):
        at = parameters[min(i, len(parameters) - 1)]
        for parameter in parameters[: i + 1]:
            if parameter.kind is parameter.VAR_POSITIONAL:
                at = parameter
                break
        key = at.name if at.name not in places else f"{at.name}[{i}]"
        places[key] = ("args", i)
    for key in kwargs:
        places[key] = ("kwargs", key)
    places.pop("self", None)
    return places


def example(
    name: str, function: Any, how: Recipe, rng: random.Random
) -> Failure | None:
    """Spoil one or two arguments of a right call, and judge what comes."""
    args, kwargs = rng.choice(how.calls)()
    args, kwargs = list(args), dict(kwargs)
    places = named(function, (tuple(args), kwargs))
    if not places:
        return judge(name, function, (tuple(args), kwargs), how, {})
    several = min(len(places), 1 if rng.random() < 0.75 else 2)
    done = {}
    for key in rng.sample(sorted(places), several):
        kind, at = places[key]
        holder: Any = args if kind == "args" else kwargs
        holder[at], what = spoil(holder[at], rng)
        done[key.partition("[")[0]] = what
    return judge(name, function, (tuple(args), kwargs), how, done)
