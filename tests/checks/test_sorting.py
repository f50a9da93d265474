"""The exercises of the page on sorting: right, varied and wrong."""

import re
from itertools import product
from math import ceil, factorial, log2

import pytest
from byhand.checks.sorting import (
    _BUBBLES,
    check_claims,
    check_difference,
    check_five_comparators,
    check_least,
    check_median,
    check_unsorted,
)
from byhand.threshold import batcher_comparators, sorting_network

# --- warm-ups ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((1, -1, 0), r"a = 1\n.*b = 3"),
        ((-1, 1, 1), r"a = 3\n.*b = 1\n[^~]*outdo"),
        ((1, 1, 2), r"a = 1\n.*b = 1"),
        ((-1, 1), "three numbers"),
    ],
)
def test_difference_fails(answer, said, refused):
    text = refused(check_difference, answer)
    assert re.search(said, text), text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((0, 1, 0, 1), "which is sorted"),
        ((1, 1, 0, 0), "which is sorted"),
        ((4, 3, 2, 1), "zeros and ones"),
        ((1, 0, 0), "four zeros and ones"),
    ],
)
def test_unsorted_fails(answer, said, refused):
    assert said in refused(check_unsorted, answer)


def test_some_zeros_and_ones_come_out_unsorted():
    bad = [
        x
        for x in product((0, 1), repeat=4)
        if sorting_network(4, _BUBBLES)(x).tolist() != sorted(x)
    ]
    assert bad == [(1, 1, 1, 0)]


def exact(n):
    return (factorial(n) - 1).bit_length()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda n: int(log2(factorial(n))), "m = 2: 2^m is below 3!"),
        (lambda n: factorial(n).bit_length(), "m - 1 will do as well"),
        (lambda n: n * (n - 1) // 2, "m - 1 will do"),
        (lambda n: log2(factorial(n)), "an integer"),
    ],
)
def test_least_fails(answer, said, refused):
    assert said in refused(check_least, answer)


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


# --- the median --------------------------------------------------------------

SEVEN = [(0, 1), (3, 4), (0, 3), (1, 4), (1, 2), (2, 3), (1, 2)]


@pytest.mark.parametrize(
    ("comparators", "said"),
    [
        (SEVEN[:-1], r"x = \(.*\n.*on wire 2"),
        ([*SEVEN, (0, 1)], "at most seven"),
        (batcher_comparators(5), "got       9"),
        ([*SEVEN[:5], (2, 3), (0, 1)], r"x = \("),
        ([], "on wire 2"),
        ([(0, 5)], "i < j ≤ 4"),
        ([(2, 2)], "i < j ≤ 4"),
    ],
)
def test_median_fails(comparators, said, refused):
    text = refused(check_median, comparators)
    assert re.search(said, text), text


#: What is said of right answers, and the answers.
RIGHT = {
    check_difference: ("for all numbers", (-1, 1, 2)),
    check_unsorted: ("comes out as (1, 0, 1, 1)", (1, 1, 1, 0)),
    check_least: ("and 50", exact),
    check_five_comparators: (
        "hence all integers",
        [(0, 2), (1, 3), (0, 1), (2, 3), (1, 2)],
        [(1, 2), (0, 3), (2, 3), (0, 1), (1, 2)],
        ((1, 3), [0, 2], (2, 3), (0, 1), (1, 2)),
    ),
    check_claims: ("6 verdicts", VERDICTS),
    check_median: ("7 comparators", SEVEN),
}


def test_a_float_logarithm_is_right_only_by_luck(passes):
    # Rounded up it is right for these n; the checker does not mind how.
    assert "50" in passes(check_least, lambda n: ceil(log2(factorial(n))))
