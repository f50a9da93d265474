"""Checkers for the page on counts, the clock, and checkpointing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from byhand.checks._answers import Refused, fraction, pair, sequence, whole
from byhand.checks._protocol import Check, checker
from byhand.cost import Schedule, reach, recomputations


@checker
def check_block_intensity(check: Check, answer: Callable[..., Any]) -> str:
    """Check the arithmetic intensity of a product that goes block by block.

    Parameters
    ----------
    answer
        ``answer(n, t)`` for a product of two n × n matrices in blocks of
        t × t, t a divisor of n; returns operations divided by numbers moved.
    """
    pairs = [
        (n, t) for n in range(1, 13) for t in range(1, n + 1) if n % t == 0
    ]
    for n, t in pairs:
        operations, moved = _run_blocks(n, t)
        expected = Fraction(operations, moved)
        check.read(
            _close,
            check.call(answer, n=n, t=t),
            expected,
            given={"n": n, "t": t},
            expected=f"{expected}: {operations} operations, {moved} "
            "numbers moved",
            hint="The operations do not depend on t. How many pairs of "
            "blocks are read, and how often is a block of the result "
            "written?",
        )
    return f"{len(pairs)} pairs n, t, each run block by block"


@checker
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
    rng = np.random.default_rng(4)
    for r in range(1, 9):
        # the chains at which the answer changes, and some between
        edges = [reach(s, r) + k for s in range(1, 9) for k in (0, 1)]
        chosen = [*edges, *rng.integers(1, 5000, 5).tolist()]
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


@checker
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
        wanted = "a list of actions that reverses the chain"
        actions = check.read(
            _actions,
            check.call(answer, **given),
            given=given,
            expected=wanted,
            hint='An action is a pair such as ("store", 0).',
        )
        try:
            plan = Schedule(length, actions)
        except (TypeError, ValueError) as error:
            check.fail(
                given=given,
                expected=wanted,
                got=_abridged(actions),
                hint=str(error),
            )
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


def _run_blocks(n: int, t: int) -> tuple[int, int]:
    """Return operations and numbers moved of a product in blocks."""
    operations = moved = 0
    blocks = range(n // t)
    for _row, _column in itertools.product(blocks, repeat=2):
        for k in blocks:
            moved += 2 * t * t
            # only the first product starts from zero, without additions
            operations += t * t * (2 * t - (k == 0))
        moved += t * t
    return operations, moved


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


def _close(value: object, expected: Fraction) -> None:
    if abs(fraction(value) - expected) > expected / 10**9:
        raise Refused


def _actions(value: object) -> list[tuple[Any, int]]:
    pairs = map(pair, sequence(value))
    return [(kind, whole(state)) for kind, state in pairs]


def _abridged(actions: Any) -> str:
    text = repr(actions)
    return text if len(text) <= 400 else text[:400] + " …"
