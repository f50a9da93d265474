"""Checkers for the exercises: a counterexample and a hint, never the answer.

Each page has its module: ``byhand.checks.minimum_norm`` and so on.
"""

from byhand.checks._report import CheckFailed

__all__ = ["CheckFailed"]
