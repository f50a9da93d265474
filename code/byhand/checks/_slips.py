"""Answers that are a few numbers, with the slips that lead to others."""

from __future__ import annotations

import math
from collections.abc import Mapping

from byhand.checks._answers import Refused, real, sequence
from byhand.checks._protocol import Check

#: What a number would be after a slip, and where to look then.
Slips = Mapping[float, str]

#: Numbers worked by hand may be rounded to three digits.
_RTOL = 1e-3


def require_numbers(
    check: Check,
    answer: object,
    wanted: Mapping[str, float],
    *,
    given: object,
    slips: Mapping[str, Slips],
    otherwise: str,
) -> str:
    """Fail unless the answer holds the numbers wanted; return how many.

    The message does not say what is right: there is only this one case, and
    it would be the answer.

    Parameters
    ----------
    check
        The check at work.
    answer
        The numbers, in this order; a single one comes by itself.
    wanted
        The right number for each name.
    given
        The case, as for :meth:`Check.fail`.
    slips
        For some of the names the numbers that foreseen slips lead to, each
        with its hint.
    otherwise
        The hint for any other number.
    """
    names = list(wanted)
    single = len(names) == 1

    def read(value: object) -> list[float]:
        parts = [value]
        if not single:
            parts = sequence(value, len(names))
        found = list(map(real, parts))
        if any(map(math.isnan, found)):
            raise Refused
        return found

    listed = ", ".join(names)
    found = check.read(
        read,
        answer,
        given=given,
        expected="a number" if single else f"{len(names)} numbers: {listed}",
        hint="Return the number."
        if single
        else "Return the numbers in this order, in a tuple or a list.",
    )
    for name, got in zip(names, found, strict=True):
        if _close(got, wanted[name]):
            continue
        hints = slips.get(name, {})
        close = [slip for slip in hints if _close(got, slip)]
        hint = otherwise
        if close:
            hint = hints[min(close, key=lambda slip: abs(got - slip))]
        check.fail(
            given=given,
            expected=f"another number for {name}",
            got=got,
            hint=hint,
        )
    return f"{len(names)} number{'s' * (not single)}, to three digits"


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=_RTOL, abs_tol=1e-9)
