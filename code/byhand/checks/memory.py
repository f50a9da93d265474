"""Checkers for the page on memory and checkpointing."""

# ruff: noqa: ARG005 (a value is given the batch, the weights and the number)

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from typing import Any, NoReturn
from unittest.mock import patch

import numpy as np
import sympy as sp

from byhand.checks._answers import fraction, pair, real, sequence, whole
from byhand.checks._proofs import Decoy, Line, Proof
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_line
from byhand.checks._verdicts import judge
from byhand.cost import Schedule, reach, recomputations

# ---- Warm-ups ------------------------------------------------------------

#: A program of vectors of one length: each line and what it reads.
_LINES = {"u": "x y", "v": "u", "w": "u v", "z": "w x"}


@checker("Who is alive", points=1)
def check_live_values(check: Check, answer: Sequence[int]) -> str:
    """Check how many values are live at each line of a program.

    Parameters
    ----------
    answer
        Four integers: for the lines u = x * y, v = exp(u), w = u + v and
        z = w * x the number of values, the inputs left out, that are live.
    """
    numbers = check.read(
        lambda value: [whole(n) for n in sequence(value, len(_LINES))],
        answer,
        given="the answer itself",
        expected="a list of four integers",
        hint="One number for each line, from the first to the last.",
    )
    names = list(_LINES)
    for place, (line, number) in enumerate(zip(names, numbers, strict=True)):
        born = names[: place + 1]
        live = [
            name
            for name in born
            if name == line
            or any(name in _LINES[later].split() for later in names[place:])
        ]
        if number == len(live):
            continue
        hint = "A value lives from its line to the last line that uses it."
        if number == len(born):
            hint += " All of these were born; is each used here or later?"
        elif number == len(live) - 1:
            hint += " The result of the line is live, and so is what it reads."
        elif number > len(born):
            hint = "The inputs x and y belong to the caller: leave them out."
        check.fail(
            given=f"the line {line} = {_written(line)}",
            expected="the number of those of "
            f"{', '.join(born)} that are live at this line",
            got=number,
            hint=hint,
        )
    return "4 lines"


def _written(line: str) -> str:
    return {"u": "x * y", "v": "exp(u)", "w": "u + v", "z": "w * x"}[line]


@checker("The longest chain that fits", points=1)
def check_longest_chain(check: Check, answer: Callable[..., Any]) -> str:
    """Check how long a chain may be for its gradient to fit into memory.

    Parameters
    ----------
    answer
        ``answer(room, B, n)``: the largest L for which the gradient of a
        chain of L layers, B × n numbers each, has a peak of at most
        ``room`` numbers; ``room`` is enough for L = 1.
    """
    # At the first of them each of the foreseen slips gives another number.
    cases = [(500, 2, 10), (5, 1, 1), (9, 1, 1), (33, 2, 3), (38, 2, 3)]
    # Room that is just enough for a chain, and one number less than enough
    # for the next.
    for B, n, length in itertools.product((2, 3, 5, 8, 11), (1, 6), (1, 11)):
        for layers, less in (length, 0), (length + 1, 1):
            cases.append(((layers + 3) * B * n + n**2 - less, B, n))
    for room, B, n in cases:
        given = {"room": room, "B": B, "n": n}
        expected = (room - n**2) // (B * n) - 3
        got = check.read(
            whole,
            check.call(answer, **given),
            given=given,
            expected=expected,
            hint="Return an integer: the number of layers.",
        )
        if got != expected:
            needed = (got + 3) * B * n + n**2
            check.fail(
                given=given,
                expected=expected,
                got=f"{got}, which takes {needed} numbers",
                hint=_chain_hint(got, expected, room, B, n),
            )
    return f"{len(cases)} sizes of memory"


def _chain_hint(got: int, expected: int, room: int, B: int, n: int) -> str:
    if got == room // (B * n) - 3:
        return "The matrix W takes room as well."
    if got == expected + 3:
        return "The gradient holds some states beside one for each layer."
    if got > expected:
        return "That many layers do not fit: compare with the table above."
    return "One layer more would fit. Compare with the table of peaks above."


# ---- A batch in chunks ---------------------------------------------------

_X = np.array([[1, 2], [0, -1], [3, 1], [2, -2]])
_W = np.array([2, 1])

#: Values of a batch X, a vector w and the number B, in words and as programs.
_VALUES: dict[str, tuple[str, Callable[..., Any]]] = {
    "a": ("X w", lambda X, w, B: X @ w),
    "b": ("Xᵀ(X w)", lambda X, w, B: X.T @ (X @ w)),
    "c": ("w / B", lambda X, w, B: w / B),
    "d": ("X, less the mean of each column", lambda X, w, B: X - X.sum(0) / B),
    "e": (
        "X, less the mean of each row",
        lambda X, w, B: X - X.mean(axis=1, keepdims=True),
    ),
    "f": (
        "the mean of the squares of X w",
        lambda X, w, B: ((X @ w) ** 2).sum() / B,
    ),
    "g": (
        "the root of the mean of the squares of X w",
        lambda X, w, B: np.sqrt(((X @ w) ** 2).sum() / B),
    ),
    "h": ("X (Xᵀ(X w))", lambda X, w, B: X @ (X.T @ (X @ w))),
}

_KINDS = "before", "rows", "sum", "after", "none"


@checker("Who looks at whom", points=2)
def check_kinds(check: Check, verdicts: Mapping[str, str]) -> str:
    """Check what values are by the rows of a batch.

    Parameters
    ----------
    verdicts
        For each of ``"a"`` to ``"h"`` the first that is right of
        ``"before"``, ``"rows"``, ``"sum"``, ``"after"`` and ``"none"``.
    """
    truths = {letter: _kind(letter) for letter in _VALUES}
    for letter, said in judge(check, verdicts, truths, _KINDS):
        text, _ = _VALUES[letter]
        check.fail(
            given=f"{letter}.  {text}, with X = {in_line(_X)} and "
            f"w = {in_line(_W)}",
            expected="the first of the five words that is right",
            got=f"you say {said!r}, but {_evidence(letter, said)}",
            hint=_KIND_HINTS[truths[letter]],
        )
    return f"{len(truths)} values, each sample in the batch and alone"


_KIND_HINTS = {
    "before": "Which numbers does it read?",
    "rows": "What has to be known of the other samples for one row of it?",
    "sum": "B is known before any sample is. Is it a sum then?",
    "after": "Is it a sum, or what is done with one?",
    "none": "What has to be known of the other samples for one row of it?",
}


def _alone(letter: str) -> tuple[Any, list[Any]]:
    """Return the value for the batch, and for each sample alone."""
    _, value = _VALUES[letter]
    samples = [value(_X[i : i + 1], _W, len(_X)) for i in range(len(_X))]
    return value(_X, _W, len(_X)), samples


def _has_rows(value: Any) -> bool:
    return bool(np.shape(value)[:1] == (len(_X),))


def _kind(letter: str) -> str:
    whole, samples = _alone(letter)
    if np.array_equal(whole, _VALUES[letter][1](2 * _X, _W, len(_X))):
        return "before"
    if _has_rows(whole):
        joined = np.concatenate(samples)
        return "rows" if np.array_equal(whole, joined) else "none"
    return "sum" if np.allclose(whole, sum(samples)) else "after"


def _digits(value: Any) -> str:
    return in_line(np.round(value, 3))


def _evidence(letter: str, said: str) -> str:
    """Return what is against a wrong verdict."""
    whole, samples = _alone(letter)
    if said == "before":
        doubled = _VALUES[letter][1](2 * _X, _W, len(_X))
        return f"it is {_digits(whole)}, and {_digits(doubled)} for 2X"
    if said in {"sum", "after"} and _has_rows(whole):
        return f"it has {len(_X)} rows, one for each sample"
    if said == "rows" and not _has_rows(whole):
        return f"it is {_digits(whole)}, which has no row for each sample"
    if said == "rows":
        return (
            f"its first row is {_digits(whole[0])}, and for the first sample "
            f"alone it would be {_digits(samples[0][0])}"
        )
    if said == "sum":
        return (
            f"for the samples one by one it is {_digits(samples)}, which do "
            f"not add up to {_digits(whole)}"
        )
    return "an earlier word is right"


# ---- Checkpoints ---------------------------------------------------------


@checker("With a single checkpoint", points=1)
def check_one_checkpoint(check: Check, answer: Callable[[int], Any]) -> str:
    """Check the recomputed steps when only the initial state is kept.

    Parameters
    ----------
    answer
        ``answer(L)``: the steps recomputed for a chain of L ≥ 1 steps whose
        only checkpoint is x_0.
    """
    # At 5 each of the foreseen slips gives another number.
    lengths = [5, *range(1, 21), 1000]
    # A sum in compiled code, which no alarm ends, takes a while for each of
    # these, so that time is up before the last one, which would take years.
    lengths += [*range(2 * 10**7, 2 * 10**7 + 60), 10**18]
    for length in lengths:
        given = {"L": length}
        # The formula of the theorem counts up to r = L, which takes too long.
        expected = (length - 1) * (length - 2) // 2
        got = check.read(
            whole,
            check.call(answer, **given),
            given=given,
            expected=expected,
            hint="Return an integer.",
        )
        if got == expected:
            continue
        hint = (
            "Step i needs the state x_i, which is i steps from x_0. Add up "
            "over all steps, and leave out what the value takes anyway."
        )
        if got == expected + length - 1:
            hint = (
                "These are all the steps that are advanced. Some of them are "
                "the way of the value."
            )
        elif got == expected + length:
            hint = (
                "The last step is run once, at the turn: on the way to it "
                "L − 1 steps are advanced."
            )
        elif got == expected + 2 * length - 1:
            hint = (
                "The state x_i is i steps from x_0, and the last state needed "
                "is that from which the last step starts."
            )
        check.fail(given=given, expected=expected, got=got, hint=hint)
    return f"{len(lengths)} lengths, up to 10**18"


# ---- A budget for patience -----------------------------------------------


@checker("A budget for patience", points=2)
def check_fewest_checkpoints(check: Check, answer: Callable[..., Any]) -> str:
    """Check the fewest checkpoints for a bound on repeated advances.

    Parameters
    ----------
    answer
        ``answer(L, r)`` for integers L ≥ 1 and r ≥ 1; returns the smallest
        s ≥ 1 with which a chain of L steps can be reversed so that no step
        is advanced more than r times.
    """
    cases = [*itertools.product(range(1, 41), range(1, 6))]
    for r in range(1, 9):
        # the chains at which the answer changes, and some between
        edges = [reach(s, r) + k for s in range(1, 9) for k in (0, 1)]
        chosen = [*edges, 50, 100, 500, 1000, 5000]
        cases += [(length, r) for length in chosen]
    for length, r in cases:
        expected = _fewest_checkpoints(length, r)
        given = {"L": length, "r": r}
        s = check.read(
            whole,
            check.call(answer, **given),
            given=given,
            expected=expected,
            hint="Return an integer, at least 1.",
        )
        if s != expected:
            check.fail(
                given=given,
                expected=expected,
                got=s,
                hint=_checkpoint_hint(s, length, r),
            )
    return f"{len(cases)} pairs L, r, the longest chains among them"


def _fewest_checkpoints(length: int, r: int) -> int:
    return next(s for s in itertools.count(1) if reach(s, r) >= length)


def _checkpoint_hint(s: int, length: int, r: int) -> str:
    if s < 1:
        return "Return an integer, at least 1."
    if s > length:
        return f"{length} checkpoints store every state already."
    longest = reach(s, r)
    if longest < length:
        return (
            f"With {s} checkpoints and r = {r} the longest chain has "
            f"{longest} steps."
        )
    return (
        f"{s} checkpoints are enough for {longest} steps; are fewer enough "
        f"for {length}?"
    )


# ---- Both logarithmic ----------------------------------------------------


#: For every L ≥ 1: ⌈log₂ L⌉ checkpoints, and as many advances of a step.
LOGARITHMIC = Proof(
    {
        "a": Line(
            "So no step of a cheapest nested schedule with s checkpoints is "
            "advanced more than s times.",
            ("e",),
            "How often a step is advanced is bounded by the theorem's r.",
        ),
        "b": Decoy(
            "β(s, s) = 2ˢ",
            lambda: f"for s = 2 it is {reach(2, 2)}, and 2² = 4",
            "An inequality is enough, and it is all there is.",
        ),
        "c": Line(
            "C(2s, s) = Σ C(s, k)²",
            (),
            "",
        ),
        "d": Decoy(
            "Let s = ⌊log₂ L⌋, so that 2ˢ ≥ L.",
            lambda: "for L = 3 it is s = 1, and 2¹ = 2 is less than 3",
            "Round so that the inequality holds for all L.",
        ),
        "e": Line(
            "So the smallest r with L ≤ β(s, r) is at most s.",
            ("g",),
            "Which inequality puts L below some β(s, r)?",
        ),
        "f": Line(
            "So C(2s, s) ≥ Σ C(s, k) = 2ˢ, since the square of a whole "
            "number is at least the number.",
            ("c",),
            "Which sum of squares is meant?",
        ),
        "g": Line(
            "So β(s, s) = C(2s, s) ≥ 2ˢ ≥ L.",
            ("f", "h"),
            "Two inequalities meet here. Where does each come from?",
        ),
        "h": Line("Let s = ⌈log₂ L⌉, so that 2ˢ ≥ L.", (), ""),
        "i": Decoy(
            "So C(2s, s) ≥ (Σ C(s, k))² = 4ˢ.",
            lambda: "for s = 1 it is C(2, 1) = 2, and 4¹ = 4",
            "A sum of squares is not the square of the sum.",
        ),
    }
)


@checker("Both logarithmic", points=3)
def check_logarithmic(check: Check, order: Sequence[str]) -> str:
    """Check a proof that log₂ L checkpoints and advances are enough.

    Parameters
    ----------
    order
        The letters of the lines of the proof, in an order that proves it.
    """
    return LOGARITHMIC.judge(check, order)


# ---- Write the schedule --------------------------------------------------


@checker("Write the schedule", points=6)
def check_schedule(check: Check, answer: Callable[..., Any]) -> str:
    """Check a function that writes optimal checkpointing schedules.

    Parameters
    ----------
    answer
        ``answer(L, s)`` for integers L ≥ 1 and s ≥ 1; returns a list of
        actions (kind, state) that reverse a chain of L steps with at most s
        checkpoints and the fewest recomputed steps.
    """
    cases = [(length, s) for length in range(1, 16) for s in range(1, 6)]
    cases += [(60, 1), (100, 3), (100, 10), (101, 120)]
    for length, s in cases:
        given: dict[str, Any] = {"L": length, "s": s}
        with _unaided():
            plan, actions = _read_plan(check, answer, length, given)
        if plan.checkpoints > s:
            check.fail(
                given=given | {"actions": _abridged(actions)},
                expected=f"at most {s} checkpoints at one time",
                got=plan.checkpoints,
                hint="x_0 counts. Discard a checkpoint when the step that "
                "starts from it has been reversed.",
            )
        fewest = recomputations(length, s)
        if plan.recomputations != fewest:
            check.fail(
                given=given | {"actions": _abridged(actions)},
                expected=f"{fewest} recomputed steps",
                got=f"{plan.recomputations} recomputed steps",
                hint="The schedule is legal. Is the next checkpoint set at "
                "the state for which both parts together are cheapest?",
            )
    return f"{len(cases)} schedules, all legal and optimal"


@contextmanager
def _unaided() -> Iterator[None]:
    """Let no binomial schedule be had from the package meanwhile."""

    def refuse(*_: object) -> NoReturn:
        raise RuntimeError("schedule is not to be used in this exercise")

    with patch("byhand.cost.checkpoint._binomial", refuse):
        yield


def _read_plan(
    check: Check,
    answer: Callable[..., Any],
    steps: int,
    given: dict[str, Any],
) -> tuple[Schedule, list[tuple[Any, int]]]:
    """Return a learner's schedule, which is legal, and its actions."""
    wanted = "a list of actions that reverses the chain"
    actions = check.read(
        _actions,
        check.call(answer, **given),
        given=given,
        expected=wanted,
        hint='An action is a pair such as ("store", 0).',
    )
    try:
        return Schedule(steps, actions), actions
    except (TypeError, ValueError) as error:
        check.fail(
            given=given,
            expected=wanted,
            got=_abridged(actions),
            hint=str(error),
        )


def _actions(value: object) -> list[tuple[Any, int]]:
    pairs = map(pair, sequence(value))
    return [(kind, whole(state)) for kind, state in pairs]


def _abridged(actions: Any) -> str:
    text = repr(actions)
    return text if len(text) <= 400 else text[:400] + " …"


# ---- The planner ---------------------------------------------------------


@checker("A planner, step 1 of 3: the least work", points=5)
def check_least_work(check: Check, answer: Callable[..., Any]) -> str:
    """Check the least work of reversing a chain of unequal steps.

    Parameters
    ----------
    answer
        ``answer(costs, sizes, room)``: the least work of the advances of a
        nested schedule.  ``costs[i]`` is the work of step i and ``sizes[i]``
        the size of the state x_i, positive integers; the checkpoints,
        x_0 among them, have at most the size ``room`` at any time.
    """
    for costs, sizes, room in _chains():
        given = {"costs": costs, "sizes": sizes, "room": room}
        expected = _least_work(tuple(costs), tuple(sizes), room)
        got = check.read(
            _work,
            check.call(answer, **given),
            given=given,
            expected=expected,
            hint="Return a number: the costs of all advances, added up.",
        )
        if isinstance(got, float):
            check.fail(
                given=given,
                expected=expected,
                got=f"{got}: no schedule",
                hint="There always is one, for x_0 alone is enough. The last "
                "state of a stretch needs no room: one arrives there, and "
                "its step is reversed at once.",
            )
        if got != expected:
            check.fail(
                given=given,
                expected=expected,
                got=str(got),
                hint=_work_hint(got, costs, sizes, room),
            )
    return f"{len(_chains())} chains, {_equal_chains()} of them with all alike"


@checker("A planner, step 2 of 3: the plan", points=4)
def check_planner(check: Check, answer: Callable[..., Any]) -> str:
    """Check a function that plans the reversal of a chain of unequal steps.

    Parameters
    ----------
    answer
        ``answer(costs, sizes, room)``: the actions (kind, state) of a
        schedule whose checkpoints have at most the size ``room`` at any
        time, with the least work of a nested schedule.
    """
    for costs, sizes, room in _chains():
        given = {"costs": costs, "sizes": sizes, "room": room}
        with _unaided():
            plan, actions = _read_plan(check, answer, len(costs), given)
        held = most = 0
        for kind, state in plan.actions:
            size = sizes[state]
            held += {"store": size, "discard": -size}.get(kind, 0)
            most = max(most, held)
        if most > room:
            check.fail(
                given=given | {"actions": _abridged(actions)},
                expected=f"checkpoints of at most {room} numbers at one time",
                got=f"{most} numbers",
                hint="x_0 takes its size as well, and a checkpoint takes its "
                "own, whatever the sizes of the others are. Discard it when "
                "the step from it has been reversed.",
            )
        work = sum(costs[i] for kind, i in plan.actions if kind == "advance")
        least = _least_work(tuple(costs), tuple(sizes), room)
        # Beyond nested schedules a plan may do better; nobody minds.
        if work > least:
            check.fail(
                given=given | {"actions": _abridged(actions)},
                expected=f"{least}, the work of the advances",
                got=work,
                hint="The schedule is legal and fits. At each split take the "
                "state that makes the advances to it and the two parts "
                "together cheapest.",
            )
    return (
        f"{len(_chains())} plans, all legal and small enough, and no nested "
        "one is cheaper"
    )


@checker("A planner, step 3 of 3: the room it needs", points=3)
def check_smallest_room(check: Check, answer: Callable[..., Any]) -> str:
    """Check the smallest room for a bound on the work.

    Parameters
    ----------
    answer
        ``answer(costs, sizes, most)``: the smallest ``room`` with which the
        least work of a nested schedule is at most ``most``, which is at
        least the work of advancing every step but the last once.
    """
    cases = 0
    for costs, sizes, _ in _chains():
        once = sum(costs[:-1])
        alone = _least_work(tuple(costs), tuple(sizes), sizes[0])
        for most in (once, once + 2 * max(costs), alone):
            given = {"costs": costs, "sizes": sizes, "most": most}
            room = _smallest_room(costs, sizes, most)
            got = check.read(
                whole,
                check.call(answer, **given),
                given=given,
                expected=room,
                hint="Return an integer, the room.",
            )
            cases += 1
            if got == room:
                continue
            told = "which has no room for x_0"
            hint = "x_0 has to be kept whatever the work may be."
            if got >= sizes[0]:
                work = _least_work(tuple(costs), tuple(sizes), got)
                told = f"with which the least work is {work}"
                hint = (
                    "That is enough; is less enough, too?"
                    if work <= most
                    else "That is not enough. How does the least work change "
                    "as the room grows?"
                )
            check.fail(
                given=given, expected=room, got=f"{got}, {told}", hint=hint
            )
    return f"{cases} bounds on the work"


def _chains() -> list[tuple[list[int], list[int], int]]:
    """Return costs, sizes and room of chains, short ones first."""
    chains = [
        # Here each of the foreseen slips gives another number.
        ([1, 3, 3, 1], [1, 2, 3, 1], 2),
        ([1], [1], 1),
        ([2, 5], [1, 1], 1),
        ([2, 5, 3], [1, 1, 1], 1),
        ([1, 1, 1, 1], [1, 1, 1, 1], 2),
        ([1, 1, 1, 1], [1, 3, 1, 1], 2),
        ([4, 1, 1, 1], [2, 1, 5, 1], 3),
        ([1, 1, 9, 1, 1], [2, 2, 2, 2, 2], 5),
    ]
    # All alike: here the formula of the page is a witness.
    chains += [([1] * L, [1] * L, s) for L in (6, 9) for s in (1, 2, 3)]
    rng = np.random.default_rng(6)
    for length in (4, 5, 6, 7, 8, 9) * 3:
        costs = rng.integers(1, 10, length).tolist()
        sizes = rng.integers(1, 6, length).tolist()
        room = sizes[0] + int(rng.integers(0, 9))
        chains.append((costs, sizes, room))
    # Long enough for those who solve a stretch more than once to be stopped.
    widths = [5, 4, 3, 2, 1, 1, 2, 3, 4, 5] * 2
    chains.append(([w * w for w in widths], widths, 16))
    # An hourglass, whose waist is cheap to keep.
    chains.append(([18, 6, 2, 2, 6, 18], [9, 6, 3, 1, 3, 6], 13))
    return chains


def _equal_chains() -> int:
    return sum(max(c) == 1 == max(m) for c, m, _ in _chains())


@cache
def _least_work(
    costs: tuple[int, ...], sizes: tuple[int, ...], room: int
) -> int:
    @cache
    def least(start: int, stop: int, free: int) -> int:
        """Reverse the steps from start to stop; x_start is a checkpoint."""
        if stop - start == 1:
            return 0
        # The last state is reversed from where one stands, unstored.
        ways = [
            sum(costs[start : stop - 1]) + least(start, stop - 1, free),
        ]
        ways += [
            sum(costs[start:k])
            + least(k, stop, free - sizes[k])
            + least(start, k, free)
            for k in range(start + 1, stop)
            if sizes[k] <= free
        ]
        return min(ways)

    return least(0, len(costs), room - sizes[0])


def _smallest_room(costs: list[int], sizes: list[int], most: int) -> int:
    return next(
        room
        for room in itertools.count(sizes[0])
        if _least_work(tuple(costs), tuple(sizes), room) <= most
    )


def _work_hint(
    got: Fraction, costs: list[int], sizes: list[int], room: int
) -> str:
    least = _least_work(tuple(costs), tuple(sizes), room)
    ones = [1] * len(costs)
    if got == sum(costs[:-1]):
        return (
            "With all steps advanced only once, which states would have to be "
            "kept? They do not fit here."
        )
    if got == least - sum(costs[:-1]):
        return (
            "Count the way of the value too: all advances, not only those "
            "that are recomputed."
        )
    if got == least + costs[-1]:
        return "The last step is not advanced: it is run at the turn."
    if got == _least_work(tuple(ones), tuple(sizes), room):
        return "An advance of step i costs costs[i]."
    if got == _least_work(tuple(costs), tuple(ones), room):
        return "A checkpoint x_i takes sizes[i] of the room."
    if got == _least_work(tuple(costs), tuple(sizes), room + sizes[0]):
        return "x_0 is a checkpoint as well and takes its room."
    if got < least:
        return (
            "No nested schedule is that cheap. A state from which several "
            "steps are to be reversed has to be stored, and there must be "
            "room for it."
        )
    return (
        "There is a cheaper way. Try every state for the split. And a state "
        "that has only its own step after it need not be stored."
    )


def _work(value: object) -> Fraction | float:
    """Read a number, which may be infinite."""
    return real(value) if value in (math.inf, sp.oo) else fraction(value)
