"""What all checkers have in common: how they ask, fail, pass and speak."""

from __future__ import annotations

import functools
import inspect
import textwrap
from collections.abc import Callable
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import Refused, array
from byhand.checks._showing import as_it_came, shown

P = ParamSpec("P")
T = TypeVar("T")
Hint = str | Callable[[NDArray[np.float64] | None], str]


class CheckFailed(AssertionError):
    """An answer that is not yet right, with the input that shows it.

    In a notebook only the message is shown: the traceback through the
    checker would bury the counterexample.
    """

    __module__ = "byhand.checks"

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class NotStarted(CheckFailed):
    """An answer that still raises ``NotImplementedError``."""

    __module__ = "byhand.checks"


class Stopped(BaseException):
    """Ends a learner's function that goes on for too long.

    What the function is given may raise it.  It passes through the
    function's ``except Exception`` and through ``Check.call``.
    """


class Check:
    """A checker at work on one answer.

    Parameters
    ----------
    name
        What messages call the checker.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def fail(
        self, *, given: object, expected: object, got: object, hint: str
    ) -> NoReturn:
        """Say that the answer is not yet right.

        Parameters
        ----------
        given
            The input: a string, or a dictionary from names to values.
        expected, got
            What the input should give and what it gave.
        hint
            Where to look.  It never contains the answer.
        """
        if isinstance(given, dict):
            given = "\n".join(_assignment(*item) for item in given.items())
        rows = {"input": given, "expected": expected, "got": got, "hint": hint}
        lines = [f"{self.name}: not yet."]
        for label, value in rows.items():
            first, *rest = _wrapped(shown(value)) or [""]
            lines.append(f"  {label:<10}{first}")
            lines.extend(" " * 12 + line for line in rest)
        raise CheckFailed("\n".join(lines))

    def call(self, answer: object, /, **given: Any) -> Any:
        """Call a learner's function; what it raises is a counterexample.

        Arguments are passed by position, in the order of ``given``, so that
        the learner may name them freely.  Arrays and lists are copied: what
        the function does to them spoils nothing.
        """
        if not callable(answer):
            self.fail(
                given="the answer itself",
                expected="a function",
                got=f"{as_it_came(answer)}, which is of type "
                f"{type(answer).__name__}",
                hint="Pass the function, without calling it.",
            )
        fresh = [
            value.copy() if isinstance(value, (np.ndarray, list)) else value
            for value in given.values()
        ]
        return self.attempt(
            lambda: answer(*fresh),
            given=given,
            expected="a value",
            hint="The function raises an error on this input.",
        )

    def attempt(
        self,
        action: Callable[[], T],
        *,
        given: object,
        expected: object,
        hint: str,
    ) -> T:
        """Return what an action gives that runs a learner's code."""
        try:
            return action()
        except (NotImplementedError, CheckFailed, Stopped, KeyboardInterrupt):
            raise
        # A learner's function may raise anything, SystemExit too.
        except BaseException as error:
            got = _described(error)
            self.fail(given=given, expected=expected, got=got, hint=hint)

    def read(
        self,
        kind: Callable[..., T],
        value: object,
        *wanted: object,
        given: object,
        expected: object,
        hint: str,
    ) -> T:
        """Return what an answer means, and fail if it is of another kind.

        Parameters
        ----------
        kind
            A function of :mod:`byhand.checks._answers`, or one built of
            them, which raises ``Refused`` if the value is of another kind.
        value, wanted
            The answer, or a part of it, and further arguments of ``kind``.
        given, expected, hint
            As for :meth:`fail`.
        """
        try:
            return kind(value, *wanted)
        # The methods of the answer may raise anything.
        except Exception as error:
            if isinstance(error, Refused):
                got = str(error) or as_it_came(value)
            else:
                got = f"{as_it_came(value)}: {_described(error)}"
            self.fail(given=given, expected=expected, got=got, hint=hint)

    def require_close(
        self,
        got: object,
        expected: Any,
        *,
        given: object,
        hint: Hint,
        rtol: float = 1e-7,
        atol: float = 1e-9,
    ) -> None:
        """Fail unless ``got`` has the shape and the values expected.

        A hint that depends on the answer is a function of its array, which
        is None if the shape is not the one expected.
        """
        wanted = np.asarray(expected)
        found, value = got, None
        try:
            value = array(got, wanted.ndim)
        except Exception:
            expected = f"shape {wanted.shape}: {shown(expected)}"
        else:
            if value.shape != wanted.shape:
                found = f"shape {value.shape}: {shown(got)}"
                expected = f"shape {wanted.shape}: {shown(expected)}"
                value = None
            elif np.allclose(value, wanted, rtol=rtol, atol=atol):
                return
            elif shown(value) == shown(wanted):
                # They differ in digits that are not shown.
                found, expected = (
                    np.array2string(v, precision=17, separator=", ")
                    for v in (value, wanted)
                )
        self.fail(
            given=given,
            expected=expected,
            got=found,
            hint=hint if isinstance(hint, str) else hint(value),
        )


def checker(
    body: Callable[Concatenate[Check, P], str],
) -> Callable[P, None]:
    """Make a checker of a function that returns what was tried.

    Whatever the answer is and does, ``CheckFailed`` and nothing else leaves
    the checker, save Ctrl-C.

    Examples
    --------
    >>> @checker
    ... def check_even(check: Check, answer: int) -> str:
    ...     if answer % 2:
    ...         check.fail(given="", expected="", got=answer, hint="Halve it.")
    ...     return "halved"
    >>> check_even(4)
    check_even: passed, halved
    """
    # Seen from outside there is no first parameter and nothing is returned.
    _, *parameters = inspect.signature(body).parameters.values()
    seen = inspect.Signature(parameters, return_annotation=None)

    @functools.wraps(body)
    def check_answer(*args: P.args, **kwargs: P.kwargs) -> None:
        seen.bind(*args, **kwargs)
        check = Check(body.__name__)
        try:
            evidence = body(check, *args, **kwargs)
        except (CheckFailed, KeyboardInterrupt):
            raise
        except NotImplementedError:
            raise NotStarted(f"{check.name}: not started.") from None
        # What is left comes from an answer whose own methods raise errors.
        except BaseException as error:
            check.fail(
                given="the answer itself",
                expected="an answer that can be read",
                got=_described(error),
                hint="Looking at the answer raises this error.",
            )
        print(f"{check.name}: passed, {evidence}")

    vars(check_answer)["__signature__"] = seen
    check_answer.__annotations__ = {
        p.name: p.annotation for p in parameters
    } | {"return": "None"}
    return check_answer


def _described(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


def _assignment(name: str, value: object) -> str:
    """``name = value``, the rows of a matrix below one another."""
    return f"{name} = " + shown(value).replace(
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
