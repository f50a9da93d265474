"""Checkers for the exercises of the page on sorting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, permutations, product
from math import comb, factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import (
    Refused,
    fraction_array,
    sequence,
    whole,
    whole_array,
)
from byhand.checks._protocol import Check, checker
from byhand.checks._verdicts import Claim, judge_claims
from byhand.threshold import (
    Report,
    count_dichotomies,
    parity_deep,
    separate,
    sorting_network,
    sorts,
    stages,
)

# Bubble sort without its last comparator.
_BUBBLES = [(0, 1), (1, 2), (2, 3), (0, 1), (1, 2)]


@checker("How far apart two numbers are", points=1)
def check_difference(check: Check, answer: Any) -> str:
    """Check the distance of two numbers, with one ramp.

    Parameters
    ----------
    answer
        Three numbers p, q and s with |a - b| = p a + q b + s max(a - b, 0)
        for all a and b.
    """
    p, q, s = check.read(
        fraction_array,
        answer,
        3,
        given="the answer itself",
        expected="three numbers p, q, s",
        hint="The coefficients of a, of b and of the ramp.",
    )
    # Three equations, which only the right numbers fulfill.
    for a, b in ((1, 1), (3, 1), (1, 3)):
        got = p * a + q * b + s * max(a - b, 0)
        if got != abs(a - b):
            check.fail(
                given={"a": a, "b": b},
                expected=abs(a - b),
                got=str(got),
                hint="Here the ramp is 0. What is |a - b| for a ≤ b?"
                if a <= b
                else "Here the ramp is a - b. It has to outdo what stands "
                "before it.",
            )
    return "for a ≤ b and for a > b, hence for all numbers"


@checker("Five that do not sort", points=1)
def check_unsorted(check: Check, answer: Any) -> str:
    """Check an input that the five comparators of the exercise do not sort.

    Parameters
    ----------
    answer
        Four zeros and ones.
    """
    x = check.read(
        whole_array,
        answer,
        4,
        given="the answer itself",
        expected="four zeros and ones",
        hint="One number for each wire, from the top.",
    )
    given = {"x": str(tuple(x))}
    if not {*x} <= {0, 1}:
        check.fail(
            given=given,
            expected="zeros and ones",
            got=str(tuple(x)),
            hint="By the zero-one principle there is such an input.",
        )
    out = tuple(sorting_network(4, _BUBBLES)(x).tolist())
    if out == tuple(sorted(x)):
        check.fail(
            given=given,
            expected="an input that comes out unsorted",
            got=f"{out}, which is sorted",
            hint="How far up can each of the two rounds carry a 0, and how "
            "far down a 1?",
        )
    return f"it comes out as {out}"


@checker("At least so many", points=1)
def check_least(check: Check, answer: Callable[[int], Any]) -> str:
    """Check the lower bound on comparators as a whole number.

    Parameters
    ----------
    answer
        A function of n ≥ 1 that returns the smallest integer that
        ``prop-comparators`` allows.
    """
    sizes = (*range(1, 21), 50)
    for n in sizes:
        m = check.read(
            whole,
            check.call(answer, n=n),
            given={"n": n},
            expected="an integer",
            hint="A network has a whole number of comparators.",
        )
        right = (factorial(n) - 1).bit_length()
        if m != right:
            few = m < right
            check.fail(
                given={"n": n},
                expected="the smallest m with 2^m ≥ n!",
                got=f"m = {m}: "
                + (f"2^m is below {n}!" if few else "m - 1 will do as well"),
                hint="Round so that 2^m is at least n!."
                if few
                else "2^m = n! is enough: that happens for n = 1 and 2. And "
                "logarithms in float64 are not exact.",
            )
    return "n = 1 to 20 and 50"


@checker("Another five", points=3)
def check_five_comparators(
    check: Check, comparators: Sequence[tuple[int, int]]
) -> str:
    """Check five comparators that sort four numbers in another way.

    Parameters
    ----------
    comparators
        Five pairs (i, j) with 0 ≤ i < j ≤ 3, whose first stage is not
        {(0, 1), (2, 3)}.
    """
    pairs, report = check.read(
        _comparators,
        comparators,
        given="the answer itself",
        expected="five pairs (i, j) with 0 ≤ i < j ≤ 3",
        hint="Wires are counted from 0, the upper one of a pair first.",
    )
    given = {"comparators": str(pairs)}
    if len(pairs) != 5:
        check.fail(
            given=given,
            expected="five comparators",
            got=len(pairs),
            hint="Fewer than five cannot do it, and more than five are not "
            "needed.",
        )
    found = report.counterexample
    if found is not None:
        check.fail(
            given=given | {"x": str(found.x)},
            expected=str(found.expected),
            got=str(found.got),
            hint="Follow this input from stage to stage. After which stage "
            "are the smallest and the largest number known to be in place?",
        )
    if set(stages(pairs)[0]) == {(0, 1), (2, 3)}:
        check.fail(
            given=given,
            expected="a network whose first stage is not (0, 1), (2, 3)",
            got="it sorts, but it is the network of the page, or differs "
            "from it only in the order within a stage",
            hint="Which other ways are there to pair up four wires?",
        )
    return "all 16 zero-one inputs, hence all integers"


@checker("Spot the errors", points=4)
def check_claims(check: Check, verdicts: Mapping[str, bool]) -> str:
    """Check which claims about units, points and comparators are true.

    Parameters
    ----------
    verdicts
        For each of "bias", "inclusive", "xor inside", "orders", "one more",
        "ramps" whether the claim of the exercise is true.
    """
    return judge_claims(check, verdicts, _CLAIMS)


@checker("The median of five", points=4)
def check_median(check: Check, comparators: Sequence[tuple[int, int]]) -> str:
    """Check seven comparators that find the median of five numbers.

    Parameters
    ----------
    comparators
        At most seven pairs (i, j) with 0 ≤ i < j ≤ 4 after which wire 2
        holds the median of the five numbers.
    """
    pairs = check.read(
        _places,
        comparators,
        given="the answer itself",
        expected="pairs (i, j) with 0 ≤ i < j ≤ 4",
        hint="Wires are counted from 0, the upper one of a pair first.",
    )
    given = {"comparators": str(pairs)}
    if len(pairs) > 7:
        check.fail(
            given=given,
            expected="at most seven comparators",
            got=len(pairs),
            hint="Nothing but wire 2 has to be right. Which numbers cannot be "
            "the median, and need no further comparison?",
        )
    wires = list(np.array(list(product((0, 1), repeat=5))).T)
    x = np.transpose(wires)
    for i, j in pairs:
        wires[i], wires[j] = wires[i] & wires[j], wires[i] | wires[j]
    wrong = np.flatnonzero(wires[2] != (x.sum(axis=1) >= 3))
    if len(wrong):
        k = int(wrong[0])
        check.fail(
            given=given | {"x": str(tuple(x[k].tolist()))},
            expected=f"{int(x[k].sum() >= 3)} on wire 2",
            got=int(wires[2][k]),
            hint="The smaller of the smaller ones of two pairs is below "
            "three others: it is not the median. Nor is the larger of the "
            "larger ones. What is left?",
        )
    return f"{len(pairs)} comparators, all 32 inputs of zeros and ones"


def _places(value: object) -> list[tuple[int, int]]:
    pairs = [tuple(whole_array(places, 2)) for places in sequence(value)]
    if not all(0 <= i < j <= 4 for i, j in pairs):
        raise Refused
    return pairs


def _comparators(value: object) -> tuple[list[tuple[int, int]], Report]:
    pairs = [tuple(whole_array(places, 2)) for places in sequence(value)]
    return pairs, sorts(4, pairs)


def _bias() -> str:
    points = [(0, 0), (1, 0), (0, 1), (1, 1)]
    return (
        f"of the 16 labelings of the points {points} "
        f"{count_dichotomies(points)} are separable"
    )


def _inclusive() -> str:
    # Through the origin, on the line: labels follow the signs of w and x.
    N, d = 3, 1
    points = (1, 2, -5)
    separable = {tuple(w * x > 0 for x in points) for w in (-1, 1)}
    claimed = 2 * sum(comb(N - 1, k) for k in range(d + 1))
    return (
        f"for N = {N} and d = {d} that is {claimed}; of the 8 labelings of "
        f"the numbers {points} a unit without bias computes "
        f"{len(separable)}"
    )


def _xor_inside() -> str:
    found = separate([(0, 0), (3, 0), (0, 3), (1, 1)], [0, 0, 0, 1])
    return f"the corners and the center of a triangle are {found}"


def _orders() -> str:
    pairs = list(combinations(range(4), 2))
    lists = list(product(pairs, repeat=5))
    by_orders = {c for c in lists if _sorts_all(c, _ORDERS)}
    by_values = {c for c in lists if _sorts_all(c, _VALUES)}
    return (
        f"of the {len(lists):,} lists of five comparators {len(by_orders)} "
        f"sort the 24 orders, and {len(by_orders & by_values)} of these sort "
        f"all {len(_VALUES)} inputs from 0 to 3"
    )


_ORDERS = np.array(list(permutations(range(4))))
_VALUES = np.array(list(product(range(4), repeat=4)))


def _sorts_all(
    comparators: Sequence[tuple[int, int]], inputs: NDArray[np.int64]
) -> bool:
    wires = list(inputs.T)
    for i, j in comparators:
        low = np.minimum(wires[i], wires[j])
        wires[i], wires[j] = low, wires[i] + wires[j] - low
    return all((wires[k] <= wires[k + 1]).all() for k in range(3))


def _one_more() -> str:
    good = [(0, 1), (0, 2), (1, 2)]
    more = [(0, 1), (1, 2), (0, 2), (1, 2)]
    return (
        f"{good} is {sorts(3, good)} of zeros and ones; with another (1, 2) "
        f"in second place, {sorts(3, more).counterexample}"
    )


def _ramps() -> str:
    n = 1000
    edges = n * 2 ** (n - 1)
    cut = n * comb(n - 1, (n - 1) // 2)
    return (
        f"{parity_deep(n).size} units, ramps among them, compute parity of "
        f"{n} bits, but if the first layer has Heaviside units only and alone "
        f"reads the inputs, it has at least {-(-edges // cut)} of them"
    )


_CLAIMS = {
    "bias": Claim(
        claim="A unit with two inputs and a bias separates C(4, 2) = 8 of "
        "the 16 labelings of four points of the plane, no three on a line.",
        truth=False,
        evidence=_bias,
        hint="What does d count: the inputs, or the numbers that can be set?",
    ),
    "inclusive": Claim(
        claim="C(N, d) is 2 times the sum of binom(N − 1, k) over k from 0 "
        "to d, d included.",
        truth=False,
        evidence=_inclusive,
        hint="Try d = 1, where a hyperplane through the origin is the origin.",
    ),
    "xor inside": Claim(
        claim="A labeling of points of the plane that is not separable "
        "contains an XOR: two points with label 1 and two with label 0, with "
        "the same sum.",
        truth=False,
        evidence=_xor_inside,
        hint="This holds for the corners of the cube, up to eight inputs. The "
        "theorem for points in general promises only n + 2 points.",
    ),
    "orders": Claim(
        claim="Comparators that sort all 24 orders of 1, 2, 3, 4 sort any "
        "four integers, repeated ones included.",
        truth=True,
        evidence=_orders,
        hint="Apply a nondecreasing map to the numbers 1, 2, 3, 4.",
    ),
    "one more": Claim(
        claim="If comparators sort, they still do with one more, inserted at "
        "any place.",
        truth=False,
        evidence=_one_more,
        hint="At the end it does no harm. In the middle, the comparators that "
        "follow were chosen for the order that it destroys.",
    ),
    "ramps": Claim(
        claim="The ramps in the deep network for parity of 1000 bits can be "
        "replaced by two Heaviside units each, so that 28 units in layers do, "
        "with the inputs wired to the first layer alone.",
        truth=False,
        evidence=_ramps,
        hint="How many edges of the cube does one unit of the first layer "
        "cut?",
    ),
}
