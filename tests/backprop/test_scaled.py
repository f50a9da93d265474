"""Central differences that choose their step: what they know, what not."""

import mpmath
import numpy as np
import pytest
from byhand.backprop import (
    central_difference,
    optimal_step,
    scaled_difference,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st


def test_of_a_function_whose_derivatives_are_known():
    found = scaled_difference(lambda x: 1 / x, 3.0)
    assert found.resolved
    assert found.third == pytest.approx(2 / 27, rel=0.1)
    best = optimal_step(method="central", f=1 / 3, f1=1 / 9, f2=2 / 27,
                        f3=2 / 27)  # fmt: skip
    assert found.step == pytest.approx(best, rel=0.1)
    assert abs(found.value + 1 / 9) <= found.error


@given(
    scale=st.floats(-6, 6).map(lambda e: 10.0**e),
    height=st.floats(-200, 200).map(lambda e: 10.0**e),
    x=st.floats(-2, 2),
)
@settings(max_examples=200)
def test_the_scale_of_a_function_does_not_matter(scale, height, x):
    """height * exp(x / scale) is exp, drawn in other units."""
    found = scaled_difference(
        lambda t: height * float(mpmath.exp(t / scale)),
        x * scale,
        reach=scale,
    )
    exact = height / scale * float(mpmath.exp(x))
    assert found.resolved
    assert abs(found.value / exact - 1) < 1e-9
    # The argument is rounded as well, which the half unit does not count.
    assert abs(found.value - exact) <= 5 * found.error


@given(seed=st.integers(0, 10**6), offset=st.sampled_from([0.0, 1e3, 1e6]))
def test_the_error_that_is_stated_is_the_error(seed, offset):
    """A constant drowns digits, and the estimate says how many."""
    a, b = np.random.default_rng(seed).uniform(0.5, 2, size=2)

    def f(s):
        return float(a * mpmath.sin(b * s + 1) + offset)

    found = scaled_difference(f, 0.0)
    exact = float(a * b * mpmath.cos(1))
    assert abs(found.value - exact) <= 2 * found.error


@given(c=st.lists(st.floats(-10, 10), min_size=3, max_size=3))
def test_where_there_is_no_third_derivative_the_step_is_long(c):
    assume(abs(c[0]) > 0.1)
    found = scaled_difference(lambda s: c[0] + c[1] * s + c[2] * s * s, 0.0)
    assert not found.resolved
    assert found.step > 0.1
    assert found.value == pytest.approx(c[1], abs=1e-13)


def test_a_parabola_by_hand():
    """t + t^2/2 at t = s - 3 = 0: every number, in units of rounding.

    All values are exact, so that no third difference differs from 0, and the
    last spacing, 3, decides: values 24, 7.5, 1.5 and 12, slope 1.
    """
    seen = []

    def f(s):
        seen.append(abs(s - 3))
        return (s - 3) + (s - 3) ** 2 / 2

    unit = 2.0**-53
    found = scaled_difference(f, 3.0)
    assert max(seen) == 2 * 3.0
    assert not found.resolved
    # The values are rounded, 24 + 2 * 7.5 + 2 * 1.5 + 12, and 3 is, times
    # slope 1 and weights 6, over 2 * 3^3.
    assert found.third / unit == pytest.approx((54 + 18) / 54, rel=1e-12)
    # f(3) is 0; the size of f nearby is (7.5 + 1.5) / 2.
    h = np.cbrt(3 * 4.5 * 54 / (54 + 18))
    assert found.step == pytest.approx(h, rel=1e-12)
    assert found.value == pytest.approx(1.0, rel=1e-12)
    # (h^2/2 + h) + (h^2/2 - h) over 2h
    assert found.rounding / unit == pytest.approx(h / 2, rel=1e-12)
    truncation = h**2 * (54 + 18) / 54 / 6
    assert found.truncation / unit == pytest.approx(truncation, rel=1e-12)
    assert found.error == found.rounding + found.truncation


@pytest.mark.parametrize("x", [-5.0, 0.25, 0.0])
def test_spacings_grow_by_factors_of_two_up_to_the_reach(x):
    seen = set()

    def f(s):
        seen.add(abs(s - x))
        return 1.0

    found = scaled_difference(f, x)
    reach = max(1.0, abs(x))
    assert found.step == reach
    spacings = sorted(seen)
    assert spacings[-1] == 2 * reach
    assert spacings[0] == 0
    assert np.allclose(np.diff(np.log2(spacings[1:])), 1)


def test_the_parts_of_the_error_by_their_formulas():
    found = scaled_difference(np.exp, 1.0, noise=1e-10)
    assert found.resolved
    assert found.third == pytest.approx(np.e, rel=0.01)
    h = (3e-10 * np.e / found.third) ** (1 / 3)
    assert found.step == pytest.approx(h, rel=0.01)
    assert found.rounding == pytest.approx(1e-10 * np.e / h, rel=0.01)
    assert found.truncation == pytest.approx(h**2 * np.e / 6, rel=0.02)


def test_a_rounded_argument_is_not_taken_for_a_third_derivative():
    """The sine far out, near a zero: tiny values, a slope, a rounded x."""
    found = scaled_difference(np.sin, 1000 * np.pi)
    assert found.resolved
    assert found.third == pytest.approx(1.0, rel=0.2)


def test_it_sees_what_the_default_step_does_not():
    """A tiny slope under a large value, with little curvature."""

    def f(s):
        return 1.0 + 1e-14 * np.sin(s + 1)

    exact = 1e-14 * np.cos(1)
    assert abs(central_difference(f, 0.0) - exact) > 0.5 * exact
    assert abs(scaled_difference(f, 0.0).value - exact) < 0.1 * exact


def test_a_zero_of_f_does_not_stop_it():
    found = scaled_difference(lambda s: s**3 + s, 0.0)
    assert abs(found.value - 1) <= 2 * found.error
    nothing = scaled_difference(lambda _: 0.0, 1.0)
    assert nothing.value == nothing.error == 0.0
    assert not nothing.resolved


def test_noise_is_taken_from_the_caller():
    def f(s):
        return float(np.float32(np.exp(s)))

    blind = scaled_difference(f, 0.3)
    told = scaled_difference(f, 0.3, noise=2.0**-24)
    exact = np.exp(0.3)
    assert abs(blind.value - exact) > 10 * blind.error
    assert abs(told.value - exact) <= told.error
    assert told.step > 100 * blind.step


def test_reach_keeps_it_inside_the_domain():
    with (
        np.errstate(invalid="ignore", divide="ignore"),
        pytest.raises(ValueError, match="smaller reach"),
    ):
        scaled_difference(lambda s: np.log(0.5 - np.abs(s - 1)), 1.0)
    seen = []

    def f(s):
        seen.append(s)
        return float(s * s)

    scaled_difference(f, 5.0, reach=0.25)
    assert min(seen) >= 4.5
    assert max(seen) <= 5.5


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((3.0, 1.0), TypeError, "function"),
        ((np.sin, "1"), TypeError, "x must be"),
        ((lambda s: 1j * s, 1.0), TypeError, "real"),
        ((lambda s: [s], 1.0), TypeError, "f\\(x\\)"),
        ((lambda s: float("nan"), 1.0), ValueError, "finite"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, error, said):
    with pytest.raises(error, match=said):
        scaled_difference(*arguments)


def test_a_step_that_rounding_swallows_is_refused():
    """The sine of 10^13 times t varies within 500 floats around 1."""
    with pytest.raises(
        ValueError, match=r"that suits f is too small to change x = 1$"
    ):
        scaled_difference(lambda s: np.sin((s - 1) * 1e13), 1.0, reach=1e-12)
    found = scaled_difference(lambda t: np.sin(t * 1e13), 0.0, reach=1e-12)
    assert found.value == pytest.approx(1e13, rel=1e-9)


@pytest.mark.parametrize("name", ["reach", "noise"])
def test_sizes_are_positive(name):
    for size in (0.0, -1.0):
        with pytest.raises(ValueError, match=f"{name} must be positive"):
            scaled_difference(np.sin, 1.0, **{name: size})
    for reach in (1e-20, 0.3 * np.finfo(float).eps):
        with pytest.raises(
            ValueError, match=rf"^reach {reach:.1e} is too small to change x ="
        ):
            scaled_difference(np.sin, 1.0, reach=reach)
