import numpy as np
import pytest
from byhand.backprop import (
    DEFAULT_TOLERANCE,
    Parameters,
    backward,
    compare_gradient,
    forward,
)
from hypothesis import assume, given
from hypothesis import strategies as st

METHODS = list(DEFAULT_TOLERANCE)


def quadratic(x):
    return np.sum(x**3) / 3 + x.flat[0]


def quadratic_gradient(x):
    gradient = x**2
    gradient.flat[0] += 1
    return gradient


@pytest.mark.parametrize("method", METHODS)
@given(
    seed=st.integers(0, 10**6),
    shape=st.sampled_from([(1,), (4,), (2, 3), (1, 2, 2)]),
    scale=st.sampled_from([1e-6, 1.0, 1e6]),
)
def test_a_right_gradient_passes_at_every_scale(method, seed, shape, scale):
    x = np.random.default_rng(seed).normal(size=shape)
    verdict = compare_gradient(
        lambda x: scale * quadratic(x),
        lambda x: scale * quadratic_gradient(x),
        x,
        method=method,
    )
    assert verdict
    assert verdict.entries == x.size
    assert verdict.error <= verdict.tolerance


@pytest.mark.parametrize("method", METHODS)
@given(
    seed=st.integers(0, 10**6),
    wrong=st.integers(0, 5),
    factor=st.sampled_from([-1, 0, 1.01, 2]),
    scale=st.sampled_from([1e-2, 1.0, 1e6]),
)
def test_a_wrong_entry_is_found_and_named(method, seed, wrong, factor, scale):
    x = np.random.default_rng(seed).uniform(0.5, 1.5, size=(2, 3))

    def spoiled(x):
        gradient = scale * quadratic_gradient(x)
        gradient.flat[wrong] *= factor
        return gradient

    verdict = compare_gradient(
        lambda x: scale * quadratic(x), spoiled, x, method=method
    )
    assert not verdict
    row, column = divmod(wrong, 3)
    assert verdict.coordinate == f"x[{row}, {column}]"
    assert verdict.got == spoiled(x).flat[wrong]
    assert verdict.expected == pytest.approx(
        scale * quadratic_gradient(x).flat[wrong], rel=1e-5
    )


def test_a_small_array_is_not_hidden_by_a_large_one():
    x = {"large": np.ones(2), "small": np.ones(2)}

    def f(p):
        return 1e6 * np.sum(p["large"]) + np.sum(p["small"]) - 2e6

    right = {"large": np.full(2, 1e6), "small": np.ones(2)}
    assert compare_gradient(f, right, x)
    wrong = {**right, "small": np.array([1.0, 1.001])}
    verdict = compare_gradient(f, wrong, x)
    assert not verdict
    assert verdict.coordinate == "small[1]"


def test_values_and_functions_of_every_form():
    assert compare_gradient(np.sin, np.cos, 0.3)
    assert compare_gradient(np.sin, np.cos(0.3), 0.3)
    x = {"a": 2.0, "b": np.array([1.0, 2.0])}

    def f(p):
        return p["a"] * np.sum(p["b"])

    def gradient(p):
        return {"b": np.full(2, p["a"]), "a": np.sum(p["b"])}

    for method in METHODS:
        assert compare_gradient(f, gradient, x, method=method)
        assert compare_gradient(f, gradient(x), x, method=method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("x", [0.1, 0.3, 0.7, 1.1])
def test_rounding_alone_fails_no_gradient(method, x):
    def f(x):
        return 1e9 * (np.sin(x) ** 2 + np.cos(x) ** 2)

    assert compare_gradient(f, 0.0, x, method=method)
    assert not compare_gradient(f, 1e9, x, method=method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("constant", [0.0, -55.5, 1e6])
def test_the_error_that_passes_is_the_documented_one(method, constant):
    def f(x):
        return constant + 1e-7 * np.sin(x)

    unit = max(0.01, abs(constant) / 1000) * DEFAULT_TOLERANCE[method]
    right = 1e-7 * np.cos(1.0)
    assert compare_gradient(f, right + 0.5 * unit, 1.0, method=method)
    assert not compare_gradient(f, right + 2 * unit, 1.0, method=method)


def test_without_the_constant_a_tiny_gradient_can_be_scaled_up():
    def f(x):
        return 1e6 + 1e-4 * (x - 1) * x

    assert compare_gradient(f, 0.0, 1.0)
    # Scaled with its constant, an error counts no more than before.
    assert compare_gradient(lambda x: 1e4 * f(x), 0.0, 1.0)
    assert not compare_gradient(lambda x: 1e4 * (f(x) - 1e6), 0.0, 1.0)


def test_tolerance_and_step_are_the_caller_s():
    nearly = np.cos(1.0) * (1 + 1e-7)
    assert compare_gradient(np.sin, nearly, 1.0)
    assert not compare_gradient(np.sin, nearly, 1.0, tolerance=1e-8)
    assert not compare_gradient(np.sin, np.cos, 1.0, step=1e-1)


class TestVerdict:
    def test_a_pass_prints_nothing_that_a_machine_could_change(self):
        verdict = compare_gradient(np.sin, np.cos, 1.0, method="complex")
        assert repr(verdict) == (
            "gradient right: 1 entry within 1e-10 of the complex step"
        )

    def test_a_failure_prints_the_worst_entry(self):
        verdict = compare_gradient(
            lambda x: x[0] ** 2 + x[1] ** 2, [2.0, 5.0], [1.0, 2.0]
        )
        assert str(verdict).splitlines() == [
            "gradient wrong at x[1], the worst of 2 entries",
            "  expected  4  (central differences)",
            "  got       5",
            "  error     2.0e-01 of size 5; allowed 1e-06",
        ]

    @pytest.mark.parametrize("method", ["central", "forward"])
    @pytest.mark.parametrize("got", [0.25, 0.75])
    def test_a_kink_is_noted(self, method, got):
        verdict = compare_gradient(
            lambda x: np.sum(np.maximum(x, 0)),
            [1.0, got],
            [2.0, 0.0],
            method=method,
        )
        assert not verdict
        assert "left and right are 0 and 1: f has a kink" in verdict.note

    @pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
    def test_a_kink_is_noted_at_every_scale(self, scale):
        verdict = compare_gradient(
            lambda x: scale * np.abs(x), 0.5 * scale, 0.0
        )
        assert not verdict
        assert f"are {-scale:.4g} and {scale:.4g}: f has a" in verdict.note

    @pytest.mark.parametrize("x", [1e12, -1e12])
    def test_a_kink_far_from_0_is_noted(self, x):
        verdict = compare_gradient(lambda y: np.abs(y - x), 0.5, x)
        assert not verdict
        assert "left and right are -1 and 1: f has a kink" in verdict.note

    @pytest.mark.parametrize("x", [0.1, 0.3, 0.7, 1.1, -5.3])
    @pytest.mark.parametrize("scale", [1e-1, 1.0, 1e6])
    def test_rounding_is_no_kink(self, scale, x):
        verdict = compare_gradient(
            lambda x: scale * (3 - np.sin(x)), 0.0, x, tolerance=1e-8
        )
        assert not verdict
        assert verdict.note == ""

    def test_a_stationary_point_is_no_kink(self):
        verdict = compare_gradient(lambda x: 1e3 * x[0] ** 2, [1.0], [0.0])
        assert not verdict
        assert verdict.note == ""

    def test_a_function_that_is_not_analytic_is_noted(self):
        # A real number plus a complex one hides that abs was there.
        def f(x):
            return x[0] ** 2 + np.abs(x[1])

        verdict = compare_gradient(f, [2.0, 1.0], [1.0, 3.0], method="complex")
        assert not verdict
        assert verdict.coordinate == "x[1]"
        assert "central differences agree with the gradient" in verdict.note
        assert compare_gradient(f, [2.0, 1.0], [1.0, 3.0])

    @pytest.mark.parametrize("claim", [1.0005, 1 + 2e-5])
    def test_central_differences_that_cannot_tell_are_no_witness(self, claim):
        # At this constant they see errors above 1e-3 only; f is analytic.
        def f(x):
            return 1e6 + x

        assert compare_gradient(f, claim, 1.0)
        verdict = compare_gradient(f, claim, 1.0, method="complex")
        assert not verdict
        assert verdict.note == ""

    @pytest.mark.parametrize("claim", [5.0, 2.1])
    def test_witnesses_that_all_disagree_are_no_note(self, claim):
        # 2 by central differences, 0 by the complex step.
        verdict = compare_gradient(
            lambda x: x * np.conj(x), claim, 1.0, method="complex"
        )
        assert (verdict.ok, verdict.expected, verdict.note) == (False, 0, "")

    def test_a_gradient_wrong_under_the_complex_step_is_wrong(self):
        verdict = compare_gradient(
            lambda x: x[0] ** 2, [1.0], [1.0], method="complex"
        )
        assert not verdict
        assert verdict.note == ""


def test_a_kink_between_the_points_can_fool_both_sides():
    # 0 is a supporting slope of abs at 0, and central differences agree.
    assert compare_gradient(np.abs, 0.0, 0.0)
    assert not compare_gradient(np.abs, 0.0, 0.0, method="forward")


@given(seed=st.integers(0, 10**6), factor=st.sampled_from([0.5, 0.999, -1]))
def test_each_parameter_of_the_gated_network_is_watched(seed, factor):
    rng = np.random.default_rng(seed)
    parameters = Parameters.random(2, 3, 3, rng=rng, skip=True)
    x, t = rng.normal(size=2), int(rng.integers(0, 3))
    values = forward(parameters, x, t)
    assume(np.min(np.abs(values.z1)) > 1e-3)
    right = backward(parameters, values).of_parameters()

    def loss(arrays):
        return forward(Parameters(**arrays), x, t).J

    name = rng.choice(list(right))
    assume(np.max(np.abs(right[name])) > 1e-3)
    wrong = {**right, name: factor * right[name]}
    verdict = compare_gradient(loss, wrong, parameters.as_dict())
    assert not verdict
    assert verdict.coordinate.startswith(name)


@pytest.mark.parametrize(
    ("gradient", "error", "message"),
    [
        (np.ones((3, 2)), ValueError, r"shape of x, \(2, 3\), got \(3, 2\)"),
        (np.ones(6), ValueError, r"gradient must have the shape of x"),
        (1.0, ValueError, r"gradient must have the shape of x"),
        (np.full((2, 3), np.nan), ValueError, "gradient must be finite"),
        (lambda x: None, TypeError, "gradient must hold real numbers"),
        (np.ones((2, 3), bool), TypeError, "gradient must hold real numbers"),
    ],
)
def test_bad_gradients_are_refused(gradient, error, message):
    with pytest.raises(error, match=message):
        compare_gradient(np.sum, gradient, np.ones((2, 3)))


def test_bad_names_are_refused():
    x = {"W": np.ones(2), "b": 1.0}

    def f(p):
        return np.sum(p["W"]) + p["b"]

    with pytest.raises(TypeError, match="dictionary with the names of x"):
        compare_gradient(f, np.ones(3), x)
    with pytest.raises(ValueError, match="names of x, W, b; got W, c"):
        compare_gradient(f, {"W": np.ones(2), "c": 1.0}, x)
    with pytest.raises(ValueError, match="gradient of W must have the shape"):
        compare_gradient(f, {"W": np.ones(3), "b": 1.0}, x)


def test_other_bad_input_is_refused():
    with pytest.raises(TypeError, match=r"x must hold floats, got .* int64"):
        compare_gradient(np.sum, [1.0, 1.0], [1, 2])
    with pytest.raises(ValueError, match=r"one number, got shape \(2,\)"):
        compare_gradient(np.sin, np.cos, [1.0, 2.0])
    with pytest.raises(ValueError, match="x must be finite"):
        compare_gradient(np.sum, [1.0], [np.nan])
    with pytest.raises(ValueError, match="method must be one of"):
        compare_gradient(np.sin, np.cos, 1.0, method="fast")
    with pytest.raises(ValueError, match="tolerance must be positive"):
        compare_gradient(np.sin, np.cos, 1.0, tolerance=0.0)
    with pytest.raises(ValueError, match="step must be positive"):
        compare_gradient(np.sin, np.cos, 1.0, step=-1.0)
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="same number for the same x"):
        compare_gradient(lambda x: x + rng.normal(), 1.0, 1.0)
