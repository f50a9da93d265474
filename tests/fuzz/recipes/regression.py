"""Right calls of byhand.regression."""

import numpy as np
from byhand.regression import PolynomialFit, fit_polynomial

from tests.fuzz.engine import call, recipe

PART = "byhand.regression"
RESULTS: set[str] = set()
X = [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]
T = [1.0, 2.0, 4.0]
POINTS = [0.1, 0.5, 0.9]

RECIPES = {
    "PolynomialFit": recipe(
        lambda: call(np.array([1.0, 2.0]), "chebyshev", (-1.0, 1.0), None)
    ),
    "PolynomialFit.__call__": recipe(
        lambda: call(fit_polynomial(POINTS, T, 2), POINTS),
        lambda: call(fit_polynomial(POINTS, T, 2, method="exact"), POINTS),
        lambda: call(
            PolynomialFit(np.array([1.0, 2.0]), "monomial", (0, 1), None), T
        ),
        says={"x": "points"},
    ),
    "conjugate_gradients": recipe(
        lambda: call(X, T, 2),
        lambda: call(X, T, 2, start=[1.0, 1.0]),
        says={"start": "X"},
    ),
    "descent_limit": recipe(
        lambda: call(X, T),
        lambda: call(X, T, start=[1.0, 1.0]),
        says={"start": "X"},  # one of them is too large
    ),
    "descent_rates": recipe(
        lambda: call(X, 0.01), says={"learning_rate": "X"}
    ),
    "design_matrix": recipe(
        lambda: call(POINTS, 3, basis="legendre", domain=(0, 1)),
        lambda: call(POINTS, 3, digits=30),
        says={"x": "points"},
    ),
    "draw_sample": recipe(lambda: call(5, rng=0, noise=0.1)),
    "exact_least_squares": recipe(
        lambda: call(X, T), lambda: call(X, T, digits=20), share=0.1
    ),
    "excess_risk": recipe(lambda: call(10, 4, signal=1.0, noise=1.0)),
    "fit_polynomial": recipe(
        lambda: call(POINTS, T, 2, basis="monomial", domain=(0, 1)),
        lambda: call(POINTS, T, 2, method="exact", digits=30),
        says={"x": "points"},
    ),
    "gradient_descent": recipe(
        lambda: call(X, T, 0.01, 5),
        lambda: call(X, T, 9.0, 5, start=[1.0, 1.0], allow_divergence=True),
        says={
            "start": "descent",
            "t": "descent",
            "X": "descent",
            "learning_rate": "descent",
        },
    ),
    "grid_loss": recipe(
        lambda: call(lambda x: 0 * x, points=20),
        lambda: call(fit_polynomial(POINTS, T, 2), points=20),
        says={"predict": "predictions"},
    ),
    "learning_rate_bound": recipe(lambda: call(X)),
    "least_squares": recipe(
        lambda: call(X, T, method="qr"),
        lambda: call(X, T, method="svd", rtol=0.01),
        lambda: call(X, T, method="inverse"),
        lambda: call([[1.0, 2.0, 4.0]], [3.0], method="inverse"),
    ),
    "leave_one_out": recipe(lambda: call(X, T, penalty=0.5)),
    "momentum_descent": recipe(
        lambda: call(X, T, 0.01, 0.5, 5),
        lambda: call(X, T, 0.01, 0.5, 5, start=[1.0, 1.0]),
        says={"start": "X"},
    ),
    "published_sample": recipe(call, share=0.01),
    "ridge": recipe(lambda: call(X, T, 0.5), lambda: call(X, [T, T, T], 0.0)),
    "simulate_excess_risk": recipe(
        lambda: call(8, 3, 4, rng=0, signal=1.0, noise=1.0)
    ),
    "smoother_matrix": recipe(
        lambda: call(POINTS, [0.2], 2, basis="legendre", domain=(0, 1)),
        lambda: call(POINTS, [0.2], 4, method="exact", digits=20),
        says={"x": "points", "z": "points"},
        share=0.3,
    ),
    "target": recipe(lambda: call(POINTS)),
}
