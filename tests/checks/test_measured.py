"""The checkers of the page on counts and the clock."""

import math
from fractions import Fraction

import pytest
from byhand.checks.measured import (
    _run_blocks,
    check_block_intensity,
    check_interval,
    check_least_time,
    check_machine,
    check_past_the_bend,
    check_two_intensities,
)


def wrong(*cases):
    return pytest.mark.parametrize(("answer", "said"), cases)


def in_one_line(text):
    return " ".join(text.split())


# ---- warm-ups ------------------------------------------------------------


@wrong(
    ((Fraction(1, 2), Fraction(2, 3)), "The result of a line is written"),
    ((Fraction(1, 3), 1), "The result of a line is written"),
    ((3, Fraction(3, 2)), "Operations are divided by numbers moved"),
    ((Fraction(1, 6), Fraction(1, 3)), "operations are there for each entry"),
    ((Fraction(1, 3), Fraction(1, 3)), "operations are there for each entry"),
    ((Fraction(1, 3), 2), "which does it write"),
    ((Fraction(2, 3), Fraction(1, 3)), "which does it write"),
    (Fraction(1, 3), "A pair of fractions"),
)
def test_wrong_intensities_of_a_sum(answer, said, refused):
    assert said in in_one_line(refused(check_two_intensities, answer))


@wrong(
    (lambda p, b, w, m: w / p + m / b, "at the same time"),
    (lambda p, b, w, m: min(w / p, m / b), "has to be done"),
    (lambda p, b, w, m: min(p, b * w / m), "That is a speed"),
    (lambda p, b, w, m: 1 / max(w / p, m / b), "one divided by the time"),
    (lambda p, b, w, m: w * p, "How long does the work take"),
)
def test_wrong_times(answer, said, refused):
    assert said in in_one_line(refused(check_least_time, answer))


def bounds(w, w2):
    ratios = [a / b for a, b in zip(w, w2, strict=True)]
    return min(ratios), max(ratios)


@wrong(
    (lambda w, w2: bounds(w, w2)[::-1], "The smaller one comes first"),
    (lambda w, w2: bounds(w2, w), "of the first to the second"),
    (lambda w, w2: (sum(w) / sum(w2),) * 2, "an interval"),
    (lambda w, w2: (min(w) / max(w2), max(w) / min(w2)), "same resource"),
    (lambda w, w2: bounds(w, w2)[1], "Return a pair"),
    (lambda w, w2: (0, 1e9), "a ratio of its own"),
)
def test_wrong_bounds(answer, said, refused):
    assert said in in_one_line(refused(check_interval, answer))


# ---- check_block_intensity -----------------------------------------------


def intensity(n, t):
    return Fraction(n**2 * (2 * n - 1), 2 * n**3 // t + n**2)


def limit(t):
    return t


@wrong(
    (lambda n, t: Fraction(2 * n - 1, 3), "read again each time"),
    (lambda n, t: Fraction(n**3, 2 * n**3 // t + n**2), "n = 2"),
    (lambda n, t: Fraction(2 * n - 1, 4 * n // t - 1), "n = 2"),
    (lambda n, t: Fraction((2 * n - 1) * t, 2 * n), "each once"),
    (lambda n, t: Fraction((2 * n - 1) * t, 3 * n), "written once"),
    (lambda n, t: 1 / intensity(n, t), "divided by numbers moved"),
    (lambda n, t: "1/3", "got '1/3'"),
    (lambda n: n, "TypeError"),
)
def test_wrong_intensities_are_shown_sizes(answer, said, refused):
    assert said in in_one_line(refused(check_block_intensity, answer, limit))


@wrong(
    (lambda t: 2 * t, "grows fastest"),
    (lambda t: t / 2, "grows fastest"),
    (lambda t: math.inf, "Return the limit"),
    (lambda t: t if t == 1 else 0, "t * 10**9 = 2000000000"),
)
def test_wrong_limits_are_shown_an_intensity(answer, said, refused):
    said_of_it = refused(check_block_intensity, intensity, answer)
    assert said in in_one_line(said_of_it)


def test_blocks_of_one_and_of_all():
    assert _run_blocks(3, 1) == (45, 2 * 27 + 9)
    assert _run_blocks(3, 3) == (45, 27)


# ---- check_past_the_bend -------------------------------------------------


def past_the_bend(peak, bandwidth):
    n = 1
    while (2 * n - 1) * bandwidth < 3 * peak:
        n += 1
    return n


def by_formula(peak, bandwidth):
    return max(1, -((-3 * peak - bandwidth) // (2 * bandwidth)))


@wrong(
    (lambda p, b: by_formula(p, b) - 1, "still on the slope"),
    (lambda p, b: by_formula(p, b) + 1, "past the bend already"),
    (lambda p, b: (3 * p + b) // (2 * b) + 1, "exactly at the bend"),
    (lambda p, b: -((-3 * p - b) // (2 * b)) - (p < b), "1 × 1"),
    (lambda p, b: max(1, math.ceil((3 * (p / b) + 1) / 2)), "too few digits"),
    (lambda p, b: (3 * p / b + 1) / 2, "Return an integer"),
    (lambda p, b: p / b + 0.5, "Return an integer"),
)
def test_wrong_sizes_past_the_bend(answer, said, refused):
    assert said in in_one_line(refused(check_past_the_bend, answer))


def test_the_two_ways_past_the_bend_agree():
    for peak in range(1, 12):
        for bandwidth in range(1, 12):
            assert by_formula(peak, bandwidth) == past_the_bend(
                peak, bandwidth
            )


# ---- check_machine -------------------------------------------------------


def machine(w, w2, ratio):
    order = sorted(range(len(w)), key=lambda i: w[i] / w2[i])
    low, high = order[0], order[-1]
    speeds = [math.inf] * len(w)
    speeds[low], speeds[high] = 1, w[high] / (ratio * w2[low])
    return speeds


def finite_machine(w, w2, ratio):
    """The same with the others fast and not infinitely so."""
    return [1e9 * min(s, 1e9) for s in machine(w, w2, ratio)]


def inverted(w, w2, ratio):
    """Make the second time the longer one where that is possible."""
    low, high = bounds(w, w2)
    possible = low < 1 / ratio < high
    return machine(w, w2, 1 / ratio if possible else ratio)


@wrong(
    (lambda w, w2, q: [1] * len(w), "expected"),
    (inverted, "second to the first"),
    (
        lambda w, w2, q: [1, *[math.inf] * (len(w) - 1)],
        "sets both times",
    ),
    (lambda w, w2, q: [math.inf] * len(w), "math.inf is allowed"),
    (lambda w, w2, q: [0] * len(w), "math.inf is allowed"),
    (lambda w, w2, q: [q], "One speed for each resource"),
)
def test_wrong_machines(answer, said, refused):
    assert said in in_one_line(refused(check_machine, answer))


#: What is said of right answers, and the answers.
RIGHT = {
    check_two_intensities: (
        "counted line by line",
        (Fraction(1, 3), Fraction(2, 3)),
        [Fraction(2, 6), Fraction(4, 6)],
    ),
    check_least_time: (
        "5 programs",
        lambda p, b, w, m: max(w / p, m / b),
        lambda p, b, w, m: w / min(p, b * w / m),
    ),
    check_interval: ("10 pairs", bounds),
    check_block_intensity: (
        "each run block by block, and the limit",
        (intensity, limit),
        (lambda n, t: (2 * n - 1) / (2 * n / t + 1), float),
    ),
    check_past_the_bend: ("25 machines", by_formula),
    check_machine: ("40 machines", machine, finite_machine),
}
