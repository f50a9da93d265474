"""Checkers for the exercises of the page on least squares."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import whole, whole_array
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_line
from byhand.regression import (
    descent_rates,
    exact_least_squares,
    learning_rate_bound,
)

_SIZES = ((4, 3), (5, 3), (5, 4), (6, 5), (9, 4), (12, 3), (12, 8), (20, 19))

_ONE_DIRECTION = (
    "There is one direction, and one rate. Which factors does the gradient "
    "put before the square of the singular value?"
)
_SEVERAL_DIRECTIONS = (
    "The slowest direction decides. It is the one whose rate has the largest "
    "absolute value, and that need not be the one with the smallest singular "
    "value."
)


@checker
def check_singular_design(
    check: Check, answer: Callable[[int, int], Any]
) -> str:
    """Check matrices with d < n columns, jointly but not earlier dependent.

    Ranks are those over the rationals: nothing is rounded.

    Parameters
    ----------
    answer
        A function of n and d, 3 <= d < n, that returns an n × d matrix of
        integers, of rank d − 1, in which any d − 1 columns are independent.
    """
    for n, d in _SIZES:
        given = f"n = {n}, d = {d}"
        matrix = check.read(
            whole_array,
            check.call(answer, n=n, d=d),
            n,
            d,
            given=given,
            expected=f"{n} rows of {d} integers",
            hint="Return a list of rows or an array of shape (n, d).",
        )
        X = "X = [" + ",\n     ".join(map(in_line, matrix)) + "]"
        rows = [list(map(Fraction, row)) for row in matrix]
        if _null_vector(rows) is None:
            columns = list(zip(*rows, strict=True))
            gram = [[_dot(p, q) for q in columns] for p in columns]
            check.fail(
                given=given,
                expected="a singular XᵀX, whose determinant is 0",
                got=f"{X}\nwith det XᵀX = {_determinant(gram)}",
                hint="XᵀX is singular exactly if Xv = 0 for some v other "
                "than 0. Decide on v, then on the columns.",
            )
        for j in range(d):
            others = [row[:j] + row[j + 1 :] for row in rows]
            v = _null_vector(others)
            if v is not None:
                v.insert(j, Fraction(0))
                check.fail(
                    given=given,
                    expected=f"columns that are independent once column "
                    f"{j + 1} is left out",
                    got=f"{X}\nwith Xv = 0 for v = "
                    f"({', '.join(map(str, v))}), which leaves column "
                    f"{j + 1} out",
                    hint="Which entries of v may be 0, if no d − 1 columns "
                    "may be dependent?",
                )
    first, last = _SIZES[0], _SIZES[-1]
    return (
        f"{len(_SIZES)} sizes from {first[0]} × {first[1]} to "
        f"{last[0]} × {last[1]}"
    )


@checker
def check_weighted_gradient(check: Check, answer: Callable[..., Any]) -> str:
    """Check the gradient of the weighted mean squared error.

    Parameters
    ----------
    answer
        A function of X, shape (n, d), t and a, shape (n,), and w, shape
        (d,), that returns the gradient in w of
        Σⱼ aⱼ (xⱼᵀw − tⱼ)² / Σⱼ aⱼ, shape (d,).
    """
    count = 0
    for X, t, a, w in _weighted_problems():
        given = {"X": X, "t": t, "a": a, "w": w}
        # A central difference of a quadratic is exact for every step.
        expected = np.array(
            [
                (_weighted(X, t, a, w + e) - _weighted(X, t, a, w - e)) / 2
                for e in np.eye(len(w))
            ]
        )
        got = check.call(answer, **given)
        check.require_close(
            got,
            expected,
            given=given,
            hint="A whole number as weight means a row that is written so "
            "many times: replace this problem by the unweighted one with "
            "repeated rows, and compare. The expected value is the central "
            "difference of the loss, which is exact for a quadratic.",
        )
        count += 1
    return f"{count} problems with up to 6 rows"


@checker
def check_steps_needed(check: Check, answer: Callable[..., Any]) -> str:
    """Check how many steps of descent shrink the error in every direction.

    Parameters
    ----------
    answer
        A function of X, shape (n, d), with independent columns, the step
        size eta below the bound, and a factor between 0 and 1.  It returns
        the smallest number of steps after which, whatever the start, the
        error in every singular direction is at most factor times what it
        was.
    """
    count = 0
    for X, eta, factor in _descents():
        given = {"X": X, "eta": eta, "factor": factor}
        rates = np.abs(descent_rates(X, eta))
        expected = _steps(float(rates.max()), factor)
        k = check.read(
            whole,
            check.call(answer, **given),
            given=given,
            expected=f"an integer, {expected}",
            hint="Count whole steps: the first after which the error is "
            "small enough in every direction.",
        )
        if k < expected:
            i = int(rates.argmax())
            found = (
                f"{k}, but after step {k} the error in singular direction "
                f"{i + 1} is still {rates[i] ** k:.4g} of what it was"
            )
        elif k > expected:
            found = (
                f"{k}, but after step {expected} no error is above "
                f"{rates.max() ** expected:.4g} of what it was"
            )
        else:
            count += 1
            continue
        check.fail(
            given=given,
            expected=expected,
            got=found,
            hint=_ONE_DIRECTION if len(rates) == 1 else _SEVERAL_DIRECTIONS,
        )
    return f"{count} problems with 1 to 4 weights"


@checker
def check_solve_by_qr(check: Check, answer: Callable[..., Any]) -> str:
    """Check a least-squares solver, at last on a matrix close to rank 1.

    Parameters
    ----------
    answer
        A function of X, shape (n, d), with independent columns, and t,
        shape (n,), that returns the minimizer of ‖Xw − t‖, shape (d,).
    """
    count = 0
    for X, t, hint in _solvable():
        given = {"X": X, "t": t}
        expected = exact_least_squares(X, t).astype(float)
        got = check.call(answer, **given)
        check.require_close(
            got, expected, given=given, hint=hint, rtol=1e-5, atol=1e-9
        )
        count += 1
    return f"{count} problems, of condition numbers up to 1e8"


def _null_vector(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """Return v ≠ 0 with Xv = 0, or None if the columns are independent."""
    rows, d = [list(row) for row in rows], len(rows[0])
    for j in range(d):
        p = next((i for i in range(j, len(rows)) if rows[i][j]), None)
        if p is None:
            v = [Fraction(0)] * d
            v[j] = Fraction(1)
            v[:j] = [-rows[i][j] for i in range(j)]
            return v
        rows[j], rows[p] = rows[p], rows[j]
        rows[j] = [entry / rows[j][j] for entry in rows[j]]
        for i, row in enumerate(rows):
            if i != j and row[j]:
                m = row[j]
                rows[i] = [
                    a - m * b for a, b in zip(row, rows[j], strict=True)
                ]
    return None


def _dot(p: tuple[Fraction, ...], q: tuple[Fraction, ...]) -> Fraction:
    return sum((a * b for a, b in zip(p, q, strict=True)), Fraction(0))


def _determinant(rows: list[list[Fraction]]) -> Fraction:
    rows, value = [list(row) for row in rows], Fraction(1)
    for j in range(len(rows)):
        # A Gram matrix of independent columns has no zero pivot.
        value *= rows[j][j]
        for i in range(j + 1, len(rows)):
            m = rows[i][j] / rows[j][j]
            rows[i] = [
                a - m * b for a, b in zip(rows[i], rows[j], strict=True)
            ]
    return value


def _weighted(
    X: NDArray[Any], t: NDArray[Any], a: NDArray[Any], w: NDArray[Any]
) -> float:
    return float(a @ (X @ w - t) ** 2 / a.sum())


def _weighted_problems() -> Iterator[tuple[NDArray[np.float64], ...]]:
    simple = (
        ([[1]], [0], [1], [1]),
        ([[1]], [1], [2], [0]),
        ([[2]], [1], [2], [1]),
        ([[1], [1]], [0, 1], [1, 3], [0]),
        ([[1, 0], [0, 2]], [1, 1], [1, 2], [0, 0]),
        ([[1, 2], [3, 1], [1, 1]], [1, 0, 2], [1, 0, 2], [1, 1]),
    )
    for problem in simple:
        yield tuple(np.array(part, dtype=float) for part in problem)
    rng = np.random.default_rng(0)
    for case in range(54):
        n, d = 1 + case % 6, int(rng.integers(1, 5))
        yield (
            rng.integers(-3, 4, (n, d)).astype(float),
            rng.integers(-3, 4, n).astype(float),
            rng.integers(1, 5, n) / 2,
            rng.integers(-3, 4, d).astype(float),
        )


def _steps(rate: float, factor: float) -> int:
    if rate <= factor:
        return 1
    return math.ceil(math.log(factor) / math.log(rate))


def _descents() -> Iterator[tuple[NDArray[np.float64], float, float]]:
    one = np.array([[1.0]])
    two = np.array([[2.0, 1.0], [1.0, 2.0]])
    yield one, 0.25, 0.1
    yield one, 0.5, 0.1
    yield one, 0.75, 0.1
    yield np.array([[1.0], [1.0], [1.0]]), 0.2, 0.1
    for eta in (0.05, 0.1, 0.2, 0.21):
        yield two, eta, 0.1
    rng = np.random.default_rng(0)
    count = 8
    while count < 66:
        d = int(rng.integers(1, 5))
        n = d + int(rng.integers(0, 4))
        X = rng.integers(-3, 4, (n, d)).astype(float)
        if np.linalg.matrix_rank(X) < d or np.linalg.cond(X) > 40:
            continue
        share = float(rng.choice([0.1, 0.5, 0.9, 0.97]))
        eta = float(f"{share * learning_rate_bound(X):.3g}")
        factor = float(rng.choice([0.3, 0.1, 0.01, 1e-6]))
        rate = float(np.abs(descent_rates(X, eta)).max())
        # Rounding must not decide on the last step.
        exact = math.log(factor) / math.log(rate) if rate > 0 else 0.5
        if abs(exact - round(exact)) < 1e-6 or not 0 < rate < 1:
            continue
        count += 1
        yield X, eta, factor


def _solvable() -> Iterator[tuple[NDArray[np.float64], NDArray[Any], str]]:
    plain = (
        "Q has orthonormal columns that span those of X, and Rw = Qᵀt, "
        "solved from the last row up."
    )
    simple = (
        ([[2]], [4]),
        ([[3], [4]], [5, 0]),
        ([[1, 1], [0, 1]], [3, 1]),
        ([[0, 1], [1, 0]], [1, 2]),
        ([[2, 1], [1, 2], [2, 2], [2, 2]], [4, 5, 7, 5]),
    )
    for rows, targets in simple:
        X = np.array(rows, dtype=float)
        yield X, np.array(targets, dtype=float), plain
    rng = np.random.default_rng(0)
    count = len(simple)
    while count < 40:
        d = int(rng.integers(1, 6))
        X = rng.integers(-4, 5, (d + int(rng.integers(0, 4)), d)).astype(float)
        if np.linalg.matrix_rank(X) < d:
            continue
        count += 1
        yield X, rng.integers(-4, 5, len(X)).astype(float), plain
    nearly = (
        "The columns are nearly parallel. Two ways go wrong here: XᵀX is "
        "rounded where it matters, and the Q of Gram and Schmidt, once "
        "rounded, is not quite orthogonal, so that Qᵀt is not what the "
        "derivation takes it for. What does your method do to the columns "
        "of X that it could also do to t?"
    )
    for e in (1e-5, 1e-6, 1e-7, 3e-8, 1e-8):
        X = np.array([[1, 1], [e, 0], [0, e]])
        # With weights of one sign the errors of XᵀX and Xᵀt may cancel.
        for w in ([1.0, 2.0], [1.0, -2.0]):
            yield X, X @ w, nearly
