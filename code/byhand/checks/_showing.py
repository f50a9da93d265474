"""How values look in messages."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from byhand.checks._running import Overdue, limited

# What is longer is cut in the middle: collections, texts, and whole rows.
_MOST_ENTRIES = 30
_MOST_CHARACTERS = 1200
_MOST_LINES = 24
_MOST_DIGITS = 4000
_DEEPEST = 6
_SECONDS = 1.0  # for a repr that a learner wrote
_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
}


def shown(value: object) -> str:
    """Return a value as text, whatever its own methods do."""
    return cut(value) if type(value) is str else as_it_came(value)


def as_it_came(value: object) -> str:
    """Return a learner's value as text, a string in quotes.

    Examples
    --------
    >>> print(as_it_came([10**6, "a" * 3]))
    [1000000, 'aaa']
    >>> len(as_it_came([0.5] * 10**6)) < 300
    True
    """
    try:
        return cut(limited(lambda: _text(value, 0), _SECONDS))
    except (Exception, Overdue) as error:
        kind = type(error).__name__
        if isinstance(error, Overdue):
            kind = "it takes too long"
        return (
            f"a value of type {type(value).__name__}, which cannot be shown "
            f"({kind})"
        )


def cut(text: str) -> str:
    """Return a text, without its middle if it is long."""
    if len(text) > _MOST_CHARACTERS:
        head, tail = _MOST_CHARACTERS * 3 // 4, _MOST_CHARACTERS // 4
        left_out = len(text) - head - tail
        text = f"{text[:head]} … {left_out:,} characters … {text[-tail:]}"
    return "\n".join(cut_lines(text.split("\n")))


def cut_lines(lines: list[str]) -> list[str]:
    """Return lines, without those in the middle if they are many."""
    if len(lines) <= _MOST_LINES:
        return lines
    head, tail = _MOST_LINES * 3 // 4, _MOST_LINES // 4
    left_out = len(lines) - head - tail
    return [*lines[:head], f"… {left_out} lines …", *lines[-tail:]]


def apart(expected: object, got: object) -> tuple[str, str]:
    """Return two values that are not the same as texts that differ.

    Where they print alike, more digits are shown, or the first place in
    which they differ, or their types.

    Examples
    --------
    >>> apart(1, np.array([1, 1]))
    ('1', '[1, 1]')
    >>> apart(np.array([1 / 3]), np.array([0.333333]))
    ('[0.3333333333333333]', '[0.333333]')
    >>> apart(1, np.float32(1))
    ('1', '1.0')
    """
    for form in (shown, _to_the_last_digit, _with_type):
        one, other = form(expected), form(got)
        if one != other:
            return one, other
        if form is _to_the_last_digit and (
            found := _first_difference(expected, got)
        ):
            return found
    return shown(expected), f"{shown(got)}, in digits that are not shown"


def listed(values: Iterable[object]) -> str:
    """Return exact numbers on one line, fractions as fractions.

    Examples
    --------
    >>> from fractions import Fraction
    >>> listed([Fraction(3), Fraction(1, 2)])
    '(3, 1/2)'
    """
    return f"({', '.join(map(str, values))})"


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


def _text(value: Any, depth: int) -> str:
    """Return the text of a value, of which only the ends are looked at."""
    if isinstance(value, np.generic):
        value = value.item()
    kind: type = type(value)
    if isinstance(value, np.ndarray):
        return _array(value, precision=6)
    if kind is int:
        return _integer(value)
    if kind in (str, bytes):
        return _string(value)
    if kind in _BRACKETS and value:
        return _collection(value, depth)
    return str(repr(value))


def _integer(value: int) -> str:
    if value.bit_length() < 3 * _MOST_DIGITS:
        return repr(value)
    # About log10(2) digits for each bit; Python refuses to write them.
    digits = value.bit_length() * 30103 // 100000 + 1
    return f"an integer of about {digits:,} digits"


def _string(value: str | bytes) -> str:
    if len(value) <= 2 * _MOST_CHARACTERS:
        return repr(value)
    head, tail = value[: _MOST_CHARACTERS // 2], value[-100:]
    left_out = len(value) - len(head) - len(tail)
    return f"{head!r} … {left_out:,} characters … {tail!r}"


def _collection(value: Any, depth: int) -> str:
    if depth == _DEEPEST:
        return "…"

    def entry(item: Any) -> str:
        parts = item if isinstance(value, dict) else [item]
        return ": ".join(_text(part, depth + 1) for part in parts)

    left, right = _BRACKETS[type(value)]
    if isinstance(value, tuple) and len(value) == 1:
        right = ",)"
    items = value.items() if isinstance(value, dict) else value
    return left + ", ".join(_ends(items, entry)) + right


def _ends(entries: Any, form: Callable[[Any], str]) -> list[str]:
    """Return the first entries and the last as texts."""
    if len(entries) <= _MOST_ENTRIES:
        return [form(entry) for entry in entries]
    head, tail = _MOST_ENTRIES * 2 // 3, _MOST_ENTRIES // 3
    last = itertools.islice(entries, len(entries) - tail, None)
    return [
        *(form(entry) for entry in itertools.islice(entries, head)),
        f"… {len(entries) - head - tail:,} more …",
        *(form(entry) for entry in last),
    ]


def _array(value: Any, precision: int) -> str:
    return np.array2string(
        value, precision=precision, separator=", ", threshold=200, edgeitems=3
    )


def _to_the_last_digit(value: object) -> str:
    if isinstance(value, np.ndarray):
        return cut(_array(value, precision=17))
    return shown(value)


def _with_type(value: object) -> str:
    return f"{shown(value)}, of type {type(value).__name__}"


def _first_difference(expected: object, got: object) -> tuple[str, str] | None:
    """Return where two texts, lists or arrays differ that print alike."""
    kinds = (str, list, tuple, np.ndarray)
    if type(expected) is not type(got) or not isinstance(expected, kinds):
        return None
    places: Iterable[Any] = enumerate(zip(expected, got, strict=False))  # type: ignore[call-overload]
    for i, (one, other) in places:
        texts = _to_the_last_digit(one), _to_the_last_digit(other)
        if texts[0] != texts[1]:
            if isinstance(expected, str) and isinstance(got, str):
                texts = expected[i : i + 60], got[i : i + 60]
            first, second = (
                f"{shown(value)}\nin place {i + 1}: {text}"
                for value, text in zip((expected, got), texts, strict=True)
            )
            return first, second
    return None
