"""Design matrices of polynomial regression in three bases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import (
    as_array,
    as_integer,
    as_real,
    as_sequence,
    one_of,
    shown,
)
from byhand.regression._arithmetic import (
    arithmetic,
    as_digits,
    as_exact,
    holds_objects,
)

# For k >= 1, the polynomial of degree k + 1 from z and those of degree k
# (called p) and k - 1 (called q).
_RECURRENCES: dict[str, Callable[..., Any]] = {
    "monomial": lambda z, p, q, k: z * p,  # noqa: ARG005 - one signature
    "chebyshev": lambda z, p, q, k: 2 * z * p - q,  # noqa: ARG005 - the same
    "legendre": lambda z, p, q, k: ((2 * k + 1) * z * p - k * q) / (k + 1),
}

# Entries of a design matrix: floats, and numbers of many digits.
_MOST_ENTRIES, _MOST_EXACT = 10**8, 10**6

#: The names of the polynomial bases.
BASES = tuple(_RECURRENCES)


def design_matrix(
    x: ArrayLike,
    degree: int,
    *,
    basis: str = "chebyshev",
    domain: tuple[float, float] = (-1, 1),
    digits: int | None = None,
) -> NDArray[Any]:
    r"""Return the matrix of all basis polynomials up to a degree, at all x.

    Column k holds the polynomial of degree k in
    :math:`z = (2x - a - b)/(b - a)`, which maps the domain [a, b] to
    [-1, 1].  The default domain leaves x as it is.

    Parameters
    ----------
    x : array_like, shape (n,)
        The points, as floats, or as Fractions and integers in an array of
        objects.  They may lie outside the domain.
    degree
        The largest degree, at least 0.
    basis
        ``"monomial"``, ``"chebyshev"`` (first kind) or ``"legendre"``.
    domain
        The ends a < b of the interval that is mapped to [-1, 1].
    digits
        If given, the points are taken as exact numbers and every operation
        is rounded to so many decimal digits.

    Returns
    -------
    ndarray, shape (n, degree + 1)
        Floats; Decimals if ``digits`` is given; Fractions, without any
        rounding, if it is not and the points came as objects.

    Notes
    -----
    Three-term recurrences, from 1 and z on:
    :math:`z^{k+1} = z\,z^k`,
    :math:`T_{k+1} = 2zT_k - T_{k-1}`,
    :math:`(k+1)P_{k+1} = (2k+1)zP_k - kP_{k-1}` (Abramowitz and Stegun,
    1964, table 22.7).

    Examples
    --------
    >>> import numpy as np
    >>> design_matrix([0.5, 1.0], 3)
    array([[ 1. ,  0.5, -0.5, -1. ],
           [ 1. ,  1. ,  1. ,  1. ]])
    >>> design_matrix([0.0, 0.5, 1.0], 3, basis="monomial", domain=(0, 1))
    array([[ 1., -1.,  1., -1.],
           [ 1.,  0.,  0.,  0.],
           [ 1.,  1.,  1.,  1.]])
    >>> from fractions import Fraction
    >>> print(design_matrix([Fraction(1, 3)], 2, basis="legendre"))
    [[Fraction(1, 1) Fraction(1, 3) Fraction(-1, 3)]]
    """
    degree = as_integer(degree, "degree", minimum=0)
    following = _RECURRENCES[one_of(basis, "basis", BASES)]
    a, b = as_domain(domain)
    digits = as_digits(digits)
    exact = digits is not None or holds_objects(x)
    with arithmetic(digits), np.errstate(over="ignore", invalid="ignore"):
        if exact:
            x = as_exact(x, "x", ndim=1, digits=digits)
            # Without rounding the numbers grow with the degree.
            most = _MOST_EXACT if digits is not None else _MOST_EXACT // 100
            _require_room(degree, len(x), most)
            a, b = as_exact(domain, "domain", ndim=1, digits=digits)
        else:
            x = as_array(x, "x", ndim=1)
            _require_room(degree, len(x), _MOST_ENTRIES)
        z = (2 * x - (a + b)) / (b - a)
        columns = [0 * z + 1, z]
        for k in range(1, degree):
            columns.append(following(z, columns[k], columns[k - 1], k))
    X = np.stack(columns[: degree + 1], axis=1)
    if not exact and not np.isfinite(X).all():
        raise ValueError(
            f"the {basis} basis of degree {degree} overflows float64 at "
            f"these points; map their interval to [-1, 1] with domain=, "
            f"got {shown(domain)}"
        )
    return X


def _require_room(degree: int, points: int, most: int) -> None:
    """Raise ValueError if the matrix would have too many entries."""
    if (degree + 1) * points > most:
        raise ValueError(
            f"degree {shown(degree)} at {points} points makes a matrix of "
            f"more than {most:,} entries"
        )


def as_domain(domain: Any) -> tuple[float, float]:
    """Return the ends of an interval as two floats, a < b."""
    try:
        a, b = as_sequence(domain, "domain", "two numbers")
    except (TypeError, ValueError):
        raise TypeError(
            f"domain must be a pair (a, b) of numbers, got {shown(domain)}"
        ) from None
    ends = as_real(a, "domain[0]"), as_real(b, "domain[1]")
    if not ends[0] < ends[1]:
        raise ValueError(
            f"domain must be (a, b) with a < b, got {shown(domain)}"
        )
    return ends
