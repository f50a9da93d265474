"""Checks at the door: what came, what was wanted, in one sentence."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def as_integer(value: Any, name: str, *, minimum: int | None = None) -> int:
    """Return ``value`` as a Python integer, at least ``minimum``.

    NumPy integers pass; booleans and floats do not, not even 3.0, because a
    size that arrives as a float was usually computed wrongly.

    Raises
    ------
    TypeError
        If ``value`` is not an integer.
    ValueError
        If it is below ``minimum``.
    """
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    try:
        integer = operator.index(value)
    except TypeError:
        raise TypeError(
            f"{name} must be an integer, got {value!r} of type "
            f"{type(value).__name__}"
        ) from None
    if minimum is not None and integer < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {integer}")
    return integer


def as_real(value: Any, name: str) -> float:
    """Return ``value`` as a finite Python float.

    Raises
    ------
    TypeError
        If ``value`` is not a real number.
    ValueError
        If it is NaN or infinite.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(
        value, (numbers.Real, np.number)
    ):
        raise TypeError(
            f"{name} must be a real number, got {value!r} of type "
            f"{type(value).__name__}"
        )
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    return number


def as_array(
    value: ArrayLike, name: str, *, ndim: int | None = None
) -> NDArray[np.float64]:
    """Return ``value`` as a finite, non-empty float64 array.

    Raises
    ------
    TypeError
        If the entries are not real numbers.
    ValueError
        If the number of axes is not ``ndim``, the array is empty or ragged,
        or an entry is NaN or infinite (the error names the first one).
    """
    try:
        raw = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be a rectangular array of real numbers, got rows "
            "of different lengths"
        ) from None
    if raw.dtype.kind not in "iufO":
        raise TypeError(
            f"{name} must hold real numbers, got an array of {raw.dtype}"
        )
    if raw.dtype.kind == "O":
        for entry in raw.flat:
            if not isinstance(entry, numbers.Real):
                raise TypeError(
                    f"{name} must hold real numbers, got {entry!r}"
                )
    array = raw.astype(np.float64)
    if ndim is not None and array.ndim != ndim:
        wanted = {1: "be a vector", 2: "be a matrix"}
        raise ValueError(
            f"{name} must {wanted.get(ndim, f'have {ndim} axes')}, got shape "
            f"{array.shape}"
        )
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        at = tuple(int(i) for i in bad[0])
        where = str(at[0]) if len(at) == 1 else ", ".join(map(str, at))
        raise ValueError(
            f"{name} must be finite, got {array[at]} at {name}[{where}]"
            if at
            else f"{name} must be finite, got {array[()]}"
        )
    return array


def as_rng(value: Any, name: str = "rng") -> np.random.Generator:
    """Return ``value`` as a random generator; an integer is a seed.

    Raises
    ------
    TypeError
        If ``value`` is neither a ``numpy.random.Generator`` nor an integer.
    ValueError
        If the seed is negative.
    """
    if isinstance(value, np.random.Generator):
        return value
    try:
        seed = as_integer(value, name, minimum=0)
    except TypeError:
        raise TypeError(
            f"{name} must be a numpy.random.Generator or an integer seed, "
            f"got {value!r}"
        ) from None
    return np.random.default_rng(seed)


def one_of(value: Any, name: str, accepted: Iterable[str]) -> str:
    """Return ``value`` if it is one of the ``accepted`` strings.

    Raises
    ------
    TypeError
        If ``value`` is not a string.
    ValueError
        If it is not accepted; the error lists what is.
    """
    choices = list(accepted)
    listed = ", ".join(repr(choice) for choice in choices)
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {listed}, got {value!r}")
    if value not in choices:
        raise ValueError(f"{name} must be one of {listed}, got {value!r}")
    return value
