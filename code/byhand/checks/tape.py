"""Checkers for the exercises of the page on the tape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import real_array
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import as_it_came
from byhand.tape import Primitive, Tape, jvp, record, vjp

Array = NDArray[np.float64]

_MOST_OPERATIONS = 3
_MOST_PRODUCTS = 3
# Beyond it are only the points that tell an overflow.
_LARGE = 100
# Small integers, so that the counterexample can be followed by hand.
_STARTS = (2, 3, -1, 1, 0, 5)


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


@checker
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


# ---- A row for the table -------------------------------------------------


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


@checker
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


# ---- A Jacobian from few products ----------------------------------------


class _Product:
    """J times a vector, as often as it is asked for."""

    def __init__(self, matrix: Array) -> None:
        self.matrix, self.calls = matrix, 0

    def __call__(self, vector: Any) -> Array:
        n = len(self.matrix)
        array = np.asarray(vector, dtype=float)
        if array.shape != (n,):
            raise ValueError(
                f"product wants a vector with {n} entries, got shape "
                f"{array.shape}"
            )
        self.calls += 1
        image: Array = self.matrix @ array
        return image

    def __repr__(self) -> str:
        return "u ↦ J u"


@checker
def check_tridiagonal(check: Check, answer: Callable[..., Any]) -> str:
    """Check a tridiagonal Jacobian found from at most three products.

    Parameters
    ----------
    answer
        A function of ``product`` and ``n``.  ``product(u)`` returns J u for
        a vector u, shape (n,); the answer returns J, shape (n, n).
    """
    rng = np.random.default_rng(8)
    sizes = [n for n in range(1, 13) for _ in range(5)]
    for n in sizes:
        near = abs(np.subtract.outer(np.arange(n), np.arange(n))) <= 1
        matrix = np.where(near, rng.integers(1, 10, size=(n, n)), 0.0)
        product = _Product(matrix)
        found = check.read(
            real_array,
            check.call(answer, product=product, n=n),
            n,
            n,
            given={"J": matrix},
            expected=f"an array of shape {matrix.shape}",
            hint="Return the whole matrix, zeros included.",
        )
        if not np.allclose(found, matrix):
            i, j = map(int, np.argwhere(~np.isclose(found, matrix))[0])
            check.fail(
                given={"J": matrix},
                expected=f"{matrix[i, j]:g} in row {i}, column {j}",
                got=f"{found[i, j]:g}",
                hint="Row i of J u mixes the columns i - 1, i and i + 1. "
                "Which of them does this u choose?",
            )
        if product.calls > _MOST_PRODUCTS:
            check.fail(
                given={"J": matrix},
                expected=f"at most {_MOST_PRODUCTS} products",
                got=f"the right J, from {product.calls} products",
                hint="Two columns that are nonzero in no common row can be "
                "found from one product.",
            )
    return f"{len(sizes)} matrices with up to {max(sizes)} rows"
