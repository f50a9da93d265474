"""The exercises of the page on permutations: right, varied and wrong."""

import re
from collections import Counter
from fractions import Fraction
from itertools import combinations, permutations, product

import numpy as np
import pytest
from byhand.checks.permutation import (
    _ERRORS,
    _nearly_permuted,
    _unmatched,
    check_breaking_lists,
    check_distance,
    check_exactly_one,
    check_how_many,
    check_needed,
    check_one_replaced,
    check_own_network,
    check_question,
    check_same_set,
    check_two_of_them,
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

NETWORKS = (check_one_replaced, check_same_set)


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
    "three matches": ((1, 2, 2, 2, 2, 1), (1, 2, 3, 1, 1, 1)),
    "radix 10": (None, (0, 0, 0, 0, 2, -20)),
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
            {"exactly one": ((1, 1, 2, 2, 1, 1), (1, 1, 2, 1, 2, 3))},
            r"or None if there is no\n +such input\n.*no permutation",
        ),
        ({"radix 10": ((1, 1, 1, 1, 1, 1), None)}, "or None if"),
        ({"radix 10": (None, (1, 2, 3, 1, 2, 3))}, "a permutation, and"),
        ({"three matches": ((1, 1, 1), None)}, "six integers"),
        ({"three matches": (1, None)}, "six integers"),
        ({"three matches": ((0.5,) * 6, None)}, "six integers"),
        # The inputs of the page, and such with the same entries equal.
        ({"exactly one": ((5, 5, 5, 5, 5, 5), None)}, "of your own"),
        ({"exactly one": ((7, 7, 9, 7, 9, 7), None)}, "the page shows"),
        ({"exactly one": ((1, 2, 2, 2, 1, 2), None)}, "the page shows"),
        (
            {"three matches": ((1, 2, 2, 2, 1, 2), (1, 2, 3, 1, 1, 1))},
            "the page shows",
        ),
        (
            {"three matches": (LISTS["exactly one"][0], (1, 1, 2, 1, 2, 3))},
            "of your own",
        ),
        (
            {"radix 10": (None, (0, 0, 0, 1, -11, 10))},
            "an input of your own, one x - y",
        ),
        ({"three matches": None}, "a pair"),
        ({"three matches": (None,)}, "a pair"),
    ],
)
def test_breaking_lists_fails(changed, said, refused):
    text = refused(check_breaking_lists, (LISTS | changed).get)
    assert re.search(said, text), text


@pytest.mark.parametrize(
    ("name", "kind", "x"),
    [
        ("exactly one", "miss", (1, 1, 2, 1, 2, 1)),
        ("exactly one", "miss", (8, 5, 5, 5, 8, 5)),
        ("exactly one", "miss", (0, 0, 0, 0, 0, 0)),
        ("three matches", "miss", (1, 1, 2, 1, 1, 2)),
        ("three matches", "miss", (8, 5, 5, 5, 8, 5)),
        ("three matches", "miss", (0, 0, 0, 0, 0, 0)),
        ("three matches", "false alarm", (1, 1, 2, 1, 2, 3)),
        # Differences that give zero, 11 at most, in any order of y.
        *(
            ("radix 10", "false alarm", (0, 0, 0, *y))
            for difference in ((0, 1, -10), (1, -10, 0), (1, -11, 10))
            for y in permutations(difference)
        ),
        ("radix 10", "false alarm", (100, -7, 3, 99, 2, 13)),
    ],
)
def test_what_the_page_shows_is_refused_with_other_numbers(
    name, kind, x, refused
):
    for turned in (x, tuple(-v for v in x), tuple(v + 40 for v in x)):
        pair = list(LISTS[name])
        pair[kind == "false alarm"] = turned
        text = refused(check_breaking_lists, (LISTS | {name: pair}).get)
        said = " ".join(text.split())
        assert f"the network {name!r}, {kind} expected an input of" in said
        assert f"got {turned}, which the page shows" in said
        if name == "radix 10":
            assert "fires beyond ±11 got" in said
            assert "100 a + 10 b + c = 0 has solutions of any size" in said
        else:
            assert "equal entries in other places got" in said
            assert "Which other inputs give the output the same" in said


@pytest.mark.parametrize("y", [*permutations((0, 2, -20))])
def test_any_order_of_larger_differences_passes(y, passes):
    said = passes(
        check_breaking_lists,
        (LISTS | {"radix 10": (None, (0, 0, 0, *y))}).get,
    )
    assert "4 errors found, 2 ruled out" in said


@pytest.mark.parametrize(
    ("name", "pair", "kind", "said"),
    [
        ("exactly one", (None, None), "miss", "How many hidden units fire"),
        ("three matches", (None, None), "miss", "How many hidden units fire"),
        (
            "three matches",
            (LISTS["three matches"][0], None),
            "false alarm",
            "How many hidden units fire",
        ),
        ("radix 10", (None, None), "false alarm", "100 a + 10 b + c. Which"),
    ],
)
def test_that_there_is_one_is_said(name, pair, kind, said, refused):
    text = refused(check_breaking_lists, (LISTS | {name: pair}).get)
    assert (
        f"  input     the network {name!r}, {kind}\n"
        "  expected  an input; there is one\n  got       None\n" in text
    )
    assert said in text


@pytest.mark.parametrize(
    ("name", "kind", "x", "truth", "says"),
    [
        ("exactly one", "miss", (1, 2, 3, 3, 1, 2), "a", 1),
        ("exactly one", "miss", (1, 1, 1, 1, 1, 2), "no", 0),
        ("exactly one", "false alarm", (4, 4, 7, 7, 4, 4), "a", 0),
        ("exactly one", "false alarm", (1, 2, 3, 1, 2, 3), "a", 1),
        ("exactly one", "false alarm", (1, 2, 3, 1, 2, 4), "no", 0),
        ("three matches", "miss", (1, 2, 3, 1, 1, 1), "no", 1),
        ("radix 10", "miss", (0, 0, 0, 0, 1, -10), "no", 1),
        ("radix 10", "false alarm", (0, 0, 0, 0, 1, -9), "no", 0),
    ],
)
def test_what_a_published_network_says_is_shown(
    name, kind, x, truth, says, refused
):
    pair = list(LISTS[name])
    pair[kind == "false alarm"] = x
    text = " ".join(
        refused(check_breaking_lists, (LISTS | {name: pair}).get).split()
    )
    assert f"got {x}: {truth} permutation, and the network says {says}" in text
    wanted = {
        "miss": "a permutation on which the network says 0; or None",
        "false alarm": "no permutation, and the network says 1; or None",
    }
    assert f"{name!r}, {kind} expected {wanted[kind]}" in text


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
    assert "2 tried on many inputs" in said


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


def silent(n):
    return shifted(n, "interval", by=100)


@pytest.mark.parametrize("wrong", [1, 2, 3, 4, 7])
def test_every_n_is_tried(wrong, refused):
    text = refused(
        check_one_replaced,
        lambda n: (silent if n == wrong else by_equality)(n),
    )
    assert f"  input     n = {wrong}\n" in text
    assert "  expected  1\n  got       0\n" in text


def test_how_many_networks_are_proved_and_tried(passes):
    for check, answer in (
        (check_one_replaced, exactly_one),
        (check_same_set, by_layers),
    ):
        assert (
            "5 networks proved for all integers, 1 tried on many inputs"
            in passes(check, answer)
        )


def test_the_larger_lists_have_up_to_three_entries_replaced():
    z = _nearly_permuted(7)
    assert len(z) == 64
    unmatched = _unmatched(z).reshape(4, 16).tolist()
    # Among few values what is replaced may fit all the same.
    for found in unmatched[:3]:
        assert set(found) >= {0, 1, 2}
        assert all(n <= k % 4 for k, n in enumerate(found))
    assert unmatched[3] == [0, 1, 2, 3] * 4
    for rows, values in zip(
        z.reshape(4, 16, 14), (2, 3, 7, 10**6), strict=True
    ):
        x, y = rows[:, :7], rows[:, 7:]
        if values <= 7:
            assert set(x.ravel()) == set(range(values))
            # What replaces one may be a value that x never holds.
            assert set(y.ravel()) == set(range(-1, values))
        else:
            assert 0 <= x.min() <= 2 * 10**4
            assert values - 10**4 <= x.max() < values


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


def value_first(n):
    x, y = range(n), range(n, 2 * n)
    wires = [w for i in x for w in (i, *y)] + [w for j in y for w in (j, *x)]
    found = parallel(*[membership_interval(n)] * (2 * n)).rewired(wires, 2 * n)
    return series(found, Network(Layer([[1] * (2 * n)], [0], equality(2 * n))))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (permutation_gram, r"n = 3\n"),
        (only_one_way, r"n = 2\n"),
        (permutation_enumeration, r"n = 3\n"),
        (value_first, r"In which order does membership_interval"),
        (permutation_gram, r"Every value of x has to be"),
    ],
)
def test_same_set_fails(answer, said, refused):
    text = refused(check_same_set, answer)
    assert re.search(said, text), text


def value_first_one_way(n):
    x, y = range(n), range(n, 2 * n)
    wires = [w for i in x for w in (i, *y)] + [w for j in y for w in (*x, j)]
    found = parallel(*[membership_interval(n)] * (2 * n)).rewired(wires, 2 * n)
    return series(found, Network(Layer([[1] * (2 * n)], [0], equality(2 * n))))


@pytest.mark.parametrize(
    ("n", "answer", "said"),
    [
        *(
            (n, value_first, "In which order does membership_interval(n) read")
            for n in (2, 3, 7)
        ),
        *(
            (n, answer, "Every value of x has to be one of y, and every")
            for n in (2, 3)
            for answer in (value_first_one_way, only_one_way)
        ),
    ],
)
def test_the_hint_on_the_order_is_for_nothing_else(n, answer, said, refused):
    text = refused(
        check_same_set, lambda m: (answer if m == n else by_layers)(m)
    )
    assert f"  input     n = {n}\n" in text
    assert said in " ".join(text.split())


# --- warm-ups ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda k: ([1] * k, -1), "Every single 1 must stay below"),
        (lambda k: ([1] * k, -3), "It may lie on the threshold"),
        (lambda k: ([1] * k, 0), r"x = \(0, 0\)"),
        (lambda k: ([1, 1] + [0] * (k - 2), -2), r"k = 3"),
        (lambda k: [1] * (k + 1), "2 weights and a bias"),
    ],
)
def test_two_of_them_fails(answer, said, refused):
    text = " ".join(refused(check_two_of_them, answer).split())
    assert re.search(said, text), text


@pytest.mark.parametrize("wrong", range(2, 11))
def test_two_of_any_number_are_asked_for(wrong, refused):
    text = refused(check_two_of_them, lambda k: ([1] * k, -2 - (k == wrong)))
    x = (*[0] * (wrong - 2), 1, 1)
    assert f"k = {wrong}\n            x = {x}\n  expected  1\n" in text
    assert "  got       1[-1 ≥ 0] = 0\n" in text


@pytest.mark.parametrize(
    ("answer", "x", "expected", "z", "said"),
    [
        (([1, 1], 0), (0, 0), 0, 0, "Every single 1 must stay below"),
        (([1, 2], -2), (0, 1), 0, 0, "Every single 1 must stay below"),
        (([2, 1], -2), (1, 0), 0, 0, "Every single 1 must stay below"),
        (([1, 1], -3), (1, 1), 1, -1, "What is the sum when exactly two"),
    ],
)
def test_the_first_sum_that_is_wrong_is_shown(
    answer, x, expected, z, said, refused
):
    text = refused(check_two_of_them, lambda k: answer)
    assert f"x = {x}\n  expected  {expected}\n" in text
    assert f"  got       1[{z} ≥ 0] = {1 - expected}\n" in text
    assert said in text


def test_which_sums_are_right_is_said(passes):
    said = passes(check_two_of_them, lambda k: ([1] * k, -2))
    assert "all inputs for k = 2 to 10" in said


@pytest.mark.parametrize(
    ("answer", "permutes", "says", "fire"),
    [
        ((1, 2, 3, 3, 1, 2), "a", 1, "1 of the six units f fires."),
        ((1, 2, 3, 1, 2, 3), "a", 1, "1 of the six units f fires."),
        ((1, 1, 2, 2, 1, 2), "no", 0, "0 of the six units f fire."),
        ((7, 8, 9, 1, 2, 3), "no", 0, "0 of the six units f fire."),
    ],
)
def test_what_the_units_do_is_shown(answer, permutes, says, fire, refused):
    text = " ".join(refused(check_exactly_one, answer).split())
    assert f"x = {answer[:3]} y = {answer[3:]} expected" in text
    assert f"got y is {permutes} permutation of x, the network says" in text
    assert f"network says {says}, and that is right hint Here {fire}" in text


def test_all_misses_of_exactly_one_pass(passes):
    for x in ((1, 1, 2, 1, 1, 2), (8, 5, 5, 5, 8, 5), (0,) * 6, (3, 3, 4) * 2):
        passes(check_exactly_one, x)


def test_the_distance_of_lists_of_small_integers(passes, refused):
    for x in ((0, 0, 0), (0, 0, 1), (0, 1, 2), (0, 3, 3)):
        for y in product(range(4), repeat=3):
            a, b = Counter(x), Counter(y)
            distance = sum((a[v] - b[v]) ** 2 for v in range(4)) // 2
            if distance == 4:
                passes(check_distance, (x, y))
                continue
            text = refused(check_distance, (x, y))
            one, other = (
                sum(n * (n - 1) // 2 for n in c.values()) for c in (a, b)
            )
            both = sum(a[v] * b[v] for v in a)
            assert f"x = {x}\n            y = {y}\n  expected  D = 4" in text
            assert (
                f"got       D = {distance}, as Px = {one}, Py = {other} and "
                f"C = {both}\n" in text
            )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((1, 2, 3, 3, 1, 2), "Here 1 of the six units f fires."),
        ((1, 1, 2, 2, 1, 2), "Here 0 of the six units f fire."),
        ((1, 1, 2), "six integers"),
    ],
)
def test_exactly_one_fails(answer, said, refused):
    assert said in " ".join(refused(check_exactly_one, answer).split())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (([1, 1, 2], [2, 2, 1]), "D = 1"),
        (([1, 1, 1], [1, 2, 3]), "D = 3, as Px = 3, Py = 0 and C = 3"),
        (([1, 1, 1], [2, 2, 2]), "D = 9"),
        (([1, 2, 3], [1, 2, 3]), "D = 0"),
        (([1, 2], [3, 4]), "three integers"),
    ],
)
def test_distance_fails(answer, said, refused):
    assert said in refused(check_distance, answer)


# --- a pattern of one's own --------------------------------------------------


def full_house(x):
    return sorted(Counter(x).values()) == [2, 3]


def palindrome(x):
    return tuple(x) == tuple(x)[::-1]


def pairs_network(m, k):
    pairs = list(combinations(range(m), 2))
    W = np.zeros((len(pairs), m), int)
    for row, (i, j) in zip(W, pairs, strict=True):
        row[i], row[j] = 1, -1
    return Network(
        Layer(W, [0] * len(W), equality(0)),
        Layer([[1] * len(W)], [0], equality(k)),
    )


def house():
    return pairs_network(5, 4)


def mirror():
    W = [[1, 0, 0, -1], [0, 1, -1, 0]]
    first = Layer(W, [0, 0], equality(0))
    return Network(first, Layer([[1, 1]], [-2], "heaviside"))


def house_inputs():
    return [
        [0 if i in pair else 1 for i in range(5)]
        for pair in combinations(range(5), 2)
    ]


def house_count(k):
    return 10 * k * (k - 1)


@pytest.mark.parametrize(
    ("question", "m", "said"),
    [
        (lambda x: x[0] < x[1], 4, "the same answer: in both"),
        (lambda x: sum(x) % 2 == 0, 4, "not how large"),
        (lambda x: True, 4, "True for all 15"),
        (lambda x: sorted(x) == [1, 1, 2, 2], 4, "not for certain values"),
        (lambda x: x == [*x], 4, "a list never equals a tuple"),
        (lambda x: x[0] == x[1], 4, "differ in x_3 only"),
        (lambda x: x[-1] in x[:-1], 4, "whether x_4 is one of the others"),
        (lambda x: x[0] not in x[1:], 5, "whether x_1 is one of the others"),
        (lambda x: len(set(x)) == len(x), 5, "whether two entries are equal"),
        (lambda x: max(x) == min(x), 5, "whether all entries are equal"),
        (
            lambda x: sorted(x[:2]) == sorted(x[2:]),
            4,
            "whether one half permutes",
        ),
        (lambda x: 1, 4, "True or False"),
        (full_house, 3, "an integer from 4 to 7"),
        (full_house, 8, "an integer from 4 to 7"),
    ],
)
def test_question_fails(question, m, said, refused):
    text = " ".join(refused(check_question, question, m).split())
    assert said in text, text


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (lambda: pairs_network(5, 3), r"x = \(0, 0, 0, 1, 1\)"),
        (lambda: pairs_network(4, 4), "5 inputs and 1 output"),
        (lambda: membership_interval(4), r"expected +0, since|expected +1"),
        (
            lambda: Network(
                Layer([[1, 1, -1, -1, 0]], [0], equality(0)),
                Layer([[1]], [0], equality(1)),
            ),
            "which entries are equal",
        ),
        (lambda: None, "a Network"),
    ],
)
def test_own_network_fails(network, said, refused):
    text = refused(check_own_network, network, full_house, 5)
    assert re.search(said, text), text


def doubled():
    first = house().layers[0]
    W = np.vstack([first.W, first.W[:1]])
    return Network(
        Layer(W, [0] * 11, equality(0)),
        Layer([[1] * 10 + [0]], [0], equality(4)),
    )


@pytest.mark.parametrize(
    ("needed", "network", "said"),
    [
        (lambda: house_inputs()[:-1], house, "10 inputs, each 5"),
        (lambda: house_inputs()[::-1], house, "an input on which the"),
        (lambda: [[1] * 5] * 10, house, "unit 1, x1 = x2"),
        (lambda: [*house_inputs(), [0, 0, 1, 1, 1]], doubled, "without it"),
        (lambda: 7, house, "10 inputs"),
    ],
)
def test_needed_fails(needed, network, said, refused):
    text = refused(check_needed, needed, network, full_house, 5)
    assert said in " ".join(text.split()), text


@pytest.mark.parametrize(
    ("how_many", "said"),
    [
        (lambda k: 10 * k**2, "k = 1"),
        (lambda k: 10, "k = 1"),
        (lambda k: 20 * (k // 2), "true: 60 got 20"),
        (lambda k: 0.5, "an integer"),
        (lambda k: house_count(k) if k < 9 else 0, "k up to 8 yours is"),
    ],
)
def test_how_many_fails(how_many, said, refused):
    text = " ".join(refused(check_how_many, how_many, full_house, 5).split())
    assert re.search(said, text), text


def counts(*wanted):
    """Ask how often values occur."""
    return lambda x: sorted(Counter(x).values()) == list(wanted)


@pytest.mark.parametrize(
    ("question", "m", "yes", "patterns"),
    [
        (palindrome, 4, 2, 15),
        (full_house, 5, 10, 52),
        # binom(6, 2) and binom(7, 3) ways to choose those of one value.
        (counts(2, 4), 6, 15, 203),
        (counts(3, 4), 7, 35, 877),
        # Known questions, but for one pattern.
        (lambda x: 1 < len(set(x)) < 4, 4, 13, 15),
        (lambda x: len(set(x)) in (1, 4), 4, 2, 15),
        (lambda x: sorted(x[:2]) == sorted(x[2:]) != [x[0]] * 2, 4, 2, 15),
    ],
)
def test_how_many_patterns_a_question_has(question, m, yes, patterns, passes):
    said = passes(check_question, question, m)
    assert f"passed, {yes} of {patterns} patterns have it" in said


@pytest.mark.parametrize(
    ("question", "m", "first", "other"),
    [
        # With names in another order.
        (lambda x: x[0] > x[3], 4, (0, 0, 0, 1), (3, 3, 3, 2)),
        (
            lambda x: x[0] == x[3] and x[1] > x[2],
            4,
            (0, 0, 1, 0),
            (3, 3, 2, 3),
        ),
        # With numbers that are far away, and far from one another.
        (
            lambda x: palindrome(x) and max(x) < 10**6,
            4,
            (0, 0, 0, 0),
            (10**12 + 7,) * 4,
        ),
        (
            lambda x: palindrome(x) and (max(x) < 10**6 or len(set(x)) < 3),
            6,
            (0, 1, 2, 2, 1, 0),
            (10**12 + 7, 10**12 - 35, 10**12 + 175, 10**12 + 175,
             10**12 - 35, 10**12 + 7),
        ),
    ],
)  # fmt: skip
def test_a_question_about_more_than_equality(
    question, m, first, other, refused
):
    text = " ".join(refused(check_question, question, m).split())
    assert "expected the same answer: in both the same entries are eq" in text
    assert f"input x = {first} x = {other} expected" in text
    assert f"got {question(first)} and {question(other)} hint" in text


@pytest.mark.parametrize("m", [4, 5])
@pytest.mark.parametrize("asked", [True, False])
def test_an_entry_that_does_not_matter_is_named(m, asked, refused):
    for i in range(m):

        def question(x, i=i):
            others = x[:i] + x[i + 1 :]
            return (len(set(others)) == 2) == asked

        text = refused(check_question, question, m)
        assert f"  input     inputs that differ in x_{i + 1} only\n" in text
        assert "got       always the same answer\n" in text


@pytest.mark.parametrize(
    ("known", "m", "said"),
    [
        *(
            (
                lambda x, i=i: x[i] in x[:i] + x[i + 1 :],
                m,
                f"whether x_{i + 1} is one of the others",
            )
            for m in (4, 5)
            for i in range(m)
        ),
        (lambda x: len(set(x)) < len(x), 4, "whether two entries are equal"),
        (lambda x: len(set(x)) < len(x), 6, "whether two entries are equal"),
        (lambda x: len(set(x)) == 1, 4, "whether all entries are equal"),
        (lambda x: len(set(x)) == 1, 7, "whether all entries are equal"),
        *(
            (
                lambda x, k=k: sorted(x[:k]) == sorted(x[k:]),
                2 * k,
                "whether one half permutes the other",
            )
            for k in (2, 3)
        ),
    ],
)
def test_what_the_chapter_asks_is_refused_and_its_opposite(
    known, m, said, refused
):
    bell = {4: 15, 5: 52, 6: 203, 7: 877}[m]
    for question in (known, lambda x: not known(x)):
        text = " ".join(refused(check_question, question, m).split())
        assert f"input all {bell} equality patterns expected a quest" in text
        assert f"got {said}, or its opposite hint" in text


@pytest.mark.parametrize("answer", [True, False])
def test_the_same_answer_to_all_is_no_question(answer, refused):
    text = refused(check_question, lambda x: answer, 5)
    assert f"got       {answer} for all 52\n" in text


@pytest.mark.parametrize(
    ("k", "x", "expected"),
    [(3, (0, 0, 0, 1, 2), 0), (6, (0, 0, 0, 1, 1), 1), (4, None, None)],
)
def test_what_ones_own_network_says_is_shown(k, x, expected, passes, refused):
    # As many pairs are equal: 3 for three of a kind, 4 for a full house.
    def network():
        return pairs_network(5, k)

    if x is None:
        said = passes(check_own_network, network, full_house, 5)
        assert "5-10-1 network" in said
        assert "proved on all 52 equality patterns" in said
        return
    text = " ".join(refused(check_own_network, network, full_house, 5).split())
    said = (
        r"x = \(([^)]*)\) expected (\d), since question\(x\) is (\w+) got (\d)"
    )
    entries, wanted, answer, got = re.search(said, text).groups()
    first = tuple(map(int, entries.split(", ")))
    assert full_house(first) == (answer == "True") == (wanted == "1")
    assert got == str(1 - int(wanted))


@pytest.mark.parametrize("k", range(10))
@pytest.mark.parametrize("right", [0, 1])
def test_each_unit_is_silenced_in_turn(k, right, refused):
    i, j = [*combinations(range(5), 2)][k]
    inputs = house_inputs()
    # A full house in which the two differ is one all the same.
    others = [x for x in range(5) if x not in (i, j)]
    x = [int(v in [*others[:2], j]) for v in range(5)] if right else [1] * 5
    inputs[k] = x
    text = " ".join(
        refused(check_needed, lambda: inputs, house, full_house, 5).split()
    )
    assert (
        f"unit {k + 1}, x{i + 1} = x{j + 1}, answers 0 x = {tuple(x)}" in text
    )
    assert "expected an input on which the network is wrong now" in text
    assert f"got {right}, which is right hint On which inputs does" in text


def test_how_many_units_are_needed_is_said(passes):
    said = passes(check_needed, house_inputs, house, full_house, 5)
    assert "10 units, none of which can be left out" in said


@pytest.mark.parametrize(
    ("k", "right"),
    [
        (1, "true: 0 got 1"),
        (2, "true: 20 got 21"),
        (3, "true: 60 got 61"),
        (4, "true; for k up to 3 yours is right got 121"),
        (8, "true; for k up to 7 yours is right got 561"),
        (100, "true; for k up to 8 yours is right got 99,001"),
        (10**6, "true; for k up to 8 yours is right got 9,999,990,000,001"),
    ],
)
def test_one_number_of_inputs_that_is_wrong(k, right, refused):
    text = refused(
        check_how_many, lambda n: house_count(n) + (n == k), full_house, 5
    )
    said = " ".join(text.split())
    assert f"k = {k} expected the number of inputs for which question" in said
    assert f"question(x) is {right} hint" in said


def test_for_which_boxes_inputs_are_counted(passes):
    seen = []

    def how_many(k):
        seen.append(k)
        return house_count(k)

    said = passes(check_how_many, how_many, full_house, 5)
    assert "k = 1 to 8, 100 and 1,000,000" in said
    assert seen == [1, 2, 3, 4, 5, 6, 7, 8, 100, 10**6]


#: What is said of right answers, and the answers.
RIGHT = {
    check_breaking_lists: (
        "4 errors found, 2 ruled out",
        LISTS.get,
        (LISTS | {"exactly one": [[1, 2, 1, 1, 1, 2], None]}).get,
        (LISTS | {"radix 10": (None, [5, 5, 5, 6, -15, 105])}).get,
        (
            LISTS | {"three matches": ((1, 1, 2, 2, 1, 1), (1, 2, 1, 1, 2, 3))}
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
    check_two_of_them: (
        "k = 2 to 10",
        lambda k: ([1] * k, -2),
        lambda k: ([Fraction(2, 3)] * k, -1),
    ),
    check_exactly_one: (
        "1 input",
        [8, 5, 5, 5, 8, 5],
        (0, 0, 0, 0, 0, 0),
    ),
    check_distance: ("D = 4", ([1, 1, 3], [2, 2, 3])),
    check_question: (
        "of 52 patterns",
        (full_house, 5),
        (lambda x: sorted(Counter(x).values()) == [1, 2, 2], 5),
    ),
    check_own_network: (
        "patterns",
        (house, full_house, 5),
        (mirror, palindrome, 4),
    ),
    check_needed: (
        "none of which can be left out",
        (house_inputs, house, full_house, 5),
        (lambda: [(1, 2, 2, 1)] * 2, mirror, palindrome, 4),
    ),
    check_how_many: (
        "1,000,000",
        (house_count, full_house, 5),
        (lambda k: k**2, palindrome, 4),
    ),
}
