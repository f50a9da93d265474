"""The exercises of the page on separability: right, varied and wrong."""

import re
from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from byhand.checks.separability import (
    _SUM_OF_UNITS,
    check_but_not,
    check_certificate,
    check_comparison,
    check_half,
    check_line,
    check_longer,
    check_step,
    check_two_conditions,
    line_numbers,
)

# --- warm-ups ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (([1, -1], 0), r"\(0, 0\)\n.*expected +0"),
        (([2, -1], -1), r"\(1, 1\)\n[^~]*outweigh"),
        (([-1, 1], -1), r"\(0, 1\)"),
        (([1, -1], -2), r"\(1, 0\)\n.*expected +1"),
        ([1, -1, -1], "2 weights and a bias"),
    ],
)
def test_but_not_fails(answer, said, refused):
    text = refused(check_but_not, answer)
    assert re.search(said, text), text


@pytest.mark.parametrize(
    ("answer", "x", "got", "said"),
    [
        (([1, -1], 0), (0, 0), "0 ≥ 0] = 1", "the bias alone"),
        (([1, 1], -1), (0, 1), "0 ≥ 0] = 1", "x2 must not make the unit"),
        (([2, -3], -3), (1, 0), "-1 ≥ 0] = 0", "the first weight plus the b"),
        (([1, -1], -2), (1, 0), "-1 ≥ 0] = 0", "the first weight plus the b"),
        (([2, -1], -1), (1, 1), "0 ≥ 0] = 1", "x2 has to outweigh x1"),
    ],
)
def test_each_corner_has_its_hint(answer, x, got, said, refused):
    text = refused(check_but_not, answer)
    assert f"x = {x}\n  expected  {int(x == (1, 0))}\n" in text
    assert f"got       1[{got}\n" in text
    assert said in text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([1, 2, 1], "4 for label 1 and 2"),
        ([1, 4, 1], "got       2 and 4"),
        ([0, 0, 0], "not only zeros"),
        ([-3, -4, -1], "no negative"),
        ([1, 1, 4], "got       5 and 1"),
        ([1, 2], "three integers"),
    ],
)
def test_line_fails(answer, said, refused):
    assert said in refused(check_line, answer)


def test_the_points_of_a_variant_have_another_answer(vary):
    seen = set()
    for k in range(1000):
        vary(f"group {k}")
        p, q, r = line_numbers.value
        seen.add((p, q - p, r - q))
    # For a ratio of 1 to 3, as in the book, the answer would be the same.
    assert seen == {
        (p, one, other)
        for p in range(4)
        for one in range(1, 5)
        for other in range(2, 6)
        if (one, other) != (1, 3)
    }


@pytest.mark.parametrize(
    ("setting", "points"),
    [("group 1", (0, 3, 6)), ("group 3", (3, 7, 11)), ("group 5", (3, 4, 9))],
)
def test_the_points_of_a_variant_stay(setting, points, vary):
    # Written down once: a course has handed them out.
    vary(setting)
    assert line_numbers.value == points


def test_the_certificate_of_a_variant(vary, passes, refused):
    # 4 = (5 · 3 + 9) / 6
    vary("group 5")
    assert "6 points on either side, with the sum 24" in passes(
        check_line, (5, 6, 1)
    )
    for answer, said in {
        (3, 4, 1): "18 for label 1 and 16 for label 0",
        (1, 6, 5): "48 for label 1 and 24 for label 0",
        (5, 5, 0): "15 for label 1 and 20 for label 0",
        (0, 2, 2): "18 for label 1 and 8 for label 0",
        (0, 1, 0): "0 and 1",
        (5, 6, 0): "5 and 6",
    }.items():
        text = " ".join(refused(check_line, answer).split())
        assert f"got {said} hint" in text
        assert ("The point 4 is a mean of 3 and 9" in text) == ("for" in said)
    text = refused(check_line, "none")
    assert "each of the points 3, 4, 9 is taken, in this order" in text


def step(w, b, x, label):
    y = 1 if label else -1
    if y * (np.dot(w, x) + b) > 0:
        return list(w), b
    return (np.array(w) + y * np.array(x)).tolist(), b + y


def always(w, b, x, label):
    y = 1 if label else -1
    return [u + y * v for u, v in zip(w, x, strict=True)], b + y


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (always, "Only a mistake changes"),
        (lambda w, b, x, label: (w, b), "A sum of 0 counts as a mistake"),
        (
            lambda w, b, x, label: (step(w, b, x, label)[0], b),
            "The bias is one more weight",
        ),
        (
            lambda w, b, x, label: (
                step(w, b, x, 1) if label else (w, b)
                if np.dot(w, x) + b < 0 else ([u + v for u, v in zip(
                    w, x, strict=True)], b - 1)
            ),
            "-x for label 0",
        ),
        (lambda w, b, x, label: w, "weights and a bias"),
    ],
)  # fmt: skip
def test_step_fails(answer, said, refused):
    text = " ".join(refused(check_step, answer).split())
    assert said in text, text


@pytest.mark.parametrize(
    ("wrong", "expected", "got", "said"),
    [
        # Where the sum is 0, right for label 0 or for label 1 alone.
        (
            lambda z, y: z == 0 and y == 1,
            "a step, since the sum w · x + b is 0: a mistake",
            "no change",
            "A sum of 0 counts as a mistake for either label",
        ),
        (
            lambda z, y: z == 0 and y == 0,
            "a step, since the sum w · x + b is 0: a mistake",
            "no change",
            "A sum of 0 counts as a mistake for either label",
        ),
        (
            lambda z, y: z == 1 and y == 0,
            "a step, since the sum w · x + b is 1: a mistake",
            "no change",
            "Label 1 wants a sum above 0, label 0 one below",
        ),
        (
            lambda z, y: z == -2 and y == 1,
            "a step, since the sum w · x + b is -2: a mistake",
            "no change",
            "Label 1 wants a sum above 0, label 0 one below",
        ),
        (
            lambda z, y: z == 1 and y == 1,
            "no change: the sum 1 is on the right side",
            "(3, 1), 0",
            "Only a mistake changes the weights",
        ),
    ],
)
def test_a_step_that_is_wrong_for_one_kind_of_sum(
    wrong, expected, got, said, refused
):
    def answer(w, b, x, label):
        z = np.dot(w, x) + b
        if not wrong(z, label):
            return step(w, b, x, label)
        return always(w, b, x, label) if z > 0 and label else (w, b)

    text = " ".join(refused(check_step, answer).split())
    assert f"expected {expected} got {got} hint {said}" in text


@pytest.mark.parametrize(
    ("slip", "got", "said"),
    [
        # The book's first point: from 0, (1, 1) with label 1.
        (lambda w, b: (w, 0), "(1, 1), 0", "What is added is x"),
        (lambda w, b: (w, 2), "(1, 1), 2", "The bias is one more weight"),
        (lambda w, b: ([0, 0], b), "(0, 0), 1", "What is added is x"),
        (lambda w, b: ([-1, -1], -1), "(-1, -1), -1", "What is added is x"),
    ],
)
def test_slips_in_the_first_step(slip, got, said, refused):
    text = " ".join(refused(check_step, lambda *_: slip([1, 1], 1)).split())
    if got == "(1, 1), 0":
        said = "The bias is one more weight"
    assert "w = [0, 0] b = 0 x = [1, 1] label = 1 " in text
    assert f"got {got} hint {said}" in text


#: Points at which a step is easily wrong that is right elsewhere.
SPECIAL = {
    "from zero, with label 1": ([0, 0], 0, [1, 1], 1),
    "from zero, with label 0": ([0, 0], 0, [1, 1], 0),
    "a mistake above 0": ([2, 1], -1, [1, 0], 0),
    "above 0 and right": ([2, 1], -1, [1, 0], 1),
    "a mistake below 0": ([1, -3], 0, [1, 1], 1),
}


@pytest.mark.parametrize("special", SPECIAL.values(), ids=SPECIAL)
def test_a_special_point_is_among_those_tried(special, refused):
    def answer(*given):
        weights, bias = step(*given)
        return weights, bias + (given == special)

    w, b, x, label = special
    text = " ".join(refused(check_step, answer).split())
    assert f"w = {w} b = {b} x = {x} label = {label} expected" in text


def test_the_points_are_of_every_kind(passes):
    seen = []

    def answer(*given):
        seen.append(given)
        return step(*given)

    assert "65 points, mistakes and" in passes(check_step, answer)
    assert len(seen) == 65
    assert {len(w) for w, *_ in seen[5:]} == {1, 2, 3, 4}
    for place in range(3):
        entries = np.hstack([np.ravel(given[place]) for given in seen[5:]])
        assert set(entries.tolist()) == set(range(-3, 4))
    for label in (0, 1):
        sums = [np.dot(w, x) + b for w, b, x, y in seen[5:] if y == label]
        assert min(sums) < 0 < max(sums)
        assert 0 in sums


@pytest.mark.parametrize(
    ("points", "got", "said"),
    [
        (0, "0", "counts labels for each parameter"),
        (1, "all of them, for N = 1", "How many parameters"),
        (8, "all of them, for N = 8", "an input as well"),
        (10, "all of them, for N = 10", "How many parameters"),
        (11, "0.9990 of them, for N = 11", "How many parameters"),
        (14, "0.9539 of them, for N = 14", "The squares"),
        (18, "0.6855 of them, for N = 18", "The bias is a parameter"),
        (19, "0.5927 of them, for N = 19", "How many parameters"),
        (21, "0.4119 of them, for N = 21", "How many parameters"),
        (26, "0.1148 of them, for N = 26", "Each pair i, j counts once"),
        (10**4, "0.0000 of them, for N = 10000", "How many parameters"),
        (10**4 + 1, "10,001", "counts labels for each parameter"),
    ],
)
def test_how_many_labelings_of_how_many_points(points, got, said, refused):
    # For n = 3 there are 3 inputs, 6 products and a bias: by Cover,
    # 2 (binom(N - 1, 0) + ... + binom(N - 1, 9)) labelings.
    text = " ".join(refused(check_half, lambda n: points).split())
    assert f"n = 3 expected {'' if 'N' in got else 'a number of '}" in text
    assert f"got {got} hint " in text
    assert said in text
    if got.startswith("0."):
        share = sum(comb(points - 1, k) for k in range(10))
        assert got.startswith(f"{share / 2 ** (points - 1):.4f} ")
    if "counts labels" in said:
        assert "a number of points, from 1 to 10,000" in text


def test_for_which_sizes_is_said(passes):
    said = passes(check_half, lambda n: (n + 1) * (n + 2))
    assert "n = 1 to 20" in said
    assert "m = 2 to 8" in passes(check_certificate, shortest)


@pytest.mark.parametrize("wrong", range(1, 21))
def test_half_is_asked_for_every_n(wrong, refused):
    text = refused(check_half, lambda n: (n + 1) * (n + 2) + (n == wrong))
    assert f"n = {wrong}\n" in text


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        (lambda n: n, "Each product is an input as well"),
        (lambda n: n * (n + 3) // 2 - 1, "The bias is a parameter"),
        (lambda n: n + n * (n - 1) // 2, "The squares are among"),
        (lambda n: n + n * n, "Each pair i, j counts once"),
    ],
)
def test_slips_have_their_hints_for_other_n(slip, said, refused):
    def answer(n):
        return 2 * (slip(n) + 1) if n == 7 else (n + 1) * (n + 2)

    text = refused(check_half, answer)
    assert "n = 7\n" in text
    assert said in text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda n: 2 * (n + 1), "all of them, for N = 8"),
        (lambda n: 2 * (n + 1), "Each product is an input"),
        (lambda n: n * (n + 3), "The bias is a parameter"),
        (lambda n: 2 * (n + n * (n - 1) // 2 + 1), "The squares"),
        (lambda n: 2 * (n + n * n + 1), "Each pair i, j counts once"),
        (lambda n: 21, "0.4119"),
        (lambda n: 10**5, "100,000"),
    ],
)
def test_half_fails(answer, said, refused):
    assert said in refused(check_half, answer)


# --- a certificate -----------------------------------------------------------


def shortest(m):
    rest = [0] * (2 * m - 4)
    return (
        [[1, 1, 0, 0, *rest], [0, 0, 1, 1, *rest]],
        [[1, 0, 1, 0, *rest], [0, 1, 0, 1, *rest]],
    )


def cyclic(m):
    """Each pair against the halves of it and of the next one."""
    ones = np.kron(np.eye(m, dtype=int), [1, 1])
    halves = np.kron(np.eye(m, dtype=int), [1, 0])
    others = np.roll(np.kron(np.eye(m, dtype=int), [0, 1]), 1, axis=0)
    return ones, halves + others


def repeated(m):
    ones, zeros = shortest(m)
    return tuple(ones * 3), tuple(zeros * 3)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda m: shortest(m)[::-1], r"\(1, 0, 1, 0\)\n.*first.*\n.*label 0"),
        (lambda m: shortest(2), r"m = 3\n.*each point 6 bits"),
        (lambda m: ([], []), "at least 1"),
        (
            lambda m: (shortest(m)[0], shortest(m)[1][:1]),
            "2 points with label 1, 1 with",
        ),
        (
            lambda m: (shortest(m)[0], shortest(m)[1][:1] * 2),
            r"\[1, 1, 1, 1\] and \[2, 0, 2, 0\]",
        ),
        (lambda m: ([[1] * (2 * m)], [[0] * (2 * m)]), r"1\] and \[0"),
        (lambda m: ([[1] * (2 * m)], [[1] * (2 * m)]), "second list"),
        (lambda m: ([[2] * (2 * m)], []), r"got       \(2, 2, 2, 2\)"),
        (lambda m: ([[0.5] * (2 * m)], []), "each point 4 bits"),
        (lambda m: [1] * 4, "each point 4 bits"),
    ],
)
def test_certificate_fails(answer, said, refused):
    text = refused(check_certificate, answer)
    assert re.search(said, text), text


@pytest.mark.parametrize("wrong", range(2, 9))
def test_a_certificate_is_asked_for_every_m(wrong, refused):
    def answer(m):
        ones, zeros = shortest(m)
        return ones, zeros[: 1 if m == wrong else 2]

    text = refused(check_certificate, answer)
    assert f"  input     m = {wrong}\n" in text


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        (
            ([], shortest(2)[1]),
            "at least 1 got 0 points with label 1, 2 with label 0",
        ),
        (
            (shortest(2)[0], shortest(2)[1] * 2),
            "2 points with label 1, 4 with label 0",
        ),
        (
            ([[1, 1, 1, 0]], [[0, 1, 1, 0]]),
            "on both sides got [1, 1, 1, 0] and [0, 1, 1, 0]",
        ),
        (
            ([[0, 1, 1, 0]], []),
            "label 1, since it is in the first list got label 0",
        ),
        (
            (shortest(2)[0], [[1, 0, 1, 1]]),
            "label 0, since it is in the second list got label 1",
        ),
        (([[1, 1, 0, -1]], []), "got (1, 1, 0, -1) hint The first list"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_shown(sides, said, refused):
    text = " ".join(refused(check_certificate, lambda m: sides).split())
    assert said in text


# --- one unit compares -------------------------------------------------------


def powers(n):
    w = [2**k for k in reversed(range(n))]
    return [*w, *(-v for v in w)], -1


def fractions(n):
    w, _ = powers(n)
    return [Fraction(v, 3) for v in w], Fraction(-1, 9)


def fibonacci_like(n):
    # Any weights that exceed the sum of all lower ones will do.
    w = [3**k for k in reversed(range(n))]
    return tuple(w) + tuple(-v for v in w), -1


def wrapping(n):
    w = 2 ** np.arange(n)[::-1]
    return np.concatenate([w, -w]), -1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda n: (powers(n)[0], 0), r"n = 1\n.*a = 0\n.*b = 0\n"),
        (
            lambda n: ([1] * n + [-1] * n, -1),
            r"n = 2\n.*a = 2\n.*b = 1\n.*x = \(1, 0, 0, 1\)",
        ),
        (lambda n: ([*range(n, 0, -1), *range(-n, 0)], -1), r"n = 3\n"),
        (lambda n: ([-v for v in powers(n)[0]], -1), r"a = 0\n.*b = 1\n"),
        (
            lambda n: (
                powers(n)[0] if n < 9 else [min(v, 2**62) for v in powers(n)],
                -1,
            ),
            "TypeError",
        ),
        (
            lambda n: (
                [max(min(v, 2**62), -(2**62)) for v in powers(n)[0]],
                -1,
            ),
            r"n = 64\n",
        ),
        (wrapping, r"n = 64\n[^~]*NumPy"),
        (lambda n: ([1] * n, 0), "2 weights and a bias"),
        (lambda n: ([0.5, "-0.5"] * n, 0), "2 weights and a bias"),
        (lambda n: ([0.5, -0.5] * n, 0), r"n = 1\n.*a = 0\n.*b = 0\n"),
        (lambda n: powers(n)[0], "2 weights and a bias"),
    ],
)
def test_comparison_fails(answer, said, refused):
    text = refused(check_comparison, answer)
    assert re.search(said, text), text


def off_by(side, k, by):
    """Return a function that is wrong in one weight of 64 bits, by ±1."""

    def answer(n):
        weights, bias = powers(n)
        if n == 64:
            weights[64 * side + 63 - k] += by
        return weights, bias

    return answer


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("k", [0, 1, 40, 62, 63])
def test_a_weight_of_64_bits_that_is_off_by_one_is_found(k, side, by, refused):
    text = refused(check_comparison, off_by(side, k, by))
    assert "n = 64\n" in text
    assert "  x = (" not in text
    assert "Right up to 5 bits." in text
    if by == 1 and k < 63:
        # The unit takes a number with this bit alone for more than itself.
        assert f"a = {2**k}\n            b = {2**k}\n" in text


@pytest.mark.parametrize(("k", "a"), [(0, 0), (63, 2**63 - 1)])
def test_a_bit_of_the_larger_number_that_weighs_too_little(k, a, refused):
    text = refused(check_comparison, off_by(1, k, 2))
    assert f"a = {a}\n            b = {a + 1}\n  expected  0\n" in text


def test_a_highest_bit_that_does_not_outweigh_the_others_is_found(refused):
    def answer(n):
        weights, bias = powers(n)
        if n == 64:
            weights[0] -= 1
            weights[64] += 1
        return weights, bias

    text = refused(check_comparison, answer)
    assert f"a = {2**63}\n            b = {2**63 - 1}\n" in text


@pytest.mark.parametrize("wrong", range(1, 6))
def test_all_pairs_of_few_bits_are_tried(wrong, refused):
    def answer(n):
        weights, bias = powers(n)
        # Only the largest number is not above the one before it.
        return weights, bias + Fraction(1, 2) - (n == wrong)

    text = refused(check_comparison, answer)
    assert f"n = {wrong}\n            a = 1\n            b = 0\n" in text
    x = (*[0] * (wrong - 1), 1, *[0] * wrong)
    assert f"x = {x}\n  expected  1\n  got       0\n" in text
    assert "What should it be for a = b?" in " ".join(text.split())


def test_as_many_weights_as_bits_are_wanted(refused):
    text = refused(
        check_comparison, lambda n: powers(n)[:: -1 if n == 5 else 1]
    )
    assert "n = 5\n  expected  10 weights and a bias" in text


def test_how_many_pairs_are_tried(passes):
    # All of up to 5 bits. Of 64 bits, for each of 66 numbers b: b against
    # itself, and against the next one both ways.
    tried = sum(4**n for n in range(1, 6)) + 66 * 3
    assert f"passed, {tried:,} pairs" in passes(check_comparison, powers)


# --- verdicts ----------------------------------------------------------------

FACTORS = {
    "mistakes": True, "bound": False, "separable": True,
    "own bound": False, "own mistakes": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("mistakes", r"factors \(1, 2, 7\) .* makes the same 18 mistakes;"),
        ("bound", "is 51 with the factor 1 and 51 with the factor 7"),
        # Of the 16 labelings of the corners all but XOR and its opposite.
        (
            "separable",
            r"up to 4 .* 14 labelings .*1, 1\), and 14 with \(1, 2, 2, 4",
        ),
        # R² = 16 · 3 from the last corner, and u · v = 2 at the second.
        ("own bound", r"is 51, and with the factors \(1, 2, 2, 4\) it is 204"),
        ("own mistakes", r"18 mistakes, and 10 with the factors \(1, 2, 2, 4"),
    ],
)
def test_a_wrong_verdict_meets_the_evidence(key, said, refused):
    text = refused(check_longer, FACTORS | {key: not FACTORS[key]})
    assert re.search(said, " ".join(text.split())), text


@pytest.mark.parametrize("letter", "abce")
def test_no_other_step_is_the_first_false_one(letter, refused):
    text = refused(check_two_conditions, letter)
    assert "x = (0, 0)" in text
    assert ("it holds here" in text) == (letter in "abc")


def mistakes(labels, factors):
    """Count mistakes in plain Python, round after round."""
    w, count, right = (0, 0, 0), 0, False
    while not right:
        right = True
        for x, label, c in zip(
            product((0, 1), repeat=2), labels, factors, strict=True
        ):
            y = c if label else -c
            v = [y * entry for entry in (*x, 1)]
            if sum(map(int.__mul__, w, v)) <= 0:
                w = tuple(map(int.__add__, w, v))
                count, right = count + 1, False
    return count


def test_the_mistakes_of_the_verdicts():
    assert mistakes((0, 0, 0, 1), (1,) * 4) == 18
    assert mistakes((0, 0, 0, 1), (1, 2, 2, 4)) == 10


@pytest.mark.parametrize(
    ("x", "f", "g", "hold"),
    [
        ((0, 0), -1, 1, "abc"),
        ((0, 1), 0, 0, "abcde"),
        ((1, 0), 0, 0, "abcde"),
        ((1, 1), 1, -1, "abc"),
    ],
)
def test_which_steps_hold_at_which_corner(x, f, g, hold):
    for letter, step in _SUM_OF_UNITS.items():
        holds, evidence = step.evaluate(x)
        assert holds == (letter in hold)
        assert evidence == f"the sums are {f} and {g}, in all 0"


#: What is said of right answers, and the answers.
RIGHT = {
    check_but_not: (
        "all four corners",
        ([1, -1], -1),
        ([Fraction(1, 2), -3], Fraction(-1, 4)),
    ),
    check_line: ("4 points", [3, 4, 1]),
    check_step: ("65 points", step),
    check_half: ("n = 1 to 20", lambda n: (n + 1) * (n + 2)),
    check_certificate: ("m = 2 to 8", shortest, cyclic, repeated),
    check_comparison: ("of 64 bits", powers, fractions, fibonacci_like),
    check_longer: ("5 verdicts", FACTORS),
    check_two_conditions: ("step d fails", "d"),
}


def test_any_multiple_of_the_certificate_passes(passes):
    assert "8 points" in passes(check_line, (6, 8, 2))
