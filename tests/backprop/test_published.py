import numpy as np
import pytest
from byhand.backprop import (
    PUBLISHED_STEPS,
    Parameters,
    backward,
    compare_gradient,
    forward,
)
from hypothesis import assume, given
from hypothesis import strategies as st


def case(d, H, K, seed):
    rng = np.random.default_rng(seed)
    parameters = Parameters.random(d, H, K, rng=rng)
    values = forward(parameters, rng.normal(size=d), int(rng.integers(0, K)))
    return parameters, values, backward(parameters, values)


def both(name, *arguments):
    step = PUBLISHED_STEPS[name]
    return step.compute(*arguments), step.compute_correct(*arguments)


def test_the_steps_are_described():
    assert {n: s.kind for n, s in PUBLISHED_STEPS.items()} == {
        "y_prime_bar": "wrong",
        "g2_bar": "wrong",
        "z2_bar": "unstable",
        "z1_bar": "convention",
    }
    for name, step in PUBLISHED_STEPS.items():
        assert step.name == name
        assert step.published.startswith(name.replace("_prime", "'"))
        assert step.correct != step.published
        assert step.refuted_by
        assert "compute" not in repr(step)


@given(seed=st.integers(0, 10**6), K=st.integers(2, 4))
def test_y_prime_bar_is_refuted_by_numbers(seed, K):
    parameters, values, bars = case(3, 4, K, seed)
    got, right = both("y_prime_bar", parameters, values, bars)
    t = int(values.t)
    assert got[t] == -values.y[t]
    assert not np.delete(got, t).any()

    def loss(y_prime):
        return -np.log(y_prime[t])

    assert got.shape == right.shape
    assert compare_gradient(loss, right, values.y_prime, method="complex")
    # The two agree only if y_t y'_t = 1 by chance.
    assume(abs(values.y[t] * values.y_prime[t] - 1) > 1e-3)
    verdict = compare_gradient(loss, got, values.y_prime, method="complex")
    assert not verdict
    assert verdict.coordinate == f"y_prime[{t}]".replace("y_prime", "x")


@pytest.mark.parametrize("sizes", [(2, 3, 4), (3, 4, 2), (4, 4, 3)])
def test_g2_bar_does_not_even_multiply_if_k_differs_from_h(sizes):
    arguments = case(*sizes, seed=0)
    with pytest.raises(ValueError, match="mismatch"):
        PUBLISHED_STEPS["g2_bar"].compute(*arguments)


def test_g2_bar_has_the_wrong_shape_if_d_differs_from_h():
    got, right = both("g2_bar", *case(2, 3, 3, seed=0))
    assert got.shape == (2,)
    assert right.shape == (3,)


@given(seed=st.integers(0, 10**6), n=st.integers(2, 4))
def test_g2_bar_is_refuted_by_numbers_where_all_sizes_agree(seed, n):
    parameters, values, bars = case(n, n, n, seed)
    got, right = both("g2_bar", parameters, values, bars)
    assert got.shape == right.shape

    def loss(g2):
        y = parameters.W3 @ g2 + parameters.b3
        return np.log(np.sum(np.exp(y))) - y[values.t]

    assert compare_gradient(loss, right, values.g2, method="complex")
    assert not compare_gradient(loss, got, values.g2, method="complex")


def test_z2_bar_is_right_until_it_overflows():
    def at(z2):
        parameters = Parameters(
            W1=[[1.0]],
            b1=[0.0],
            W2=[[z2]],
            b2=[0.0],
            W3=[[1.0], [0.0]],
            b3=[0.0, 0.0],
        )
        values = forward(parameters, [1.0], 0)
        return both("z2_bar", parameters, values, backward(parameters, values))

    for z2 in (-350.0, -300.0, -1.0, 0.0, 5.0, 700.0):
        got, right = at(z2)
        assert np.allclose(got, right, rtol=1e-12, atol=0)
    assert at(-354.0)[0] < 0
    for z2 in (-356.0, -400.0, -709.0):
        got, right = at(z2)
        assert got == 0
        assert right < 0
    for z2 in (-711.0, -720.0):
        got, right = at(z2)
        assert np.isnan(got)
        assert np.isfinite(right)
    assert at(1000.0)[0] == 0


def test_z1_bar_differs_at_zero_only():
    arguments = case(3, 4, 2, seed=0)
    got, right = both("z1_bar", *arguments)
    assert np.array_equal(got, right)
    parameters = Parameters(
        np.ones((2, 1)),
        [0.0, 1.0],
        np.ones((2, 1)),
        [0.0, 0.0],
        [[1.0, 2.0], [0.0, 0.0]],
        [0.0, 0.0],
    )
    values = forward(parameters, [0.0], 0)
    bars = backward(parameters, values)
    got, right = both("z1_bar", parameters, values, bars)
    assert right[0] == 0
    assert got[0] == bars.h_bar[0] != 0
    assert got[1] == right[1]


def test_a_batch_works_too():
    parameters = Parameters.random(3, 3, 3, rng=0)
    X = np.random.default_rng(1).normal(size=(5, 3))
    values = forward(parameters, X, [0, 1, 2, 0, 1])
    bars = backward(parameters, values)
    for name in PUBLISHED_STEPS:
        got, right = both(name, parameters, values, bars)
        assert got.shape == right.shape == getattr(bars, name).shape
