"""How a checker speaks: one line for success, a counterexample otherwise."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np


class CheckFailed(AssertionError):
    """An answer that is not yet right, with the input that shows it.

    In a notebook only the message is shown: the traceback through the
    checker would bury the counterexample.
    """

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


def fail(
    check: str, *, given: Any, expected: Any, got: Any, hint: str
) -> CheckFailed:
    """Build the error for a wrong answer; the checker raises it.

    Parameters
    ----------
    check
        The checker's name.
    given
        The input: a string, or a dictionary from names to values.
    expected, got
        What the input should give and what it gave.
    hint
        Where to look.  It never contains the answer.
    """
    if isinstance(given, dict):
        given = "\n".join(
            _assignment(name, value) for name, value in given.items()
        )
    rows = [
        ("input", given),
        ("expected", expected),
        ("got", got),
        ("hint", hint),
    ]
    lines = [f"{check}: not yet."]
    for label, value in rows:
        first, *rest = _wrapped(_text(value)) or [""]
        lines.append(f"  {label:<10}{first}")
        lines.extend(" " * 12 + line for line in rest)
    return CheckFailed("\n".join(lines))


def passed(check: str, evidence: str) -> None:
    """Print the one line that says what was tried and found right."""
    print(f"{check}: passed, {evidence}")


def call(check: str, answer: Callable[..., Any], /, **given: Any) -> Any:
    """Call a learner's function; what it raises becomes a counterexample.

    Arguments are passed by position, in the order of ``given``, so that the
    learner may name them freely.  ``NotImplementedError`` goes through: it
    marks an exercise that has not been started.
    """
    if not callable(answer):
        raise fail(
            check,
            given="the answer itself",
            expected="a function",
            got=f"{answer!r}, which is of type {type(answer).__name__}",
            hint="Pass the function, without calling it.",
        )
    try:
        return answer(*given.values())
    except NotImplementedError:
        raise
    except Exception as error:
        raise fail(
            check,
            given=given,
            expected="a value",
            got=f"{type(error).__name__}: {error}",
            hint="The function raises an error on this input.",
        ) from error


def require_close(
    check: str,
    got: Any,
    expected: Any,
    *,
    given: Any,
    hint: str,
    rtol: float = 1e-7,
    atol: float = 1e-9,
) -> None:
    """Raise ``CheckFailed`` unless ``got`` has the shape and values wanted."""
    wanted = np.asarray(expected)
    try:
        value = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        value = None
    if value is None or value.shape != wanted.shape:
        found = got if value is None else f"shape {value.shape}: {_text(got)}"
        raise fail(
            check,
            given=given,
            expected=f"shape {wanted.shape}: {_text(expected)}",
            got=found,
            hint=hint,
        )
    if not np.allclose(value, wanted, rtol=rtol, atol=atol):
        raise fail(check, given=given, expected=expected, got=got, hint=hint)


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=6, separator=", ")
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, str) else repr(value)


def _assignment(name: str, value: Any) -> str:
    """``name = value``, the rows of a matrix below one another."""
    return f"{name} = " + _text(value).replace(
        "\n", "\n" + " " * (len(name) + 3)
    )


def _wrapped(text: str) -> list[str]:
    return [
        piece
        for line in text.splitlines()
        for piece in textwrap.wrap(
            line, 66, subsequent_indent=" " * _indent(line)
        )
        or [""]
    ]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
