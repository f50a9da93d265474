"""Checks at the door that this chapter shares."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_integer


def as_numbers(
    value: ArrayLike, name: str, *, ndim: int | None = None
) -> NDArray[Any]:
    """Return a finite, non-empty float64 or complex128 array.

    Complex numbers pass because the complex step sends them through the
    functions that it differentiates.

    Raises
    ------
    TypeError, ValueError
        As `byhand._validate.as_array`.
    """
    if not np.iscomplexobj(value):
        return as_array(value, name, ndim=ndim)
    array = np.asarray(value)
    real = as_array(array.real, f"the real part of {name}", ndim=ndim)
    imag = as_array(array.imag, f"the imaginary part of {name}", ndim=ndim)
    return real + 1j * imag


def as_vectors(
    value: ArrayLike, name: str, *, real: bool = False
) -> NDArray[Any]:
    """Return one vector, or a batch of them as the rows of a matrix."""
    array = as_array(value, name) if real else as_numbers(value, name)
    if array.ndim not in (1, 2):
        raise ValueError(
            f"{name} must be a vector, or a batch of vectors as the rows of "
            f"a matrix, got shape {array.shape}"
        )
    return array


def as_classes(
    value: ArrayLike, name: str, *, classes: int, shape: tuple[int, ...]
) -> NDArray[np.intp]:
    """Return class indices, each from 0 to ``classes - 1``, of a shape.

    Raises
    ------
    TypeError
        If the indices are not integers.
    ValueError
        If their shape is not ``shape``, or a class does not exist.
    """
    array = np.asarray(value)
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"{name} must hold integer class indices, got an array of "
            f"{array.dtype}"
        )
    if array.shape != shape:
        wanted = f"shape {shape}, one class a sample" if shape else "one class"
        raise ValueError(f"{name} must have {wanted}, got shape {array.shape}")
    bad = array[(array < 0) | (array >= classes)]
    if bad.size:
        raise ValueError(
            f"{name} must be between 0 and {classes - 1}, got {bad.flat[0]}"
        )
    return array.astype(np.intp)


def as_generator(rng: Any) -> np.random.Generator:
    """Return a generator, or the one that a seed starts.

    Raises
    ------
    TypeError
        If ``rng`` is neither a generator nor an integer: None would draw
        other numbers every time.
    ValueError
        If the seed is negative.
    """
    if isinstance(rng, np.random.Generator):
        return rng
    return np.random.default_rng(as_integer(rng, "rng", minimum=0))
