"""The exercises of the page on membership: right, varied and wrong."""

import re
from fractions import Fraction

import numpy as np
import pytest
from byhand.checks.membership import (
    check_at_least,
    check_breaking_input,
    check_maximum,
    check_one_percent,
    check_one_unit,
    check_other_numbers,
    check_room,
    check_step_inputs,
    check_two_neighbors,
)
from byhand.threshold import (
    Layer,
    Network,
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
