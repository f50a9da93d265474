"""The exercises of the page on the fewest units: right, varied and wrong."""

import re
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from byhand.checks.fewest import (
    _REPEATS,
    _nearly_distinct,
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


@pytest.mark.parametrize("y", [(1, 1), (5, -3), (-1, 3), (3, -1)])
def test_other_points_of_the_line_pass(y, passes):
    assert "cannot tell it from (2, 0)" in passes(check_two_lines, y)


@pytest.mark.parametrize(
    ("y", "first", "total"),
    [
        ((0, 1), 1, 0), ((0, 3), 1, 0), ((1, 2), 0, 0), ((1, 0), 0, 0),
        ((-1, 2), 0, 0), ((2, 1), 0, 0),
    ],
)  # fmt: skip
def test_what_the_two_units_say_is_shown(y, first, total, refused):
    text = refused(check_two_lines, y)
    assert f"y = {y}\n" in text
    assert f"got       x1 = y1 says {first}, the sum {total}\n" in text


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


def vanishing(x1, x2, y1, y2):
    """Name the forms that vanish, in their order."""
    forms = {
        "x1 = y1": x1 == y1, "x1 = y2": x1 == y2, "x2 = y1": x2 == y1,
        "x2 = y2": x2 == y2, "x1 + x2 = y1 + y2": x1 + x2 == y1 + y2,
    }  # fmt: skip
    return " and ".join(name for name, zero in forms.items() if zero)


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("sum", "x1 + x2 = y1 + y2"),
        ("match", "x1 = y1 and x2 = y1"),
        ("both", "x1 = y1 and x1 + x2 = y1 + y2"),
    ],
)
def test_every_point_has_the_forms_that_vanish_there(
    key, wanted, passes, refused
):
    points = [*product(range(-1, 2), repeat=4), (0, 5, 2, 3), (9, 9, 9, -4)]
    for z in points:
        zero = vanishing(*z)
        if zero == wanted:
            passes(check_flats, FLATS | {key: z})
            continue
        text = " ".join(refused(check_flats, FLATS | {key: z}).split())
        assert f"{key} = {z} expected {wanted} and no other" in text
        assert f"got {zero or 'none holds'} hint" in text
        assert ("; or None got" in text) == (key == "both")
        assert ("what follows for x2 and y2" in text) == (key == "both")


@pytest.mark.parametrize("key", ["sum", "match"])
def test_where_there_is_a_point_none_is_refused(key, refused):
    text = " ".join(refused(check_flats, FLATS | {key: None}).split())
    assert f"input '{key}' expected four integers: " in text
    assert "got None hint Choose what the forms leave free" in text


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


HALF_PLANES = {
    "a": lambda y: 0 - y[0], "b": lambda y: 0 - y[1],
    "c": lambda y: 2 - y[0], "d": lambda y: 2 - y[1],
    "e": lambda y: y[0] + y[1] - 2,
}  # fmt: skip


@pytest.mark.parametrize("letters", [*map("".join, combinations("abcde", 3))])
@pytest.mark.parametrize("point", [(0, 2), (2, 0)])
def test_any_three_half_planes(letters, point, passes, refused):
    answer = THREE | {str(point): letters}
    if letters == THREE[str(point)]:
        passes(check_half_planes, answer)
        return
    text = " ".join(refused(check_half_planes, answer).split())
    assert f"input {point}: {', '.join(letters)} expected {point} in" in text
    if min(HALF_PLANES[letter](point) for letter in letters) < 0:
        assert f"got {point} is not in all three hint Put the" in text
    else:
        said = r"got \((-?\d+), (-?\d+)\) is in all three hint Draw"
        other = tuple(map(int, re.search(said, text).groups()))
        assert other != point
        assert min(HALF_PLANES[letter](other) for letter in letters) >= 0


def test_the_point_that_is_shown_is_some_way_off(refused):
    # The line of e leads there from (0, 2), and a and c let it pass.
    text = refused(check_half_planes, THREE | {"(0, 2)": "ace"})
    assert "(-4, 6) is in all three" in text


@pytest.mark.parametrize(
    "letters", [7, "abcd", ["a", "b", 1], ["A", "a", "b"]]
)
def test_three_letters_are_wanted(letters, refused):
    text = refused(check_half_planes, THREE | {"(2, 0)": letters})
    assert "'(2, 0)'\n  expected  three different letters" in text


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


@pytest.mark.parametrize(
    ("r", "q", "said"),
    [
        ((1, 1), (2, 2), "dependent"),
        ((1, -2), (-1, 2), "dependent"),
        ((0, 1), (0, -2), "dependent"),
        ((2, 0), (1, 0), "dependent"),
        ((1, 2), (1, 2), "dependent"),
        ((1, 1), (1, -1), "determinant"),
        ((-2, 1), (1, 2), "determinant"),
        ((1, 2), (2, 1), "determinant"),
        ((0, 1), (1, 0), "determinant"),
        ((1, 2), (2, -2), "determinant"),
        ((-1, -2), (-2, -1), "determinant"),
    ],
)
def test_one_wrong_way_out_is_found(r, q, said, refused):
    d = -r[0], -r[1]

    def answer(*given):
        return d if given == ([*r], [*q]) else way_out(*given)

    text = " ".join(refused(check_two_half_planes, answer).split())
    assert f"r = {[*r]} q = {[*q]} d = {d} expected" in text
    products = -(r[0] ** 2) - r[1] ** 2, -r[0] * q[0] - r[1] * q[1]
    assert f"got {products[0]} and {products[1]} hint" in text
    assert said in text


def test_the_pairs_of_half_planes_are_of_every_kind(passes):
    seen = []

    def answer(r, q):
        seen.append((tuple(r), tuple(q)))
        return way_out(r, q)

    assert "601 pairs" in passes(check_two_half_planes, answer)
    assert len(seen) == 601
    vectors = [v for v in product(range(-2, 3), repeat=2) if any(v)]
    assert set(seen[:576]) == set(product(vectors, repeat=2))
    # Others are large, and a few are opposite.
    for r, q in seen[576:]:
        assert all(0 < entry < 10**4 for entry in r)
        assert tuple(map(abs, q)) == r or all(0 < e < 10**4 for e in q)
    assert max(max(r) for r, _ in seen[576:596]) > 9000
    assert max(max(r) for r, _ in seen[596:]) > 5000
    opposite = [r[0] == -q[0] and r[1] == -q[1] for r, q in seen[576:]]
    assert opposite == [False] * 20 + [True] * 5


@pytest.mark.parametrize(
    "vectors", [((1, 1), (2, 2)), ((1, 1), (1, -1)), ((-2, -2), (-2, -2))]
)
def test_the_origin_is_no_way_out(vectors, refused):
    def answer(*given):
        if tuple(map(tuple, given)) == vectors:
            return 0, 0
        return way_out(*given)

    text = refused(check_two_half_planes, answer)
    assert (
        "expected  a point other than the origin\n  got       (0, 0)" in text
    )


@pytest.mark.parametrize("d", [(0, 1), (1, 0)])
def test_a_way_out_along_an_axis_passes(d, passes):
    def answer(r, q):
        along = min(r @ np.array(d), q @ np.array(d)) >= 0
        return d if along else way_out(r, q)

    passes(
        check_two_half_planes, lambda r, q: answer(np.array(r), np.array(q))
    )


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


def never(n):
    first, last = some_pair(n).layers
    return Network(first, Layer(last.W, last.b - 1000, "heaviside"))


@pytest.mark.parametrize("wrong", [*range(2, 9), 16])
def test_every_size_is_tried(wrong, refused):
    text = refused(
        check_repeats, lambda n: (never if n == wrong else some_pair)(n)
    )
    assert f"  input     n = {wrong}\n" in text
    assert "  expected  1\n  got       0\n" in text


@pytest.mark.parametrize(
    ("n", "answer"),
    [
        (2, twice_as_many),
        (5, twice_as_many),
        (16, twice_as_many),
        (
            4,
            lambda n: Network(
                *some_pair(n).layers, Layer([[1]], [-1], HEAVISIDE)
            ),
        ),
    ],
)
def test_a_network_that_is_too_large_is_refused(n, answer, refused):
    text = refused(
        check_repeats, lambda size: (answer if size == n else some_pair)(size)
    )
    assert f"  input     n = {n}\n" in text
    assert f"one hidden layer of at most {n * (n - 1) // 2} units" in text


def test_a_single_pair_that_is_left_out_is_found(refused):
    for k in (0, 1, 15, 60, 118, 119):

        def answer(n, k=k):
            first, last = some_pair(n).layers
            W = last.W.copy()
            if n == 16:
                W[0, k] = 0
            return Network(first, Layer(W, last.b, "heaviside"))

        text = refused(check_repeats, answer)
        assert "n = 16" in text


def test_a_window_that_is_too_wide_for_neighbors_is_found(refused):
    text = refused(
        check_repeats, lambda n: (too_wide if n == 16 else some_pair)(n)
    )
    assert "n = 16" in text
    assert "  expected  0\n  got       1\n" in text


def test_the_large_inputs_have_none_one_and_many_repeats():
    x = _nearly_distinct(16)
    none, one, many = x[:20], x[20:140], x[140:]
    assert all(sorted(row) == [*range(-8, 8)] for row in none.tolist())
    pairs = []
    for row in one:
        equal = row[:, None] == row
        pairs += [(i, j) for i, j in np.argwhere(equal).tolist() if i < j]
        # All that differ are far apart.
        assert set((row / 10**6).tolist()) < set(range(16))
    assert pairs == list(combinations(range(16), 2))
    assert len(many) == 20
    assert set(many.ravel().tolist()) == set(range(8))


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
        ("fhg", r"says 1 at \(10, 10, 30\) and 0 at \(11, 10, 30\)"),
        ("fb", r"n = 3, v = \(1, 1, 3\) and T = 10 it is \(11, 10, 30\)"),
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
