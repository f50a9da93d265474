"""The exercises of the page on least squares: right, varied and wrong."""

import math
import re

import numpy as np
import pytest
from byhand.checks.least_squares import (
    check_singular_design,
    check_solve_by_qr,
    check_steps_needed,
    check_weighted_gradient,
)
from byhand.regression import (
    descent_rates,
    gradient_descent,
    learning_rate_bound,
    least_squares,
)
from sympy import Matrix

CHECKS = (
    check_singular_design,
    check_weighted_gradient,
    check_steps_needed,
    check_solve_by_qr,
)


# --- a singular XᵀX although d < n -----------------------------------------


def unit_columns_and_their_sum(n, d):
    X = np.eye(n, d, dtype=int)
    X[:, -1] = X[:, :-1].sum(axis=1)
    return X


def powers_of_few_points(n, d):
    # A Vandermonde matrix on d − 1 points, its rows repeated.
    return [[(i % (d - 1)) ** j for j in range(d)] for i in range(n)]


def differences(n, d):
    X = [[0] * d for _ in range(n)]
    for j in range(d):
        X[j % n][j] += 1
        X[(j + 1) % d][j] -= 1
    return Matrix(X)


def zero_column(n, d):
    X = unit_columns_and_their_sum(n, d)
    X[:, 1] = 0
    return X


def repeated_column(n, d):
    X = np.vander(np.arange(1, n + 1), d).astype(object)
    X[:, 1] = X[:, 0]
    return X


def one_column_too_few(n, d):
    return np.eye(n, d - 1, dtype=int)


def nearly_dependent(n, d):
    X = 10**9 * np.eye(n, d, dtype=int)
    X[:, -1] = X[:, :-1].sum(axis=1) // 10
    X[d - 1, -1] = 1
    return X


def rank_too_small(n, d):
    return [[1] * d for _ in range(n)]


def not_finite(n, d):
    return np.full((n, d), np.inf)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (np.eye, "with det XᵀX = 1\n"),
        (nearly_dependent, "with det XᵀX = "),
        (zero_column, r"with Xv = 0 for v = \(0, 1, 0\)"),
        (repeated_column, r"with Xv = 0 for v = \(-1, 1, 0\)"),
        (rank_too_small, "once column 1"),
        (one_column_too_few, "4 rows of 3 integers"),
        (not_finite, "inf in row 1, column 1"),
        (lambda n, d: np.eye(n, d) / 2, "0.5 in row 1, column 1"),
        (lambda n, d: [["1"] * d] * n, "'1' in row 1, column 1"),
        (lambda n, d: np.ones((d, n)), "4 rows of 3 integers"),
    ],
)
def test_singular_design_fails(answer, said, refused):
    text = refused(check_singular_design, answer)
    assert re.search(said, text), text
    assert "n = 4, d = 3" in text


def test_few_points_make_some_columns_dependent(refused):
    # The points 0 and 1 have equal squares and first powers.
    assert "Xv = 0" in refused(check_singular_design, powers_of_few_points)


def test_singular_design_beyond_the_first_size(refused):
    text = refused(
        check_singular_design,
        lambda n, d: (
            unit_columns_and_their_sum(n, d) if d == 3 else np.eye(n, d)
        ),
    )
    assert "n = 5, d = 4" in text


# --- the gradient of weighted least squares --------------------------------


def weighted_by_formula(X, t, a, w):
    return 2 / a.sum() * X.T @ (a * (X @ w - t))


def weighted_by_loop(X, t, a, w):
    g = [0.0] * len(w)
    for x, target, weight in zip(X, t, a, strict=True):
        r = sum(p * q for p, q in zip(x, w, strict=True)) - target
        g = [p + 2 * weight * r * q for p, q in zip(g, x, strict=True)]
    return [p / sum(a) for p in g]


def weighted_in_place(X, t, a, w):
    t -= X @ w
    X *= a[:, np.newaxis]
    return -2 * X.T @ t / a.sum()


@pytest.mark.parametrize(
    ("answer", "smallest"),
    [
        # no factor 2
        (lambda X, t, a, w: weighted_by_formula(X, t, a, w) / 2, "X = [[1.]]"),
        # 1/n for 1/Σa
        (lambda X, t, a, w: 2 / len(t) * X.T @ (a * (X @ w - t)), "a = [2.]"),
        # the weights forgotten
        (lambda X, t, a, w: 2 / len(t) * X.T @ (X @ w - t), "a = [1., 3.]"),
        # squared weights
        (
            lambda X, t, a, w: weighted_by_formula(X, t, a**2, w),
            "a = [1., 3.]",
        ),
        # the sign
        (lambda X, t, a, w: -weighted_by_formula(X, t, a, w), "X = [[1.]]"),
        # X for Xᵀ, where the shapes allow it
        (
            lambda X, t, a, w: (
                2 / a.sum() * X @ (a * (X @ w - t))
                if len(X) == len(w)
                else weighted_by_formula(X, t, a, w)
            ),
            "X = ",
        ),
        # a column
        (lambda X, t, a, w: weighted_by_formula(X, t, a, w)[:, None], "shape"),
    ],
)
def test_weighted_gradient_fails(answer, smallest, refused):
    assert smallest in refused(check_weighted_gradient, answer)


# --- the number of steps ----------------------------------------------------


def steps_by_logarithm(X, eta, factor):
    slowest = max(abs(1 - 2 * eta * s**2 / len(X)) for s in sigma(X))
    if slowest <= factor:
        return 1
    return math.ceil(math.log(factor) / math.log(slowest))


def steps_by_counting(X, eta, factor):
    rates = np.abs(descent_rates(X, eta))
    k, left = 0, np.ones_like(rates)
    while max(left) > factor:
        k, left = k + 1, left * rates
    return np.int64(k)


def steps_by_descent(X, eta, factor):
    # The path from each right singular vector to the minimizer 0.
    enough = steps_by_logarithm(X, eta, factor) + 2
    worst = 0
    for v in np.linalg.svd(X).Vh:
        path = gradient_descent(X, 0 * X[:, 0], eta, enough, start=v)
        worst = max(worst, int((np.abs(path @ v) > factor).sum()))
    return float(worst)


def sigma(X):
    return np.linalg.svd(X, compute_uv=False)


def with_rate(rate):
    def answer(X, eta, factor):
        slowest = rate(X, eta)
        if not 0 < slowest < 1 or slowest <= factor:
            return 1
        return math.ceil(math.log(factor) / math.log(slowest))

    return answer


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        # no factor 2
        (
            with_rate(
                lambda X, eta: max(abs(1 - eta * sigma(X) ** 2 / len(X)))
            ),
            "eta = 0.25",
        ),
        # no 1/n
        (
            with_rate(lambda X, eta: max(abs(1 - 2 * eta * sigma(X) ** 2))),
            "[1.],\n",
        ),
        # σ for σ²
        (
            with_rate(
                lambda X, eta: max(abs(1 - 2 * eta * sigma(X) / len(X)))
            ),
            "eta = 0.2\n",
        ),
        # only the smallest singular value
        (
            with_rate(
                lambda X, eta: abs(1 - 2 * eta * sigma(X)[-1] ** 2 / len(X))
            ),
            "eta = 0.21",
        ),
        # only the largest
        (
            with_rate(
                lambda X, eta: abs(1 - 2 * eta * sigma(X)[0] ** 2 / len(X))
            ),
            "singular direction 2 is still",
        ),
        # rounded down
        (
            lambda X, eta, factor: steps_by_logarithm(X, eta, factor) - 1,
            "0.125 of what it was",
        ),
        # one too many
        (
            lambda X, eta, factor: steps_by_logarithm(X, eta, factor) + 1,
            "5, but after step 4",
        ),
        (lambda X, eta, factor: 3.3, "an integer, 4"),
        (lambda X, eta, factor: "4", "an integer, 4"),
        (lambda X, eta, factor: True, "1, but after step 1"),
        (lambda X, eta, factor: [4, 4], "an integer, 4"),
    ],
)
def test_steps_needed_fails(answer, said, refused):
    assert said in refused(check_steps_needed, answer)


def test_every_problem_lies_below_the_bound():
    seen = []

    def answer(X, eta, factor):
        seen.append(eta / learning_rate_bound(X))
        return steps_by_logarithm(X, eta, factor)

    check_steps_needed(answer)
    assert 0 < min(seen) < 0.2
    assert 0.9 < max(seen) < 1


# --- least squares by QR ----------------------------------------------------


def by_householder(X, t):
    d = X.shape[1]
    for j in range(d):
        v = X[j:, j].copy()
        v[0] += math.copysign(math.sqrt(v @ v), v[0])
        v /= math.sqrt(v @ v)
        X[j:] -= 2 * np.outer(v, v @ X[j:])
        t[j:] -= 2 * v * (v @ t[j:])
    return np.linalg.solve(X[:d], t[:d])


def gram_schmidt(X):
    d = X.shape[1]
    Q, R = X.copy(), np.zeros((d, d))
    for j in range(d):
        for i in range(j):
            R[i, j] = Q[:, i] @ Q[:, j]
            Q[:, j] -= R[i, j] * Q[:, i]
        R[j, j] = math.sqrt(Q[:, j] @ Q[:, j])
        Q[:, j] /= R[j, j]
    return Q, R


def by_gram_schmidt_with_t_as_a_column(X, t):
    Q, R = gram_schmidt(X)
    c = []
    for q in Q.T:
        c.append(q @ t)
        t = t - c[-1] * q
    return np.linalg.solve(R, c).tolist()


def by_gram_schmidt_and_a_product(X, t):
    Q, R = gram_schmidt(X)
    return np.linalg.solve(R, Q.T @ t)


def by_normal_equations(X, t):
    return np.linalg.solve(X.T @ X, X.T @ t)


def by_numpy(X, t):
    return np.linalg.lstsq(X, t)[0]


def by_package(X, t):
    return least_squares(X, t, method="qr")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (by_gram_schmidt_and_a_product, "nearly parallel"),
        (by_normal_equations, "nearly parallel"),
        (
            lambda X, t: np.linalg.pinv(X.T @ X) @ (X.T @ t),
            "nearly parallel",
        ),
        (lambda X, t: gram_schmidt(X)[0].T @ t, "X = [[2.]]"),
        (
            lambda X, t: np.linalg.solve(
                gram_schmidt(X)[1].T, gram_schmidt(X)[0].T @ t
            ),
            "X = [[1., 1.],\n",
        ),
        (np.linalg.solve, "LinAlgError"),
        (lambda X, t: by_numpy(X, t)[:, None], "shape"),
    ],
)
def test_solve_by_qr_fails(answer, said, refused):
    assert said in refused(check_solve_by_qr, answer)


def test_the_input_shown_is_the_input_given(refused):
    def answer(X, t):
        X[:] = t[:] = 0
        return t[: X.shape[1]]

    assert "X = [[2.]]" in refused(check_solve_by_qr, answer)


#: What is said of right answers, and the answers.
RIGHT = {
    check_singular_design: (
        "8 sizes",
        unit_columns_and_their_sum,
        differences,
    ),
    check_weighted_gradient: (
        "60 problems",
        weighted_by_formula,
        weighted_by_loop,
        weighted_in_place,
    ),
    # The last one is descent itself.
    check_steps_needed: (
        "66 problems",
        steps_by_logarithm,
        steps_by_counting,
        steps_by_descent,
    ),
    check_solve_by_qr: (
        "50 problems",
        by_householder,
        by_gram_schmidt_with_t_as_a_column,
        by_numpy,
        by_package,
    ),
}
