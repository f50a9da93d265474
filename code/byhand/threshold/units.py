"""Units: what a neuron does with its weighted sum."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_integer, one_of


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

    Raises
    ------
    TypeError
        If a bound is not an integer or a Fraction.
    ValueError
        If ``low > high``, or if a unit without bounds is not called
        ``"relu"`` or ``"identity"``.

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
        for bound in (self.low, self.high):
            if bound is not None and (
                isinstance(bound, bool) or not isinstance(bound, Rational)
            ):
                raise TypeError(
                    f"the bounds of the unit {self.name!r} must be integers "
                    f"or Fractions, got {bound!r}"
                )
        if None not in (self.low, self.high) and self.low > self.high:
            raise ValueError(
                f"the unit {self.name!r} needs low ≤ high, got "
                f"{self.low} > {self.high}"
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

    def __call__(self, z: Any) -> NDArray[Any]:
        """Apply the unit elementwise to numbers of any real type."""
        z = np.asarray(z)
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
        if self.low == -self.high:
            return f"1[|{z}| ≤ {self.high}]"
        return f"1[{self.low} ≤ {z} ≤ {self.high}]"


#: The interval unit, ``1[|z| ≤ 1]``.
INTERVAL = Unit("interval", -1, 1)

#: The Heaviside unit, ``1[z ≥ 0]`` (McCulloch and Pitts, 1943).
HEAVISIDE = Unit("heaviside", 0, None)

#: The ramp, ``max(z, 0)``.
RELU = Unit("relu")

#: The linear unit, ``z`` itself.
IDENTITY = Unit("identity")

_BY_NAME = {u.name: u for u in (INTERVAL, HEAVISIDE, RELU, IDENTITY)}


def equality(k: int = 0) -> Unit:
    """Return the equality unit ``1[z = k]``.

    Raises
    ------
    TypeError
        If ``k`` is neither an integer nor a Fraction.

    Examples
    --------
    >>> equality(3)([2, 3, 4])
    array([0, 1, 0])
    """
    if not isinstance(k, Fraction):
        k = as_integer(k, "k")
    return Unit(f"equality({k})", k, k)


def as_unit(value: Any) -> Unit:
    """Return a ``Unit`` or the unit of that name.

    Raises
    ------
    TypeError
        If ``value`` is neither a ``Unit`` nor a string.
    ValueError
        If no unit has that name; the error lists those that have one.
    """
    if isinstance(value, Unit):
        return value
    return _BY_NAME[
        one_of(value, "unit (a Unit such as equality(k), or a name)", _BY_NAME)
    ]
