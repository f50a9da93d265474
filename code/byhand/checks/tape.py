"""Checkers for the exercises of the page on the tape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import Refused, fraction, pair, whole
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import as_it_came
from byhand.tape import Primitive, Tape, jvp, record, vjp

Array = NDArray[np.float64]

_MOST_OPERATIONS = 3
# Beyond it are only the points that tell an overflow.
_LARGE = 100
# Small integers, so that the counterexample can be followed by hand.
_STARTS = (2, 3, -1, 1, 0, 5)


# ---- Warm-ups ------------------------------------------------------------


class _Entry:
    """An input of the page's engine: a number on a tape."""

    def __init__(self, value: Fraction) -> None:
        self.tape, self.value, self.parents = [self], value, ()

    def __repr__(self) -> str:
        return f"Var([], {self.value})"


@checker("One over x", points=1)
def check_reciprocal(check: Check, answer: Callable[..., Any]) -> str:
    """Check a new way to make a value of the page's engine.

    Parameters
    ----------
    answer
        A function of a ``Var`` that returns the ``Var`` of its reciprocal,
        with the slope of this step.
    """
    points = [Fraction(p) for p in (1, 2, "1/2", -1, -3, "2/5")]
    for point in points:
        x = _Entry(point)
        given = {"x.value": point}
        value, slope, on_tape = check.read(
            partial(_one_step, x=x),
            check.call(answer, x=x),
            given=given,
            expected="a Var with its tape, its value and its parents",
            hint="Look at how sin is made: Var(x.tape, value, [(x, slope)]).",
        )
        if value != 1 / point:
            check.fail(
                given=given,
                expected=f"the value {1 / point}",
                got=str(value),
                hint="The value is that of 1/x.",
            )
        if slope != -1 / point**2:
            hint = "The slope is the derivative of 1/x in x, at this x."
            if slope == 1 / point**2:
                hint = "Does 1/x grow or fall with x?"
            elif slope == 1 / point or slope == -1 / point:
                hint = "The slope is not the value, up to a sign."
            check.fail(
                given=given,
                expected=f"the slope {-1 / point**2}",
                got=str(slope),
                hint=hint,
            )
        if not on_tape:
            check.fail(
                given=given,
                expected="a new last entry on the tape of x",
                got="the tape of x is as it was",
                hint="A Var writes itself on the tape that it is given.",
            )
    return f"{len(points)} points, in fractions"


def _one_step(value: Any, x: _Entry) -> tuple[Fraction, Fraction, bool]:
    slopes = []
    for parent, slope in value.parents:
        if parent is not x:
            raise Refused("a Var with a parent other than x")
        slopes.append(fraction(slope))
    if not slopes:
        raise Refused("a Var without parents")
    on_tape = value.tape is x.tape and x.tape[-1] is value
    return fraction(value.value), sum(slopes, Fraction(0)), on_tape


@checker("Paths and additions", points=1)
def check_count_paths(check: Check, answer: Callable[[int], Any]) -> str:
    """Check the paths and the additions of a program of n rounds.

    Parameters
    ----------
    answer
        ``answer(n)`` returns, for n rounds of y = y + y * y, the number of
        paths from y back to x and the additions in the sweep.
    """
    rounds = [1, 2, 0, 3, 4, 5, 10, 30]
    for n in rounds:
        given = {"n": n}
        paths, additions = check.read(
            lambda value: [whole(v) for v in pair(value)],
            check.call(answer, n=n),
            given=given,
            expected="two integers: paths and additions",
            hint="Return a pair of integers.",
        )
        if paths != 3**n:
            hint = "In how many ways does a round use the y before it?"
            if paths in (2**n, 4**n):
                hint = (
                    "One round reads the y before it in y * y, twice, and "
                    "once more."
                )
            elif paths == 3 * n:
                hint = "Each path of one round goes on along each of the next."
            check.fail(
                given=given, expected=f"{3**n} paths", got=paths, hint=hint
            )
        if additions != 4 * n:
            hint = (
                "A round writes two entries on the tape. The sweep adds once "
                "for each operand of each entry."
            )
            check.fail(
                given=given,
                expected=f"{4 * n} additions",
                got=additions,
                hint=hint,
            )
    return f"{len(rounds)} numbers of rounds, up to {max(rounds)}"


@checker("A direction in which nothing moves", points=1)
def check_still_direction(check: Check, direction: Sequence[Any]) -> str:
    """Check a direction along which the result does not change.

    Parameters
    ----------
    direction
        The dots of a and b, not both 0, for which y = (a b + a) a b at
        a = 1/2, b = 3 has the derivative 0.
    """
    a_dot, b_dot = check.read(
        lambda value: [fraction(v) for v in pair(value)],
        direction,
        given="the answer itself",
        expected="two numbers: the dots of a and of b",
        hint="Return a pair.",
    )
    given = f"a_dot = {a_dot}, b_dot = {b_dot}"
    if a_dot == b_dot == 0:
        check.fail(
            given=given,
            expected="a direction in which the inputs move",
            got="both stand still",
            hint="Not both dots may be 0.",
        )
    a_bar, b_bar = 12, Fraction(7, 4)
    change = a_bar * a_dot + b_bar * b_dot
    # Floats cannot hold every ratio.
    if abs(change) > Fraction(1, 10**12) * (abs(a_dot) + abs(b_dot)):
        hint = (
            "The last row of the table holds the bars of the inputs. Their "
            "pairing with the dots is the derivative, for all dots."
        )
        if b_bar * a_dot + a_bar * b_dot == 0:
            hint = "Each dot is multiplied by the bar of its own value."
        elif a_bar * a_dot - b_bar * b_dot == 0:
            hint = "The two products have to cancel. Look at their signs."
        check.fail(
            given=given,
            expected="the derivative 0",
            got=str(change),
            hint=hint,
        )
    return "the pairing with the bars of a and b is 0"


# ---- A sweep in the wrong order ------------------------------------------


class _Var:
    """The page's engine: a number and what it was computed from."""

    def __init__(
        self,
        tape: list[_Var],
        value: int,
        text: str,
        parents: tuple[tuple[_Var, int], ...] = (),
    ) -> None:
        self.tape, self.value, self.parents = tape, value, parents
        self.text = f"v{len(tape)} = {text}" if tape else text
        self.name = f"v{len(tape)}" if tape else "x"
        tape.append(self)

    def __add__(self, other: object) -> _Var:
        b = _operand(other)
        text = f"{self.name} + {b.name}"
        total = self.value + b.value
        return _Var(self.tape, total, text, ((self, 1), (b, 1)))

    def __mul__(self, other: object) -> _Var:
        b = _operand(other)
        slopes = (self, b.value), (b, self.value)
        text = f"{self.name} * {b.name}"
        return _Var(self.tape, self.value * b.value, text, slopes)

    def __radd__(self, other: object) -> _Var:
        return _operand(other)  # raises: the left operand is no value

    __rmul__ = __radd__

    def __repr__(self) -> str:
        return self.name


def _operand(x: object) -> _Var:
    if not isinstance(x, _Var):
        raise TypeError(
            f"this engine adds and multiplies only values; {x!r} is not one"
        )
    return x


def _backward(y: _Var) -> dict[_Var, int]:
    bar = dict.fromkeys(y.tape, 0) | {y: 1}
    for v in reversed(y.tape):
        for parent, slope in v.parents:
            bar[parent] += slope * bar[v]
    return bar


def _by_distance(y: _Var) -> dict[_Var, int]:
    bar, queue = dict.fromkeys(y.tape, 0) | {y: 1}, [y]
    for v in queue:
        for parent, slope in v.parents:
            bar[parent] += slope * bar[v]
            if parent not in queue:
                queue.append(parent)
    return bar


@checker("Spot the error: a sweep by distance", points=4)
def check_wrong_order(check: Check, program: Callable[..., Any]) -> str:
    """Check a program on which the sweep by distance goes wrong.

    Parameters
    ----------
    program
        A function of one value that uses ``+`` and ``*`` at most three
        times and returns the result.
    """
    same = None
    for start in _STARTS:
        tape: list[_Var] = []
        x = _Var(tape, start, "x")
        y = check.call(program, x=x)
        lines = "\n".join(v.text for v in tape)
        if not isinstance(y, _Var):
            check.fail(
                given=lines,
                expected="the result, a value of the engine",
                got=y,
                hint="End the program in `return` and the last value.",
            )
        operations = len(tape) - 1
        if operations > _MOST_OPERATIONS:
            check.fail(
                given=lines,
                expected=f"at most {_MOST_OPERATIONS} operations",
                got=f"{operations} operations",
                hint="One value in the middle is enough, if it is used at "
                "two different distances from the result.",
            )
        right, wrong = _backward(y)[x], _by_distance(y)[x]
        if right != wrong:
            break
        same = same or (f"{lines}\nat x = {start}", right)
    else:
        given, derivative = same or ("", 0)
        check.fail(
            given=given,
            expected="a derivative by distance other than the right "
            f"{derivative}",
            got=f"{derivative} from both sweeps, and they agree at "
            f"x = {', '.join(map(str, _STARTS))}",
            hint="The sweep by distance fails where a value passes its bar on "
            "before all that use it have added theirs. The order of the "
            "operands counts: the left one is visited first.",
        )
    return f"at x = {start} it gives {wrong} and the derivative is {right}"


# ---- A row for swish -----------------------------------------------------


def _swish_rows() -> Iterator[tuple[float, tuple[float, float, float]]]:
    """Yield points with the function and its first two derivatives there."""
    rng = np.random.default_rng(5)
    simple = [0.0, 1.0, -1.0, 2.0, -2.0]
    for x in (*simple, *rng.normal(scale=4, size=20), 1000.0, -1000.0):
        # The right form of e^-|x| never overflows.
        e = np.exp(-abs(x))
        s = 1 / (1 + e) if x >= 0 else e / (1 + e)
        bell = e / (1 + e) ** 2
        second = bell * (2 + x * (1 - 2 * s))
        yield float(x), (x * s, s + x * bell, second)


@checker("A row for swish", points=3)
def check_swish(check: Check, row: Primitive) -> str:
    """Check a row of the table for x σ(x).

    Parameters
    ----------
    row
        The primitive, as ``elementwise`` returns it.
    """
    if not isinstance(row, Primitive):
        check.fail(
            given="the answer itself",
            expected="the row that elementwise returns",
            got=f"{as_it_came(row)}, which is of type {type(row).__name__}",
            hint="Write `swish = elementwise(...)` and pass swish.",
        )
    tapes = check.attempt(
        lambda: _recorded(row),
        given="a tape with the line y = swish(x), differentiated",
        expected="tapes for its derivatives in both modes",
        hint="derivative(y, x) is given values that are being recorded; "
        "use the arithmetic and the functions of byhand.tape.",
    )
    points = list(_swish_rows())
    for tape, order, what in tapes:
        for x, truth in points:
            got = check.attempt(
                partial(_at, tape, x),
                given=f"{what} at x = {x:g}",
                expected="a number",
                hint="value(x) is given an array and returns one of its "
                "shape.",
            )
            if not np.isclose(got, truth[order], rtol=1e-7, atol=1e-12):
                check.fail(
                    given=f"{what} at x = {x:g}",
                    # Adding 0 turns -0.0 into 0.0.
                    expected=f"{truth[order] + 0.0:.8g}",
                    got=f"{got:.8g}",
                    hint=_swish_hint(order, x, got),
                )
    return f"{len(points)} points from -1000 to 1000, {len(tapes)} tapes"


def _recorded(row: Primitive) -> list[tuple[Tape, int, str]]:
    def y(x: Any) -> Any:
        return row(x)

    tape = record(y, x="n")
    forward = jvp(tape, value=False)
    backward = vjp(tape, value=False)
    second = jvp(backward, "x", value=False)
    return [
        (tape, 0, "the value"),
        (backward, 1, "the derivative in reverse mode"),
        (forward, 1, "the derivative in forward mode"),
        (second, 2, "the second derivative, forward over reverse"),
    ]


def _at(tape: Tape, x: float) -> float:
    ones = {v.name: np.ones(1) for v in tape.inputs}
    with np.errstate(all="ignore"):
        (value,) = tape.run(ones | {"x": np.array([x])}).values()
    return float(np.asarray(value).reshape(()))


def _swish_hint(order: int, x: float, got: float) -> str:
    if abs(x) > _LARGE:
        return (
            "An exponential overflows. The package's sigmoid is safe; build "
            "on it."
        )
    if np.isnan(got):
        return (
            "0 divided by 0 is not a number. The derivative has a formula "
            "without a division by x."
        )
    if order == 0:
        return "The value is x times the sigmoid of x."
    if order == 1:
        return "Use the product rule, and σ' = σ (1 - σ)."
    return (
        "The first derivative is right here, so derivative(y, x) hides "
        "something from the tape: is it a formula in y and x?"
    )
