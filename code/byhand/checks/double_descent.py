"""Checkers for the page on double descent."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import Refused, real, sequence, whole
from byhand.checks._protocol import Check, checker
from byhand.checks._slips import require_numbers
from byhand.checks._verdicts import Claim, judge_claims
from byhand.regression import (
    design_matrix,
    draw_sample,
    exact_least_squares,
    fit_polynomial,
    grid_loss,
    least_squares,
    published_sample,
)

_POINTS = 14
_LARGEST = 200
# XᵀX is solved by its normal equations: the fourth power of a condition number
# of 1e14 leaves half of these digits.
_DIGITS = 120


@checker("Degrees and columns", points=1)
def check_degrees(check: Check, answer: Sequence[int]) -> str:
    """Check how degrees and columns belong together.

    Parameters
    ----------
    answer
        With 20 points: the number of columns at degree 50, the degree with
        d = n, and the least degree at which many weights fit exactly.
    """
    return require_numbers(
        check,
        answer,
        {
            "the columns at degree 50": 51,
            "the degree with d = n": 19,
            "the first degree of many exact fits": 20,
        },
        given="20 points with different x",
        slips={
            "the columns at degree 50": {
                50: "The constant has a column, too.",
                20: "That is the number of rows.",
            },
            "the degree with d = n": {
                20: "At that degree there are 21 columns.",
                21: "At that degree there are 22 columns.",
                13: "That is the one for 14 points.",
            },
            "the first degree of many exact fits": {
                21: "Is there no second fit one degree below?",
                19: "There one polynomial fits, and only one.",
                14: "That is the one for 14 points.",
            },
        },
        otherwise="A polynomial of degree m has m + 1 coefficients.",
    )


@checker("Gain by hand", points=1)
def check_gain(check: Check, gain: float) -> str:
    """Check the noise gain of a fit with one weight.

    Parameters
    ----------
    gain
        G for the model f(x) = w x, the points x = 1 and 2, and the nodes
        z = 0, 1 and 3.
    """
    return require_numbers(
        check,
        gain,
        {"G": 2 / 3},
        given="φ(x) = x; points 1 and 2; nodes 0, 1 and 3",
        slips={
            "G": {
                2: "G is the mean over the nodes, not the sum.",
                10 / 3: "That is the mean of φ². What is the length of X⁺?",
                10 / 3 / 25: "X⁺ has two entries; the sum of their squares "
                "is 1/σ², not 1/σ⁴.",
                1: "There are three nodes; at 0 the prediction has no "
                "error, and it counts.",
                4 / 3 / 5**0.5: "The lengths are squared.",
                16 / 45: "Square at every node, then take the mean.",
            },
        },
        otherwise="X is a column with one singular value: σ² is the sum of "
        "its squares.",
    )


@checker("The same fit?", points=1)
def check_same_fit(check: Check, verdicts: Mapping[str, bool]) -> str:
    """Check which changes of basis leave the fitted function as it is.

    Parameters
    ----------
    verdicts
        For each of "square", "reversed", "alternating", "doubled" and
        "first doubled" whether the fit stays the same for all targets.
    """
    return judge_claims(check, verdicts, _CHANGES)


@checker("Spot the error: the branch", points=2)
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
    if _POINTS not in listed:
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


@checker("Any norm", points=5)
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


@checker("Seventy against seven", points=4)
def check_share_of_wins(check: Check, answer: Callable[..., Any]) -> str:
    """Check how often one degree beats another on given samples.

    Parameters
    ----------
    answer
        ``answer(a, b, samples)`` for degrees a and b and a list of samples,
        pairs of points and targets of shape (n,); returns the share of the
        samples on which the fit of degree a has the smaller test loss.
    """
    for a, b, seeds, size in _duels():
        samples = [draw_sample(size, rng=seed) for seed in seeds]
        if not seeds:
            samples = [published_sample()]
        losses = np.array(
            [[_test_loss(m, *sample) for m in (a, b)] for sample in samples]
        )
        wins = losses[:, 0] < losses[:, 1]
        given = {"a": a, "b": b, "samples": samples}
        told = (
            f"a = {a}, b = {b}, {len(samples)} sample(s) of {size} points, "
            + ("the published one" if not seeds else f"seeds {seeds}")
        )
        got = check.read(
            real,
            check.call(answer, **given),
            given=told,
            expected="a number from 0 to 1",
            hint="Return the share, one number.",
        )
        if not math.isclose(got, wins.mean(), abs_tol=1e-9):
            check.fail(
                given=told,
                expected=f"{wins.mean():.6g}, for the test losses\n"
                + _table(losses),
                got=got,
                hint=_duel_hint(samples, a, b, wins, got),
            )
    return f"{len(_duels())} duels, on samples of 10 and 14 points"


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
        X = np.zeros((n, d))
        while np.linalg.matrix_rank(X, tol=1e-2) < n:
            X = rng.integers(-3, 4, (n, d)).astype(float)
        t = rng.integers(-3, 4, n).astype(float)
        A = rng.integers(-1, 2, (d, d)).astype(float)
        yield X, t, A @ A.T + np.eye(d)


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


def _duels() -> list[tuple[int, int, list[int], int]]:
    """Return degrees, seeds of the samples, and their sizes."""
    return [
        (70, 7, [], _POINTS),
        (7, 70, [], _POINTS),
        (70, 7, [2, 3, 4], _POINTS),
        (3, 6, [1, 2, 3, 4], _POINTS),
        (30, 4, [5, 6, 7], 10),
        (5, 5, [1, 2], 10),
    ]


def _test_loss(m: int, x: NDArray[Any], t: NDArray[Any]) -> float:
    return float(grid_loss(fit_polynomial(x, t, m)))


def _table(losses: NDArray[np.float64]) -> str:
    return "\n".join(f"{a:.4g} against {b:.4g}" for a, b in losses)


def _duel_hint(
    samples: list[Any], a: int, b: int, wins: NDArray[Any], got: float
) -> str:
    training = [
        [float(((fit_polynomial(x, t, m)(x) - t) ** 2).mean()) for m in (a, b)]
        for x, t in samples
    ]
    hints = []
    first, second = (_test_loss(m, *published_sample()) for m in (a, b))
    if got == (first < second):
        hints.append(
            "The sample of the page, its x and t, gives this: is each of "
            "the given samples fitted?"
        )
    if math.isclose(got, np.mean([p < q for p, q in training])):
        hints.append(
            "The training losses give this: on the sample itself the larger "
            "degree never loses. The test loss compares the fit with the "
            "curve without noise."
        )
    if hints:
        return " ".join(hints)
    if math.isclose(got, wins.sum()):
        return "That is the number of samples; the share is asked for."
    if math.isclose(got, 1 - wins.mean()):
        return "Smaller is better: which of the two has the smaller loss?"
    return "Fit both degrees to each sample, and compare their grid_loss."


def _gap(degree: int, change: str) -> float:
    """Return how far a change of basis moves a fit, at a new point."""
    points = np.array([Fraction(k * k + 1, 21) for k in range(4)])
    new = np.array([Fraction(1, 3)])
    X, Z = design_matrix(points, degree), design_matrix(new, degree)
    t = [1, -1, 2, 0]
    before = (Z @ exact_least_squares(X, t)).item()
    d = degree + 1
    scale = np.ones(d, dtype=int)
    if change == "reversed":
        X, Z = X[:, ::-1], Z[:, ::-1]
    elif change == "alternating":
        scale[::2] = -1
    elif change == "doubled":
        scale[:] = 2
    else:
        scale[0] = 2
    after = (Z * scale @ exact_least_squares(X * scale, t)).item()
    return float(abs(after - before))


def _moved(degree: int, change: str) -> Callable[[], str]:
    def evidence() -> str:
        gap = _gap(degree, change)
        moved = f"moves by {gap:.2g}" if gap else "does not move at all"
        return (
            f"with 4 points and degree {degree}, in fractions, the fit at "
            f"x = 1/3 {moved}"
        )

    return evidence


_CHANGES = {
    "square": Claim(
        claim=(
            "degree 13: multiplying the first column by 2 leaves the fit as "
            "it is"
        ),
        truth=True,
        evidence=_moved(3, "first doubled"),
        hint="Fourteen columns, fourteen points: how many polynomials of "
        "this degree go through them?",
    ),
    "reversed": Claim(
        claim=(
            "degree 20: writing the columns in the opposite order leaves "
            "the fit as it is"
        ),
        truth=True,
        evidence=_moved(6, "reversed"),
        hint="Is the matrix of this change orthogonal?",
    ),
    "alternating": Claim(
        claim=(
            "degree 20: changing the sign of every second column leaves the "
            "fit as it is"
        ),
        truth=True,
        evidence=_moved(6, "alternating"),
        hint="Is the matrix of this change orthogonal?",
    ),
    "doubled": Claim(
        claim=(
            "degree 20: multiplying every column by 2 leaves the fit as it is"
        ),
        truth=True,
        evidence=_moved(6, "doubled"),
        hint="What is MMᵀ, and what does it do to a row?",
    ),
    "first doubled": Claim(
        claim=(
            "degree 20: multiplying the first column by 2 leaves the fit as "
            "it is"
        ),
        truth=False,
        evidence=_moved(6, "first doubled"),
        hint="Which weight has become cheaper than the others?",
    ),
}
