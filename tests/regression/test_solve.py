import math

import numpy as np
import pytest
from byhand.regression import (
    METHODS,
    design_matrix,
    exact_least_squares,
    least_squares,
    ridge,
)
from hypothesis import given, settings
from hypothesis import strategies as st

SHAPES = [(7, 3), (5, 5), (3, 7), (1, 4), (4, 1), (1, 1)]


def problem(n, d, columns=None, seed=0):
    rng = np.random.default_rng([seed, n, d])
    return rng.normal(size=(n, d)), rng.normal(
        size=n if columns is None else (n, columns)
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("n", "d"), SHAPES)
@pytest.mark.parametrize("columns", [None, 1, 3])
def test_methods_agree_with_lapack(method, n, d, columns):
    X, t = problem(n, d, columns)
    w = least_squares(X, t, method=method)
    assert w.shape == (d, *t.shape[1:])
    witness = np.linalg.lstsq(X, t)[0]
    assert np.allclose(w, witness, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 10**6))
@settings(max_examples=40)
def test_methods_agree_with_exact_arithmetic(method, n, d, seed):
    X, t = problem(n, d, seed=seed)
    exact = exact_least_squares(X, t).astype(float)
    w = least_squares(X, t, method=method)
    # The longest w that a t of this length can have is ‖t‖/σ_min.  Against
    # it the error of QR and SVD has the condition number as its factor.  The
    # inverse of the Gram matrix, itself wrong by its squared condition
    # number, is multiplied by X once more.
    S = np.linalg.svd(X, compute_uv=False)
    factor = (S[0] / S[-1]) ** (3 if method == "inverse" else 1)
    longest = np.linalg.norm(t) / S[-1]
    assert np.linalg.norm(w - exact) <= 1e-14 * factor * longest


@given(
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(0, 10**6),
)
@settings(max_examples=100)
def test_svd_handles_every_rank(n, d, seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(-1, 2, size=(n, d))
    t = rng.integers(-3, 4, size=n)
    w = least_squares(X, t)
    exact = exact_least_squares(X, t).astype(float)
    assert np.allclose(w, exact, atol=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_solution_is_orthogonal_to_the_null_space(method):
    X, t = problem(3, 8)
    w = least_squares(X, t, method=method)
    null_space = np.linalg.svd(X).Vh[3:]
    assert np.allclose(X @ w, t)
    assert np.allclose(null_space @ w, 0)
    for shift in null_space:
        assert np.linalg.norm(w + shift) > np.linalg.norm(w)


@pytest.mark.parametrize("method", ["qr", "inverse"])
@pytest.mark.parametrize(
    ("X", "rank", "full"),
    [
        ([[1, 1], [1, 1]], 1, 2),
        ([[1, 2], [2, 4], [3, 6]], 1, 2),
        ([[1, 2, 3], [2, 4, 6]], 1, 2),
        ([[0.0, 0.0]], 0, 1),
        ([[1, 0], [0, 1e-17]], 1, 2),
    ],
)
def test_rank_deficiency_is_refused_with_the_rank(method, X, rank, full):
    message = (
        f"numerical rank {rank}, and method '{method}' needs full rank {full}"
    )
    with pytest.raises(ValueError, match=message):
        least_squares(X, np.ones(len(X)), method=method)


def test_the_inverse_of_a_gram_matrix_may_have_any_pivot_but_zero():
    for X in (np.eye(2), 2 * np.eye(3)[:2], np.eye(3)[:, :2]):
        t = np.arange(1.0, len(X) + 1)
        w = least_squares(X, t, method="inverse")
        assert np.allclose(w, np.linalg.lstsq(X, t)[0])
    X = 2 * np.array([[1, 1], [0, 1e-9]])
    with pytest.raises(ValueError, match="rounded, is singular although"):
        least_squares(X, [1, 1], method="inverse")


def test_svd_gives_the_pseudoinverse_solution_of_deficient_matrices():
    X = np.array([[1, 1, 0], [1, 1, 0], [2, 2, 0]])
    t = np.array([1.0, 2.0, 3.0])
    assert np.allclose(least_squares(X, t), np.linalg.pinv(X) @ t)
    with np.errstate(all="raise"):
        assert (least_squares(np.zeros((2, 3)), [1, 1]) == 0).all()


def test_rtol_decides_what_counts_as_zero():
    X = np.diag([1.0, 1e-3])
    assert np.allclose(least_squares(X, [1, 1]), [1, 1000])
    assert np.allclose(least_squares(X, [1, 1], rtol=0.01), [1, 0])
    # The share itself counts as zero.
    half = np.diag([2.0, 1.0])
    assert np.allclose(least_squares(half, [2, 1], rtol=0.5), [1, 0])
    assert np.allclose(least_squares(half, [2, 1], rtol=0.49), [1, 1])
    with pytest.raises(ValueError, match="numerical rank 1"):
        least_squares(X, [1, 1], method="qr", rtol=0.01)


def test_ill_conditioned_but_full_rank_is_solved_well_by_qr_and_svd():
    x = np.random.default_rng(3).uniform(0, 1, 14)
    X = design_matrix(x, 9)
    w = np.ones(10)
    t = X @ w
    assert 1e7 < np.linalg.cond(X) < 1e11
    errors = {
        method: np.abs(least_squares(X, t, method=method) - w).max()
        for method in METHODS
    }
    assert errors["svd"] < 1e-5
    assert errors["qr"] < 1e-5
    assert errors["inverse"] > 100 * max(errors["svd"], errors["qr"])


def test_singular_gram_matrix_of_a_full_rank_matrix_is_an_error():
    # The classical example (Läuchli, 1961): 1 + ε² rounds to 1.
    X = [[1, 1], [1e-9, 0], [0, 1e-9]]
    t = [2, 1e-9, 1e-9]
    for method in ("svd", "qr"):
        assert np.allclose(least_squares(X, t, method=method), [1, 1])
    with pytest.raises(ValueError, match="XᵀX, rounded, is singular"):
        least_squares(X, t, method="inverse")
    with pytest.raises(ValueError, match="XᵀX, rounded, is singular"):
        least_squares([[1, 1], [0, 1e-9]], [1, 1], method="inverse")
    with pytest.raises(ValueError, match="XXᵀ, rounded, is singular"):
        least_squares(np.transpose(X), [1, 1], method="inverse")


@pytest.mark.parametrize("shape", [(6, 3), (3, 6)])
def test_ridge_is_where_the_gradient_vanishes(shape):
    X, t = problem(*shape)
    n = len(X)
    for penalty in (1e-3, 0.5, 20):
        w = ridge(X, t, penalty)
        gradient = 2 / n * X.T @ (X @ w - t) + 2 * penalty * w
        assert np.allclose(gradient, 0, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_ridge_tends_to_the_minimum_norm_solution(shape):
    X, t = problem(*shape)
    limit = least_squares(X, t)
    distances = [
        np.linalg.norm(ridge(X, t, penalty) - limit)
        for penalty in (1e-2, 1e-4, 1e-6, 0)
    ]
    assert distances == sorted(distances, reverse=True)
    assert distances[-2] < 1e-3
    assert distances[-1] == 0


def test_ridge_of_a_deficient_matrix_and_of_a_tiny_penalty():
    X = np.array([[1.0, 1], [1, 1]])
    limit = least_squares(X, [1, 3])
    assert np.allclose(ridge(X, [1, 3], 1e-9), limit, atol=1e-7)
    assert np.allclose(ridge(X, [1, 3], 1e-300), limit, atol=1e-7)
    assert (ridge(np.zeros((2, 2)), [1, 3], 1) == 0).all()


def test_ridge_takes_several_columns():
    X, T = problem(4, 6, 3)
    W = ridge(X, T, 0.1)
    for k in range(3):
        assert np.allclose(W[:, k], ridge(X, T[:, k], 0.1))


@pytest.mark.parametrize(
    ("X", "t", "options", "error", "message"),
    [
        ([[1, 2]], [1, 2], {}, ValueError, r"t of shape \(2,\) and X of"),
        ([[1, 2]], 3, {}, ValueError, r"got t of shape \(\) and X"),
        ([[1, 2]], [[[1]]], {}, ValueError, r"got t of shape \(1, 1, 1\)"),
        ([1, 2], [1, 2], {}, ValueError, "X must be a matrix"),
        (np.empty((0, 2)), [], {}, ValueError, "X must not be empty"),
        (np.empty((2, 0)), [1, 2], {}, ValueError, "X must not be empty"),
        ([[1, math.nan]], [1], {}, ValueError, r"nan at X\[0, 1\]"),
        ([[1, 2]], [math.inf], {}, ValueError, r"inf at t\[0\]"),
        ([[1, 2]], ["1"], {}, TypeError, "t must hold real numbers"),
        ([[1j, 2]], [1], {}, TypeError, "X must hold real numbers"),
        (
            [[1, 2]],
            [1],
            {"method": "cholesky"},
            ValueError,
            "method must be one of 'svd', 'qr', 'inverse', got 'cholesky'",
        ),
        ([[1, 2]], [1], {"method": None}, TypeError, "method must be one of"),
        ([[1, 2]], [1], {"rtol": -1}, ValueError, "rtol must be at least 0"),
        ([[1, 2]], [1], {"rtol": 1}, ValueError, "below 1, got 1"),
        ([[1, 2]], [1], {"rtol": "x"}, TypeError, "rtol must be a real"),
        ([[1e-200]], [1e200], {}, ValueError, "overflows float64"),
        (
            [[1e200, 1]],
            [1],
            {"method": "inverse"},
            ValueError,
            "overflows float64",
        ),
    ],
)
def test_bad_input_is_named(X, t, options, error, message):
    with pytest.raises(error, match=message):
        least_squares(X, t, **options)


def test_bad_penalties_are_named():
    with pytest.raises(ValueError, match="penalty must be at least 0, got -1"):
        ridge([[1]], [1], -1)
    with pytest.raises(ValueError, match="penalty must be finite"):
        ridge([[1]], [1], math.nan)
    with pytest.raises(TypeError, match="penalty must be a real number"):
        ridge([[1]], [1], "1")
    with pytest.raises(ValueError, match="t must have one entry"):
        ridge([[1]], [1, 2], 1)
