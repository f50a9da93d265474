"""Membership: is the last of n + 1 integers one of those before it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_integer, shown
from byhand.threshold._evaluation import Exact, rationals
from byhand.threshold._size import require_buildable
from byhand.threshold.network import Layer, Network
from byhand.threshold.units import HEAVISIDE, INTERVAL, Rational


def is_member(x: Exact) -> NDArray[np.bool_]:
    """Return whether the last entry of each vector equals one before it.

    Parameters
    ----------
    x : array of shape (..., n + 1)

    Returns
    -------
    array of shape (...)

    Examples
    --------
    >>> is_member([[1, 2, 3, 2], [1, 2, 3, 4]])
    array([ True, False])
    """
    x = rationals(x, "x")
    if x.ndim == 0 or x.shape[-1] < 2:
        raise ValueError(
            "the last axis must hold a list and one more entry, at least 2 "
            f"in all; got shape {x.shape}"
        )
    answer: NDArray[np.bool_] = (x[..., :-1] == x[..., -1:]).any(axis=-1)
    return answer


def membership_interval(
    n: int, *, w: Rational | None = None, b: Rational | None = None
) -> Network:
    """Return interval units that decide membership, an (n+1)-n-1 network.

    Hidden unit i computes φ(2(x_{n+1} - x_i)), which for integers is 1 iff
    the two are equal, since 2 times a nonzero integer lies outside [-1, 1].
    The output is φ(w s + b), where s counts the hidden units that fire.  For
    w > 0 it is right for every s from 0 to n iff ::

        b < -1,    -1 - w ≤ b ≤ 1 - w n

    so that 0 < w ≤ 2/(n-1) for n > 1.  The farthest from all bounds, in the
    sense that w s + b keeps a distance of 1/n from ±1 for every s, is
    w = 2/n, b = -1 - 1/n: no other w > 0 and b do better.

    Parameters
    ----------
    n
        Length of the list, at least 1.
    w, b
        Weight and bias of the output, integers or Fractions; by default
        those with the widest margin.  Others are taken as they are, right
        or wrong.

    Examples
    --------
    >>> print(membership_interval(3, w=1, b=-2))
    A 4-3-1 network: 4 units, depth 2
      h1  = 1[|-2 x1 + 2 x4| ≤ 1]      x4 = x1
      h2  = 1[|-2 x2 + 2 x4| ≤ 1]      x4 = x2
      h3  = 1[|-2 x3 + 2 x4| ≤ 1]      x4 = x3
      out = 1[|h1 + h2 + h3 - 2| ≤ 1]  h1 + h2 + h3 ≥ 1
    """
    n = as_integer(n, "n", minimum=1)
    require_buildable(f"membership_interval({shown(n)})", n, n + 1)
    if (w is None) != (b is None):
        raise ValueError(
            f"give both w and b, or neither; got w = {w}, b = {b}"
        )
    if w is None or b is None:
        w, b = Fraction(2, n), -1 - Fraction(1, n)
    return Network(
        Layer(2 * _differences(n), np.zeros(n, int), INTERVAL),
        Layer([[w] * n], [b], INTERVAL),
    )


def membership_heaviside(n: int) -> Network:
    """Return Heaviside units that decide membership, (n+1)-2n-1.

    For each i one unit asks x_{n+1} ≥ x_i and one x_{n+1} ≤ x_i.  Both fire
    if the two are equal, else exactly one: the output asks whether more than
    n of the 2n units fire.

    Examples
    --------
    >>> print(membership_heaviside(1))
    A 2-2-1 network: 3 units, depth 2
      h1  = 1[-x1 + x2 ≥ 0]    x2 ≥ x1
      h2  = 1[x1 - x2 ≥ 0]     x1 ≥ x2
      out = 1[h1 + h2 - 2 ≥ 0]  h1 + h2 ≥ 2
    """
    n = as_integer(n, "n", minimum=1)
    require_buildable(f"membership_heaviside({shown(n)})", 2 * n, n + 1)
    D = _differences(n)
    return Network(
        Layer(np.concatenate([D, -D]), np.zeros(2 * n, int), HEAVISIDE),
        Layer([[1] * (2 * n)], [-(n + 1)], HEAVISIDE),
    )


def _differences(n: int) -> NDArray[Any]:
    """Rows x_{n+1} - x_i."""
    return np.column_stack([-np.eye(n, dtype=int), np.ones(n, int)])
