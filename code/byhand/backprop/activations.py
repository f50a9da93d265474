"""ReLU, sigmoid and softplus, with their derivatives.

The smooth ones are finite and right for every float64, and analytic, so
that the complex step passes through them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_real
from byhand.backprop._arrays import as_numbers


def relu(z: ArrayLike) -> NDArray[Any]:
    """Return max(z, 0), entry by entry.

    Parameters
    ----------
    z
        Numbers of any shape.  A complex entry is kept if its real part is
        positive: away from the kink that is what the complex step needs.

    Returns
    -------
    numpy.ndarray
        The shape of ``z``.

    Raises
    ------
    TypeError, ValueError
        If ``z`` does not hold finite numbers.

    Examples
    --------
    >>> relu([-1.0, 0.0, 2.0])
    array([0., 0., 2.])
    """
    z = as_numbers(z, "z")
    return np.where(z.real > 0, z, 0)


def relu_derivative(
    z: ArrayLike, *, at_zero: float = 0.0
) -> NDArray[np.float64]:
    """Return 1 where z > 0, 0 where z < 0, and ``at_zero`` where z = 0.

    At 0 ReLU has no derivative, and every number from 0 to 1 is the slope
    of a supporting line.  This book takes 0, as most libraries do, so that
    the derivative is 1[z > 0].

    Parameters
    ----------
    z
        Real numbers of any shape.
    at_zero
        The convention for z = 0, from 0 to 1.

    Returns
    -------
    numpy.ndarray
        The shape of ``z``.

    Raises
    ------
    TypeError, ValueError
        If ``z`` does not hold finite real numbers, or ``at_zero`` is not
        between 0 and 1.

    Examples
    --------
    >>> relu_derivative([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    >>> relu_derivative([-1.0, 0.0, 2.0], at_zero=1)
    array([0., 1., 1.])
    """
    z = as_array(z, "z")
    at_zero = as_real(at_zero, "at_zero")
    if not 0 <= at_zero <= 1:
        raise ValueError(f"at_zero must be between 0 and 1, got {at_zero}")
    return np.heaviside(z, at_zero)


def sigmoid(z: ArrayLike) -> NDArray[Any]:
    """Return the logistic function 1 / (1 + exp(-z)), entry by entry.

    The exponential is taken of a number that is not positive, so nothing
    overflows, and small values keep all their digits.

    Parameters
    ----------
    z
        Numbers of any shape, real or complex.

    Returns
    -------
    numpy.ndarray
        The shape of ``z``.

    Raises
    ------
    TypeError, ValueError
        If ``z`` does not hold finite numbers.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = as_numbers(z, "z")
    positive = z.real >= 0
    e = np.exp(np.where(positive, -z, z))
    return np.where(positive, 1, e) / (1 + e)


def sigmoid_derivative(z: ArrayLike) -> NDArray[Any]:
    """Return sigmoid(z) sigmoid(-z), the derivative of the sigmoid.

    It equals sigmoid(z) (1 - sigmoid(z)) without the difference, which
    rounds to 0 for z > 37.

    Parameters
    ----------
    z
        Numbers of any shape, real or complex.

    Returns
    -------
    numpy.ndarray
        The shape of ``z``.

    Raises
    ------
    TypeError, ValueError
        If ``z`` does not hold finite numbers.

    Examples
    --------
    >>> sigmoid_derivative([-1000.0, 0.0, 1000.0])
    array([0.  , 0.25, 0.  ])
    """
    z = as_numbers(z, "z")
    return sigmoid(z) * sigmoid(-z)


def softplus(z: ArrayLike) -> NDArray[Any]:
    """Return log(1 + exp(z)), whose derivative is the sigmoid.

    Parameters
    ----------
    z
        Numbers of any shape, real or complex.

    Returns
    -------
    numpy.ndarray
        The shape of ``z``.

    Raises
    ------
    TypeError, ValueError
        If ``z`` does not hold finite numbers.

    Examples
    --------
    >>> softplus([-1000.0, 0.0, 1000.0]).round(4)
    array([0.000e+00, 6.931e-01, 1.000e+03])
    """
    z = as_numbers(z, "z")
    positive = z.real >= 0
    e = np.exp(np.where(positive, -z, z))
    return np.where(positive, z, 0) + np.log1p(e)
