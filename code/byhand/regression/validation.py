"""Errors on samples left out, without fitting once for each of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_real
from byhand.regression.solve import as_problem, without_overflow


def leave_one_out(
    X: ArrayLike, t: ArrayLike, *, penalty: float = 0.0
) -> NDArray[np.float64]:
    r"""Return the error at each sample of the fit to all the others.

    Parameters
    ----------
    X : array_like, shape (n, d)
        The design matrix, n at least 2.
    t : array_like, shape (n,)
        The targets.
    penalty
        The factor λ of :func:`ridge`, at least 0; 0 is minimum-norm least
        squares.  The fit to the others minimizes their squared errors plus
        :math:`n\lambda\|w\|^2`, with the n of the whole sample.

    Returns
    -------
    ndarray, shape (n,)
        :math:`t_i - x_i^Tw_{(i)}`, where :math:`w_{(i)}` is fitted to all
        samples but the i-th.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above, or if the penalty is 0 and a sample
        is alone in determining some direction of w, so that the formula
        divides zero by zero.

    Notes
    -----
    With :math:`X = U\Sigma V^T`, U square, and the shares
    :math:`q_j = n\lambda/(\sigma_j^2 + n\lambda)` that the fit leaves of
    each direction of t, the error is
    :math:`(Uqu)_i/(UqU^T)_{ii}`, :math:`u = U^Tt`.  For λ = 0 and rank below
    n the shares are 0 and 1, and this is the residual divided by
    :math:`1 - h_{ii}`, h the diagonal of the hat matrix (Allen, 1974); for
    rank n the limit is the same with :math:`q_j = 1/\sigma_j^2`.

    Examples
    --------
    Each target less the mean of the other two:

    >>> leave_one_out([[1], [1], [1]], [0, 3, 9]).round(12)
    array([-6. , -1.5,  7.5])
    """
    X, t = as_problem(X, as_array(t, "t", ndim=1))
    n = len(X)
    if n < 2:
        raise ValueError("X must have at least 2 rows to leave one out, got 1")
    penalty = as_real(penalty, "penalty")
    if penalty < 0:
        raise ValueError(f"penalty must be at least 0, got {penalty}")
    # U is square either way; a full V is not needed.
    U, S, _ = np.linalg.svd(X, full_matrices=X.shape[1] < n)
    sigma = np.zeros(n)
    sigma[: len(S)] = S
    rank = np.linalg.matrix_rank(X)
    if penalty > 0:
        # Written so that σ² cannot overflow.
        with np.errstate(over="ignore"):
            q = 1 / (1 + sigma * (sigma / (n * penalty)))
    elif rank == n:
        q = (sigma[-1] / sigma) ** 2
    else:
        q = (np.arange(n) >= rank).astype(np.float64)
        # What the fit leaves of each sample; entries of U are off by a few
        # roundings.
        lengths = np.linalg.norm(U[:, rank:], axis=1)
        if lengths.min() < 10 * n * np.finfo(np.float64).eps:
            raise ValueError(
                f"without sample {int(lengths.argmin())} the rank of X falls "
                f"from {rank} to {rank - 1}; give a penalty above 0"
            )
    left: NDArray[np.float64] = U**2 @ q
    with np.errstate(all="ignore"):
        return without_overflow((U * q) @ (U.T @ t) / left)
