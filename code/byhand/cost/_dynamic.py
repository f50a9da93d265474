"""Optimal association orders by dynamic programming.

Factor i is edges[i] × edges[i + 1].  An optimal order of a stretch of factors
consists of optimal orders of its two parts, so that stretches are solved from
short to long (Godbole 1973).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from byhand.cost._polynomials import (
    coefficient_rows,
    minimal_rows,
    shifted_elements,
)
from byhand.cost._trees import Tree


def cheapest(edges: Sequence[int]) -> Tree:
    """Return an order with the fewest multiplications, for integer sizes.

    Of several the one whose last product splits leftmost, at every level.
    """
    factors = len(edges) - 1
    best: dict[tuple[int, int], tuple[int, Tree]] = {
        (i, i + 1): (0, i) for i in range(factors)
    }
    for start, stop in _stretches(factors):
        outer = edges[start] * edges[stop]
        cost, split = min(
            (best[start, k][0] + outer * edges[k] + best[k, stop][0], k)
            for k in range(start + 1, stop)
        )
        tree = best[start, split][1], best[split, stop][1]
        best[start, stop] = cost, tree
    return best[0, factors][1]


def undominated(edges: Sequence[sp.Expr]) -> list[Tree]:
    """Return orders of which one is cheapest, whatever the positive sizes.

    A cost is a vector of coefficients, as a polynomial in (size − 1).  An
    order of a stretch of factors is dropped if no coefficient exceeds that
    of another order: it is then never cheaper.
    """
    factors = len(edges) - 1
    triple = _triples(edges)
    nothing = np.zeros_like(next(iter(triple.values())))[np.newaxis]
    best: dict[tuple[int, int], tuple[NDArray[Any], list[Tree]]] = {
        (i, i + 1): (nothing, [i]) for i in range(factors)
    }
    for start, stop in _stretches(factors):
        costs, trees = [], []
        for split in range(start + 1, stop):
            left_costs, lefts = best[start, split]
            right_costs, rights = best[split, stop]
            sums = left_costs[:, np.newaxis] + right_costs
            costs.append(sums.reshape(-1, sums.shape[2]))
            costs[-1] += triple[start, split, stop]
            trees += [(left, right) for left in lefts for right in rights]
        rows = np.concatenate(costs)
        kept = minimal_rows(rows)
        best[start, stop] = rows[kept], [trees[row] for row in kept]
    return best[0, factors][1]


def _triples(
    edges: Sequence[sp.Expr],
) -> dict[tuple[int, int, int], NDArray[Any]]:
    """Return the coefficients of edges[i]·edges[k]·edges[j] for i < k < j."""
    sizes = shifted_elements(edges)
    places = list(itertools.combinations(range(len(sizes)), 3))
    rows = coefficient_rows(
        [sizes[i] * sizes[k] * sizes[j] for i, k, j in places]
    )
    return dict(zip(places, rows, strict=True))


def _stretches(count: int) -> Iterator[tuple[int, int]]:
    for length in range(2, count + 1):
        for start in range(count - length + 1):
            yield start, start + length
