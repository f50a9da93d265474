"""Gradient descent on the mean squared error, and where it ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_flag, as_integer, as_real, shown
from byhand.regression.solve import as_problem, least_squares, without_overflow

# Of a path: a gigabyte.
_MOST_ENTRIES = 10**8


def learning_rate_bound(X: ArrayLike) -> float:
    r"""Return :math:`n/\sigma_{\max}(X)^2`.

    Descent on the mean squared error converges from every start if the
    learning rate lies strictly between 0 and this bound.

    Parameters
    ----------
    X : array_like, shape (n, d)

    Returns
    -------
    float
        Infinity if X is zero.

    Examples
    --------
    >>> round(learning_rate_bound([[1, 1]]), 12)
    0.5
    """
    X = as_array(X, "X", ndim=2)
    with np.errstate(divide="ignore", over="ignore"):
        return float(len(X) / np.linalg.norm(X, 2) ** 2)


def descent_rates(X: ArrayLike, learning_rate: float) -> NDArray[np.float64]:
    r"""Return by what each singular direction's error is multiplied a step.

    Parameters
    ----------
    X : array_like, shape (n, d)
    learning_rate
        The step size η > 0; it may exceed :func:`learning_rate_bound`, and
        then some rate is below −1.

    Returns
    -------
    ndarray, shape (d,)
        :math:`1 - 2\eta\sigma_i^2/n` for the singular values from the
        largest down, the i-th in the direction of the i-th right singular
        vector; 1 in the d − n directions that no row of X sees, if d > n.

    Notes
    -----
    With :math:`v_i` the right singular vectors and :math:`w_\infty` the
    limit (:func:`descent_limit`), the rates :math:`\rho_i` give every step
    in closed form: :math:`v_i^T(w_k - w_\infty)
    = \rho_i^k\,v_i^T(w_0 - w_\infty)`.

    Examples
    --------
    >>> descent_rates([[1, 1]], 0.125).round(12)
    array([0.5, 1. ])
    """
    X = as_array(X, "X", ndim=2)
    eta = _as_learning_rate(learning_rate)
    rates = np.ones(X.shape[1])
    S = np.linalg.svd(X, compute_uv=False)
    with np.errstate(over="ignore"):
        rates[: len(S)] -= 2 * eta * S**2 / len(X)
    return without_overflow(rates)


def gradient_descent(
    X: ArrayLike,
    t: ArrayLike,
    learning_rate: float,
    steps: int,
    *,
    start: ArrayLike | None = None,
    allow_divergence: bool = False,
) -> NDArray[np.float64]:
    """Return the whole path of gradient descent on (1/n)‖Xw − t‖².

    Parameters
    ----------
    X : array_like, shape (n, d)
        The design matrix, of any rank.
    t : array_like, shape (n,)
        The targets.
    learning_rate
        The step size, above 0 and below :func:`learning_rate_bound`.
    steps
        The number of steps, at least 0.
    start : array_like, shape (d,), optional
        Where the path begins; by default the origin.
    allow_divergence
        Whether to accept a learning rate at or beyond the bound.

    Returns
    -------
    ndarray, shape (steps + 1, d)
        Row k is the point after k steps.

    Raises
    ------
    OverflowError
        If divergence is allowed and leaves the range of float64.

    Examples
    --------
    >>> gradient_descent([[1, 1]], [3], 0.125, 3)
    array([[0.    , 0.    ],
           [0.75  , 0.75  ],
           [1.125 , 1.125 ],
           [1.3125, 1.3125]])
    """
    X, t, w = as_state(X, t, start)
    steps = as_steps(steps, X)
    allow_divergence = as_flag(allow_divergence, "allow_divergence")
    eta = _as_learning_rate(learning_rate)
    bound = learning_rate_bound(X)
    if eta >= bound and not allow_divergence:
        raise ValueError(
            f"learning_rate must be below n/σ_max(X)² = {bound:.6g} for "
            f"descent to converge, got {eta:.6g}; pass allow_divergence=True "
            "to see it fail"
        )
    path = np.empty((steps + 1, X.shape[1]))
    path[0] = w
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            path[k + 1] = path[k] - eta * gradient_at(X, t, path[k])
    if not np.isfinite(path[-1]).all():
        k = int(np.argmin(np.isfinite(path).all(axis=1)))
        raise OverflowError(
            f"descent left the range of float64 at step {k}; take fewer "
            "steps or a smaller learning rate"
        )
    return path


def descent_limit(
    X: ArrayLike, t: ArrayLike, *, start: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return where gradient descent ends: X⁺t + (I − X⁺X) start.

    The step never leaves the row space of X, so the part of the start that
    is orthogonal to it stays; within the row space the minimizer is unique.

    Parameters
    ----------
    X : array_like, shape (n, d)
        The design matrix, of any rank.
    t : array_like, shape (n,)
        The targets.
    start : array_like, shape (d,), optional
        Where the descent begins; by default the origin, from which the
        limit is the minimum-norm least-squares solution.

    Returns
    -------
    ndarray, shape (d,)

    Examples
    --------
    >>> descent_limit([[1, 1]], [3], start=[2, 0]).round(12)
    array([2.5, 0.5])
    """
    X, t, w = as_state(X, t, start)
    # X⁺t + w − X⁺Xw in one solution: the correction that the residual wants.
    with np.errstate(over="ignore", invalid="ignore"):
        residual = without_overflow(t - X @ w)
        return without_overflow(w + least_squares(X, residual))


def as_steps(value: int, X: NDArray[np.float64]) -> int:
    """Return a number of steps whose path can be held."""
    steps = as_integer(value, "steps", minimum=0)
    if (steps + 1) * X.shape[1] > _MOST_ENTRIES:
        raise ValueError(
            f"a path of {shown(steps)} steps has more than {_MOST_ENTRIES:,} "
            "entries; take fewer steps"
        )
    return steps


def as_state(
    X: ArrayLike, t: ArrayLike, start: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return X, t and the start of a path, by default the origin."""
    X, t = as_problem(X, as_array(t, "t", ndim=1))
    if start is None:
        return X, t, np.zeros(X.shape[1])
    w = as_array(start, "start", ndim=1)
    if len(w) != X.shape[1]:
        raise ValueError(
            "start must have one entry for each column of X: got shape "
            f"{w.shape} and X of shape {X.shape}"
        )
    return X, t, w


def _as_learning_rate(value: float) -> float:
    eta = as_real(value, "learning_rate")
    if eta <= 0:
        raise ValueError(f"learning_rate must be above 0, got {eta}")
    return eta


def gradient_at(
    X: NDArray[np.float64], t: NDArray[np.float64], w: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the gradient of (1/n)‖Xw − t‖² at w."""
    slope: NDArray[np.float64] = 2 / len(X) * (X.T @ (X @ w - t))
    return slope
