"""Grade a notebook that somebody else has written, with otter-grader.

The autograders that ``make grading`` writes name :class:`Guard` as their
plugin and call :func:`grade` once for each exercise.  Together they hold off
what happens by accident or by a simple trick: a cell that never ends, a
gigabyte of output, a checker or a NumPy function that has been replaced.

They are no sandbox.  A notebook is a program of its author, and it runs in
the process that grades it: run it where it can do no harm, in a container.
"""

from __future__ import annotations

import builtins
import contextlib
import fractions
import importlib
import inspect
import os
import pkgutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import byhand.checks
from byhand.checks._protocol import CheckFailed

#: Packages and modules whose names are put back before a checker is called.
_KEPT = {
    "byhand", "numpy", "sympy", "mpmath", "builtins", "collections", "copy",
    "decimal", "fractions", "functools", "inspect", "itertools", "math",
    "numbers", "operator", "random", "re",
}  # fmt: skip

# A reload of this module, which undoes changes to it, keeps what it has seen.
_saved: dict[str, Any] = globals().get("_saved", {})


class Guard:
    """A plugin of otter-grader that guards the grading of one notebook.

    Parameters
    ----------
    config
        ``{"seconds": 60}``, how long a cell or a check may take.
    """

    def __init__(
        self, _path: str, _metadata: dict[str, Any], config: dict[str, Any]
    ) -> None:
        self.seconds = float(config.get("seconds", 60))

    def before_execution(self, submission: Any) -> Any:
        """Put the guard before the first cell of a notebook."""
        # Only otter-grader calls this, and it has nbformat.
        nbformat = importlib.import_module("nbformat.v4")
        for cell in submission.cells:
            if cell.cell_type == "code":
                cell.outputs = []
        guard = f"__import__({__name__!r}, fromlist=['start'])"
        source = f"{guard}.start({self.seconds})"
        submission.cells.insert(0, nbformat.new_code_cell(source))
        return submission


def start(seconds: float) -> None:
    """Begin to guard the notebook of this kernel."""
    shell = getattr(builtins, "get_ipython")()  # noqa: B009
    _quiet(shell)
    _limit_resources()
    for module in pkgutil.iter_modules(byhand.checks.__path__):
        importlib.import_module(f"byhand.checks.{module.name}")
    _saved["state"] = _State()
    _saved["clock"] = clock = _Clock(seconds)
    clock.start()
    shell.events.register("pre_run_cell", lambda *_: clock.wind())
    shell.events.register("post_run_cell", lambda *_: clock.stop())


def grade(check: str, env: dict[str, Any]) -> None:
    """Check an exercise of a notebook that has been run.

    Parameters
    ----------
    check
        The lines of the solved notebook that import and call the checker.
    env
        The names of the notebook and their values.

    Raises
    ------
    byhand.checks.CheckFailed
        If the answer is wrong or missing, or does not come back.
    """
    _saved["state"].restore()
    names = dict(env)
    try:
        with _saved["clock"].running():
            exec(check, names)  # noqa: S102
            # Before anything is put back: the answer may have changed it.
            _refuses_nonsense(
                [v for n, v in names.items() if v is not env.get(n)]
            )
    except CheckFailed:
        raise
    except KeyboardInterrupt:
        raise CheckFailed("The answer did not come back in time.") from None
    # The line that calls the checker may call the learner's function, too.
    except BaseException as error:
        name = type(error).__name__
        with contextlib.suppress(Exception):
            name += f": {error}"
        raise CheckFailed(name) from None
    finally:
        _saved["state"].restore()


def _refuses_nonsense(imported: list[Any]) -> None:
    """Fail if a checker accepts what can be no answer."""
    for checker in imported:
        if not getattr(checker, "__name__", "").startswith("check_"):
            continue
        nonsense = [object()] * len(inspect.signature(checker).parameters)
        try:
            checker(*nonsense)
        except CheckFailed:
            continue
        raise CheckFailed(f"{checker.__name__} was changed by the notebook.")


class _State:
    """The modules as they are before a notebook runs."""

    def __init__(self) -> None:
        # A checker takes SymPy as it finds it: a notebook must not be first.
        for name in _KEPT:
            importlib.import_module(name)
        self.modules = {
            name: module
            for name, module in sys.modules.items()
            if name.partition(".")[0] in _KEPT
            and isinstance(module, ModuleType)
            and name != __name__
        }
        self.names = {n: dict(vars(m)) for n, m in self.modules.items()}
        ours = [
            value
            for name, names in self.names.items()
            if name.partition(".")[0] == "byhand"
            for value in names.values()
        ]
        classes = {v for v in ours if isinstance(v, type)}
        self.classes = {
            c: dict(vars(c))
            for c in classes | {fractions.Fraction}
            if c.__module__.partition(".")[0] in {"byhand", "fractions"}
        }
        for names in self.classes.values():
            ours += names.values()
        functions = {f for f in ours if isinstance(f, FunctionType)}
        # A checker is wrapped by the protocol: its body counts as well.
        self.code = {
            f: (f.__code__, f.__defaults__)
            for f in functions | set(map(inspect.unwrap, functions))
        }

    def restore(self) -> None:
        """Undo what was changed since."""
        sys.modules.update(self.modules)
        for name, module in self.modules.items():
            vars(module).update(self.names[name])
        for changed, names in self.classes.items():
            for name in set(vars(changed)) - set(names):
                delattr(changed, name)
            for name, value in names.items():
                if vars(changed).get(name) is not value:
                    setattr(changed, name, value)
        for function, (code, defaults) in self.code.items():
            function.__code__, function.__defaults__ = code, defaults


class _Clock(threading.Thread):
    """Interrupts the main thread when its time is up, again and again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(daemon=True)
        self.seconds = seconds
        self.deadline: float | None = None

    def wind(self) -> None:
        self.deadline = time.monotonic() + self.seconds

    def stop(self) -> None:
        self.deadline = None

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        self.wind()
        try:
            yield
        finally:
            self.stop()

    def run(self, now: Any = time.monotonic, sleep: Any = time.sleep) -> None:
        while True:
            sleep(0.1)
            if self.deadline is not None and now() > self.deadline:
                self.deadline = now() + 1
                _interrupt()


def _interrupt() -> None:
    if hasattr(signal, "pthread_kill"):
        # Wakes a sleeping thread as well.
        main = threading.main_thread().ident
        signal.pthread_kill(main or 0, signal.SIGINT)
    else:
        import _thread  # noqa: PLC0415

        _thread.interrupt_main()


def _quiet(shell: Any) -> None:
    """Drop whatever the notebook prints, shows or raises."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    sys.stdout = sys.stderr = os.fdopen(nowhere, "w", encoding="utf-8")
    shell.ast_node_interactivity = "none"
    shell.display_pub.publish = lambda *_, **__: None
    shell._showtraceback = lambda *_, **__: None
    # The line exit() ends the cell, not the kernel.
    shell.ask_exit = lambda: None


def _limit_resources() -> None:
    """Bound memory and files, where the system can."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    for kind, most in [
        (resource.RLIMIT_AS, 8 * 2**30),
        (resource.RLIMIT_FSIZE, 2**28),
    ]:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
