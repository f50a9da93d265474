"""Checkers for the exercises of the page on least squares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import fraction_array, sequence, whole_array
from byhand.checks._proofs import Decoy, Line, Proof
from byhand.checks._protocol import Check, CheckFailed, checker
from byhand.checks._showing import in_line, listed
from byhand.checks._slips import require_numbers
from byhand.checks._verdicts import Claim, judge_claims
from byhand.regression import exact_least_squares

_SIZES = ((4, 3), (5, 3), (5, 4), (6, 5), (9, 4), (12, 3), (12, 8), (20, 19))


@checker("A gradient by hand", points=1)
def check_first_gradient(check: Check, gradient: Sequence[float]) -> str:
    """Check the gradient of the example at w = (1, 1).

    Parameters
    ----------
    gradient
        Its two entries.
    """
    no_two = "The square has a derivative with a factor 2."
    no_n = "The loss is a mean over n = 4 samples."
    neither = "These are the entries of Xᵀ(Xw − t). What stands before it?"
    sign = "The residual is Xw − t, not t − Xw."
    both = f"{sign} And the square has a derivative with a factor 2."
    opposite = f"{sign} And the loss is a mean over n = 4 samples."
    return require_numbers(
        check,
        gradient,
        {"the first entry": -6, "the second entry": -13 / 2},
        given="X = [[2, 1], [1, 2], [2, 2], [2, 2]], t = [4, 5, 7, 5], "
        "w = [1, 1]",
        slips={
            "the first entry": {
                -3: no_two,
                -24: no_n,
                -12: neither,
                6: sign,
                3: both,
                24: opposite,
                12: f"{sign} And what stands before Xᵀ(Xw − t)?",
                37 / 2: "The residual needs w: that is Xᵀt.",
                -37 / 2: "That is the gradient at w = 0.",
            },
            "the second entry": {
                -13 / 4: no_two,
                -26: no_n,
                -13: neither,
                13 / 2: sign,
                13 / 4: both,
                26: opposite,
                13: f"{sign} And what stands before Xᵀ(Xw − t)?",
            },
        },
        otherwise="First the four residuals Xw − t, then the product of each "
        "column of X with them, then the factor.",
    )


@checker("Invertible or not?", points=1)
def check_invertible(check: Check, verdicts: Mapping[str, bool]) -> str:
    """Check for which designs XᵀX is invertible.

    Parameters
    ----------
    verdicts
        For each of "two scales", "two points", "three points" and "wide"
        whether XᵀX is invertible.
    """
    return judge_claims(check, verdicts, _DESIGNS)


@checker("Two minimizers", points=1)
def check_two_minimizers(
    check: Check, minimizers: Sequence[Sequence[float]]
) -> str:
    """Check two minimizers of one loss, and what lies between them.

    Parameters
    ----------
    minimizers
        Two different w, of two entries each, that minimize ‖Xw − t‖ for the
        X with three rows (1, 2) and t = (1, 2, 6).
    """
    X = np.array([[1, 2]] * 3)
    t = np.array([1, 2, 6])
    expected = "two points of two finite numbers each"
    points = check.read(
        lambda value: [
            fraction_array(point, 2) for point in sequence(value, 2)
        ],
        minimizers,
        given="the answer itself",
        expected=expected,
        hint="Return a pair of pairs.",
    )
    for w in points:
        gradient = X.T @ (X @ w - t)
        if gradient.any():
            check.fail(
                given="X = [[1, 2], [1, 2], [1, 2]], t = [1, 2, 6]",
                expected="a solution of the normal equations XᵀXw = Xᵀt",
                got=f"w = {in_line(w)}, where Xᵀ(Xw − t) = "
                f"{in_line(gradient)}",
                hint="Every row predicts w₁ + 2w₂. Which one number is "
                "nearest to 1, 2 and 6 in the mean square?"
                if set(X @ w) & set(t)
                else "Write the normal equations down: both say the same of "
                "w₁ + 2w₂.",
            )
    first, second = points
    if (first == second).all():
        check.fail(
            given="X = [[1, 2], [1, 2], [1, 2]], t = [1, 2, 6]",
            expected="two minimizers that differ",
            got=in_line(first) + " twice",
            hint="Add a v with Xv = 0.",
        )
    return f"both minimize, and X maps {in_line(first - second)} to 0"


@checker("Spot the error", points=3)
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


@checker("Weights on the samples", points=3)
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
            hint=partial(_weighted_hint, given, expected),
        )
        count += 1
    return f"{count} problems with up to 6 rows"


@checker("QR by hand", points=6)
def check_solve_by_qr(check: Check, answer: Callable[..., Any]) -> str:
    """Check a least-squares solver, at last on a matrix close to rank 1.

    Parameters
    ----------
    answer
        A function of X, shape (n, d), with independent columns, and t,
        shape (n,), that returns the minimizer of ‖Xw − t‖, shape (d,).  It
        calls no solver and no factorization of a library.
    """
    count = 0
    alone = answer
    if callable(answer):
        alone = partial(_without_solvers, answer)
    for X, t, hint in _solvable():
        given = {"X": X, "t": t}
        expected = exact_least_squares(X, t).astype(float)
        try:
            got = check.call(alone, **given)
        except CheckFailed:
            if _CALLED:
                _refuse_solver(check, given)
            raise
        if _CALLED:
            _refuse_solver(check, given)
        check.require_close(
            got, expected, given=given, hint=hint, rtol=1e-5, atol=1e-9
        )
        count += 1
    return f"{count} problems, of condition numbers up to 1e8"


@checker("A leverage is at most one", points=3)
def check_leverage(check: Check, order: Sequence[str]) -> str:
    """Check the order of the lines of a proof that 0 ≤ H_jj ≤ 1.

    Parameters
    ----------
    order
        The letters of the lines, without the decoys.
    """
    return _LEVERAGE.judge(check, order)


_LEVERAGE = Proof(
    {
        "a": Line(
            "H_jj ≥ H_jj²",
            ("g",),
            "One square of a sum is at most the whole sum: of which sum?",
        ),
        "b": Decoy(
            "H_jj ≤ 1, since the trace of H is d",
            lambda: (
                "a trace of 2 in the example leaves room for an entry of "
                "3/2, if no more is known"
            ),
            "What does a sum of d entries say of a single one?",
        ),
        "c": Line(
            "H_jj (1 − H_jj) ≥ 0",
            ("a",),
            "A product needs an inequality to come from.",
        ),
        "d": Decoy(
            "H = I, since H² = H",
            lambda: (
                "in the example H² = H, and H has rank 2 and not 4: to "
                "divide by H it would have to be invertible"
            ),
            "May one divide by H?",
        ),
        "e": Line("H = HᵀH, since Hᵀ = H and H² = H", (), ""),
        "f": Line(
            "0 ≤ H_jj ≤ 1",
            ("c",),
            "Where is a product of h and 1 − h not negative?",
        ),
        "g": Line(
            "H_jj = Σ_k H_kj²",
            ("e",),
            "A diagonal entry of which product is a sum of squares?",
        ),
        "h": Decoy(
            "H_kj ≥ 0 for all k and j",
            lambda: "in the example H₁₂ = −8/25",
            "Look at the matrix H of the example.",
        ),
    }
)


#: What solves or factors for the learner.
_SOLVERS = (
    "lstsq", "qr", "solve", "inv", "pinv", "svd", "svdvals", "cholesky",
    "eig", "eigh", "tensorsolve", "tensorinv", "matrix_power",
)  # fmt: skip

#: The solvers that the answer has called last.
_CALLED: list[str] = []


def _without_solvers(answer: Callable[..., Any], X: Any, t: Any) -> Any:
    """Call a learner's function while the solvers of libraries refuse.

    Refused are those of numpy.linalg, on which the package's own float
    solvers stand, also under a name that the notebook has imported, and the
    package's exact one.
    """
    _CALLED.clear()
    refused = {getattr(np.linalg, name, None): name for name in _SOLVERS}
    refused[exact_least_squares] = "exact_least_squares"
    refused.pop(None, None)
    spaces = [vars(np.linalg), getattr(answer, "__globals__", {})]
    kept = [
        (space, name, value)
        for space in spaces
        for name, value in list(space.items())
        if callable(value) and _known(value, refused)
    ]
    for space, name, value in kept:
        space[name] = _refusal(refused[value])
    try:
        return answer(X, t)
    finally:
        for space, name, value in kept:
            space[name] = value


def _known(value: object, refused: dict[Any, str]) -> bool:
    return any(value is solver for solver in refused)


def _refusal(name: str) -> Callable[..., Any]:
    def refuse(*_: object, **__: object) -> None:
        _CALLED.append(name)
        raise RuntimeError(f"{name} is a solver of a library")

    return refuse


def _refuse_solver(check: Check, given: dict[str, Any]) -> None:
    check.fail(
        given=given,
        expected="sums, products, quotients and square roots only",
        got=f"a call of the solver {_CALLED[0]}",
        hint="Orthogonalize the columns one after the other, then solve the "
        "triangular system from its last row up, both in loops of your own.",
    )


def _rank(rows: Sequence[Sequence[int]]) -> str:
    columns = len(rows[0])
    exact = [list(map(Fraction, row)) for row in rows]
    v = _null_vector(exact)
    if v is None:
        return f"the {columns} columns are independent"
    return f"Xv = 0 for v = ({', '.join(map(str, v))})"


_WIDE = ((1, 0, 0), (0, 1, 0))

_DESIGNS = {
    "two scales": Claim(
        claim=(
            "XᵀX is invertible for the columns 1, degrees Celsius and "
            "degrees Fahrenheit, of a hundred days"
        ),
        truth=False,
        evidence=lambda: (
            "with the days of 0, 10 and 25 °C, and so with all others, "
            + _rank([[1, 0, 32], [1, 10, 50], [1, 25, 77]])
        ),
        hint="How does one get from one scale to the other?",
    ),
    "two points": Claim(
        claim=(
            "XᵀX is invertible for the columns 1, x and x², if x is −1 or 1 "
            "in every one of sixty samples"
        ),
        truth=False,
        evidence=lambda: (
            "for the two kinds of rows, "
            + _rank([[1, x, x * x] for x in (-1, 1)])
        ),
        hint="Write down the two kinds of rows that occur.",
    ),
    "three points": Claim(
        claim=(
            "XᵀX is invertible for the columns 1, x and x² at x = −1, 0 and 1"
        ),
        truth=True,
        evidence=lambda: (
            "of the three rows " + _rank([[1, x, x * x] for x in (-1, 0, 1)])
        ),
        hint="A polynomial of degree 2 has how many zeros at most?",
    ),
    "wide": Claim(
        claim=("XᵀX is invertible for some X of two rows and three columns"),
        truth=False,
        evidence=lambda: (
            f"for the rows {listed(_WIDE[0])} and {listed(_WIDE[1])}, and "
            "for some v in every other case, " + _rank(_WIDE)
        ),
        hint="Can three columns with two entries each be independent?",
    ),
}


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


def _weighted_hint(
    given: dict[str, NDArray[np.float64]],
    expected: NDArray[np.float64],
    got: NDArray[np.float64] | None,
) -> str:
    if got is None:
        return "One entry for each weight w."
    X, t, a, w = given.values()
    n, total, r = len(t), a.sum(), X @ w - t
    slips = {
        "The square has a derivative with a factor 2.": expected / 2,
        "The residual is Xw − t, not t − Xw.": -expected,
        "The loss is divided by the sum of the a, not by n.": (
            expected * total / n
        ),
        "The loss is divided by the sum of the a.": expected * total,
        "Where do the a come in? That is the gradient without them.": (
            2 * X.T @ r / n
        ),
        "Each residual is weighted once: a, not a².": (
            2 * X.T @ (a**2 * r) / total
        ),
        "The sum of the a is divided by; the residuals are to be weighted, "
        "too.": 2 * X.T @ r / total,
    }
    for hint, slip in slips.items():
        if np.allclose(got, slip):
            return hint
    return (
        "A whole number as weight means a row that is written so many times: "
        "replace this problem by the unweighted one with repeated rows, and "
        "compare. The expected value is the central difference of the loss, "
        "which is exact for a quadratic."
    )


def _weighted_problems() -> Iterator[tuple[NDArray[np.float64], ...]]:
    simple = (
        # Here each of the foreseen slips gives another number.
        ([[1], [2]], [1, 1], [2, 3], [2]),
        ([[1]], [0], [1], [1]),
        ([[1]], [1], [2], [0]),
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
    for _ in range(35):
        d = int(rng.integers(1, 6))
        X = np.zeros((d + int(rng.integers(0, 4)), d))
        while np.linalg.matrix_rank(X) < d:
            X = rng.integers(-4, 5, X.shape).astype(float)
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
