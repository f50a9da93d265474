"""Least squares with few and with many parameters.

Design matrices, the minimum-norm solution in floating point and in exact
arithmetic, gradient descent and its limit, the risk of isotropic Gaussian
data, and the published experiment that the chapter examines.  Arrays that
are not finite, not real or of another shape raise TypeError or ValueError,
which says what came and what was wanted; so does an answer that overflows.
"""

from byhand.regression.accelerated import (
    conjugate_gradients,
    momentum_descent,
)
from byhand.regression.bases import BASES, design_matrix
from byhand.regression.data import (
    PUBLISHED_TABLE,
    draw_sample,
    grid_loss,
    published_sample,
    target,
)
from byhand.regression.descent import (
    descent_limit,
    descent_rates,
    gradient_descent,
    learning_rate_bound,
)
from byhand.regression.exact import exact_least_squares
from byhand.regression.polynomial import PolynomialFit, fit_polynomial
from byhand.regression.risk import excess_risk, simulate_excess_risk
from byhand.regression.smoother import smoother_matrix
from byhand.regression.solve import METHODS, least_squares, ridge
from byhand.regression.validation import leave_one_out

__all__ = [
    "BASES",
    "METHODS",
    "PUBLISHED_TABLE",
    "PolynomialFit",
    "conjugate_gradients",
    "descent_limit",
    "descent_rates",
    "design_matrix",
    "draw_sample",
    "exact_least_squares",
    "excess_risk",
    "fit_polynomial",
    "gradient_descent",
    "grid_loss",
    "learning_rate_bound",
    "least_squares",
    "leave_one_out",
    "momentum_descent",
    "published_sample",
    "ridge",
    "simulate_excess_risk",
    "smoother_matrix",
    "target",
]
