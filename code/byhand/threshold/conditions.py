"""What an indicator unit says about integers: ``low ≤ a·x ≤ high``.

Different weights can ask the same question: for integers, ``|2(x - y)| ≤ 1``
and ``x - y = 0`` are one condition.  The normal form here divides out common
factors and rounds the bounds inward, so that equal questions look alike.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from byhand._validate import as_flag, as_sequence, shown
from byhand.threshold.units import (
    Rational,
    Unit,
    as_unit,
    magnitude,
    rational_or_none,
)


@dataclass(frozen=True)
class Condition:
    """The condition ``low ≤ a·x ≤ high`` on an integer vector ``x``.

    The entries of ``a`` are integers without a common factor; a bound that
    is ``None`` is no bound.  If ``a`` is zero, the condition is constant.
    """

    a: tuple[int, ...]
    low: int | None
    high: int | None

    @property
    def constant(self) -> bool | None:
        """Return True or False if no ``x`` matters, otherwise None."""
        if any(self.a):
            low, high = self.low, self.high
            empty = low is not None and high is not None and low > high
            return False if empty else None
        return (self.low is None or self.low <= 0) and (
            self.high is None or self.high >= 0
        )

    def text(self, names: Sequence[str], bits: Sequence[bool] = ()) -> str:
        """Write the condition the way one says it.

        Parameters
        ----------
        names
            One name for each entry of ``x``.
        bits
            Which entries are known to be 0 or 1; bounds that such entries
            cannot cross are left out.

        Examples
        --------
        >>> Condition((-1, 1), 0, 0).text(["x", "y"])
        'y = x'
        >>> Condition((1, -1), 1, None).text(["x", "y"])
        'x > y'
        >>> Condition((1, 1), 1, 3).text(["g", "h"], bits=[True, True])
        'g + h ≥ 1'
        """
        names = as_sequence(names, "names", "strings")
        bits = as_sequence(bits, "bits", "truth values")
        if len(names) != len(self.a) or not all(
            isinstance(name, str) for name in names
        ):
            raise ValueError(
                f"names must hold {len(self.a)} strings, one for each entry, "
                f"got {shown(names)}"
            )
        if bits and len(bits) != len(self.a):
            raise ValueError(
                f"bits must hold {len(self.a)} truth values, got {shown(bits)}"
            )
        bits = [as_flag(bit, "each of the bits") for bit in bits]
        if self.constant is not None:
            return "always" if self.constant else "never"
        low, high = self.low, self.high
        if bits and all(bit for bit, a in zip(bits, self.a, strict=True) if a):
            least = sum(min(a, 0) for a in self.a)
            most = sum(max(a, 0) for a in self.a)
            low = None if low is not None and low <= least else low
            high = None if high is not None and high >= most else high
            if low is None and high is None:
                return "always"
        a = self.a
        if not any(c > 0 for c in a):
            a = tuple(-c for c in a)
            low, high = (
                None if high is None else -high,
                None if low is None else -low,
            )
        if low is not None and high is not None and low != high:
            return f"{low} ≤ {linear(a, 0, names)} ≤ {high}"
        left = linear([max(c, 0) for c in a], 0, names)
        rest = [max(-c, 0) for c in a]
        bound = low if low is not None else high or 0
        if low == high:
            sign = "="
        elif any(rest) and (low, high) in {(1, None), (None, -1)}:
            sign, bound = (">" if high is None else "<"), 0
        else:
            sign = "≥" if high is None else "≤"
        return f"{left} {sign} {linear(rest, bound, names)}"


def condition(
    weights: Sequence[Rational], bias: Rational, unit: Unit | str
) -> Condition:
    """Return when an indicator unit fires, for integer inputs.

    Parameters
    ----------
    weights, bias
        Integers or Fractions; the unit sees ``weights·x + bias``.
    unit
        A unit with a bound, or its name.

    Examples
    --------
    >>> from byhand.threshold import INTERVAL
    >>> condition([-2, 2], 0, INTERVAL)
    Condition(a=(-1, 1), low=0, high=0)
    """
    unit = as_unit(unit)
    if not unit.is_indicator:
        raise ValueError(
            f"a condition needs a unit that answers 0 or 1, got {unit.name!r}"
        )
    weights = [
        w if type(w) in {int, Fraction} else _as_exact(w, "each of weights")
        for w in as_sequence(weights, "weights", "integers or Fractions")
    ]
    bias = _as_exact(bias, "bias")
    whole = math.lcm(*(w.denominator for w in weights))
    a = [int(w * whole) for w in weights]
    common = math.gcd(*a) or 1
    low, high = unit.low, unit.high
    return Condition(
        tuple(c // common for c in a),
        None if low is None else -((bias - low) * whole // common),
        None if high is None else (high - bias) * whole // common,
    )


def _as_exact(value: Any, name: str) -> Rational:
    exact = rational_or_none(value)
    if exact is None:
        raise TypeError(
            f"{name} must be an integer or a Fraction, got {shown(value)}"
        )
    return exact


def linear(
    weights: Sequence[Rational], bias: Rational, names: Sequence[str]
) -> str:
    """Write ``weights·x + bias`` with the given names.

    >>> linear([-2, 0, 1], 3, ["x", "y", "z"])
    '-2 x + z + 3'
    """
    parts = []
    for w, name in zip(weights, names, strict=True):
        if w:
            size = "" if w in {1, -1} else f"{number(magnitude(w))} "
            parts.append(("-" if w < 0 else "+", size + name))
    if bias or not parts:
        parts.append(("-" if bias < 0 else "+", number(magnitude(bias))))
    (sign, first), *rest = parts
    return ("-" if sign == "-" else "") + " ".join(
        [first, *(f"{s} {term}" for s, term in rest)]
    )


def number(value: Rational) -> str:
    """Write an integer or a fraction, a long fraction by its first digits.

    >>> number(Fraction(7, 6)), number(Fraction(0.1))
    ('7/6', '~0.1')
    """
    if value.denominator <= 9999:
        return str(value)
    return f"~{float(value):.6g}"
