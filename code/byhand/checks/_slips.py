"""Answers that are a few numbers, with the slips that lead to others."""

from __future__ import annotations

import math
from collections.abc import Mapping

from byhand.checks._answers import Refused, real, sequence
from byhand.checks._protocol import Check

#: What a number would be after a slip, and where to look then.
Slips = Mapping[float, str]

#: Numbers worked by hand may be rounded to four digits.
_RTOL = 5e-4


def require_numbers(
    check: Check,
    answer: object,
    wanted: Mapping[str, float],
    *,
    given: object,
    slips: Mapping[str, Slips],
    otherwise: str,
) -> list[float]:
    """Fail unless the answer holds the numbers wanted, in their order.

    The message does not say what is right: there is only this one case, and
    it would be the answer.

    Parameters
    ----------
    check
        The check at work.
    answer
        The numbers, a single one also by itself.
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

    def read(value: object) -> list[float]:
        parts = [value]
        # One number may come by itself or as a list of one.
        if len(names) > 1:
            parts = sequence(value, len(names))
        found = list(map(real, parts))
        if any(map(math.isnan, found)):
            raise Refused
        return found

    single = len(names) == 1
    listed = names[0] if single else ", ".join(names)
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
        hint = next(
            (
                said
                for slip, said in slips.get(name, {}).items()
                if _close(got, slip)
            ),
            otherwise,
        )
        check.fail(
            given=given,
            expected=f"another number for {name}",
            got=got,
            hint=hint,
        )
    return found


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=_RTOL, abs_tol=1e-9)
