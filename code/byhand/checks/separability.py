"""Checkers for the exercises of the page on what one unit cannot do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from byhand.checks._answers import (
    Refused,
    pair,
    sequence,
    unit_weights,
    whole,
    whole_array,
)
from byhand.checks._proofs import Step, find_false_step
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import listed
from byhand.checks._variants import Draw, Numbers
from byhand.checks._verdicts import Claim, judge_claims
from byhand.threshold import (
    Layer,
    Network,
    bits,
    cover_count,
    perceptron,
)

Point = tuple[int, ...]


@checker("One but not the other", points=1)
def check_but_not(check: Check, answer: tuple[Any, Any]) -> str:
    """Check a unit that fires for x1 = 1, x2 = 0 and nowhere else.

    Parameters
    ----------
    answer
        Two weights and a bias of a Heaviside unit.
    """
    w, b = check.read(
        unit_weights,
        answer,
        2,
        given="the answer itself",
        expected="2 weights and a bias, as (weights, bias)",
        hint="Weights and bias are numbers.",
    )
    for x in bits(2).tolist():
        z = w @ x + b
        right = int(x == [1, 0])
        if int(z >= 0) != right:
            check.fail(
                given={"x": str(tuple(x))},
                expected=right,
                got=f"1[{z} ≥ 0] = {1 - right}",
                hint={
                    (0, 0): "Here the sum is the bias alone.",
                    (0, 1): "x2 must not make the unit fire.",
                    (1, 0): "Here the sum is the first weight plus the bias.",
                    (1, 1): "x2 has to outweigh x1.",
                }[tuple(x)],
            )
    return "all four corners"


def _points(draw: Draw) -> tuple[int, int, int]:
    while True:
        p = draw(0, 3)
        q = p + draw(1, 4)
        r = q + draw(2, 5)
        # The answer is another one than in the book.
        if 3 * (q - p) != r - q:
            return p, q, r


line_numbers = Numbers("ex-line-certificate", "p q r", (0, 1, 4), _points)


@checker("Three points on a line", points=1)
def check_line(check: Check, answer: Any) -> str:
    """Check a certificate for three points of a line, labels 1, 0, 1.

    Parameters
    ----------
    answer
        How often each of the points of ``line_numbers()`` is taken, three
        integers, not all zero and none negative, such that both labels have
        the same number of points and the same sum.
    """
    p, q, r = line_numbers.value
    c = check.read(
        whole_array,
        answer,
        3,
        given="the answer itself",
        expected="three integers",
        hint=f"How often each of the points {p}, {q}, {r} is taken, in this "
        "order.",
    )
    given = {"points": (p, q, r), "c": str(tuple(c))}
    if min(c) < 0 or not any(c):
        check.fail(
            given=given,
            expected="no negative numbers, and not only zeros",
            got=str(tuple(c)),
            hint="Points are taken, or taken several times.",
        )
    counts = c[0] + c[2], c[1]
    if counts[0] != counts[1]:
        check.fail(
            given=given,
            expected="as many points with label 1 as with label 0",
            got=f"{counts[0]} and {counts[1]}",
            hint="The bias is added once for each point. It has to cancel, "
            "as the weight has to.",
        )
    sums = p * c[0] + r * c[2], q * c[1]
    if sums[0] != sums[1]:
        check.fail(
            given=given,
            expected="the same sum of points on both sides",
            got=f"{sums[0]} for label 1 and {sums[1]} for label 0",
            hint=f"The point {q} is a mean of {p} and {r}. Which share has "
            "each of them in it?",
        )
    return f"{c[1]} points on either side, with the sum {q * c[1]}"


@checker("One step of training", points=2)
def check_step(
    check: Check, answer: Callable[[Any, Any, Any, int], Any]
) -> str:
    """Check one step of the perceptron algorithm.

    Parameters
    ----------
    answer
        A function of a list w of integers, an integer b, a list x of
        integers and a label, 0 or 1, that returns the weights and the bias
        after the point has come up, as (w, b).
    """
    cases = [
        ([0, 0], 0, [1, 1], 1),
        ([0, 0], 0, [1, 1], 0),
        ([2, 1], -1, [1, 0], 0),
        ([2, 1], -1, [1, 0], 1),
        ([1, -3], 0, [1, 1], 1),
    ]
    rng = np.random.default_rng(0)
    for _ in range(60):
        n = int(rng.integers(1, 5))
        w, x = rng.integers(-3, 4, (2, n)).tolist()
        cases.append((w, int(rng.integers(-3, 4)), x, int(rng.integers(2))))
    for w, b, x, label in cases:
        given = {"w": w, "b": b, "x": x, "label": label}
        weights, bias = check.read(
            unit_weights,
            check.call(answer, **given),
            len(w),
            given=given,
            expected=f"{len(w)} weights and a bias, as (w, b)",
            hint="Return both, changed or not.",
        )
        sign = 1 if label else -1
        z = int(np.dot(w, x)) + b
        moves = sign if sign * z <= 0 else 0
        wanted = [u + moves * v for u, v in zip(w, x, strict=True)]
        if list(weights) != wanted or bias != b + moves:
            same = list(weights) == w and bias == b
            check.fail(
                given=given,
                expected=f"a step, since the sum w · x + b is {z}: a mistake"
                if moves
                else f"no change: the sum {z} is on the right side",
                got="no change" if same else f"{listed(weights)}, {bias}",
                hint=_step_hint(
                    z, moves, same=same, only_bias=list(weights) == wanted
                ),
            )
    return f"{len(cases)} points, mistakes and others"


@checker("Half of all labelings", points=1)
def check_half(check: Check, answer: Callable[[int], Any]) -> str:
    """Check for how many points a unit computes half of the labelings.

    Parameters
    ----------
    answer
        A function of n ≥ 1 that returns how many points have exactly half
        of their labelings separable by a unit that reads x_1, …, x_n and all
        products x_i x_j with i ≤ j, if they are in general position with
        them.
    """
    # At 3 each of the foreseen slips gives another number.
    sizes = [3, *range(1, 21)]
    for n in sizes:
        points = check.read(
            whole,
            check.call(answer, n=n),
            given={"n": n},
            expected="an integer",
            hint="Return a number of points.",
        )
        if not 1 <= points <= 10**4:
            check.fail(
                given={"n": n},
                expected="a number of points, from 1 to 10,000",
                got=f"{points:,}",
                hint="The capacity counts labels for each parameter.",
            )
        products = n * (n + 1) // 2
        d = n + products + 1
        if points == 2 * d:
            continue
        share = Fraction(cover_count(points, d), 2**points)
        hint = "How many parameters does the unit have?"
        for inputs, said in {
            n: "Each product is an input as well, with a weight of its own.",
            n + products - 1: "The bias is a parameter as well.",
            n + n * (n - 1) // 2: "The squares are among the products.",
            n + n * n: "Each pair i, j counts once, with i ≤ j.",
        }.items():
            if points == 2 * (inputs + 1):
                hint = said
        check.fail(
            given={"n": n},
            expected="1/2 of the labelings separable",
            got=("all" if points <= d else f"{float(share):.4f}")
            + f" of them, for N = {points}",
            hint=hint,
        )
    return f"n = {min(sizes)} to {max(sizes)}"


@checker("One unit that compares", points=4)
def check_comparison(check: Check, answer: Callable[[int], Any]) -> str:
    """Check weights of one Heaviside unit that compares binary numbers.

    Parameters
    ----------
    answer
        A function of n ≥ 1 that returns 2n weights and a bias with which the
        unit answers 1 on the bits of a and then those of b, the highest
        first, if and only if a > b.
    """
    tried = 0
    for n in (1, 2, 3, 4, 5, 64):
        weights, bias = check.read(
            unit_weights,
            check.call(answer, n=n),
            2 * n,
            given={"n": n},
            expected=f"{2 * n} weights and a bias, as (weights, bias)",
            hint="Weights and bias are numbers.",
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


@checker("A certificate", points=4)
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


@checker("A longer vector", points=3)
def check_longer(check: Check, verdicts: Mapping[str, bool]) -> str:
    """Check what factors do to the perceptron algorithm and its bound.

    Parameters
    ----------
    verdicts
        For each of "mistakes", "bound", "separable", "own bound" and "own
        mistakes" whether the claim of the exercise is true.
    """
    return judge_claims(check, verdicts, _FACTORS)


@checker("Two conditions in one", points=2)
def check_two_conditions(check: Check, answer: str) -> str:
    """Check which step of a proof is false that adds up two units.

    Parameters
    ----------
    answer
        The letter of the first false step.
    """
    return find_false_step(
        check,
        answer,
        _SUM_OF_UNITS,
        [tuple(x) for x in bits(2).tolist()],
        lambda x: {"f": "x1 + x2 - 1 ≥ 0", "g": "1 - x1 - x2 ≥ 0", "x": x},
    )


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


def _step_hint(z: int, moves: int, *, same: bool, only_bias: bool) -> str:
    if not moves:
        return "Only a mistake changes the weights."
    if same and z == 0:
        return "A sum of 0 counts as a mistake for either label."
    if same:
        return "Label 1 wants a sum above 0, label 0 one below."
    if only_bias:
        return "The bias is one more weight, whose input is 1."
    return "What is added is x for label 1 and -x for label 0."


# ---- Factors ---------------------------------------------------------------


def _scaled(labels: tuple[int, ...], factors: tuple[int, ...]) -> list[int]:
    """Return the mistakes on the points of two bits, each v_p times c_p."""
    v = np.column_stack([bits(2), np.ones(4, int)])
    steps = (
        v * np.array(factors)[:, None] * (2 * np.array(labels) - 1)[:, None]
    )
    w, mistakes = np.zeros(3, int), []
    while (steps @ w <= 0).any():
        for p, step in enumerate(steps):
            if step @ w <= 0:
                mistakes.append(p)
                w = w + step
    return mistakes


_AND = (0, 0, 0, 1)
_ONES, _OWN = (1, 1, 1, 1), (1, 2, 2, 4)


def _common_mistakes() -> str:
    factors = (1, 2, 7)
    first, *others = (_scaled(_AND, (c,) * 4) for c in factors)
    same = "the same" if all(run == first for run in others) else "different"
    return (
        f"for 'and' and the factors {factors} the algorithm makes {same} "
        f"{len(first)} mistakes; at the first of them the sums are 0, and "
        "later ones have the sign that they had"
    )


def _bound(factors: tuple[int, ...]) -> Fraction:
    """Return (R/γ)² for 'and' and u = (2, 2, -3)."""
    v = np.column_stack([bits(2), np.ones(4, int)])
    v = v * np.array(factors)[:, None]
    u = np.array([2, 2, -3])
    least = int(np.abs(v @ u).min())
    return Fraction(int((v**2).sum(axis=1).max() * (u @ u)), least**2)


def _common_bound() -> str:
    bounds = [f"{_bound((c,) * 4)} with the factor {c}" for c in (1, 7)]
    return (
        "for 'and' and u = (2, 2, -3) divided by its length the bound is "
        + " and ".join(bounds)
    )


def _same_labelings() -> str:
    v, count = np.column_stack([bits(2), np.ones(4, int)]), []
    most = 4
    U = np.array(list(product(range(-most, most + 1), repeat=3)))
    for factors in (_ONES, _OWN):
        z = U @ (v * np.array(factors)[:, None]).T
        z = z[(z != 0).all(axis=1)] > 0
        count.append(len(np.unique(z, axis=0)))
    return (
        f"with weights up to {most} there are {count[0]} labelings of two "
        f"bits with the factors {_ONES}, and {count[1]} with {_OWN}"
    )


def _own_bound() -> str:
    return (
        "for 'and' and u = (2, 2, -3) divided by its length the bound is "
        f"{_bound(_ONES)}, and with the factors {_OWN} it is {_bound(_OWN)}"
    )


def _own_mistakes() -> str:
    one = len(perceptron(bits(2), _AND).mistakes)
    return (
        f"for 'and' there are {one} mistakes, and {len(_scaled(_AND, _OWN))} "
        f"with the factors {_OWN}"
    )


_FACTORS = {
    "mistakes": Claim(
        claim="With a common factor c > 0 the same points are mistakes, in "
        "the same order.",
        truth=True,
        evidence=_common_mistakes,
        hint="By which factor are the weights multiplied, and the sums?",
    ),
    "bound": Claim(
        claim="With a common factor c the bound (R/γ)² is multiplied by c².",
        truth=False,
        evidence=_common_bound,
        hint="What becomes of R, and what of γ?",
    ),
    "separable": Claim(
        claim="With factors c_p > 0 of their own the same labelings are "
        "separable.",
        truth=True,
        evidence=_same_labelings,
        hint="Which signs change?",
    ),
    "own bound": Claim(
        claim="With factors c_p of their own the bound for the same u is the "
        "same.",
        truth=False,
        evidence=_own_bound,
        hint="R is the length of one point, γ may come from another.",
    ),
    "own mistakes": Claim(
        claim="With factors c_p of their own there are as many mistakes, if "
        "the points come in the same order.",
        truth=False,
        evidence=_own_mistakes,
        hint="A mistake now changes the weights by another amount. Which "
        "sums does that change?",
    ),
}


# ---- A false proof ---------------------------------------------------------


def _sums(x: tuple[int, ...]) -> tuple[int, int]:
    """Return the sums of two units, "or" and "not both"."""
    return x[0] + x[1] - 1, 1 - x[0] - x[1]


def _shown_sums(x: tuple[int, ...]) -> str:
    f, g = _sums(x)
    return f"the sums are {f} and {g}, in all {f + g}"


_SUM_OF_UNITS: dict[str, Step[tuple[int, ...]]] = {
    "a": Step(
        "if both fire, the sum of both sums is at least 0",
        lambda x: (min(_sums(x)) < 0 or sum(_sums(x)) >= 0, _shown_sums(x)),
    ),
    "b": Step(
        "if neither fires, the sum of both sums is below 0",
        lambda x: (max(_sums(x)) >= 0 or sum(_sums(x)) < 0, _shown_sums(x)),
    ),
    "c": Step(
        "if only one fires, one of the sums is below 0 and the other is not",
        # This is what "only one" says.
        lambda x: (True, _shown_sums(x)),
    ),
    "d": Step(
        "if only one fires, the sum of both sums is below 0 as well",
        lambda x: (
            not min(_sums(x)) < 0 <= max(_sums(x)) or sum(_sums(x)) < 0,
            _shown_sums(x),
        ),
    ),
    "e": Step(
        "so the unit with the weights w + w' and the bias b + b' fires if "
        "and only if both fire",
        lambda x: (
            (min(_sums(x)) >= 0) == (sum(_sums(x)) >= 0),
            _shown_sums(x),
        ),
    ),
}
