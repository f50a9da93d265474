"""Two ways back through the softmax and the cross-entropy.

The gradients take one vector of K logits, or a batch as the rows of a (B, K)
matrix.  The loss of a batch is the **sum** of its samples' losses.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_classes, as_vectors
from byhand.tape import softmax


def cross_entropy_gradient(y: ArrayLike, t: ArrayLike) -> NDArray[Any]:
    """Return y_bar = y' - e_t, the fused gradient of the cross-entropy.

    Parameters
    ----------
    y
        Logits, shape (K,) or (B, K), real or complex.
    t
        The class, an integer from 0 to K - 1; for a batch, shape (B,).

    Returns
    -------
    numpy.ndarray
        The gradient with respect to ``y``, of its shape.

    Examples
    --------
    >>> cross_entropy_gradient([1000.0, -1000.0], 1)
    array([ 1., -1.])
    """
    y = as_vectors(y, "y")
    y_bar: NDArray[Any] = softmax(y)
    y_bar[_at(y, t)] -= 1
    return y_bar


def cross_entropy_gradient_unfused(
    y: ArrayLike, t: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Go back through the logarithm first, then through the softmax.

    y'_bar is -1 / y'_t in place t and 0 elsewhere; then
    y_bar = (diag(y') - y' y'^T) y'_bar.  In exact arithmetic that is
    y' - e_t.  In float64 it needs 1 / y'_t, hence a class whose probability
    has not underflowed.

    Parameters
    ----------
    y
        Real logits, shape (K,) or (B, K).
    t
        The class, an integer from 0 to K - 1; for a batch, shape (B,).

    Returns
    -------
    y_prime_bar, y_bar : numpy.ndarray
        The gradients with respect to the probabilities and the logits.

    Raises
    ------
    ValueError
        If some y'_t is below the smallest normal number, 2.2e-308.

    Examples
    --------
    >>> y_prime_bar, y_bar = cross_entropy_gradient_unfused([0.0, 0.0], 1)
    >>> y_prime_bar, y_bar
    (array([ 0., -2.]), array([ 0.5, -0.5]))
    """
    y = as_vectors(y, "y", real=True)
    at = _at(y, t)
    y_prime = softmax(y)
    if np.any(y_prime[at] < np.finfo(float).tiny):
        raise ValueError(
            "the unfused gradient needs 1/y'_t, and y'_t has underflowed to "
            f"{y_prime[at].min():.0e}; use the fused form y' - e_t, "
            "cross_entropy_gradient(y, t)"
        )
    y_prime_bar = np.zeros_like(y_prime)
    y_prime_bar[at] = -1 / y_prime[at]
    mean = (y_prime * y_prime_bar).sum(axis=-1, keepdims=True)
    return y_prime_bar, y_prime * (y_prime_bar - mean)


def softmax_jacobian(y_prime: ArrayLike) -> NDArray[np.float64]:
    """Return diag(y') - y' y'^T, the Jacobian of the softmax.

    Parameters
    ----------
    y_prime
        The *values* y' = softmax(y), shape (K,): they are all it needs.

    Returns
    -------
    numpy.ndarray
        Shape (K, K), symmetric; each row sums to 0.

    Examples
    --------
    >>> softmax_jacobian([0.5, 0.5])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    y_prime = as_array(y_prime, "y_prime", ndim=1)
    if np.any(y_prime < 0) or abs(y_prime.sum() - 1) > 1e-9:
        raise ValueError(
            "y_prime must hold probabilities that sum to 1; pass softmax(y), "
            "not y"
        )
    return np.diag(y_prime) - np.outer(y_prime, y_prime)


def _at(y: NDArray[Any], t: ArrayLike) -> tuple[Any, ...]:
    """Return the index that picks entry t of each row."""
    t = as_classes(t, "t", classes=y.shape[-1], shape=y.shape[:-1])
    return (t,) if y.ndim == 1 else (np.arange(len(y)), t)
