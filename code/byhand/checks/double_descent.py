"""Checkers for the page on double descent."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from decimal import Context, Decimal, localcontext
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import Refused, sequence, whole
from byhand.checks._protocol import Check, checker
from byhand.regression import (
    design_matrix,
    exact_least_squares,
    excess_risk,
    least_squares,
    published_sample,
)

_POINTS = 14
_LARGEST = 200
# XᵀX is solved by its normal equations: the fourth power of a condition number
# of 1e14 leaves half of these digits.
_DIGITS = 120


@checker
def check_wrong_branch(check: Check, degrees: Iterable[int]) -> str:
    """Check at which degrees the published branch uses a wrong formula.

    Parameters
    ----------
    degrees
        The degrees, from 1 to 200, at which the matrix has no inverse that
        is inverted if one compares the degree with the number of points.
    """
    listed = check.read(
        _degrees,
        degrees,
        given="the answer itself",
        expected=f"a list of integers from 1 to {_LARGEST}",
        hint="Write for example [3, 5]; degrees are integers.",
    )
    given = {"wrong_degrees": sorted(listed)}
    for m in sorted(listed):
        inverted = _inverted_name(m)
        solution = _published_fit(m)
        if solution is not None:
            size = len(solution) if m <= _POINTS else _POINTS
            check.fail(
                given=given,
                expected="only degrees at which the formula has no value",
                got=(
                    f"degree {m}: X is {_POINTS} x {m + 1}, and {inverted}, "
                    f"{size} x {size}, is inverted; with {_DIGITS} digits "
                    f"this works and gives {_quality(m, solution)}"
                ),
                hint=(
                    "A product of X and its transpose has an inverse if its "
                    "size is the rank of X."
                ),
            )
    if any(
        _published_fit(m) is None
        for m in range(_POINTS - 2, _POINTS + 3)
        if m not in listed
    ):
        check.fail(
            given=given,
            expected="a matrix with an inverse at all degrees not listed",
            got=(
                "at one of them X v = 0, so that XᵀX v = 0, where v holds the "
                "coefficients of (x - x1)(x - x2)...(x - x14), which is not "
                "the zero polynomial and is zero at all points"
            ),
            hint=(
                "What is the degree of this polynomial, and which formula "
                "does the solution use there?"
            ),
        )
    return f"decided with {_DIGITS} digits"


@checker
def check_minimum_q_norm(check: Check, answer: Callable[..., Any]) -> str:
    """Check a function that interpolates with the least weighted norm.

    Parameters
    ----------
    answer
        ``answer(X, t, Q)`` for X of shape (n, d) and rank n, t of shape (n,)
        and a symmetric positive definite Q of shape (d, d); returns the w,
        shape (d,), with Xw = t and the least wᵀQw.
    """
    count = 0
    for X, t, Q in _norm_problems():
        given = {"X": X, "t": t, "Q": Q}
        w = check.call(answer, **given)
        # With Q = LLᵀ, wᵀQw is the squared norm of Lᵀw.
        L = np.linalg.cholesky(Q)
        best = np.linalg.solve(
            L.T, least_squares(np.linalg.solve(L, X.T).T, t)
        )
        check.require_close(
            w,
            best,
            given=given,
            hint=partial(_norm_hint, X, t, Q, best),
            rtol=1e-5,
            atol=1e-7,
        )
        count += 1
    return f"{count} problems, Q diagonal or full"


@checker
def check_risk_of_first(check: Check, answer: Callable[..., Any]) -> str:
    """Check the risk of a fit that uses the first p of D features.

    Parameters
    ----------
    answer
        ``answer(beta, p, n, noise)`` for beta of shape (D,), 1 <= p <= D
        features used, n samples and noise of variance ``noise`` > 0; returns
        the expected excess risk at a fresh point, which may be infinite.
    """
    count = 0
    for beta, p, n, noise in _models():
        given = {"beta": beta, "p": p, "n": n, "noise": noise}
        got = check.call(answer, **given)
        left_out = float(beta[p:] @ beta[p:])
        expected = left_out + excess_risk(
            n, p, signal=float(beta[:p] @ beta[:p]), noise=noise + left_out
        )
        check.require_close(
            got,
            expected,
            given=given,
            # Only on failure, because the hint holds a simulation.
            hint=partial(_risk_hint, beta, p, n, noise),
        )
        count += 1
    return f"{count} models, p < n and p > n"


def _degrees(value: object) -> set[int]:
    degrees = set(map(whole, sequence(value)))
    for m in degrees:
        if not 1 <= m <= _LARGEST:
            raise Refused(f"the entry {m}")
    return degrees


def _inverted_name(m: int) -> str:
    return "XᵀX" if m <= _POINTS else "XXᵀ"


def _published_fit(m: int) -> NDArray[Any] | None:
    """Return the weights of the published branch, None if it has none."""
    x, t = published_sample()
    X = design_matrix(x, m, digits=_DIGITS)
    with localcontext(Context(prec=_DIGITS)):
        T = np.array([Decimal(value) for value in t])
        # Not exact_least_squares(X, t), which would pick the right branch.
        small, side = (X.T @ X, X.T @ T) if m <= _POINTS else (X @ X.T, T)
        try:
            w = exact_least_squares(small, side, digits=_DIGITS)
        except ValueError:
            return None
        return w if m <= _POINTS else X.T @ w


def _quality(m: int, w: NDArray[Any]) -> str:
    """Say what the weights achieve on the sample."""
    x, t = published_sample()
    X = design_matrix(x, m, digits=_DIGITS)
    with localcontext(Context(prec=_DIGITS)):
        residual = X @ w - np.array([Decimal(value) for value in t])
        length = (residual @ residual).sqrt()
    if length < Decimal("1e-20"):
        return "weights with Xw = t, to 20 digits"
    return f"the least-squares fit, ‖Xw - t‖ = {length:.3f}"


def _norm(v: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(v))


def _norm_problems() -> Iterator[
    tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
]:
    yield np.ones((1, 2)), np.array([3.0]), np.diag([1.0, 2.0])
    yield np.ones((1, 2)), np.array([3.0]), np.array([[2.0, 1.0], [1.0, 2.0]])
    yield np.eye(2), np.array([1.0, -1.0]), np.diag([1.0, 4.0])
    rng = np.random.default_rng(0)
    shapes = [(1, 3), (2, 3), (3, 3), (2, 5), (4, 9), (6, 20)]
    for n, d in shapes * 5:
        X = rng.integers(-3, 4, (n, d)).astype(float)
        while np.linalg.matrix_rank(X, tol=1e-2) < n:
            X = rng.integers(-3, 4, (n, d)).astype(float)
        t = rng.integers(-3, 4, n).astype(float)
        A = rng.integers(-1, 2, (d, d)).astype(float)
        yield X, t, A @ A.T + np.diag(rng.integers(1, 5, d))


def _norm_hint(
    X: NDArray[np.float64],
    t: NDArray[np.float64],
    Q: NDArray[np.float64],
    best: NDArray[np.float64],
    w: NDArray[np.float64] | None,
) -> str:
    if w is None:
        return "Return one weight for each column of X."
    misfit = _norm(X @ w - t)
    if not misfit <= 1e-6 * (1 + _norm(t)):
        return (
            f"With your w, ‖Xw - t‖ = {misfit:.3g}: it does not interpolate. "
            "At the minimum Qw is a combination of the rows of X; Xw = t "
            "says of which."
        )
    return (
        f"Your w interpolates, but wᵀQw = {w @ Q @ w:.4g}, and "
        f"{best @ Q @ best:.4g} is possible. Is Qw a combination of the rows "
        "of X?"
    )


def _models() -> Iterator[tuple[NDArray[np.float64], int, int, float]]:
    yield np.array([1.0, 2.0]), 2, 10, 1.0
    yield np.array([1.0, 2.0]), 1, 10, 1.0
    yield np.array([1.0, 0.0, 2.0, 1.0]), 4, 2, 1.0
    yield np.full(12, 0.5), 10, 4, 0.25
    yield np.array([1.0, 2.0, 3.0]), 2, 2, 0.5
    rng = np.random.default_rng(0)
    for _ in range(60):
        D = int(rng.integers(1, 30))
        yield (
            rng.integers(-2, 3, D).astype(float),
            int(rng.integers(1, D + 1)),
            int(rng.integers(1, 20)),
            float(rng.integers(1, 5)) / 4,
        )


def _risk_hint(
    beta: NDArray[np.float64], p: int, n: int, noise: float, _: object
) -> str:
    if abs(n - p) <= 1:
        return "Between n - 1 and n + 1 features the risk is infinite."
    hint = (
        "All features are used here: this is the isotropic case."
        if not beta[p:].any()
        else "The features left out are Gaussian and independent of those "
        "used. They trouble the fit, and they are missing from the "
        "prediction at a fresh point."
    )
    if abs(n - p) <= 3:
        return hint
    draws = 4000
    rng = np.random.default_rng(0)
    X = rng.standard_normal((draws, n, len(beta)))
    t = X @ beta + math.sqrt(noise) * rng.standard_normal((draws, n))
    w = np.linalg.pinv(X[..., :p]) @ t[..., np.newaxis]
    mean = ((w[..., 0] - beta[:p]) ** 2).sum(axis=1).mean()
    return (
        f"{hint} A simulation with {draws} samples gives "
        f"{mean + beta[p:] @ beta[p:]:.2g}."
    )
