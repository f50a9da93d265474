"""The exercises of the page on deep networks: right, varied and wrong."""

import math

import mpmath
import pytest
from byhand.checks.deep_networks import (
    check_both_at_once,
    check_growth_backwards,
    check_leaky_gain,
    check_skip_growth,
    check_width,
)


def leaky_gain(a):
    return math.sqrt(2 / (1 + a * a))


def width(L, fall):
    return math.ceil(L / (2 * fall))


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_leaky_gain, lambda a: leaky_gain(a) ** 2, "g², not g"),
        (check_leaky_gain, lambda a: 2**0.5, "pass on nothing here"),
        (check_leaky_gain, lambda a: (2 / (1 + abs(a))) ** 0.5, "the square"),
        (check_leaky_gain, lambda a: 3, "w and its opposite"),
        (check_leaky_gain, lambda a: [1, 2], "one number"),
        (check_width, lambda L, fall: L / fall, "not L / n"),
        (check_width, lambda L, fall: L // (2 * fall), "the mean falls by"),
        (check_width, lambda L, fall: L / (2 * fall), "Round"),
        (check_width, lambda L, fall: L // (2 * fall) + 1, "One unit less"),
        (check_width, lambda L, fall: 0, "Solve"),
        (check_both_at_once, 1, "add to all of them"),
        (check_both_at_once, 2, "How far"),
        (check_both_at_once, 0, "a gain"),
        (check_both_at_once, 0.1, "add to all of them"),
    ],
)
def test_foreseen_slips_have_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


def at(place, value, right):
    """Return a right function that is changed at one place."""
    return lambda *given: value if given == place else right(*given)


#: Where a function is easily wrong that is right elsewhere.
SLOPES = {
    "ReLU": 0.0,
    "the identity": 1.0,
    "a half": 0.5,
    "a small slope": 0.1,
    "almost ReLU": 0.01,
    "the absolute value": -1.0,
    "steeper than the identity": 2.0,
}


@pytest.mark.parametrize("a", SLOPES.values(), ids=SLOPES)
def test_each_slope_is_tried(a, refused):
    text = refused(check_leaky_gain, at((a,), 3, leaky_gain))
    assert f"input     a = {a}\n" in text
    assert "a row w and its opposite" in " ".join(text.split())


@pytest.mark.parametrize(
    ("a", "got", "said"),
    [
        # A half and 2 have the mean squares 5/8 and 5/2.
        (0.5, 8 / 5, "g², not g"),
        (2.0, 2 / 5, "g², not g"),
        (0.5, math.sqrt(2), "pass on nothing here"),
        (0.5, 4 / 3, "the square of the slope"),
        (0.5, math.sqrt(4 / 3), "the square of the slope"),
        (2.0, 2 / 3, "the square of the slope"),
        (2.0, math.sqrt(2 / 3), "the square of the slope"),
        (0.5, 1.4, "a row w and its opposite"),
        (0.5, [1, 2], "The gain is one number"),
        (0.0, 2, "g², not g"),
        (-1.0, math.sqrt(2), "pass on nothing here"),
    ],
)
def test_slips_in_the_gain_at_one_slope(a, got, said, refused):
    text = refused(check_leaky_gain, at((a,), got, leaky_gain))
    assert said in " ".join(text.split())


WIDTHS = {
    "a whole number": (100, 1.0, 50),
    "one unit": (2, 1.0, 1),
    "as wide as deep": (100, 0.5, 100),
    "as wide as deep, for an odd number": (101, 0.5, 101),
    "rounded up from below a half": (7, 2.0, 2),
    "less than a unit": (1, 4.0, 1),
    "a million layers": (10**6, 0.25, 2 * 10**6),
    "rounded up from a half": (3, 1.0, 2),
    "a fall of an eighth": (999, 0.125, 3996),
}


@pytest.mark.parametrize(("L", "fall", "n"), WIDTHS.values(), ids=WIDTHS)
def test_each_network_is_tried(L, fall, n, refused):
    text = refused(check_width, at((L, fall), n + 1, width))
    assert f"input     L = {L}\n            fall = {fall}\n" in text
    assert f"expected  {n}\n  got       {n + 1}\n" in text


@pytest.mark.parametrize(
    ("L", "fall", "got", "said"),
    [
        (7, 2.0, 3, "not L / n"),
        (7, 2.0, 4, "not L / n"),
        (7, 2.0, 5, "Solve L / (2 n)"),
        (7, 2.0, 1, "With n = 1 the mean falls by 3.5."),
        (7, 2.0, 0, "Solve L / (2 n)"),
        (7, 2.0, -1, "Solve L / (2 n)"),
        (100, 1.0, 100, "not L / n"),
        (100, 1.0, 51, "One unit less would do"),
        (100, 1.0, 52, "Solve L / (2 n)"),
        (101, 0.5, 102, "One unit less would do"),
        (100, 1.0, 40, "With n = 40 the mean falls by 1.25."),
        (999, 0.125, 3995, "With n = 3995 the mean falls by 0.125031."),
        (3, 1.0, 1.5, "2, a whole number of units"),
    ],
)
def test_slips_in_the_width_of_one_network(L, fall, got, said, refused):
    text = refused(check_width, at((L, fall), got, width))
    assert said in " ".join(text.split())


def rate(width):
    """Return E log|v| for normal entries of v with variance 1/8."""
    # |v|² is chi-squared, divided by 8.
    return float(mpmath.digamma(width / 2) + mpmath.log(2 / 8)) / 2


def test_the_gains_lie_between_two_rates(passes, refused):
    low, high = math.exp(-rate(8)), math.exp(-rate(7))
    for gain in (low + 1e-6, high - 1e-6):
        passes(check_both_at_once, gain)
    for gain, said, expected in (
        (low - 1e-6, "-0.0000", "a positive rate for the largest"),
        (1, f"{rate(8):.4f}", "a positive rate for the largest"),
        (high + 1e-6, "0.0000", "a negative rate for the second"),
        (2, f"{math.log(2) + rate(7):.4f}", "a negative rate for the second"),
    ):
        text = " ".join(refused(check_both_at_once, gain).split())
        assert f"got it is {said} at g = {gain:g} hint" in text
        assert expected in text
    assert "0.5516" in refused(check_both_at_once, 2)


@pytest.mark.parametrize("gain", [0, -1, math.inf])
def test_a_gain_is_positive_and_finite(gain, refused):
    assert "a positive number" in refused(check_both_at_once, gain)


def mean_square(g, L):
    return (1 + g * g) ** L


def gain(L):
    return L**-0.5


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((lambda g, L: g ** (2 * L), gain), "without the skip"),
        ((lambda g, L: (1 + g) ** (2 * L), gain), "inner product of v and"),
        ((lambda g, L: 1 + L * g * g, gain), "Each layer multiplies"),
        ((lambda g, L: (1 + g * g / 2) ** L, gain), "no ReLU"),
        ((lambda g, L: 7, gain), "Expand"),
        ((mean_square, lambda L: 1), "neither explode"),
        ((mean_square, lambda L: 1 / L), "neither explode"),
        ((mean_square, lambda L: -1), "Return a gain"),
    ],
)
def test_wrong_growth_meets_a_case(answer, said, refused):
    assert said in " ".join(refused(check_skip_growth, *answer).split())


GROWTHS = {
    "one layer": (1.0, 1),
    "two layers": (1.0, 2),
    "a gain below 1": (0.5, 1),
    "a gain above 1": (2.0, 3),
    "only the skips": (0.0, 5),
    "a hundred layers": (0.1, 100),
}


@pytest.mark.parametrize("place", GROWTHS.values(), ids=GROWTHS)
def test_each_growth_is_tried(place, refused):
    g, L = place
    text = refused(check_skip_growth, at(place, 7, mean_square), gain)
    assert f"input     g = {g}\n            L = {L}\n" in text
    assert "Expand |v + W v|²" in " ".join(text.split())


@pytest.mark.parametrize(
    ("g", "L", "got", "said"),
    [
        (2.0, 3, 64, "without the skip connections"),
        (2.0, 3, 729, "inner product of v and W v"),
        (2.0, 3, 27, "inner product of v and W v"),
        (2.0, 3, 13, "Each layer multiplies"),
        (2.0, 3, 126, "Expand"),
        (2.0, 3, [1, 2], "is one number"),
        (0.1, 100, 1e-200, "without the skip connections"),
        (0.1, 100, 1.1**200, "inner product of v and W v"),
        (0.1, 100, 1.1**100, "inner product of v and W v"),
        (0.1, 100, 2, "Each layer multiplies"),
        (0.1, 100, 1.005**100, "There is no ReLU"),
        (0.1, 100, 2.7, "Expand"),
        (0.5, 1, 1.125, "There is no ReLU"),
        (0.5, 1, 1.126, "Expand"),
    ],
)
def test_slips_in_one_growth(g, L, got, said, refused):
    answer = at((g, L), got, mean_square), gain
    assert said in " ".join(refused(check_skip_growth, *answer).split())


@pytest.mark.parametrize("L", [1, 2, 3, 10, 100, 1000, 10**6])
def test_each_depth_is_tried(L, refused):
    answer = mean_square, at((L,), 1e-9, gain)
    text = refused(check_skip_growth, *answer)
    assert f"input     L = {L}\n" in text
    assert "got       1, at the gain 1e-09\n" in text
    assert "neither explode nor stay at 1" in " ".join(text.split())


def gain_for(size):
    """Return the function that gives a mean square for every depth."""
    return lambda L: math.sqrt(math.expm1(math.log(size) / L))


def test_the_mean_square_is_at_least_2_and_less_than_e(passes, refused):
    for size in (2, 2 + 1e-8, math.e - 1e-8):
        passes(check_skip_growth, mean_square, gain_for(size))
    for size, said in (
        (2 - 1e-5, "1.99999"), (math.e + 1e-5, "2.71829"),
        (2 - 1e-8, "2"), (math.e + 1e-8, "2.71828"),
    ):  # fmt: skip
        text = refused(check_skip_growth, mean_square, gain_for(size))
        assert (
            f"got       {said}, at the gain {math.sqrt(size - 1):.6g}\n"
            in (text)
        )


@pytest.mark.parametrize(
    ("L", "g", "said"),
    [
        (1, 999, "998002, at the gain 999"),
        (3, 1000, "1e+18, at the gain 1000"),
        (1000, 1, "1.07151e+301, at the gain 1"),
        # Beyond the largest float.
        (100, 1e9, "inf, at the gain 1e+09"),
        (10**6, 1, "inf, at the gain 1"),
        (1, 1e200, "inf, at the gain 1e+200"),
    ],
)
def test_an_explosion_of_any_size_is_told(L, g, said, refused):
    answer = mean_square, at((L,), g, gain)
    assert f"got       {said}\n" in refused(check_skip_growth, *answer)


def test_the_mean_of_what_leans_is_shown(refused):
    # E[a; a > 0] = 1/√(2π) = 0.3989 for a standard normal a.
    text = " ".join(refused(check_growth_backwards, "gb").split())
    assert "of 1[w x > 0] w_1 over 100000 draws is 0.40 hint" in text


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("gb", "is 0.40"),
        ("gacefdhj", "the left side is 0"),
        ("a", "Of which vector"),
        ("ed", "direction and the length"),
        ("gacefdj", "has to be known"),
        ("gacefdi", "reaches its conclusion"),
    ],
)
def test_what_is_no_proof(order, said, refused):
    assert said in " ".join(refused(check_growth_backwards, order).split())


#: What is said of right answers, and the answers.
RIGHT = {
    check_leaky_gain: ("7 slopes", leaky_gain),
    check_width: ("9 networks", width, lambda L, fall: -(-L // (2 * fall))),
    check_both_at_once: ("2 conditions", 1.1, math.exp(0.1)),
    check_skip_growth: (
        "6 mean squares",
        (mean_square, gain),
        (mean_square, lambda L: math.sqrt(math.expm1(0.999 / L))),
    ),
    check_growth_backwards: ("8 lines", "gacefdij", list("iefdcgaj")),
}
