"""Checkpointing: which states to store, and what is then recomputed."""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_integer, one_of, shown
from byhand.cost.schedules import Schedule


def reach(checkpoints: int, repetitions: int) -> int:
    """Return the longest chain that a nested schedule reverses.

    Parameters
    ----------
    checkpoints
        The budget s, at least 1.
    repetitions
        How often r a step may be advanced at most, the turn not counted.

    Returns
    -------
    int
        β(s, r) = C(s + r, s).

    References
    ----------
    Griewank (1992), Achieving logarithmic growth of temporal and spatial
    complexity in reverse automatic differentiation.

    Examples
    --------
    >>> reach(10, 2), reach(10, 3)
    (66, 286)
    """
    s = as_integer(checkpoints, "checkpoints", minimum=1)
    r = as_integer(repetitions, "repetitions", minimum=0)
    if min(s, r) > _MOST_DIGITS:
        raise ValueError(
            f"{shown(s)} checkpoints and {shown(r)} repetitions reach a "
            "length of too many digits"
        )
    return math.comb(s + r, s)


def recomputations(steps: int, budget: int) -> int:
    """Return the fewest recomputed steps for a budget, in closed form.

    With r the smallest number for which L ≤ β(s, r), the chain is advanced
    rL − β(s + 1, r − 1) times; one sweep to x_{L−1} is L − 1 of these.

    Parameters
    ----------
    steps
        Length L of the chain, at least 1.
    budget
        Checkpoints s, x_0 among them, at least 1.

    Returns
    -------
    int
        rL − C(s + r, s + 1) − (L − 1).

    References
    ----------
    Griewank and Walther (2000), Algorithm 799: revolve.

    Examples
    --------
    >>> [recomputations(100, s) for s in (1, 3, 5, 10, 98, 99)]
    [4851, 391, 217, 123, 1, 0]
    """
    length, s = _length_and_budget(steps, budget)
    r = _repetitions(length, s)
    return r * length - math.comb(s + r, s + 1) - (length - 1)


def recomputation_table(steps: int, budget: int) -> NDArray[np.int64]:
    """Return the fewest recomputed steps, by dynamic programming.

    The state of which a checkpoint is taken next splits the chain in two:
    k steps are advanced, the rest is reversed with one checkpoint less, then
    the first k steps are reversed with all of them.  Nothing is assumed
    about k.

    Parameters
    ----------
    steps, budget
        The longest chain and the largest budget wanted, at least 1.

    Returns
    -------
    ndarray
        Shape (budget, steps); entry [s − 1, L − 1] is for a chain of L
        steps with s checkpoints.

    Examples
    --------
    >>> recomputation_table(6, 3)
    array([[ 0,  0,  1,  3,  6, 10],
           [ 0,  0,  0,  1,  2,  3],
           [ 0,  0,  0,  0,  1,  2]])
    """
    length, most = _length_and_budget(steps, budget)
    if length * most * (length + 10**4) > _MOST_COMPARISONS:
        raise ValueError(
            f"a table for {shown(length)} steps and a budget of "
            f"{shown(most)} takes too many comparisons; recomputations() "
            "has a closed form"
        )
    lengths = np.arange(length + 1)
    advances = np.zeros((most + 1, length + 1), np.int64)
    advances[1] = lengths * (lengths - 1) // 2
    for s in range(2, most + 1):
        for chain in range(2, length + 1):
            first = lengths[1:chain]
            advances[s, chain] = np.min(
                first + advances[s, first] + advances[s - 1, chain - first]
            )
    return (advances - (lengths - 1))[1:, 1:]


def minimum_budget(steps: int, method: str = "binomial") -> int:
    """Return the fewest checkpoints with which a method can work.

    Parameters
    ----------
    steps
        Length L of the chain, at least 1.
    method
        As for :func:`schedule`.

    Examples
    --------
    >>> [minimum_budget(100, m) for m in ("store all", "segments", "binomial")]
    [99, 18, 1]
    """
    length = as_integer(steps, "steps", minimum=1)
    method = one_of(method, "method", _METHODS)
    if method == "store all":
        return max(length - 1, 1)
    if method == "segments":
        if length > _MOST_ACTIONS:
            raise ValueError(
                f"{shown(length)} steps have too many ways to be cut; at "
                f"most {_MOST_ACTIONS:,} steps, please"
            )
        counts = range(1, length + 1)
        return min(_segments_hold(length, count) for count in counts)
    return 1


def schedule(
    steps: int, method: str = "binomial", *, budget: int | None = None
) -> Schedule:
    """Return a schedule that reverses a chain.

    Parameters
    ----------
    steps
        Length L of the chain, at least 1.
    method
        ``"store all"``: every state is a checkpoint, nothing is recomputed.
        ``"segments"``: the chain is cut into about √L segments of equal
        length; the first states of all segments are checkpoints, and each
        segment is run again, storing all its states, when its turn comes.
        ``"binomial"``: the fewest recomputed steps for the budget.
    budget
        The most checkpoints.  Needed by ``"binomial"``; ``"segments"`` takes
        the number of segments that recomputes least within the budget, or,
        without one, that needs the fewest checkpoints.

    Raises
    ------
    TypeError
        If a number is not an integer.
    ValueError
        If the budget is below the method's minimum, which the error tells.

    References
    ----------
    Chen, Xu, Zhang and Guestrin (2016), Training deep nets with sublinear
    memory cost; Griewank and Walther (2000), Algorithm 799: revolve.

    Examples
    --------
    >>> schedule(100, "store all")
    <Schedule of 100 steps: 99 checkpoints, 0 recomputed steps>
    >>> schedule(100, "segments")
    <Schedule of 100 steps: 18 checkpoints, 81 recomputed steps>
    >>> schedule(100, "binomial", budget=18)
    <Schedule of 100 steps: 18 checkpoints, 81 recomputed steps>
    """
    steps = as_integer(steps, "steps", minimum=1)
    least = minimum_budget(steps, method)
    if steps > _MOST_ACTIONS:
        raise ValueError(
            f"a schedule of {shown(steps)} steps is too long to write down; "
            f"at most {_MOST_ACTIONS:,} actions are"
        )
    if budget is None:
        if method == "binomial":
            raise ValueError(
                "the binomial schedule needs a budget of checkpoints, such "
                "as budget=10"
            )
        budget = least
    else:
        budget = as_integer(budget, "budget")
        if budget < least:
            raise ValueError(
                f"a chain of {steps} steps needs at least {least} "
                f"checkpoint{'s' * (least > 1)} with the method {method!r}, "
                f"got a budget of {shown(budget)}"
            )
    if method == "store all":
        return Schedule(steps, _store_all(0, steps))
    if method == "segments":
        count = _segment_count(steps, budget)
        return Schedule(steps, _segments(steps, count))
    if (again := recomputations(steps, budget)) > _MOST_ACTIONS:
        raise ValueError(
            f"with a budget of {budget}, {steps:,} steps are recomputed "
            f"{again:,} times, too often to write down; take a larger budget"
        )
    return Schedule(steps, _binomial(steps, budget))


# What is still worth waiting for.
_MOST_DIGITS = 10**4
_MOST_COMPARISONS = 10**9
_MOST_ACTIONS = 10**6

_METHODS = ("store all", "segments", "binomial")


def _length_and_budget(steps: int, budget: int) -> tuple[int, int]:
    return (
        as_integer(steps, "steps", minimum=1),
        as_integer(budget, "budget", minimum=1),
    )


def _repetitions(steps: int, budget: int) -> int:
    """Return the smallest r with L ≤ β(s, r)."""
    high = 1
    while reach(budget, high) < steps:
        high *= 2
    low = 0
    while low < high:
        middle = (low + high) // 2
        if reach(budget, middle) < steps:
            low = middle + 1
        else:
            high = middle
    return low


def _store_all(start: int, stop: int) -> list[tuple[str, int]]:
    """Advance from state ``start``, storing, and reverse back to it.

    The last state is reversed at once and never stored, unless it is
    ``start`` itself.
    """
    last = stop - 1
    actions: list[tuple[str, int]] = []
    for state in range(start, last):
        actions += [("store", state), ("advance", state)]
    if last > start:
        actions.append(("reverse", last))
        last -= 1
    else:
        actions.append(("store", last))
    for state in range(last, start - 1, -1):
        actions += [("restore", state), ("reverse", state), ("discard", state)]
    return actions


def _segment_starts(steps: int, count: int) -> list[int]:
    """Return the first states of ``count`` segments, longer ones first."""
    short, longer = divmod(steps, count)
    return [k * short + min(k, longer) for k in range(count + 1)]


def _segments_hold(steps: int, count: int) -> int:
    """Return the checkpoints that ``count`` segments need.

    When segment k is reversed, the first states of segments 0, …, k and the
    other states of segment k, but for the last, are held.
    """
    # Of the longer segments, and of the others, the last needs most.
    short, longer = divmod(steps, count)
    needs = [count - 1 + max(short - 1, 1)]
    if longer:
        needs.append(longer - 1 + max(short, 1))
    return max(needs)


def _segment_count(steps: int, budget: int) -> int:
    """Return the number of segments that recomputes least."""
    fitting = (
        count
        for count in range(1, steps + 1)
        if _segments_hold(steps, count) <= budget
    )
    # all but the last segment run again, each up to its last state
    return min(fitting, key=lambda count: steps - steps // count - (count - 1))


def _segments(steps: int, count: int) -> list[tuple[str, int]]:
    starts = _segment_starts(steps, count)
    *earlier, last = itertools.pairwise(starts)
    actions: list[tuple[str, int]] = []
    for start, stop in earlier:
        actions.append(("store", start))
        actions += [("advance", state) for state in range(start, stop)]
    actions += _store_all(*last)
    for start, stop in reversed(earlier):
        actions.append(("restore", start))
        # the segment's first state is a checkpoint already
        actions += _store_all(start, stop)[1:]
    return actions


def _binomial(steps: int, budget: int) -> list[tuple[str, int]]:
    """Reverse with the fewest advances, by Griewank and Walther's split.

    A task is a stretch of steps whose first state is a checkpoint, and the
    checkpoints for it, that one included.
    """
    actions: list[tuple[str, int]] = [("store", 0)]
    current = 0
    tasks = [(0, steps, min(budget, steps))]
    while tasks:
        start, length, slots = tasks.pop()
        if current != start:
            actions.append(("restore", start))
        if length == 1:
            actions += [("reverse", start), ("discard", start)]
            current = start
            continue
        first = _first_stretch(length, slots)
        current = start + first
        actions += [("advance", state) for state in range(start, current)]
        tasks.append((start, first, slots))
        if slots == 1:
            actions.append(("reverse", current))
        else:
            actions.append(("store", current))
            tasks.append((current, length - first, slots - 1))
    return actions


def _first_stretch(length: int, slots: int) -> int:
    """Return how far to advance before the next checkpoint."""
    if slots == 1:
        return length - 1
    r = _repetitions(length, slots)
    return min(reach(slots, r - 1), length - reach(slots - 1, r - 1))
