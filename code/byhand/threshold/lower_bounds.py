"""How small a first layer can be."""

from __future__ import annotations

from itertools import count, product
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_integer, shown
from byhand.threshold._evaluation import Exact, rationals
from byhand.threshold._size import counted
from byhand.threshold.conditions import Condition, condition
from byhand.threshold.membership import is_member
from byhand.threshold.network import Layer, Network
from byhand.threshold.proofs import OutOfReach
from byhand.threshold.units import Unit, as_unit
from byhand.threshold.verification import (
    Counterexample,
    Specification,
    answers,
    require_network,
)

# How many units `small_units` looks at; each takes some ten microseconds.
_MOST_CANDIDATES = 10**6


def refute_first_layer(network: Network) -> Counterexample | None:
    """Refute a membership network whose first layer is too small.

    Theorem.  Let a network of any depth decide for all integers whether
    x_{n+1} is one of x_1, …, x_n, and let its first layer consist of
    indicator units.  Then for each i the first layer holds a unit with a
    bound on either side whose weights are a multiple of d_i = e_{n+1} - e_i,
    or two units with a bound on one side whose weights are.  In particular
    it holds at least n interval units, or at least 2n Heaviside units.

    Proof.  Fix i.  Choose an integer vector v with v_{n+1} = v_i, different
    from all other v_j, and with a·v ≠ 0 for the weights a ≠ 0 of every unit
    that are no multiple of d_i.  Such a v exists: the vectors with
    v_{n+1} = v_i form a space of dimension n, on which each of the other
    conditions excludes a proper subspace, and finitely many of those do not
    fill it.  Look at the points p_s = T v + s e_{n+1}, s = -1, 0, 1, for
    large T.  The right answers are 0, 1, 0.  A unit whose weights are no
    multiple of d_i sees T a·v plus something bounded, so that for large T
    it answers the same for all three s.  If no other unit is there, the
    whole network gives one answer for all three.  If a unit with a bound on
    one side is the only other, its answers are monotone in s, hence equal
    for s = 0 and one of s = ±1, and so is the network's.  Either way it is
    wrong.  The d_i are not multiples of one another, so no unit serves two
    of them.  ∎

    This function is that proof as a program: it builds the three points
    for each i and compares what the first layer tells the others.

    Parameters
    ----------
    network
        Any network on n + 1 inputs with one output and indicator units in
        its first layer.

    Returns
    -------
    Counterexample or None
        An input on which the network does not decide membership, or None if
        the first layer tells the points apart, for every i.

    Raises
    ------
    OutOfReach
        If a unit of the first layer passes on a number.
    ValueError
        If the network does not have at least two inputs and one output.

    Examples
    --------
    >>> from byhand.threshold import INTERVAL, membership_interval
    >>> small = Network(
    ...     Layer([[1, 1, -2]], [0], INTERVAL), Layer([[1]], [0], INTERVAL)
    ... )
    >>> print(refute_first_layer(small))
    x = (20, 10, 19): expected 0, got 1
    >>> refute_first_layer(membership_interval(2)) is None
    True
    """
    network = require_network(network)
    if network.inputs < 2 or network.outputs != 1:
        raise ValueError(
            f"membership needs at least 2 inputs and 1 output, got {network!r}"
        )
    asked = _conditions(network)
    for i in range(network.inputs - 1):
        points = _three_points(asked, i, network.inputs)
        told = network.layers[0](points)
        for s in (0, 2):
            if (told[s] == told[1]).all():
                return _wrong_one(network, [points[1], points[s]])
    return None


def small_units(
    inputs: int, unit: Unit | str, *, weight: int, bias: int
) -> Layer:
    """Return all units with small integer weights, as a layer.

    Of units that ask the same of integers, and of a unit and its negation,
    only the one with the smallest weights is kept; constant units are left
    out.

    Parameters
    ----------
    inputs
        How many inputs, at least 1.
    unit
        An indicator unit or its name.
    weight, bias
        The largest absolute values, at least 1 and at least 0.

    Examples
    --------
    >>> small_units(2, "interval", weight=2, bias=0).size
    12
    """
    inputs = as_integer(inputs, "inputs", minimum=1, maximum=10**4)
    weight = as_integer(weight, "weight", minimum=1)
    bias = as_integer(bias, "bias", minimum=0)
    unit = as_unit(unit)
    candidates = (2 * weight + 1) ** inputs * (2 * bias + 1)
    if candidates > _MOST_CANDIDATES:
        raise ValueError(
            f"there are {counted(candidates)} units with such weights; at "
            f"most {_MOST_CANDIDATES:,} are gone through"
        )
    sides = [sorted(range(-m, m + 1), key=abs) for m in (weight, bias)]
    kept: dict[Condition, tuple[list[int], int]] = {}
    for *w, b in sorted(
        product(*[sides[0]] * inputs, sides[1]),
        key=lambda row: sum(map(abs, row)),
    ):
        c = condition(w, b, unit)
        if c.constant is None:
            kept.setdefault(_up_to_negation(c), (w, b))
    rows = list(kept.values())
    return Layer([w for w, _ in rows], [b for _, b in rows], unit)


def smallest_first_layer(
    specification: Specification,
    candidates: Layer,
    x: Exact,
    *,
    most: int,
) -> Layer | None:
    """Return the fewest units that tell apart what must be told apart.

    The later layers of a network see only what its first layer tells.  If
    two inputs on which the specification differs look alike to the first
    layer, the network is wrong on one of them, however deep it is.  The
    search is exhaustive: it returns None only if no choice of ``most``
    candidates, with any later layers, is right on all of ``x``.

    Parameters
    ----------
    specification
        Takes a batch of inputs, returns one value for each.
    candidates
        Units to choose from, such as :func:`small_units`.
    x : array of shape (N, n)
        The inputs on which the network is to be right.
    most
        The largest number of units to try, at least 0.

    Returns
    -------
    Layer or None
        The chosen units, as few as possible.

    Raises
    ------
    ValueError
        If the specification does not take two values on ``x``.

    Examples
    --------
    >>> from byhand.threshold import is_member
    >>> units = small_units(2, "heaviside", weight=2, bias=2)
    >>> x = [[a, b] for a in range(4) for b in range(4)]
    >>> smallest_first_layer(is_member, units, x, most=1) is None
    True
    >>> smallest_first_layer(is_member, units, x, most=2).size
    2
    """
    most = as_integer(most, "most", minimum=0)
    if not isinstance(candidates, Layer):
        raise TypeError(f"candidates must be a Layer, got {shown(candidates)}")
    X = rationals(x, "x")
    if X.ndim != 2:
        raise ValueError(
            f"x must be a matrix, one input a row, got shape {X.shape}"
        )
    told = candidates(X).astype(bool)
    wanted = answers(specification, X, "the specification")[:, 0]
    values = np.unique(wanted)
    if len(values) != 2:
        raise ValueError(
            "the specification must take two values on x, got "
            f"{values.tolist()}"
        )
    yes, no = (np.flatnonzero(wanted == v) for v in values)
    # separates[p, u]: does unit u tell apart the two inputs of pair p?
    separates = (told[yes][:, None, :] != told[no][None, :, :]).reshape(
        -1, candidates.size
    )
    packed = np.packbits(separates, axis=1)
    whole_rows = packed.view(f"V{packed.shape[1]}").ravel()
    separates = separates[np.unique(whole_rows, return_index=True)[1]]
    for k in range(1, most + 1):
        chosen = _hitting_set(separates, k)
        if chosen is not None:
            return Layer(
                candidates.W[chosen],
                candidates.b[chosen],
                [candidates.units[u] for u in chosen],
            )
    return None


def _hitting_set(sets: NDArray[np.bool_], k: int) -> list[int] | None:
    """Return at most k columns such that each row holds one of them."""
    if not sets.any(axis=1).all():
        return None
    # The rows with the fewest choices first: they prune the most.
    rows = sets[np.argsort(sets.sum(axis=1), kind="stable")]
    holds = [_bits(row) for row in rows]  # the columns in a row
    hits = [_bits(column) for column in rows.T]  # the rows of a column
    most = max(hit.bit_count() for hit in hits)

    def search(k: int, unhit: int, allowed: int) -> list[int] | None:
        if not unhit:
            return []
        if unhit.bit_count() > k * most:
            return None
        choices = allowed & holds[_lowest(unhit)]
        if k == 1:
            # One column for all the rows that are left.
            while choices and (unhit := unhit & (unhit - 1)):
                choices &= holds[_lowest(unhit)]
            return [_lowest(choices)] if choices else None
        while choices:
            u = _lowest(choices)
            rest = search(k - 1, unhit & ~hits[u], allowed)
            if rest is not None:
                return [u, *rest]
            # Every choice with u has failed: leave it out from here on.
            choices ^= 1 << u
            allowed ^= 1 << u
        return None

    return search(k, (1 << len(rows)) - 1, (1 << len(hits)) - 1)


def _bits(entries: NDArray[np.bool_]) -> int:
    """Return the integer whose bit i is entry i."""
    packed = np.packbits(entries, bitorder="little")
    return int.from_bytes(packed.data, "little")


def _lowest(bits: int) -> int:
    """Return the index of the lowest bit that is set."""
    return (bits & -bits).bit_length() - 1


def _conditions(network: Network) -> list[Condition]:
    first = network.layers[0]
    for k, unit in enumerate(first.units, start=1):
        if not unit.is_indicator:
            raise OutOfReach(
                "the bound is for first layers of indicator units, but layer "
                f"1, unit {k} is {unit.name!r}, which passes on a number"
            )
    return [
        condition(w, b, unit)
        for w, b, unit in zip(
            first.W.tolist(), first.b.tolist(), first.units, strict=True
        )
    ]


def _three_points(asked: list[Condition], i: int, inputs: int) -> list[Any]:
    """Return the points T v + s e_{n+1} of the proof, s = -1, 0, 1."""
    bounds = [abs(v) for c in asked for v in (c.low, c.high) if v is not None]
    T = 2 + max(bounds) + max(abs(a) for c in asked for a in c.a)
    others = [
        c.a
        for c in asked
        if any(c.a) and not _is_multiple_of_difference(c.a, i)
    ]
    for t in count(2):
        # a·v is a polynomial in t that is not zero, for each unit.
        v = [t**j for j in range(inputs)]
        v[i] = v[-1]
        if all(sum(map(mul, a, v)) for a in others):
            return [
                [*(T * c for c in v[:-1]), T * v[-1] + s] for s in (-1, 0, 1)
            ]
    raise AssertionError


def _is_multiple_of_difference(a: tuple[int, ...], i: int) -> bool:
    return a[i] == -a[-1] and sum(map(bool, a)) == 2 and bool(a[i])


def _wrong_one(network: Network, points: list[Any]) -> Counterexample:
    for x in points:
        expected, got = int(is_member(x)), network(x).tolist()[0]
        if got != expected:
            return Counterexample(tuple(x), expected, got)
    raise AssertionError


def _up_to_negation(c: Condition) -> Condition:
    """Return one condition for all that are equal to it or its opposite."""
    low, high = c.low, c.high
    if low is None:
        low, high = (high or 0) + 1, None
    if next(a for a in c.a if a) > 0:
        return Condition(c.a, low, high)
    a = tuple(-v for v in c.a)
    return (
        Condition(a, 1 - low, None)
        if high is None
        else Condition(a, -high, -low)
    )
