import math

import numpy as np
import pytest
from byhand.regression import (
    descent_limit,
    descent_rates,
    gradient_descent,
    learning_rate_bound,
    least_squares,
)
from hypothesis import given, settings
from hypothesis import strategies as st

SHAPES = [(7, 3), (4, 4), (3, 7), (1, 2)]


def problem(n, d, seed=0):
    rng = np.random.default_rng([seed, n, d])
    return rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d)


def loss(X, t, w):
    return np.mean((X @ w - t) ** 2)


def gradient(X, t, w):
    """Return central differences of the loss, exact for a quadratic."""
    return np.array(
        [(loss(X, t, w + e) - loss(X, t, w - e)) / 2 for e in np.eye(len(w))]
    )


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_path_takes_steps_against_the_gradient(n, d):
    X, t, w = problem(n, d)
    eta = 0.4 * learning_rate_bound(X)
    path = gradient_descent(X, t, eta, 5, start=w)
    assert path.shape == (6, d)
    assert (path[0] == w).all()
    for k in range(5):
        step = path[k + 1] - path[k]
        assert np.allclose(step, -eta * gradient(X, t, path[k]))
    losses = [loss(X, t, w) for w in path]
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_descent_ends_at_the_closed_form(n, d):
    X, t, w = problem(n, d)
    eta = 0.5 * learning_rate_bound(X)
    rates = descent_rates(X, eta)
    slowest = max(rate for rate in rates if rate < 1 - 1e-9)
    steps = math.ceil(math.log(1e-10) / math.log(max(slowest, 0.1)))
    for start in (None, w):
        path = gradient_descent(X, t, eta, steps, start=start)
        limit = descent_limit(X, t, start=start)
        assert np.allclose(path[-1], limit, atol=1e-7)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10**6))
@settings(max_examples=50)
def test_limit_is_the_nearest_minimizer(n, d, seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(-1, 2, size=(n, d)).astype(float)
    t, w = rng.normal(size=n), rng.normal(size=d)
    limit = descent_limit(X, t, start=w)
    projector = np.eye(d) - np.linalg.pinv(X) @ X
    assert np.allclose(limit, least_squares(X, t) + projector @ w)
    assert np.allclose(gradient(X, t, limit), 0, atol=1e-9)
    assert np.allclose(projector @ (limit - w), 0, atol=1e-9)


def test_limit_from_zero_has_least_norm():
    X, t, _ = problem(3, 7)
    assert np.allclose(descent_limit(X, t), least_squares(X, t))


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_rates_give_every_step_in_closed_form(n, d):
    X, t, w = problem(n, d)
    eta = 0.9 * learning_rate_bound(X)
    rates = descent_rates(X, eta)
    assert rates.shape == (d,)
    V = np.linalg.svd(X).Vh.T
    limit = descent_limit(X, t, start=w)
    path = gradient_descent(X, t, eta, 6, start=w)
    for k, point in enumerate(path):
        closed = limit + V @ (rates**k * (V.T @ (w - limit)))
        assert np.allclose(point, closed)


def test_rates_of_unseen_directions_are_one():
    assert np.allclose(descent_rates(np.zeros((2, 3)), 1), 1)
    rates = descent_rates([[3.0, 4.0, 0.0]], 0.01)
    assert np.allclose(rates, [0.5, 1, 1])


def test_the_bound_is_sharp():
    X, t, w = problem(5, 3)
    bound = learning_rate_bound(X)
    assert bound == pytest.approx(5 / np.linalg.eigvalsh(X.T @ X)[-1])
    assert min(descent_rates(X, bound)) == pytest.approx(-1)
    limit = descent_limit(X, t)

    def distance(eta):
        path = gradient_descent(X, t, eta, 400, start=w, allow_divergence=True)
        return np.linalg.norm(path[-1] - limit) / np.linalg.norm(w - limit)

    assert distance(0.95 * bound) < 1e-3
    assert distance(1.05 * bound) > 1e3


def test_a_zero_matrix_has_no_bound_and_goes_nowhere():
    X = np.zeros((2, 2))
    assert learning_rate_bound(X) == math.inf
    path = gradient_descent(X, [1, 2], 1e6, 3, start=[1, 2])
    assert (path == [1, 2]).all()
    assert (descent_limit(X, [1, 2], start=[1, 2]) == [1, 2]).all()


def test_no_steps_give_the_start():
    assert gradient_descent([[1.0, 1]], [3], 0.1, 0).tolist() == [[0, 0]]


@pytest.mark.parametrize("eta", [0.5000001, 0.7, 1e9])
def test_too_large_a_learning_rate_is_refused(eta):
    with pytest.raises(
        ValueError, match=r"below n/σ_max\(X\)² = 0.5 .*allow_divergence"
    ):
        gradient_descent([[1, 1]], [3], eta, 5)


def test_the_bound_itself_is_refused():
    with pytest.raises(ValueError, match="learning_rate must be below"):
        gradient_descent([[2.0]], [3], 0.25, 5)
    path = gradient_descent([[2.0]], [3], 0.25, 4, allow_divergence=True)
    assert path.ravel().tolist() == [0, 3, 0, 3, 0]


def test_divergence_that_overflows_is_an_error():
    with pytest.raises(OverflowError, match="float64 at step 241;"):
        gradient_descent([[1]], [3], 10, 400, allow_divergence=True)


@pytest.mark.parametrize("eta", [0, -0.1])
def test_a_learning_rate_that_is_not_positive_is_refused(eta):
    for call in (
        lambda: gradient_descent([[1]], [3], eta, 5, allow_divergence=True),
        lambda: descent_rates([[1]], eta),
    ):
        with pytest.raises(ValueError, match="learning_rate must be above 0"):
            call()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: descent_limit([[1]], [1, 2]),
            ValueError,
            "t must have one ent",
        ),
        (
            lambda: descent_limit([[1]], [[1]]),
            ValueError,
            "t must be a vector",
        ),
        (
            lambda: descent_limit([[1]], [1], start=[math.nan]),
            ValueError,
            "start must be fi",
        ),
        (lambda: descent_limit([], []), ValueError, "t must not be empty"),
        (
            lambda: gradient_descent([[1]], [1], 0.1, 10**30),
            ValueError,
            r"path of about 10\^30 steps has more than 100,000,000 entries",
        ),
        (
            lambda: gradient_descent([[1, 0]], [1], 0.1, 5 * 10**7),
            ValueError,
            r"path of 50000000 steps has more than 100,000,000 entries",
        ),
        (
            lambda: gradient_descent([[1, 0, 0]], [1], 0.1, 33_333_333),
            ValueError,
            r"path of 33333333 steps has more than 100,000,000 entries",
        ),
        (
            lambda: gradient_descent([[1]], [1], 9, 1, allow_divergence="no"),
            TypeError,
            "allow_divergence must be True or False, got 'no'",
        ),
        (
            lambda: gradient_descent([[1]], [1], 0.1, -1),
            ValueError,
            "steps must be at least 0, got -1",
        ),
        (
            lambda: gradient_descent([[1]], [1], 0.1, 1.0),
            TypeError,
            "steps must be an integer",
        ),
        (
            lambda: gradient_descent([[1]], [1], math.nan, 1),
            ValueError,
            "learning_rate must be finite",
        ),
        (
            lambda: gradient_descent([[1]], [1], "0.1", 1),
            TypeError,
            "learning_rate must be a real number",
        ),
        (
            lambda: gradient_descent([[1]], [1], 0.1, 1, start=[1, 2]),
            ValueError,
            r"start must have one entry for each column of X: got shape \(2,",
        ),
        (
            lambda: descent_limit([[1]], [1], start=[[1]]),
            ValueError,
            "start must be a vector",
        ),
        (lambda: learning_rate_bound([1]), ValueError, "X must be a matrix"),
        (lambda: descent_rates([1], 1), ValueError, "X must be a matrix"),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
