"""Checkers for the exercises of the page on the fewest units."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import (
    Refused,
    dictionary,
    sequence,
    whole_array,
)
from byhand.checks._larger import compare_on
from byhand.checks._networks import Networks
from byhand.checks._proofs import Decoy, Line, Proof
from byhand.checks._protocol import Check, checker
from byhand.threshold import INTERVAL, Network

# Where no proof reaches, a network of this size is tried.
_LARGER = 16


@checker("Two lines", points=1)
def check_two_lines(check: Check, answer: Any) -> str:
    """Check a point that two units take for a permutation.

    Parameters
    ----------
    answer
        Two integers y1 and y2, no permutation of x = (0, 2), for which the
        units x1 = y1 and x1 + x2 = y1 + y2 answer as for y = (2, 0).
    """
    y = check.read(
        whole_array,
        answer,
        2,
        given="the answer itself",
        expected="two integers, y1 and y2",
        hint="A point of the plane of the picture.",
    )
    given = {"y": str(tuple(y))}
    if sorted(y) == [0, 2]:
        check.fail(
            given=given,
            expected="no permutation of (0, 2)",
            got=f"{tuple(y)}",
            hint="A cross of the picture is wanted, and this is a disk.",
        )
    got = int(y[0] == 0), int(sum(y) == 2)
    if got != (0, 1):
        check.fail(
            given=given,
            expected="the answers for (2, 0): x1 = y1 says 0, the sum 1",
            got=f"x1 = y1 says {got[0]}, the sum {got[1]}",
            hint="On which of the two lines does (2, 0) lie, and on which "
            "not? The point has to be like it in both.",
        )
    return "these two units cannot tell it from (2, 0)"


@checker("Three sets of forms", points=1)
def check_flats(check: Check, answer: Mapping[str, Any]) -> str:
    """Check points for sets of the forms x_i - y_j and the sum.

    Parameters
    ----------
    answer
        For each of "sum", "match" and "both" four integers x1, x2, y1, y2
        at which the forms of the exercise vanish and no others, or None if
        there is no such point.
    """
    said = check.read(
        dictionary,
        answer,
        _FLATS,
        given="the answer itself",
        expected="a dictionary with the keys " + ", ".join(map(repr, _FLATS)),
        hint="Each value is four integers, or None.",
    )
    for key, wanted in _FLATS.items():
        possible = key != "both"
        if said[key] is None:
            if possible:
                check.fail(
                    given=repr(key),
                    expected=f"four integers: {_vanish(wanted)} and no other",
                    got=None,
                    hint="Choose what the forms leave free, and keep all "
                    "other entries apart.",
                )
            continue
        z = check.read(
            whole_array,
            said[key],
            4,
            given=repr(key),
            expected="four integers x1, x2, y1, y2, or None",
            hint="Both lists in one.",
        )
        zero = {name for name, form in _FORMS.items() if not form @ z}
        if zero != wanted:
            check.fail(
                given={key: str(tuple(z))},
                expected=f"{_vanish(wanted)} and no other"
                + ("" if possible else "; or None"),
                got=_vanish(zero),
                hint="Write down all five forms at this point."
                if possible
                else "If x1 = y1 and the sums agree, what follows for x2 and "
                "y2?",
            )
    return "2 sets of forms with a point of their own, 1 without"


@checker("Half planes", points=2)
def check_half_planes(check: Check, answer: Mapping[str, Any]) -> str:
    """Check which three half planes leave a single integer point.

    Parameters
    ----------
    answer
        For each of "(0, 2)" and "(2, 0)" three of the letters a to e.
    """
    said = check.read(
        dictionary,
        answer,
        _POINTS,
        given="the answer itself",
        expected="a dictionary with the keys " + ", ".join(map(repr, _POINTS)),
        hint="Each value is three letters, such as 'abc' or ['a', 'b', 'c'].",
    )
    for key, point in _POINTS.items():
        letters = check.read(
            _three_letters,
            said[key],
            given=repr(key),
            expected="three different letters of a, b, c, d, e",
            hint="Each letter is one half plane.",
        )
        inside = [
            y
            for y in product(range(-4, 7), repeat=2)
            if all(_HALF_PLANES[letter](y) for letter in letters)
        ]
        if inside != [point]:
            other = next((y for y in inside if y != point), None)
            check.fail(
                given=f"{key}: {', '.join(sorted(letters))}",
                expected=f"{point} in all three, and no other integer point",
                got=f"{other} is in all three"
                if point in inside
                else f"{point} is not in all three",
                hint="Draw the three lines. In which direction can one walk "
                "away from the point and stay in all three?"
                if point in inside
                else "Put the point into the inequalities.",
            )
    return "each point is alone in its three"


@checker("Two are not enough", points=3)
def check_two_half_planes(
    check: Check, answer: Callable[[Any, Any], Any]
) -> str:
    """Check a way out of any two half planes through the origin.

    Parameters
    ----------
    answer
        A function of two lists r and q of two integers, neither of them
        zero, that returns two integers d, not both zero, with r · d ≥ 0 and
        q · d ≥ 0.
    """
    vectors = [np.array(v) for v in product(range(-2, 3), repeat=2) if any(v)]
    cases = list(product(vectors, repeat=2))
    rng = np.random.default_rng(0)
    cases += [tuple(rng.integers(1, 10**4, (2, 2))) for _ in range(20)]
    cases += [(r, -r) for r in rng.integers(1, 10**4, (5, 2))]
    for r, q in cases:
        given = {"r": r.tolist(), "q": q.tolist()}
        d = check.read(
            whole_array,
            check.call(answer, **given),
            2,
            given=given,
            expected="two integers",
            hint="A solution in fractions can be multiplied by its "
            "denominators.",
        )
        if not any(d):
            check.fail(
                given=given,
                expected="a point other than the origin",
                got=str(tuple(d)),
                hint="Two equations r · d = s and q · d = t have a solution "
                "for any s and t, unless r and q are dependent.",
            )
        products = int(r @ d), int(q @ d)
        if min(products) < 0:
            dependent = int(r[0] * q[1] - r[1] * q[0]) == 0
            check.fail(
                given=given | {"d": str(tuple(d))},
                expected="r · d ≥ 0 and q · d ≥ 0",
                got=f"{products[0]} and {products[1]}",
                hint="Here r and q are dependent. Which vectors are "
                "orthogonal to both?"
                if dependent
                else "Solve two equations for d. The sign of the determinant "
                "matters when you multiply by it.",
            )
    return f"{len(cases)} pairs of half planes"


@checker("Repeats", points=3)
def check_repeats(check: Check, answer: Callable[[int], Network]) -> str:
    """Check the smallest networks that ask whether a list has a repeat.

    Parameters
    ----------
    answer
        A function of n ≥ 2 that returns a network on x_1, …, x_n with one
        hidden layer of at most n(n - 1)/2 units and one output: 1 if two
        entries are equal, otherwise 0.
    """
    networks = Networks(check, answer)
    hint = (
        "How many hidden units fire on this input? Write down all numbers "
        "that occur, and for which of them the output must fire."
    )
    for n in (*range(2, 9), _LARGER):
        network = networks.ask(n, n=n)
        most = math.comb(n, 2)
        if network.depth > 2 or network.shape[1] > most:
            check.fail(
                given={"n": n},
                expected=f"one hidden layer of at most {most} units",
                got=repr(network),
                hint="A repeat is a pair of equal entries. How many pairs "
                "are there, if the order within a pair does not count?",
            )
        given = {"n": n}
        if n == _LARGER:
            x = _nearly_distinct(n)
            compare_on(
                networks, network, _has_repeat, x, given=given, hint=hint
            )
        else:
            networks.compare(network, _has_repeat, given=given, hint=hint)
    return networks.evidence()


@checker("No fewer for repeats", points=4)
def check_repeats_proof(check: Check, order: Sequence[str]) -> str:
    """Check the order of the lines of a proof that no fewer units will do.

    Parameters
    ----------
    order
        The letters of the lines, as a list or a text.
    """
    return _REPEATS.judge(check, order)


_FORMS = {
    "x1 = y1": np.array([1, 0, -1, 0]),
    "x1 = y2": np.array([1, 0, 0, -1]),
    "x2 = y1": np.array([0, 1, -1, 0]),
    "x2 = y2": np.array([0, 1, 0, -1]),
    "x1 + x2 = y1 + y2": np.array([1, 1, -1, -1]),
}

_FLATS = {
    "sum": {"x1 + x2 = y1 + y2"},
    "match": {"x1 = y1", "x2 = y1"},
    "both": {"x1 = y1", "x1 + x2 = y1 + y2"},
}

_POINTS = {"(0, 2)": (0, 2), "(2, 0)": (2, 0)}

#: For x = (0, 2): the units x_i ≥ y_j and the sum, in the plane of y.
_HALF_PLANES: dict[str, Callable[[tuple[int, ...]], bool]] = {
    "a": lambda y: y[0] <= 0,
    "b": lambda y: y[1] <= 0,
    "c": lambda y: y[0] <= 2,
    "d": lambda y: y[1] <= 2,
    "e": lambda y: sum(y) >= 2,
}


def _vanish(names: set[str]) -> str:
    return " and ".join(n for n in _FORMS if n in names) or "none holds"


def _three_letters(value: object) -> set[str]:
    found = sequence(list(value) if type(value) is str else value, 3)
    letters = {
        letter.lower() if isinstance(letter, str) else letter
        for letter in found
    }
    if len(letters) != 3 or not letters <= _HALF_PLANES.keys():
        raise Refused
    return letters


def _has_repeat(x: NDArray[Any]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (np.diff(np.sort(x, axis=1), axis=1) == 0).any(
        axis=1
    )
    return found


def _nearly_distinct(n: int) -> NDArray[np.int64]:
    """Return inputs without a repeat, with any one of them, and with more."""
    rng = np.random.default_rng(n)
    rows = [rng.permutation(n) - n // 2 for _ in range(20)]
    for i, j in combinations(range(n), 2):
        x = rng.permutation(n) * 10**6
        x[j] = x[i]
        rows.append(x)
    rows += list(rng.integers(0, n // 2, (20, n)))
    return np.array(rows)


def _still_a_repeat() -> str:
    v, T = (1, 1, 3), 10
    moved = T * v[0] + 1, T * v[1], T * v[2]
    return f"for n = 3, v = {v} and T = {T} it is {moved}"


def _says_the_same() -> str:
    points = (10, 10, 30), (11, 10, 30)
    says = [INTERVAL(2 * (x[0] - x[1])).item() for x in points]
    return (
        f"φ(2(x1 - x2)) says {says[0]} at {points[0]} and {says[1]} at "
        f"{points[1]}"
    )


def _independent() -> str:
    vectors = [a - b for a, b in combinations(np.eye(3, dtype=int), 2)]
    rank = np.linalg.matrix_rank(vectors)
    return f"for n = 3 the three vectors have rank {rank}"


#: That the first layer has a unit for each pair of places, in lines.
_REPEATS = Proof(
    {
        "a": Line(
            "Tv has a repeat, and for T ≥ 2 the input Tv + e_i has none.",
            ("f",),
            "What is v?",
        ),
        "b": Decoy(
            "Tv + e_i has a repeat as well, since only one entry differs.",
            _still_a_repeat,
            "Which entries of v are equal, and does e_i move both?",
        ),
        "c": Line(
            "If no unit had weights that are a nonzero multiple of "
            "e_i - e_j, the network would say the same of both.",
            ("h",),
            "Why should units say the same of both?",
        ),
        "d": Line(
            "So the first layer has at least n(n - 1)/2 units.",
            ("e", "i"),
            "It takes a unit for each pair of places, and different ones.",
        ),
        "e": Line(
            "So some unit has weights that are a nonzero multiple of "
            "e_i - e_j.",
            ("a", "c"),
            "A contradiction needs two answers that differ, and a reason why "
            "the network gives the same.",
        ),
        "f": Line(
            "Let v be an integer vector with v_i = v_j, all other entries "
            "different from it and from one another, and a · v ≠ 0 for the "
            "weights a ≠ 0 of each unit that are no multiple of e_i - e_j.",
            (),
            "",
        ),
        "g": Decoy(
            "A unit with weights that are a multiple of e_i - e_j says the "
            "same of Tv and of Tv + e_i.",
            _says_the_same,
            "Which units notice that x_i has moved away from x_j?",
        ),
        "h": Line(
            "For large T, a unit whose weights are no nonzero multiple of "
            "e_i - e_j says the same of Tv and of Tv + e_i.",
            ("f",),
            "What is v, and what is far from every threshold?",
        ),
        "i": Line(
            "No weights are nonzero multiples of e_i - e_j and of e_k - e_l "
            "for another pair k < l.",
            (),
            "",
        ),
        "j": Decoy(
            "The vectors e_i - e_j are linearly independent.",
            _independent,
            "Add two of them.",
        ),
    }
)
