"""Parity: how depth saves units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_integer, shown
from byhand.threshold._evaluation import Exact, rationals
from byhand.threshold._size import require_buildable
from byhand.threshold.network import Layer, Network
from byhand.threshold.units import HEAVISIDE, RELU


def is_odd(x: Exact) -> NDArray[np.bool_]:
    """Return whether the number of ones in each vector of bits is odd.

    Parameters
    ----------
    x : array of shape (..., n)

    Returns
    -------
    array of shape (...)

    Examples
    --------
    >>> is_odd([[1, 1, 0], [1, 1, 1]])
    array([False,  True])
    """
    x = rationals(x, "x")
    if x.ndim == 0 or not np.isin(x, (0, 1)).all():
        raise ValueError("x must hold vectors of bits, 0 or 1")
    answer: NDArray[np.bool_] = x.sum(axis=-1) % 2 == 1
    return answer


def parity_shallow(n: int) -> Network:
    """Return parity of n bits with one hidden layer, n + 1 units.

    Hidden unit k asks whether at least k bits are set; the hidden units
    that fire are the first s, where s is the number of ones, and their
    alternating sum 1 - 1 + 1 - … is 1 if s is odd and 0 if it is even.

    Examples
    --------
    >>> print(parity_shallow(2))
    A 2-2-1 network: 3 units, depth 2
      h1  = 1[x1 + x2 - 1 ≥ 0]  x1 + x2 ≥ 1
      h2  = 1[x1 + x2 - 2 ≥ 0]  x1 + x2 ≥ 2
      out = 1[h1 - h2 - 1 ≥ 0]  h1 > h2
    """
    n = as_integer(n, "n", minimum=1)
    require_buildable(f"parity_shallow({shown(n)})", n, n)
    k = np.arange(1, n + 1)
    return Network(
        Layer(np.ones((n, n), int), -k, HEAVISIDE),
        Layer([np.where(k % 2, 1, -1)], [-1], HEAVISIDE),
    )


def parity_deep(n: int) -> Network:
    """Return parity of n bits with 2m - 1 units, m = ⌈log2(n + 1)⌉.

    The network writes the number of ones in binary, from the highest digit
    down.  Each layer but the last holds two units: a Heaviside unit for the
    digit, ``r ≥ 2^k``, and a ramp that passes on the remainder r, which is
    never negative; the next layer sees r - 2^k digit.  The last digit is
    the parity.

    Notes
    -----
    After K.-Y. Siu, V. Roychowdhury and T. Kailath, *Discrete Neural
    Computation*, 1995, where depth against size is the subject.

    Examples
    --------
    >>> print(parity_deep(3))
    A 3-2-1 network: 3 units, depth 2
      h1  = 1[x1 + x2 + x3 - 2 ≥ 0]  x1 + x2 + x3 ≥ 2
      h2  = relu(x1 + x2 + x3)
      out = 1[-2 h1 + h2 - 1 ≥ 0]    h2 > 2 h1
    >>> parity_shallow(1000).size, parity_deep(1000).size
    (1001, 19)
    """
    n = as_integer(n, "n", minimum=1)
    require_buildable(f"parity_deep({shown(n)})", 2, n)
    remainder: list[Any] = [1] * n
    layers = []
    for k in range(n.bit_length() - 1, 0, -1):
        layers.append(
            Layer([remainder, remainder], [-(2**k), 0], [HEAVISIDE, RELU])
        )
        remainder = [-(2**k), 1]
    layers.append(Layer([remainder], [-1], HEAVISIDE))
    return Network(*layers)
