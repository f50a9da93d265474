"""The exercises of the page on separability: right, varied and wrong."""

import re
from fractions import Fraction

import numpy as np
import pytest
from byhand.checks.separability import (
    check_but_not,
    check_certificate,
    check_comparison,
    check_half,
    check_line,
    check_longer,
    check_step,
    check_two_conditions,
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


# --- verdicts ----------------------------------------------------------------

FACTORS = {
    "mistakes": True, "bound": False, "separable": True,
    "own bound": False, "own mistakes": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("mistakes", "the same 18 mistakes"),
        ("bound", "is 51 with the factor 1 and 51 with 7"),
        ("separable", "14 labelings .* and 14 with"),
        ("own bound", r"is 51, and with the factors .* it is \d+"),
        ("own mistakes", r"18 mistakes, and (?!18 )\d+ with"),
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
