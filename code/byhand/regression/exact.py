"""Least squares without rounding, or with as many digits as one likes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand.regression._arithmetic import arithmetic, as_digits, as_exact
from byhand.regression.solve import require_matching

#: An array of Fractions or of Decimals.
Matrix = NDArray[np.object_]


def exact_least_squares(
    X: ArrayLike, t: ArrayLike, *, digits: int | None = None
) -> Matrix:
    r"""Return the minimum-norm least-squares solution in exact arithmetic.

    Parameters
    ----------
    X : array_like, shape (n, d)
        The design matrix.  Its entries may be floats, which are taken as
        the binary fractions that they are, integers, Fractions or Decimals.
    t : array_like, shape (n,) or (n, k)
        The targets, likewise.
    digits
        None for rational arithmetic, which handles every matrix and rounds
        nothing.  A number of decimal digits, to which every operation is
        rounded, is much faster and asks for full rank.

    Returns
    -------
    ndarray of objects, shape (d,) or (d, k)
        Fractions, or Decimals if ``digits`` is given.

    Raises
    ------
    ValueError
        If the rank is not full as far as ``digits`` digits can tell.

    Notes
    -----
    Elimination in the normal equations of the smaller side,
    :math:`X^TXw = X^Tt` or :math:`XX^Tc = t`, :math:`w = X^Tc`.  About twice
    as many digits are lost as the condition number of X has, which is why
    floating point has to avoid this way and enough digits make it a good
    one.  A pivot is taken for zero if it is at most the size of the Gram
    matrix times :math:`10^{1-\mathrm{digits}}` times its largest diagonal
    entry.

    If the rank r is deficient, X = CF with C of r independent columns and F
    of r independent rows, and the solution is
    :math:`F^T(FF^T)^{-1}(C^TC)^{-1}C^Tt` (MacDuffee's formula; see
    Ben-Israel and Greville, 2003, chapter 1).

    Examples
    --------
    >>> print(exact_least_squares([[1, 2]], [3]))
    [Fraction(3, 5) Fraction(6, 5)]
    >>> print(exact_least_squares([[1, 2], [2, 4]], [3, 1]))
    [Fraction(1, 5) Fraction(2, 5)]
    >>> print(*exact_least_squares([[3]], [1], digits=20))
    0.33333333333333333333
    """
    digits = as_digits(digits)
    with arithmetic(digits):
        X = as_exact(X, "X", ndim=2, digits=digits)
        t = as_exact(t, "t", digits=digits)
        require_matching(X, t)
        T = t.reshape(len(X), -1)
        W, independent = _full_rank(X, T, digits)
        if W is None:
            if digits is not None:
                raise ValueError(
                    f"with {digits} digits X has rank {len(independent)} "
                    f"instead of {min(X.shape)}; take more digits, or "
                    "digits=None, which handles every rank"
                )
            W = _deficient(X, T, independent)
    w: Matrix = W.reshape(X.shape[1], *t.shape[1:])
    return w


def _full_rank(
    X: Matrix, T: Matrix, digits: int | None
) -> tuple[Matrix | None, list[int]]:
    """Return the solution, or None if the rank is deficient, and the pivots.

    The pivots are the indices of independent columns (d <= n) or rows.
    """
    n, d = X.shape
    if d <= n:
        return _eliminate(X.T @ X, X.T @ T, digits)
    C, independent = _eliminate(X @ X.T, T, digits)
    return (None if C is None else X.T @ C), independent


def _deficient(X: Matrix, T: Matrix, independent: list[int]) -> Matrix:
    if not independent:
        return np.full((X.shape[1], T.shape[1]), Fraction(), dtype=object)
    n, d = X.shape
    if d <= n:
        C = X[:, independent]
        F = _solved(C, X)
    else:
        F = X[independent]
        C = _solved(F.T, X.T).T
    return _solved(F, _solved(C, T))


def _solved(X: Matrix, T: Matrix) -> Matrix:
    """Solve a problem whose rank is known to be full."""
    W, _ = _full_rank(X, T, None)
    assert W is not None
    return W


def _eliminate(
    G: Matrix, B: Matrix, digits: int | None
) -> tuple[Matrix | None, list[int]]:
    """Solve GY = B for a Gram matrix G by elimination.

    What elimination leaves of a Gram matrix is one again, so its largest
    diagonal entry is a safe pivot, and zero only if all the rest is zero.
    """
    size = len(G)
    tolerance: Any = 0
    if digits is not None:
        tolerance = size * max(G.diagonal()) * Decimal(10) ** (1 - digits)
    M = np.hstack([G, B])
    rest, pivots = list(range(size)), list[int]()
    while rest:
        p = max(rest, key=lambda i: M[i, i])
        if M[p, p] <= tolerance:
            return None, pivots
        rest.remove(p)
        pivots.append(p)
        # The columns of earlier pivots are not needed again.
        active = [*rest, *range(size, M.shape[1])]
        for i in rest:
            M[i, active] -= M[i, p] / M[p, p] * M[p, active]
    Y = M[:, size:]
    for k, p in reversed(list(enumerate(pivots))):
        Y[p] /= M[p, p]
        for q in pivots[:k]:
            Y[q] -= M[q, p] * Y[p]
    return Y, pivots
