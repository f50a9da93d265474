"""Checkers for the exercises: a counterexample and a hint, never the answer.

Each chapter has its module: ``byhand.checks.regression`` and so on.
"""

from byhand.checks._report import CheckFailed

__all__ = ["CheckFailed"]
