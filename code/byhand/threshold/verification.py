"""Compare a network with a specification on every input of a finite box."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._validate import (
    as_flag,
    as_function,
    as_integer,
    as_sequence,
    rectangular,
    shown,
)
from byhand.threshold._evaluation import compact
from byhand.threshold._progress import progress as show_progress
from byhand.threshold.network import Network

#: A function from a batch of inputs, shape (B, n), to what the network
#: should return: shape (B,) or, for several outputs, (B, m).
Specification = Callable[[NDArray[Any]], Any]

_BLOCK = 2**15


@dataclass(frozen=True)
class Counterexample:
    """An input on which a network is wrong.

    >>> print(Counterexample((3, 3), 1, 0))
    x = (3, 3): expected 1, got 0
    """

    x: tuple[int, ...]
    expected: int | tuple[int, ...]
    got: int | tuple[int, ...]

    def __str__(self) -> str:
        x = ", ".join(map(str, self.x)) + ("," if len(self.x) == 1 else "")
        return f"x = ({x}): expected {self.expected}, got {self.got}"


@dataclass(frozen=True)
class Report:
    """What was checked and what was found; true if nothing was wrong.

    Attributes
    ----------
    scope : str
        What was gone through, such as "inputs of the box".
    checked : int
        How many of those were compared.
    wrong : int
        On how many of the compared ones the network was wrong.
    counterexample : Counterexample or None
        The first of those.

    Examples
    --------
    >>> Report("inputs of the box", 2401, 0, None)
    right on all 2,401 inputs of the box
    >>> Report("inputs of the box", 9, 4, Counterexample((0, 1), 0, 1))
    wrong on 4 of 9 inputs of the box, the first x = (0, 1): expected 0, got 1
    """

    scope: str
    checked: int
    wrong: int
    counterexample: Counterexample | None

    def __bool__(self) -> bool:
        return self.counterexample is None

    def __repr__(self) -> str:
        if self:
            return f"right on all {self.checked:,} {self.scope}"
        return (
            f"wrong on {self.wrong:,} of {self.checked:,} {self.scope}, "
            f"the first {self.counterexample}"
        )


def pointwise(function: Callable[[tuple[int, ...]], Any]) -> Specification:
    """Turn a function of one input into one of a batch.

    Parameters
    ----------
    function
        Takes one input as a tuple of Python integers; returns a truth value
        or an integer, or a sequence of them for several outputs.

    Examples
    --------
    >>> spec = pointwise(lambda x: x[2] in x[:2])
    >>> spec(np.array([[1, 2, 2], [1, 2, 3]]))
    array([ True, False])
    """
    function = as_function(function, "function")

    def specification(x: NDArray[Any]) -> NDArray[Any]:
        return np.array([function(tuple(row)) for row in x.tolist()])

    specification.__name__ = getattr(function, "__name__", "specification")
    return specification


def verify(
    network: Network,
    specification: Specification,
    values: Sequence[int] | Sequence[Sequence[int]],
    *,
    where: Specification | None = None,
    count_wrong: bool = False,
    progress: bool | None = None,
) -> Report:
    """Compare a network with its specification on a finite box.

    The box is streamed in blocks, the last input changing fastest, and the
    check stops at the first counterexample unless it is to count them.

    Parameters
    ----------
    network
        The network.
    specification
        Takes a batch of inputs of shape (B, n), returns what the network
        should, of shape (B,) or (B, m).  See :func:`pointwise`.
    values
        The integers that each input takes, such as ``range(7)``; or one such
        sequence for each input.
    where
        Restricts the check to the inputs on which it is true.
    count_wrong
        Whether to go through the whole box and count the wrong outputs.
    progress
        Whether to draw a bar on standard error once a second has gone by;
        by default on a terminal only.

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        If no input is left, or if the specification raises; the error
        says on which input.

    Examples
    --------
    >>> from byhand.threshold import Layer
    >>> same = Network(Layer([[1, -1]], [0], "interval"))
    >>> verify(same, lambda x: x[:, 0] == x[:, 1], range(3))
    wrong on 1 of 2 inputs of the box, the first x = (0, 1):
    expected 0, got 1
    >>> verify(
    ...     same, lambda x: x[:, 0] == x[:, 1], range(3), count_wrong=True
    ... ).wrong
    4
    """
    network = require_network(network)
    axes = _axes(values, network.inputs)
    total = math.prod(len(axis) for axis in axes)
    if total >= 2**62:
        raise ValueError(
            f"the box holds {total} inputs, more than can be gone through"
        )
    return report_on(
        network,
        specification,
        _box(axes, total),
        total=total,
        scope="inputs of the box",
        where=where,
        count_wrong=count_wrong,
        progress=progress,
    )


def report_on(
    network: Network,
    specification: Specification,
    blocks: Iterable[NDArray[Any]],
    *,
    total: int,
    scope: str,
    where: Specification | None,
    count_wrong: bool,
    progress: bool | None,
) -> Report:
    """Compare a network with its specification on blocks of inputs."""
    count_wrong = as_flag(count_wrong, "count_wrong")
    if progress is not None:
        progress = as_flag(progress, "progress")
    if where is not None:
        scope += " where the condition holds"
    checked = wrong = 0
    first = None
    for block in show_progress(blocks, total, show=progress):
        x = block
        if where is not None:
            x = x[answers(where, x, "where")[:, 0].astype(bool)]
        got = network(x)
        expected = answers(
            specification, x, "the specification", network.outputs
        )
        differs = (got != expected).any(axis=-1)
        if first is None and differs.any():
            i = int(np.argmax(differs))
            first = Counterexample(
                tuple(x[i].tolist()), _value(expected[i]), _value(got[i])
            )
            if not count_wrong:
                return Report(scope, checked + i + 1, 1, first)
        checked += len(x)
        wrong += int(differs.sum())
    if not checked:
        raise ValueError("where is true on no input: nothing was checked")
    return Report(scope, checked, wrong, first)


def answers(
    function: Specification, x: NDArray[Any], name: str, outputs: int = 1
) -> NDArray[Any]:
    """Return ``function(x)`` as an array of shape (B, outputs).

    An error that it raises is reported with the input that caused it.
    """
    if not callable(function):
        raise TypeError(f"{name} must be a function, got {shown(function)}")
    if not len(x):
        return np.zeros((0, outputs), dtype=np.int64)
    try:
        raw = function(x)
    except NotImplementedError:
        raise
    except Exception as error:
        raise ValueError(
            f"{name} raised {type(error).__name__}: {error}"
            f"{_culprit(function, x)}"
        ) from error
    y = rectangular(raw, f"what {name} returns", of="integers")
    if y.shape == (len(x),):
        y = y[:, None]
    if y.shape != (len(x), outputs) or y.dtype.kind not in "biuO":
        shape = (len(x),) if outputs == 1 else (len(x), outputs)
        raise ValueError(
            f"{name} must return truth values or integers of shape {shape} "
            f"for inputs of shape {x.shape}, got {y.dtype} of shape "
            f"{np.shape(raw)}; wrap a function of one input in pointwise()"
        )
    return y


def _culprit(function: Specification, x: NDArray[Any]) -> str:
    for i in range(len(x)):
        try:
            function(x[i : i + 1])
        except Exception:
            return f", on the input {tuple(x[i].tolist())}"
    return f", on a batch of shape {x.shape}, though on no single input"


def _value(row: NDArray[Any]) -> int | tuple[int, ...]:
    values = tuple(int(v) if v == int(v) else v for v in row.tolist())
    return values[0] if len(values) == 1 else values


def require_network(network: Any) -> Network:
    """Return ``network`` if it is one; a TypeError says what came."""
    if not isinstance(network, Network):
        raise TypeError(f"expected a Network, got {shown(network)}")
    return network


def _axes(values: Any, n: int) -> list[NDArray[Any]]:
    listed = as_sequence(
        values,
        "values",
        "integers such as range(7), or of one such sequence for each input",
    )
    nested = [isinstance(v, (Sequence, np.ndarray)) for v in listed]
    axes = listed if any(nested) else [listed] * n
    if len(axes) != n or (any(nested) and not all(nested)):
        raise ValueError(
            f"the network has {n} inputs and needs one sequence of values "
            f"for all or {n} sequences, got {shown(values)}"
        )
    axes = [as_sequence(axis, "values", "integers") for axis in axes]
    for k, axis in enumerate(axes, start=1):
        if not len(axis):
            raise ValueError(f"input {k} has no values: the box is empty")
    return [
        compact(
            np.array(
                [as_integer(v, "an entry of values") for v in axis],
                dtype=object,
            )
        )
        for axis in axes
    ]


def _box(axes: Sequence[NDArray[Any]], total: int) -> Iterator[NDArray[Any]]:
    shape = [len(axis) for axis in axes]
    for start in range(0, total, _BLOCK):
        numbers = np.arange(start, min(start + _BLOCK, total))
        index = np.unravel_index(numbers, shape)
        yield np.stack(
            [axis[i] for axis, i in zip(axes, index, strict=True)], axis=-1
        )
