"""Running a chain and its gradient as a schedule says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import (
    as_function,
    as_mapping,
    as_sequence,
    rectangular,
    shown,
)
from byhand.cost.memory import require_tape
from byhand.cost.schedules import Schedule
from byhand.tape import Tape, vjp
from byhand.tape.shapes import show


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
        raise TypeError(f"plan must be a Schedule, got {shown(plan)}")
    chain = [_as_step(step) for step in as_sequence(chain, "chain", "pairs")]
    seed = as_function(seed, "seed")
    if len(chain) != plan.steps:
        raise ValueError(
            f"the schedule is for {plan.steps} steps, the chain has "
            f"{len(chain)}"
        )
    current = _read_only(_as_state(x0, "x0"))
    held: dict[int, NDArray[Any]] = {}
    value: NDArray[Any] | None = None
    adjoint: NDArray[Any] | None = None
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
            current = _read_only(
                _as_state(chain[state][0](current), "a state of the chain")
            )
            forward_steps += 1
        elif kind == "discard":
            del held[state]
        else:
            if adjoint is None:
                value = _as_state(
                    chain[state][0](current), "a state of the chain"
                )
                forward_steps += 1
                adjoint = _as_state(seed(value), "what seed returns")
            adjoint = _as_state(
                chain[state][1](current, adjoint), "an adjoint of the chain"
            )
    # A schedule reverses every step, of which there is at least one.
    assert value is not None
    assert adjoint is not None
    return Reversal(value, adjoint, forward_steps, most, most_bytes)


def chain_of(
    tape: Tape, wrt: str, parameters: Sequence[Mapping[str, ArrayLike]]
) -> list[Step]:
    """Return a chain that repeats a recorded step.

    Parameters
    ----------
    tape
        One step: the output has the shape of the input ``wrt``.
    wrt
        The input that is the state.
    parameters
        For each of the L steps the other inputs, by name.

    Returns
    -------
    list of L pairs
        The compiled tape, and the compiled tape of its VJP in the state.

    Raises
    ------
    ValueError
        If there is no step, or the output does not have the state's shape.

    Examples
    --------
    >>> from byhand.cost import schedule
    >>> from byhand.tape import record, tanh
    >>> layer = record(lambda W, x: tanh(W @ x), W=("n", "n"), x="n")
    >>> rotation = np.array([[0.0, 1.0], [-1.0, 0.0]])
    >>> chain = chain_of(layer, "x", [{"W": rotation}] * 100)
    >>> run = reverse_chain(chain, np.array([1.0, 2.0]), np.ones_like,
    ...                     schedule(100, budget=5))
    >>> run.forward_steps, run.checkpoints
    (317, 5)
    """
    require_tape(tape)
    parameters = [
        as_mapping(others, "each of the parameters")
        for others in as_sequence(parameters, "parameters", "dictionaries")
    ]
    if not parameters:
        raise ValueError("parameters must hold at least one step, got none")
    if not isinstance(wrt, str):
        raise TypeError(f"wrt must be the name of one input, got {shown(wrt)}")
    pull = vjp(tape, wrt, value=False)
    state = next(x for x in tape.inputs if x.name == wrt)
    if [y.shape for y in tape.outputs.values()] != [state.shape]:
        raise ValueError(
            f"a step of a chain has one output of the shape of {wrt}, "
            f"{show(state.shape)}; {tape.name} has "
            + ", ".join(
                f"{k}: {show(y.shape)}" for k, y in tape.outputs.items()
            )
        )
    forward, backward = tape.compile(), pull.compile()
    seed = pull.inputs[-1].name

    def step(others: Mapping[str, ArrayLike]) -> Step:
        return (
            lambda x: forward(**others, **{wrt: x}),
            lambda x, x_bar: backward(**others, **{wrt: x, seed: x_bar}),
        )

    return [step(others) for others in parameters]


def _as_state(value: Any, name: str) -> NDArray[Any]:
    array = rectangular(value, name)
    if array.dtype.kind not in "biufc":
        raise TypeError(
            f"{name} must hold numbers, got an array of {array.dtype}"
        )
    return array


def _as_step(step: Any) -> Step:
    try:
        forward, backward = step
    except (TypeError, ValueError):
        raise TypeError(
            "a step of the chain is a pair of functions (forward, backward), "
            f"got {shown(step)}"
        ) from None
    name = "each function of the chain"
    return as_function(forward, name), as_function(backward, name)


def _read_only(state: Any) -> NDArray[Any]:
    """Return a view that refuses changes: a checkpoint may share its data."""
    view = np.asarray(state).view()
    view.flags.writeable = False
    return view
