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


def flat(t: Any, *, size: int) -> Any:
    """Return the place of each row's class among all entries."""
    return np.arange(0, len(t) * size, size) + t.astype(np.intp, copy=False)


def place(g: Any, at: Any, *, size: int, out: Array | None = None) -> Array:
    """Write ``g`` at a place in zeros; ``flat`` gives that of each row."""
    if out is None:
        out = np.zeros((*np.shape(at), size))
    else:
        out.fill(0.0)
    out.put(at, g)
    return out
