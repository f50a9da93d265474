"""Proofs for all integers, by finitely many representatives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_integer, as_rng, one_of
from byhand.threshold._size import counted
from byhand.threshold.conditions import Condition, condition
from byhand.threshold.network import Network
from byhand.threshold.patterns import (
    bell,
    equality_patterns,
    fubini,
    weak_orderings,
)
from byhand.threshold.verification import (
    Report,
    Specification,
    answers,
    report_on,
    require_network,
)

# How many vectors of each block the test of the specification draws.
_SAMPLE = 1024

# What one unit may ask about the difference of two inputs, as (low, high).
_Questions = set[tuple[int | None, int | None]]
_EQUALITY: _Questions = {(0, 0)}
_ORDER: _Questions = _EQUALITY | {(0, None), (1, None), (None, 0), (None, -1)}


class OutOfReach(ValueError):
    """A network or a specification to which the theorem does not apply."""


@dataclass(frozen=True)
class _Kind:
    questions: _Questions
    vectors: Callable[[int], Iterator[NDArray[np.int64]]]
    count: Callable[[int], int]
    decided: str
    scope: str


_KINDS = {
    "equality": _Kind(
        _EQUALITY,
        equality_patterns,
        bell,
        "which inputs are equal",
        "equality patterns, which stand for all integers",
    ),
    "order": _Kind(
        _ORDER,
        weak_orderings,
        fubini,
        "how the inputs are ordered",
        "weak orderings, which stand for all integers",
    ),
}


def prove(
    network: Network,
    specification: Specification,
    *,
    by: str | None = None,
    where: Specification | None = None,
    count_wrong: bool = False,
    limit: int = 10**9,
    rng: np.random.Generator | int = 0,
    progress: bool | None = None,
) -> Report:
    """Prove or refute a network for all integer inputs.

    Where the theorem does not reach, :func:`verify` goes through a finite
    box, and :func:`find_counterexample` asks a solver.

    Theorem.  Let every unit of the first layer be an indicator unit that
    fires for integers x iff ``x_i = x_j``, for some i and j that depend on
    the unit, or always, or never.  Then the outputs of the network agree on
    any two integer vectors with the same equality pattern, that is, with
    ``x_i = x_j`` for the same pairs i, j.  If the specification agrees on
    such vectors too, then the network is right on all of Z^n iff it is
    right on one vector of each of the Bell(n) equality patterns.

    The same holds with "ordered alike" (``x_i < x_j`` for the same i, j) in
    place of "equality pattern", for units that fire iff ``x_i = x_j``,
    ``x_i ≥ x_j`` or ``x_i > x_j``, and the Fubini(n) weak orderings.

    Proof.  The units of the first layer take equal values on both vectors
    by hypothesis, hence so do those of the second, which see only the
    first, and so on to the output.  ∎

    The later layers are arbitrary.  For a single indicator unit the
    condition is also necessary: if the value of ``1[low ≤ a·x + b ≤ high]``
    depends only on the pattern, then the unit is one of those named, in
    disguise.  (Let ``a`` have no common factor, so that ``a·x`` takes every
    integer value; the maps x → kx + t with k > 0 keep order and pattern.
    If Σa ≠ 0, the translations move ``a·x`` across any bound and out of any
    window: the unit is constant.  If Σa = 0 and at least three entries are
    not zero, put an input whose weight has the sign of two or more in front
    of all others and those of the other sign next: the sums of ``a`` over
    the foremost inputs then take both signs, and by the choice of the gaps
    ``a·x`` takes, for this one order, both signs at any size, and zero.)

    Parameters
    ----------
    network
        The network.
    specification
        Takes a batch of shape (B, n), returns what the network should.  It
        must depend on nothing but the pattern; this is tested on random
        vectors, and assumed beyond them.
    by
        ``"equality"`` or ``"order"``; by default equality if the theorem
        covers the network then, otherwise order.
    where
        Restricts the claim to the inputs on which it is true; it too must
        depend on nothing but the pattern.
    count_wrong
        Whether to go on after the first counterexample and count the
        patterns on which the network is wrong.
    limit
        The largest number of patterns to go through.
    rng
        A generator, or the seed of one, for the random vectors.
    progress
        Whether to draw a bar on standard error once a second has gone by;
        by default on a terminal only.

    Returns
    -------
    Report

    Raises
    ------
    OutOfReach
        If the theorem does not cover the network (the error names the layer
        and the unit) or the specification (it gives two inputs).
    ValueError
        If there are more patterns than ``limit``, or if the
        specification raises.

    Examples
    --------
    >>> from byhand.threshold import is_member, membership_interval
    >>> prove(membership_interval(3), is_member)
    right on all 15 equality patterns, which stand for all integers
    >>> prove(membership_interval(3, w=-2, b=2), is_member)
    wrong on 1 of 1 equality patterns, which stand for all integers,
    the first x = (0, 0, 0, 0): expected 1, got 0
    """
    network = require_network(network)
    limit = as_integer(limit, "limit", minimum=1)
    rng = as_rng(rng)
    if by is None:
        by = "equality" if _stranger(network, _EQUALITY) is None else "order"
    kind = _KINDS[one_of(by, "by", _KINDS)]
    stranger = _stranger(network, kind.questions)
    if stranger is not None:
        raise OutOfReach(
            f"layer 1, unit {stranger + 1} of the network computes "
            f"{network.meanings(1)[stranger]}, which is not decided by "
            f"{kind.decided}; the proof by patterns covers units that compare "
            "two inputs. verify() checks a finite box, and the z3 solver "
            "covers all integers"
        )
    total = kind.count(network.inputs)
    if total > limit:
        things, _, _ = kind.scope.partition(",")
        raise ValueError(
            f"{network.inputs} inputs have {counted(total)} {things}, more "
            f"than limit = {counted(limit)}"
        )

    def blocks() -> Iterator[NDArray[np.int64]]:
        for x in kind.vectors(network.inputs):
            sample = x[rng.integers(len(x), size=_SAMPLE)]
            alike = _alike(sample, by, rng)
            if where is not None:
                chosen = _same_answers(
                    where, sample, alike, name="where", outputs=1, by=by
                )
                keep = chosen[:, 0].astype(bool)
                sample, alike = sample[keep], alike[keep]
            _same_answers(
                specification,
                sample,
                alike,
                name="the specification",
                outputs=network.outputs,
                by=by,
            )
            yield x

    return report_on(
        network,
        specification,
        blocks(),
        total=total,
        scope=kind.scope,
        where=where,
        count_wrong=count_wrong,
        progress=progress,
    )


def _stranger(network: Network, questions: _Questions) -> int | None:
    """Return the first unit of the first layer beyond the theorem's reach."""
    first = network.layers[0]
    for i, (w, b, unit) in enumerate(
        zip(first.W.tolist(), first.b.tolist(), first.units, strict=True)
    ):
        if not unit.is_indicator:
            return i
        c = condition(w, b, unit)
        if c.constant is None and not _compares(c, questions):
            return i
    return None


def _compares(c: Condition, questions: _Questions) -> bool:
    """Whether a condition is a question about one difference x_i - x_j."""
    entries = sorted(a for a in c.a if a)
    return entries == [-1, 1] and (c.low, c.high) in questions


def _same_answers(
    question: Specification,
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    *,
    name: str,
    outputs: int,
    by: str,
) -> NDArray[Any]:
    """Return the answers on ``x``; refuse if those on ``y`` are others."""
    answered = answers(question, x, name, outputs)
    differs = answered != answers(question, y, name, outputs)
    wrong = np.flatnonzero(differs.any(axis=-1))
    if len(wrong):
        i = int(wrong[0])
        raise OutOfReach(
            f"{name} depends on more than {_KINDS[by].decided}: it tells "
            f"{tuple(x[i].tolist())} from {tuple(y[i].tolist())}"
        )
    return answered


def _alike(
    x: NDArray[np.int64], by: str, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return random integers with the patterns of ``x``, small and large."""
    rows, n = x.shape
    scale = 10 ** rng.integers(0, 7, size=(rows, 1))
    gaps = rng.integers(1, scale, size=(rows, n), endpoint=True)
    values = np.cumsum(gaps, axis=1)
    values -= rng.integers(2 * values[:, -1:])
    if by == "equality":
        values = rng.permuted(values, axis=1)
    return np.take_along_axis(values, x, axis=1)
