"""The exercises of the page on rounding: right, varied and wrong."""

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from byhand.checks.rounding import (
    CENSUS,
    FORECASTS,
    check_claims,
    check_correct_digits,
    check_digits_kept,
    check_exact_forecast,
    check_indefinite_gram,
    check_lost_one,
    check_reproduced,
    check_sound_forecast,
    check_trial_digits,
    check_two_sum,
)
from byhand.regression import (
    exact_least_squares,
    fit_polynomial,
    least_squares,
)
from hypothesis import given, settings
from hypothesis import strategies as st

FUNCTIONS = (check_correct_digits, check_two_sum, check_indefinite_gram)


# --- significant digits ----------------------------------------------------


def digits_by_units(reported, exact):
    unit = Fraction(1)
    while unit > abs(exact):
        unit /= 10
    while unit * 10 <= abs(exact):
        unit *= 10
    p = 0
    while p < 17 and abs(reported - exact) <= unit / 2:
        p, unit = p + 1, unit / 10
    return p


def exponent(value):
    e = math.floor(math.log10(abs(value)))
    return (
        e
        + (Fraction(10) ** (e + 1) <= abs(value))
        - (Fraction(10) ** e > abs(value))
    )


def digits_by_search(reported, exact):
    error = abs(reported - exact)
    return max(
        p
        for p in range(18)
        if p == 0 or error <= Fraction(10) ** (exponent(exact) + 1 - p) / 2
    )


def by_relative_error(reported, exact):
    error = abs(reported / exact - 1)
    return 17 if error == 0 else max(0, min(17, int(-math.log10(error))))


def by_equal_characters(reported, exact):
    a, b = f"{float(reported):.16e}", f"{float(exact):.16e}"
    count = 0
    for p, q in zip(a, b, strict=False):
        if p != q:
            break
        count += p.isdigit()
    return count


def by_rounding_both(reported, exact):
    p = 0
    while p < 17:
        context = Context(prec=p + 1, rounding=ROUND_HALF_UP)
        rounded = [
            context.divide(Decimal(v.numerator), Decimal(v.denominator))
            for v in (reported, exact)
        ]
        if rounded[0] != rounded[1]:
            break
        p += 1
    return p


def strictly_less(reported, exact):
    return digits_by_units(reported + (reported - exact) / 10**20, exact)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (by_relative_error, "reported = 1.05"),
        (by_equal_characters, "reported = 3.0"),
        (by_rounding_both, "half unit is"),
        # a whole unit instead of half a unit
        (lambda r, e: digits_by_units((r + e) / 2, e), "reported = 4.0"),
        (strictly_less, "is at most"),
        # the power of ten of the reported value
        (lambda r, e: digits_by_units(e, r) if r else 0, "reported = 0.99"),
        # the sign forgotten
        (lambda r, e: digits_by_units(abs(r), abs(e)), "reported = -3.0"),
        # no limit
        (lambda r, e: digits_by_units(r, e) if r != e else 99, "from 1 to 17"),
        (lambda r, e: -1 if r != e else 17, "p runs from 1 to 17"),
        (lambda r, e: 17.5, "Return a whole number"),
        (lambda r, e: "17", "Return a whole number"),
    ],
)
def test_correct_digits_fails(answer, said, refused):
    assert said in refused(check_correct_digits, answer)


def test_a_rounded_logarithm_is_found_out(refused):
    # One ulp too low at the powers of ten, as a quotient of logarithms is
    # for some of them.
    def answer(reported, exact):
        e = math.floor(math.log10(abs(exact)) * (1 - 1e-16) - 1e-16)
        error = abs(reported - exact)
        return max(
            p
            for p in range(18)
            if p == 0 or error <= Fraction(10) ** (e + 1 - p) / 2
        )

    assert "power of ten" in refused(check_correct_digits, answer)


def test_a_logarithm_rounded_up_is_found_out(refused):
    # Right at the powers of ten, wrong just below some of them.
    def answer(reported, exact):
        unit = Fraction(10) ** math.floor(math.log10(abs(exact)))
        return digits_by_units((reported - exact) / unit + 1, Fraction(1))

    said = refused(check_correct_digits, answer)
    assert "999.9999999999999" in said
    assert "is above it" in said


# --- a sum and its rounding error ------------------------------------------


TINY = Fraction(1, 10**400)


def two_sum(a, b):
    s = a + b
    of_b = s - a
    of_a = s - of_b
    return s, (a - of_a) + (b - of_b)


def by_fractions(a, b):
    return [a + b, float(Fraction(a) + Fraction(b) - Fraction(a + b))]


def by_sorting(a, b):
    if abs(a) < abs(b):
        a, b = b, a
    s = a + b
    return s, b - (s - a)


def by_fsum(a, b):
    return a + b, math.fsum([a, b, -(a + b)])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        # right for |a| >= |b| only
        (lambda a, b: (a + b, b - ((a + b) - a)), "Here |a| < |b|"),
        (lambda a, b: (a + b, 0.0), "a = 1.0, b = 1.1102230246251565e-16"),
        (lambda a, b: (a + b, -two_sum(a, b)[1]), "e = 1.11022"),
        (lambda a, b: two_sum(a, b)[::-1], "s is the plain float64 sum"),
        (lambda a, b: (a, b), "s is the plain float64 sum"),
        # off by less than any float can tell
        (
            lambda a, b: (a + b, Fraction(by_fractions(a, b)[1]) + TINY),
            "e = 1/1000",
        ),
        (lambda a, b: a + b, "a pair"),
        (lambda a, b: (a + b, None), "a pair"),
        (lambda a, b: (a + b, math.nan), "a pair"),
    ],
)
def test_two_sum_fails(answer, said, refused):
    assert said in refused(check_two_sum, answer)


@given(*[st.floats(-1e300, 1e300)] * 2)
@settings(max_examples=200)
def test_the_expected_error_is_a_float(a, b):
    s, e = by_fractions(a, b)
    assert Fraction(s) + Fraction(e) == Fraction(a) + Fraction(b)


# --- a rounded Gram matrix that is indefinite ------------------------------


def nearly_parallel(n, size=1e-9):
    rng = np.random.default_rng(0)
    while True:
        a, z = rng.normal(size=(2, n))
        X = np.column_stack([a, a + size * z])
        G = sum(np.outer(row, row) for row in X)
        p, q, r = map(Fraction, (G[0, 0], G[0, 1], G[1, 1]))
        if p * r < q * q:
            return X


def scaled(n):
    return 2.0**100 * nearly_parallel(n, 1e-8)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda n: np.eye(n, 2), "sin² of their angle"),
        (lambda n: np.ones((n, 2)), "columns are dependent"),
        (lambda n: np.eye(n, 2) * 1e200, "without overflow"),
        (lambda n: np.eye(n, 2) * 1e-200, "or underflow"),
        # Läuchli's matrix, whose rounded product is singular, not indefinite.
        (
            lambda n: np.array([[1, 1], *[[0, 1e-9]] * (n - 1)]),
            "Rounding now decides",
        ),
        (lambda n: np.eye(2, n + 1), "shape (2, 2)"),
        (lambda n: np.full((n, 2), np.nan), "finite numbers"),
        (lambda n: [[1, 2], [3]], "shape (2, 2)"),
        (lambda n: nearly_parallel(2), "n = 3"),
    ],
)
def test_indefinite_gram_fails(answer, said, refused):
    assert said in refused(check_indefinite_gram, answer)


# --- the claims ------------------------------------------------------------

VERDICTS = {
    "same code": False, "bracket": False, "sign": False,
    "good sums": False, "mapped 10": True, "mapped 20": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("same code", "degree 10 is reported as 17.0949 and is 2257.09"),
        ("bracket", "twenty shuffles gave between 13 and 19"),
        ("sign", "at degree 9 it gives 62 for 5.3"),
        ("good sums", "the loss is 29, for 2257"),
        ("mapped 10", "is 2257 with the points"),
        ("mapped 20", "is 1.551e+10 with the points"),
    ],
)
def test_a_wrong_verdict_meets_a_computation(key, said, refused):
    text = refused(check_claims, VERDICTS | {key: not VERDICTS[key]})
    assert repr(key) in text
    assert said in " ".join(text.split())


def test_the_evidence_about_the_mapping_tells_the_degrees_apart(refused):
    ten = refused(check_claims, VERDICTS | {"mapped 10": False})
    twenty = refused(check_claims, VERDICTS | {"mapped 20": True})
    assert "and 2257 with [0, 1] mapped" in " ".join(ten.split())
    assert "and 4054 with [0, 1] mapped" in " ".join(twenty.split())


# --- warm-ups ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_lost_one, (1e16, -1e16, 1), "the first of the two orders"),
        (check_lost_one, (1, 2, 3), "The two orders agree"),
        (check_lost_one, (0.1, 0.2, 0.3), "exactly 0 and 1"),
        (check_lost_one, (1, 1e308, 1e308), "overflows"),
        (check_lost_one, (1, 10**16 + 1, -(10**16)), "no float64"),
        (check_lost_one, (1, 2), "three float64 numbers"),
        (check_digits_kept, (6, 4, 7, 0), "may be lost"),
        (check_digits_kept, (4, 4, 7, 0), "once"),
        (check_digits_kept, (10, 12, 7, 0), "may be lost"),
        (check_digits_kept, (10, 10, 7, 0), "condition number"),
        (check_digits_kept, (10, 4, 9, 0), "may be lost"),
        (check_digits_kept, (10, 4, 7, -2), "Fewer than none"),
        (check_digits_kept, (10, 4, 7, 7), "condition number"),
        (check_digits_kept, (10, 4, 7, 3), "multiplied by κ"),
        (check_digits_kept, (10, 4), "4 numbers"),
    ],
)
def test_slips_have_their_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


# --- the trial --------------------------------------------------------------


def exact_forecast(years, people, m, year):
    X = np.array([[Fraction(y) ** k for k in range(m + 1)] for y in years])
    w = exact_least_squares(X, [Fraction(p) for p in people])
    return sum(c * Fraction(year) ** k for k, c in enumerate(w))


def by_centered_decimals(years, people, m, year):
    x = [y - years[0] for y in years]
    fit = fit_polynomial(x, people, m, method="exact", basis="monomial")
    return fit([year - years[0]])[0]


def by_raw_powers(years, people, m, year):
    X = np.array([[float(y) ** k for k in range(m + 1)] for y in years])
    w = np.linalg.lstsq(X, np.array(people, dtype=float))[0]
    return sum(c * float(year) ** k for k, c in enumerate(w))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda y, p, m, at: exact_forecast(y, p, m + 1, at), "degree less"),
        (
            lambda y, p, m, at: exact_forecast(y, p, max(0, m - 1), at),
            "How many columns",
        ),
        (
            lambda y, p, m, at: (
                exact_forecast(y, p, m, at) / (10**6 if y[0] > 9 else 1)
            ),
            "no millions",
        ),
        (by_raw_powers, "something was rounded"),
        (lambda y, p, m, at: p[-1], "to the exact solver"),
        (lambda y, p, m, at: [1], "one number"),
    ],
)
def test_wrong_exact_forecasts_fail(answer, said, refused):
    if said == "degree less":
        said = "not yet"
    text = " ".join(refused(check_exact_forecast, answer).split())
    assert said in text


DIGITS = {1: 5, 2: 5, 3: 1, 4: 1, 5: 1, 6: 1}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({1: 4}, "at most half a unit in digit 5"),
        ({2: 6}, "above half a unit in digit 6"),
        ({3: 2}, "The error of this row is 6.272, which is above"),
        ({6: 0}, "at most half a unit in digit 1"),
        ({6: -1}, "from 0 to 17"),
        (dict.fromkeys(range(1, 7), 0), "In which unit does the table count"),
        ({4: 1.5}, "a dictionary from the degrees"),
        ({7: 1}, "a dictionary from the degrees"),
    ],
)
def test_wrong_counts_of_the_table_fail(change, said, refused):
    text = " ".join(refused(check_trial_digits, DIGITS | change).split())
    assert said in text


def reproduced_by_rank(years, people, m, year):
    X = np.array([[y**k for k in range(m + 1)] for y in years])
    w, _, rank, sigma = np.linalg.lstsq(X, people)
    return sum(c * year**k for k, c in enumerate(w)), sigma[:rank]


def by_package(years, people, m, year):
    X = np.array([[y**k for k in range(m + 1)] for y in years])
    return least_squares(X, people) @ year ** np.arange(m + 1)


def reproduced_by_package(years, people, m, year):
    X = np.array([[y**k for k in range(m + 1)] for y in years])
    sigma = np.linalg.svd(X)[1]
    used = [s for s in sigma if s > 1e-13 * sigma[0]]
    return by_package(years, people, m, year), used


def sound_by_qr(years, people, m, year):
    middle, half = (years[0] + years[-1]) / 2, (years[-1] - years[0]) / 2
    X = np.vander((years - middle) / half, m + 1)
    w = least_squares(X, people, method="qr")
    return np.polyval(w, (year - middle) / half)


def sound_by_domain(years, people, m, year):
    fit = fit_polynomial(years, people, m, domain=(years[0], years[-1]))
    return fit([year])[0]


def moved_not_far_enough(years, people, m, year):
    start = years[0] - 1000
    X = np.vander((years - start) / 1000, m + 1)
    w = np.linalg.lstsq(X, people, rcond=0)[0]
    return np.polyval(w, (year - start) / 1000)


def by_bare_qr(years, people, m, year):
    Q, R = np.linalg.qr(np.vander(years, m + 1))
    return np.polyval(np.linalg.solve(R, Q.T @ people), year)


def by_bare_inverse(years, people, m, year):
    X = np.vander(years, m + 1)
    return np.polyval(np.linalg.inv(X.T @ X) @ X.T @ people, year)


def not_moved_along(years, people, m, year):
    X = np.vander(years - 1960, m + 1)
    return np.polyval(np.linalg.lstsq(X, people)[0], year)


def test_the_table_is_what_the_program_reports():
    years = np.array(list(CENSUS), dtype=float)
    people = np.array(list(CENSUS.values())) / 1e6
    for m, reported in FORECASTS.items():
        found = by_raw_powers(years, people, m, 2030.0)
        assert float(f"{found:.5g}") == reported


@pytest.mark.parametrize(
    ("answer", "said"),
    [
(lambda *a: (sound_by_qr(*a), [1]), "That is the exact forecast"),
        (lambda *a: (by_bare_qr(*a), [1]), "That is the exact forecast"),
        (lambda *a: (by_bare_inverse(*a), [1]), "at most three directions"),
        (lambda y, p, m, at: (369.0, [1]), "typed the years as they are"),
        (by_package, "Return both, as a pair"),
        (
            lambda y, p, m, at: (
                by_package(y, p, m, at),
                np.linalg.svd(np.vander(y, m + 1))[1],
            ),
            "rounding errors beside the largest",
        ),
        (
            lambda *a: (by_package(*a), reproduced_by_rank(*a)[1][::-1]),
            "The largest first",
        ),
        (lambda *a: (by_package(*a), [1, 2]), "with m + 1 columns"),
        (
            lambda y, p, m, at: (
                least_squares(np.vander(y, m + 1), p, method="qr")
                @ [at**k for k in reversed(range(m + 1))],
                [1],
            ),
            "ValueError",
        ),
        (lambda y, p, m, at: "x", "as a pair"),
    ],
)  # fmt: skip
def test_what_does_not_make_the_errors_of_the_table_fails(
    answer, said, refused
):
    assert said in " ".join(refused(check_reproduced, answer).split())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (by_package, "what the table's program gives"),
        (moved_not_far_enough, "the condition number of your X"),
        (not_moved_along, "moved along"),
        (lambda y, p, m, at: [p], "one number"),
    ],
)
def test_unsound_forecasts_fail(answer, said, refused):
    assert said in " ".join(refused(check_sound_forecast, answer).split())


#: What is said of right answers, and the answers.
RIGHT = {
    check_correct_digits: ("248 pairs", digits_by_units, digits_by_search),
    check_two_sum: ("1008 pairs", two_sum, by_fractions, by_sorting, by_fsum),
    check_indefinite_gram: ("2, 3, 4, 6 rows", nearly_parallel, scaled),
    check_claims: ("6 verdicts", VERDICTS),
    check_lost_one: ("is 0 or 1", [1.0, 1e16, -1e16], [1, 2**60, -(2**60)]),
    check_digits_kept: ("4 numbers", [10, 4, 7, 0]),
    check_exact_forecast: ("12 fits", exact_forecast, by_centered_decimals),
    check_trial_digits: ("6 rows", DIGITS),
    check_reproduced: (
        "12 forecasts",
        reproduced_by_rank,
        reproduced_by_package,
    ),
    check_sound_forecast: ("12 forecasts", sound_by_qr, sound_by_domain),
}
