"""Equality patterns and weak orderings of n integers, in blocks.

How n integers compare takes one of finitely many forms.  Which of them are
equal is a partition of the places, counted by the Bell numbers; how they
are ordered, ties allowed, is a weak ordering, counted by the Fubini numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from operator import add, mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_integer

# Rows of a block, times the square of their length.
_ENTRIES = 2**21

# The largest n whose numbers are counted, and whose vectors are listed.
_LARGEST = 1000
_MOST_PLACES = 40


def bell(n: int) -> int:
    """Return the number of equality patterns of ``n`` integers.

    By the recurrence B(m+1) = Σ_k binom(m, k) B(k): the elements that differ
    from a given one may be chosen first.

    Examples
    --------
    >>> [bell(n) for n in (1, 2, 3, 6, 12)]
    [1, 2, 5, 203, 4213597]
    """
    n = as_integer(n, "n", minimum=0, maximum=_LARGEST)
    B = [1]
    for binomials in _pascal(n):
        B.append(sum(map(mul, binomials, B)))
    return B[-1]


def fubini(n: int) -> int:
    """Return the number of weak orderings of ``n`` integers.

    By the recurrence F(m) = Σ_{k≥1} binom(m, k) F(m-k): the k smallest may
    be chosen first.

    Examples
    --------
    >>> [fubini(n) for n in (1, 2, 3, 6, 8)]
    [1, 3, 13, 4683, 545835]
    """
    n = as_integer(n, "n", minimum=0, maximum=_LARGEST)
    F = [1]
    for binomials in islice(_pascal(n + 1), 1, None):
        # One binomial more than numbers: that of k = 0 has no term.
        F.append(sum(map(mul, binomials, F)))
    return F[-1]


def _pascal(rows: int) -> Iterator[list[int]]:
    """Yield the first rows of Pascal's triangle."""
    row = [1]
    for _ in range(rows):
        yield row
        row = [1, *map(add, row, row[1:]), 1]


def equality_patterns(n: int) -> Iterator[NDArray[np.int64]]:
    """Yield one vector for each equality pattern of ``n`` integers.

    The vectors are the restricted growth strings: the first entry is 0, and
    each later one is at most one above all before it.  Every integer vector
    has the same equalities as exactly one of them.

    Parameters
    ----------
    n
        From 1 to 40.

    Yields
    ------
    array of shape (B, n)
        In lexicographic order.

    Examples
    --------
    >>> [pattern.tolist() for pattern in np.concatenate(
    ...     list(equality_patterns(3)))]
    [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1], [0, 1, 2]]
    """
    n = as_integer(n, "n", minimum=1, maximum=_MOST_PLACES)

    def extend(rows: NDArray[Any]) -> NDArray[Any]:
        parent, choice = _children(rows.max(axis=1) + 2)
        return np.column_stack([rows[parent], choice])

    return _grow(n, extend)


def weak_orderings(n: int) -> Iterator[NDArray[np.int64]]:
    """Yield one vector for each weak ordering of ``n`` integers.

    The vectors hold ranks: the smallest value 0, the next larger one 1, and
    so on.  Every integer vector is ordered like exactly one of them.

    Parameters
    ----------
    n
        From 1 to 40.

    Yields
    ------
    array of shape (B, n)

    Examples
    --------
    >>> [ranks.tolist() for ranks in np.concatenate(list(weak_orderings(2)))]
    [[1, 0], [0, 0], [0, 1]]
    """
    n = as_integer(n, "n", minimum=1, maximum=_MOST_PLACES)

    def extend(rows: NDArray[Any]) -> NDArray[Any]:
        # A new value goes below, onto, or between the ranks: choice 2r + 1
        # is a tie with rank r, choice 2r a place just below it.
        parent, choice = _children(2 * rows.max(axis=1) + 3)
        rank = choice // 2
        strict = choice % 2 == 0
        grown = rows[parent]
        grown += strict[:, None] & (grown >= rank[:, None])
        return np.column_stack([grown, rank])

    return _grow(n, extend)


def _children(
    counts: NDArray[Any],
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return, for each child of each row, its parent and its number."""
    # The integers that count places: 32 bits wide in a browser.
    counts = counts.astype(np.intp)
    parent = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return parent, (np.arange(len(parent)) - first[parent]).astype(np.int8)


def _grow(
    n: int, extend: Callable[[NDArray[Any]], NDArray[Any]]
) -> Iterator[NDArray[np.int64]]:
    """Extend rows by one entry at a time, depth first, in blocks."""
    # A row has up to 2n + 1 children, each of n entries.
    block = _ENTRIES // n**2
    stack = [np.zeros((1, 1), dtype=np.int8)]
    while stack:
        rows = stack.pop()
        if rows.shape[1] == n:
            yield rows.astype(np.int64)
            continue
        rows = extend(rows)
        starts = range(0, len(rows), block)
        stack += [rows[s : s + block] for s in reversed(starts)]
