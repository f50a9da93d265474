"""The exercises of the page on depth: right, varied and wrong."""

import re
from fractions import Fraction
from math import ceil, isqrt, sqrt

import numpy as np
import pytest
from byhand.checks.depth import (
    check_all_but,
    check_epsilon,
    check_product,
    check_six,
    check_steps,
)
from byhand.threshold import Layer, Network, parallel

# --- warm-ups ----------------------------------------------------------------


def all_but(a):
    return [1 - 2 * bit for bit in a], sum(a) - 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda a: (all_but(a)[0], sum(a)), "mind the threshold"),
        (lambda a: ([2 * v - 1 for v in a], -sum(a)), r"x = \(0,\)"),
        (lambda a: (all_but(a)[0], sum(a) - 2), "differs from a in one bit"),
        (lambda a: ([1] * len(a), -1), r"a = \[1\]"),
        (lambda a: [1] * (len(a) + 1), "weights and a bias"),
    ],
)
def test_all_but_fails(answer, said, refused):
    text = " ".join(refused(check_all_but, answer).split())
    assert re.search(said, text), text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([1, 2, 1, 0, 0], "first ramp"),
        ([1, 6, 1, 0, 0], "second ramp"),
        ([1, 6, 1, 2, 1], "output"),
        ([1, 1, 0], "five integers"),
        ([0, 6, 1, 2, 0], "first digit"),
    ],
)
def test_six_fails(answer, said, refused):
    assert said in refused(check_six, answer)


def fewest_steps(L, epsilon):
    return ceil(Fraction(L) / (2 * Fraction(epsilon))) - 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda L, e: fewest_steps(L, e) + 1, "A unit is a cut"),
        (lambda L, e: ceil(Fraction(L) / e), "Which m"),
        (lambda L, e: ceil(L / (2 * e)) - 1, "is a float"),
        (lambda L, e: -1, "negative number"),
        (lambda L, e: Fraction(L) / e, "L = 9"),
    ],
)
def test_steps_fails(answer, said, refused):
    assert said in refused(check_steps, answer)


# --- the parabola ------------------------------------------------------------


def units(epsilon):
    r = isqrt(ceil(1 / (2 * epsilon)) - 1) + 1
    m = 1
    while 8 * 4**m * epsilon < 1:
        m += 1
    return {
        "ramps": r // 2,
        "steps": ceil(1 / (2 * epsilon)) - 1,
        "deep": 3 * m,
        "fewest": ["steps", "ramps"],
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda e: {"ramps": ceil((sqrt(1 / (2 * e)) - 1) / 2)},
            "isqrt is exact",
        ),
        (lambda e: {"ramps": units(e)["ramps"] + 1}, "fewer will do"),
        (lambda e: {"steps": ceil(1 / (2 * e))}, "500000, and fewer will do"),
        (lambda e: {"deep": units(e)["deep"] // 3}, "9, which is too few"),
        (lambda e: {"fewest": ["ramps"]}, "'steps' is not among them"),
        (lambda e: {"fewest": ["ramps", "steps", "deep"]}, "'deep' is among"),
        (lambda e: {"fewest": [354]}, "Names, not numbers"),
        (lambda e: {"more": 1}, "a dictionary with the keys"),
    ],
)
def test_epsilon_fails(change, said, refused):
    text = refused(check_epsilon, lambda e: units(e) | change(e))
    assert said in " ".join(text.split()), text


# --- a product ---------------------------------------------------------------


def square(m):
    tent, q, layers = [1], [1], []
    for k in range(m):
        layers.append(Layer([tent, tent, q], [0, Fraction(-1, 2), 0], "relu"))
        tent, scale = [2, -4, 0], Fraction(1, 4 ** (k + 1))
        q = [-2 * scale, 4 * scale, 1]
    bias = -Fraction(1, 8 * 4**m)
    return Network(*layers, Layer([q], [bias], "identity"))


def multiplier(m, *, middle=Fraction(1, 2), adds=None, error=None):
    first, *others, last = parallel(*[square(m)] * 3).layers
    half = Fraction(1, 2)
    reads = np.array([[middle, middle], [1, 0], [0, 1]], dtype=object)
    adds = np.array([adds or [2, -half, -half]], dtype=object)
    network = Network(
        Layer(first.W @ reads, first.b, "relu"),
        *others,
        Layer(adds @ last.W, adds @ last.b, "identity"),
    )
    return network, Fraction(3, 8 * 4**m) if error is None else error


def with_a_linear_layer(m):
    three = parallel(*[square(m)] * 3)
    half = Fraction(1, 2)
    reads = Layer([[half, half], [1, 0], [0, 1]], [0] * 3, "identity")
    adds = Layer([[2, -half, -half]], [0], "identity")
    return Network(reads, *three.layers, adds), Fraction(3, 8 * 4**m)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda m: multiplier(m, middle=1), "the error"),
        (lambda m: multiplier(m, adds=[2, -1, -1]), "Which of them is off"),
        (with_a_linear_layer, "cost no layer"),
        (
            lambda m: multiplier(m, error=Fraction(1, 8 * 4**m)),
            "signs conspire",
        ),
        (lambda m: multiplier(m, error=1), "no point of a fine grid"),
        (lambda m: multiplier(m + 1), "number of hidden layers: 1"),
        (lambda m: multiplier(m)[0], "a network and a bound"),
        (lambda m: (square(m), 1), "2 inputs"),
        (lambda m: (multiplier(m)[0], "small"), "as the bound"),
    ],
)
def test_product_fails(answer, said, refused):
    text = " ".join(refused(check_product, answer).split())
    assert said in text, text


#: What is said of right answers, and the answers.
RIGHT = {
    check_all_but: (
        "62 inputs",
        all_but,
        lambda a: ([2 - 4 * v for v in a], 2 * sum(a) - 1),
    ),
    check_six: ("5 units", [1, 6, 1, 2, 0]),
    check_steps: ("30 pairs", fewest_steps),
    check_epsilon: ("16 values", units),
    check_product: ("m = 1 to 4", multiplier),
}
