"""Checkers for the exercises: a counterexample and a hint, never the answer.

Each page has its module: ``byhand.checks.minimum_norm`` and so on.  A checker
takes an answer, often a function, which it calls with its own inputs, small
ones first.  For a right answer it prints one line that says what was tried.
For any other it raises :class:`CheckFailed`, whatever the answer is, with
the first input on which it is wrong, what was expected, what came, and a
hint; or :class:`NotStarted` if the answer raises ``NotImplementedError``.
"""

from byhand.checks._protocol import CheckFailed, NotStarted

__all__ = ["CheckFailed", "NotStarted"]
