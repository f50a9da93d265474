"""Time the solvers of byhand.regression side by side."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from byhand.regression import (
    METHODS,
    design_matrix,
    exact_least_squares,
    fit_polynomial,
    grid_loss,
    least_squares,
    published_sample,
    simulate_excess_risk,
)
from timing import medians, report


def main() -> None:
    """Print the tables."""
    x, t = published_sample()
    for degree in (10, 200):
        X = design_matrix(x, degree)
        seconds = medians(
            {
                "numpy.linalg.lstsq": lambda X=X: np.linalg.lstsq(X, t),
                **{
                    method: lambda X=X, method=method: least_squares(
                        X, t, method=method
                    )
                    for method in METHODS
                },
                "exact, 60 digits": lambda X=X: exact_least_squares(
                    X, t, digits=60
                ),
                "exact, rational": lambda X=X: exact_least_squares(X, t),
            },
            rounds=5,
        )
        report(
            f"Coefficients, 14 points, degree {degree}",
            seconds,
            "numpy.linalg.lstsq",
        )

    def exact_loss(degree: int, digits: int) -> object:
        return grid_loss(
            fit_polynomial(x, t, degree, method="exact", digits=digits)
        )

    report(
        "Test loss on 1000 points",
        medians(
            {
                "svd, degree 200": lambda: grid_loss(
                    fit_polynomial(x, t, 200)
                ),
                "exact, degree 20, 60 digits": lambda: exact_loss(20, 60),
                "exact, degree 200, 60 digits": lambda: exact_loss(200, 60),
                "exact, degree 200, 120 digits": lambda: exact_loss(200, 120),
            },
            rounds=5,
        ),
        "svd, degree 200",
    )

    points = [Fraction(v) for v in x]
    report(
        "Exact design matrix and coefficients, degree 13",
        medians(
            {
                "60 digits": lambda: fit_polynomial(x, t, 13, method="exact"),
                "rational": lambda: exact_least_squares(
                    design_matrix(points, 13), t
                ),
            },
            rounds=5,
        ),
        "60 digits",
    )

    report(
        "Simulated risk, n = 40, 3000 draws",
        medians(
            {
                f"d = {d}": lambda d=d: simulate_excess_risk(
                    40, d, 3000, rng=np.random.default_rng(0)
                )
                for d in (20, 40, 80, 200)
            },
            rounds=5,
        ),
        "d = 20",
    )


if __name__ == "__main__":
    main()
