import mpmath
import numpy as np
import pytest
from byhand.backprop import (
    compare_gradient,
    complex_step,
    cross_entropy_gradient,
    cross_entropy_gradient_unfused,
    softmax_jacobian,
)
from byhand.tape import cross_entropy, log_softmax, softmax
from hypothesis import given
from hypothesis import strategies as st


def logits(limit):
    return st.lists(st.floats(-limit, limit), min_size=1, max_size=5).map(
        np.array
    )


def exact_log_softmax(y):
    with mpmath.workdps(60):
        y = [mpmath.mpf(float(entry)) for entry in y]
        total = mpmath.log(mpmath.fsum(mpmath.exp(entry) for entry in y))
        return [entry - total for entry in y]


@given(y=logits(1000), data=st.data())
def test_everything_is_finite_and_right_up_to_a_thousand(y, data):
    t = data.draw(st.integers(0, len(y) - 1))
    exact = exact_log_softmax(y)
    exact_y_prime = np.array([float(mpmath.exp(e)) for e in exact])
    exact = np.array([float(e) for e in exact])
    e_t = np.eye(len(y))[t]

    assert np.allclose(log_softmax(y), exact, rtol=1e-14, atol=1e-15)
    assert np.allclose(softmax(y), exact_y_prime, rtol=1e-12, atol=1e-300)
    assert np.isclose(cross_entropy(y, t), -exact[t], rtol=1e-14, atol=1e-15)
    assert np.allclose(
        cross_entropy_gradient(y, t), exact_y_prime - e_t, atol=1e-12, rtol=0
    )


@given(y=logits(300), data=st.data())
def test_fused_equals_unfused(y, data):
    t = data.draw(st.integers(0, len(y) - 1))
    y_prime_bar, y_bar = cross_entropy_gradient_unfused(y, t)
    assert np.allclose(y_bar, cross_entropy_gradient(y, t), atol=1e-12)
    assert np.isclose(y_prime_bar[t] * softmax(y)[t], -1)
    assert np.count_nonzero(y_prime_bar) == 1


@given(y=logits(30), data=st.data())
def test_the_gradients_are_gradients(y, data):
    t = data.draw(st.integers(0, len(y) - 1))
    assert compare_gradient(
        lambda y: cross_entropy(y, t),
        lambda y: cross_entropy_gradient(y, t),
        y,
        method="complex",
    )
    # The function of y' alone: y' need not sum to 1 to differentiate it.
    y_prime_bar, _ = cross_entropy_gradient_unfused(y, t)
    assert compare_gradient(
        lambda y_prime: -np.log(y_prime[t]),
        y_prime_bar,
        softmax(y),
        method="complex",
        step=1e-60,
    )


@given(y=logits(30))
def test_the_jacobian_is_one(y):
    J = softmax_jacobian(softmax(y))
    for k in range(len(y)):
        row = complex_step(lambda y, k=k: softmax(y)[k], y)
        assert np.allclose(J[k], row, atol=1e-14)
    assert np.allclose(J.sum(axis=0), 0, atol=1e-14)
    assert np.array_equal(J, J.T)
    u, unfused = cross_entropy_gradient_unfused(y, len(y) - 1)
    assert np.allclose(unfused, J.T @ u, atol=1e-13)


def test_a_batch_holds_its_samples():
    rng = np.random.default_rng(4)
    y, t = rng.normal(size=(6, 3)), rng.integers(0, 3, 6)
    singles = [(y[i], t[i]) for i in range(6)]
    assert np.isclose(
        cross_entropy(y, t).sum(), sum(cross_entropy(*one) for one in singles)
    )
    for function in (cross_entropy_gradient, cross_entropy_gradient_unfused):
        batch = np.array(function(y, t))
        rows = np.array([function(*one) for one in singles])
        rows = rows if batch.ndim == 2 else rows.swapaxes(0, 1)
        assert np.allclose(batch, rows)
    assert np.allclose(softmax(y), [softmax(row) for row in y])


def test_the_argument_is_left_alone():
    y = np.array([3.0, 1.0, 2.0])
    cross_entropy_gradient(y, 0)
    cross_entropy_gradient_unfused(y, 0)
    assert np.array_equal(y, [3, 1, 2])


def test_the_unfused_form_refuses_what_it_cannot_compute():
    assert np.array_equal(
        cross_entropy_gradient([1000.0, -1000.0], 1), [1, -1]
    )
    with pytest.raises(ValueError, match=r"underflowed to 0e\+00; use the f"):
        cross_entropy_gradient_unfused([1000.0, -1000.0], 1)
    with pytest.raises(ValueError, match="underflowed"):
        cross_entropy_gradient_unfused([720.0, 0.0], 1)
    with pytest.raises(ValueError, match=r"underflowed to 0e\+00"):
        cross_entropy_gradient_unfused([[720.0, 0.0], [999.0, 0.0]], [1, 1])
    with pytest.raises(TypeError, match="y must hold real numbers"):
        cross_entropy_gradient_unfused([1j, 0.0], 1)


@pytest.mark.parametrize(
    ("t", "error", "message"),
    [
        (1.0, TypeError, "t must hold integer class indices, got .* float64"),
        (True, TypeError, "t must hold integer class indices, got .* bool"),
        (3, ValueError, "t must be between 0 and 2, got 3"),
        (-1, ValueError, "t must be between 0 and 2, got -1"),
        ([0], ValueError, r"t must have one class, got shape \(1,\)"),
    ],
)
@pytest.mark.parametrize(
    "function", [cross_entropy_gradient, cross_entropy_gradient_unfused]
)
def test_bad_classes_are_refused(function, t, error, message):
    with pytest.raises(error, match=message):
        function([1.0, 2.0, 3.0], t)


def test_a_batch_needs_a_class_a_sample():
    with pytest.raises(ValueError, match=r"shape \(2,\), one class a sample"):
        cross_entropy_gradient(np.ones((2, 3)), [0, 1, 2])
    with pytest.raises(ValueError, match="t must be a rectangular array"):
        cross_entropy_gradient(np.ones((2, 3)), [[0], [1, 2]])


@pytest.mark.parametrize("y", [np.nan, [np.nan], [], np.ones((2, 2, 2)), 1.0])
def test_bad_logits_are_refused(y):
    for function in (cross_entropy_gradient, cross_entropy_gradient_unfused):
        with pytest.raises(ValueError, match="y must"):
            function(y, 0)


def test_the_jacobian_wants_probabilities():
    for bad in ([1.0, 2.0], [1.5, -0.5], [0.5, 0.5 + 1e-8], [0.5, 0.4]):
        with pytest.raises(ValueError, match=r"pass softmax\(y\), not y"):
            softmax_jacobian(bad)
    assert softmax_jacobian([1.0, 1e-12, 0.0])[0, 0] == 0
    with pytest.raises(ValueError, match="y_prime must be a vector"):
        softmax_jacobian([[0.5, 0.5]])
    with pytest.raises(TypeError, match="y_prime must hold real numbers"):
        softmax_jacobian([0.5, 0.5j])
