"""A polynomial fitted to a sample, in floats or with chosen digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_integer, one_of
from byhand.regression._arithmetic import (
    MOST_DIGITS,
    arithmetic,
    as_digits,
    as_exact,
)
from byhand.regression.bases import BASES, as_domain, design_matrix
from byhand.regression.exact import exact_least_squares
from byhand.regression.solve import METHODS, least_squares


@dataclass(frozen=True, eq=False)
class PolynomialFit:
    """A fitted polynomial, which is called like a function.

    :func:`fit_polynomial` makes it.

    Attributes
    ----------
    coefficients : ndarray, shape (degree + 1,)
        One for each basis polynomial: floats, or Decimals if ``digits`` is
        given.
    basis, domain
        As in :func:`design_matrix`.
    digits
        None for float64, or the number of decimal digits that every
        operation is rounded to.
    """

    coefficients: NDArray[Any]
    basis: str
    domain: tuple[float, float]
    digits: int | None

    def __post_init__(self) -> None:
        digits = as_digits(self.digits)
        w: NDArray[Any]
        if digits is None:
            w = as_array(self.coefficients, "coefficients", ndim=1)
        else:
            with arithmetic(digits):
                w = as_exact(
                    self.coefficients, "coefficients", ndim=1, digits=digits
                )
        object.__setattr__(self, "coefficients", w)
        one_of(self.basis, "basis", BASES)
        as_domain(self.domain)

    @property
    def degree(self) -> int:
        """The largest degree in the basis."""
        return len(self.coefficients) - 1

    def __call__(self, x: ArrayLike) -> NDArray[Any]:
        """Return the values at the points ``x``, shape (m,).

        They are Decimals if the coefficients are.
        """
        X = design_matrix(
            x,
            self.degree,
            basis=self.basis,
            domain=self.domain,
            digits=self.digits,
        )
        with arithmetic(self.digits), np.errstate(all="ignore"):
            try:
                values: NDArray[Any] = X @ self.coefficients
            except OverflowError:  # a Fraction times a float
                values = np.array([np.inf])
        if values.dtype != object and not np.isfinite(values).all():
            raise ValueError("the polynomial overflows float64 at the points")
        return values


def fit_polynomial(
    x: ArrayLike,
    t: ArrayLike,
    degree: int,
    *,
    basis: str = "chebyshev",
    domain: tuple[float, float] = (-1, 1),
    method: str = "svd",
    digits: int = 60,
) -> PolynomialFit:
    """Fit a polynomial by least squares, of least norm if there are many.

    Parameters
    ----------
    x, t : array_like, shape (n,)
        Points and targets.
    degree
        The degree of the polynomial, which has ``degree + 1`` coefficients.
    basis, domain
        The basis whose coefficients have the least norm, as in
        :func:`design_matrix`.  If there are more coefficients than points,
        another basis gives another polynomial.
    method
        A method of :func:`least_squares`, or ``"exact"`` for multi-precision
        arithmetic.
    digits
        For ``"exact"``: how many decimal digits every operation is rounded
        to.  The answer has fewer, by twice the digits of the design matrix's
        condition number: 60 leave more than 30 on the published sample, in
        all three bases and for every degree from 0 to 200.

    Returns
    -------
    PolynomialFit

    Examples
    --------
    >>> line = fit_polynomial([0.0, 1.0, 2.0], [1.0, 3.0, 5.0], 1)
    >>> line([10.0]).round(9)
    array([21.])
    >>> third = fit_polynomial([0, 3], [0, 1], 1, method="exact", digits=20)
    >>> print(round(third([1])[0], 15))
    0.333333333333333
    """
    one_of(method, "method", (*METHODS, "exact"))
    exact = method == "exact"
    digits = as_integer(digits, "digits", minimum=1, maximum=MOST_DIGITS)
    working = digits if exact else None
    X = design_matrix(x, degree, basis=basis, domain=domain, digits=working)
    if exact:
        w: NDArray[Any] = exact_least_squares(
            X, as_exact(t, "t", ndim=1, digits=working), digits=working
        )
    else:
        w = least_squares(X, as_array(t, "t", ndim=1), method=method)
    a, b = domain
    return PolynomialFit(w, basis, (a, b), working)
