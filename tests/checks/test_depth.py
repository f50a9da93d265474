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
    ones_numbers,
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
    ("answer", "x", "expected", "got", "said"),
    [
        (lambda a: ([1], 0), (0,), 0, "1[0 ≥ 0] = 1", "mind the threshold"),
        (lambda a: ([1], 2), (0,), 0, "1[2 ≥ 0] = 1", "mind the threshold"),
        (lambda a: ([1], -3), (1,), 1, "1[-2 ≥ 0] = 0", "in one bit"),
    ],
)
def test_what_a_unit_says_is_shown(answer, x, expected, got, said, refused):
    text = " ".join(refused(check_all_but, answer).split())
    assert f"a = [0] x = {x} expected {expected} got {got} hint" in text
    assert said in text


def test_how_many_inputs_are_left_out(passes):
    # 2 + 4 + ... + 32
    assert "62 inputs a of up to 5 bits" in passes(check_all_but, all_but)


@pytest.mark.parametrize("wrong", [[1], [0, 1], [1, 1, 0], [1, 0, 1, 0, 1]])
def test_all_inputs_are_asked_for(wrong, refused):
    def answer(a):
        weights, bias = all_but(a)
        return weights, bias + (a == wrong)

    text = refused(check_all_but, answer)
    assert f"a = {wrong}\n            x = {tuple(wrong)}\n" in text


@pytest.mark.parametrize(
    ("place", "name", "said"),
    [
        (0, "first digit, r ≥ 4", "all seven bits, 6 of which are 1"),
        (1, "first ramp", "passes on all that its own layer sees"),
        (2, "second digit, r ≥ 2", "the first ramp less 4 times the first"),
        (3, "second ramp", "The second ramp passes on what the second"),
        (4, "output", "the second ramp less 2 times the second digit"),
    ],
)
@pytest.mark.parametrize("by", [-1, 1])
def test_every_number_of_the_six_ones_matters(place, by, name, said, refused):
    answer = [1, 6, 1, 2, 0]
    answer[place] += by
    text = " ".join(refused(check_six, answer).split())
    assert f"6 ones, {name} expected what the network says" in text
    assert f"got {answer[place]} hint" in text
    assert said in text


def test_the_ones_of_a_variant(vary, passes, refused):
    seen = set()
    for k in range(60):
        vary(f"group {k}")
        seen.add(ones_numbers.value)
    assert seen == {(ones,) for ones in range(1, 8)}
    # Of 7 = 4 + 2 + 1 ones all digits are 1.
    vary("group 9")
    assert ones_numbers.value == (7,)
    passes(check_six, [1, 7, 1, 3, 1])
    assert "7 of which are 1" in refused(check_six, [0, 7, 1, 3, 1])
    vary("group 1")
    assert ones_numbers.value == (3,)
    passes(check_six, [0, 3, 1, 3, 1])
    assert "3 ones, output" in refused(check_six, [0, 3, 1, 3, 0])


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


#: By L and ε the fewest units, from the pieces L/(2ε), rounded up.
STEPS = {
    (9, Fraction(9, 8)): 3,  # 4 pieces, exactly
    (9, 1): 4,  # 4 1/2 pieces
    (3, Fraction(1, 100)): 149,
    (Fraction(7, 2), Fraction(1, 10)): 17,  # 17 1/2 pieces
    **{
        (Fraction(7, 2), Fraction(1, 10**k)): int(f"174{'9' * (k - 2)}")
        for k in range(2, 10)
    },
    # k/2 pieces
    **{(1, Fraction(1, k)): (k - 1) // 2 for k in range(3, 20)},
    # One piece more than a float can hold.
    (2 * 10**16 + 1, 1): 10**16,
}


def test_the_pairs_of_L_and_epsilon(passes):
    seen = {}

    def answer(L, epsilon):
        seen[L, epsilon] = fewest_steps(L, epsilon)
        return seen[L, epsilon]

    assert "30 pairs" in passes(check_steps, answer)
    assert seen == STEPS


@pytest.mark.parametrize(
    ("case", "units", "got", "said"),
    [
        # 4 pieces are wanted, with an error of up to 9/8.
        (0, 4, "units: 4, pieces: 5, an error of up to 9/10", "A unit is"),
        (0, 2, "units: 2, pieces: 3, an error of up to 3/2", "A unit is"),
        (0, 1, "units: 1, pieces: 2, an error of up to 9/4", "Which m"),
        (0, 5, "units: 5, pieces: 6, an error of up to 3/4", "Which m"),
        (0, 0, "units: 0, pieces: 1, an error of up to 9/2", "Which m"),
        (0, -1, "got no staircase has a negative number of steps", "Which m"),
        (1, 3, "units: 3, pieces: 4, an error of up to 9/8", "A unit is"),
        # One less is what float64 makes of it.
        (-1, 10**16 - 1, f"pieces: {10**16}, an", "A Fraction is exact"),
        (-1, 10**16 + 1, f"pieces: {10**16 + 2}, an", "A unit is"),
        (-1, 10**16 - 2, f"pieces: {10**16 - 1}, an", "Which m"),
    ],
)
def test_one_wrong_number_of_steps_is_shown(case, units, got, said, refused):
    case = list(STEPS)[case]

    def answer(*given):
        return units if given == case else fewest_steps(*given)

    text = " ".join(refused(check_steps, answer).split())
    L, epsilon = case
    assert f"L = {L} ε = {epsilon} expected the fewest units" in text
    assert got in text
    assert said in text


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


#: Values of ε at a border or just below one, with what is known there.
BORDERS = {
    **{Fraction(1, 8 * 4**m): {"deep": 3 * m} for m in (1, 2, 3, 20)},
    **{Fraction(1, 8 * 4**m + 1): {"deep": 3 * m + 3} for m in (1, 2, 3, 20)},
    Fraction(1, 50): {"ramps": 2},
    Fraction(1, 242): {"ramps": 5},
    Fraction(1, 2 * (2 * 10**9 + 1) ** 2): {"ramps": 10**9},
}
#: 10⁻⁶: 707² < 500,000 < 709², and 8 · 4⁸ < 10⁶ < 8 · 4⁹.
#: 1/100: 7² < 50 < 9², and 8 · 4 < 100 < 8 · 4².
OTHERS = {
    Fraction(1, 10**6): {"ramps": 354, "steps": 499_999, "deep": 27},
    Fraction(1, 100): {"ramps": 4, "steps": 49, "deep": 6},
    Fraction(3, 1000): {"ramps": 6, "steps": 166, "deep": 9},
    Fraction(3, 10**5): {"ramps": 65, "steps": 16_666, "deep": 21},
    Fraction(3, 10**30): {"steps": int("1" + "6" * 29)},
}


def test_the_values_of_epsilon(passes):
    seen = {}

    def answer(epsilon):
        seen[epsilon] = units(epsilon)
        return seen[epsilon]

    assert "16 values" in passes(check_epsilon, answer)
    known = BORDERS | OTHERS
    assert seen.keys() == known.keys()
    for epsilon, fewest in known.items():
        for name, number in fewest.items():
            assert seen[epsilon][name] == number


@pytest.mark.parametrize("name", ["ramps", "steps", "deep"])
@pytest.mark.parametrize("by", [-1, 1])
def test_one_unit_more_or_less_is_refused(name, by, refused):
    right = OTHERS[Fraction(1, 10**6)][name]
    text = " ".join(
        refused(
            check_epsilon, lambda e: units(e) | {name: units(e)[name] + by}
        ).split()
    )
    verdict = "which is too few" if by < 0 else "and fewer will do"
    assert f"ε = 1/1000000 expected {name!r}: the" in text
    assert f"got {right + by}, {verdict} hint" in text
    hint = {
        "ramps": "2 (2K + 1)² ≥ 1/ε",
        "steps": "K units make K + 1 pieces",
        "deep": "3 ramps for each layer, and 8 · 4^m ≥ 1/ε",
    }
    assert hint[name] in text


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "'fewest': [] expected"),
        (["steps"], "'fewest': ['steps'] expected"),
        (["steps"], "got 'ramps' is not among them"),
        (["steps", "ramps", "deep"], "got 'deep' is among them"),
        (["ramps", "steps", "wide"], "Names, not numbers"),
    ],
)
def test_which_are_proved_to_be_the_fewest(names, said, refused):
    text = refused(check_epsilon, lambda e: units(e) | {"fewest": names})
    assert said in " ".join(text.split())


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


def nearly(m, *, wrong=1, by=0, claims=0):
    """Return a product that for one m is off by a little, or claims so."""
    network, bound = multiplier(m)
    if m != wrong:
        return network, bound
    *hidden, last = network.layers
    return Network(
        *hidden, Layer(last.W, last.b + by, "identity")
    ), bound + claims


TINY = Fraction(1, 10**12)


@pytest.mark.parametrize("wrong", [1, 2, 3, 4])
@pytest.mark.parametrize("by", [-TINY, TINY])
def test_a_product_that_is_a_little_off_is_refused(wrong, by, refused):
    text = refused(check_product, lambda m: nearly(m, wrong=wrong, by=by))
    assert f"  input     m = {wrong}\n" in text
    x, y, error = map(
        Fraction,
        re.search(
            r"\(x, y\) = \((\S+), (\S+)\)\n[^~]*got +the error (\S+)\n", text
        ).groups(),
    )
    network, bound = nearly(wrong, wrong=wrong, by=by)
    assert abs(network([x, y])[0] - x * y) == error == bound + TINY


@pytest.mark.parametrize("wrong", [1, 2, 3, 4])
def test_the_largest_error_is_wanted_exactly(wrong, refused):
    largest = Fraction(3, 8 * 4**wrong)
    text = " ".join(
        refused(
            check_product, lambda m: nearly(m, wrong=wrong, claims=TINY)
        ).split()
    )
    assert f"m = {wrong} expected the largest error" in text
    assert f"got {largest + TINY}, which no point of a fine grid" in text
    text = " ".join(
        refused(
            check_product, lambda m: nearly(m, wrong=wrong, claims=-TINY)
        ).split()
    )
    said = rf"m = {wrong} \(x, y\) = \((\S+), (\S+)\) .* got (\S+), and here"
    x, y, claimed = map(Fraction, re.search(said, text).groups())
    network, _ = multiplier(wrong)
    assert abs(network([x, y])[0] - x * y) == largest
    assert claimed == largest - TINY
    assert f"here the error is {largest} hint Three errors" in text


def test_the_point_of_the_largest_error_is_shown(refused):
    # With 1/9 more of x and less of y it is x - y that is off, by 1/9 most.
    def answer(m):
        network, bound = multiplier(m)
        first, *later = network.layers
        W = first.W + np.array([[Fraction(1, 9), -Fraction(1, 9)]] * 9) * (
            first.W[:, :1] * first.W[:, 1:] != 0
        )
        return Network(Layer(W, first.b, "relu"), *later), bound

    network, _ = answer(1)
    text = refused(check_product, answer)
    x, y, error = map(
        Fraction,
        re.search(
            r"\(x, y\) = \((\S+), (\S+)\)\n[^~]*the error (\S+)\n", text
        ).groups(),
    )
    assert x != y
    assert abs(network([x, y])[0] - x * y) == error
    assert abs(network([y, x])[0] - x * y) != error


def of_units(m, *, change):
    """Return the product with another list of units in its first layer."""
    network, bound = multiplier(m)
    first, *later = network.layers
    return Network(change(first), *later), bound


def thrifty(m):
    """Use each ramp of the first layer twice that is there twice."""
    network, bound = multiplier(m)
    first, second, *later = network.layers
    kept = [0, 1, 3, 4, 6, 7]
    W = second.W.copy()
    W[:, [0, 3, 6]] += W[:, [2, 5, 8]]
    return Network(
        Layer(first.W[kept], first.b[kept], "relu"),
        Layer(W[:, kept], second.b, second.units),
        *later,
    ), bound


def test_fewer_ramps_will_do(passes):
    passes(check_product, thrifty)


def one_more(m):
    network, bound = multiplier(m)
    first, second, *later = network.layers
    return Network(
        Layer([*first.W, [1, 1]], [*first.b, 0], "relu"),
        Layer(np.hstack([second.W, 0 * second.W[:, :1]]), second.b,
              second.units),
        *later,
    ), bound  # fmt: skip


def with_an_identity(m):
    # No sum is below 0 on the square, so this ramp can be left out.
    def change(first):
        units = ["identity", *["relu"] * (first.size - 1)]
        return Layer(first.W, first.b, units)

    return of_units(m, change=change)


def with_a_ramp_at_the_end(m):
    network, bound = multiplier(m)
    *hidden, last = network.layers
    return Network(*hidden, Layer(last.W, last.b, "relu")), bound


@pytest.mark.parametrize(
    ("answer", "m", "said"),
    [
        (one_more, 1, "hidden units: relu; output: identity"),
        (with_an_identity, 1, "hidden units: identity, relu; output: ident"),
        (with_a_ramp_at_the_end, 1, "hidden units: relu; output: relu"),
        (lambda m: multiplier(min(m, 2)), 3, "A 2-9-9-1 network"),
        (lambda m: multiplier(m + (m == 2)), 2, "A 2-9-9-9-1 network"),
        (lambda m: one_more(m) if m == 4 else multiplier(m), 4, "A 2-10-9"),
    ],
)
def test_what_is_not_of_as_many_ramps_is_refused(answer, m, said, refused):
    text = " ".join(refused(check_product, answer).split())
    assert (
        f"m = {m} expected {9 * m} ramps, number of hidden layers: {m},"
        in text
    )
    assert said in text


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
