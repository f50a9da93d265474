"""Checkers for the exercises: a counterexample and a hint, never the answer.

Each page has its module: ``byhand.checks.minimum_norm`` and so on.  A checker
takes an answer, often a function, which it calls with its own inputs, small
ones first.  For a right answer it prints one line that says what was tried.
For any other it raises :class:`CheckFailed`, whatever the answer is, with
the first input on which it is wrong, what was expected, what came, and a
hint.  An error shows the learner's own line; an answer that does not come
back is stopped after a few seconds.  One that is ``...`` or raises
``NotImplementedError`` is :class:`NotStarted`.

:func:`progress` shows how far one has come, :func:`variant` draws other
numbers for the exercises that allow it, and :func:`reveal` shows an answer in
words once its exercise has been passed.
"""

from byhand.checks._cells import advise_in_notebooks
from byhand.checks._progress import progress
from byhand.checks._protocol import CheckFailed, NotStarted
from byhand.checks._sealed import reveal
from byhand.checks._variants import variant

__all__ = ["CheckFailed", "NotStarted", "progress", "reveal", "variant"]

advise_in_notebooks()
