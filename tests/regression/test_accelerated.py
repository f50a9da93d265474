"""Momentum and conjugate gradients against what they promise."""

import numpy as np
import pytest
from byhand.regression import (
    conjugate_gradients,
    descent_limit,
    gradient_descent,
    learning_rate_bound,
    momentum_descent,
)
from hypothesis import given
from hypothesis import strategies as st

SHAPES = [(6, 3), (4, 4), (3, 6), (1, 2)]


def problem(n, d, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d)


def best_pair(X):
    s = np.linalg.svd(X, compute_uv=False)
    root = (s[0] - s[-1]) / (s[0] + s[-1])
    return 2 * len(X) / (s[0] + s[-1]) ** 2, root**2


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_momentum_adds_a_share_of_the_step_before(n, d):
    X, t, w0 = problem(n, d)
    eta, beta = 0.7 * learning_rate_bound(X), 0.4
    path = momentum_descent(X, t, eta, beta, 9, start=w0)
    assert (path[0] == w0).all()
    before = w0
    for k in range(9):
        w = path[k]
        slope = 2 / n * X.T @ (X @ w - t)
        expected = w - eta * slope + beta * (w - before)
        assert np.allclose(path[k + 1], expected, atol=1e-12)
        before = w


def test_no_momentum_is_gradient_descent():
    X, t, w0 = problem(5, 3)
    eta = 0.5 * learning_rate_bound(X)
    with_zero = momentum_descent(X, t, eta, 0, 20, start=w0)
    plain = gradient_descent(X, t, eta, 20, start=w0)
    assert np.allclose(with_zero, plain, atol=1e-12)


@given(st.integers(0, 200))
def test_the_bound_on_momentum(seed):
    X, t, w0 = problem(7, 4, seed)
    V = np.linalg.svd(X, full_matrices=False).Vh.T
    eta, beta = best_pair(X)
    path = momentum_descent(X, t, eta, beta, 200, start=w0)
    error = np.abs((path - descent_limit(X, t)) @ V)
    k = np.arange(201)
    bound = ((2 * k + 1) * beta ** (k / 2))[:, np.newaxis] * error[0]
    assert (error <= bound + 1e-9 * (1 + error[0].max())).all()


def test_the_learning_rate_of_momentum_is_bounded_by_one_plus_beta():
    X, t = [[1.0]], [1.0]
    bound = 1.5 * learning_rate_bound(X)
    path = momentum_descent(X, t, 0.99 * bound, 0.5, 2000)
    assert abs(path[-1, 0] - 1) < 1e-6
    with pytest.raises(ValueError, match=r"between 0 and .* = 1.5, got 1.5"):
        momentum_descent(X, t, bound, 0.5, 1)
    with pytest.raises(ValueError, match=r"between 0 and .* = 1.5, got 1.6"):
        momentum_descent(X, t, 1.6, 0.5, 1)


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_conjugate_gradients_minimize_over_the_gradients_span(n, d):
    X, t, w0 = problem(n, d)
    path = conjugate_gradients(X, t, min(n, d), start=w0)
    for k in range(min(n, d) + 1):
        reach = [X.T @ (t - X @ w0)]
        for _ in range(k - 1):
            reach.append(X.T @ (X @ reach[-1]))
        span = np.linalg.qr(np.array(reach[:k]).T.reshape(d, k))[0]
        best = np.linalg.lstsq(X @ span, t - X @ w0, rcond=None)[0]
        assert np.allclose(X @ path[k], X @ (w0 + span @ best), atol=1e-7)


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_conjugate_gradients_end_where_descent_does(n, d):
    X, t, w0 = problem(n, d)
    end = conjugate_gradients(X, t, min(n, d), start=w0)[-1]
    assert np.allclose(end, descent_limit(X, t, start=w0), atol=1e-7)


def test_as_many_steps_as_distinct_singular_values():
    s = np.repeat([1.0, 3.0], 5)
    path = conjugate_gradients(np.diag(s), np.arange(10.0), 2)
    assert np.allclose(path[2], np.arange(10) / s, atol=1e-12)
    assert not np.allclose(path[1], path[2], atol=1e-3)


def test_at_a_minimizer_conjugate_gradients_stay():
    path = conjugate_gradients([[1, 1]], [2], 3, start=[1, 1])
    assert (path == 1).all()
    assert (conjugate_gradients([[0, 0]], [2], 3) == 0).all()


def test_a_sum_of_squares_beyond_float64_is_refused():
    # Each square fits, their sum does not.
    with pytest.raises(ValueError, match="overflows float64; scale X or t"):
        conjugate_gradients(np.eye(2), [1.2e154, 1.2e154], 2)
    path = conjugate_gradients(np.eye(2), [1.2e153, 1.2e153], 2)
    assert np.allclose(path[-1], 1.2e153)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: momentum_descent([[1]], [1], 0.1, 1, 2), ValueError,
         "momentum must be at least 0 and below 1, got 1"),
        (lambda: momentum_descent([[1]], [1], 0.1, -0.1, 2), ValueError,
         "momentum must be at least 0"),
        (lambda: momentum_descent([[1]], [1], 0, 0.5, 2), ValueError,
         "learning_rate must lie between 0 and"),
        (lambda: momentum_descent([[1]], [1], -0.1, 0.5, 2), ValueError,
         r"between 0 and .* = 1.5, got -0.1"),
        (lambda: momentum_descent([[1]], [1], 0.1, 0.5, -1), ValueError,
         "steps must be at least 0"),
        (lambda: momentum_descent([[1]], [1], 0.1, 0.5, 1, start=[1, 2]),
         ValueError, r"start must have one entry for each column of X"),
        (lambda: conjugate_gradients([[1]], [1], 1.0), TypeError,
         "steps must be an integer"),
        (lambda: conjugate_gradients([[1]], [1, 2], 1), ValueError,
         "t must have one entry"),
        (lambda: conjugate_gradients([[np.nan]], [1], 1), ValueError, "X"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
