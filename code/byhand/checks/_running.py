"""Learners' code at work: where it is, and when it has to come back."""

from __future__ import annotations

import bdb
import linecache
import os
import re
import signal
import sys
import sysconfig
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

now = time.monotonic

#: How long one answer may take in all, the checker's own work not counted.
#: A browser is slower, by its Python and by the clock that is read each line.
SECONDS = 20.0 if sys.platform == "emscripten" else 5.0

# Code that no learner wrote: this package, Python, and what is installed.
_FOREIGN = tuple(
    str(Path(folder).resolve())
    for folder in (
        Path(__file__).parents[1],
        Path(os.__file__).parent,  # in a browser a zip of its own
        sysconfig.get_path("stdlib"),
        sysconfig.get_path("platstdlib"),
    )
)
_INSTALLED = re.compile(r"[/\\](site|dist)-packages[/\\]|^<(frozen|__array)")


class _Timing:
    """Whether a learner's code is being timed."""

    on = False


class Overdue(BaseException):
    """Ends a learner's code that takes too long.

    No ``except Exception`` in that code catches it.  The message says where
    the code was.
    """


class Place(NamedTuple):
    """A line of a learner's code.

    Attributes
    ----------
    where
        ``"cell 12"`` or the name of a file.
    line
        The number of the line, from 1.
    source
        The line itself, or "" if it cannot be found.
    """

    where: str
    line: int
    source: str

    def __str__(self) -> str:
        place = f"{self.where}, line {self.line}"
        return f"{place}:\n    {self.source}" if self.source else place


def place_of(error: BaseException) -> Place | None:
    """Return the learner's line that raised an error, the innermost one."""
    found = None
    at: TracebackType | None = error.__traceback__
    while at is not None:
        if _is_learners(at.tb_frame):
            found = _place(at.tb_frame, at.tb_lineno, at.tb_lasti)
        at = at.tb_next
    return found


def limited(action: Callable[[], T], seconds: float) -> T:
    """Return what an action gives that runs a learner's code.

    Where Python has interval timers, which is in the main thread on Linux
    and macOS, an alarm ends the action, also while it sleeps.  Elsewhere, on
    Windows, in other threads and in the browser, the clock is read at each
    line of Python, which makes loops several times slower, and not at all
    under a debugger or another tracer.  Neither can end a single call of
    compiled code, such as ``10**10**10`` or ``sum(itertools.count())``:
    there only the kernel's own interrupt or restart helps.  Code that
    catches everything with a bare ``except`` inside an endless loop may go
    on as well.

    An action within an action shares the time of the outer one.

    Raises
    ------
    Overdue
        When the time is over.

    Examples
    --------
    >>> limited(lambda: sum(range(4)), seconds=1)
    6
    """
    if _Timing.on:
        return action()
    _Timing.on = True
    try:
        if _has_alarm():
            return _until_alarm(action, seconds)
        if sys.gettrace() is None:
            return _line_by_line(action, seconds)
        return action()
    finally:
        _Timing.on = False


def _has_alarm() -> bool:
    return (
        hasattr(signal, "setitimer")
        and sys.platform != "emscripten"
        and threading.current_thread() is threading.main_thread()
    )


def _until_alarm(action: Callable[[], T], seconds: float) -> T:
    armed, overdue = True, None

    def ring(_: int, frame: FrameType | None) -> None:
        nonlocal overdue
        # In its own frame the action has ended, or not begun: an error there
        # would keep the alarm from being switched off, and it would ring on.
        if frame is not None and frame.f_code is _until_alarm.__code__:
            return
        # Whoever stands at a breakpoint may take their time.
        if not armed or _debugging():
            return
        overdue = overdue or _overdue(frame)
        raise overdue

    before = signal.getsignal(signal.SIGALRM)
    signal.signal(signal.SIGALRM, ring)
    began = now()
    # It rings again, in case that a bare except has caught the first.
    left, interval = signal.setitimer(
        signal.ITIMER_REAL, max(seconds, 1e-3), 0.05
    )
    try:
        value = action()
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(
            signal.SIGALRM, signal.SIG_DFL if before is None else before
        )
        if left:
            left = max(left - (now() - began), 1e-3)
            signal.setitimer(signal.ITIMER_REAL, left, interval)
    if overdue is not None:
        raise overdue
    return value


def _line_by_line(action: Callable[[], T], seconds: float) -> T:
    end = now() + seconds
    overdue = None

    def trace(frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal overdue
        if now() > end:
            overdue = overdue or _overdue(frame)
            raise overdue
        return trace

    sys.settrace(trace)
    try:
        value = action()
    finally:
        sys.settrace(None)
    if overdue is not None:
        raise overdue
    return value


def _debugging() -> bool:
    return isinstance(getattr(sys.gettrace(), "__self__", None), bdb.Bdb)


def _overdue(frame: FrameType | None) -> Overdue:
    while frame is not None and not _is_learners(frame):
        frame = frame.f_back
    return Overdue(
        _place(frame, frame.f_lineno, frame.f_lasti) if frame else ""
    )


def _is_learners(frame: FrameType) -> bool:
    name = frame.f_code.co_filename
    return not name.startswith(_FOREIGN) and not _INSTALLED.search(name)


def _place(frame: FrameType, line: int | None, instruction: int) -> Place:
    name = frame.f_code.co_filename
    # Some jumps of a loop belong to no line: what runs before them does.
    starts = [start for start, *_ in frame.f_code.co_positions()]
    before = reversed(starts[: instruction // 2 + 1])
    line = next(filter(None, [line, *before]), frame.f_code.co_firstlineno)
    source = linecache.getline(name, line, frame.f_globals).strip()
    return Place(_cell(name) or Path(name).name, line, source[:200])


def _cell(filename: str) -> str | None:
    """Return ``"cell 12"`` for the code of a notebook's cell."""
    shell = running_shell()
    if shell is None:
        return None
    name = shell.compile.format_code_name(filename)
    found = re.fullmatch(r"In\[(\d+)\]", name[1]) if name else None
    return f"cell {found[1]}" if found else None


def running_shell() -> Any:
    """Return the IPython that runs this code, None outside of it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None
