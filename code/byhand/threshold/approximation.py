"""Universal approximation as a threshold construction: a staircase."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from byhand._validate import as_function, as_integer, as_real, shown
from byhand.threshold._size import require_buildable
from byhand.threshold.network import Layer, Network
from byhand.threshold.units import (
    HEAVISIDE,
    IDENTITY,
    Rational,
    rational_or_none,
)


def staircase(
    f: Callable[[float], float],
    low: Rational,
    high: Rational,
    steps: int,
) -> Network:
    """Return a network that is constant on each of many short intervals.

    The interval from ``low`` to ``high`` is cut into ``steps`` pieces of
    length h.  Hidden unit k asks whether x has reached the k-th cut; its
    output weight is the change of f from the middle of one piece to that of
    the next, and the output bias is f at the middle of the first.  On each
    piece the sum telescopes to f at its middle, from which x is at most h/2
    away.  Hence, if f has Lipschitz constant L, ::

        |network(x) - f(x)|  ≤  L h / 2  =  L (high - low) / (2 steps)

    for low ≤ x ≤ high: any continuous f on an interval is approximated as
    closely as one likes by one hidden layer of Heaviside units.

    Parameters
    ----------
    f
        Takes and returns a float (or a Fraction).
    low, high
        Integers or Fractions, ``low < high``.
    steps
        The number of pieces, at least 2.

    Returns
    -------
    Network
        With ``steps - 1`` Heaviside units and one identity unit.  Its
        weights are the exact differences of the floats that f returned.

    Examples
    --------
    >>> print(staircase(lambda x: x * x, 0, 3, 3))
    A 1-2-1 network: 3 units, depth 2
      h1  = 1[x1 - 1 ≥ 0]  x1 ≥ 1
      h2  = 1[x1 - 2 ≥ 0]  x1 ≥ 2
      out = 2 h1 + 4 h2 + 1/4
    """
    steps = as_integer(steps, "steps", minimum=2)
    require_buildable(f"staircase with {shown(steps)} steps", steps, 1)
    low, high = _as_end(low, "low"), _as_end(high, "high")
    for end, name in ((low, "low"), (high, "high")):
        as_real(end, name)  # f takes floats
    if low >= high:
        raise ValueError(f"low must be below high, got {low} and {high}")
    h = Fraction(high - low) / steps
    f = as_function(f, "f")
    heights = [
        _height(f, low + (k + Fraction(1, 2)) * h) for k in range(steps)
    ]
    return Network(
        Layer(
            [[1]] * (steps - 1),
            [-(low + k * h) for k in range(1, steps)],
            HEAVISIDE,
        ),
        Layer(
            [[heights[k] - heights[k - 1] for k in range(1, steps)]],
            [heights[0]],
            IDENTITY,
        ),
    )


def _as_end(value: Rational, name: str) -> Rational:
    end = rational_or_none(value)
    if end is None:
        raise TypeError(
            f"{name} must be an integer or a Fraction, got {shown(value)}"
        )
    return end


def _height(f: Callable[[float], float], x: Fraction) -> Fraction:
    value = f(float(x))
    exact = rational_or_none(value)
    if exact is None:
        return Fraction(as_real(value, f"f({float(x):g})"))
    return Fraction(exact)
