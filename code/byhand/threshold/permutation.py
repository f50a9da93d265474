"""Permutation: whether y_1, …, y_n rearranges x_1, …, x_n.

Every network here reads x_1, …, x_n, y_1, …, y_n and is right for all
integers, repeats included.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_integer, one_of, shown
from byhand.threshold._evaluation import Exact, rationals
from byhand.threshold._size import require_buildable
from byhand.threshold.network import Layer, Network
from byhand.threshold.units import (
    HEAVISIDE,
    INTERVAL,
    Unit,
    as_unit,
    equality,
)


def is_permutation(x: Exact) -> NDArray[np.bool_]:
    """Return whether the second half of each vector rearranges the first.

    Parameters
    ----------
    x : array of shape (..., 2n)

    Returns
    -------
    array of shape (...)

    Examples
    --------
    >>> is_permutation([[1, 2, 2, 2, 1, 2], [1, 2, 2, 1, 1, 2]])
    array([ True, False])
    """
    x = rationals(x, "x")
    if x.ndim == 0 or x.shape[-1] % 2:
        raise ValueError(
            "the last axis must hold two lists of the same length, got shape "
            f"{x.shape}"
        )
    n = x.shape[-1] // 2
    left, right = np.sort(x[..., :n], axis=-1), np.sort(x[..., n:], axis=-1)
    answer: NDArray[np.bool_] = (left == right).all(axis=-1)
    return answer


def permutation_gram(n: int, unit: str = "interval") -> Network:
    """Return the network with one hidden layer that compares all pairs.

    Let c_x(v), c_y(v) count how often the value v occurs on either side,
    P_x, P_y the equal pairs within a side, and C the equal pairs across.
    Then ::

        n + P_x + P_y - C  =  1/2 Σ_v (c_x(v) - c_y(v))²,

    because Σ_v c_x(v)² = n + 2 P_x and Σ_v c_x(v) c_y(v) = C: the squared
    length of c_x - c_y from the Gram matrix of c_x and c_y.  It is zero iff
    every value occurs equally often, and otherwise at least 1.

    Parameters
    ----------
    n
        Length of each list, at least 1.
    unit
        ``"interval"``: C(2n, 2) units φ(2(a - b)) and the output
        φ(2(n + P_x + P_y - C)).  ``"heaviside"``: two units a ≥ b and a ≤ b
        for each pair, which together count 1 + [a = b].

    Examples
    --------
    >>> permutation_gram(3)
    A 6-15-1 network: 16 units, depth 2
    >>> permutation_gram(3, "heaviside").size
    31
    """
    n = as_integer(n, "n", minimum=1)
    one_of(unit, "unit", ("interval", "heaviside"))
    units = math.comb(2 * n, 2) * (1 if unit == "interval" else 2)
    require_buildable(f"permutation_gram({shown(n)})", units, 2 * n)
    pairs = list(combinations(range(2 * n), 2))
    D = _differences(pairs, 2 * n)
    # +1 for a pair within a side, -1 for a pair across.
    sign = np.array([-1 if i < n <= j else 1 for i, j in pairs])
    zeros = np.zeros(len(pairs), int)
    if unit == "interval":
        layers = (
            Layer(2 * D, zeros, INTERVAL),
            Layer([2 * sign], [2 * n], INTERVAL),
        )
    else:
        # Σ sign ([a ≥ b] + [a ≤ b]) = P_x + P_y - C + Σ sign, and
        # Σ sign = n(n - 1) - n² = -n.
        layers = (
            Layer(
                np.concatenate([D, -D]),
                np.concatenate([zeros, zeros]),
                HEAVISIDE,
            ),
            Layer([-np.concatenate([sign, sign])], [-2 * n], HEAVISIDE),
        )
    return Network(*layers, names=_names(n))


def permutation_counting(n: int) -> Network:
    """Return the network that counts how often each x_i occurs.

    Its layers are the equalities x_i = y_j and, for i < j, x_i = x_j; for
    each i, whether x_i occurs equally often on both sides; and whether that
    holds for all i.  If it does, the values of x account for all n places
    of y, so that no other value is left.

    Examples
    --------
    >>> permutation_counting(3)
    A 6-12-3-1 network: 16 units, depth 3
    """
    n = as_integer(n, "n", minimum=1)
    units = n * n + math.comb(n, 2)
    require_buildable(f"permutation_counting({shown(n)})", units, 2 * n)
    across = [(i, n + j) for i in range(n) for j in range(n)]
    within = list(combinations(range(n), 2))
    W2 = np.zeros((n, n * n + len(within)), int)
    for i in range(n):
        W2[i, i * n : (i + 1) * n] = 1
        for k, pair in enumerate(within, start=n * n):
            W2[i, k] = -(i in pair)
    return Network(
        _equalities(across + within, 2 * n),
        Layer(W2, [-1] * n, equality(0)),
        Layer([[1] * n], [0], equality(n)),
        names=_names(n),
    )


def permutation_enumeration(n: int, *, output: Unit | None = None) -> Network:
    """Return the network that tries all n! rearrangements.

    Its layers are the n² equalities x_i = y_j; for each permutation σ,
    whether x_i = y_σ(i) for all i; and whether that holds for some σ.

    Parameters
    ----------
    n
        Length of each list, from 1 to 8.
    output
        The output unit, on the number of permutations that fit; by default
        "at least 1".

    Raises
    ------
    ValueError
        If the network would hold more than ten million weights; the error
        says how many.

    Examples
    --------
    >>> permutation_enumeration(3)
    A 6-9-6-1 network: 16 units, depth 3
    """
    n = as_integer(n, "n", minimum=1)
    if n > 1000:
        raise ValueError(
            f"permutation_enumeration({shown(n)}) needs {shown(n)}! units, "
            "which no machine holds"
        )
    units = math.factorial(n)
    require_buildable(f"permutation_enumeration({n})", units, n * n)
    sigmas = np.array(list(permutations(range(n))))
    W2 = np.zeros((len(sigmas), n * n), int)
    for i in range(n):
        W2[np.arange(len(sigmas)), i * n + sigmas[:, i]] = 1
    unit = (
        Unit("at least 1", 1) if output is None else as_unit(output, "output")
    )
    return Network(
        _equalities([(i, n + j) for i in range(n) for j in range(n)], 2 * n),
        Layer(W2, np.zeros(len(sigmas), int), equality(n)),
        Layer(np.ones((1, len(sigmas)), int), [0], unit),
        names=_names(n),
    )


def permutation_of_two() -> Network:
    """Return a 4-3-1 network of interval units for n = 2.

    Its hidden units ask x1 = y1, x1 = y2 and x1 + x2 = y1 + y2, and its
    output is φ(2s + g1 + g2 - 4), where s is the last and g1, g2 the others.
    The last weighs double: without it two matches prove nothing.

    Examples
    --------
    >>> print(permutation_of_two())
    A 4-3-1 network: 4 units, depth 2
      h1  = 1[|2 x1 - 2 y1| ≤ 1]                x1 = y1
      h2  = 1[|2 x1 - 2 y2| ≤ 1]                x1 = y2
      h3  = 1[|2 x1 + 2 x2 - 2 y1 - 2 y2| ≤ 1]  x1 + x2 = y1 + y2
      out = 1[|h1 + h2 + 2 h3 - 4| ≤ 1]         h1 + h2 + 2 h3 ≥ 3
    """
    return Network(
        Layer(
            [[2, 0, -2, 0], [2, 0, 0, -2], [2, 2, -2, -2]],
            [0, 0, 0],
            INTERVAL,
        ),
        Layer([[1, 1, 2]], [-4], INTERVAL),
        names=_names(2),
    )


def permutation_sizes(n: int) -> dict[str, int]:
    """Return how many units each construction takes, for n up to 1000.

    Examples
    --------
    >>> permutation_sizes(10)
    {'gram': 191, 'gram, heaviside': 381, 'counting': 156,
     'enumeration': 3628901}
    """
    n = as_integer(n, "n", minimum=1, maximum=1000)
    pairs = math.comb(2 * n, 2)
    return {
        "gram": pairs + 1,
        "gram, heaviside": 2 * pairs + 1,
        "counting": n * n + math.comb(n, 2) + n + 1,
        "enumeration": n * n + math.factorial(n) + 1,
    }


def _equalities(pairs: Sequence[tuple[int, int]], inputs: int) -> Layer:
    D = _differences(pairs, inputs)
    return Layer(D, np.zeros(len(pairs), int), equality(0))


def _differences(
    pairs: Sequence[tuple[int, int]], inputs: int
) -> NDArray[Any]:
    """One row x_i - x_j for each pair."""
    D = np.zeros((len(pairs), inputs), int)
    rows = np.arange(len(pairs))
    i, j = np.array(pairs).T
    D[rows, i], D[rows, j] = 1, -1
    return D


def _names(n: int) -> list[str]:
    return [f"{side}{i}" for side in "xy" for i in range(1, n + 1)]
