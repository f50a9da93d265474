"""Minimum-norm least squares in floating point, in three ways."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_real, one_of

#: The methods of :func:`least_squares`.
METHODS = ("svd", "qr", "inverse")


def least_squares(
    X: ArrayLike,
    t: ArrayLike,
    *,
    method: str = "svd",
    rtol: float | None = None,
) -> NDArray[np.float64]:
    r"""Return the minimizer of :math:`\|Xw - t\|` of least norm.

    Parameters
    ----------
    X : array_like, shape (n, d)
        The design matrix; d < n, d = n and d > n are all welcome.
    t : array_like, shape (n,) or (n, k)
        The targets; several columns are solved for one by one.
    method
        ``"svd"`` handles every matrix.  ``"qr"`` and ``"inverse"`` refuse a
        rank-deficient one.  ``"inverse"`` forms the explicit inverse of
        :math:`X^TX` (d <= n) or :math:`XX^T` (d > n) and serves to show what
        rounding does to it.
    rtol
        Singular values up to ``rtol`` times the largest count as zero; by
        default ``max(n, d)`` times the spacing of floats at 1, as in
        :func:`numpy.linalg.matrix_rank`.  The number of the others is the
        numerical rank.

    Returns
    -------
    ndarray, shape (d,) or (d, k)

    Raises
    ------
    ValueError
        If X is rank-deficient and the method is not ``"svd"``, or if the
        method is ``"inverse"`` and the product of X with its transpose,
        rounded, has no inverse although X has full rank.

    Notes
    -----
    The rank is that of X, for every method.  A design matrix of condition
    number 1e11 has full rank and is solved, although its Gram matrix, of
    condition number 1e22, has none left that float64 could hold: what
    ``"inverse"`` returns then is mostly rounding error.  So that this error
    is the same on every machine, ``"inverse"`` multiplies, adds and
    eliminates one operation after the other in a fixed order; the errors of
    :func:`numpy.linalg.inv` are as large but change with the BLAS kernels
    that the machine picks.  The checks of the rank cost an SVD even where
    the method does without one.

    With :math:`X = U\Sigma V^T` the answer is :math:`V\Sigma^{+}U^Tt`; with
    :math:`X = QR` (d <= n) it is :math:`R^{-1}Q^Tt`; with
    :math:`X^T = QR` (d > n) it is :math:`QR^{-T}t` (Golub and Van Loan,
    2013, sections 5.3, 5.5 and 5.6).

    Examples
    --------
    >>> least_squares([[1, 1]], [3])
    array([1.5, 1.5])
    >>> least_squares([[1, 1], [1, 1]], [2, 4], method="qr")
    Traceback (most recent call last):
    ...
    ValueError: X has numerical rank 1, and method 'qr' needs full rank 2; ...
    """
    X, t = as_problem(X, t)
    solver = _SOLVERS[one_of(method, "method", METHODS)]
    with np.errstate(all="ignore"):
        svd = np.linalg.svd(X, full_matrices=False)
        rank = _numerical_rank(svd.S, X.shape, rtol)
        full = min(X.shape)
        if method != "svd" and rank < full:
            raise ValueError(
                f"X has numerical rank {rank}, and method {method!r} needs "
                f"full rank {full}; use method='svd'"
            )
        w = _shrunk(svd, t, rank, 0) if solver is None else solver(X, t)
    return without_overflow(w)


def ridge(X: ArrayLike, t: ArrayLike, penalty: float) -> NDArray[np.float64]:
    r"""Return the minimizer of (1/n)‖Xw − t‖² + penalty ‖w‖².

    Parameters
    ----------
    X : array_like, shape (n, d)
        The design matrix, of any rank.
    t : array_like, shape (n,) or (n, k)
        The targets.
    penalty
        The factor of the squared norm, at least 0.  As it tends to 0, the
        answer tends to the minimum-norm least-squares solution, which is
        what 0 itself gives.

    Returns
    -------
    ndarray, shape (d,) or (d, k)

    Notes
    -----
    With :math:`X = U\Sigma V^T` each singular direction is shrunk on its
    own: :math:`w = V\,\mathrm{diag}(\sigma_i/(\sigma_i^2 + n\lambda))\,U^Tt`
    (Golub and Van Loan, 2013, section 6.1, there without the 1/n).

    Examples
    --------
    >>> ridge([[1, 1]], [3], 1)
    array([1., 1.])
    >>> ridge([[1, 1]], [3], 0)
    array([1.5, 1.5])
    """
    X, t = as_problem(X, t)
    penalty = as_real(penalty, "penalty", minimum=0)
    with np.errstate(all="ignore"):
        svd = np.linalg.svd(X, full_matrices=False)
        rank = _numerical_rank(svd.S, X.shape, None)
        w = _shrunk(svd, t, rank, len(X) * penalty)
    return without_overflow(w)


def as_problem(
    X: ArrayLike, t: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return X, shape (n, d), and t, shape (n,) or (n, k), as float arrays."""
    X = as_array(X, "X", ndim=2)
    t = as_array(t, "t")
    require_matching(X, t)
    return X, t


def require_matching(X: NDArray[Any], t: NDArray[Any]) -> None:
    """Raise ValueError unless t has one row for each row of X."""
    if t.ndim not in {1, 2} or len(t) != len(X):
        raise ValueError(
            "t must have one entry, or one row, for each row of X: got t of "
            f"shape {t.shape} and X of shape {X.shape}"
        )


def _numerical_rank(
    S: NDArray[np.float64], shape: tuple[int, ...], rtol: float | None
) -> int:
    if rtol is None:
        rtol = max(shape) * np.finfo(np.float64).eps
    rtol = as_real(rtol, "rtol")
    if not 0 <= rtol < 1:
        raise ValueError(f"rtol must be at least 0 and below 1, got {rtol}")
    return int(np.count_nonzero(S / S[0] > rtol)) if S[0] > 0 else 0


def _shrunk(
    svd: Any, t: NDArray[np.float64], rank: int, penalty: float
) -> NDArray[np.float64]:
    U, S, Vt = svd.U[:, :rank], svd.S[:rank], svd.Vh[:rank]
    # σ / (σ² + penalty), written so that σ² cannot overflow or vanish.
    w: NDArray[np.float64] = Vt.T @ ((U.T @ t).T / (S + penalty / S)).T
    return w


def _qr(X: NDArray[np.float64], t: NDArray[np.float64]) -> NDArray[np.float64]:
    n, d = X.shape
    if d <= n:
        Q, R = np.linalg.qr(X)
        return np.linalg.solve(R, Q.T @ t)
    Q, R = np.linalg.qr(X.T)
    return Q @ np.linalg.solve(R.T, t)


def _inverse(
    X: NDArray[np.float64], t: NDArray[np.float64]
) -> NDArray[np.float64]:
    n, d = X.shape
    T = t.reshape(n, -1)
    if d <= n:
        W = _product(_inverted(_product(X.T, X), "XᵀX"), _product(X.T, T))
    else:
        W = _product(X.T, _product(_inverted(_product(X, X.T), "XXᵀ"), T))
    return W.reshape(d, *t.shape[1:])


def _product(
    A: NDArray[np.float64], B: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return A @ B, the terms of every sum added from first to last."""
    C = np.zeros((A.shape[0], B.shape[1]))
    for column, row in zip(A.T, B, strict=True):
        C += np.multiply.outer(column, row)
    return C


def _inverted(A: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Invert a Gram matrix by elimination; it needs no row exchanges."""
    size = len(A)
    M = np.hstack([without_overflow(A), np.eye(size)])
    for k in range(size):
        if M[k, k] == 0:
            raise ValueError(
                f"{name}, rounded, is singular although X has full rank: the "
                "product squared the condition number; use method='qr' or "
                "'svd'"
            )
        multipliers = M[k + 1 :, k] / M[k, k]
        M[k + 1 :, k:] -= np.multiply.outer(multipliers, M[k, k:])
    for k in reversed(range(size)):
        M[k, size:] /= M[k, k]
        M[:k, size:] -= np.multiply.outer(M[:k, k], M[k, size:])
    return M[:, size:]


def without_overflow(A: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a result if it is finite, or say that it overflows."""
    if not np.isfinite(A).all():
        raise ValueError(
            "the computation overflows float64; scale X or t, whose entries "
            "are too large or too small"
        )
    return A


_SOLVERS: dict[str, Any] = {"svd": None, "qr": _qr, "inverse": _inverse}
