"""The hand-tuned network of the benchmarks computes what the page derives."""

import numpy as np
import pytest
from byhand.backprop import Parameters, backward, forward
from hypothesis import given
from hypothesis import strategies as st

from bench.straight_line import straight_line


@given(
    sizes=st.tuples(*[st.integers(1, 6)] * 4),
    seed=st.integers(0, 10**6),
    scale=st.sampled_from([1.0, 100.0]),
    skip=st.booleans(),
)
def test_it_computes_what_the_page_derives(sizes, seed, scale, skip):
    d, H, K, B = sizes
    rng = np.random.default_rng(seed)
    parameters = Parameters.random(d, H, K, rng=rng, skip=skip)
    X, t = scale * rng.normal(size=(B, d)), rng.integers(0, K, B)
    values = forward(parameters, X, t)
    bars = backward(parameters, values)
    with np.errstate(over="ignore"):  # exp(-z2), as its docstring says
        J, gradient = straight_line(X, t, **parameters.as_dict())
    assert np.isclose(J, values.J, rtol=1e-12, atol=1e-12)
    wanted = {**bars.of_parameters(), "x": bars.x_bar}
    assert list(gradient) == list(wanted)
    for name, bar in wanted.items():
        assert gradient[name].shape == bar.shape
        assert np.allclose(gradient[name], bar, rtol=1e-10, atol=1e-10), name


def test_the_arguments_are_left_alone():
    parameters = Parameters.random(3, 4, 2, rng=0)
    X, t = np.ones((5, 3)), np.zeros(5, int)
    straight_line(X, t, **parameters.as_dict())
    assert np.array_equal(X, np.ones((5, 3)))
    assert np.array_equal(t, np.zeros(5))


def test_a_gate_of_minus_a_thousand_is_shut():
    parameters = Parameters(
        W1=[[1.0]],
        b1=[1.0],
        W2=[[0.0]],
        b2=[-1000.0],
        W3=[[5.0], [0.0]],
        b3=[0.0, 0.0],
    )
    X, t = np.array([[2.0]]), np.array([0])
    with np.errstate(over="ignore"):
        J, gradient = straight_line(X, t, **parameters.as_dict())
    assert pytest.approx(np.log(2)) == J
    assert all(
        np.all(gradient[name] == 0) for name in gradient if name != "b3"
    )
