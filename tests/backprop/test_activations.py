import mpmath
import numpy as np
import pytest
from byhand.backprop import (
    complex_step,
    relu_derivative,
    sigmoid_derivative,
)
from byhand.tape import relu, sigmoid, softplus
from hypothesis import given
from hypothesis import strategies as st

reals = st.floats(-1000, 1000)

EXACT = {
    sigmoid: lambda z: 1 / (1 + mpmath.exp(-z)),
    sigmoid_derivative: lambda z: mpmath.exp(-z) / (1 + mpmath.exp(-z)) ** 2,
    softplus: lambda z: mpmath.log(1 + mpmath.exp(z)),
}


def name(function):
    return getattr(function, "__name__", str(function))


@pytest.mark.parametrize("function", EXACT, ids=name)
@given(z=reals)
def test_every_digit_is_right_up_to_a_thousand(function, z):
    with mpmath.workdps(500):
        exact = float(EXACT[function](mpmath.mpf(z)))
    assert np.isclose(float(function(z)), exact, rtol=1e-14, atol=1e-307)


@pytest.mark.parametrize("function", EXACT, ids=name)
def test_the_largest_floats_give_no_warning(function):
    big = np.finfo(float).max
    assert np.all(np.isfinite(function([-big, big])))


@given(z=reals)
def test_softplus_has_the_sigmoid_as_derivative(z):
    assert np.isclose(
        complex_step(softplus, z), sigmoid(z), rtol=1e-13, atol=1e-280
    )


@given(z=reals)
def test_the_sigmoid_has_its_derivative(z):
    assert np.isclose(
        complex_step(sigmoid, z),
        sigmoid_derivative(z),
        rtol=1e-13,
        atol=1e-280,
    )


def test_derivative_keeps_digits_that_one_minus_sigmoid_loses():
    s = sigmoid(40.0)
    assert s * (1 - s) == 0
    assert np.isclose(sigmoid_derivative(40.0), np.exp(-40), rtol=1e-14)


def test_relu_and_its_conventions():
    z = np.array([[-2.0, -0.0], [0.0, 3.0]])
    assert np.array_equal(relu(z), [[0, 0], [0, 3]])
    assert np.array_equal(relu_derivative(z), [[0, 0], [0, 1]])
    for at_zero in (0, 0.5, 1):
        assert np.array_equal(
            relu_derivative(z, at_zero=at_zero), [[0, at_zero], [at_zero, 1]]
        )


def test_the_complex_step_passes_relu_away_from_its_kink():
    assert complex_step(relu, 2.0) == 1
    assert complex_step(relu, -2.0) == 0
    assert complex_step(relu, 0.0) == 0


@pytest.mark.parametrize("function", [relu_derivative, sigmoid_derivative])
@pytest.mark.parametrize("bad", [np.nan, [1.0, np.inf], []])
def test_bad_values_are_refused(function, bad):
    with pytest.raises(ValueError, match="z must"):
        function(bad)


def test_bad_types_and_conventions_are_refused():
    with pytest.raises(TypeError, match="z must hold real numbers"):
        sigmoid_derivative("half")
    with pytest.raises(TypeError, match="real numbers, got an array of comp"):
        relu_derivative(1j)
    with pytest.raises(ValueError, match="imaginary part of z must be finite"):
        sigmoid_derivative(complex(0, np.nan))
    with pytest.raises(ValueError, match="at_zero must be between 0 and 1"):
        relu_derivative(0.0, at_zero=2)
