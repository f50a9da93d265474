"""The exercises of the page on membership: right, varied and wrong."""

import re
from fractions import Fraction

import numpy as np
import pytest
from byhand.checks.membership import (
    check_at_least,
    check_breaking_input,
    check_maximum,
    check_one_unit,
)
from byhand.threshold import (
    Layer,
    Network,
    equality,
    is_member,
    membership_heaviside,
    membership_interval,
)

CHECKS = (
    check_breaking_input,
    check_at_least,
    check_maximum,
    check_one_unit,
)


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
    check_one_unit: ("4,092 inputs", fraction_weights, arrays, shifted),
}
