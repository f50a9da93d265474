"""Checkers for the page on counts, the clock, and checkpointing."""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from byhand.checks._report import call, fail, passed
from byhand.cost import Schedule, reach, recomputations


def check_block_intensity(answer: Callable[..., Any]) -> None:
    """Check the arithmetic intensity of a product that goes block by block.

    Parameters
    ----------
    answer
        ``answer(n, t)`` for a product of two n × n matrices in blocks of
        t × t, t a divisor of n; returns operations divided by numbers moved.

    Raises
    ------
    CheckFailed
        With the first sizes at which it is wrong, and both counts.
    """
    name = "check_block_intensity"
    pairs = [
        (n, t) for n in range(1, 13) for t in range(1, n + 1) if n % t == 0
    ]
    for n, t in pairs:
        operations, moved = _run_blocks(n, t)
        expected = Fraction(operations, moved)
        got = call(name, answer, n=n, t=t)
        if not _is_number(got) or abs(got - expected) > 1e-9 * expected:
            raise fail(
                name,
                given={"n": n, "t": t},
                expected=f"{expected}: {operations} operations, {moved} "
                "numbers moved",
                got=got,
                hint="The operations do not depend on t. How many pairs of "
                "blocks are read, and how often is a block of the result "
                "written?",
            )
    passed(name, f"{len(pairs)} pairs n, t, each run block by block")


def check_fewest_checkpoints(answer: Callable[..., Any]) -> None:
    """Check the fewest checkpoints for a bound on repeated advances.

    Parameters
    ----------
    answer
        ``answer(L, r)`` for integers L ≥ 1 and r ≥ 1; returns the smallest
        s ≥ 1 with which a chain of L steps can be reversed so that no step
        is advanced more than r times.

    Raises
    ------
    CheckFailed
        With the first L and r for which it is wrong.
    """
    name = "check_fewest_checkpoints"
    cases = [*itertools.product(range(1, 41), range(1, 6))]
    rng = np.random.default_rng(4)
    for r in range(1, 9):
        # the chains at which the answer changes, and some between
        edges = [reach(s, r) + k for s in range(1, 9) for k in (0, 1)]
        chosen = [*edges, *rng.integers(1, 5000, 5).tolist()]
        cases += [(length, r) for length in chosen]
    for length, r in cases:
        expected = _fewest_checkpoints(length, r)
        got = call(name, answer, L=length, r=r)
        if not _is_number(got) or got != expected:
            raise fail(
                name,
                given={"L": length, "r": r},
                expected=expected,
                got=got,
                hint=_checkpoint_hint(got, length, r),
            )
    passed(name, f"{len(cases)} pairs L, r, the longest chains among them")


def check_schedule(answer: Callable[..., Any]) -> None:
    """Check a function that writes optimal checkpointing schedules.

    Parameters
    ----------
    answer
        ``answer(L, s)`` for integers L ≥ 1 and s ≥ 1; returns a list of
        actions (kind, state) that reverse a chain of L steps with at most s
        checkpoints and the fewest recomputed steps.

    Raises
    ------
    CheckFailed
        With the shortest chain for which the schedule is illegal, holds too
        many checkpoints, or recomputes too much.
    """
    name = "check_schedule"
    cases = [(length, s) for length in range(1, 16) for s in range(1, 6)]
    cases += [(60, 1), (100, 3), (100, 10), (101, 120)]
    for length, s in cases:
        actions = call(name, answer, L=length, s=s)
        given: dict[str, Any] = {"L": length, "s": s}
        try:
            plan = Schedule(length, actions)
        except (TypeError, ValueError) as error:
            raise fail(
                name,
                given=given,
                expected="a list of actions that reverses the chain",
                got=_abridged(actions),
                hint=str(error),
            ) from None
        if plan.checkpoints > s:
            raise fail(
                name,
                given=given | {"actions": _abridged(actions)},
                expected=f"at most {s} checkpoints at one time",
                got=plan.checkpoints,
                hint="x_0 counts. Discard a checkpoint when the step that "
                "starts from it has been reversed.",
            )
        fewest = recomputations(length, s)
        if plan.recomputations != fewest:
            raise fail(
                name,
                given=given | {"actions": _abridged(actions)},
                expected=f"{fewest} recomputed steps",
                got=f"{plan.recomputations} recomputed steps",
                hint="The schedule is legal. Is the next checkpoint set at "
                "the state for which both parts together are cheapest?",
            )
    passed(name, f"{len(cases)} schedules, all legal and optimal")


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


def _checkpoint_hint(got: Any, length: int, r: int) -> str:
    if not _is_number(got) or got < 1 or got != int(got):
        return "Return an integer, at least 1."
    s = int(got)
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


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, numbers.Real)
        and not isinstance(value, bool)
        and bool(np.isfinite(float(value)))
    )


def _abridged(actions: Any) -> str:
    text = repr(actions)
    return text if len(text) <= 400 else text[:400] + " …"
