"""The derivatives of ReLU and of the sigmoid, as the page writes them.

The functions themselves are `byhand.tape.relu` and `byhand.tape.sigmoid`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_numbers, as_real
from byhand.tape import sigmoid


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

    Examples
    --------
    >>> relu_derivative([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    >>> relu_derivative([-1.0, 0.0, 2.0], at_zero=1)
    array([0., 1., 1.])
    """
    z = as_array(z, "z")
    return np.heaviside(z, as_convention(at_zero, "at_zero"))


def as_convention(value: float, name: str) -> float:
    """Return the ReLU's derivative at 0, if it is between 0 and 1."""
    at_zero = as_real(value, name)
    if not 0 <= at_zero <= 1:
        raise ValueError(f"{name} must be between 0 and 1, got {at_zero}")
    return at_zero


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

    Examples
    --------
    >>> sigmoid_derivative([-1000.0, 0.0, 1000.0])
    array([0.  , 0.25, 0.  ])
    """
    z = as_numbers(z, "z")
    slope: NDArray[Any] = sigmoid(z) * sigmoid(-z)
    return slope
