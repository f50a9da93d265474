"""The exercises of the page on the fewest units: right, varied and wrong."""

import re
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from byhand.checks.fewest import (
    _REPEATS,
    check_flats,
    check_half_planes,
    check_repeats,
    check_repeats_proof,
    check_two_half_planes,
    check_two_lines,
)
from byhand.threshold import (
    HEAVISIDE,
    Layer,
    Network,
    Unit,
    equality,
    membership_interval,
)

# --- warm-ups ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([2, 0], "this is a disk"),
        ([0, 2], "this is a disk"),
        ([0, 1], "x1 = y1 says 1, the sum 0"),
        ([1, 2], "x1 = y1 says 0, the sum 0"),
        ([0.5, 1.5], "two integers"),
    ],
)
def test_two_lines_fails(answer, said, refused):
    assert said in refused(check_two_lines, answer)


FLATS = {"sum": (0, 5, 2, 3), "match": (4, 4, 4, 9), "both": None}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sum": None}, "four integers: x1 + x2 = y1 + y2 and no other"),
        ({"sum": (1, 2, 1, 2)}, "got       x1 = y1 and x2 = y2 and"),
        ({"sum": (1, 2, 3, 4)}, "none holds"),
        ({"match": (4, 5, 4, 9)}, "got       x1 = y1\n"),
        ({"match": (4, 4, 4, 4)}, "x2 = y2"),
        ({"both": (1, 2, 1, 2)}, "what follows for x2"),
        ({"both": (1, 2, 1, 3)}, "; or None"),
        ({"both": (1, 2)}, "or None"),
    ],
)
def test_flats_fails(change, said, refused):
    assert said in refused(check_flats, FLATS | change)


def test_flats_needs_all_keys(refused):
    assert "with the keys" in refused(check_flats, {"sum": (0, 5, 2, 3)})


# --- half planes -------------------------------------------------------------

THREE = {"(0, 2)": "ade", "(2, 0)": "bce"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"(0, 2)": "abe"}, "(0, 2) is not in all three"),
        ({"(0, 2)": "ace"}, "is in all three"),
        ({"(2, 0)": "abc"}, "(2, 0) is not in all three"),
        ({"(2, 0)": "bcd"}, "is in all three"),
        ({"(2, 0)": "bb"}, "three different letters"),
        ({"(2, 0)": "bbe"}, "three different letters"),
        ({"(2, 0)": "bcx"}, "three different letters"),
    ],
)
def test_half_planes_fails(change, said, refused):
    assert said in refused(check_half_planes, THREE | change)


def way_out(r, q):
    det = r[0] * q[1] - r[1] * q[0]
    if det == 0:
        return -r[1], r[0]
    sign = 1 if det > 0 else -1
    return sign * (q[1] - r[1]), sign * (r[0] - q[0])


def without_sign(r, q):
    det = r[0] * q[1] - r[1] * q[0]
    return (-r[1], r[0]) if det == 0 else (q[1] - r[1], r[0] - q[0])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (without_sign, "The sign of the determinant"),
        (lambda r, q: (0, 0), "other than the origin"),
        (lambda r, q: (q[1] - r[1], r[0] - q[0]), "the origin"),
        (lambda r, q: (r[0] + q[0], r[1] + q[1]), "The sign of"),
        (lambda r, q: r, "orthogonal to both|The sign"),
        (lambda r, q: (0.5, 1), "two integers"),
    ],
)
def test_two_half_planes_fails(answer, said, refused):
    text = refused(check_two_half_planes, answer)
    assert re.search(said, " ".join(text.split())), text


# --- repeats ----------------------------------------------------------------


def pairs(n, scale=1):
    D = np.zeros((n * (n - 1) // 2, n), int)
    for k, (i, j) in enumerate(combinations(range(n), 2)):
        D[k, i], D[k, j] = scale, -scale
    return D


def some_pair(n):
    D = pairs(n, 2)
    zeros = [0] * len(D)
    return Network(
        Layer(D, zeros, "interval"),
        Layer([[1] * len(D)], [-1], "heaviside"),
    )


def in_the_window(n):
    D = pairs(n)
    last = membership_interval(len(D)).layers[1]
    return Network(Layer(D, [0] * len(D), equality(0)), last)


def negated(n):
    # Units that fire unless the entries differ, counted from the other end.
    D = pairs(n)
    return Network(
        Layer(D, [0] * len(D), equality(0)),
        Layer([[-1] * len(D)], [0], Unit("below", None, -1)),
    )


def exactly_one_pair(n):
    D = pairs(n)
    return Network(
        Layer(D, [0] * len(D), equality(0)),
        Layer([[1] * len(D)], [0], equality(1)),
    )


def neighbors(n):
    D = np.eye(n - 1, n, dtype=int) - np.eye(n - 1, n, 1, dtype=int)
    return Network(
        Layer(D, [0] * (n - 1), equality(0)),
        Layer([[1] * (n - 1)], [-1], HEAVISIDE),
    )


def twice_as_many(n):
    D = pairs(n)
    W = np.vstack([D, -D])
    zeros = [0] * len(W)
    return Network(
        Layer(W, zeros, HEAVISIDE),
        Layer([[1] * len(W)], [-len(D) - 1], HEAVISIDE),
    )


def too_wide(n):
    network = some_pair(n)
    return Network(
        Layer(pairs(n), network.layers[0].b, "interval"), network.layers[1]
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (exactly_one_pair, r"n = 3\n.*\(0, 0, 0\)\n.*expected  1"),
        (neighbors, r"n = 3\n.*\(0, 1, 0\)"),
        # Beyond the theorem's reach, and found all the same.
        (too_wide, r"n = 2\n"),
        (twice_as_many, "one hidden layer of at most 1 units"),
        (
            lambda n: Network(
                *some_pair(n).layers, Layer([[1]], [0], equality(1))
            ),
            "one hidden layer",
        ),
    ],
)
def test_repeats_fails(answer, said, refused):
    text = refused(check_repeats, answer)
    assert re.search(said, text), text


def slightly_off(n):
    first, last = some_pair(n).layers
    W = first.W.astype(object)
    W[0, 0] = Fraction(199, 100)
    return Network(Layer(W, first.b, "interval"), last)


def test_slightly_wrong_weights_are_found(refused):
    assert "n = 2" in refused(check_repeats, slightly_off)


def test_what_is_right_beyond_the_theorem_is_accepted(passes):
    def answer(n):
        # A unit that is wider than an equality for no integers.
        D = pairs(n).astype(object)
        if n == 2:
            D = np.array([[Fraction(3, 2), Fraction(-3, 2)]], dtype=object)
        return Network(
            Layer(D, [0] * len(D), "interval" if n == 2 else equality(0)),
            Layer([[1] * len(D)], [-1], HEAVISIDE),
        )

    assert "7 networks proved" in passes(check_repeats, answer)


def right_for_small(n):
    return some_pair(n) if n < 9 else exactly_one_pair(n)


def test_a_size_that_is_not_proved_is_tried(refused):
    assert "n = 16" in refused(check_repeats, right_for_small)


@pytest.mark.parametrize(
    "answer",
    [lambda n: membership_interval(2 * n), lambda n: None],
)
def test_what_is_no_network_of_the_size_is_refused(answer, refused):
    assert "etwork" in refused(check_repeats, answer)


# --- the proof ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("fb", r"\(11, 10, 30\)"),
        ("fhg", "says 1 at .* and 0 at"),
        ("fij", "have rank 2"),
        ("a", "needs a line before it"),
        ("fac", "needs more than lines f, a say"),
        ("fahce", "reaches its conclusion"),
        ("fahcedi", "line d in place 6"),
        ("ff", "again"),
        ("xyz", "letters in an order"),
    ],
)
def test_repeats_proof_fails(order, said, refused):
    text = refused(check_repeats_proof, order)
    assert re.search(said, " ".join(text.split())), text


def test_every_order_that_the_lines_allow_passes(passes):
    orders = list(_REPEATS.orders())
    assert len(orders) > 10
    for order in orders[:10]:
        passes(check_repeats_proof, order)


#: What is said of right answers, and the answers.
RIGHT = {
    check_two_lines: ("cannot tell", [1, 1], [5, -3]),
    check_flats: ("2 sets of forms with a point of their own, 1", FLATS),
    check_half_planes: (
        "alone in its three",
        THREE,
        {"(0, 2)": ["e", "a", "d"], "(2, 0)": ("c", "e", "b")},
        {"(0, 2)": "ADE", "(2, 0)": "BCE"},
    ),
    check_two_half_planes: ("601 pairs", way_out),
    check_repeats: (
        "7 networks proved for all integers",
        some_pair,
        in_the_window,
        negated,
    ),
    check_repeats_proof: ("7 lines", "fahceid", list("ifhcaed")),
}
