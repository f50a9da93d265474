"""Answers that are verdicts: what each of several things is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from byhand.checks._answers import Refused, dictionary, truth
from byhand.checks._protocol import Check
from byhand.checks._showing import as_it_came

V = TypeVar("V", str, bool)


def judge(
    check: Check,
    verdicts: object,
    truths: Mapping[str, V],
    values: Sequence[V],
) -> Iterator[tuple[str, V]]:
    """Yield the verdicts that are wrong, in the order of the truths.

    Parameters
    ----------
    check
        The check, which fails if the answer is no dictionary of verdicts.
    verdicts
        The answer: one of the values for each key of ``truths``.
    truths
        The right verdicts.
    values
        What a verdict may be: strings, or True and False.
    """

    def read(value: object) -> dict[str, V]:
        found = dictionary(value, truths)
        for key, said in found.items():
            found[key] = _verdict(said, values)
        return found

    said = check.read(
        read,
        verdicts,
        given="the answer itself",
        expected=f"a dictionary with the keys {', '.join(map(repr, truths))} "
        f"and, for each, one of {', '.join(map(repr, values))}",
        hint="One verdict for each key, spelled as above.",
    )
    for key, right in truths.items():
        if said[key] != right:
            yield key, said[key]


def _verdict(said: Any, values: Sequence[V]) -> V:
    first, *_ = values
    if isinstance(first, bool):
        return truth(said)
    if isinstance(said, np.ndarray):
        said = said[()]  # the entry of an array without axes
    if isinstance(said, str) and said in values:
        return values[values.index(said)]
    raise Refused(f"the verdict {as_it_came(said)}")


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


def judge_claims(
    check: Check, verdicts: object, claims: Mapping[str, Claim]
) -> str:
    """Compare a learner's verdicts with the claims; return what was done."""
    truths = {key: claim.truth for key, claim in claims.items()}
    for key, said in judge(check, verdicts, truths, (True, False)):
        claim = claims[key]
        check.fail(
            given=f"{key!r}: {claim.claim}",
            expected="a verdict that agrees with the computation",
            got=f"you say {said}, but {claim.evidence()}",
            hint=claim.hint,
        )
    return f"{len(claims)} verdicts, each against a computation"
