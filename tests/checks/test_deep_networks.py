"""The exercises of the page on deep networks: right, varied and wrong."""

import math

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
