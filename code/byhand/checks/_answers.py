"""Kinds of answers: each function reads one, in every form that it may have.

A number may come from Python, NumPy, ``fractions``, ``decimal`` or SymPy, as
``True`` for 1, 2.0 for 2, or as an array without axes; several numbers as a
list, a tuple, an array or a matrix of SymPy.  No digit is lost on the way to
an exact number.
"""

from __future__ import annotations

import math
import numbers
import sys
from collections.abc import Callable, Iterable, Mapping, Set
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._showing import as_it_came

# No list in an answer is longer, no decimal number larger or finer.
_MOST_ENTRIES = 10**6
_MOST_DIGITS = 10**4


class Refused(ValueError):
    """An answer of another kind; the message, if any, says in which part."""


def fraction(value: object) -> Fraction:
    """Read a finite number, as the fraction that it is.

    Examples
    --------
    >>> print(fraction(np.float32(0.5)), fraction(Decimal("0.1")))
    1/2 1/10
    """
    number: Any = _scalar(value)
    if (sp := _sympy()) and isinstance(number, sp.Expr):
        number = sp.Rational(sp.expand(number))
    if isinstance(number, (bool, np.bool_)):
        return Fraction(bool(number))
    if isinstance(number, numbers.Rational):
        return Fraction(int(number.numerator), int(number.denominator))
    if isinstance(number, Decimal):
        if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
            raise Refused
        return Fraction(number)
    if isinstance(number, (float, np.floating)) and np.isfinite(number):
        return Fraction(*number.as_integer_ratio())
    raise Refused


def whole(value: object) -> int:
    """Read a whole number: 2, 2.0, ``Fraction(4, 2)``, but not 2.5."""
    number = fraction(value)
    if number.denominator != 1:
        raise Refused
    return number.numerator


def real(value: object) -> float:
    """Read a number for a comparison with a tolerance; it may be infinite."""
    number: Any = _scalar(value)
    if not hasattr(type(number), "__float__"):
        raise Refused
    nearest = float(number)
    if math.isinf(nearest) and number != nearest:
        raise Refused
    return nearest


def array(value: object, ndim: int | None = None) -> NDArray[np.float64]:
    """Read numbers for a comparison with a tolerance, in any shape."""
    entries = _array(value, ndim)
    if np.can_cast(entries.dtype, np.float64):
        return entries.astype(np.float64)
    if all(type(entry) is float for entry in entries.flat):
        return entries.astype(np.float64)
    return np.array(
        [real(entry) for entry in entries.flat], dtype=np.float64
    ).reshape(entries.shape)


def real_array(value: object, *shape: int) -> NDArray[np.float64]:
    """Read numbers for a comparison with a tolerance, in this shape."""
    found = array(value, len(shape))
    if found.shape != shape:
        raise Refused(f"shape {found.shape}: {as_it_came(value)}")
    return found


def finite_array(value: object, *shape: int) -> NDArray[np.float64]:
    """Read finite numbers for a comparison with a tolerance."""
    found = real_array(value, *shape)
    if not np.isfinite(found).all():
        raise Refused
    return found


def fraction_array(value: object, *shape: int) -> NDArray[np.object_]:
    """Read finite numbers in a shape, as the fractions that they are."""
    return _each(fraction, value, shape)


def whole_array(value: object, *shape: int) -> NDArray[np.object_]:
    """Read whole numbers in a shape, as Python integers."""
    return _each(whole, value, shape)


def sequence(value: object, size: int | None = None) -> list[Any]:
    """Read several things, of which there are ``size``, in their order."""
    if (sp := _sympy()) and isinstance(value, sp.MatrixBase):
        value = list(value) if 1 in value.shape else value.tolist()
    if isinstance(value, (str, bytes, Mapping)):
        raise Refused
    # A set has no order, which matters unless any number of things will do.
    if not isinstance(value, Iterable) or (size and isinstance(value, Set)):
        raise Refused
    most = size or _MOST_ENTRIES
    found = list(islice(value, most + 1))
    if len(found) > most or (size and len(found) < size):
        raise Refused
    return found


def pair(value: object) -> tuple[Any, Any]:
    """Read two things."""
    first, second = sequence(value, 2)
    return first, second


def unit_weights(
    value: object, inputs: int
) -> tuple[NDArray[np.object_], Fraction]:
    """Read the weights of a unit and its bias."""
    weights, bias = pair(value)
    return fraction_array(weights, inputs), fraction(bias)


def equal(value: object, number: Fraction | int) -> None:
    """Read a number, which is this one."""
    if fraction(value) != number:
        raise Refused


def truth(value: object) -> bool:
    """Read True or False, for which 1 and 0 do not stand."""
    if isinstance(value, np.ndarray):
        value = value[()]  # the entry of an array without axes
    sp = _sympy()
    if isinstance(value, (bool, np.bool_)) or (
        sp and isinstance(value, sp.logic.boolalg.BooleanAtom)
    ):
        return bool(value)
    raise Refused


def dictionary(
    value: object, required: Iterable[str], optional: Iterable[str] = ()
) -> dict[str, Any]:
    """Read a dictionary with these keys."""
    if not isinstance(value, Mapping):
        raise Refused(
            f"{as_it_came(value)}, which is of type {type(value).__name__}"
        )
    found = dict(value)
    if not set(required) <= set(found) <= {*required, *optional}:
        raise Refused
    return found


def _sympy() -> Any:
    """Return SymPy if anything has imported it: who has a thing of it has.

    Nobody else waits for it, and in a browser fetches it, to be checked.
    """
    return sys.modules.get("sympy")


def _each(
    kind: Callable[[object], Any], value: object, shape: tuple[int, ...]
) -> NDArray[np.object_]:
    entries = _array(value, len(shape))
    if entries.shape != shape:
        raise Refused
    found = np.empty(shape, dtype=object)
    for index in np.ndindex(shape):
        try:
            found[index] = kind(entries[index])
        except (Refused, TypeError, ValueError):
            where = f"row {index[0] + 1}, column {index[-1] + 1}"
            if len(shape) == 1:
                where = f"place {index[0] + 1}"
            raise Refused(f"{as_it_came(entries[index])} in {where}") from None
    return found


def _scalar(value: object) -> object:
    """Return a single thing that may be a number, without its axes."""
    if isinstance(value, np.ndarray):
        value = value[()]  # the entry of an array without axes
    if isinstance(value, (str, np.ndarray)) or (
        isinstance(value, np.generic) and value.dtype.kind not in "biuf"
    ):
        raise Refused
    return value


def _array(value: object, ndim: int | None) -> NDArray[Any]:
    """Return an array that has lost no digits yet."""
    sp = _sympy()
    if sp and isinstance(value, (sp.MatrixBase, sp.NDimArray)):
        # A vector of SymPy is a matrix with one column.
        column = ndim == 1 and 1 in value.shape
        value = list(value) if column else value.tolist()
    if isinstance(value, (np.ndarray, np.generic)):
        return np.asarray(value)
    return np.array(value, dtype=object)
