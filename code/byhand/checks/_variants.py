"""Variants: numbers of exercises that are drawn from a setting.

An exercise that allows it takes its numbers from an object of its page's
module, and its checker takes them from the same object:

>>> ladder_numbers = Numbers(
...     "ex-ladder", "height steps", (3, 8),
...     lambda draw: (draw(2, 5), draw(6, 12)),
... )
>>> ladder_numbers()
(3, 8)
>>> variant("group 7")
>>> height, steps = ladder_numbers()
ex-ladder, variant 'group 7': height = 5, steps = 9
>>> ladder_numbers.value
(5, 9)
>>> variant(None)
>>> ladder_numbers()
(3, 8)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from byhand.checks._showing import shown

T = TypeVar("T")
N = TypeVar("N", bound=tuple[Any, ...])

#: What ``variant`` was called with.  A dictionary, which grading leaves as a
#: notebook has set it, where names of modules and classes are put back.
_SETTING: dict[str, str] = {}


class Draw:
    """Integers drawn one after the other: the same text, the same integers.

    They are read off SHA-256 digests of the text and a counter, so that they
    depend on no platform and on no version of Python or NumPy.

    Parameters
    ----------
    text
        What they depend on.

    Examples
    --------
    >>> draw = Draw("an exercise")
    >>> [draw(1, 6) for _ in range(5)]
    [1, 2, 6, 2, 3]
    >>> draw.of("abc")
    'a'
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._count = 0

    def __call__(self, low: int, high: int) -> int:
        """Return an integer from low to high, both included."""
        if high < low:
            raise ValueError(f"low ≤ high is needed, got {low} and {high}")
        size = high - low + 1
        digests = size.bit_length() // 256 + 1
        # What would favor the small remainders is drawn again.
        most = 2 ** (256 * digests) // size * size
        while (number := self._next(digests)) >= most:
            pass
        return low + number % size

    def of(self, things: Sequence[T]) -> T:
        """Return one of several things."""
        return things[self(0, len(things) - 1)]

    def some(self, things: Sequence[T], size: int) -> list[T]:
        """Return several things, each place of the sequence at most once."""
        left = list(things)
        return [left.pop(self(0, len(left) - 1)) for _ in range(size)]

    def _next(self, digests: int) -> int:
        joined = b""
        for _ in range(digests):
            self._count += 1
            text = f"{self._text}\n{self._count}".encode()
            joined += hashlib.sha256(text).digest()
        return int.from_bytes(joined, "big")


def variant(setting: str | None) -> None:
    """Draw the numbers of the exercises that allow it.

    The same setting always gives the same numbers.  Call it at the top of a
    notebook, before any exercise; the checkers follow.

    Parameters
    ----------
    setting
        Any text: a name, a group, a year.  None means the book's numbers.

    Examples
    --------
    >>> variant("group 7")
    >>> variant(None)
    """
    if not (setting is None or isinstance(setting, str)):
        raise TypeError(f"a text or None is wanted, got {setting!r}")
    _SETTING.clear()
    if setting is not None:
        _SETTING["text"] = setting


def current() -> str | None:
    """Return the setting, None for the book's numbers."""
    return _SETTING.get("text")


@dataclass(frozen=True)
class Numbers(Generic[N]):
    """The numbers of an exercise.

    Parameters
    ----------
    label
        The label of the exercise: two exercises do not draw alike.
    names
        What the numbers are called, divided by blanks.
    book
        The numbers without a variant, a tuple.
    drawn
        A function that draws them; it may draw until they serve.
    """

    label: str
    names: str
    book: N
    drawn: Callable[[Draw], N]

    @property
    def value(self) -> N:
        """The numbers, for the checker."""
        setting = current()
        if setting is None:
            return self.book
        return self.drawn(Draw(f"{setting}\n{self.label}"))

    @property
    def text(self) -> str:
        """The numbers with their names."""
        return ", ".join(
            f"{name} = {shown(number)}"
            for name, number in zip(
                self.names.split(), self.value, strict=True
            )
        )

    def __call__(self) -> N:
        """Return the numbers, and print those of a variant."""
        setting = current()
        if setting is not None:
            print(f"{self.label}, variant {setting!r}: {self.text}")
        return self.value
