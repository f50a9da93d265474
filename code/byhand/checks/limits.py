"""Checkers for the exercises of the page on what one unit cannot do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, permutations, product
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import (
    Refused,
    pair,
    sequence,
    unit_weights,
    whole_array,
)
from byhand.checks._protocol import Check, checker
from byhand.checks._verdicts import Claim, judge_claims
from byhand.threshold import (
    Layer,
    Network,
    Report,
    count_dichotomies,
    parity_deep,
    separate,
    sorts,
    stages,
)

Point = tuple[int, ...]


@checker
def check_certificate(check: Check, answer: Callable[[int], Any]) -> str:
    """Check certificates that "some pair is (1, 1)" is not separable.

    Parameters
    ----------
    answer
        A function of m ≥ 2 that returns two lists of points of 2m bits:
        points where (x1 ∧ x2) ∨ (x3 ∧ x4) ∨ … is 1 and as many where it is
        0, repeats allowed, with the same sum.
    """
    sizes = range(2, 9)
    for m in sizes:
        ones, zeros = check.read(
            _sides,
            check.call(answer, m=m),
            m,
            given={"m": m},
            expected=f"two lists of points, each point {2 * m} bits",
            hint="The first list holds points with label 1, the second "
            "points with label 0.",
        )
        for side, wanted in ((ones, 1), (zeros, 0)):
            for x in side:
                label = int(any(a and b for a, b in _in_pairs(x)))
                if label != wanted:
                    check.fail(
                        given={"m": m, "point": str(x)},
                        expected=f"a point with label {wanted}, since it is "
                        f"in the {'first' if wanted else 'second'} list",
                        got=f"label {label}",
                        hint="The label is 1 if x1 and x2 are both 1, or x3 "
                        "and x4 are, and so on.",
                    )
        if len(ones) != len(zeros) or not ones:
            check.fail(
                given={"m": m},
                expected="two lists of the same length, at least 1",
                got=f"{len(ones)} points with label 1, {len(zeros)} with "
                "label 0",
                hint="The bias is added once for each point; it cancels only "
                "if both sides have equally many.",
            )
        sums = [np.sum(side, axis=0).tolist() for side in (ones, zeros)]
        if sums[0] != sums[1]:
            check.fail(
                given={"m": m, "label 1": str(ones), "label 0": str(zeros)},
                expected="the same sum on both sides",
                got=f"{sums[0]} and {sums[1]}",
                hint="Look for two points with label 1 and two with label 0 "
                "that are the corners of a parallelogram.",
            )
    return f"certificates for m = {sizes[0]} to {sizes[-1]}"


@checker
def check_comparison(check: Check, answer: Callable[[int], Any]) -> str:
    """Check weights of one Heaviside unit that compares binary numbers.

    Parameters
    ----------
    answer
        A function of n ≥ 1 that returns 2n weights and a bias, integers or
        Fractions, with which the unit answers 1 on the bits of a and then
        those of b, the highest first, if and only if a > b.
    """
    tried = 0
    for n in (1, 2, 3, 4, 5, 64):
        weights, bias = check.read(
            unit_weights,
            check.call(answer, n=n),
            2 * n,
            given={"n": n},
            expected=f"{2 * n} weights and a bias, as (weights, bias)",
            hint="Weights and bias are integers or Fractions.",
        )
        network = Network(
            Layer(weights[np.newaxis], np.array([bias]), "heaviside")
        )
        pairs = list(_pairs(n))
        x = np.array([[*_bits(a, n), *_bits(b, n)] for a, b in pairs])
        for (a, b), says in zip(pairs, network(x)[:, 0], strict=True):
            if says != (a > b):
                given: dict[str, object] = {"n": n, "a": a, "b": b}
                if n <= 5:
                    given["x"] = str((*_bits(a, n), *_bits(b, n)))
                check.fail(
                    given=given,
                    expected=int(a > b),
                    got=int(says),
                    hint="With which weights is the weighted sum of the bits "
                    "a number that shows whether a is larger? What should it "
                    "be for a = b?"
                    if n <= 5
                    else "Right up to 5 bits. Are all weights Python "
                    "integers? Those of NumPy end at 2^63 - 1, and floats "
                    "round.",
                )
        tried += len(pairs)
    return f"{tried:,} pairs of numbers of 1 to 5 and of 64 bits"


@checker
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


@checker
def check_claims(check: Check, verdicts: Mapping[str, bool]) -> str:
    """Check which claims about units, points and comparators are true.

    Parameters
    ----------
    verdicts
        For each of "bias", "inclusive", "xor inside", "orders", "one more",
        "ramps" whether the claim of the exercise is true.
    """
    return judge_claims(check, verdicts, _CLAIMS)


def _sides(value: object, m: int) -> tuple[list[Point], list[Point]]:
    ones, zeros = (
        [tuple(whole_array(point, 2 * m)) for point in sequence(side)]
        for side in pair(value)
    )
    for point in (*ones, *zeros):
        if not set(point) <= {0, 1}:
            raise Refused(str(point))
    return ones, zeros


def _in_pairs(x: Point) -> list[tuple[int, int]]:
    return list(zip(x[0::2], x[1::2], strict=True))


def _comparators(value: object) -> tuple[list[tuple[int, int]], Report]:
    pairs = [tuple(whole_array(places, 2)) for places in sequence(value)]
    return pairs, sorts(4, pairs)


def _pairs(n: int) -> Iterator[tuple[int, int]]:
    """Yield all pairs of n-bit numbers, or close ones if n is large."""
    if n <= 5:
        yield from product(range(2**n), repeat=2)
        return
    powers = [2**k for k in range(n)]
    for b in (0, *powers[:-1], powers[-1] - 1, 2**n - 2):
        yield from ((b, b), (b + 1, b), (b, b + 1))


def _bits(a: int, n: int) -> list[int]:
    return [a >> k & 1 for k in reversed(range(n))]


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
