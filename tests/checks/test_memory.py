"""The checkers of the page on memory: right answers, and wrong ones."""

import itertools
import math
from functools import cache
from heapq import heappop, heappush
from math import comb

import pytest
from byhand.checks import _running
from byhand.checks.memory import (
    LOGARITHMIC,
    _chains,
    _least_work,
    check_fewest_checkpoints,
    check_least_work,
    check_live_values,
    check_logarithmic,
    check_longest_chain,
    check_one_checkpoint,
    check_planner,
    check_schedule,
    check_smallest_room,
)
from byhand.cost import Schedule, recomputations, schedule


def wrong(*cases):
    return pytest.mark.parametrize(("answer", "said"), cases)


def in_one_line(text):
    return " ".join(text.split())


# ---- warm-ups ------------------------------------------------------------


@wrong(
    ([1, 2, 3, 4], "is each used here or later"),
    ([1, 1, 3, 2], "The result of the line is live"),
    ([3, 4, 5, 3], "belong to the caller"),
    ([1, 2, 2, 2], "The result of the line is live"),
    ([1, 2, 3, 1], "and so is what it reads"),
    ([1, 2, 3], "One number for each line"),
)
def test_wrong_live_values(answer, said, refused):
    assert said in in_one_line(refused(check_live_values, answer))


def longest(room, B, n):
    return (room - n**2) // (B * n) - 3


@wrong(
    (lambda room, B, n: room // (B * n) - 3, "The matrix W takes room"),
    (lambda room, B, n: (room - n**2) // (B * n), "beside one for each"),
    (lambda room, B, n: longest(room, B, n) + 1, "do not fit"),
    (lambda room, B, n: longest(room, B, n) - 1, "would fit"),
    (lambda room, B, n: (room - n**2) / (B * n) - 3, "an integer"),
)
def test_wrong_lengths(answer, said, refused):
    assert said in refused(check_longest_chain, answer)


@wrong(
    (lambda L: L * (L - 1) // 2, "the way of the value"),
    (lambda L: L * (L + 1) // 2, "i steps from x_0"),
    (lambda L: (L - 1) * (L - 2) // 2 + L, "run once, at the turn"),
    (lambda L: L * L, "Add up"),
    (lambda L: (L - 1) * (L - 2) / 2 + 0.5, "Return an integer"),
)
def test_wrong_recomputed_steps(answer, said, refused):
    assert said in in_one_line(refused(check_one_checkpoint, answer))


def test_a_loop_in_compiled_code_is_stopped_before_it_takes_years(
    refused, monkeypatch
):
    monkeypatch.setattr(_running, "SECONDS", 0.05)
    text = refused(check_one_checkpoint, lambda L: sum(range(L - 1)))
    assert "Too slow, or endless" in in_one_line(text)


def test_the_formula_for_one_checkpoint_is_that_of_the_theorem():
    for L in range(1, 30):
        assert recomputations(L, 1) == (L - 1) * (L - 2) // 2


# ---- check_fewest_checkpoints --------------------------------------------


def checkpoints(L, r):
    s = 1
    while comb(s + r, r) < L:
        s += 1
    return s


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


# ---- check_logarithmic ---------------------------------------------------


@wrong(
    ("hcbgea", "for s = 2 it is 6, and 2² = 4"),
    ("dcfgea", "for L = 3 it is s = 1"),
    ("hcigea", "is not the square of the sum"),
    ("hgcfea", "it needs more than lines h say"),
    ("hcfga", "bounded by the theorem's r"),
    ("hcfge", "Which of the lines is the claim"),
    ("xyz", "letters in an order"),
)
def test_what_is_no_proof(answer, said, refused):
    assert said in in_one_line(refused(check_logarithmic, answer))


def test_the_claim_that_is_proved():
    for L in range(1, 300):
        s = max(1, (L - 1).bit_length())
        assert comb(2 * s, s) >= 2**s >= L
        if L <= 40:
            steps = [i for kind, i in optimal(L, s) if kind == "advance"]
            assert max(map(steps.count, steps), default=0) <= s


def test_every_order_that_is_a_proof_passes(passes):
    for order in LOGARITHMIC.orders():
        passes(check_logarithmic, list(order))


# ---- check_schedule ------------------------------------------------------


def optimal(L, s):
    """Divide as the theorem says, without the package's schedules."""

    @cache
    def work(length, slots):
        if length == 1:
            return 0, 0
        if slots == 0:
            return float("inf"), 0
        return min(
            (k + work(k, slots)[0] + work(length - k, slots - 1)[0], k)
            for k in range(1, length)
        )

    def reverse(start, length, slots):
        if length == 1:
            return [("reverse", start)]
        k = work(length, slots)[1]
        rest = reverse(start + k, length - k, slots - 1)
        if slots > 1:
            rest = [("store", start + k), *rest, ("discard", start + k)]
        return [
            *(("advance", start + i) for i in range(k)),
            *rest,
            ("restore", start),
            *reverse(start, k, slots),
        ]

    return [("store", 0), *reverse(0, L, s)]


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
        (lambda L, s: [*store_all(L)], "at most 1 check"),
        (lambda L, s: optimal(L, 1), "recomputed steps"),
        (lambda L, s: [], "step 0 is never reversed"),
        (lambda L, s: optimal(L, s)[:-2], "is never reversed"),
        (lambda L, s: [("jump", 0)], "the kind of action 0"),
        (lambda L, s: 7, "An action is a pair"),
        # What the exercise asks for is not to be had from the package.
        (lambda L, s: schedule(L, budget=s).actions, "not to be used"),
    ],
)
def test_wrong_schedules_are_answered(answer, shown, refused):
    assert shown in refused(check_schedule, answer)


def test_the_package_writes_schedules_again_after_a_check(refused):
    refused(check_schedule, lambda L, s: schedule(L, budget=s).actions)
    assert schedule(5, budget=2).recomputations == recomputations(5, 2)


def store_all(L):
    forward = ([("store", i), ("advance", i)] for i in range(L - 1))
    back = ([("restore", i), ("reverse", i)] for i in range(L - 2, -1, -1))
    parts = itertools.chain(*forward, [("reverse", L - 1)], *back)
    return list(parts) if L > 1 else [("store", 0), ("reverse", 0)]


# ---- the planner ---------------------------------------------------------


def search(costs, sizes, room):
    """Return the least work of all legal schedules, nested or not."""
    order = itertools.count()
    queue = [(0, next(order), len(costs), 0, frozenset())]
    known = set()
    while True:
        work, _, left, at, held = heappop(queue)
        if not left:
            return work
        if (left, at, held) in known:
            continue
        known.add((left, at, held))
        moves = [(0, left, i, held) for i in held]
        moves += [(0, left, at, held - {i}) for i in held]
        if sum(sizes[i] for i in held | {at}) <= room:
            moves.append((0, left, at, held | {at}))
        if at + 1 < left:
            moves.append((costs[at], left, at + 1, held))
        if at + 1 == left:
            moves.append((0, left - 1, at, held))
        for cost, *state in moves:
            heappush(queue, (work + cost, next(order), *state))


def test_the_checker_knows_the_least_work():
    for costs, sizes, room in _chains():
        expected = _least_work(tuple(costs), tuple(sizes), room)
        if len(costs) <= 7:
            # No schedule, nested or not, is cheaper on these chains.
            assert search(costs, sizes, room) == expected
        if max(costs) == max(sizes) == 1:
            advances = recomputations(len(costs), room) + len(costs) - 1
            assert advances == expected


@pytest.mark.parametrize(
    ("costs", "sizes", "nested", "legal"),
    [
        ((1, 4, 5, 7, 6, 1), (1, 1, 4, 5, 1, 4), 34, 33),  # on the page
        ((1,) * 7, (2, 1, 3, 4, 5, 1, 5), 12, 11),
    ],
)
def test_a_schedule_that_is_not_nested_can_take_less(
    costs, sizes, nested, legal
):
    assert _least_work(costs, sizes, 5) == nested
    assert search(costs, sizes, 5) == legal


def least(costs, sizes, room):
    return _least_work(tuple(costs), tuple(sizes), room)


def planned(costs, sizes, room):
    """Return the work and the actions of a cheapest nested schedule."""

    @cache
    def best(start, stop, free):
        if stop - start == 1:
            return 0, (("reverse", start),)
        ways = []
        for k in range(start + 1, stop):
            alone = k == stop - 1
            there = tuple(("advance", i) for i in range(start, k))
            work, before = best(start, k, free)
            work += sum(costs[start:k])
            back = (("restore", start), *before)
            if alone:
                ways.append((work, (*there, ("reverse", k), *back)))
            if sizes[k] <= free:
                more, after = best(k, stop, free - sizes[k])
                after = (("store", k), *after, ("discard", k))
                ways.append((work + more, (*there, *after, *back)))
        return min(ways, key=lambda way: way[0])

    work, actions = best(0, len(costs), room - sizes[0])
    return work, [("store", 0), *actions]


def my_plan(costs, sizes, room):
    return planned(costs, sizes, room)[1]


def without_storing(costs, sizes, room):
    """Always start from x_0."""
    L = len(costs)
    actions = [("store", 0)]
    for i in reversed(range(L)):
        actions += [("advance", k) for k in range(i)]
        actions += [("reverse", i), ("restore", 0)]
    return actions


def slow(costs, sizes, room):
    """Solve every stretch anew."""

    def work(start, stop, free):
        if stop - start == 1:
            return 0
        ways = [sum(costs[start : stop - 1]) + work(start, stop - 1, free)]
        ways += [
            sum(costs[start:k])
            + work(k, stop, free - sizes[k])
            + work(start, k, free)
            for k in range(start + 1, stop)
            if sizes[k] <= free
        ]
        return min(ways)

    return work(0, len(costs), room - sizes[0])


def ones(values):
    return [1] * len(values)


def with_room_for_the_last(costs, sizes, room):
    """Store every state from which a step is reversed."""

    @cache
    def work(start, stop, free):
        if stop - start == 1:
            return 0
        ways = [
            sum(costs[start:k])
            + work(k, stop, free - sizes[k])
            + work(start, k, free)
            for k in range(start + 1, stop)
            if sizes[k] <= free
        ]
        return min(ways, default=math.inf)

    return work(0, len(costs), room - sizes[0])


@wrong(
    (lambda c, m, r: least(c, m, r) - sum(c[:-1]), "all advances"),
    (lambda c, m, r: least(c, m, r) + c[-1], "is run at the turn"),
    (lambda c, m, r: least(ones(c), m, r), "costs costs[i]"),
    (lambda c, m, r: least(c, ones(m), r), "takes sizes[i]"),
    (lambda c, m, r: least(c, m, r + m[0]), "x_0 is a checkpoint"),
    (lambda c, m, r: sum(c[:-1]), "They do not fit here"),
    (lambda c, m, r: least(c, m, r) - 1, "No nested schedule"),
    (lambda c, m, r: 2 * least(c, m, r), "a cheaper way"),
    (lambda c, m, r: None, "expected"),
    (with_room_for_the_last, "x_0 alone is enough"),
)
def test_wrong_work(answer, said, refused):
    assert said in in_one_line(refused(check_least_work, answer))


def test_work_that_grows_exponentially_is_stopped(refused, monkeypatch):
    monkeypatch.setattr(_running, "SECONDS", 0.05)
    assert "stopped after" in refused(check_least_work, slow)


@wrong(
    (without_storing, "At each split"),
    (lambda c, m, r: my_plan(c, m, r + 3), "x_0 takes its size"),
    (lambda c, m, r: my_plan(ones(c), m, r), "The schedule is legal and fits"),
    (lambda c, m, r: my_plan(c, ones(m), r), "takes its own"),
    (lambda c, m, r: my_plan(c, m, r)[:-1], "never reversed"),
    (lambda c, m, r: store_all(len(c)), "x_0 takes its size"),
    (
        lambda c, m, r: schedule(len(c), budget=1).actions,
        "schedule is not to be used",
    ),
)
def test_wrong_plans(answer, said, refused):
    assert said in in_one_line(refused(check_planner, answer))


def room_for(costs, sizes, most):
    room = sizes[0]
    while least(costs, sizes, room) > most:
        room += 1
    return room


@wrong(
    (lambda c, m, most: room_for(c, m, most) + 1, "is less enough"),
    (lambda c, m, most: sum(m), "is less enough"),
    (lambda c, m, most: m[0], "How does the least work change"),
    (lambda c, m, most: 0, "x_0 has to be kept"),
    (lambda c, m, most: room_for(c, m, most) + 0.5, "Return an integer"),
)
def test_wrong_rooms(answer, said, refused):
    assert said in in_one_line(refused(check_smallest_room, answer))


#: What is said of right answers, and the answers.
RIGHT = {
    check_live_values: ("4 lines", [1, 2, 3, 2]),
    check_longest_chain: ("sizes of memory", longest),
    check_one_checkpoint: (
        "83 lengths",
        lambda L: (L - 1) * (L - 2) // 2,
        lambda L: comb(L - 1, 2),
    ),
    check_fewest_checkpoints: ("the longest chains", checkpoints),
    check_logarithmic: ("6 lines", "hcfgea", ["c", "f", "h", "g", "e", "a"]),
    check_schedule: ("all legal and optimal", optimal),
    check_least_work: ("34 chains", lambda c, m, r: planned(c, m, r)[0]),
    check_planner: ("34 plans", my_plan),
    check_smallest_room: ("102 bounds", room_for),
}
