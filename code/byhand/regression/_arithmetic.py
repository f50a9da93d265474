"""Exact numbers in arrays: fractions, or decimals with chosen digits."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_array, as_integer, rectangular, shown

#: Even one division takes a while with so many.
MOST_DIGITS = 10**6


def as_digits(digits: Any) -> int | None:
    """Return ``digits`` as a positive integer, or None if it is None."""
    if digits is None:
        return None
    return as_integer(digits, "digits", minimum=1, maximum=MOST_DIGITS)


def arithmetic(
    digits: int | None,
) -> AbstractContextManager[Context | None]:
    """Return the context in which arrays of :func:`as_exact` are computed.

    Decimals round every operation to ``digits`` digits; fractions, for which
    ``digits`` is None, need no context.
    """
    if digits is None:
        return nullcontext()
    return localcontext(Context(prec=digits))


def as_exact(
    value: Any, name: str, *, ndim: int | None = None, digits: int | None
) -> NDArray[np.object_]:
    """Return ``value`` as an array of Fractions, or of Decimals.

    Floats are taken as the binary fractions that they are, so that nothing
    is rounded on the way in; only a Fraction that has no finite decimal
    expansion is, to ``digits`` digits.
    """
    raw = rectangular(value, name)
    if not holds_objects(raw):
        as_array(raw, name, ndim=ndim)
    else:
        as_array(np.zeros(raw.shape), name, ndim=ndim)
    exact = np.empty(raw.shape, dtype=object)
    for at, entry in np.ndenumerate(raw.astype(object)):
        try:
            exact[at] = _exact_number(entry, digits)
        except (TypeError, ValueError) as error:
            place = ", ".join(map(str, at))
            raise type(error)(f"{name}[{place}] {error}") from None
    return exact


def holds_objects(value: Any) -> bool:
    """Tell whether ``value`` is an array (or a list) of Python objects."""
    try:
        return rectangular(value, "value").dtype == object
    except ValueError:
        return False


def _exact_number(entry: Any, digits: int | None) -> Fraction | Decimal:
    if isinstance(entry, np.generic):
        entry = entry.item()
    # Whether something is a Fraction is the slowest of these questions.
    if isinstance(entry, bool) or not isinstance(
        entry, (float, int, Decimal, Fraction)
    ):
        raise TypeError(
            "must be an integer, a float, a Fraction or a Decimal, "
            f"got {shown(entry)} of type {type(entry).__name__}"
        )
    if (isinstance(entry, float) and not math.isfinite(entry)) or (
        isinstance(entry, Decimal) and not entry.is_finite()
    ):
        raise ValueError(f"must be finite, got {entry}")
    if digits is None:
        return Fraction(entry)
    if isinstance(entry, (float, int, Decimal)):
        return Decimal(entry)
    return Decimal(entry.numerator) / Decimal(entry.denominator)
