"""What each target contributes to each prediction of a polynomial fit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_integer, one_of
from byhand.regression._arithmetic import arithmetic
from byhand.regression.bases import design_matrix
from byhand.regression.exact import exact_least_squares
from byhand.regression.solve import METHODS, least_squares


def smoother_matrix(
    x: ArrayLike,
    z: ArrayLike,
    degree: int,
    *,
    basis: str = "chebyshev",
    domain: tuple[float, float] = (-1, 1),
    method: str = "svd",
    digits: int = 60,
) -> NDArray[np.float64]:
    r"""Return the matrix S that maps targets at x to predictions at z.

    The minimum-norm polynomial fit is linear in its targets: its values at
    the points z are :math:`St` with :math:`S = ZX^{+}`, where X and Z are
    the design matrices at x and at z.  Independent noise of variance
    :math:`\sigma^2` in the targets puts :math:`\sigma^2\|S_j\|^2` into the
    variance of the prediction at the point :math:`z_j`; the mean of
    :math:`\|S_j\|^2` over the points is the noise gain of the fit.

    Parameters
    ----------
    x : array_like, shape (n,)
        The points of the sample.
    z : array_like, shape (m,)
        The points of the predictions.
    degree, basis, domain
        As in :func:`design_matrix`.
    method, digits
        As in :func:`fit_polynomial`.

    Returns
    -------
    ndarray, shape (m, n)

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above, or as :func:`least_squares` and
        :func:`exact_least_squares` do.

    Notes
    -----
    At z = x this is the hat matrix (Buja, Hastie and Tibshirani, 1989, call
    such a map a linear smoother).

    Examples
    --------
    The straight line through two points, seen from halfway and from twice
    as far:

    >>> S = smoother_matrix([0.0, 1.0], [0.5, 2.0], 1)
    >>> S.round(12)
    array([[ 0.5,  0.5],
           [-1. ,  2. ]])
    >>> round(float((S**2).sum(axis=1).mean()), 12)
    2.75
    """
    one_of(method, "method", (*METHODS, "exact"))
    exact = method == "exact"
    working = as_integer(digits, "digits") if exact else None
    X, Z = (
        design_matrix(
            as_array(points, name, ndim=1),
            degree,
            basis=basis,
            domain=domain,
            digits=working,
        )
        for points, name in ((x, "x"), (z, "z"))
    )
    identity = np.eye(len(X))
    if not exact:
        product: NDArray[Any] = Z @ least_squares(X, identity, method=method)
        return product
    with arithmetic(working):
        product = Z @ exact_least_squares(X, identity, digits=working)
    return product.astype(np.float64)
