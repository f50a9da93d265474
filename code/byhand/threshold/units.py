"""Units: what a neuron does with its weighted sum."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_integer, as_real, one_of, rectangular, shown

#: What weights, biases and bounds are: numbers that need no rounding.
Rational = int | Fraction


def rational_or_none(value: Any) -> Rational | None:
    """Return an integer or a Fraction as one, and None for anything else."""
    if isinstance(value, Fraction):
        return value
    try:
        return as_integer(value, "value")
    except TypeError:
        return None


def magnitude(value: Rational) -> Rational:
    """Return the absolute value, as an integer or a Fraction."""
    return -value if value < 0 else value


@dataclass(frozen=True)
class Unit:
    """An activation function as a small immutable value.

    With a bound, the unit is the indicator ``1[low ≤ z ≤ high]``, where a
    missing bound is no bound.  Without one it is ``RELU`` or ``IDENTITY``.

    Parameters
    ----------
    name
        How the unit is called, in messages and in ``Layer(W, b, name)``.
    low, high
        Integers or Fractions.

    Examples
    --------
    >>> INTERVAL([-2, -1, 0, 1, 2])
    array([0, 1, 1, 1, 0])
    >>> RELU([-3, 3])
    array([0, 3])
    >>> Unit("three or four", 3, 4)(4)
    array(1)
    """

    name: str
    low: Rational | None = None
    high: Rational | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise TypeError(f"name must be a string, got {shown(self.name)}")
        for side in ("low", "high"):
            bound = getattr(self, side)
            if bound is None:
                continue
            exact = rational_or_none(bound)
            if exact is None:
                raise TypeError(
                    f"the bounds of the unit {self.name!r} must be integers "
                    f"or Fractions, got {shown(bound)}"
                )
            object.__setattr__(self, side, exact)
        low, high = self.low, self.high
        if low is not None and high is not None and low > high:
            raise ValueError(
                f"the unit {self.name!r} needs low ≤ high, got "
                f"{_written(low)} > {_written(high)}"
            )
        if not self.is_indicator:
            one_of(
                self.name,
                "the name of a unit without bounds",
                ("relu", "identity"),
            )

    @property
    def is_indicator(self) -> bool:
        """Whether the unit answers yes or no, 1 or 0."""
        return self.low is not None or self.high is not None

    def __call__(self, z: ArrayLike) -> NDArray[Any]:
        """Apply the unit elementwise to numbers of any real type."""
        z = _as_reals(z)
        if not self.is_indicator:
            return np.where(z > 0, z, 0 * z) if self.name == "relu" else z
        fires = np.ones(z.shape, bool)
        if self.low is not None:
            fires &= (z >= self.low).astype(bool)
        if self.high is not None:
            fires &= (z <= self.high).astype(bool)
        return fires.astype(np.int64)

    def formula(self, z: str) -> str:
        """Write the unit applied to the expression ``z``.

        >>> INTERVAL.formula("x1 - x2"), HEAVISIDE.formula("z")
        ('1[|x1 - x2| ≤ 1]', '1[z ≥ 0]')
        """
        if not isinstance(z, str):
            raise TypeError(f"z must be a string, got {shown(z)}")
        if self.name == "identity":
            return z
        if self.name == "relu":
            return f"relu({z})"
        if self.low == self.high:
            return f"1[{z} = {self.low}]"
        if self.high is None:
            return f"1[{z} ≥ {self.low}]"
        if self.low is None:
            return f"1[{z} ≤ {self.high}]"
        if self.low is not None and self.low == -self.high:
            return f"1[|{z}| ≤ {self.high}]"
        return f"1[{self.low} ≤ {z} ≤ {self.high}]"


def _written(value: Rational) -> str:
    return str(value) if magnitude(value) < 10**30 else shown(value)


def _as_reals(z: ArrayLike) -> NDArray[Any]:
    """Return finite real numbers of any type, for which order has a sense."""
    array = rectangular(z, "z")
    if array.dtype.kind == "O":
        for value in array.flat:
            if isinstance(value, bool) or not isinstance(
                value, (int, Fraction)
            ):
                as_real(value, "each entry of z")
    elif array.dtype.kind not in "biuf":
        raise TypeError(
            f"z must hold real numbers, got an array of {array.dtype}"
        )
    elif not np.isfinite(array).all():
        raise ValueError("z must be finite, got a NaN or an infinity")
    return array


#: The interval unit, ``1[|z| ≤ 1]``.
INTERVAL = Unit("interval", -1, 1)

#: The Heaviside unit, ``1[z ≥ 0]`` (McCulloch and Pitts, 1943).
HEAVISIDE = Unit("heaviside", 0, None)

#: The ramp, ``max(z, 0)``.
RELU = Unit("relu")

#: The linear unit, ``z`` itself.
IDENTITY = Unit("identity")

_BY_NAME = {u.name: u for u in (INTERVAL, HEAVISIDE, RELU, IDENTITY)}


def equality(k: Rational = 0) -> Unit:
    """Return the equality unit ``1[z = k]``.

    Examples
    --------
    >>> equality(3)([2, 3, 4])
    array([0, 1, 0])
    """
    if not isinstance(k, Fraction):
        k = as_integer(k, "k")
    return Unit(f"equality({_written(k)})", k, k)


def as_unit(value: Any, name: str = "unit") -> Unit:
    """Return a ``Unit`` or the unit of that name."""
    if isinstance(value, Unit):
        return value
    return _BY_NAME[
        one_of(
            value, f"{name} (a Unit such as equality(k), or a name)", _BY_NAME
        )
    ]
