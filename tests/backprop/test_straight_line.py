import numpy as np
import pytest
from byhand.backprop import (
    Parameters,
    backward,
    forward,
    straight_line,
    value_and_gradient,
)
from hypothesis import given
from hypothesis import strategies as st


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
    J, gradient = value_and_gradient(parameters, X, t)
    assert np.isclose(J, values.J, rtol=1e-12, atol=1e-12)
    wanted = {**bars.of_parameters(), "x": bars.x_bar}
    assert list(gradient) == list(wanted)
    for name, bar in wanted.items():
        assert gradient[name].shape == bar.shape
        assert np.allclose(gradient[name], bar, rtol=1e-10, atol=1e-10), name


def test_the_arguments_are_left_alone():
    parameters = Parameters.random(3, 4, 2, rng=0)
    X, t = np.ones((5, 3)), np.zeros(5, int)
    value_and_gradient(parameters, X, t)
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
    J, gradient = value_and_gradient(parameters, [[2.0]], [0])
    assert pytest.approx(np.log(2)) == J
    assert all(
        np.all(gradient[name] == 0) for name in gradient if name != "b3"
    )


def test_bad_input_is_refused():
    parameters = Parameters.random(3, 4, 2, rng=0)
    with pytest.raises(ValueError, match=r"write x\[None\] for one sample"):
        value_and_gradient(parameters, np.ones(3), 0)
    with pytest.raises(ValueError, match="x must be finite"):
        value_and_gradient(parameters, [[1.0, np.inf, 0.0]], [0])
    with pytest.raises(ValueError, match="one class a sample"):
        value_and_gradient(parameters, np.ones((2, 3)), [0])
    with pytest.raises(TypeError, match="real numbers, got complex"):
        value_and_gradient(parameters, np.ones((2, 3)) * 1j, [0, 1])
    with pytest.raises(ValueError, match="J overflows float64"):
        value_and_gradient(parameters, np.full((1, 3), 1e308), [0])
