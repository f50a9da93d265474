"""The exercises of the page on least squares: right, varied and wrong."""

import math
import re

import numpy as np
import pytest
from byhand.checks.least_squares import (
    check_first_gradient,
    check_invertible,
    check_leverage,
    check_singular_design,
    check_solve_by_qr,
    check_two_minimizers,
    check_weighted_gradient,
)
from byhand.regression import exact_least_squares, least_squares
from numpy.linalg import qr
from sympy import Matrix

# --- warm-ups ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((-3, -3.25), "factor 2"),
        ((-24, -26), "mean over n = 4"),
        ((-12, -13), "What stands before it"),
        ((6, 6.5), "not t − Xw"),
        ((3, 3.25), "not t − Xw. And the square has a derivative"),
        ((24, 26), "not t − Xw. And the loss is a mean"),
        ((12, 13), "not t − Xw. And what stands before"),
        ((-18.5, -19), "gradient at w = 0"),
        ((-6, -3.25), "factor 2"),
        ((-6.5, -6), "First the four residuals"),
        (-6, "2 numbers"),
        ((-6, "x"), "2 numbers"),
        ((-6, math.nan), "2 numbers"),
    ],
)
def test_first_gradient_fails(answer, said, refused):
    text = refused(check_first_gradient, answer)
    assert said in " ".join(text.split())


DESIGNS = {
    "two scales": False,
    "two points": False,
    "three points": True,
    "wide": False,
}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("two scales", "Xv = 0 for v = (-32, -9/5, 1)"),
        ("two points", "Xv = 0 for v = (-1, 0, 1)"),
        ("three points", "the 3 columns are independent"),
        ("wide", "Xv = 0 for v = (0, 0, 1)"),
    ],
)
def test_a_wrong_verdict_on_a_design_is_refuted(key, said, refused):
    text = refused(check_invertible, DESIGNS | {key: not DESIGNS[key]})
    assert said in " ".join(text.split())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (((3, 0), (3, 0)), "Add a v with Xv = 0"),
        (((4, 0), (0, 1)), "Write the normal equations down"),
        (((2, 0), (0, 1)), "nearest to 1, 2 and 6"),
        (((3, 0), (1, 1.001)), "solution of the normal equations"),
        ((3, 0), "pair of pairs"),
        (((3, 0), (1, math.inf)), "two points of two finite"),
    ],
)
def test_two_minimizers_fail(answer, said, refused):
    assert said in " ".join(refused(check_two_minimizers, answer).split())


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("egacb", "a trace of 2"),
        ("ed", "rank 2 and not 4"),
        ("eh", "−8/25"),
        ("eag", "One square of a sum"),
        ("fcage", "it needs a line before it"),
        ("ega", "Which of the lines is the claim"),
    ],
)
def test_a_wrong_proof_of_the_leverage_fails(order, said, refused):
    assert said in " ".join(refused(check_leverage, order).split())


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
        (lambda X, t, a, w: weighted_by_formula(X, t, a, w) / 2, "factor 2"),
        (
            lambda X, t, a, w: 2 / len(t) * X.T @ (a * (X @ w - t)),
            "by the sum of the a, not by n",
        ),
        (
            lambda X, t, a, w: 2 * X.T @ (a * (X @ w - t)),
            "divided by the sum of the a.",
        ),
        (
            lambda X, t, a, w: 2 / len(t) * X.T @ (X @ w - t),
            "the gradient without them",
        ),
        (
            lambda X, t, a, w: 2 / a.sum() * X.T @ (X @ w - t),
            "the residuals are to be weighted",
        ),
        (
            lambda X, t, a, w: 2 / a.sum() * X.T @ (a**2 * (X @ w - t)),
            "weighted once: a, not a²",
        ),
        (lambda X, t, a, w: -weighted_by_formula(X, t, a, w), "not t − Xw"),
        (lambda X, t, a, w: w, "written so many times"),
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
    text = " ".join(refused(check_weighted_gradient, answer).split())
    assert smallest in text


# --- least squares by QR ----------------------------------------------------


def by_householder(X, t):
    d = X.shape[1]
    for j in range(d):
        v = X[j:, j].copy()
        v[0] += math.copysign(math.sqrt(v @ v), v[0])
        v /= math.sqrt(v @ v)
        X[j:] -= 2 * np.outer(v, v @ X[j:])
        t[j:] -= 2 * v * (v @ t[j:])
    return back_substitution(X, t)


def back_substitution(R, c):
    w = np.zeros(R.shape[1])
    for i in reversed(range(len(w))):
        w[i] = (c[i] - R[i, i + 1 : len(w)] @ w[i + 1 :]) / R[i, i]
    return w


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
    return back_substitution(R, c).tolist()


def by_gram_schmidt_and_a_product(X, t):
    Q, R = gram_schmidt(X)
    return back_substitution(R, Q.T @ t)


def by_cholesky(X, t):
    G, c = X.T @ X, X.T @ t
    L = np.zeros_like(G)
    for i in range(len(G)):
        for j in range(i + 1):
            rest = G[i, j] - L[i, :j] @ L[j, :j]
            L[i, j] = math.sqrt(abs(rest)) if i == j else rest / L[j, j]
    y = back_substitution(L[::-1, ::-1], c[::-1])[::-1]
    return back_substitution(L.T, y)


def by_numpy(X, t):
    return np.linalg.lstsq(X, t)[0]


def by_package(X, t):
    return least_squares(X, t, method="qr")


def by_exact_solver(X, t):
    return exact_least_squares(X, t).astype(float)


def by_imported_name(X, t):
    Q, R = qr(X)
    return back_substitution(R, Q.T @ t)


def by_hidden_call(X, t):
    try:
        return np.linalg.pinv(X) @ t
    except RuntimeError:
        return by_householder(X, t)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (by_gram_schmidt_and_a_product, "nearly parallel"),
        (by_cholesky, "nearly parallel"),
        (lambda X, t: gram_schmidt(X)[0].T @ t, "X = [[2.]]"),
        (
            lambda X, t: back_substitution(
                gram_schmidt(X)[1].T, gram_schmidt(X)[0].T @ t
            ),
            "X = [[1., 1.],\n",
        ),
        (lambda X, t: by_householder(X, t)[:, None], "shape"),
        (by_numpy, "a call of the solver lstsq"),
        (by_package, "a call of the solver svd"),
        (by_exact_solver, "a call of the solver exact_least_squares"),
        (by_imported_name, "a call of the solver qr"),
        (
            lambda X, t: np.linalg.solve(X.T @ X, X.T @ t),
            "a call of the solver solve",
        ),
        (by_hidden_call, "a call of the solver pinv"),
    ],
)
def test_solve_by_qr_fails(answer, said, refused):
    assert said in refused(check_solve_by_qr, answer)


def test_the_input_shown_is_the_input_given(refused):
    def answer(X, t):
        X[:] = t[:] = 0
        return t[: X.shape[1]]

    assert "X = [[2.]]" in refused(check_solve_by_qr, answer)


def test_the_solvers_work_again_afterwards(refused):
    before = vars(np.linalg).copy()
    refused(check_solve_by_qr, by_imported_name)
    assert vars(np.linalg) == before
    assert qr(np.eye(2)).R.shape == (2, 2)


#: What is said of right answers, and the answers.
RIGHT = {
    check_first_gradient: ("2 numbers", [-6, -6.5]),
    check_invertible: ("4 verdicts", DESIGNS),
    check_two_minimizers: (
        "to 0",
        [[3, 0], [1, 1]],
        [[0, 1.5], [-5, 4]],
    ),
    check_leverage: ("5 lines", ["e", "g", "a", "c", "f"], "egacf"),
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
    check_solve_by_qr: (
        "50 problems",
        by_householder,
        by_gram_schmidt_with_t_as_a_column,
    ),
}
