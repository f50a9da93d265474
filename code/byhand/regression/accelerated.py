"""Descent that remembers: momentum, and conjugate gradients."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_real
from byhand.regression.descent import (
    as_state,
    as_steps,
    gradient_at,
    learning_rate_bound,
)
from byhand.regression.solve import without_overflow


def momentum_descent(
    X: ArrayLike,
    t: ArrayLike,
    learning_rate: float,
    momentum: float,
    steps: int,
    *,
    start: ArrayLike | None = None,
) -> NDArray[np.float64]:
    r"""Return the whole path of descent with momentum on (1/n)‖Xw − t‖².

    A step is the gradient step plus ``momentum`` times the step before:
    :math:`w_{k+1} = w_k - \eta\nabla L(w_k) + \beta(w_k - w_{k-1})`, with
    :math:`w_{-1} = w_0`.

    Parameters
    ----------
    X : array_like, shape (n, d)
        The design matrix, of any rank.
    t : array_like, shape (n,)
        The targets.
    learning_rate
        The step size η, above 0 and below 1 + β times
        :func:`learning_rate_bound`; at or beyond, some start diverges.
    momentum
        The factor β, at least 0 and below 1; 0 is gradient descent.
    steps
        The number of steps, at least 0.
    start : array_like, shape (d,), optional
        Where the path begins; by default the origin.

    Returns
    -------
    ndarray, shape (steps + 1, d)
        Row k is the point after k steps.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.

    Notes
    -----
    The method is that of Polyak (1964), also called the heavy ball.  Let X
    have full column rank and :math:`\kappa = \sigma_1/\sigma_d`.  With
    :math:`\eta = 2n/(\sigma_1 + \sigma_d)^2` and
    :math:`\sqrt\beta = (\kappa - 1)/(\kappa + 1)` the error in each singular
    direction is at most :math:`(2k + 1)\,\beta^{k/2}` times what it was.

    Examples
    --------
    >>> momentum_descent([[1, 1]], [3], 0.125, 0.5, 2)
    array([[0.  , 0.  ],
           [0.75, 0.75],
           [1.5 , 1.5 ]])
    """
    X, t, w = as_state(X, t, start)
    steps = as_steps(steps, X)
    eta = as_real(learning_rate, "learning_rate")
    beta = as_real(momentum, "momentum")
    if not 0 <= beta < 1:
        raise ValueError(
            f"momentum must be at least 0 and below 1, got {beta:.6g}"
        )
    bound = (1 + beta) * learning_rate_bound(X)
    if not 0 < eta < bound:
        raise ValueError(
            "learning_rate must lie between 0 and (1 + momentum) n/σ_max(X)² "
            f"= {bound:.6g}, got {eta:.6g}"
        )
    path = np.empty((steps + 1, len(w)))
    path[0] = w
    step = np.zeros_like(w)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            step = beta * step - eta * gradient_at(X, t, path[k])
            path[k + 1] = path[k] + step
    return without_overflow(path)


def conjugate_gradients(
    X: ArrayLike,
    t: ArrayLike,
    steps: int,
    *,
    start: ArrayLike | None = None,
) -> NDArray[np.float64]:
    r"""Return the path of conjugate gradients on (1/n)‖Xw − t‖².

    In exact arithmetic the k-th point is the minimizer of the loss among all
    points that k steps along gradients could reach from the start, and the
    last one is reached after as many steps as X has distinct nonzero
    singular values, or fewer.

    Parameters
    ----------
    X : array_like, shape (n, d)
        The design matrix, of any rank.
    t : array_like, shape (n,)
        The targets.
    steps
        The number of steps, at least 0.
    start : array_like, shape (d,), optional
        Where the path begins; by default the origin.

    Returns
    -------
    ndarray, shape (steps + 1, d)
        Row k is the point after k steps.  Once the gradient is exactly zero
        the path stays where it is.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.

    Notes
    -----
    The normal equations are solved without forming :math:`X^TX`: a step
    takes one product with X and one with its transpose (Hestenes and
    Stiefel, 1952).  LSQR (Paige and Saunders, 1982) takes the
    same steps in exact arithmetic and rounds more carefully.

    Examples
    --------
    >>> conjugate_gradients([[2, 0], [0, 1]], [2, 1], 2).round(4)
    array([[0.    , 0.    ],
           [1.0462, 0.2615],
           [1.    , 1.    ]])
    """
    X, t, w = as_state(X, t, start)
    steps = as_steps(steps, X)
    path = np.empty((steps + 1, len(w)))
    path[0] = w
    with np.errstate(all="ignore"):
        residual = t - X @ w
        descent = X.T @ residual
        direction, size = descent, _square(descent)
        for k in range(steps):
            if size == 0:
                path[k:] = path[k]
                break
            image = X @ direction
            length = np.divide(size, _square(image))
            path[k + 1] = path[k] + length * direction
            residual = residual - length * image
            descent = X.T @ residual
            size, before = _square(descent), size
            direction = descent + size / before * direction
    return without_overflow(path)


def _square(v: NDArray[np.float64]) -> float:
    # Rounded once: conjugate gradients magnify the rounding of these sums,
    # which a BLAS adds up in another order on every machine.
    squares = without_overflow(v * v)
    try:
        return math.fsum(squares)
    except OverflowError:
        return float(squares.sum())
