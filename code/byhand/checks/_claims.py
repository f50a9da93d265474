"""Claims to be judged true or false, each with the computation behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from byhand.checks._report import fail, passed


class Claim(NamedTuple):
    """A claim, whether it is true, and how one sees that.

    Attributes
    ----------
    claim
        The claim in words.
    truth
        Whether it is true.
    evidence
        A function that computes what supports or refutes it, in words.
    hint
        Where to look, without the verdict.
    """

    claim: str
    truth: bool
    evidence: Callable[[], str]
    hint: str


def judge(check: str, claims: Mapping[str, Claim], verdicts: Any) -> None:
    """Compare a learner's verdicts with the claims.

    Parameters
    ----------
    check
        The checker's name.
    claims
        The claims by name.
    verdicts
        The answer: a dictionary from the names to truth values.

    Raises
    ------
    CheckFailed
        With the evidence against the first wrong verdict.
    """
    if (
        not isinstance(verdicts, Mapping)
        or set(verdicts) != set(claims)
        or not all(isinstance(v, (bool, np.bool_)) for v in verdicts.values())
    ):
        listed = ", ".join(map(repr, claims))
        raise fail(
            check,
            given="the answer itself",
            expected=f"a dictionary with the keys {listed}, each with True "
            "or False",
            got=verdicts,
            hint="One verdict for each claim, spelled as above.",
        )
    for key, claim in claims.items():
        if bool(verdicts[key]) != claim.truth:
            raise fail(
                check,
                given=f"{key!r}: {claim.claim}",
                expected="a verdict that agrees with the computation",
                got=f"{bool(verdicts[key])}, but {claim.evidence()}",
                hint=claim.hint,
            )
    passed(check, f"{len(claims)} verdicts, each against a computation")
