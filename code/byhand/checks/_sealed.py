"""Answers in words, which open when the exercise has been passed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from byhand.checks._progress import EXERCISES


@dataclass(frozen=True)
class Answer:
    """An answer in Markdown, which a notebook shows as a text.

    Attributes
    ----------
    text
        The answer.
    """

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def seal(text: str) -> str:
    """Write a text so that nobody reads it by accident.

    It keeps no secret: who wants to decodes it in a line.

    Examples
    --------
    >>> seal("It is even.")
    'SXQgaXMgZXZlbi4='
    """
    return base64.b64encode(text.encode()).decode()


def reveal(check: Callable[..., None], sealed: str) -> Answer | None:
    """Return an answer once its exercise has been passed.

    Until then it is None, and a line says what is missing.  What was passed
    is forgotten with the kernel.

    Parameters
    ----------
    check
        The checker of the exercise.
    sealed
        The answer, as the student edition writes it.

    Raises
    ------
    TypeError
        If ``check`` is no checker of an exercise, or ``sealed`` no text.
    ValueError
        If ``sealed`` is damaged.

    Examples
    --------
    >>> from byhand.checks._protocol import Check, checker
    >>> @checker("A sum", points=1)
    ... def check_sum(check: Check, answer: int) -> str:
    ...     check.require_close(answer, 3, given="1 + 2", hint="Count on.")
    ...     return "1 sum"
    >>> reveal(check_sum, seal("It is 3."))
    This opens when check_sum has passed. Then run this cell again.
    >>> check_sum(3)
    check_sum: passed, 1 sum
    >>> reveal(check_sum, seal("It is 3."))
    It is 3.
    """
    name = getattr(check, "__name__", "")
    page = str(getattr(check, "__module__", "")).rpartition(".")[2]
    exercise = EXERCISES.get((page, name))
    if exercise is None:
        raise TypeError(
            "check must be the checker of an exercise, got "
            f"{type(check).__name__} {name}".rstrip()
        )
    text = _opened(sealed)
    if exercise.state == "passed":
        return Answer(text)
    print(f"This opens when {name} has passed. Then run this cell again.")
    return None


def _opened(sealed: str) -> str:
    if not isinstance(sealed, str):
        raise TypeError(f"sealed must be a text, got {type(sealed).__name__}")
    try:
        return base64.b64decode(sealed, validate=True).decode()
    except ValueError:
        raise ValueError(
            "sealed must be an answer as the student edition writes it; this "
            "one is damaged: take the cell from a fresh copy of the page"
        ) from None
