"""How values look in messages."""

from __future__ import annotations

import numpy as np


def shown(value: object) -> str:
    """Return a value as text, whatever its own methods do."""
    return str(value) if type(value) is str else as_it_came(value)


def as_it_came(value: object) -> str:
    """Return a learner's value as text, a string in quotes."""
    try:
        if isinstance(value, np.ndarray):
            return np.array2string(value, precision=6, separator=", ")
        if isinstance(value, np.generic):
            value = value.item()
        return str(repr(value))
    except Exception as error:
        return (
            f"a value of type {type(value).__name__}, which cannot be shown "
            f"({type(error).__name__})"
        )


def in_line(values: object, form: str = "") -> str:
    """Return an array on one line, each entry in a format.

    Examples
    --------
    >>> in_line([[1, 0.5], [2, 3]], ".2f")
    '[[1.00, 0.50], [2.00, 3.00]]'
    """
    array = np.asarray(values)
    if array.ndim:
        return "[" + ", ".join(in_line(part, form) for part in array) + "]"
    return format(array.item(), form)


def in_short(values: object) -> str:
    """Return an array on one line, to four digits and without -0."""
    return in_line(np.round(np.asarray(values, dtype=float), 4) + 0.0, "g")
