"""Softmax and cross-entropy, and two ways back through them.

All functions take one vector of K logits, or a batch as the rows of a
(B, K) matrix.  The loss of a batch is the **sum** of its samples' losses.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand.backprop._arrays import as_classes, as_vectors


def softmax(y: ArrayLike) -> NDArray[Any]:
    """Return y' with y'_k = exp(y_k) / sum_j exp(y_j).

    Parameters
    ----------
    y
        Logits, shape (K,) or (B, K), real or complex.

    Returns
    -------
    numpy.ndarray
        The shape of ``y``; each row sums to 1.

    Raises
    ------
    TypeError, ValueError
        If ``y`` is not a finite vector or matrix.

    Examples
    --------
    >>> softmax([1000.0, 1000.0, -1000.0])
    array([0.5, 0.5, 0. ])
    """
    return np.exp(log_softmax(y))


def log_softmax(y: ArrayLike) -> NDArray[Any]:
    """Return the logarithm of the softmax without forming the softmax.

    The largest logit is subtracted first: that changes no softmax, and the
    exponentials then lie between 0 and 1.

    Parameters
    ----------
    y
        Logits, shape (K,) or (B, K), real or complex.

    Returns
    -------
    numpy.ndarray
        The shape of ``y``.

    Raises
    ------
    TypeError, ValueError
        If ``y`` is not a finite vector or matrix.

    Examples
    --------
    >>> log_softmax([1000.0, -1000.0])
    array([    0., -2000.])
    """
    y = as_vectors(y, "y")
    # Any shift cancels; complex numbers have no largest, their real parts do.
    shifted = y - y.real.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def cross_entropy(y: ArrayLike, t: ArrayLike) -> Any:
    """Return J = -log y'_t, summed over the batch.

    Parameters
    ----------
    y
        Logits, shape (K,) or (B, K), real or complex.
    t
        The class, an integer from 0 to K - 1; for a batch, shape (B,).

    Returns
    -------
    float or complex
        The loss.

    Raises
    ------
    TypeError, ValueError
        If ``y`` is not a finite vector or matrix, or ``t`` not a class a
        sample.

    Examples
    --------
    >>> cross_entropy([1000.0, -1000.0], 1)
    2000.0
    """
    y = as_vectors(y, "y")
    picked = log_softmax(y)[_at(y, t)]
    return -picked.sum().item()


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

    Raises
    ------
    TypeError, ValueError
        As `cross_entropy`.

    Examples
    --------
    >>> cross_entropy_gradient([1000.0, -1000.0], 1)
    array([ 1., -1.])
    """
    y = as_vectors(y, "y")
    y_bar = softmax(y)
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
    TypeError, ValueError
        As `cross_entropy`; and a ValueError if some y'_t is below the
        smallest normal number, 2.2e-308.

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
    return y_prime_bar, softmax_vjp(y_prime, y_prime_bar)


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

    Raises
    ------
    TypeError, ValueError
        If ``y_prime`` is not a vector of probabilities that sum to 1.

    Examples
    --------
    >>> softmax_jacobian([0.5, 0.5])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    y_prime = _as_probabilities(y_prime)
    if y_prime.ndim != 1:
        raise ValueError(
            f"y_prime must be a vector, got shape {y_prime.shape}"
        )
    return np.diag(y_prime) - np.outer(y_prime, y_prime)


def softmax_vjp(
    y_prime: ArrayLike, y_prime_bar: ArrayLike
) -> NDArray[np.float64]:
    """Return (diag(y') - y' y'^T) y'_bar without forming the matrix.

    Parameters
    ----------
    y_prime
        The values y' = softmax(y), shape (K,) or (B, K).
    y_prime_bar
        The gradient with respect to them, of the same shape.

    Returns
    -------
    numpy.ndarray
        The gradient with respect to y, of the same shape.

    Raises
    ------
    TypeError, ValueError
        If ``y_prime`` does not hold probabilities, or the shapes differ.

    Examples
    --------
    >>> softmax_vjp([0.5, 0.5], [1.0, 0.0])
    array([ 0.25, -0.25])
    """
    y_prime = _as_probabilities(y_prime)
    y_prime_bar = as_vectors(y_prime_bar, "y_prime_bar", real=True)
    if y_prime_bar.shape != y_prime.shape:
        raise ValueError(
            f"y_prime_bar must have the shape of y_prime, {y_prime.shape}, "
            f"got {y_prime_bar.shape}"
        )
    inner = (y_prime * y_prime_bar).sum(axis=-1, keepdims=True)
    return y_prime * (y_prime_bar - inner)


def _at(y: NDArray[Any], t: ArrayLike) -> tuple[Any, ...]:
    """Return the index that picks entry t of each row."""
    t = as_classes(t, "t", classes=y.shape[-1], shape=y.shape[:-1])
    return (t,) if y.ndim == 1 else (np.arange(len(y)), t)


def _as_probabilities(y_prime: ArrayLike) -> NDArray[np.float64]:
    y_prime = as_vectors(y_prime, "y_prime", real=True)
    if np.any(y_prime < 0) or np.any(abs(y_prime.sum(axis=-1) - 1) > 1e-9):
        raise ValueError(
            "y_prime must hold probabilities that sum to 1; pass softmax(y), "
            "not y"
        )
    return y_prime
