"""The exercises of the page on permutations: right, varied and wrong."""

import re
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from byhand.checks.permutation import (
    _ERRORS,
    _unmatched,
    check_breaking_lists,
    check_one_replaced,
    check_repeats,
    check_same_set,
)
from byhand.threshold import (
    HEAVISIDE,
    PUBLISHED,
    Layer,
    Network,
    Unit,
    equality,
    is_permutation,
    membership_interval,
    parallel,
    permutation_enumeration,
    permutation_gram,
    series,
)

NETWORKS = (check_one_replaced, check_same_set, check_repeats)
CHECKS = (check_breaking_lists, *NETWORKS)


@pytest.mark.parametrize("check", NETWORKS)
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda n: membership_interval(2 * n + 1), "1 output"),
        (lambda n: membership_interval(n).layers[0], "a Network"),
    ],
)
def test_what_is_no_network_of_the_size_is_refused(
    check, answer, said, refused
):
    assert said in refused(check, answer)


# --- misses and false alarms ------------------------------------------------

LISTS = {
    "exactly one": ((4, 4, 7, 7, 4, 4), None),
    "three matches": ((5, 5, 5, 5, 5, 5), (1, 2, 3, 1, 1, 1)),
    "radix 10": (None, (0, 0, 0, 0, 1, -10)),
}


def test_the_table_of_errors_is_true():
    """Every kind of error that exists is found, and no other exists.

    Small inputs show all errors of the first two networks, which compare
    entries only; for the radix network, a permutation matches itself.
    """
    x = np.array(list(product(range(6), repeat=6)))
    far = np.array([[0, 0, 0, *y] for y in product(range(-11, 12), repeat=3)])
    z = np.vstack([x, far, x + 1000])
    truth = is_permutation(z)
    for name in LISTS:
        says = PUBLISHED[f"permutation, {name}"].network(z)[:, 0] == 1
        assert (truth & ~says).any() == _ERRORS[name, "miss"]
        assert (~truth & says).any() == _ERRORS[name, "false alarm"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"exactly one": (None, None)}, "'exactly one', miss\n.*there is one"),
        ({"radix 10": (None, None)}, "100 a"),
        (
            {"exactly one": ((1, 2, 3, 3, 2, 1), None)},
            "a permutation, and the network says 1",
        ),
        (
            {"exactly one": ((1, 1, 2, 1, 2, 2), None)},
            "no permutation, and the\n? *network says 0",
        ),
        (
            {"exactly one": ((1, 1, 1, 1, 1, 1), (1, 1, 2, 1, 2, 3))},
            r"or None if there is no\n +such input\n.*no permutation",
        ),
        ({"radix 10": ((1, 1, 1, 1, 1, 1), None)}, "or None if"),
        ({"radix 10": (None, (1, 2, 3, 1, 2, 3))}, "a permutation, and"),
        ({"three matches": ((1, 1, 1), None)}, "six integers"),
        ({"three matches": (1, None)}, "six integers"),
        ({"three matches": ((0.5,) * 6, None)}, "six integers"),
        ({"three matches": None}, "a pair"),
        ({"three matches": (None,)}, "a pair"),
    ],
)
def test_breaking_lists_fails(changed, said, refused):
    text = refused(check_breaking_lists, (LISTS | changed).get)
    assert re.search(said, text), text


def test_breaking_lists_says_which_network_it_asked_for(refused):
    def answer(name):
        return {"exactly one": LISTS["exactly one"]}[name]

    text = refused(check_breaking_lists, answer)
    assert "network = three matches" in text
    assert "KeyError" in text


# --- one entry replaced -----------------------------------------------------


def shifted(n, unit, *, by, scale=1):
    hidden, output = permutation_gram(n).layers
    W = output.W.astype(object) * scale
    return Network(hidden, Layer(W, (output.b - 2 * by) * scale, unit))


def exactly_one(n):
    return shifted(n, "interval", by=1)


def by_equality(n):
    return shifted(n, equality(0), by=1)


def widest(n):
    return shifted(n, "interval", by=1, scale=Fraction(3, 4))


def mirrored(n):
    return shifted(n, "interval", by=1, scale=-1)


def heaviside_gram(n):
    hidden, output = permutation_gram(n, "heaviside").layers
    # The sum is -D, plus what the bias takes away.
    return Network(hidden, Layer(output.W, output.b + 1, equality(0)))


@pytest.mark.slow
def test_one_replaced_accepts_what_is_too_large_to_prove(passes):
    said = passes(check_one_replaced, heaviside_gram)
    assert "4 networks proved for all integers" in said
    assert "1 tried on many inputs" in said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            permutation_gram,
            r"n = 1\ninputs = \(0, 0\)\n.*expected  0\n.*got  ",
        ),
        (lambda n: shifted(n, "interval", by=2), r"n = 1\n"),
        # At most one replaced.
        (
            lambda n: shifted(n, Unit("up to 1", None, 2), by=0),
            r"n = 1\n.*\(0, 0\)",
        ),
        # Too small a weight: two replaced look like one.
        (
            lambda n: shifted(n, "interval", by=1, scale=Fraction(1, 2)),
            r"n = 1\n.*\(0, 0\)",
        ),
    ],
)
def test_one_replaced_fails(answer, said, refused):
    text = refused(check_one_replaced, answer)
    assert re.search(said.replace("ninputs", r"n *inputs"), text), text


def test_too_narrow_a_look_at_the_differences_is_found(refused):
    def answer(n):
        # Counts matches and forgets the pairs within each side.
        hidden, output = permutation_gram(n).layers
        W = np.where(output.W > 0, 0, output.W)
        return Network(hidden, Layer(W, [2 * n - 2], "interval"))

    text = refused(check_one_replaced, answer)
    assert "n = 2" in text


def test_unmatched_is_half_the_distance_of_the_multiplicities():
    rng = np.random.default_rng(0)
    for n in range(1, 7):
        z = rng.integers(0, 4, (200, 2 * n))
        counts = [(z == v) @ ([1] * n + [-1] * n) for v in range(4)]
        assert (_unmatched(z) == sum(map(abs, counts)) / 2).all()


# --- the same set -----------------------------------------------------------


def by_modules(n):
    x, y = range(n), range(n, 2 * n)
    wires = [w for i in x for w in (*y, i)]
    wires += [w for j in y for w in (*x, j)]
    found = parallel(*[membership_interval(n)] * (2 * n)).rewired(wires, 2 * n)
    every = Layer([[1] * (2 * n)], [0], equality(2 * n))
    return series(found, Network(every))


def by_layers(n):
    # Equalities, then "none of them" for each entry, then "no such entry".
    first = permutation_enumeration(n).layers[0]
    some = np.zeros((2 * n, n * n), int)
    for k, (i, j) in enumerate(product(range(n), range(n))):
        some[i, k] = some[n + j, k] = 1
    return Network(
        first,
        Layer(some, [0] * (2 * n), equality(0)),
        Layer([[-1] * (2 * n)], [0], HEAVISIDE),
    )


def only_one_way(n):
    network = by_layers(n)
    W = [[-1] * n + [0] * n]
    return Network(*network.layers[:2], Layer(W, [0], HEAVISIDE))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (permutation_gram, r"n = 3\n"),
        (only_one_way, r"n = 2\n"),
        (permutation_enumeration, r"n = 3\n"),
    ],
)
def test_same_set_fails(answer, said, refused):
    text = refused(check_same_set, answer)
    assert re.search(said, text), text


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


#: What is said of right answers, and the answers.
RIGHT = {
    check_breaking_lists: (
        "4 errors found, 2 ruled out",
        LISTS.get,
        (LISTS | {"exactly one": [[1] * 6, None]}).get,
        (LISTS | {"radix 10": (None, [5, 5, 5, 6, -6, 15])}).get,
        (
            LISTS | {"three matches": ((1, 1, 2, 2, 1, 1), (1, 1, 2, 1, 2, 3))}
        ).get,
    ),
    check_one_replaced: (
        "5 networks proved for all integers",
        exactly_one,
        by_equality,
        mirrored,
        widest,
    ),
    check_same_set: (
        "5 networks proved for all integers",
        by_modules,
        by_layers,
    ),
    check_repeats: (
        "7 networks proved for all integers",
        some_pair,
        in_the_window,
        negated,
    ),
}
