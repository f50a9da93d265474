"""Independent witnesses: operations counted, memory measured, while running.

Nothing here knows the cost rules of :mod:`byhand.cost.model`.
"""

from __future__ import annotations

import math
import operator
import tracemalloc
from collections import Counter
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_real, as_rng, rectangular, shown
from byhand.cost.memory import require_tape
from byhand.cost.model import Operations
from byhand.tape import Tape
from byhand.tape.shapes import resolve, size_values


class Number:
    """A real number that reports every operation on it to a tally.

    Made by :meth:`Tally.numbers`.  Object arrays of them go through NumPy,
    and through any Python code that is written for numbers.  A change of
    sign is free, and so is 0 + x with Python's integer 0, from which sums
    start.
    """

    __slots__ = ("tally", "value")

    def __init__(self, value: float, tally: Tally) -> None:
        self.value = value
        self.tally = tally

    def __repr__(self) -> str:
        return repr(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __neg__(self) -> Number:
        return Number(-self.value, self.tally)

    def __pow__(self, exponent: float) -> Any:
        if isinstance(exponent, int) and exponent >= 0:
            # By the definition, one product after another.
            factors = [self] * exponent or [Number(1.0, self.tally)]
            return reduce(operator.mul, factors)
        self.tally.seen["power"] += 1
        return Number(self.value**exponent, self.tally)

    def __radd__(self, other: Any) -> Any:
        if isinstance(other, int) and other == 0:
            return self
        return self + other


def _arithmetic(kind: str, rule: Callable[[Any, Any], Any]) -> Any:
    def method(self: Number, other: Any) -> Any:
        right = other.value if isinstance(other, Number) else other
        if not isinstance(right, (int, float)):
            return NotImplemented
        self.tally.seen[kind] += 1
        result = rule(self.value, right)
        return result if kind == "compare" else Number(result, self.tally)

    return method


def _function(kind: str, rule: Callable[[float], float]) -> Any:
    def method(self: Number) -> Number:
        self.tally.seen[kind] += 1
        return Number(float(rule(self.value)), self.tally)

    return method


for _name, _kind, _rule in [
    ("__add__", "add", operator.add),
    ("__sub__", "add", operator.sub),
    ("__rsub__", "add", lambda a, b: b - a),
    ("__mul__", "mul", operator.mul),
    ("__rmul__", "mul", operator.mul),
    ("__truediv__", "div", operator.truediv),
    ("__rtruediv__", "div", lambda a, b: b / a),
    ("__lt__", "compare", operator.lt),
    ("__le__", "compare", operator.le),
    ("__gt__", "compare", operator.gt),
    ("__ge__", "compare", operator.ge),
]:
    setattr(Number, _name, _arithmetic(_kind, _rule))
for _name, _kind, _rule in [
    ("exp", "exp", np.exp),
    ("log", "log", np.log),
    ("log1p", "log", np.log1p),
    ("sqrt", "sqrt", np.sqrt),
    ("tanh", "tanh", np.tanh),
]:
    setattr(Number, _name, _function(_kind, _rule))


# Of one random input: a gigabyte.
_MOST_ENTRIES = 10**8


class Tally:
    """Counts the operations on the numbers that it makes.

    Attributes
    ----------
    seen
        Operations by kind, so far.

    Examples
    --------
    >>> tally = Tally()
    >>> A, x = tally.numbers([[1, 2, 3], [4, 5, 6]]), tally.numbers([1, 0, 2])
    >>> A @ x
    array([7.0, 16.0], dtype=object)
    >>> tally.operations
    <Operations: 6 multiplications, 4 additions>
    """

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def numbers(self, values: ArrayLike) -> NDArray[Any]:
        """Return an object array of counting numbers.

        Parameters
        ----------
        values
            Real numbers, or counting numbers, which are kept.
        """
        source = rectangular(values, "values")
        made = np.empty(source.shape, dtype=object)
        for place, value in np.ndenumerate(source):
            made[place] = (
                value
                if isinstance(value, Number)
                else Number(as_real(value, "each of the values"), self)
            )
        return made

    @property
    def operations(self) -> Operations:
        """What has been counted so far."""
        return Operations(self.seen)


def random_inputs(
    tape: Tape,
    sizes: Mapping[Any, int] | None = None,
    /,
    *,
    rng: np.random.Generator | int = 0,
    **named: int,
) -> dict[str, NDArray[Any]]:
    """Return random inputs for a tape.

    Parameters
    ----------
    tape
        The tape.
    sizes, named
        Its sizes, by symbol or by name.
    rng
        A generator, or a seed.

    Returns
    -------
    dict
        By name: float64 arrays of numbers between 1/2 and 3/2 (every
        primitive is defined there), integer arrays for class indices.

    Examples
    --------
    >>> from byhand.tape import record
    >>> tape = record(lambda W, x: W @ x, W=("m", "n"), x="n")
    >>> {k: a.shape for k, a in random_inputs(tape, m=2, n=3).items()}
    {'W': (2, 3), 'x': (3,)}
    """
    require_tape(tape)
    given = size_values(sizes, named)
    generator = as_rng(rng)
    values: dict[str, NDArray[Any]] = {}
    for x in tape.inputs:
        shape = resolve(x.shape, given)
        if math.prod(shape) > _MOST_ENTRIES:
            at = ", ".join(f"{k} = {shown(v)}" for k, v in given.items())
            raise ValueError(
                f"at {at} the input {x.name} has more than "
                f"{_MOST_ENTRIES:,} entries, too many to draw"
            )
        if x.classes is None:
            values[x.name] = generator.uniform(0.5, 1.5, shape)
        else:
            classes = resolve(x.classes, given)
            values[x.name] = generator.integers(0, classes, shape)
    return values


def count_by_running(
    tape: Tape,
    sizes: Mapping[Any, int] | None = None,
    /,
    *,
    rng: np.random.Generator | int = 0,
    **named: int,
) -> Operations:
    """Return the operations of a tape as counted by a run.

    Every number in the run is a :class:`Number`.  The counts do not depend
    on the random values.

    Parameters
    ----------
    tape, sizes, named, rng
        As for :func:`random_inputs`.

    Examples
    --------
    >>> from byhand.cost import count
    >>> from byhand.tape import record, sigmoid
    >>> tape = record(lambda W, x: sigmoid(W @ x), W=("m", "n"), x="n")
    >>> count_by_running(tape, m=3, n=5) == count(tape).operations.at(m=3, n=5)
    True
    """
    tally = Tally()
    values = random_inputs(tape, sizes, rng=rng, **named)
    tape.run(values, lift=tally.numbers)
    return tally.operations


def measured_peak(
    tape: Tape,
    sizes: Mapping[Any, int] | None = None,
    /,
    *,
    rng: np.random.Generator | int = 0,
    **named: int,
) -> float:
    """Return the peak memory of a run of the compiled tape, as Python saw it.

    Parameters
    ----------
    tape, sizes, named, rng
        As for :func:`random_inputs`.  At large sizes the arrays outweigh
        what Python itself allocates.

    Returns
    -------
    float
        In numbers of 8 bytes: the inputs, and the most that was allocated at
        one time while the function ran, as ``tracemalloc`` reports it.

    Raises
    ------
    RuntimeError
        If memory is being traced already.
    ValueError
        If a size has no value.
    """
    if tracemalloc.is_tracing():
        raise RuntimeError(
            "tracemalloc is tracing already, so that its peak would not be "
            "that of this run; stop it first"
        )
    values = random_inputs(tape, sizes, rng=rng, **named)
    arrays = list(values.values())
    function = tape.compile().function
    tracemalloc.start()
    try:
        result = function(*arrays)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del result
    return most / 8 + sum(array.size for array in arrays)
