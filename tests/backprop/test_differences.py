import math
from functools import partial
from types import MappingProxyType

import mpmath
import numpy as np
import pytest
from byhand.backprop import (
    DEFAULT_STEP,
    central_difference,
    complex_step,
    gradient_by,
    measured_error,
    optimal_step,
    predicted_error,
)
from hypothesis import given
from hypothesis import strategies as st

forward_difference = partial(gradient_by, method="forward")
SCHEMES = [forward_difference, central_difference, complex_step]
ACCURACY = {"forward": 1e-6, "central": 1e-9, "complex": 1e-14}


@pytest.mark.parametrize("method", ACCURACY)
@given(x=st.lists(st.floats(-3, 3), min_size=1, max_size=6))
def test_gradients_are_known(method, x):
    x = np.array(x)
    got = gradient_by(lambda x: np.sum(np.sin(x) * x), x, method=method)
    assert np.allclose(
        got, np.cos(x) * x + np.sin(x), rtol=0, atol=20 * ACCURACY[method]
    )


def test_the_form_and_the_shape_are_those_of_x():
    x = {"W": np.ones((2, 3)), "b": np.array([1.0, 2.0]), "c": 3.0}
    gradient = complex_step(
        lambda p: np.sum(p["W"] ** 2) + p["b"] @ p["b"] * p["c"], x
    )
    assert list(gradient) == ["W", "b", "c"]
    assert np.array_equal(gradient["W"], 2 * x["W"])
    assert np.array_equal(gradient["b"], [6, 12])
    assert gradient["c"] == 5
    for scheme in SCHEMES:
        assert isinstance(scheme(lambda x: x * x, 2.0), float)
        assert scheme(lambda x: np.sum(x * x), np.ones((2, 2))).shape == (2, 2)


def test_math_functions_and_lists_do():
    assert central_difference(math.exp, 0.0) == pytest.approx(1, abs=1e-9)
    assert forward_difference(lambda x: x[0], [1.0, 2.0])[0] == 1


def test_a_function_that_overwrites_its_argument_spoils_nothing():
    def f(x):
        x *= 2
        return np.sum(x)

    x = np.ones(3)
    for scheme in SCHEMES:
        assert np.allclose(scheme(f, x), 2)
        assert np.array_equal(x, np.ones(3))


def test_the_steps_are_the_ones_announced():
    seen = []

    def f(x):
        seen.append(x)
        return x * x

    forward_difference(f, 100.0)
    assert max(seen) - 100 == pytest.approx(100 * DEFAULT_STEP["forward"])
    seen.clear()
    central_difference(f, 0.5)
    assert sorted(seen) == pytest.approx(
        [0.5 - DEFAULT_STEP["central"], 0.5 + DEFAULT_STEP["central"]]
    )
    seen.clear()
    complex_step(f, 0.5, step=1e-30)
    assert seen == [complex(0.5, 1e-30)]


def test_the_quotient_divides_by_the_step_that_was_taken():
    # Near 1e10 floats are 1.9e-6 apart: the step taken is not 1e-5.
    taken = (1e10 + 1e-5) - 1e10
    assert abs(taken - 1e-5) > 1e-7
    assert forward_difference(lambda x: x, 1e10, step=1e-5) == 1
    assert central_difference(lambda x: x, 1e10, step=1e-5) == 1


def test_central_differences_are_exact_on_quadratics():
    # 3, 0.5 and the values are exact in binary, so nothing is rounded.
    assert central_difference(lambda x: x * x, 3.0, step=0.5) == 6
    assert forward_difference(lambda x: x * x, 3.0, step=0.5) == 6.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([1, 2], TypeError, "x must hold floats, got an array of int64"),
        (np.ones(2, np.float32), TypeError, "x must hold float64 .* float32"),
        ([True], TypeError, "x must hold floats, got an array of bool"),
        ([1j], TypeError, "x must hold float64 numbers, got .* complex128"),
        (["one"], TypeError, "x must hold float64 numbers"),
        ([np.nan, 1.0], ValueError, r"x must be finite, got nan at x\[0\]"),
        ({"b": [np.inf]}, ValueError, r"b must be finite, got inf at b\[0\]"),
        ([], ValueError, r"x must not be empty, got shape \(0,\)"),
        ({}, ValueError, "got an empty dictionary"),
        ([[1.0], [1.0, 2.0]], ValueError, "x must be a rectangular array"),
    ],
)
def test_bad_points_are_refused(scheme, x, error, message):
    with pytest.raises(error, match=message):
        scheme(lambda x: 0.0, x)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_bad_functions_are_refused(scheme):
    with pytest.raises(ValueError, match=r"one number, got shape \(1,\)"):
        scheme(lambda x: x[:1], [1.0, 2.0])
    with pytest.raises(TypeError, match="f must be a function, got 3"):
        scheme(3, [1.0])
    kind = "complex" if scheme is complex_step else "float"
    for value, name in ((1, "int"), (None, "NoneType"), (True, "bool")):
        with pytest.raises(
            TypeError, match=f"return a {kind}, got {value} of type {name}$"
        ):
            scheme(lambda x, value=value: value, [1.0])
    with pytest.raises(ValueError, match="f must be finite, got"):
        scheme(lambda x: x[0] * np.nan, [1.0])


def test_single_precision_is_refused():
    with pytest.raises(TypeError, match="double precision, got float32"):
        central_difference(lambda x: np.float32(x[0]), [1.0])
    with pytest.raises(TypeError, match="double precision, got complex64"):
        complex_step(lambda x: np.complex64(x[0]), [1.0])
    assert central_difference(np.longdouble, 1.0) == 1
    assert complex_step(np.clongdouble, 1.0) == 1


def test_a_function_that_fails_nearby_is_named_with_the_place():
    def f(x):
        return np.inf if x[1] > 2 else float(x[1])

    with pytest.raises(ValueError, match=r"got inf at x\[1\] \+ 6e-06|1e-05"):
        central_difference(f, [0.0, 2.0])


@pytest.mark.parametrize("step", [0.0, -1e-3, np.nan, np.inf])
def test_bad_steps_are_refused(step):
    with pytest.raises(ValueError, match="step must be"):
        central_difference(np.sin, 1.0, step=step)


def test_a_step_that_rounding_swallows_is_refused():
    for scheme in (forward_difference, central_difference):
        with pytest.raises(ValueError, match="too small to change x = 1e"):
            scheme(np.sin, 1e20, step=1.0)
    assert complex_step(lambda x: 2 * x, 1e20, step=1.0) == 2
    # Floats are half as far apart on the side of 0 of a power of 2.
    step = 0.3 * np.finfo(float).eps
    with pytest.raises(ValueError, match="too small to change x = 1;"):
        forward_difference(lambda x: x, 1.0, step=step)
    assert forward_difference(lambda x: x, -1.0, step=step) == 1
    for x in (-1.0, 1.0):
        with pytest.raises(ValueError, match=f"small to change x = {x:g};"):
            central_difference(lambda x: x, x, step=step)


@pytest.mark.parametrize(
    "f",
    [
        np.linalg.norm,
        lambda x: np.abs(x[0]),
        lambda x: x[0].real * 2.0,
        lambda x: np.sum(np.abs(x) ** 2),
    ],
)
def test_a_lost_imaginary_part_is_refused(f):
    with pytest.raises(TypeError, match="drops the imaginary part"):
        complex_step(f, [3.0, 4.0])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: math.exp(x[0]),
        lambda x: max(x[0], 0.0) if isinstance(x[0], float) else max(*x),
        lambda x: max(complex(x[0]), 0.0),
        lambda x: np.floor(x[0]),
    ],
)
def test_a_function_for_real_numbers_is_refused(f):
    with pytest.raises(TypeError, match="take central differences"):
        complex_step(f, [3.0])


def test_a_cast_that_drops_the_imaginary_part_is_refused():
    with pytest.raises(TypeError, match="casts a complex number to a real"):
        complex_step(lambda x: np.sum(x.astype(float)), [3.0])


def test_unknown_schemes_are_refused():
    with pytest.raises(ValueError, match="'forward', 'central', 'complex'"):
        gradient_by(np.sin, 1.0, method="backward")


class TestStepError:
    """f = exp at x = 0.7, where all derivatives are equal."""

    x = 0.7
    size = math.exp(x)
    at_x = MappingProxyType(dict.fromkeys(("f", "f1", "f2", "f3"), size))

    def measured(self, steps, method):
        with mpmath.workdps(40):
            derivative = float(mpmath.exp(mpmath.mpf(self.x)))
        return measured_error(np.exp, derivative, self.x, steps, method=method)

    @pytest.mark.parametrize("method", ["forward", "central"])
    def test_the_prediction_bounds_the_error(self, method):
        steps = np.logspace(-14, -2, 200)
        predicted = predicted_error(steps, method=method, **self.at_x)
        # exp may be off by a whole unit, and f'' grows a little within h.
        assert np.all(self.measured(steps, method) <= 3 * predicted)

    @pytest.mark.parametrize("method", ["forward", "central"])
    def test_the_prediction_is_not_far_above(self, method):
        large = np.logspace(-4, -2, 20)
        assert np.allclose(
            self.measured(large, method),
            predicted_error(large, method=method, **self.at_x),
            rtol=0.02,
        )
        small = np.logspace(-13, -11, 200)
        predicted = predicted_error(small, method=method, **self.at_x)
        assert np.median(self.measured(small, method) / predicted) > 0.05

    def test_the_complex_step_has_no_left_arm(self):
        steps = np.logspace(-300, -9, 50)
        error = self.measured(steps, "complex")
        assert np.all(
            error <= 2 * predicted_error(steps, method="complex", **self.at_x)
        )
        large = np.array([1e-2, 1e-3])
        assert np.allclose(
            self.measured(large, "complex"),
            predicted_error(large, method="complex", **self.at_x),
            rtol=1e-3,
        )

    def test_the_prediction_by_its_formulas(self):
        eps = np.finfo(float).eps
        point = {"f": -2.0, "f1": 3.0, "f2": -5.0, "f3": 7.0}
        for h in (1e-3, 1e-6, 1e-9, 1e-12):
            wanted = {
                "forward": eps * 2 / h + h * 5 / 2,
                "central": eps * 2 / (2 * h) + h**2 * 7 / 6,
                "complex": eps * 3 + h**2 * 7 / 6,
            }
            for method, error in wanted.items():
                (got,) = predicted_error([h], method=method, **point)
                assert got / error == pytest.approx(1, rel=1e-12)

    @pytest.mark.parametrize("method", ["forward", "central"])
    def test_the_optimal_step_is_the_minimum(self, method):
        point = {"f": 3.0, "f1": 1.0, "f2": 0.2, "f3": 7.0}
        best = optimal_step(method=method, **point)
        lowest = predicted_error(best, method=method, **point)
        for factor in (0.5, 0.9, 1.1, 2):
            assert lowest < predicted_error(
                factor * best, method=method, **point
            )
        eps = np.finfo(float).eps
        wanted = {
            "forward": np.sqrt(2 * eps * 3.0 * 0.2),
            "central": np.cbrt(9 * eps**2 * 9.0 * 7.0 / 32),
        }
        assert lowest / wanted[method] == pytest.approx(1)

    def test_the_complex_step_s_optimum_balances_both_terms(self):
        h = optimal_step(method="complex", f=1.0, f1=2.0, f2=1.0, f3=3.0)
        assert h**2 * 3 / 6 / np.finfo(float).eps == pytest.approx(2)

    def test_smaller_complex_steps_are_no_worse_down_to_normal_numbers(self):
        def error(h):
            slope = complex_step(lambda x: 1 / x, 3.0, step=h)
            return abs(9 * slope + 1)

        normal = float(np.finfo(float).tiny)
        eps = np.finfo(float).eps
        assert max(error(h) for h in (1e-8, 1e-100, 10 * normal)) <= 2 * eps
        assert error(1e-322) > 0.05

    def test_bad_input_is_refused(self):
        with pytest.raises(ValueError, match="no optimal step where f3 is 0"):
            optimal_step(method="central", f=1.0, f1=1.0, f2=1.0, f3=0.0)
        with pytest.raises(ValueError, match="no optimal step where f is 0"):
            optimal_step(method="forward", f=0.0, f1=1.0, f2=1.0, f3=0.0)
        with pytest.raises(ValueError, match="steps must be positive"):
            predicted_error([0.1, 0.0], method="central", **self.at_x)
        for method in ("forward", "central", "complex"):
            with pytest.raises(ValueError, match="the error overflows float6"):
                predicted_error(
                    [1.0, 1e300], method=method, f=1, f1=1, f2=1e300, f3=1
                )
        with pytest.raises(ValueError, match="steps must be positive, got -1"):
            predicted_error([0.1, -1.0, 0], method="central", **self.at_x)
        with pytest.raises(ValueError, match="no optimal step where f1 is 0"):
            optimal_step(method="complex", f=1.0, f1=0.0, f2=1.0, f3=1.0)
        with pytest.raises(ValueError, match="no optimal step where f2 is 0"):
            optimal_step(method="forward", f=1.0, f1=0.0, f2=0.0, f3=1.0)
        with pytest.raises(ValueError, match="f must be finite"):
            predicted_error(
                [0.1], method="central", f=np.nan, f1=1.0, f2=1.0, f3=1.0
            )
        with pytest.raises(ValueError, match="step must be positive"):
            measured_error(np.sin, 1.0, 0.0, [0.1, -0.1], method="central")
        with pytest.raises(TypeError, match="derivative must be a real"):
            measured_error(np.sin, None, 0.0, [0.1], method="central")
