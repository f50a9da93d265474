"""Checkers for the exercises of the page on rounding."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import (
    Refused,
    dictionary,
    fraction,
    fraction_array,
    pair,
    real,
    sequence,
    whole,
)
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_line
from byhand.checks._slips import require_numbers
from byhand.checks._verdicts import Claim, judge_claims
from byhand.regression import (
    PUBLISHED_TABLE,
    PolynomialFit,
    design_matrix,
    exact_least_squares,
    fit_polynomial,
    grid_loss,
    least_squares,
    published_sample,
)

#: More digits than a float64 number can have right.
_MOST_DIGITS = 17

_ROWS = (2, 3, 4, 6)


#: The resident population of the United States at each census, in persons
#: (U.S. Census Bureau).
CENSUS = {
    1900: 76_212_168,
    1910: 92_228_496,
    1920: 106_021_537,
    1930: 123_202_624,
    1940: 132_164_569,
    1950: 151_325_798,
    1960: 179_323_175,
    1970: 203_302_031,
    1980: 226_545_805,
    1990: 248_709_873,
    2000: 281_421_906,
    2010: 308_745_538,
    2020: 331_449_281,
}

#: The table on trial: the degree of a polynomial in the year, fitted to all
#: of the censuses, and its value in 2030, in millions, as reported.
FORECASTS = {
    1: 340.55,
    2: 368.29,
    3: 368.81,
    4: 369.24,
    5: 369.58,
    6: 369.84,
}


@checker("An order that loses one", points=1)
def check_lost_one(check: Check, floats: Sequence[float]) -> str:
    """Check three floats whose sum depends on the order.

    Parameters
    ----------
    floats
        Floats a, b and c with (a + b) + c = 0 and a + (b + c) = 1.
    """
    a, b, c = check.read(
        lambda value: [_float(part) for part in sequence(value, 3)],
        floats,
        given="the answer itself",
        expected="three float64 numbers, a, b and c",
        hint="Return the three in a tuple. Numbers that float64 rounds do "
        "not count.",
    )
    with np.errstate(all="ignore"):
        left, right = (a + b) + c, a + (b + c)
    if (left, right) != (0, 1):
        check.fail(
            given={"a": a, "b": b, "c": c},
            expected="(a + b) + c = 0 and a + (b + c) = 1",
            got=f"(a + b) + c = {left!r} and a + (b + c) = {right!r}",
            hint=_lost_hint(left, right),
        )
    return f"a + b + c is 0 or 1 for {a:g}, {b:g}, {c:g}"


@checker("Digits kept", points=1)
def check_digits_kept(check: Check, digits: Sequence[int]) -> str:
    """Check how many digits two ways keep at two condition numbers.

    Parameters
    ----------
    digits
        Of sixteen digits, how many are left at least: by QR and by the
        normal equations for κ = 10^6, then the same for κ = 10^9.
    """
    lost = "That is how many may be lost."
    once = "QR loses the digits of κ, once."
    return require_numbers(
        check,
        digits,
        {
            "QR, κ = 10^6": 10,
            "normal equations, κ = 10^6": 4,
            "QR, κ = 10^9": 7,
            "normal equations, κ = 10^9": 0,
        },
        given="sixteen digits, a small residual, κ = 10^6 and 10^9",
        slips={
            "QR, κ = 10^6": {6: lost, 4: once},
            "normal equations, κ = 10^6": {
                12: lost,
                10: "The normal equations stand on XᵀX. What is its "
                "condition number?",
            },
            "QR, κ = 10^9": {9: lost, -2: once, 0: once},
            "normal equations, κ = 10^9": {
                -2: "Fewer than none cannot be left.",
                7: "The normal equations stand on XᵀX. What is its "
                "condition number?",
                18: lost,
            },
        },
        otherwise="A relative error of 10^−16 is multiplied by κ, or by its "
        "square.",
    )


@checker("Significant digits, exactly", points=4)
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


@checker("A sum and its rounding error", points=4)
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


@checker("No Gram matrix", points=5)
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
        entries = np.array2string(X, floatmode="unique", prefix="X = ")
        text = f"X = {entries}"
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
        if not (np.isfinite(G).all() and G.diagonal().all()):
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


@checker("Spot the errors", points=3)
def check_claims(check: Check, verdicts: Mapping[str, bool]) -> str:
    """Check which conclusions from the table and the shuffles are true.

    Parameters
    ----------
    verdicts
        For each of "same code", "bracket", "sign", "good sums", "mapped 10",
        "mapped 20" whether the claim of the exercise is true.
    """
    return judge_claims(check, verdicts, _CLAIMS)


@checker("On trial, 1: the exact forecasts", points=4)
def check_exact_forecast(check: Check, answer: Callable[..., Any]) -> str:
    """Check forecasts by least squares without rounding.

    Parameters
    ----------
    answer
        ``answer(years, people, m, year)`` for lists of integers; returns
        the value at ``year`` of the polynomial of degree m that fits best.
    """
    count = 0
    for years, people, m, year in _forecasts():
        given = {"years": years, "people": people, "m": m, "year": year}
        expected = _exact_forecast(years, people, m, year)
        got = check.read(
            real,
            check.call(answer, **given),
            given=given,
            expected=float(expected),
            hint="Return one number, a Fraction or a float.",
        )
        if not math.isclose(got, expected, rel_tol=1e-10, abs_tol=1e-9):
            check.fail(
                given=given,
                expected=float(expected),
                got=got,
                hint=_exact_hint(years, people, m, year, got),
            )
        count += 1
    return f"{count} fits, of degrees 0 to 6"


@checker("On trial, 2: the digits", points=2)
def check_trial_digits(check: Check, digits: Mapping[int, int]) -> str:
    """Check how many digits of each row of the table are correct.

    Parameters
    ----------
    digits
        For each degree from 1 to 6 the number of correct significant digits
        of the reported forecast.
    """

    def read(value: object) -> dict[int, int]:
        found: dict[Any, Any] = dictionary(value, FORECASTS)  # type: ignore[arg-type]
        return {int(m): whole(p) for m, p in found.items()}

    said = check.read(
        read,
        digits,
        given="the answer itself",
        expected="a dictionary from the degrees 1 to 6 to whole numbers",
        hint="One whole number for each row of the table.",
    )
    for m, reported in FORECASTS.items():
        exact = (
            _exact_forecast(list(CENSUS), list(CENSUS.values()), m, 2030)
            / 10**6
        )
        value = Fraction(str(reported))
        p, right = said[m], _correct_digits(value, exact)
        if p == right:
            continue
        error = abs(value - exact)
        claimed = p if p > right else p + 1
        unit = _leading_unit(exact)
        if not 0 <= p <= _MOST_DIGITS:
            hint = "A count of digits is from 0 to 17."
        elif not any(said.values()):
            hint = (
                "So few would be right if the forecast were "
                f"{float(exact * 10**6):.6g}. In which unit does the table "
                "count, and in which the census?"
            )
        else:
            half = unit / (2 * Fraction(10) ** (claimed - 1))
            relation = "above" if p > right else "at most"
            hint = (
                f"The error of this row is {float(error):.4g}, which is "
                f"{relation} half a unit in digit {claimed}, "
                f"{float(half):.4g}."
            )
        check.fail(
            given=f"degree {m}, reported as {reported} million",
            expected="the largest p that the definition allows",
            got=p,
            hint=hint,
        )
    return "6 rows, each against its exact value"


@checker("On trial, 3: the method", points=4)
def check_reproduced(check: Check, answer: Callable[..., Any]) -> str:
    """Check a program that makes the errors of the table.

    Parameters
    ----------
    answer
        ``answer(years, people, m, year)`` for float arrays; returns what the
        program behind the table returns, to five digits, and the singular
        values of the matrix of powers that this program uses, the largest
        first.
    """
    found = []
    for series in (list(CENSUS.values()), list(CENSUS.values())[::-1]):
        years = np.array(list(CENSUS), dtype=float)
        people = np.array(series) / 1e6
        for m in FORECASTS:
            given = {"years": years, "people": people, "m": m, "year": 2030.0}
            reported = _raw_forecast(years, people, m, 2030.0)
            got, used = check.read(
                _number_and_numbers,
                check.call(answer, **given),
                given=given,
                expected=f"{reported:.5g}, and a list of singular values",
                hint="Return both, as a pair.",
            )
            if not math.isclose(got, reported, rel_tol=3e-5):
                check.fail(
                    given=given,
                    expected=f"{reported:.5g}",
                    got=got,
                    hint=_reproduced_hint(years, people, m, got),
                )
            found.append((used, years, m, given))
    for singular_values in found:
        _require_used(check, *singular_values)
    return (
        f"{len(found)} forecasts, the table's and those of a series reversed"
    )


@checker("On trial, 4: the repair", points=3)
def check_sound_forecast(check: Check, answer: Callable[..., Any]) -> str:
    """Check forecasts in floats that keep their digits.

    Parameters
    ----------
    answer
        ``answer(years, people, m, year)`` for float arrays; returns the
        forecast, correct to nine digits.
    """
    count = 0
    for shift in (0, 10_000):
        years = [year + shift for year in CENSUS]
        for m in FORECASTS:
            exact = _exact_forecast(
                years, list(CENSUS.values()), m, 2030 + shift
            )
            expected = float(exact / 10**6)
            given = {
                "years": np.array(years, dtype=float),
                "people": np.array(list(CENSUS.values())) / 1e6,
                "m": m,
                "year": 2030.0 + shift,
            }
            got = check.read(
                real,
                check.call(answer, **given),
                given=given,
                expected=expected,
                hint="Return one number.",
            )
            if not math.isclose(got, expected, rel_tol=1e-9):
                check.fail(
                    given=given,
                    expected=f"{expected:.12g}",
                    got=f"{got:.12g}",
                    hint=_sound_hint(given, got, expected),
                )
            count += 1
    return f"{count} forecasts, half of them ten thousand years later"


def _lost_hint(left: float, right: float) -> str:
    if not (math.isfinite(left) and math.isfinite(right)):
        return "One of the sums overflows. Smaller numbers will do."
    if (left, right) == (1, 0):
        return "Nearly: the first of the two orders is to lose the 1."
    if left == right:
        return (
            "The two orders agree here. A number is lost beside one that is "
            "more than 2^53 times as large."
        )
    return "The orders differ. Which numbers would leave exactly 0 and 1?"


def _forecasts() -> Iterator[tuple[list[int], list[int], int, int]]:
    yield [0, 1, 2], [1, 3, 5], 1, 10
    yield [0, 1, 2], [1, 3, 5], 0, 10
    yield [0, 1, 2, 3], [0, 1, 4, 10], 2, 5
    years = list(CENSUS)
    people = list(CENSUS.values())
    for m in FORECASTS:
        yield years, people, m, 2030
    for m in (1, 3, 5):
        yield years[3:], people[3:], m, 1900


@functools.cache
def _exact(
    years: tuple[int, ...], people: tuple[int, ...], m: int, year: int
) -> Fraction:
    X = np.array([[Fraction(y) ** k for k in range(m + 1)] for y in years])
    w = exact_least_squares(X, np.array(list(map(Fraction, people))))
    return sum((c * year**k for k, c in enumerate(w)), Fraction(0))


def _exact_forecast(
    years: list[int], people: list[int], m: int, year: int
) -> Fraction:
    return _exact(tuple(years), tuple(people), m, year)


def _raw_forecast(
    years: NDArray[np.float64],
    people: NDArray[np.float64],
    m: int,
    year: float,
) -> float:
    """Return what the singular value decomposition makes of raw years."""
    X = design_matrix(years, m, basis="monomial")
    w = least_squares(X, people, method="svd")
    return math.fsum(w * design_matrix([year], m, basis="monomial")[0])


def _exact_hint(
    years: list[int], people: list[int], m: int, year: int, got: float
) -> str:
    if m and math.isclose(
        got, _exact_forecast(years, people, m - 1, year), rel_tol=1e-10
    ):
        return (
            "That is the forecast of one degree less. How many columns does "
            "degree m have?"
        )
    exact = _exact_forecast(years, people, m, year)
    if math.isclose(got * 10**6, exact, rel_tol=1e-9):
        return "In the unit of people as given, please: persons, no millions."
    if math.isclose(got, exact, rel_tol=0.1):
        return (
            "Near, and not exact: something was rounded. The powers of the "
            "year, up to the sixth, have to be exact as well."
        )
    return (
        "Build the columns 1, y, y², … of the years as they are, in "
        "Fractions, and give them to the exact solver."
    )


def _number_and_numbers(value: object) -> tuple[float, list[float]]:
    number, several = pair(value)
    return real(number), [real(entry) for entry in sequence(several)]


def _require_used(
    check: Check,
    used: list[float],
    years: NDArray[np.float64],
    m: int,
    given: dict[str, Any],
) -> None:
    """Fail unless these are the singular values that are not dropped."""
    sigma = np.linalg.svd(
        design_matrix(years, m, basis="monomial"), compute_uv=False
    )
    cutoff = len(years) * np.finfo(float).eps * sigma[0]
    kept = sigma[sigma > cutoff]
    if len(used) == len(kept) and np.allclose(used, kept, rtol=1e-3, atol=0):
        return
    hint = "The singular values are those of the matrix with m + 1 columns."
    if len(used) > len(kept) and np.allclose(used[: len(kept)], kept, 1e-3):
        hint = (
            "Some of these are rounding errors beside the largest. From "
            "which size on does the program take a singular value for 0?"
        )
    elif np.allclose(
        sorted(used, reverse=True)[: len(kept)], kept[: len(used)], 1e-3
    ):
        hint = "The largest first, and all of those that are used."
    check.fail(
        given=given,
        expected=f"the {m + 1} singular values of the powers of the year, or "
        "those of them that the program uses",
        got=f"{len(used)} of them: " + in_line(used[: m + 1], ".4g"),
        hint=hint,
    )


def _reproduced_hint(
    years: NDArray[np.float64], people: NDArray[np.float64], m: int, got: float
) -> str:
    persons = [round(1e6 * value) for value in people]
    exact = _exact_forecast([int(y) for y in years], persons, m, 2030) / 10**6
    if math.isclose(got, exact, rel_tol=1e-7):
        return (
            "That is the exact forecast. The table's is another, so its "
            "program has done something that yours has not."
        )
    return (
        "Someone has typed the years as they are. Which of the methods of "
        "this page then finds at most three directions in X, whatever the "
        "degree, and answers without complaint?"
    )


def _sound_hint(given: dict[str, Any], got: float, expected: float) -> str:
    years, people = given["years"], given["people"]
    raw = _raw_forecast(years, people, given["m"], given["year"])
    if math.isclose(got, raw, rel_tol=1e-6):
        return (
            "That is what the table's program gives. In which variable are "
            "the columns nearly dependent, and in which are they not?"
        )
    if math.isclose(got, expected, rel_tol=1e-3):
        return (
            "The first digits are right. What is the condition number of "
            "your X, and what does your method make of it?"
        )
    return (
        "If you have moved the years, the year of the forecast has to be "
        "moved along, and scaled, too."
    )


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


def _float(value: object) -> float:
    number = fraction(value)
    if Fraction(float(number)) != number:
        raise Refused("a number that is no float64")
    return float(number)


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
            "the twenty shuffles at degree 10 give a range, and the exact "
            "loss lies within it"
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
