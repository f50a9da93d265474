"""Leaving one out by formula and one by one."""

import numpy as np
import pytest
from byhand.regression import (
    design_matrix,
    least_squares,
    leave_one_out,
    published_sample,
    ridge,
)

SHAPES = [(6, 3), (5, 4), (4, 4), (4, 5), (3, 9), (2, 1)]


def one_by_one(X, t, penalty):
    n = len(X)
    errors = []
    for i in range(n):
        rest = np.arange(n) != i
        # ridge divides by the number of its samples, one fewer.
        w = ridge(X[rest], t[rest], penalty * n / (n - 1))
        errors.append(t[i] - X[i] @ w)
    return np.array(errors)


@pytest.mark.parametrize(("n", "d"), SHAPES)
@pytest.mark.parametrize("penalty", [0, 1e-3, 2.0])
def test_the_formula_is_what_it_says(n, d, penalty):
    rng = np.random.default_rng(n * d)
    X, t = rng.normal(size=(n, d)), rng.normal(size=n)
    found = leave_one_out(X, t, penalty=penalty)
    assert np.allclose(found, one_by_one(X, t, penalty), atol=1e-9)


def test_deficient_rank():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(6, 2)) @ rng.normal(size=(2, 4))
    t = rng.normal(size=6)
    assert np.allclose(leave_one_out(X, t), one_by_one(X, t, 0), atol=1e-9)


@pytest.mark.parametrize("degree", [4, 9, 40])
def test_on_the_published_sample(degree):
    x, t = published_sample()
    X = design_matrix(x, degree, domain=(0, 1))
    expected = one_by_one(X, t, 0)
    assert np.allclose(leave_one_out(X, t), expected, rtol=1e-4)


def test_a_direction_that_one_sample_determines():
    X, t = [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], [1.0, 2.0, 3.0]
    with pytest.raises(
        ValueError,
        match="without sample 2 the rank of X falls from 2 to 1; give a pena",
    ):
        leave_one_out(X, t)
    with pytest.raises(ValueError, match=r"sample 0 the rank .* 2 to 1;"):
        leave_one_out(X[::-1], t)
    small = leave_one_out(X, t, penalty=1e-9)
    assert np.allclose(small, [-1, 1, 3], atol=1e-6)
    # The formula holds for any penalty, however small.
    smallest = leave_one_out(X, t, penalty=1e-40)
    assert np.allclose(smallest, [-1, 1, 3], atol=1e-9)


@pytest.mark.parametrize("n", [4, 6, 10, 20])
def test_a_direction_that_one_sample_determines_is_seen_through_rounding(n):
    for seed in range(20):
        rng = np.random.default_rng([n, seed])
        # All samples but one lie in a plane.
        X = rng.normal(size=(n, 2)) @ rng.normal(size=(2, 4))
        alone = int(rng.integers(n))
        X[alone] = rng.normal(size=4)
        with pytest.raises(
            ValueError,
            match=f"without sample {alone} the rank of X falls from 3 to 2",
        ):
            leave_one_out(X, rng.normal(size=n))


@pytest.mark.parametrize("delta", [1e-4, 1e-8, 1e-11])
def test_a_sample_that_is_all_but_alone_is_left_out(delta):
    X, t = [[1, delta], [1, 0], [0, 1]], [1.0, 2.0, 3.0]
    # Without the last sample the line goes through the other two.
    found = leave_one_out(X, t)[2]
    assert found == pytest.approx(3 + 1 / delta, rel=1e-3)


def test_as_many_directions_as_samples_have_no_limit():
    # Of each sample alone nothing is known but zero.
    X = np.diag([1.0, 1e-15])
    assert np.linalg.matrix_rank(X) == 2
    assert np.allclose(leave_one_out(X, [1.0, 2.0]), [1, 2], rtol=1e-9)


def test_no_columns_that_matter():
    assert (leave_one_out([[0.0], [0.0]], [1.0, 2.0]) == [1, 2]).all()


def test_the_mean_of_the_others():
    found = leave_one_out(np.ones((4, 1)), [0.0, 0.0, 0.0, 4.0])
    least = least_squares(np.ones((3, 1)), [0.0, 0.0, 4.0])[0]
    assert np.allclose(found, [-least, -least, -least, 4])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: leave_one_out([[1]], [1]), ValueError, "at least 2 rows"),
        (lambda: leave_one_out([[1], [2]], [1, 2], penalty=-1), ValueError,
         "penalty must be at least 0, got -1"),
        (lambda: leave_one_out([[1], [2]], [1]), ValueError, "t must have"),
        (lambda: leave_one_out([[1], [2]], [1, 2], penalty="a"), TypeError,
         "penalty must be a real number"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
