"""The checkers of the page on memory: right answers, and wrong ones."""

import itertools
import math
from collections import Counter
from fractions import Fraction
from functools import cache
from heapq import heappop, heappush
from math import comb

import pytest
import sympy as sp
from byhand.checks import _running
from byhand.checks.memory import (
    LOGARITHMIC,
    _chains,
    _kind,
    _least_work,
    check_fewest_checkpoints,
    check_kinds,
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
from byhand.tape import by_rows, record


def wrong(*cases):
    return pytest.mark.parametrize(("answer", "said"), cases)


def in_one_line(text):
    return " ".join(text.split())


def inputs(check, answer):
    """Return what is asked of a right answer."""
    seen = []

    def recorded(*given):
        seen.append(given)
        return answer(*given)

    check(recorded)
    return seen


def wrong_at(places, answer, off=1):
    """Return an answer that is wrong at certain inputs alone."""
    return lambda *given: answer(*given) + off * (given in places)


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


ALIVE = "A value lives from its line to the last line that uses it."
READ = f"{ALIVE} The result of the line is live, and so is what it reads."
BORN = f"{ALIVE} All of these were born; is each used here or later?"
CALLER = "The inputs x and y belong to the caller: leave them out."


@pytest.mark.parametrize(
    ("answer", "line", "born", "got", "hint"),
    [
        ([0, 2, 3, 2], "u = x * y", "u", 0, READ),
        ([2, 2, 3, 2], "u = x * y", "u", 2, CALLER),
        ([1, 0, 3, 2], "v = exp(u)", "u, v", 0, ALIVE),
        ([1, 1, 3, 2], "v = exp(u)", "u, v", 1, READ),
        ([1, 4, 3, 2], "v = exp(u)", "u, v", 4, CALLER),
        ([1, 2, 1, 2], "w = u + v", "u, v, w", 1, ALIVE),
        ([1, 2, 2, 2], "w = u + v", "u, v, w", 2, READ),
        ([1, 2, 4, 2], "w = u + v", "u, v, w", 4, CALLER),
        ([1, 2, 3, 0], "z = w * x", "u, v, w, z", 0, ALIVE),
        ([1, 2, 3, 1], "z = w * x", "u, v, w, z", 1, READ),
        ([1, 2, 3, 3], "z = w * x", "u, v, w, z", 3, ALIVE),
        ([1, 2, 3, 4], "z = w * x", "u, v, w, z", 4, BORN),
        ([1, 2, 3, 5], "z = w * x", "u, v, w, z", 5, CALLER),
    ],
)
def test_the_first_wrong_line_has_its_hint(
    answer, line, born, got, hint, refused
):
    text = in_one_line(refused(check_live_values, answer))
    assert f"the line {line} expected" in text
    assert f"of those of {born} that are live at this line got {got} " in text
    assert text.endswith(f"hint {hint}")


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


@pytest.mark.parametrize(
    ("got", "needed", "hint"),
    [
        # At room = 500, B = 2, n = 10: W takes 100, a layer takes 20.
        (22, 600, "The matrix W takes room as well."),
        (20, 560, "The gradient holds some states beside one for each layer."),
        (
            18,
            520,
            "That many layers do not fit: compare with the table above.",
        ),
        (
            19,
            540,
            "That many layers do not fit: compare with the table above.",
        ),
        (
            21,
            580,
            "That many layers do not fit: compare with the table above.",
        ),
        (
            23,
            620,
            "That many layers do not fit: compare with the table above.",
        ),
        (16, 480, "One layer more would fit. Compare with the table of peaks"),
        (0, 160, "One layer more would fit. Compare with the table of peaks"),
    ],
)
def test_it_is_told_what_another_length_takes(got, needed, hint, refused):
    def answer(room, B, n):
        return got if room == 500 else longest(room, B, n)

    text = in_one_line(refused(check_longest_chain, answer))
    assert "room = 500 B = 2 n = 10 expected 17 " in text
    assert f" got {got}, which takes {needed} numbers hint {hint}" in text


#: B, n, L: a chain that just fits, or the next of which just does not.
JUST = [
    *itertools.product((2, 3, 5, 8, 11), (1, 6), (1, 11)),
    (1, 1, 1),
]


@pytest.mark.parametrize(("B", "n", "L"), JUST)
def test_room_is_tried_that_is_just_enough(B, n, L, refused):
    room = (L + 3) * B * n + n**2
    answer = wrong_at([(room, B, n)], longest)
    text = in_one_line(refused(check_longest_chain, answer))
    assert f"room = {room} B = {B} n = {n} expected {L} " in text


@pytest.mark.parametrize(("B", "n", "L"), JUST[:-1])
def test_room_is_tried_that_is_just_not_enough(B, n, L, refused):
    room = (L + 4) * B * n + n**2 - 1
    answer = wrong_at([(room, B, n)], longest)
    text = in_one_line(refused(check_longest_chain, answer))
    assert f"room = {room} B = {B} n = {n} expected {L} " in text


@pytest.mark.parametrize(
    "given",
    [
        (9, 1, 1),  # more than one layer of a single number
        (33, 2, 3),  # all taken, and no number left
        (38, 2, 3),  # one number less than the next layer takes
    ],
)
def test_small_rooms_are_tried(given, refused):
    room, B, n = given
    text = in_one_line(
        refused(check_longest_chain, wrong_at([given], longest))
    )
    assert f"room = {room} B = {B} n = {n} expected" in text


@wrong(
    (lambda L: L * (L - 1) // 2, "the way of the value"),
    (lambda L: L * (L + 1) // 2, "i steps from x_0"),
    (lambda L: (L - 1) * (L - 2) // 2 + L, "run once, at the turn"),
    (lambda L: L * L, "Add up"),
    (lambda L: (L - 1) * (L - 2) / 2 + 0.5, "Return an integer"),
)
def test_wrong_recomputed_steps(answer, said, refused):
    assert said in in_one_line(refused(check_one_checkpoint, answer))


def with_one(L):
    return (L - 1) * (L - 2) // 2


ADD_UP = "Add up over all steps, and leave out what the value takes anyway."


@pytest.mark.parametrize(
    ("L", "off", "hint"),
    [
        # advanced at all, with the turn, up to x_L; and what just misses
        (5, 4, "Some of them are the way of the value."),
        (5, 5, "on the way to it L − 1 steps are advanced."),
        (5, 9, "needed is that from which the last step starts."),
        (5, 3, ADD_UP),
        (5, 6, ADD_UP),
        (5, 8, ADD_UP),
        (5, 10, ADD_UP),
        (5, -1, ADD_UP),
        (20, 19, "Some of them are the way of the value."),
        (20, 20, "on the way to it L − 1 steps are advanced."),
        (20, 39, "needed is that from which the last step starts."),
        (20, -7, ADD_UP),
        (20, 100, ADD_UP),
    ],
)
def test_slips_with_a_single_checkpoint(L, off, hint, refused):
    text = refused(check_one_checkpoint, wrong_at([(L,)], with_one, off))
    right = sum(range(L - 1))
    assert f"L = {L}\n  expected  {right}\n  got       {right + off}\n" in text
    assert in_one_line(text).endswith(hint)


@pytest.mark.parametrize("L", [*range(1, 21), 1000, 10**18])
def test_short_and_long_chains_are_tried(L, refused):
    text = refused(check_one_checkpoint, wrong_at([(L,)], with_one))
    assert f"L = {L}\n" in text


def test_the_sixty_chains_on_which_time_is_spent():
    tried = [L for (L,) in inputs(check_one_checkpoint, with_one)]
    middle = [L for L in tried if 1000 < L < 10**18]
    assert len(set(middle)) == 60
    # Some tenths of a second each for a loop in compiled code.
    assert min(middle) == 20_000_000
    assert max(middle) < 20_000_100


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


@pytest.mark.parametrize(
    ("L", "r", "got", "hint"),
    [
        # Four steps with r = 1: β(s, 1) = s + 1 makes it three checkpoints.
        (
            4,
            1,
            2,
            "With 2 checkpoints and r = 1 the longest chain has 3 steps.",
        ),
        (
            4,
            1,
            4,
            "4 checkpoints are enough for 5 steps; are fewer enough for",
        ),
        (4, 1, 5, "4 checkpoints store every state already."),
        (4, 1, 0, "Return an integer, at least 1."),
        (4, 1, -1, "Return an integer, at least 1."),
        # C(2 + 3, 3) = 10 and C(3 + 3, 3) = 20
        (11, 3, 1, "With 1 checkpoints and r = 3 the longest chain has 4"),
        (11, 3, 2, "With 2 checkpoints and r = 3 the longest chain has 10"),
        (10, 3, 3, "3 checkpoints are enough for 20 steps; are fewer enough"),
        (10, 3, 10, "10 checkpoints are enough for 286 steps; are fewer"),
        (10, 3, 11, "10 checkpoints store every state already."),
    ],
)
def test_a_wrong_number_of_checkpoints_has_its_hint(L, r, got, hint, refused):
    def answer(length, most):
        return got if (length, most) == (L, r) else checkpoints(length, most)

    text = in_one_line(refused(check_fewest_checkpoints, answer))
    right = checkpoints(L, r)
    assert f"L = {L} r = {r} expected {right} got {got} hint {hint}" in text


@pytest.fixture
def pairs_tried():
    return inputs(check_fewest_checkpoints, checkpoints)


def test_all_short_chains_are_tried(pairs_tried):
    short = set(itertools.product(range(1, 41), range(1, 6)))
    assert set(pairs_tried) >= short
    # Beyond them only those at which the answer changes, and the round ones.
    for L, r in {*pairs_tried} - short:
        assert 1 <= r <= 8
        s = checkpoints(L, r)
        longest_chains = comb(s + r, r), comb(s - 1 + r, r) + 1
        assert L in longest_chains or L in {50, 100, 500, 1000, 5000}


@pytest.mark.parametrize("r", range(1, 9))
def test_longest_chains_are_tried_and_the_next(r, pairs_tried):
    for s in range(1, 9):
        L = comb(s + r, r)
        assert checkpoints(L, r) < checkpoints(L + 1, r)
        assert {(L, r), (L + 1, r)} <= set(pairs_tried)
    assert {(L, r) for L in (50, 100, 500, 1000, 5000)} <= set(pairs_tried)


def test_a_single_wrong_pair_is_refused(refused):
    answer = wrong_at([(5000, 8)], checkpoints)
    text = in_one_line(refused(check_fewest_checkpoints, answer))
    assert "L = 5000 r = 8 expected 7 got 8" in text


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


def test_which_schedules_are_wanted(passes):
    tried = inputs(check_schedule, optimal)
    assert len(tried) == len(set(tried)) == 79
    assert "79 schedules, all" in passes(check_schedule, optimal)
    short = set(itertools.product(range(1, 16), range(1, 6)))
    # The longer ones: a single checkpoint, few, some, more than there are
    # states.
    assert {*tried} - short == {(60, 1), (100, 3), (100, 10), (101, 120)}


def with_a_detour(L, s):
    """Advance the first step once more than need be."""
    store, *rest = optimal(L, s)
    return [store, ("advance", 0), ("restore", 0), *rest]


@pytest.mark.parametrize(
    "where", [(2, 1), (15, 5), (60, 1), (100, 3), (100, 10), (101, 120)]
)
def test_a_single_dear_schedule_is_refused(where, refused):
    def answer(L, s):
        return with_a_detour(L, s) if (L, s) == where else optimal(L, s)

    text = in_one_line(refused(check_schedule, answer))
    L, s = where
    fewest = recomputations(L, s)
    assert f"L = {L} s = {s} actions = [('store', 0)," in text
    assert f"expected {fewest} recomputed steps" in text
    assert f"got {fewest + 1} recomputed steps" in text


def test_a_single_schedule_that_keeps_too_much_is_refused(refused):
    def answer(L, s):
        return store_all(L) if (L, s) == (7, 4) else optimal(L, s)

    text = in_one_line(refused(check_schedule, answer))
    assert "L = 7 s = 4 actions" in text
    # x_0 to x_5 are stored
    assert "at most 4 checkpoints at one time got 6 hint" in text


@pytest.mark.parametrize("length", [399, 400, 401, 500])
def test_of_long_answers_the_beginning_is_shown(length, refused):
    kind = "x" * (length - len("[('', 0)]"))
    actions = [(kind, 0)]
    assert len(str(actions)) == length
    text = refused(check_schedule, lambda L, s: actions)
    shown = text.split("  got ")[1].split("  hint ")[0]
    whole = str(actions) if length <= 400 else str(actions)[:400] + " …"
    assert "".join(shown.split()) == "".join(whole.split())


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
    _least_work.cache_clear()
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
    _least_work.cache_clear()
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


CHEAPER = "There is a cheaper way. Try every state for the split."


@pytest.mark.parametrize(
    ("got", "hint"),
    [
        # Of costs 1, 3, 3, 1 and sizes 1, 2, 3, 1 in a room of 2: from x_0
        # 7 to the last step, 4 to the one before, and 1.
        (7, "With all steps advanced only once, which states would have to"),
        (5, "Count the way of the value too: all advances"),
        (13, "The last step is not advanced: it is run at the turn."),
        (6, "An advance of step i costs costs[i]."),
        (8, "A checkpoint x_i takes sizes[i] of the room."),
        (10, "x_0 is a checkpoint as well and takes its room."),
        (0, "No nested schedule is that cheap."),
        (4, "No nested schedule is that cheap."),
        (9, "No nested schedule is that cheap."),
        (11, "No nested schedule is that cheap."),
        (Fraction(23, 2), "No nested schedule is that cheap."),
        (14, CHEAPER),
        (100, CHEAPER),
    ],
)
def test_each_slip_in_the_work_has_its_hint(got, hint, refused):
    text = in_one_line(refused(check_least_work, lambda c, m, r: got))
    assert "costs = [1, 3, 3, 1] sizes = [1, 2, 3, 1] room = 2 " in text
    assert f"expected 12 got {got} hint {hint}" in text


def slips(c, m, r):
    """Return what the foreseen slips come to."""
    return {
        "which states would have to be kept": sum(c[:-1]),
        "the way of the value": least(c, m, r) - sum(c[:-1]),
        "it is run at the turn": least(c, m, r) + c[-1],
        "costs costs[i]": least(ones(c), m, r),
        "takes sizes[i]": least(c, ones(m), r),
        "x_0 is a checkpoint as well": least(c, m, r + m[0]),
    }


@pytest.mark.parametrize("hint", slips([1], [1], 1))
def test_slips_on_a_longer_chain_have_their_hints(hint, refused):
    c, m, r = next(
        chain
        for chain in inputs(check_least_work, least)
        if len(chain[0]) == 6
        and len({*slips(*chain).values(), least(*chain)}) == 7
        and chain[1][0] > 1
    )

    def answer(*given):
        return slips(c, m, r)[hint] if given == (c, m, r) else least(*given)

    text = in_one_line(refused(check_least_work, answer))
    assert f"costs = {c} sizes = {m} room = {r} " in text
    assert hint in text.split(" hint ")[1]


@pytest.mark.parametrize(
    ("costs", "sizes", "room", "got", "hint"),
    [
        ([4, 1, 1, 1], [2, 1, 5, 1], 3, 8, "is run at the turn"),
        ([4, 1, 1, 1], [2, 1, 5, 1], 3, 4, "costs costs[i]"),
        ([4, 1, 1, 1], [2, 1, 5, 1], 3, 1, "Count the way of the value"),
        ([2, 5, 3], [1, 1, 1], 1, 12, "is run at the turn"),
        ([2, 5, 3], [1, 1, 1], 1, 3, "costs costs[i]"),
        ([2, 5, 3], [1, 1, 1], 1, 2, "Count the way of the value"),
        ([2, 5, 3], [1, 1, 1], 1, 7, "with all steps advanced only once"),
        ([1, 1, 9, 1, 1], [2] * 5, 5, 15, "is run at the turn"),
        ([1, 1, 9, 1, 1], [2] * 5, 5, 13, "takes its room"),
        ([1, 1, 9, 1, 1], [2] * 5, 5, 6, "costs costs[i]"),
    ],
)
def test_a_slip_on_one_chain_has_its_hint(
    costs, sizes, room, got, hint, refused
):
    def answer(*given):
        return got if given == (costs, sizes, room) else least(*given)

    text = in_one_line(refused(check_least_work, answer))
    assert f"costs = {costs} sizes = {sizes} room = {room} " in text
    assert hint.lower() in text.split(" hint ")[1].lower()


@pytest.mark.parametrize("endless", [math.inf, sp.oo])
def test_no_schedule_is_no_answer(endless, refused):
    text = in_one_line(refused(check_least_work, lambda c, m, r: endless))
    assert "got inf: no schedule hint There always is one" in text


#: Chains at which a function is easily wrong that is right elsewhere.
SPECIAL = {
    "a single step, which is never advanced": ([1], [1], 1),
    "two steps, from x_0 alone": ([2, 5], [1, 1], 1),
    "three steps, from x_0 alone": ([2, 5, 3], [1, 1, 1], 1),
    "all alike, and one checkpoint beside x_0": ([1] * 4, [1] * 4, 2),
    "a state that never fits": ([1] * 4, [1, 3, 1, 1], 2),
    "x_0 leaves little room": ([4, 1, 1, 1], [2, 1, 5, 1], 3),
    "room is left over": ([1, 1, 9, 1, 1], [2] * 5, 5),
    "an hourglass": ([18, 6, 2, 2, 6, 18], [9, 6, 3, 1, 3, 6], 13),
    "many steps": (
        [25, 16, 9, 4, 1, 1, 4, 9, 16, 25] * 2,
        [5, 4, 3, 2, 1, 1, 2, 3, 4, 5] * 2,
        16,
    ),
    "six steps alike, from x_0 alone": ([1] * 6, [1] * 6, 1),
    "six steps alike, two checkpoints": ([1] * 6, [1] * 6, 2),
    "six steps alike, three checkpoints": ([1] * 6, [1] * 6, 3),
    "nine steps alike, from x_0 alone": ([1] * 9, [1] * 9, 1),
    "nine steps alike, two checkpoints": ([1] * 9, [1] * 9, 2),
    "nine steps alike, three checkpoints": ([1] * 9, [1] * 9, 3),
}


@pytest.mark.parametrize("chain", SPECIAL.values(), ids=SPECIAL)
def test_a_special_chain_is_among_those_tried(chain, refused):
    costs, sizes, room = chain
    text = in_one_line(refused(check_least_work, wrong_at([chain], least)))
    assert f"costs = {costs} sizes = {sizes} room = {room} " in text
    right = least(*chain)
    assert f"expected {right} got {right + 1} hint" in text


def test_the_other_chains_are_of_all_kinds():
    tried = inputs(check_least_work, least)
    rest = [
        (costs, sizes, room)
        for costs, sizes, room in tried
        if (costs, sizes, room) not in SPECIAL.values()
    ][1:]
    lengths = Counter(len(costs) for costs, _, _ in rest)
    assert lengths == dict.fromkeys([4, 5, 6, 7, 8, 9], 3)
    assert {c for costs, _, _ in rest for c in costs} == {*range(1, 10)}
    assert {m for _, sizes, _ in rest for m in sizes} == {*range(1, 6)}
    # From room for x_0 alone to room for several states.
    free = {room - sizes[0] for _, sizes, room in rest}
    assert min(free) == 0
    assert max(free) == 8


def test_it_is_said_how_many_chains_are_all_alike(passes):
    tried = inputs(check_least_work, least)
    alike = sum({*c, *m} == {1} for c, m, _ in tried)
    said = passes(check_least_work, least)
    assert f"{len(tried)} chains, {alike} of them with all alike" in said


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


def test_it_is_told_how_much_the_checkpoints_take(refused):
    text = in_one_line(
        refused(check_planner, lambda c, m, r: store_all(len(c)))
    )
    # x_0, x_1 and x_2 of the sizes 1, 2 and 3 are kept
    assert "at most 2 numbers at one time got 6 numbers hint" in text


def test_what_is_discarded_takes_no_room(refused):
    chain = ([2, 5, 3], [1, 1, 1], 1)

    def answer(*given):
        if given != chain:
            return my_plan(*given)
        # x_1 is kept and given up before x_0 is stored again.
        return [
            *(("store", 0), ("advance", 0), ("store", 1), ("advance", 1)),
            *(("reverse", 2), ("restore", 1), ("discard", 1), ("reverse", 1)),
            *(("restore", 0), ("reverse", 0)),
        ]

    text = in_one_line(refused(check_planner, answer))
    assert f"costs = {chain[0]} sizes = {chain[1]} room = 1 actions" in text
    assert "at most 1 numbers at one time got 2 numbers hint" in text


def test_what_is_discarded_makes_room_for_its_own_size_only(refused):
    chain = ([1] * 6, [1] * 6, 2)

    def answer(*given):
        if given != chain:
            return my_plan(*given)
        # x_4 makes room for x_1, and not for x_2 as well.
        return [
            ("store", 0),
            *(("advance", i) for i in range(4)),
            *(("store", 4), ("advance", 4), ("reverse", 5), ("restore", 4)),
            *(("discard", 4), ("reverse", 4), ("restore", 0)),
            *(("advance", 0), ("store", 1), ("advance", 1), ("store", 2)),
            *(("advance", 2), ("reverse", 3), ("restore", 2)),
            *(("discard", 2), ("reverse", 2), ("restore", 1)),
            *(("discard", 1), ("reverse", 1), ("restore", 0), ("reverse", 0)),
        ]

    text = in_one_line(refused(check_planner, answer))
    assert f"costs = {chain[0]} sizes = {chain[1]} room = 2 actions" in text
    assert "at most 2 numbers at one time got 3 numbers hint" in text


def test_it_is_told_what_a_plan_costs(refused):
    def answer(c, m, r):
        return without_storing(c, m, r) if len(c) == 5 else my_plan(c, m, r)

    text = in_one_line(refused(check_planner, answer))
    # Of the costs 1, 1, 9, 1: 12 to the last step, then 11, 2 and 1.
    assert "costs = [1, 1, 9, 1, 1] sizes = [2, 2, 2, 2, 2] room = 5" in text
    assert "expected 14, the work of the advances got 26 hint" in text


def test_the_plans_are_for_the_chains_of_the_first_step():
    plans = inputs(check_planner, my_plan)
    assert plans == inputs(check_least_work, least)


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


@pytest.mark.parametrize(
    ("got", "told", "hint"),
    [
        # The first chain, all of whose steps but the last take 7: x_0 and
        # x_1 and x_2 of the sizes 1, 2, 3 have to be kept.
        (7, "with which the least work is 7", "That is enough; is less"),
        (5, "with which the least work is 8", "That is not enough."),
        (2, "with which the least work is 12", "That is not enough."),
        (1, "with which the least work is 12", "That is not enough."),
        (0, "which has no room for x_0", "x_0 has to be kept whatever"),
        (-1, "which has no room for x_0", "x_0 has to be kept whatever"),
    ],
)
def test_it_is_told_what_a_room_is_good_for(got, told, hint, refused):
    text = in_one_line(refused(check_smallest_room, lambda c, m, most: got))
    assert "costs = [1, 3, 3, 1] sizes = [1, 2, 3, 1] most = 7 " in text
    assert f"expected 6 got {got}, {told} hint {hint}" in text


def test_room_for_another_state_is_no_room_for_the_first(refused):
    # x_0 takes 2, and the last state 1.
    chain = ([4, 1, 1, 1], [2, 1, 5, 1])

    def answer(costs, sizes, most):
        if (costs, sizes) == chain:
            return 1
        return room_for(costs, sizes, most)

    text = in_one_line(refused(check_smallest_room, answer))
    assert f"costs = {chain[0]} sizes = {chain[1]} most = 6 " in text
    assert "got 1, which has no room for x_0 hint x_0 has to be" in text


def test_three_bounds_on_the_work_of_each_chain(passes):
    chains = [(c, m) for c, m, _ in inputs(check_least_work, least)]
    tried = inputs(check_smallest_room, room_for)
    assert [(c, m) for c, m, _ in tried[::3]] == chains
    for i, (costs, sizes) in enumerate(chains):
        bounds = [most for c, m, most in tried[3 * i : 3 * i + 3]]
        ways = [sum(costs[:i]) for i in range(len(costs))]
        # No step is advanced again, or the dearest could be, twice, or all
        # of them are, from x_0.
        assert bounds == [ways[-1], ways[-1] + 2 * max(costs), sum(ways)]
        assert room_for(costs, sizes, sum(ways)) == sizes[0]
    said = passes(check_smallest_room, room_for)
    assert f"passed, {len(tried)} bounds on the work" in said


def test_a_single_wrong_room_is_refused(refused):
    at = ([2, 5, 3], [1, 1, 1], 9)
    text = in_one_line(refused(check_smallest_room, wrong_at([at], room_for)))
    assert "sizes = [1, 1, 1] most = 9 expected 1 got 2, with which" in text


# ---- a batch in chunks ---------------------------------------------------

KINDS = {
    "a": "rows", "b": "sum", "c": "before", "d": "none",
    "e": "rows", "f": "sum", "g": "after", "h": "none",
}  # fmt: skip


@pytest.mark.parametrize("letter", KINDS)
@pytest.mark.parametrize("said", ["before", "rows", "sum", "after", "none"])
def test_a_wrong_kind_is_refuted_by_numbers(letter, said, refused):
    if said == KINDS[letter]:
        return
    text = in_one_line(refused(check_kinds, KINDS | {letter: said}))
    assert f"{letter}. " in text
    assert "with X = [[1, 2], [0, -1], [3, 1], [2, -2]] and w = [2, 1]" in text
    assert f"you say {said!r}, but " in text
    evidence, hint = text.split("but ", 1)[1].split(" hint ")
    shape = {"a": "rows", "d": "rows", "e": "rows", "h": "rows"}
    if said == "before":
        assert "for 2X" in evidence
    elif said in {"sum", "after"} and letter in shape:
        assert evidence == "it has 4 rows, one for each sample"
    elif said == "rows":
        assert ("no row for each" in evidence) == (letter not in shape)
    elif said == "sum":
        assert "which do not add up to" in evidence
    else:
        assert evidence == "an earlier word is right"
    assert KINDS[letter] not in evidence.split()
    assert hint


@pytest.mark.parametrize(
    ("letter", "said", "told"),
    [
        ("a", "before", "it is [4, -1, 7, 2], and [8, -2, 14, 4] for 2X"),
        ("d", "rows", "first row is [-0.5, 2.0], and for the first sample al"),
        ("d", "rows", "alone it would be [0.75, 1.5]"),
        ("h", "rows", "first row is 53, and for the first sample alone it wo"),
        ("h", "rows", "alone it would be 20"),
        ("f", "rows", "it is 17.5, which has no row for each sample"),
        ("g", "sum", "one by one it is [2.0, 0.5, 3.5, 1.0], which do not ad"),
        ("g", "sum", "which do not add up to 4.183"),
        ("c", "sum", "which do not add up to [0.5, 0.25]"),
    ],
)
def test_the_numbers_against_a_kind(letter, said, told, refused):
    assert told in in_one_line(refused(check_kinds, KINDS | {letter: said}))


@pytest.mark.parametrize(
    ("letter", "said", "hint"),
    [
        ("c", "sum", "Which numbers does it read?"),
        ("e", "none", "What has to be known of the other samples"),
        ("f", "after", "B is known before any sample is"),
        ("g", "sum", "Is it a sum, or what is done with one?"),
        ("h", "after", "What has to be known of the other samples"),
    ],
)
def test_where_to_look_for_a_kind(letter, said, hint, refused):
    text = in_one_line(refused(check_kinds, KINDS | {letter: said}))
    assert hint in text


def test_the_kinds_are_those_of_the_tape():
    """Hold the exercise against `by_rows`, which knows tapes alone."""
    values = {
        "a": lambda X, w: X @ w,
        "b": lambda X, w: X.T @ (X @ w),
        "d": lambda X, w: X - X.mean(axis=0),
        "e": lambda X, w: X - X.mean(axis=1).reshape(X.shape[0], 1),
        "f": lambda X, w: ((X @ w) ** 2 / X.shape[0]).sum(),
        "g": lambda X, w: ((X @ w) ** 2).mean() ** 0.5,
        "h": lambda X, w: X @ (X.T @ (X @ w)),
    }
    for letter, f in values.items():
        tape = record(f, X=("B", "d"), w="d")
        try:
            parts = by_rows(tape, "B")
        except ValueError:
            kind = "none"
        else:
            (y,) = tape.outputs.values()
            whole = y.shape[:1] == (parts.batch,)
            kind = "after" if parts.after else "rows" if whole else "sum"
        assert _kind(letter) == KINDS[letter] == kind


#: What is said of right answers, and the answers.
RIGHT = {
    check_live_values: ("4 lines", [1, 2, 3, 2]),
    check_longest_chain: ("45 sizes of memory", longest),
    check_one_checkpoint: (
        "83 lengths",
        lambda L: (L - 1) * (L - 2) // 2,
        lambda L: comb(L - 1, 2),
    ),
    check_kinds: ("8 values, each sample in the batch and alone", KINDS),
    check_fewest_checkpoints: (
        "368 pairs L, r, the longest chains",
        checkpoints,
    ),
    check_logarithmic: ("6 lines", "hcfgea", ["c", "f", "h", "g", "e", "a"]),
    check_schedule: ("79 schedules, all legal and optimal", optimal),
    check_least_work: (
        "34 chains, 8 of them",
        lambda c, m, r: planned(c, m, r)[0],
    ),
    check_planner: ("34 plans", my_plan),
    check_smallest_room: ("102 bounds", room_for),
}
