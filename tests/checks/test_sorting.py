"""The exercises of the page on sorting: right, varied and wrong."""

import re
from fractions import Fraction
from itertools import combinations, product
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
    ("answer", "a", "b", "got", "said"),
    [
        # Right but for a multiple of a, of b, of the ramp, or of a - b.
        ((0, -1, 2), 1, 1, "-1", "Here the ramp is 0"),
        ((-2, 1, 2), 1, 1, "-1", "Here the ramp is 0"),
        ((-1, 1, 1), 3, 1, "0", "Here the ramp is a - b"),
        ((-1, 1, 3), 3, 1, "4", "Here the ramp is a - b"),
        ((-1, 1, "4/3"), 3, 1, "2/3", "Here the ramp is a - b"),
        ((0, 0, 1), 1, 3, "0", "Here the ramp is 0"),
        ((1, -1, 0), 1, 3, "-2", "Here the ramp is 0"),
    ],
)
def test_what_comes_out_is_shown(answer, a, b, got, said, refused):
    text = refused(check_difference, tuple(map(Fraction, answer)))
    assert f"a = {a}\n            b = {b}\n" in text
    assert f"  expected  {abs(a - b)}\n  got       {got}\n" in text
    assert said in text


def test_one_number_of_the_ramp_is_right(passes, refused):
    for answer in product(range(-2, 4), repeat=3):
        (passes if answer == (-1, 1, 2) else refused)(check_difference, answer)


@pytest.mark.parametrize("x", [*product((0, 1), repeat=4)])
def test_what_becomes_of_every_input(x, passes, refused):
    if x == (1, 1, 1, 0):
        assert "comes out as (1, 0, 1, 1)" in passes(check_unsorted, x)
        return
    text = refused(check_unsorted, x)
    assert f"x = {x}\n  expected  an input that comes out unsorted\n" in text
    assert f"got       {tuple(sorted(x))}, which is sorted\n" in text


@pytest.mark.parametrize("x", [(1, 1, 2, 0), (-1, 1, 1, 0), (3, 3, 3, 0)])
def test_other_numbers_are_no_zeros_and_ones(x, refused):
    text = refused(check_unsorted, x)
    assert f"expected  zeros and ones\n  got       {x}\n" in text


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


#: The smallest m with 2^m ≥ n!, for n = 1 to 20 and 50.
LEAST = dict(
    zip(
        (*range(1, 21), 50),
        (0, 1, 3, 5, 7, 10, 13, 16, 19, 22, 26, 29, 33, 37, 41, 45, 49, 53, 57,
         62, 215),
        strict=True,
    )
)  # fmt: skip


def test_the_bound_is_asked_for_every_n():
    seen = {}

    def answer(n):
        seen[n] = exact(n)
        return seen[n]

    check_least(answer)
    assert seen == LEAST


@pytest.mark.parametrize("n", [1, 2, 3, 7, 20, 50])
def test_one_comparator_more_or_less_is_refused(n, refused):
    for by, said in {
        -1: f": 2^m is below {n}! hint Round so that 2^m is at least n!.",
        1: ": m - 1 will do as well hint 2^m = n! is enough",
    }.items():
        text = refused(check_least, lambda k, by=by: exact(k) + by * (k == n))
        wanted = f"input n = {n} expected the smallest m with 2^m ≥ n! got m ="
        assert f"{wanted} {LEAST[n] + by}{said}" in " ".join(text.split())


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


def sorted_by(comparators, x):
    x = list(x)
    for i, j in comparators:
        x[i], x[j] = sorted((x[i], x[j]))
    return tuple(x)


FIRST_STAGES = [
    {(0, 1), (2, 3)}, {(0, 2), (1, 3)}, {(0, 3), (1, 2)},
]  # fmt: skip


@pytest.mark.parametrize("first", FIRST_STAGES)
def test_all_networks_of_five_comparators(first, passes, refused):
    inputs = [*product((0, 1), repeat=4)]
    pairs = [*combinations(range(4), 2)]
    found = 0
    for last in product(pairs, repeat=3):
        comparators = [*sorted(first), *last]
        bad = [
            x for x in inputs if list(sorted_by(comparators, x)) != sorted(x)
        ]
        found += not bad
        if bad:
            continue
        if first == FIRST_STAGES[0]:
            said = refused(check_five_comparators, comparators)
            assert "first stage is not (0, 1), (2, 3)" in said
        else:
            passes(check_five_comparators, comparators)
    # The second stage in either order, and then the wires between.
    assert found == 2


@pytest.mark.parametrize(
    "comparators",
    [
        [(0, 2), (1, 3), (0, 1), (2, 3), (0, 3)],
        [(0, 1)] * 5,
        [(1, 2), (0, 3), (2, 3), (1, 2), (0, 1)],
    ],
)
def test_an_input_that_is_not_sorted_is_shown(comparators, refused):
    text = refused(check_five_comparators, comparators)
    said = r"x = \((.*)\)\n  expected  \((.*)\)\n  got       \((.*)\)\n"
    x, expected, got = (
        tuple(map(int, part.split(", ")))
        for part in re.search(said, text).groups()
    )
    assert expected == tuple(sorted(x)) != got
    assert got == sorted_by(comparators, x)


# --- claims ------------------------------------------------------------------

VERDICTS = {
    "bias": False, "inclusive": False, "xor inside": False,
    "orders": True, "one more": False, "ramps": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (
            "bias",
            r"points \[\(0, 0\), \(1, 0\), \(0, 1\), \(1, 1\)\] 14 are sepa",
        ),
        # 2 (1 + 2), where a unit without bias can only turn all labels over.
        (
            "inclusive",
            r"N = 3 and d = 1 that is 6; .* \(1, 2, -5\) .* computes 2",
        ),
        (
            "xor inside",
            r"separable: 3 \(1, 1\) = \(0, 0\) \+ \(3, 0\) \+ \(0, 3\),",
        ),
        # The pairs of a network in any order within its first two stages:
        # 3 first stages, 2 · 2 orders.
        ("orders", "7,776 .* 12 sort the 24 orders, and 12 of .* all 256 in"),
        (
            "one more",
            r"but .*2\)\] .* all 8 .*: expected \(0, 1, 1\), got \(1, 0, 1\)",
        ),
        # 2^999 / binom(999, 499) = 39.6
        ("ramps", "19 units, .* of 1000 bits, .* at least 40 of them"),
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


def mirrored(comparators):
    return [(4 - j, 4 - i) for i, j in comparators]


def test_the_mirror_image_finds_the_median_too(passes):
    assert "7 comparators, all 32 inputs" in passes(check_median, SEVEN)
    passes(check_median, mirrored(SEVEN))
    passes(check_median, [(3, 4), (0, 1), *SEVEN[2:]])


@pytest.mark.parametrize(
    "comparators",
    [
        [],
        [(0, 4)],
        [(0, 1), (1, 2), (2, 3), (3, 4)],
        *(SEVEN[:k] + SEVEN[k + 1 :] for k in range(7)),
        *(mirrored(SEVEN)[:k] + mirrored(SEVEN)[k + 1 :] for k in range(7)),
    ],
)
def test_the_first_input_with_another_median_is_shown(comparators, refused):
    inputs = product((0, 1), repeat=5)
    x = next(x for x in inputs if sorted_by(comparators, x)[2] != sorted(x)[2])
    text = refused(check_median, comparators)
    assert f"x = {x}\n  expected  {sorted(x)[2]} on wire 2\n" in text
    assert f"  got       {1 - sorted(x)[2]}\n" in text


@pytest.mark.parametrize(
    "pairs", [[(-1, 2)], [(3, 1)], [(0, 5)], [(4, 4)], [(0, 1, 2)], [3]]
)
def test_pairs_of_five_wires_are_wanted(pairs, refused):
    assert "0 ≤ i < j ≤ 4" in refused(check_median, [*SEVEN[:5], *pairs])


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
