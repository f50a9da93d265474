"""The exercises of the page on membership: right, varied and wrong."""

import re
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from byhand.checks.membership import (
    _ROOM,
    check_at_least,
    check_breaking_input,
    check_maximum,
    check_one_percent,
    check_one_unit,
    check_other_numbers,
    check_room,
    check_step_inputs,
    check_two_neighbors,
    off_numbers,
)
from byhand.threshold import (
    Layer,
    Network,
    Unit,
    equality,
    is_member,
    membership_heaviside,
    membership_interval,
)

# --- warm-ups ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((2, 0), r"δ = 1\n.*= 1\n.*φ\(2\) = 0"),
        ((1, 0), r"δ = -1\n"),
        ((1, -1), r"δ = 2\n"),
        ((1, 2), r"δ = 0\n.*= 1\n[^~]*the bias alone"),
        ((0, 0), r"δ = -1\n"),
        ((1, 0.5, 0), "as \\(c, β\\)"),
    ],
)
def test_two_neighbors_fails(answer, said, refused):
    text = refused(check_two_neighbors, answer)
    assert re.search(said, text), text


@pytest.mark.parametrize(
    "answer", [(2, -1), (-2, 1), (Fraction(3, 2), Fraction(-1, 2))]
)
def test_sums_on_the_edge_of_the_window_pass(answer, passes):
    passes(check_two_neighbors, answer)


@pytest.mark.parametrize(
    ("answer", "delta", "z", "said"),
    [
        ((1, 2), 0, 2, "the sum is the bias alone"),
        ((0, -2), 0, -2, "the sum is the bias alone"),
        ((2, 0), 1, 2, "the sum is c + β. Where is the window?"),
        ((1, 0), -1, -1, "Where in the window should the two sums be?"),
        ((0, 0), -1, 0, "Where in the window should the two sums be?"),
        ((1, -1), 2, 1, "How far apart are the sums of neighbors?"),
        ((-1, 1), 2, -1, "How far apart are the sums of neighbors?"),
    ],
)
def test_each_difference_has_its_hint(answer, delta, z, said, refused):
    text = " ".join(refused(check_two_neighbors, answer).split())
    fires = int(abs(z) <= 1)
    assert f"c = {answer[0]} β = {answer[1]} δ = {delta} expected" in text
    assert f"φ(c δ + β) = {1 - fires} got φ({z}) = {fires} hint" in text
    assert said in text


@pytest.mark.parametrize(
    ("first", "second", "expected", "says"),
    [
        # Step 4 always says 0, and step 3 says 1 if one entry alone is x4.
        ((1, 1, 2, 1), None, "right", (0, "on")),
        ((1, 2, 3, 4), None, "right", (0, "not on")),
        ((1, 2, 3, 1), (5, 6, 7, 6), "wrong, too", (1, "on")),
        ((1, 2, 3, 1), (5, 6, 7, 8), "wrong, too", (0, "not on")),
    ],
)
def test_what_the_steps_say_is_shown(first, second, expected, says, refused):
    answer = first, second or (1, 1, 1, 1)
    text = " ".join(refused(check_step_inputs, answer).split())
    which = f"second input = {second}" if second else f"first input = {first}"
    assert f"input the {which} expected step 4" in text
    assert f"expected step 4 wrong and step 3 {expected} got step" in text
    assert (
        f"got step 4 says 0, step 3 says {says[0]}, and x4 is {says[1]} the "
        "list hint Which s" in text
    )


@pytest.mark.parametrize("second", [(1, 1, 2, 1), (4, 4, 4, 4), (0, 5, 5, 5)])
def test_two_or_three_equal_entries_break_both_steps(second, passes):
    passes(check_step_inputs, ([1, 2, 3, 3], second))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (([1, 1, 2, 1], [1, 1, 1, 1]), "step 3 right"),
        (([1, 2, 3, 1], [1, 2, 3, 2]), "wrong, too"),
        (([1, 2, 3, 4], [1, 1, 1, 1]), "x4 is not on the list"),
        (([1, 2, 3], [1, 1, 1]), "four integers"),
        ([1, 2, 3, 1], "a pair of inputs"),
    ],
)
def test_step_inputs_fails(answer, said, refused):
    assert said in " ".join(refused(check_step_inputs, answer).split())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((10, 0, 0, 9), "it says 0, which is right"),
        ((49, 0, 0, 48), "how large does x1 have to be"),
        ((50, 49, 0, 49), "it says 1, which is right"),
        ((100, 0, 0, 7), "both are large"),
        ((50, 0, 0), "four integers"),
    ],
)
def test_one_percent_fails(answer, said, refused):
    assert said in " ".join(refused(check_one_percent, answer).split())


@pytest.mark.parametrize(
    ("setting", "unit", "percent", "large"),
    [(None, 1, 1, 50), ("group 2", 2, 1, 50), ("group 6", 3, 2, 25)],
)
def test_where_a_weight_slightly_off_is_noticed(
    setting, unit, percent, large, vary, passes, refused
):
    """The sum for x4 = x is 2px/100: above 1 from 50/p on."""
    vary(setting)
    assert off_numbers.value == (unit, percent)

    def x(value, last):
        return [value if i == unit - 1 else 0 for i in range(3)] + [last]

    for far in (large + 1, -large - 1, 1000):
        passes(check_one_percent, x(far, far))
    passes(check_one_percent, x(large, large - 1))
    passes(check_one_percent, x(-large, 1 - large))
    for value, last, says, total, near in (
        (large, large, 1, 1, True),
        (1 - large, 1 - large, 1, Fraction(percent, 50) - 1, True),
        (large - 1, large - 2, 0, -1 - Fraction(percent, 50), True),
        (large, large + 1, 0, 3, True),
        (large, large - 2, 0, -3, False),
        (large, large + 2, 0, 5, False),
    ):
        given = tuple(x(value, last))
        text = " ".join(refused(check_one_percent, given).split())
        weight = Fraction(percent, 50) - 2
        assert f"x = {given} the weight of unit {unit} = {weight} exp" in text
        assert f"got it says {says}, which is right; the sum of unit" in text
        assert f"the sum of unit {unit} is {total} hint" in text
        assert (
            f"Only unit {unit} is off. Let x4 be x{unit}, or next to it: how "
            f"large does x{unit} have to be" in text
        ) == near
        assert (f"Unit {unit} errs where x{unit} and x4" in text) != near


def test_the_weights_of_the_variants(vary):
    seen = set()
    for k in range(100):
        vary(f"group {k}")
        seen.add(off_numbers.value)
    # For 3 percent the border would be no integer; unit 1 is the book's.
    assert seen == set(product((2, 3), (1, 2, 4, 5)))


# --- other numbers, and the step that fails ----------------------------------


def close(c, beta):
    return 0, Fraction(-1 if beta > 0 else 1, 2) / c


def at_the_edge(c, beta):
    return 7, 7 + Fraction((-1 if beta > 0 else 1) - beta, c)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda c, beta: (0, Fraction(1, 2)), "φ(15/2) = 0|φ("),
        (lambda c, beta: (0, 0), "two different numbers"),
        (lambda c, beta: (0, Fraction(1, 2) / c), "on an edge of the window"),
        (lambda c, beta: (0, 1 / abs(Fraction(c))), "How far may the sum"),
        (lambda c, beta: (0, 1), "= 0"),
        (lambda c, beta: 0, "two numbers"),
    ],
)
def test_other_numbers_fails(answer, said, refused):
    text = " ".join(refused(check_other_numbers, answer).split())
    assert any(part in text for part in said.split("|")), text


UNITS = {
    (Fraction(c), Fraction(beta))
    for c in ("2", "-2", "3", "21/10", "-1000", "1000000")
    for beta in ("0", "1", "-1", "1/2", "-9/10")
} - {(c, beta) for c in (2, -2) for beta in (1, -1)}


def test_the_units_that_test_equality(passes):
    seen = []

    def answer(c, beta):
        seen.append((c, beta))
        return close(c, beta)

    assert "26 units" in passes(check_other_numbers, answer)
    assert len(seen) == 26
    assert set(seen) == UNITS
    assert all(abs(c) > 1 + abs(beta) for c, beta in seen)


@pytest.mark.parametrize(
    ("c", "beta", "step", "z", "said"),
    [
        (3, 1, Fraction(1, 6), "3/2", "on an edge of the window"),
        (3, -1, Fraction(-1, 3), "-2", "on an edge of the window"),
        (3, 0, Fraction(1, 2), "3/2", "How far may the sum move"),
        (-2, Fraction(1, 2), -1, "5/2", "How far may the sum move"),
        (2, Fraction(-9, 10), 1, "11/10", "How far may the sum move"),
        (-1000, 1, Fraction(1, 10**4), "9/10", None),
        (-1000, 1, Fraction(-1, 10**4), "11/10", "on an edge of the window"),
    ],
)
def test_one_unit_that_tells_two_numbers_apart(
    c, beta, step, z, said, passes, refused
):
    def answer(*given):
        return (5, 5 + step) if given == (c, beta) else close(*given)

    if said is None:
        passes(check_other_numbers, answer)
        return
    text = " ".join(refused(check_other_numbers, answer).split())
    assert f"c = {c} β = {beta} x = 5 y = {5 + step} expected" in text
    assert f"got φ({z}) = 0 hint" in text
    assert said in text


def test_equal_numbers_are_not_wanted(refused):
    text = refused(check_other_numbers, lambda c, beta: (7, 7))
    assert "c = 2\n            β = 0\n" in text
    assert "got       7 and 7\n" in text


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        ("a", "v_1 = v_3 = 0, the others are 1"),
        ("b", "p_0 = (0, 1, 0), p_1 = (0, 1, 1)"),
        ("c", "0 is on the list (0, 1)"),
        ("e", "its sums are 2/3 and -2/3"),
    ],
)
def test_what_a_step_says_of_the_smallest_case(letter, said, refused):
    text = " ".join(refused(check_room, letter).split())
    assert "input n = 2 v = (0, 1, 0) T = 1 step" in text
    assert f"got it holds here: {said} hint" in text


def test_what_shows_the_false_step(passes):
    assert passes(check_room, "d").endswith(
        "step d fails for n = 2, v = (0, 1, 0), T = 1: p_1 looks for 1 in "
        "the list (0, 1)\n"
    )


@pytest.mark.parametrize(
    ("v", "hold", "sums"),
    [
        ((0, 1, 0), "abce", "2/3 and -2/3"),
        ((0, 1, 1, 1, 0), "abce", "6/7 and -2/7"),
        ((0, 0, 0), "bcd", "0 and -4/3"),
        ((1, 0, 0), "bce", "2/3 and -2/3"),
        ((1, 1, 0), "b", "4/3 and 0"),
        ((1, 0, 1), "acd", "-2/3 and -2"),
        ((0, 1, 1), "cd", "-2/3 and -2"),
    ],
)
def test_which_steps_hold_where(v, hold, sums):
    # For n = 2 the unit sees 2/3 of x1 + x2 - 2 x3.
    found = {letter: step.evaluate(v) for letter, step in _ROOM.items()}
    assert "".join(k for k, (holds, _) in found.items() if holds) == hold
    assert found["e"][1] == f"its sums are {sums}"


@pytest.mark.parametrize("letter", "abce")
def test_no_other_step_is_the_first_false_one(letter, refused):
    text = refused(check_room, letter)
    assert "v = (0, 1, 0)" in text
    assert "it holds here" in text


# --- an input that breaks φ(w s + b) ---------------------------------------


def by_trying(n, w, b):
    for s in range(n + 1):
        x = [7] * s + [0] * (n - s) + [7]
        if membership_interval(n, w=w, b=b)(x)[0] != is_member(x):
            return np.array(x)
    return None


def from_the_far_end(n, w, b):
    for s in range(n, -1, -1):
        if (abs(w * s + b) <= 1) != (s > 0):
            huge = 10**40
            return [huge] * s + list(range(n - s)) + [huge]
    return None


@pytest.mark.parametrize("answer", [by_trying, from_the_far_end])
def test_breaking_input_passes(answer, passes):
    said = passes(check_breaking_input, answer)
    wrong, right = map(int, re.findall(r"\d+", said))
    assert wrong >= 20
    assert right >= 20


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        # With b = -2 the output never fires, so any member breaks it, and
        # with b = 2 it is wrong on repeats only.
        (lambda n, w, b: [1] * (n + 1), r"w = 1\n.*\n.*None"),
        (lambda n, w, b: [*range(n), n - 1], r"b = 2\n.*\n.*network says 1"),
        (lambda n, w, b: list(range(n + 1)), "network says 0, and that is r"),
        (lambda n, w, b: None, r"b = -2\n  expected  an input .* wrong; it"),
        (lambda n, w, b: [1] * n, "expected  4 integers, or None"),
        (lambda n, w, b: [0.5] * (n + 1), "4 integers"),
    ],
)
def test_breaking_input_fails(answer, said, refused):
    text = refused(check_breaking_input, answer)
    assert re.search(said, text), text


def tried():
    seen = []

    def answer(n, w, b):
        seen.append((n, w, b))
        return by_trying(n, w, b)

    check_breaking_input(answer)
    return seen


def fires(n, w, b):
    """Return for s = 0 to n whether the output fires."""
    return [abs(w * s + b) <= 1 for s in range(n + 1)]


#: The first ones: the published outputs, and the simplest of other kinds.
FIRST = {
    (3, -2, -2): [False, False, False, False],
    (3, -2, 2): [False, True, False, False],
    (3, 1, -2): [False, True, True, True],
    (4, 1, -2): [False, True, True, True, False],
    (1, -2, 2): [False, True],
    (2, 0, 0): [True, True, True],
}


def test_the_outputs_are_of_every_kind():
    first, others = tried()[:6], tried()[6:]
    assert {case: fires(*case) for case in first} == FIRST
    assert [n for n, *_ in others] == [1 + k % 7 for k in range(80)]
    # In units of 1/(4n), seen from the middle of what is right.
    steps = [
        (4 * n * abs(w) - 8, 4 * n * (abs(b) - 1) - 4) for n, w, b in others
    ]
    for place in zip(*steps, strict=True):
        assert set(place) == set(range(-5, 6))
    assert {(w > 0, b > 0) for _, w, b in others} == {
        (True, False),
        (False, True),
    }
    # Wrong for no equal entry, for one, and for all of them only.
    wrong = [[f != (s > 0) for s, f in enumerate(fires(*c))] for c in others]
    assert any(row[0] and not any(row[1:]) for row in wrong)
    assert any(row[1] and not any(row[2:]) for row in wrong if len(row) > 2)
    assert any(row[-1] and not any(row[:-1]) for row in wrong if len(row) > 2)


def test_none_is_refused_where_there_is_an_input_and_only_there(refused):
    cases = tried()
    known = {case: by_trying(*case) for case in cases}
    for case in cases[:6] + cases[6::9]:
        n, w, b = case
        if known[case] is None:
            wrong = [1] * (n + 1)
            said = "None, since the network is right for all integers got x ="
            said += f" {(*wrong,)}: the network says 1, and that is right"
        else:
            wrong = None
            said = "an input on which the network is wrong; it has some got N"
        answers = known | {case: wrong}
        text = refused(
            check_breaking_input, lambda *given, a=answers: a[given]
        )
        wanted = f"n = {n} w = {w} b = {b} expected {said}"
        assert wanted in " ".join(text.split())


def test_how_many_networks_are_broken(passes):
    right = sum(fires(*case) == [False] + [True] * case[0] for case in tried())
    said = passes(check_breaking_input, by_trying)
    assert f"passed, {86 - right} networks broken, {right} found right" in said


def test_too_few_sums_are_not_enough(refused):
    def answer(n, w, b):
        # Forgets the sums between none, one and all.
        for s in (0, 1, n):
            if (abs(w * s + b) <= 1) != (s > 0):
                return [1] * s + [0] * (n - s) + [1]
        return None

    # For s between 1 and n the sum lies between those: they need no look.
    check_breaking_input(answer)

    def blind(n, w, b):
        for s in (0, 1):
            if (abs(w * s + b) <= 1) != (s > 0):
                return [1] * s + [0] * (n - s) + [1]
        return None

    assert "got       None" in refused(check_breaking_input, blind)


# --- at least k equal entries ----------------------------------------------


def counting(n, w, b):
    return Network(
        membership_interval(n).layers[0], Layer([[w] * n], [b], "interval")
    )


def widest(n, k):
    # The sums k - 1 and k on both sides of -1, n below 1.
    w = Fraction(2, n - k + 1)
    return counting(n, w, -1 - w * (k - Fraction(1, 2)))


def mirrored(n, k):
    good = widest(n, k).layers[1]
    return counting(n, -good.W[0, 0], -good.b[0])


def on_the_border(n, k):
    w = Fraction(2, max(n - k, 1))
    return counting(n, w, -1 - w * k)


def deeper(n, k):
    first = widest(n, k)
    twice = Layer([[2]], [-2], "interval")
    return Network(*first.layers, twice)


def doubled(n, k):
    # Equality in two touching windows: right, and not a comparison.
    d = np.column_stack([-np.eye(n, dtype=int), np.ones(n, int)])
    first = Layer(np.concatenate([d, d]), [1] * n + [-1] * n, "interval")
    both = np.column_stack([np.eye(n, dtype=int)] * 2)
    return Network(
        first,
        Layer(2 * both, [-4] * n, "interval"),
        widest(n, k).layers[1],
    )


def slightly_off(n, k):
    first, last = widest(n, k).layers
    W = first.W.astype(object)
    W[0, 0] = Fraction(-199, 100)
    return Network(Layer(W, first.b, "interval"), last)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda n, k: membership_interval(n), "k = 2\n"),
        (lambda n, k: counting(n, 2, -2 * k), r"n = 2\n.*k = 1\n.*\(0, 0, 0"),
        (lambda n, k: counting(n, 1, -k), r"n = 1\n.*k = 1\n"),
        (slightly_off, r"n = 1\n"),
        (lambda n, k: membership_heaviside(n), r"interval units only"),
        (
            lambda n, k: Network(Layer([[1] * (n + 1)], [0], equality(k))),
            r"interval units only\n  got +layer 1, unit 1 computes 1\[z = 1",
        ),
        (lambda n, k: membership_interval(n + 1), "a network with 2 inputs"),
        (lambda n, k: membership_interval(n).layers[0], "a Network"),
        (lambda n, k: Network(membership_interval(n).layers[0]), "n = 2"),
    ],
)
def test_at_least_fails(answer, said, refused):
    text = refused(check_at_least, answer)
    assert re.search(said, text), text


def right_for_small(n, k):
    return widest(n, k) if n <= 6 else counting(n, 1, -1)


def test_a_size_that_is_not_proved_is_tried(refused):
    assert "n = 12" in refused(check_at_least, right_for_small)


def never(n, k):
    return counting(n, 0, -5)


@pytest.mark.parametrize(
    ("n", "k"),
    [
        *((n, k) for n in range(1, 7) for k in range(1, n + 1)),
        *((12, k) for k in (1, 2, 6, 11, 12)),
        *((40, k) for k in (1, 2, 20, 39, 40)),
    ],
)
def test_every_n_and_k_is_tried(n, k, refused):
    text = refused(
        check_at_least,
        lambda *given: (never if given == (n, k) else widest)(*given),
    )
    assert f"n = {n}\n            k = {k}\n" in text
    assert "  expected  1\n  got       0\n" in text


def test_how_many_networks_are_proved_and_tried(passes):
    said = passes(check_at_least, widest)
    assert "21 networks proved for all integers, 10 tried on many in" in said
    said = passes(check_maximum, lexicographic)
    assert "6 networks proved for all integers, 2 tried on many in" in said


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        (Unit("wide", -1, 2), "1[-1 ≤ z ≤ 2]"),
        (Unit("low", -2, 1), "1[-2 ≤ z ≤ 1]"),
    ],
)
@pytest.mark.parametrize(("layer", "place"), [(0, 1), (1, 0)])
def test_a_single_other_unit_is_refused(unit, said, layer, place, refused):
    def answer(n, k):
        layers = list(widest(n, k).layers)
        if (n, k) == (2, 1):
            units = list(layers[layer].units)
            units[place] = unit
            layers[layer] = Layer(layers[layer].W, layers[layer].b, units)
        return Network(*layers)

    text = refused(check_at_least, answer)
    assert (
        "n = 2\n            k = 1\n  expected  interval units only\n" in text
    )
    assert f"got       layer {layer + 1}, unit {place + 1} computes " in text
    assert said in text
    assert 'with Layer(W, b, "interval")' in " ".join(text.split())


# --- the maximum ------------------------------------------------------------


def lexicographic(n):
    first, _ = membership_heaviside(n).layers
    last = Layer([[n] * n + [1] * n], [-(n * n + 1)], "heaviside")
    return Network(first, last)


def in_two_steps(n):
    first, _ = membership_heaviside(n).layers
    middle = Layer(
        [[1] * n + [0] * n, [0] * n + [1] * n], [-n, -1], "heaviside"
    )
    return Network(first, middle, Layer([[1, 1]], [-2], "heaviside"))


def strict(n, slack=0):
    # All x_{n+1} ≥ x_i, and not all x_{n+1} > x_i.
    d = np.column_stack([-np.eye(n, dtype=int), np.ones(n, int)])
    return Network(
        Layer(np.concatenate([d, d]), [0] * n + [-1] * n, "heaviside"),
        Layer([[n] * n + [-1] * n], [n - 1 - n * n + slack], "heaviside"),
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (membership_heaviside, r"n = 2\n.*inputs = \(1, 0, 0\)"),
        (membership_heaviside, "only the second of"),
        (
            lambda n: Network(
                Layer(lexicographic(n).layers[0].W[:n], [0] * n, "heaviside"),
                Layer([[1] * n], [-n], "heaviside"),
            ),
            "only the first of",
        ),
        (lambda n: strict(n, slack=-1), "has both"),
        (
            lambda n: Network(
                Layer(
                    membership_heaviside(n).layers[0].W[:n],
                    [0] * n,
                    "heaviside",
                ),
                Layer([[1] * n], [-n], "heaviside"),
            ),
            r"n = 1\n.*inputs = \(0, 1\)",
        ),
        (lambda n: strict(n, slack=1), r"n = 1\n.*inputs = \(1, 0\)"),
        (membership_interval, "heaviside units only"),
        (lambda n: membership_heaviside(1), "with 3 inputs"),
    ],
)
def test_maximum_fails(answer, said, refused):
    text = refused(check_maximum, answer)
    assert re.search(said, text), text


@pytest.mark.parametrize("wrong", [*range(1, 7), 12, 40])
def test_the_maximum_of_every_n_is_tried(wrong, refused):
    text = refused(
        check_maximum, lambda n: strict(n, slack=-1 if n == wrong else 0)
    )
    assert f"  input     n = {wrong}\n" in text
    assert "  expected  1\n  got       0\n" in text
    assert "This input has both, and" in " ".join(text.split())


def at_least_all(n):
    first = lexicographic(n).layers[0]
    return Network(
        Layer(first.W[:n], [0] * n, "heaviside"),
        Layer([[1] * n], [-n], "heaviside"),
    )


@pytest.mark.parametrize("n", [12, 40])
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (at_least_all, "has only the first of the properties"),
        (membership_heaviside, "has only the second of the properties"),
        # Right, with its sum raised so far that it never is below 0.
        (lambda n: strict(n, slack=10**4), "has neither of the properties"),
    ],
)
def test_what_is_wrong_for_many_entries(n, answer, said, refused):
    text = refused(
        check_maximum, lambda m: (answer if m == n else lexicographic)(m)
    )
    *entries, last = map(
        int, re.search(r"inputs = \(([^)]*)\)", text).group(1).split(",")
    )
    assert said in " ".join(text.split())
    if "first" in said:
        # Above all others by as little as can be.
        assert last == max(entries) + 1
    else:
        assert last < max(entries)
        assert (last in entries) == ("second" in said)


def test_maximum_with_slightly_wrong_weights(refused):
    def answer(n):
        first, last = lexicographic(n).layers
        W = first.W.astype(object)
        W[0, 0] = Fraction(-1001, 1000)
        return Network(Layer(W, first.b, "heaviside"), last)

    assert "n = 1" in refused(check_maximum, answer)


# --- one unit for zeros and ones ---------------------------------------------


def fraction_weights(n):
    c = Fraction(2, 2 * n - 1)
    return [c] * n + [-n * c], 0


def arrays(n):
    return np.array([2] * n + [-2 * n]) / (2 * n - 1), np.float64(0)


def shifted(n):
    weights, _ = fraction_weights(n)
    return tuple(-w for w in weights), Fraction(1, 2 * (2 * n - 1))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda n: ([2] * n + [-2], 0), r"n = 2\n.*x = \(0, 1, 0\)"),
        (lambda n: ([0] * n + [0], 0), r"x = \(0, 1\)\n.* 0\n.*φ\(0\) = 1"),
        (lambda n: ([1] * n, 0), "2 weights and a bias"),
        (lambda n: [1] * (n + 2), "2 weights and a bias"),
        (lambda n: ([1] * n + ["1"], 0), "2 weights and a bias"),
        (lambda n: ([1] * n + [float("nan")], 0), "2 weights and a bias"),
        (lambda n: ([1] * n + [1j], 0), "2 weights and a bias"),
        (membership_interval, "2 weights and a bias"),
    ],
)
def test_one_unit_fails(answer, said, refused):
    text = refused(check_one_unit, answer)
    assert re.search(said, text), text


SIZES = [*range(1, 11), 12, 40]


@pytest.mark.parametrize("wrong", SIZES)
@pytest.mark.parametrize("last", [0, 1])
def test_the_one_input_without_its_last_entry_is_tried(wrong, last, refused):
    """Only one input of each half is no member, and only it is wrong."""

    def answer(n):
        if n != wrong:
            return fraction_weights(n)
        c, half = Fraction(1, n), Fraction(1, 2 * n)
        if last:
            # For zeros and a 1 the sum is -1, for ones and a 0 above 1.
            return [c] * n + [-1 - half], half
        # For ones and a 0 the sum is 1, for zeros and a 1 below -1.
        return [c] * n + [-1 - half], 0

    text = refused(check_one_unit, answer)
    x = (*[1 - last] * wrong, last)
    got = f"φ({-1 if last else 1}) = 1"
    assert f"n = {wrong}\n" in text
    said = " ".join(text.split())
    assert f"x = {x} expected 0 got {got} hint" in said


def test_how_many_inputs_of_zeros_and_ones_are_tried(passes):
    # For larger n three inputs for each number of equal entries, and then
    # the same with zeros and ones exchanged.
    tried = sum(2 ** (n + 1) for n in range(1, 11)) + 6 * (13 + 41)
    assert (
        f"{tried:,} inputs of zeros and ones, all of them up to n = 10, some "
        "for n = 12 and 40" in passes(check_one_unit, fraction_weights)
    )


#: What is said of right answers, and the answers.
RIGHT = {
    check_breaking_input: ("found right", by_trying, from_the_far_end),
    check_at_least: (
        "21 networks proved for all integers",
        widest,
        mirrored,
        on_the_border,
        deeper,
    ),
    check_maximum: (
        "6 networks proved for all integers",
        lexicographic,
        in_two_steps,
        strict,
    ),
    check_two_neighbors: (
        "nothing else",
        (1, Fraction(-1, 2)),
        (Fraction(-11, 10), Fraction(1, 2)),
    ),
    check_step_inputs: (
        "one for both",
        ([4, 7, 9, 7], [4, 7, 4, 4]),
        ((0, 1, 2, 0), (0, 0, 0, 0)),
    ),
    check_one_percent: (
        "refutes",
        [50, 0, 0, 49],
        (51, 0, 0, 51),
        (-60, 7, 7, -60),
    ),
    check_room: ("step d fails", "d"),
    check_other_numbers: ("26 units", close, at_the_edge),
    check_one_unit: ("4,416 inputs", fraction_weights, arrays, shifted),
}
