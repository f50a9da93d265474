"""Rows of the table that take several NumPy calls, written with ``out=``.

The source of a tape compiled with ``reuse=True`` calls these beside NumPy's
own functions.  They work on float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def full(shape: tuple[int, ...], x: Any, *, out: Array | None = None) -> Array:
    """Write ``x``, repeated to a shape."""
    if out is None:
        return np.full(shape, x, dtype=float)
    np.copyto(out, x)
    return out


def pad(
    x: Array, *, axis: int, before: int, after: int, out: Array | None = None
) -> Array:
    """Write ``x`` with zeros before and after it along an axis."""
    if out is None:
        width = [(0, 0)] * x.ndim
        width[axis] = before, after
        return np.pad(x, width)
    stop = before + x.shape[axis]
    colons = (slice(None),) * axis
    out[(*colons, slice(before))] = 0.0
    out[(*colons, slice(before, stop))] = x
    out[(*colons, slice(stop, None))] = 0.0
    return out


def pick(y: Array, t: Any, *, out: Array | None = None) -> Any:
    """Write the entry at a class, of a vector or of each row."""
    if not np.ndim(t):
        return y[int(t)]
    picked = y[np.arange(len(t)), t]
    if out is None:
        return picked
    out[...] = picked
    return out


def place(g: Any, t: Any, *, size: int, out: Array | None = None) -> Array:
    """Write ``g`` at a class into zeros, or into each row of zeros."""
    if out is None:
        out = np.zeros((*np.shape(t), size))
    else:
        out.fill(0.0)
    if np.ndim(t):
        out[np.arange(len(t)), t] = g
    else:
        out[int(t)] = g
    return out
