"""The checkers of the page on counts and the clock."""

from fractions import Fraction
from math import comb

import pytest
from byhand.checks.measured import (
    _run_blocks,
    check_block_intensity,
    check_fewest_checkpoints,
    check_schedule,
)
from byhand.cost import Schedule, recomputations, schedule


def intensity(n, t):
    return Fraction(n**2 * (2 * n - 1), 2 * n**3 // t + n**2)


def checkpoints(L, r):
    s = 1
    while comb(s + r, r) < L:
        s += 1
    return s


def optimal(L, s):
    return schedule(L, budget=s).actions


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (lambda n, t: Fraction(2 * n - 1, 3), ("n = 2\n", "t = 1\n")),
        (lambda n, t: Fraction(n**3, 2 * n**3 // t + n**2), ("n = 2\n",)),
        (lambda n, t: Fraction(2 * n - 1, 4 * n // t - 1), ("n = 2\n",)),
        (lambda n, t: "1/3", ("n = 1\n", "got       '1/3'")),
        (lambda n: n, ("TypeError",)),
    ],
)
def test_wrong_intensities_are_shown_sizes(answer, shown, refused):
    said = refused(check_block_intensity, answer)
    for words in shown:
        assert words in said


def test_blocks_of_one_and_of_all():
    assert _run_blocks(3, 1) == (45, 2 * 27 + 9)
    assert _run_blocks(3, 3) == (45, 27)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (lambda L, r: L, "are fewer enough for"),
        (lambda L, r: checkpoints(L, r - 1) if r > 1 else L, "fewer enough"),
        (lambda L, r: 1, "the longest chain has 2 steps"),
        (lambda L, r: checkpoints(L + 1, r), "are fewer enough for 2"),
        (lambda L, r: max(L, 2), "store every state already"),
        (lambda L, r: max(1, round(L ** (1 / r))), "expected"),
        (lambda L, r: 0, "at least 1"),
        (lambda L, r: True, "the longest chain has 2 steps"),
        (lambda L, r: 1.5, "an integer"),
    ],
)
def test_wrong_numbers_of_checkpoints_are_shown(answer, shown, refused):
    assert shown in refused(check_fewest_checkpoints, answer)


def halves(L, s):
    """Bisect: legal, and not optimal."""
    actions = [("store", 0)]

    def reverse(start, stop, slots):
        if stop - start == 1:
            actions.append(("reverse", start))
            return
        middle = stop - 1 if slots == 1 else (start + stop) // 2
        actions.extend(("advance", i) for i in range(start, middle))
        if slots > 1:
            actions.append(("store", middle))
        reverse(middle, stop, slots - 1)
        if slots > 1:
            actions.append(("discard", middle))
        actions.append(("restore", start))
        reverse(start, middle, slots)

    reverse(0, L, s)
    return actions


def test_bisection_is_legal_and_not_optimal(refused):
    plan = Schedule(9, halves(9, 2))
    assert plan.checkpoints <= 2
    assert plan.recomputations > recomputations(9, 2)
    said = refused(check_schedule, halves)
    assert "The schedule is legal" in said


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (lambda L, s: schedule(L, "store all").actions, "at most 1 check"),
        (lambda L, s: optimal(L, 1), "recomputed steps"),
        (lambda L, s: [], "step 0 is never reversed"),
        (lambda L, s: optimal(L, s)[:-2], "is never reversed"),
        (lambda L, s: [("jump", 0)], "the kind of action 0"),
        (lambda L, s: 7, "An action is a pair"),
    ],
)
def test_wrong_schedules_are_answered(answer, shown, refused):
    assert shown in refused(check_schedule, answer)


#: What is said of right answers, and the answers.
RIGHT = {
    check_block_intensity: (
        "each run block by block",
        intensity,
        lambda n, t: (2 * n - 1) / (2 * n / t + 1),
    ),
    check_fewest_checkpoints: ("the longest chains", checkpoints),
    check_schedule: ("all legal and optimal", optimal),
}
