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
from numbers import Rational
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand.threshold.conditions import condition
from byhand.threshold.units import Unit

_EXACT = {np.float32: 2**24, np.float64: 2**53}


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
        rows, low, high, shift = [], [], [], []
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
                self.whole &= all(v.denominator == 1 for v in [*w, bias])
                rows.append(w)
                low.append(None)
                high.append(None)
                shift.append(bias)
        self._rows, self._low, self._high, self._shift = rows, low, high, shift
        self._reach = max(sum(map(abs, row)) for row in rows)
        self._furthest = max(map(abs, shift))
        self._binary = all(unit.is_indicator for unit in units)
        self._ramps = np.array([unit.name == "relu" for unit in units])
        self._values = np.array([not unit.is_indicator for unit in units])
        self._single = self._binary and low == high
        self._arrays: dict[type, tuple[NDArray[Any], ...]] = {}

    def __call__(self, x: NDArray[Any]) -> NDArray[Any] | None:
        """Evaluate a matrix of machine integers; None if it may not fit."""
        if not self.whole:
            return None
        bound = self._reach * max(_largest(x), 1) + self._furthest
        for dtype, limit in _EXACT.items():
            if bound <= limit:
                return self._evaluate(x, dtype)
        return None

    def _evaluate(self, x: NDArray[Any], dtype: type) -> NDArray[Any]:
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
            z = x.astype(dtype) @ A
        if self._single:
            return z == low
        fires = (z >= low) & (z <= high)
        if self._binary:
            return fires
        value = z.astype(np.int64) + np.array(self._shift, dtype=np.int64)
        value = np.where(self._ramps, np.maximum(value, 0), value)
        return np.where(self._values, value, fires)


def exact_values(
    x: NDArray[Any], W: NDArray[Any], b: NDArray[Any], units: Sequence[Unit]
) -> NDArray[Any]:
    """Evaluate rows of ``x`` in Python integers and Fractions."""
    z = x.astype(object) @ W.astype(object).T + b.astype(object)
    columns = [unit(column) for unit, column in zip(units, z.T, strict=True)]
    return compact(np.stack(columns, axis=-1))


def rationals(value: ArrayLike, name: str) -> NDArray[Any]:
    """Return integers and Fractions as int64, or as objects if they must be.

    Raises
    ------
    TypeError
        If an entry is neither an integer nor a Fraction.
    ValueError
        If the rows have different lengths.
    """
    array = value if isinstance(value, np.ndarray) else _objects(value, name)
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
        f"{name} must hold integers or Fractions, got {entry!r}{_way_out}"
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


def _objects(value: ArrayLike, name: str) -> NDArray[Any]:
    # NumPy would turn [2**63, -1] into floats; as objects they stay integers.
    try:
        array = np.array(value, dtype=object)
    except ValueError:
        array = None
    if array is None or any(
        isinstance(v, (list, tuple, np.ndarray)) for v in array.ravel()
    ):
        raise ValueError(
            f"{name} must be a rectangular array, got rows of different "
            "lengths"
        )
    return array


def _rational(value: Any, name: str) -> Rational:
    if isinstance(value, (bool, np.bool_, np.integer)):
        return int(value)
    if isinstance(value, (int, Fraction)):
        return value
    raise TypeError(
        f"{name} must hold integers or Fractions, got {value!r}{_way_out}"
    )


def _largest(x: NDArray[Any]) -> int:
    if x.dtype == bool or not x.size:
        return 1
    return max(int(x.max()), -int(x.min()))


def _bounds(
    values: Sequence[int | None], missing: float, dtype: type
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
