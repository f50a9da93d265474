"""Checkers for the exercises of the page on rounding."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import (
    Refused,
    fraction,
    fraction_array,
    pair,
    whole,
)
from byhand.checks._protocol import Check, checker
from byhand.checks._verdicts import Claim, judge_claims
from byhand.regression import (
    PUBLISHED_TABLE,
    PolynomialFit,
    design_matrix,
    exact_least_squares,
    fit_polynomial,
    grid_loss,
    published_sample,
)

#: More digits than a float64 number can have right.
_MOST_DIGITS = 17

_ROWS = (2, 3, 4, 6)


@checker
def check_correct_digits(
    check: Check, answer: Callable[[Fraction, Fraction], Any]
) -> str:
    """Check a count of correct significant digits.

    Parameters
    ----------
    answer
        A function of a reported and an exact value, both Fractions, the
        exact one not 0. With 10^e the power of ten at or just below
        the size of the exact one, it returns the largest p from 1 to 17
        for which the size of reported − exact is at most
        ½ · 10^(e + 1 − p), and 0 if there is none.
    """
    count = 0
    for reported, exact in _pairs():
        expected = _correct_digits(reported, exact)
        given = (
            f"reported = {_decimal(reported)}\nexact    = {_decimal(exact)}"
        )
        p = check.read(
            whole,
            check.call(answer, reported=reported, exact=exact),
            given=given,
            expected=expected,
            hint="Return a whole number.",
        )
        if p != expected:
            check.fail(
                given=given,
                expected=expected,
                got=p,
                hint=_digits_hint(reported, exact, p, expected),
            )
        count += 1
    return f"{count} pairs with 0 to {_MOST_DIGITS} correct digits"


@checker
def check_two_sum(check: Check, answer: Callable[[float, float], Any]) -> str:
    """Check a sum of two floats together with its rounding error.

    Parameters
    ----------
    answer
        A function of floats a and b that returns s, the float64 sum, and e,
        the float with s + e = a + b exactly.
    """
    count = 0
    for a, b in _addends():
        given = f"a = {a!r}, b = {b!r}"
        s, error = a + b, float(Fraction(a) + Fraction(b) - Fraction(a + b))
        got, (got_s, got_e) = check.read(
            _sum_and_error,
            check.call(answer, a=a, b=b),
            given=given,
            expected="a pair of finite numbers, s and e",
            hint="Return s, e.",
        )
        if not (got_s == s and got_e == error):
            check.fail(
                given=given,
                expected=f"s = {s!r}, e = {error!r}",
                got=f"s = {got[0]}, e = {got[1]}",
                hint=_sum_hint(a, b, got_s),
            )
        count += 1
    return f"{count} pairs, of ratios up to 2^120"


@checker
def check_indefinite_gram(check: Check, answer: Callable[[int], Any]) -> str:
    """Check matrices whose Gram matrix, rounded, is no longer definite.

    Parameters
    ----------
    answer
        A function of n that returns an n × 2 matrix of float64 numbers with
        independent columns. Its Gram matrix is computed in float64, the
        products of the rows added from the first row to the last, and must
        have a negative determinant, which is then computed exactly.
    """
    for n in _ROWS:
        given = f"n = {n}"
        X = check.read(
            _floats,
            check.call(answer, n=n),
            n,
            given=given,
            expected=f"finite numbers in shape ({n}, 2)",
            hint="Return an array with n rows and 2 columns.",
        )
        text = f"X = {np.array2string(X, precision=17, prefix='X = ')}"
        determinant = _determinant(_gram(_fractions(X)))
        if determinant == 0:
            check.fail(
                given=given,
                expected="independent columns",
                got=f"{text}\nwhose columns are dependent: the exact "
                "determinant of XᵀX is 0",
                hint="Start from dependent columns, then move one a little.",
            )
        with np.errstate(over="ignore", invalid="ignore"):
            # One after the other, as the page does it.
            G = functools.reduce(np.add, (np.outer(row, row) for row in X))
        if not (np.isfinite(G).all() and (G.diagonal() > 0).all()):
            check.fail(
                given=given,
                expected="a Gram matrix without overflow or underflow",
                got=text,
                hint="Numbers around 1 will do.",
            )
        rounded = _determinant(_fractions(G))
        if rounded >= 0:
            check.fail(
                given=given,
                expected="a rounded XᵀX with a negative determinant",
                got=f"{text}\nwhose rounded XᵀX has the determinant "
                f"{float(rounded):.3g}, and the exact one has "
                f"{float(determinant):.3g}",
                hint=_gram_hint(determinant, G),
            )
    return f"matrices of {', '.join(map(str, _ROWS))} rows"


@checker
def check_claims(check: Check, verdicts: Mapping[str, bool]) -> str:
    """Check which conclusions from the table and the shuffles are true.

    Parameters
    ----------
    verdicts
        For each of "same code", "bracket", "sign", "good sums", "mapped 10",
        "mapped 20" whether the claim of the exercise is true.
    """
    return judge_claims(check, verdicts, _CLAIMS)


def _correct_digits(reported: Fraction, exact: Fraction) -> int:
    unit = _leading_unit(exact)
    error = abs(reported - exact)
    return sum(
        error <= unit / (2 * 10 ** (p - 1)) for p in range(1, _MOST_DIGITS + 1)
    )


def _leading_unit(value: Fraction) -> Fraction:
    """Return the power of ten at or just below |value|."""
    size, unit = abs(value), Fraction(1)
    while unit > size:
        unit /= 10
    while unit * 10 <= size:
        unit *= 10
    return unit


def _pairs() -> Iterator[tuple[Fraction, Fraction]]:
    """Yield reported and exact values, simplest first."""
    for text, exact_text in [
        ("3", "3"),
        ("4", "3"),
        ("-3", "3"),
        ("3.1", "3"),
        ("-3.1", "-3"),
        ("0", "3"),
        ("1", "1"),
        ("0.99", "1"),
        ("1.05", "1"),
        ("9.9", "10"),
        ("10", "9.9"),
        ("0.01", "0.0098"),
        ("1000", "1000.5"),
        ("999.9", "1000"),
        # Its logarithm, rounded, is 3.
        ("950", "999.9999999999999"),
        ("1.56", "1.55"),
        ("0.333", "1/3"),
        ("22/7", "355/113"),
    ]:
        yield Fraction(text), Fraction(exact_text)
    x, t = published_sample()
    for degree, loss in PUBLISHED_TABLE:
        if degree <= 20:
            fit = fit_polynomial(x, t, degree, method="exact")
            yield Fraction(loss), Fraction(grid_loss(fit))
    rng = np.random.default_rng(3)
    for k in range(222):
        e = int(rng.integers(-12, 13))
        exact = Fraction(int(rng.integers(100, 1000)), 100) * Fraction(10) ** e
        exact *= int(rng.choice([-1, 1]))
        if k % 4 == 0:
            # Powers of ten, where rounded logarithms land on either side.
            exact = Fraction(10) ** e
        # Errors at, just below and just above the half unit.
        half = _leading_unit(exact) / (2 * Fraction(10) ** int(k % 18))
        factor = Fraction(int(rng.choice([99, 100, 101])), 100)
        yield exact + int(rng.choice([-1, 1])) * factor * half, exact


def _digits_hint(
    reported: Fraction, exact: Fraction, got: int, expected: int
) -> str:
    error = abs(reported - exact)
    unit = _leading_unit(exact)
    if not 0 <= got <= _MOST_DIGITS:
        return "p runs from 1 to 17; 0 says that none of them holds."
    if error == 0:
        return "No error at all, so every p from 1 to 17 holds."
    p = max(got, expected)
    half = unit / (2 * Fraction(10) ** (p - 1))
    relation = "at most" if error <= half else "above"
    return (
        f"For p = {p} the half unit is {_decimal(half)}, and the error, "
        f"{_decimal(error)}, is {relation} it. 10^e, the power of ten at or "
        f"below |exact|, is {_decimal(unit)}; fractions find it without "
        "rounding."
    )


def _decimal(value: Fraction) -> str:
    """Return a fraction as decimals if short, else as a float or a ratio."""
    if Fraction(repr(float(value))) == value:
        return repr(float(value))
    if len(str(value)) <= 24:
        return str(value)
    return f"{float(value):.16g} (rounded)"


def _addends() -> Iterator[tuple[float, float]]:
    """Yield pairs of floats, simplest first."""
    u = 2.0**-53
    yield 1.0, 2.0
    yield 1.0, u
    yield u, 1.0
    yield 0.1, 0.2
    yield 0.1, 0.7
    yield -1.0, u
    yield 1.0, -1.0
    yield 0.0, 0.0
    rng = np.random.default_rng(5)
    for _ in range(1000):
        a, b = rng.uniform(-1, 1, 2) * 2.0 ** rng.integers(-60, 61, 2)
        yield float(a), float(b)


def _sum_and_error(value: object) -> tuple[Any, tuple[Fraction, Fraction]]:
    """Return the pair as it came, to be shown, and as fractions."""
    s, error = pair(value)
    return (s, error), (fraction(s), fraction(error))


def _sum_hint(a: float, b: float, s: Fraction) -> str:
    if s != a + b:
        return "s is the plain float64 sum a + b."
    if abs(a) < abs(b):
        return (
            "Here |a| < |b|. Which of the two has lost its last digits in s?"
        )
    return (
        "s − a and s − b show what s has taken of b and of a. What is missing "
        "of each?"
    )


def _floats(value: object, n: int) -> NDArray[np.float64]:
    entries = fraction_array(value, n, 2)
    X = entries.astype(np.float64)
    for entry, rounded in zip(entries.flat, X.flat, strict=True):
        if entry != rounded:
            raise Refused(f"the entry {entry}, which is no float64 number")
    return X


def _gram_hint(exact: Fraction, G: NDArray[np.float64]) -> str:
    share = float(
        exact / (Fraction(float(G[0, 0])) * Fraction(float(G[1, 1])))
    )
    if share > 1e-13:
        return (
            "For unit columns the exact determinant is sin² of their angle, "
            f"here {share:.2g}; rounding moves it by about 1e-16 only."
        )
    return (
        "The columns are close enough. Rounding now decides the sign, like "
        "a coin: try other columns until it falls your way, and compute the "
        "determinant of the rounded matrix in fractions."
    )


def _gram(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    columns = list(zip(*rows, strict=True))
    return [
        [sum(a * b for a, b in zip(p, q, strict=True)) for q in columns]
        for p in columns
    ]


def _determinant(G: list[list[Fraction]]) -> Fraction:
    return G[0][0] * G[1][1] - G[0][1] * G[1][0]


def _fractions(A: NDArray[np.float64]) -> list[list[Fraction]]:
    return [[Fraction(entry) for entry in row] for row in A.tolist()]


def _loss(degree: int, method: str, **options: Any) -> float:
    x, t = published_sample()
    fit = fit_polynomial(x, t, degree, method=method, **options)
    return float(grid_loss(fit))


def _same_code() -> str:
    rows = dict(PUBLISHED_TABLE)
    return (
        f"degree 10 is reported as {rows[10]:.6g} and is "
        f"{_loss(10, 'exact'):.6g}; degree 50 is reported as "
        f"{rows[50]:.6g} and is {_loss(50, 'exact'):.6g}"
    )


def _bracket() -> str:
    x, t = published_sample()
    rng = np.random.default_rng(0)
    losses = []
    for _ in range(20):
        p = rng.permutation(len(x))
        fit = fit_polynomial(x[p], t[p], 10, method="inverse")
        losses.append(grid_loss(fit))
    return (
        f"twenty shuffles gave between {min(losses):.2g} and "
        f"{max(losses):.2g}, and the exact loss is {_loss(10, 'exact'):.4g}"
    )


def _sign() -> str:
    return (
        f"at degree 9 it gives {_loss(9, 'inverse'):.2g} for "
        f"{_loss(9, 'exact'):.2g}"
    )


def _good_sums() -> str:
    x, t = published_sample()
    X = _fractions(design_matrix(x, 10))
    G = [[float(entry) for entry in row] for row in _gram(X)]
    columns = zip(*X, strict=True)
    c = [
        float(sum(a * Fraction(b) for a, b in zip(p, t.tolist(), strict=True)))
        for p in columns
    ]
    w = exact_least_squares(G, c, digits=60)
    loss = grid_loss(PolynomialFit(w, "chebyshev", (-1, 1), 60))
    return (
        "with every entry of XᵀX and Xᵀt rounded once, and the system then "
        f"solved with 60 digits, the loss is {float(loss):.2g}, for "
        f"{_loss(10, 'exact'):.4g}"
    )


def _mapped(degree: int) -> Callable[[], str]:
    def evidence() -> str:
        raw = _loss(degree, "exact")
        mapped = _loss(degree, "exact", domain=(0, 1))
        return (
            f"at degree {degree} the exact loss is {raw:.4g} with the points "
            f"as they are and {mapped:.4g} with [0, 1] mapped to [-1, 1]"
        )

    return evidence


_CLAIMS = {
    "same code": Claim(
        claim=(
            "all rows come from one program, so all have about the same "
            "number of correct digits"
        ),
        truth=False,
        evidence=_same_code,
        hint=("What besides the program decides how many digits are lost?"),
    ),
    "bracket": Claim(
        claim=(
            "the shuffles at degree 10 give a range, and the exact loss "
            "lies within it"
        ),
        truth=False,
        evidence=_bracket,
        hint=(
            "A range shows how far rounding moves the answer about. Is "
            "that the same as how far it is from the truth?"
        ),
    ),
    "sign": Claim(
        claim=("where the explicit inverse is wrong, it understates the loss"),
        truth=False,
        evidence=_sign,
        hint="Look at the degrees where uκ² is not far from 1.",
    ),
    "good sums": Claim(
        claim=(
            "if every entry of XᵀX and Xᵀt were rounded once only, "
            "correctly, the normal equations would give degree 10 to "
            "several digits"
        ),
        truth=False,
        evidence=_good_sums,
        hint=(
            "By how much does one rounding move the entries, and how "
            "large is the smallest eigenvalue of XᵀX?"
        ),
    ),
    "mapped 10": Claim(
        claim=(
            "mapping [0, 1] to [-1, 1] leaves the exact loss at degree 10"
            " as it is"
        ),
        truth=True,
        evidence=_mapped(10),
        hint=(
            "Fourteen points, eleven coefficients: how many polynomials "
            "of degree 10 minimize the training loss?"
        ),
    ),
    "mapped 20": Claim(
        claim=(
            "mapping [0, 1] to [-1, 1] leaves the exact loss at degree 20"
            " as it is"
        ),
        truth=False,
        evidence=_mapped(20),
        hint=(
            "Fourteen points, twenty-one coefficients: which of the "
            "interpolants does least squares take?"
        ),
    ),
}
