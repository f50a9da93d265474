"""Running a chain and its gradient as a schedule says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .schedules import Schedule


@dataclass(frozen=True)
class Reversal:
    """What running a chain backward gave and took.

    Attributes
    ----------
    value
        The final state x_L.
    gradient
        The adjoint of x_0.
    forward_steps
        Calls of forward steps, counted as they were made.
    checkpoints
        The most checkpoints held at one time, counted likewise.
    checkpoint_bytes
        The most bytes held in checkpoints at one time.
    """

    value: NDArray[Any]
    gradient: NDArray[Any]
    forward_steps: int
    checkpoints: int
    checkpoint_bytes: int


#: A step forward, x_i ↦ x_{i+1}, and backward, (x_i, x̄_{i+1}) ↦ x̄_i.
Step = tuple[
    Callable[[NDArray[Any]], NDArray[Any]],
    Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]],
]


def reverse_chain(
    chain: Sequence[Step],
    x0: NDArray[Any],
    seed: Callable[[NDArray[Any]], NDArray[Any]],
    plan: Schedule,
) -> Reversal:
    """Run a chain and its gradient as a schedule says, and count.

    Parameters
    ----------
    chain
        L pairs of functions: a step forward, x_i ↦ x_{i+1}, and backward,
        (x_i, x̄_{i+1}) ↦ x̄_i.  States are arrays, and must not be changed in
        place.
    x0
        The initial state.
    seed
        From the final state x_L to its adjoint x̄_L.
    plan
        The schedule.

    Raises
    ------
    TypeError
        If ``plan`` is no Schedule.
    ValueError
        If the chain's length is not the schedule's.

    Examples
    --------
    >>> from byhand.cost import schedule
    >>> square = (lambda x: x**2, lambda x, x_bar: 2 * x * x_bar)
    >>> run = reverse_chain([square] * 3, np.array([1.5]), np.ones_like,
    ...                     schedule(3, "binomial", budget=2))
    >>> run.gradient == 8 * 1.5**7
    array([ True])
    >>> run.forward_steps, run.checkpoints
    (3, 2)
    """
    if not isinstance(plan, Schedule):
        raise TypeError(f"plan must be a Schedule, got {plan!r}")
    if len(chain) != plan.steps:
        raise ValueError(
            f"the schedule is for {plan.steps} steps, the chain has "
            f"{len(chain)}"
        )
    current = _read_only(x0)
    held: dict[int, NDArray[Any]] = {}
    value = adjoint = None
    forward_steps = most = most_bytes = 0
    for kind, state in plan.actions:
        if kind == "store":
            held[state] = current
            most = max(most, len(held))
            used = sum(array.nbytes for array in held.values())
            most_bytes = max(most_bytes, used)
        elif kind == "restore":
            current = held[state]
        elif kind == "advance":
            current = _read_only(chain[state][0](current))
            forward_steps += 1
        elif kind == "discard":
            del held[state]
        else:
            if adjoint is None:
                value = chain[state][0](current)
                forward_steps += 1
                adjoint = seed(value)
            adjoint = chain[state][1](current, adjoint)
    return Reversal(value, adjoint, forward_steps, most, most_bytes)


def _read_only(state: Any) -> NDArray[Any]:
    """Return a view that refuses changes: a checkpoint may share its data."""
    view = np.asarray(state).view()
    view.flags.writeable = False
    return view
