"""Exact evaluation of a layer, fast where that is possible.

Integers up to 2^24 are exact in float32, up to 2^53 in float64, and so are
their sums and products while they stay below that bound, in whatever order
they are taken.  Below the bound a layer is therefore evaluated by a matrix
product in floating point, which runs in BLAS; above it by Python integers
and Fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import rectangular, shown
from byhand.threshold.conditions import condition
from byhand.threshold.units import Rational, Unit, magnitude

#: A vector or a matrix of exact numbers.
Exact = ArrayLike | Sequence[Rational] | Sequence[Sequence[Rational]]

_Float = type[np.float32] | type[np.float64]
_EXACT: dict[_Float, int] = {
    dtype: 2 ** (np.finfo(dtype).nmant + 1)
    for dtype in (np.float32, np.float64)
}


class IntegerForm:
    """The units of a layer as they act on integers.

    A unit that answers 0 or 1 is held as its condition ``low ≤ a·x ≤ high``,
    one that passes on a value as ``a·x + shift``.
    """

    def __init__(
        self,
        weights: Sequence[Sequence[Rational]],
        biases: Sequence[Rational],
        units: Sequence[Unit],
    ) -> None:
        rows: list[Sequence[Rational]] = []
        low: list[int | None] = []
        high: list[int | None] = []
        shift: list[Rational] = []
        #: Whether integers go to integers.
        self.whole = True
        for w, bias, unit in zip(weights, biases, units, strict=True):
            if unit.is_indicator:
                c = condition(w, bias, unit)
                rows.append(c.a)
                low.append(c.low)
                high.append(c.high)
                shift.append(0)
            else:
                self.whole &= all(isinstance(v, int) for v in [*w, bias])
                rows.append(w)
                low.append(None)
                high.append(None)
                shift.append(bias)
        self._rows, self._low, self._high, self._shift = rows, low, high, shift
        self._reach = max(sum(map(magnitude, row)) for row in rows)
        self._furthest = max(map(magnitude, shift))
        self._binary = all(unit.is_indicator for unit in units)
        self._ramps = np.array([unit.name == "relu" for unit in units])
        self._values = np.array([not unit.is_indicator for unit in units])
        self._single = self._binary and low == high
        self._arrays: dict[_Float, tuple[NDArray[Any], ...]] = {}

    def __call__(self, x: NDArray[Any]) -> NDArray[Any] | None:
        """Evaluate a matrix of machine integers; None if it may not fit."""
        if not self.whole:
            return None
        bound = self._reach * max(_largest(x), 1) + self._furthest
        for dtype, limit in _EXACT.items():
            if bound <= limit:
                return self._evaluate(x, dtype)
        return None

    def _evaluate(self, x: NDArray[Any], dtype: _Float) -> NDArray[Any]:
        if dtype not in self._arrays:
            self._arrays[dtype] = (
                np.array(self._rows, dtype=dtype).T,
                _bounds(self._low, -np.inf, dtype),
                _bounds(self._high, np.inf, dtype),
            )
        A, low, high = self._arrays[dtype]
        # BLAS may raise the flag in lanes that it fills up and throws away;
        # below the bound no entry can be invalid.
        with np.errstate(invalid="ignore"):
            z: NDArray[Any] = x.astype(dtype) @ A
        fires: NDArray[Any] = (
            z == low if self._single else (z >= low) & (z <= high)
        )
        if self._binary:
            return fires
        value = z.astype(np.int64) + np.array(self._shift, dtype=np.int64)
        value = np.where(self._ramps, np.maximum(value, 0), value)
        return np.where(self._values, value, fires)


def exact_values(
    x: NDArray[Any], W: NDArray[Any], b: NDArray[Any], units: Sequence[Unit]
) -> NDArray[Any]:
    """Evaluate rows of ``x`` in Python integers and Fractions."""
    # Fractions are slow to add: only the sums are divided.
    rows, below = _over_one_denominator(x)
    weights, under = _over_one_denominator(np.column_stack([W, b]))
    z = rows @ weights[:, :-1].T + np.outer(below, weights[:, -1])
    denominators = np.outer(below, under)
    if (denominators != 1).any():
        z = np.frompyfunc(Fraction, 2, 1)(z, denominators)
    columns = [unit(column) for unit, column in zip(units, z.T, strict=True)]
    return compact(np.stack(columns, axis=-1))


def _over_one_denominator(
    x: NDArray[Any],
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return a matrix as integers, each row over a denominator of its own."""
    below = [lcm(*(v.denominator for v in row)) for row in x.tolist()]
    above = [
        [v.numerator * (d // v.denominator) for v in row]
        for row, d in zip(x.tolist(), below, strict=True)
    ]
    return (
        np.array(above, dtype=object).reshape(x.shape),
        np.array(below, dtype=object),
    )


def rationals(value: Exact, name: str) -> NDArray[Any]:
    """Return integers and Fractions as int64, or as objects if they must be.

    Nothing else passes, and the rows must have the same length.
    """
    # NumPy would turn [2**63, -1] into floats; as objects they stay integers.
    dtype = None if isinstance(value, np.ndarray) else object
    array = rectangular(value, name, of="integers or Fractions", dtype=dtype)
    if array.dtype.kind in "bi":
        return array.astype(np.int64)
    if array.dtype.kind == "u":
        array = array.astype(object)
    if array.dtype.kind == "O":
        flat = [_rational(v, name) for v in array.ravel().tolist()]
        array = np.empty(array.shape, dtype=object)
        array.ravel()[:] = flat
        return compact(array)
    entry = array.ravel()[0].item() if array.size else array.dtype
    raise TypeError(
        f"{name} must hold integers or Fractions, got {shown(entry)}{_way_out}"
    )


def compact(x: NDArray[Any]) -> NDArray[Any]:
    """Return objects as int64 if all of them are integers that fit."""
    if x.dtype != object:
        return x
    flat = [
        v.numerator if v.denominator == 1 else v for v in x.ravel().tolist()
    ]
    fits = all(isinstance(v, int) and -(2**63) <= v < 2**63 for v in flat)
    array = np.empty(len(flat), dtype=np.int64 if fits else object)
    array[:] = flat
    return array.reshape(x.shape)


_way_out = (
    "; write Fraction(1, 10) for a tenth, x.astype(int) for whole numbers "
    "that came as floats, and network.float64(x) to compute with rounding"
)


def _rational(value: Any, name: str) -> Rational:
    if isinstance(value, (bool, np.bool_, np.integer)):
        return int(value)
    if isinstance(value, (int, Fraction)):
        return value
    raise TypeError(
        f"{name} must hold integers or Fractions, got {shown(value)}{_way_out}"
    )


def _largest(x: NDArray[Any]) -> int:
    if x.dtype == bool or not x.size:
        return 1
    return max(int(x.max()), -int(x.min()))


def _bounds(
    values: Sequence[int | None], missing: float, dtype: _Float
) -> NDArray[Any]:
    # No sum leaves the exact range, so a bound beyond it acts as infinite.
    limit = _EXACT[dtype]
    return np.array(
        [
            missing
            if v is None
            else v
            if abs(v) <= limit
            else np.copysign(np.inf, v)
            for v in values
        ],
        dtype=dtype,
    )
