"""Reversing a chain of steps with few stored states.

A chain is x_{i+1} = F_i(x_i), i = 0, …, L − 1.  Its gradient runs the steps
backward, and step i needs the state x_i again.  A *checkpoint* is a stored
state; the budget counts checkpoints, the initial state x_0 among them.  The
current state, which steps run from and arrive at, does not count, nor do the
adjoints: every scheme holds one of each.  So L − 1 checkpoints store all.

The value x_L takes L forward steps, whatever the scheme; what a small budget
costs are *recomputed* steps, beyond these L.  The last step is run once, at
the turn, while its input is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from byhand._validate import as_integer, as_list, one_of, shown

#: What an action may do.
KINDS = ("store", "restore", "advance", "reverse", "discard")


class Action(NamedTuple):
    """One action of a schedule.

    Attributes
    ----------
    kind
        ``"store"`` keeps the current state as a checkpoint, ``"restore"``
        makes a checkpoint the current state, ``"advance"`` runs the step
        from ``state`` to ``state + 1``, ``"reverse"`` runs step ``state``
        backward, ``"discard"`` frees a checkpoint.
    state
        The number of the state or step.
    """

    kind: str
    state: int


@dataclass(frozen=True)
class Schedule:
    """A list of actions that reverses a chain, checked to be legal.

    Parameters
    ----------
    steps
        Length L of the chain, at least 1.
    actions
        The actions, from x_0 being the current state to step 0 reversed.
        Pairs (kind, state) will do.

    Attributes
    ----------
    recomputations
        Forward steps beyond the L that the value takes.
    checkpoints
        The most checkpoints held at one time.

    Raises
    ------
    TypeError
        If ``steps`` is no integer.
    ValueError
        If an action cannot be done or a step is not reversed; the error
        names the first one.

    Examples
    --------
    >>> plan = Schedule(2, [("store", 0), ("advance", 0), ("reverse", 1),
    ...                     ("restore", 0), ("reverse", 0)])
    >>> plan.recomputations, plan.checkpoints
    (0, 1)
    """

    steps: int
    actions: tuple[Action, ...]
    recomputations: int
    checkpoints: int

    def __init__(self, steps: int, actions: Iterable[tuple[str, int]]) -> None:
        length = as_integer(steps, "steps", minimum=1)
        pairs = as_list(actions, "actions", "pairs (kind, state)")
        listed = tuple(_action(place, a) for place, a in enumerate(pairs))
        advances, checkpoints = _simulate(length, listed)
        for name, value in {
            "steps": length,
            "actions": listed,
            # the last step is run once, inside the turn
            "recomputations": advances + 1 - length,
            "checkpoints": checkpoints,
        }.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return (
            f"<Schedule of {self.steps} steps: {self.checkpoints} "
            f"checkpoints, {self.recomputations} recomputed steps>"
        )

    @property
    def forward_steps(self) -> int:
        """Forward steps in all, L + recomputations."""
        return self.steps + self.recomputations


def _action(place: int, action: Any) -> Action:
    try:
        kind, state = action
    except (TypeError, ValueError):
        raise ValueError(
            f"action {place} must be a pair such as ('advance', 0), got "
            f"{shown(action)}"
        ) from None
    return Action(
        one_of(kind, f"the kind of action {place}", KINDS),
        as_integer(state, f"the state of action {place}", minimum=0),
    )


def _simulate(steps: int, actions: Sequence[Action]) -> tuple[int, int]:
    """Return how many advances and checkpoints the actions take."""
    current = 0
    held: set[int] = set()
    remaining = steps
    advances = most = 0
    for place, (kind, state) in enumerate(actions):
        trouble = _trouble(kind, state, current, held, remaining)
        if trouble:
            raise ValueError(f"action {place}, {kind} {state}: {trouble}")
        if kind == "store":
            held.add(state)
            most = max(most, len(held))
        elif kind == "restore":
            current = state
        elif kind == "advance":
            current += 1
            advances += 1
        elif kind == "discard":
            held.remove(state)
        else:
            remaining -= 1
    if remaining:
        raise ValueError(f"step {remaining - 1} is never reversed")
    return advances, most


def _trouble(
    kind: str, state: int, current: int, held: set[int], remaining: int
) -> str:
    """Return why an action cannot be done, or nothing."""
    if kind in {"restore", "discard"}:
        return "" if state in held else f"state {state} is no checkpoint"
    if state != current:
        return f"the current state is {current}"
    if kind == "store" and state in held:
        return f"state {state} is a checkpoint already"
    if kind == "advance" and state + 1 >= remaining:
        return f"state {state + 1} is not needed any more"
    if kind == "reverse" and state != remaining - 1:
        return f"step {remaining - 1} has to be reversed first"
    return ""
