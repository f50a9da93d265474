"""Sorting networks: compare-and-swap blocks built from units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from byhand._validate import as_integer, as_list, shown
from byhand.threshold._size import counted, require_buildable
from byhand.threshold.network import Layer, Network, series
from byhand.threshold.units import IDENTITY, RELU
from byhand.threshold.verification import Report, verify

#: Comparator (i, j) with i < j puts the smaller value at place i.
Comparators = Sequence[tuple[int, int]]

# Insertion sort has a million comparators by then.
_MOST_PLACES = 1500


def insertion_comparators(n: int) -> list[tuple[int, int]]:
    """Return the n(n-1)/2 comparators of insertion sort on n places.

    Examples
    --------
    >>> insertion_comparators(3)
    [(0, 1), (1, 2), (0, 1)]
    """
    n = as_integer(n, "n", minimum=1, maximum=_MOST_PLACES)
    return [(j - 1, j) for i in range(1, n) for j in range(i, 0, -1)]


def batcher_comparators(n: int) -> list[tuple[int, int]]:
    """Return the comparators of Batcher's odd-even merge sort on n places.

    About n (log2 n)² / 4 of them; five for four numbers, which is optimal.

    Notes
    -----
    K. E. Batcher, "Sorting networks and their applications", 1968.  The
    network is the one for the next power of two with the comparators that
    touch a missing place left out: there one may imagine values too large
    to move.

    Examples
    --------
    >>> batcher_comparators(4)
    [(0, 1), (2, 3), (0, 2), (1, 3), (1, 2)]
    """
    n = as_integer(n, "n", minimum=1, maximum=_MOST_PLACES)

    def merge(low: int, high: int, step: int) -> list[tuple[int, int]]:
        # Merges the sorted halves of the places low, low + step, …, high.
        double = 2 * step
        if low + double > high:
            return [(low, low + step)]
        return [
            *merge(low, high - step, double),
            *merge(low + step, high, double),
            *((i, i + step) for i in range(low + step, high - step, double)),
        ]

    def sort(low: int, high: int) -> list[tuple[int, int]]:
        if low == high:
            return []
        middle = (low + high) // 2
        return [
            *sort(low, middle),
            *sort(middle + 1, high),
            *merge(low, high, 1),
        ]

    size = 1 << (n - 1).bit_length()
    return [(i, j) for i, j in sort(0, size - 1) if j < n]


def stages(comparators: Comparators) -> list[list[tuple[int, int]]]:
    """Group comparators into stages whose comparators work side by side.

    Each comparator goes to the first stage after all that touch one of its
    places, so that the number of stages is the depth.

    Examples
    --------
    >>> stages([(0, 1), (2, 3), (0, 2), (1, 3), (1, 2)])
    [[(0, 1), (2, 3)], [(0, 2), (1, 3)], [(1, 2)]]
    """
    grouped: list[list[tuple[int, int]]] = []
    ready: dict[int, int] = {}
    for i, j in _pairs(comparators):
        at = max(ready.get(i, 0), ready.get(j, 0))
        if at == len(grouped):
            grouped.append([])
        grouped[at].append((i, j))
        ready[i] = ready[j] = at + 1
    return grouped


def compare_and_swap(n: int, comparators: Comparators) -> Network:
    """Return the network that applies disjoint comparators to n values.

    A comparator needs one ramp, since with r = relu(a - b) ::

        min(a, b) = a - r,    max(a, b) = b + r;

    all values pass on through identity units.

    Parameters
    ----------
    n
        How many values there are.
    comparators
        Pairs i < j below n, no place twice.

    Examples
    --------
    >>> swap = compare_and_swap(2, [(0, 1)])
    >>> print(swap)
    A 2-3-2 network: 5 units, depth 2
      h1   = x1
      h2   = x2
      h3   = relu(x1 - x2)
      out1 = h1 - h3
      out2 = h2 + h3
    >>> swap([10**30, -(10**30)]).tolist() == [-(10**30), 10**30]
    True
    """
    n = as_integer(n, "n", minimum=1)
    pairs = _pairs(comparators, n)
    require_buildable(f"compare_and_swap({shown(n)})", n + len(pairs), n)
    places = [place for pair in pairs for place in pair]
    if len(set(places)) < len(places):
        raise ValueError(
            f"the comparators {pairs} touch a place twice; stages() groups "
            "comparators that work side by side"
        )
    differences = np.zeros((len(pairs), n), int)
    corrections = np.zeros((n, len(pairs)), int)
    for k, (i, j) in enumerate(pairs):
        differences[k, [i, j]] = 1, -1
        corrections[[i, j], k] = -1, 1
    keep = np.eye(n, dtype=int)
    m = n + len(pairs)
    return Network(
        Layer(
            np.concatenate([keep, differences]),
            np.zeros(m, int),
            [IDENTITY] * n + [RELU] * len(pairs),
        ),
        Layer(np.hstack([keep, corrections]), np.zeros(n, int), IDENTITY),
    )


def sorting_network(n: int, comparators: Comparators | None = None) -> Network:
    """Return a network that sorts n integers in increasing order.

    Parameters
    ----------
    n
        How many integers, at least 1.
    comparators
        Any comparators, right or wrong; Batcher's by default.

    Examples
    --------
    >>> network = sorting_network(4)
    >>> network
    A 4-6-6-5-4 network: 21 units, depth 4
    >>> network([30, 10, 40, 20])
    array([10, 20, 30, 40])
    """
    n = as_integer(n, "n", minimum=1)
    require_buildable(f"sorting_network({shown(n)})", n, n)
    if comparators is None:
        comparators = batcher_comparators(n)
    groups = stages(_pairs(comparators, n)) or [[]]
    return series(*(compare_and_swap(n, group) for group in groups))


def sorts(n: int, comparators: Comparators) -> Report:
    """Prove or refute that comparators sort all sequences of n integers.

    Zero-one principle: if comparators sort every sequence of zeros and
    ones, they sort every sequence of integers.

    Proof.  A nondecreasing map f commutes with min and max, hence with the
    whole network.  If the network leaves b before a although a < b, let f
    be 0 up to a and 1 above: the zeros and ones f(x) then come out with a 1
    before a 0.  ∎

    Parameters
    ----------
    n
        How many places, at most 24.
    comparators
        Pairs i < j below n.

    Notes
    -----
    D. E. Knuth, *The Art of Computer Programming*, volume 3, section 5.3.4.

    Examples
    --------
    >>> sorts(4, batcher_comparators(4))
    right on all 16 inputs of the box
    >>> sorts(3, [(0, 1), (1, 2)])
    wrong on 1 of 7 inputs of the box, the first x = (1, 1, 0):
    expected (0, 1, 1), got (1, 0, 1)
    """
    n = as_integer(n, "n", minimum=1, maximum=10**4)
    if n > 24:
        raise ValueError(
            f"n = {n} has {counted(2**n)} inputs of zeros and ones"
        )
    return verify(
        sorting_network(n, comparators),
        lambda x: np.sort(x, axis=-1),
        range(2),
    )


def _pairs(
    comparators: Comparators, n: int | None = None
) -> list[tuple[int, int]]:
    pairs = []
    for pair in as_list(comparators, "comparators", "pairs of places"):
        try:
            i, j = pair
        except (TypeError, ValueError):
            raise TypeError(
                f"a comparator is a pair of places (i, j), got {shown(pair)}"
            ) from None
        i = as_integer(i, "a place of a comparator", minimum=0)
        j = as_integer(j, "a place of a comparator", minimum=0)
        if i >= j or (n is not None and j >= n):
            bound = "" if n is None else f" < {n}"
            raise ValueError(
                f"a comparator (i, j) needs i < j{bound}, got ({i}, {j})"
            )
        pairs.append((i, j))
    return pairs
