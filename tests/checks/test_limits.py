"""The exercises of the page on limits: right, varied and wrong."""

import re
from fractions import Fraction

import numpy as np
import pytest
from byhand.checks.limits import (
    check_certificate,
    check_claims,
    check_comparison,
    check_five_comparators,
)
from byhand.threshold import batcher_comparators

FUNCTIONS = (check_certificate, check_comparison)


# --- a certificate -----------------------------------------------------------


def shortest(m):
    rest = [0] * (2 * m - 4)
    return (
        [[1, 1, 0, 0, *rest], [0, 0, 1, 1, *rest]],
        [[1, 0, 1, 0, *rest], [0, 1, 0, 1, *rest]],
    )


def cyclic(m):
    """Each pair against the halves of it and of the next one."""
    ones = np.kron(np.eye(m, dtype=int), [1, 1])
    halves = np.kron(np.eye(m, dtype=int), [1, 0])
    others = np.roll(np.kron(np.eye(m, dtype=int), [0, 1]), 1, axis=0)
    return ones, halves + others


def repeated(m):
    ones, zeros = shortest(m)
    return tuple(ones * 3), tuple(zeros * 3)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda m: shortest(m)[::-1], r"\(1, 0, 1, 0\)\n.*first.*\n.*label 0"),
        (lambda m: shortest(2), r"m = 3\n.*each point 6 bits"),
        (lambda m: ([], []), "at least 1"),
        (
            lambda m: (shortest(m)[0], shortest(m)[1][:1]),
            "2 points with label 1, 1 with",
        ),
        (
            lambda m: (shortest(m)[0], shortest(m)[1][:1] * 2),
            r"\[1, 1, 1, 1\] and \[2, 0, 2, 0\]",
        ),
        (lambda m: ([[1] * (2 * m)], [[0] * (2 * m)]), r"1\] and \[0"),
        (lambda m: ([[1] * (2 * m)], [[1] * (2 * m)]), "second list"),
        (lambda m: ([[2] * (2 * m)], []), r"got       \(2, 2, 2, 2\)"),
        (lambda m: ([[0.5] * (2 * m)], []), "each point 4 bits"),
        (lambda m: [1] * 4, "each point 4 bits"),
    ],
)
def test_certificate_fails(answer, said, refused):
    text = refused(check_certificate, answer)
    assert re.search(said, text), text


# --- one unit compares -------------------------------------------------------


def powers(n):
    w = [2**k for k in reversed(range(n))]
    return [*w, *(-v for v in w)], -1


def fractions(n):
    w, _ = powers(n)
    return [Fraction(v, 3) for v in w], Fraction(-1, 9)


def fibonacci_like(n):
    # Any weights that exceed the sum of all lower ones will do.
    w = [3**k for k in reversed(range(n))]
    return tuple(w) + tuple(-v for v in w), -1


def wrapping(n):
    w = 2 ** np.arange(n)[::-1]
    return np.concatenate([w, -w]), -1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda n: (powers(n)[0], 0), r"n = 1\n.*a = 0\n.*b = 0\n"),
        (
            lambda n: ([1] * n + [-1] * n, -1),
            r"n = 2\n.*a = 2\n.*b = 1\n.*x = \(1, 0, 0, 1\)",
        ),
        (lambda n: ([*range(n, 0, -1), *range(-n, 0)], -1), r"n = 3\n"),
        (lambda n: ([-v for v in powers(n)[0]], -1), r"a = 0\n.*b = 1\n"),
        (
            lambda n: (
                powers(n)[0] if n < 9 else [min(v, 2**62) for v in powers(n)],
                -1,
            ),
            "TypeError",
        ),
        (
            lambda n: (
                [max(min(v, 2**62), -(2**62)) for v in powers(n)[0]],
                -1,
            ),
            r"n = 64\n",
        ),
        (wrapping, r"n = 64\n[^~]*NumPy"),
        (lambda n: ([1] * n, 0), "2 weights and a bias"),
        (lambda n: ([0.5, "-0.5"] * n, 0), "2 weights and a bias"),
        (lambda n: ([0.5, -0.5] * n, 0), r"n = 1\n.*a = 0\n.*b = 0\n"),
        (lambda n: powers(n)[0], "2 weights and a bias"),
    ],
)
def test_comparison_fails(answer, said, refused):
    text = refused(check_comparison, answer)
    assert re.search(said, text), text


# --- five comparators --------------------------------------------------------


@pytest.mark.parametrize(
    ("comparators", "said"),
    [
        (batcher_comparators(4), "network of the page"),
        ([(2, 3), (0, 1), (1, 3), (0, 2), (1, 2)], "network of the page"),
        (
            [(0, 2), (1, 3), (0, 1), (2, 3), (0, 3)],
            r"x = \(.*\n.*expected  \(.*\n.*got       \(",
        ),
        ([(0, 1), (1, 2), (2, 3), (0, 1), (1, 2)], r"x = \(1, 1, 0, 0\)|x = "),
        ([(0, 1), (2, 3), (0, 2), (1, 3)], "expected  five"),
        ([*batcher_comparators(4), (0, 3)], "got       6"),
        ([(1, 0)] * 5, "i < j"),
        ([(0, 4)] * 5, "i < j < 4"),
        ([1, 2, 3, 4, 5], "five pairs"),
        (7, "five pairs"),
    ],
)
def test_five_comparators_fail(comparators, said, refused):
    text = refused(check_five_comparators, comparators)
    assert re.search(said, text), text


# --- claims ------------------------------------------------------------------

VERDICTS = {
    "bias": False, "inclusive": False, "xor inside": False,
    "orders": True, "one more": False, "ramps": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("bias", "14 are separable"),
        ("inclusive", "that is 6; .* computes 2"),
        ("xor inside", r"not separable: 3 \(1, 1\) = \(0, 0\)"),
        ("orders", "12 sort the 24 orders, and 12 of"),
        ("one more", r"all 8 .*x = \(1, 1, 0\): expected \(0, 1, 1\)"),
        ("ramps", "at least 40"),
    ],
)
def test_a_wrong_verdict_meets_the_evidence(key, said, refused):
    text = refused(check_claims, VERDICTS | {key: not VERDICTS[key]})
    assert re.search(said, " ".join(text.split())), text
    assert f"'{key}'" in text


#: What is said of right answers, and the answers.
RIGHT = {
    check_certificate: ("m = 2 to 8", shortest, cyclic, repeated),
    check_comparison: ("of 64 bits", powers, fractions, fibonacci_like),
    check_five_comparators: (
        "hence all integers",
        [(0, 2), (1, 3), (0, 1), (2, 3), (1, 2)],
        [(1, 2), (0, 3), (2, 3), (0, 1), (1, 2)],
        ((1, 3), [0, 2], (2, 3), (0, 1), (1, 2)),
    ),
    check_claims: ("6 verdicts", VERDICTS),
}
