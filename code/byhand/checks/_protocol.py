"""What all checkers have in common: how they ask, fail, pass and speak."""

from __future__ import annotations

import contextlib
import functools
import inspect
import textwrap
from collections.abc import Callable
from fractions import Fraction
from types import FunctionType, MethodType
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from byhand.checks import _running
from byhand.checks._answers import Refused, array
from byhand.checks._cells import run_first, undefined
from byhand.checks._originals import originals, restore
from byhand.checks._progress import EXERCISES, Exercise
from byhand.checks._showing import apart, as_it_came, cut_lines, shown

P = ParamSpec("P")
T = TypeVar("T")
Hint = str | Callable[[NDArray[np.float64] | None], str]

_NOTHING = "This is None, as of a function that ends without `return`."


class CheckFailed(AssertionError):
    """An answer that is not yet right, with the input that shows it.

    In a notebook only the message is shown: the traceback through the
    checker would bury the counterexample.
    """

    __module__ = "byhand.checks"

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class NotStarted(CheckFailed):
    """An answer that is still ``...`` or raises ``NotImplementedError``."""

    __module__ = "byhand.checks"


class Stopped(BaseException):
    """Ends a learner's function that does too much.

    What the function is given may raise it, say for a budget of operations.
    It passes through the function's ``except Exception`` and through
    ``Check.call``.
    """


class Check:
    """A checker at work on one answer.

    Parameters
    ----------
    name
        What messages call the checker.
    page
        The name of its page, to say which cell a missing name comes from.
    """

    def __init__(self, name: str, page: str = "") -> None:
        self.name = name
        self.page = page
        self._left = _running.SECONDS
        self._answered = False
        self._value: object = None

    def fail(
        self, *, given: object, expected: object, got: object, hint: str
    ) -> NoReturn:
        """Say that the answer is not yet right.

        Parameters
        ----------
        given
            The input: a string, or a dictionary from names to values.
        expected, got
            What the input should give and what it gave.  If they look
            alike, what tells them apart is shown, too.
        hint
            Where to look.  It never contains the answer.
        """
        if isinstance(given, dict):
            given = "\n".join(_assignment(*item) for item in given.items())
        wanted, found = apart(expected, got)
        rows = {"input": given, "expected": wanted, "got": found, "hint": hint}
        lines = [f"{self.name}: not yet."]
        for label, value in rows.items():
            first, *rest = cut_lines(_wrapped(shown(value)) or [""])
            lines.append(f"  {label:<10}{first}")
            lines.extend(" " * 12 + line for line in rest)
        raise CheckFailed("\n".join(lines))

    def call(self, answer: object, /, **given: Any) -> Any:
        """Call a learner's function; what it raises is a counterexample.

        Arguments are passed by position, in the order of ``given``, so that
        the learner may name them freely.  Arrays and lists are copied: what
        the function does to them spoils nothing.  All calls of a check may
        together take ``_running.SECONDS``.
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
        self._value = self.attempt(
            lambda: answer(*fresh),
            given=given,
            expected="a value",
            hint="The function raises an error on this input.",
        )
        self._answered = True
        return self._value

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
            return self._limited(action)
        except (CheckFailed, Stopped, KeyboardInterrupt):
            raise
        except _running.Overdue as late:
            self._overdue(late, given, expected)
        # A learner's function may raise anything, SystemExit too.
        except BaseException as error:
            # One that has answered before is started.
            if isinstance(error, NotImplementedError) and not self._answered:
                raise
            if name := undefined(error):
                hint = run_first(name, self.page, self.name)
            got = _described(error)
            self.fail(given=given, expected=expected, got=got, hint=hint)

    def _limited(self, action: Callable[[], T]) -> T:
        """Return what an action gives, and take its time off what is left."""
        began = _running.now()
        try:
            return _running.limited(action, self._left)
        finally:
            self._left -= _running.now() - began
            # A learner's code may replace functions of NumPy, too.
            restore()

    def _look(self, value: object, action: Callable[[], T]) -> T:
        """Return what an action gives that looks at a learner's value."""
        # No learner wrote code that looking at numbers would run.
        return action() if _is_number(value) else self._limited(action)

    def _is_none(self, value: object) -> bool:
        """Tell whether the answer as a whole is None, not a part of it."""
        return value is None and self._value is None

    def _overdue(
        self, late: _running.Overdue, given: object, expected: object
    ) -> NoReturn:
        where = f"\nin {late}" if str(late) else ""
        self.fail(
            given=given,
            expected=expected,
            got=f"nothing: stopped after {_running.SECONDS:g} seconds{where}",
            hint="Too slow, or endless: does every loop end on this input, "
            "and is there a shorter way? All inputs together may take "
            f"{_running.SECONDS:g} seconds, the checker's own work not "
            "counted.",
        )

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
            return self._look(value, lambda: kind(value, *wanted))
        except _running.Overdue as late:
            self._overdue(late, given, expected)
        # The methods of the answer may raise anything.
        except Exception as error:
            if isinstance(error, Refused):
                got = str(error) or as_it_came(value)
            else:
                got = f"{as_it_came(value)}: {_described(error)}"
            self.fail(
                given=given,
                expected=expected,
                got=got,
                hint=_NOTHING if self._is_none(value) else hint,
            )

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
            value = self._look(got, lambda: array(got, wanted.ndim))
        except _running.Overdue as late:
            self._overdue(late, given, expected)
        except Exception:
            expected = f"shape {wanted.shape}: {shown(expected)}"
            if self._is_none(got):
                hint = _NOTHING
        else:
            if value.shape != wanted.shape:
                found = f"shape {value.shape}: {shown(got)}"
                expected = f"shape {wanted.shape}: {shown(expected)}"
                value = None
            elif np.allclose(value, wanted, rtol=rtol, atol=atol):
                return
            elif shown(value) == shown(wanted):
                # Arrays of one type tell how many digits to show.
                found, expected = value, wanted
        self.fail(
            given=given,
            expected=expected,
            got=found,
            hint=hint if isinstance(hint, str) else hint(value),
        )


@overload
def checker(
    title: Callable[Concatenate[Check, P], str], /
) -> Callable[P, None]: ...


@overload
def checker(
    title: str, /, *, points: int
) -> Callable[
    [Callable[Concatenate[Check, P], str]],
    Callable[P, None],
]: ...


def checker(title: Any, /, *, points: int = 0) -> Any:
    """Make a checker of a function that returns what was tried.

    Whatever the answer is and does, ``CheckFailed`` and nothing else leaves
    the checker, save Ctrl-C.  An answer that is no function may also come as
    a function without parameters that returns it: then what it raises is
    shown as well as that of any function, and it is stopped in time.

    Parameters
    ----------
    title
        The title of the exercise, as on the page.
    points
        What the exercise is worth.

    Examples
    --------
    >>> @checker("Even numbers", points=2)
    ... def check_even(check: Check, answer: int) -> str:
    ...     if answer % 2:
    ...         check.fail(
    ...             given="", expected="even", got=answer, hint="Halve it."
    ...         )
    ...     return "halved"
    >>> check_even(4)
    check_even: passed, halved
    >>> check_even(lambda: 4)
    check_even: passed, halved
    """
    if isinstance(title, str):
        return functools.partial(_checker, title=title, points=points)
    return _checker(title, title=None, points=0)


def _checker(
    body: Callable[Concatenate[Check, P], str],
    *,
    title: str | None,
    points: int,
) -> Callable[P, None]:
    # Seen from outside there is no first parameter and nothing is returned.
    _, *parameters = inspect.signature(body).parameters.values()
    seen = inspect.Signature(parameters, return_annotation=None)
    page = body.__module__.rpartition(".")[2]
    exercise = Exercise(page, body.__name__, title or "", points)
    if title is not None:
        EXERCISES[page, body.__name__] = exercise

    @functools.wraps(body)
    def check_answer(*args: P.args, **kwargs: P.kwargs) -> None:
        answer = seen.bind(*args, **kwargs)
        check = Check(body.__name__, page)
        try:
            with originals():
                evidence = _evidence(check, body, answer)
        except NotStarted:
            raise
        except CheckFailed:
            exercise.tried()
            raise
        exercise.passed()
        print(f"{check.name}: passed, {evidence}")

    vars(check_answer)["__signature__"] = seen
    check_answer.__annotations__ = {
        p.name: p.annotation for p in parameters
    } | {"return": "None"}
    return check_answer


def _evidence(
    check: Check, body: Callable[..., str], answer: inspect.BoundArguments
) -> str:
    """Return what was tried; every way in which an answer may fail is here."""
    try:
        for name, value in answer.arguments.items():
            wanted = answer.signature.parameters[name].annotation
            if not str(wanted).startswith("Callable"):
                answer.arguments[name] = _data(check, value)
        return body(check, *answer.args, **answer.kwargs)
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


def _data(check: Check, value: object) -> object:
    """Return an answer that may have come as a function that returns it."""
    if type(value) in (FunctionType, MethodType) and _needs_nothing(value):
        value = check.attempt(
            value,  # type: ignore[arg-type]
            given="the answer itself",
            expected="a value",
            hint="The function raises this error.",
        )
    if _is_open(value):
        raise NotImplementedError
    return value


def _needs_nothing(function: Any) -> bool:
    try:
        inspect.signature(function).bind()
    except (TypeError, ValueError):
        return False
    return True


def _is_number(value: object) -> bool:
    """Tell whether a value is a number of Python or an array of NumPy's."""
    if type(value) is np.ndarray:
        return value.dtype.kind in "biuf"
    return type(value) in (bool, int, float, Fraction, np.float64)


def _is_open(value: object) -> bool:
    """Tell whether nothing is filled in: ``...`` alone, in a list or dict."""
    if isinstance(value, dict):
        value = list(value.values())
    if type(value) in (list, tuple) and value:
        return all(entry is ... for entry in value)  # type: ignore[attr-defined]
    return value is ...


def _described(error: BaseException) -> str:
    """Return the type, the message and the learner's line of an error."""
    text = type(error).__name__
    # An assert without a message has none; its line says what it wants.
    with contextlib.suppress(Exception):
        text = ": ".join(filter(None, [text, str(error)]))
    place = _running.place_of(error)
    return f"{text}\nin {place}" if place else text


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
