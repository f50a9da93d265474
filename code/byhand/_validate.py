"""Checks at the door: what came, what was wanted, in one sentence.

Every function returns the value in the form that the package computes with,
or raises: TypeError for a value of the wrong kind, ValueError for one out of
bounds.
"""

from __future__ import annotations

import itertools
import math
import numbers
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

# Python and NumPy count these among the numbers.
_NO_NUMBERS = (bool, np.bool_, np.timedelta64)
# Of a value in an error, in characters.
_LONGEST = 200
# Entries that are taken one by one.
_MOST_LISTED = 10**7


def shown(value: Any) -> str:
    """Return how a value is written in an error, a huge one by its size."""
    size = abs(int(value)) if isinstance(value, (int, Fraction)) else 0
    if size >= 10**30:
        return f"about {'-' if value < 0 else ''}10^{int(math.log10(size))}"
    try:
        text = " ".join(repr(value).split())
    except Exception:  # such as that of a list with a huge integer in it
        return f"a value of type {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]} …"


def as_integer(
    value: Any,
    name: str,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
) -> int:
    """Return ``value`` as a Python integer between the bounds.

    NumPy integers pass; booleans and floats do not, not even 3.0, because a
    size that arrives as a float was usually computed wrongly.
    """
    if isinstance(value, _NO_NUMBERS):
        raise TypeError(f"{name} must be an integer, got {shown(value)}")
    try:
        integer = operator.index(value)
    except TypeError:
        raise TypeError(
            f"{name} must be an integer, got {shown(value)} of type "
            f"{type(value).__name__}"
        ) from None
    if minimum is not None and integer < minimum:
        raise ValueError(
            f"{name} must be at least {minimum}, got {shown(integer)}"
        )
    if maximum is not None and integer > maximum:
        raise ValueError(
            f"{name} must be at most {maximum:,}, got {shown(integer)}"
        )
    return integer


def as_real(
    value: Any,
    name: str,
    *,
    minimum: float | None = None,
    positive: bool = False,
) -> float:
    """Return ``value`` as a finite Python float."""
    if isinstance(value, _NO_NUMBERS) or not isinstance(value, numbers.Real):
        raise TypeError(
            f"{name} must be a real number, got {shown(value)} of type "
            f"{type(value).__name__}"
        )
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(
            f"{name} must fit in float64, got {shown(value)}"
        ) from None
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    if positive and number <= 0:
        raise ValueError(f"{name} must be positive, got {number}")
    if minimum is not None and number < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {number}")
    return number


def as_flag(value: Any, name: str) -> bool:
    """Return ``value`` if it is True or False: 'no' would count as true."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {shown(value)}")
    return bool(value)


def rectangular(
    value: Any,
    name: str,
    *,
    of: str = "real numbers",
    dtype: DTypeLike | None = None,
) -> NDArray[Any]:
    """Return ``value`` as an array: not ragged, nothing masked."""
    if masked := _masked(value):
        raise ValueError(
            f"{name} must not have masked entries, got {masked}; fill them "
            "first"
        )
    try:
        array = np.asarray(value, dtype=dtype)
    except ValueError:
        array = None
    # As objects, NumPy takes rows of different lengths as they are.
    if array is None or (
        dtype is object
        and any(isinstance(v, (list, tuple, np.ndarray)) for v in array.flat)
    ):
        raise ValueError(
            f"{name} must be a rectangular array of {of}, got rows of "
            "different lengths"
        )
    return array


def _masked(value: Any) -> int:
    """Count the masked entries, also of arrays inside lists."""
    if isinstance(value, np.ma.MaskedArray):
        return int(np.count_nonzero(np.ma.getmaskarray(value)))
    if isinstance(value, (list, tuple)):
        return sum(map(_masked, value))
    return 0


def as_array(
    value: ArrayLike, name: str, *, ndim: int | None = None
) -> NDArray[np.float64]:
    """Return ``value`` as a finite, non-empty float64 array of its own.

    The error for a NaN or an infinity names the first one's place.
    """
    return _real_array(rectangular(value, name), name, ndim)


def as_numbers(
    value: ArrayLike, name: str, *, ndim: int | None = None
) -> NDArray[Any]:
    """Return a finite, non-empty float64 or complex128 array.

    Complex numbers pass because the complex step sends them through the
    functions that it differentiates.
    """
    raw = rectangular(value, name)
    if raw.dtype.kind != "c":
        return _real_array(raw, name, ndim)
    real = _real_array(raw.real, f"the real part of {name}", ndim)
    return real + 1j * _real_array(
        raw.imag, f"the imaginary part of {name}", ndim
    )


def _real_array(
    raw: NDArray[Any], name: str, ndim: int | None
) -> NDArray[np.float64]:
    if raw.dtype.kind not in "iufO":
        raise TypeError(
            f"{name} must hold real numbers, got an array of {raw.dtype}"
        )
    if raw.dtype.kind == "O":
        for entry in raw.flat:
            if isinstance(entry, _NO_NUMBERS) or not isinstance(
                entry, numbers.Real
            ):
                raise TypeError(
                    f"{name} must hold real numbers, got {shown(entry)}"
                )
    try:
        with np.errstate(over="ignore"):
            array = raw.astype(np.float64)
    except OverflowError:
        largest = max(raw.flat, key=abs)
        raise ValueError(
            f"{name} must fit in float64, got {shown(largest)}"
        ) from None
    if ndim is not None and array.ndim != ndim:
        wanted = {1: "be a vector", 2: "be a matrix"}
        raise ValueError(
            f"{name} must {wanted.get(ndim, f'have {ndim} axes')}, got shape "
            f"{array.shape}"
        )
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    require_finite(array, name)
    return array


def require_finite(array: NDArray[np.float64], name: str) -> None:
    """Raise a ValueError that names the first NaN or infinity, if any."""
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        at = tuple(int(i) for i in bad[0])
        place = f" at {name}[{', '.join(map(str, at))}]" if at else ""
        raise ValueError(f"{name} must be finite, got {array[at]}{place}")


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
    """Return class indices, each from 0 to ``classes - 1``, of a shape."""
    array = rectangular(value, name, of="classes")
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


def as_rng(value: Any, name: str = "rng") -> np.random.Generator:
    """Return ``value`` as a random generator; an integer is a seed."""
    if isinstance(value, np.random.Generator):
        return value
    try:
        seed = as_integer(value, name, minimum=0)
    except TypeError:
        raise TypeError(
            f"{name} must be a numpy.random.Generator or an integer seed, "
            f"got {shown(value)}"
        ) from None
    return np.random.default_rng(seed)


def as_function(value: Any, name: str) -> Callable[..., Any]:
    """Return ``value`` if it can be called."""
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {shown(value)}")
    function: Callable[..., Any] = value
    return function


def as_mapping(value: Any, name: str) -> Mapping[Any, Any]:
    """Return ``value`` if it is a dictionary or another mapping."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a dictionary, got {shown(value)}")
    return value


def as_sequence(value: Any, name: str, of: str) -> Sequence[Any]:
    """Return ``value`` as a list: it is a sequence and no string."""
    if isinstance(value, (str, bytes)) or not (
        isinstance(value, Sequence)
        or (isinstance(value, np.ndarray) and value.ndim)
    ):
        raise TypeError(
            f"{name} must be a sequence of {of}, got {shown(value)}"
        )
    length: float
    try:
        length = len(value)
    except OverflowError:  # such as range(10**30)
        length = math.inf
    if length > _MOST_LISTED:
        raise ValueError(
            f"{name} must hold at most {_MOST_LISTED:,} {of}, got more"
        )
    return list(value)


def as_list(value: Any, name: str, of: str) -> list[Any]:
    """Return the entries of anything that ends and is no string."""
    try:
        entries = list(itertools.islice(iter(value), _MOST_LISTED + 1))
    except TypeError:
        entries = None
    if entries is None or isinstance(value, (str, bytes)):
        raise TypeError(f"{name} must hold {of}, got {shown(value)}")
    if len(entries) > _MOST_LISTED:
        raise ValueError(
            f"{name} must hold at most {_MOST_LISTED:,} {of}, got more"
        )
    return entries


def one_of(value: Any, name: str, accepted: Iterable[str]) -> str:
    """Return ``value`` if it is one of the ``accepted`` strings."""
    choices = list(accepted)
    if isinstance(value, str) and value in choices:
        return value
    listed = ", ".join(repr(choice) for choice in choices)
    error = ValueError if isinstance(value, str) else TypeError
    raise error(f"{name} must be one of {listed}, got {shown(value)}")
