import mpmath
import numpy as np
import pytest
from byhand.backprop import (
    central_difference,
    layer_jacobians,
    mean_log_growth,
    mean_square_growth,
    random_layers,
    singular_values_of_products,
)
from hypothesis import given, settings
from hypothesis import strategies as st

PHI = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
}


@pytest.mark.parametrize("activation", PHI)
@given(seed=st.integers(0, 10**6), depth=st.integers(1, 4))
@settings(max_examples=20)
def test_the_product_is_the_jacobian_of_the_network(activation, seed, depth):
    rng = np.random.default_rng(seed)
    layers = random_layers(depth, 3, gain=1.5, rng=rng)
    x = rng.normal(size=3)

    def network(x, k):
        for W in layers:
            z = W @ x
            x = PHI[activation](z)
        return float(x[k])

    product = np.eye(3)
    for jacobian in layer_jacobians(layers, x, activation=activation):
        product = jacobian @ product
    rows = [
        central_difference(lambda x, k=k: network(x, k), x) for k in range(3)
    ]
    assert np.allclose(product, rows, atol=1e-6, rtol=1e-5)


def test_tanh_saturates_without_warnings():
    layers = np.full((2, 2, 2), 1e4)
    jacobians = layer_jacobians(layers, [1.0, 1.0], activation="tanh")
    assert np.all(jacobians == 0)


@given(seed=st.integers(0, 10**6), depth=st.integers(1, 5))
def test_singular_values_of_every_product(seed, depth):
    layers = random_layers(depth, 4, gain=1.0, rng=seed)
    values = singular_values_of_products(layers)
    assert values.shape == (depth, 4)
    assert np.all(np.diff(values, axis=1) <= 0)
    product = np.linalg.multi_dot([np.eye(4), *layers[::-1]])
    assert np.allclose(values[-1], np.linalg.svd(product)[1], atol=1e-12)
    # |det| of a product is the product of the |det|s.
    assert np.prod(values[-1]) == pytest.approx(
        np.prod(np.abs(np.linalg.det(layers))), rel=1e-6, abs=1e-12
    )


def test_gain_scales_the_layers():
    layers = random_layers(40, 30, gain=3.0, rng=1)
    assert np.std(layers) == pytest.approx(3 / np.sqrt(30), rel=0.02)
    assert np.allclose(random_layers(40, 30, gain=1.0, rng=1) * 3, layers)


@pytest.mark.parametrize(
    ("activation", "gain", "width", "depth"),
    [
        ("linear", 1.0, 8, 3),
        ("linear", 1.3, 2, 2),
        ("relu", 2**0.5, 8, 3),
        ("relu", 1.7, 1, 2),
        ("relu", 1.0, 3, 2),
    ],
)
def test_the_mean_square_growth_is_exact(activation, gain, width, depth):
    rng = np.random.default_rng(7)
    x, v = rng.normal(size=(2, width))
    samples = []
    for _ in range(3000):
        layers = random_layers(depth, width, gain=gain, rng=rng)
        Jv = v
        for J in layer_jacobians(layers, x, activation=activation):
            Jv = J @ Jv
        samples.append(Jv @ Jv / (v @ v))
    wanted = mean_square_growth(depth, gain=gain, activation=activation)
    standard_error = np.std(samples) / np.sqrt(len(samples))
    assert abs(np.mean(samples) - wanted) < 4 * standard_error
    assert standard_error < 0.2 * wanted


@pytest.mark.parametrize("width", [1, 2, 3, 10, 25])
def test_the_mean_log_growth_is_exact(width):
    rng = np.random.default_rng(5)
    v = rng.normal(size=width)
    images = random_layers(20_000, width, gain=1.4, rng=rng) @ v
    samples = np.log(np.linalg.norm(images, axis=1) / np.linalg.norm(v))
    wanted = mean_log_growth(1, width, gain=1.4)
    assert abs(np.mean(samples) - wanted) < 4 * np.std(samples) / 20_000**0.5
    psi = mpmath.digamma(mpmath.mpf(width) / 2)
    exact = mpmath.log(1.4) + (psi + mpmath.log(mpmath.mpf(2) / width)) / 2
    assert wanted == pytest.approx(float(exact), abs=1e-14)


def test_at_gain_one_the_mean_stays_and_the_logarithm_falls():
    assert mean_square_growth(1000, gain=1.0) == 1
    assert mean_log_growth(1000, 100, gain=1.0) == pytest.approx(
        -1000 / (2 * 100), rel=0.02
    )


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="gain must be positive, got 0"):
        random_layers(2, 2, gain=0.0, rng=0)
    for few in (
        lambda: random_layers(0, 2, gain=1.0, rng=0),
        lambda: mean_square_growth(0, gain=1.0),
        lambda: mean_log_growth(0, 2, gain=1.0),
    ):
        with pytest.raises(ValueError, match="depth must be at least 1, got"):
            few()
    for thin in (
        lambda: random_layers(2, 0, gain=1.0, rng=0),
        lambda: mean_log_growth(2, 0, gain=1.0),
    ):
        with pytest.raises(ValueError, match="width must be at least 1, got"):
            thin()
    with pytest.raises(TypeError, match="or an integer seed, got None"):
        random_layers(2, 2, gain=1.0, rng=None)
    layers = np.ones((2, 3, 3))
    with pytest.raises(ValueError, match="x must have 3 entries"):
        layer_jacobians(layers, np.ones(2), activation="relu")
    with pytest.raises(ValueError, match="'linear', 'relu', 'tanh'"):
        layer_jacobians(layers, np.ones(3), activation="step")
    with pytest.raises(ValueError, match="layers must be square"):
        layer_jacobians(np.ones((2, 3, 4)), np.ones(4), activation="relu")
    with pytest.raises(ValueError, match="the first 2 jacobians overflows"):
        singular_values_of_products(np.full((3, 2, 2), 1e200))
    with pytest.raises(ValueError, match="jacobians must be finite"):
        singular_values_of_products(np.full((3, 2, 2), np.nan))
    with pytest.raises(ValueError, match="layer 2 overflows"):
        layer_jacobians(
            np.full((3, 2, 2), 1e200), np.ones(2), activation="relu"
        )
    with pytest.raises(ValueError, match="'linear', 'relu'"):
        mean_square_growth(2, gain=1.0, activation="tanh")


def test_work_without_end_and_overflow_are_refused():
    with pytest.raises(
        ValueError, match="1000000000000 entries; at most 100,000,000"
    ):
        random_layers(10**6, 10**3, gain=1.0, rng=0)
    with pytest.raises(ValueError, match=r"about 10\^90 entries"):
        random_layers(10**30, 10**30, gain=1.0, rng=0)
    with pytest.raises(ValueError, match="width must be at most 100,000,000"):
        mean_log_growth(2, 10**30, gain=1.0)
    with pytest.raises(ValueError, match=r"gain 1e\+308 overflows float64"):
        mean_square_growth(3, gain=1e308)


def test_the_most_that_is_computed_is_computed(monkeypatch):
    most = 10**8
    assert mean_square_growth(most, gain=1.0) == 1
    assert mean_log_growth(most, 1, gain=1.0) == pytest.approx(
        most * mean_log_growth(1, 1, gain=1.0)
    )
    for grown in (
        lambda: mean_square_growth(most + 1, gain=1.0),
        lambda: mean_log_growth(most + 1, 1, gain=1.0),
    ):
        with pytest.raises(ValueError, match="depth must be at most 100,000,"):
            grown()
    monkeypatch.setattr("byhand.backprop.depth._MOST", 18)
    assert random_layers(2, 3, gain=1.0, rng=0).size == 18
    with pytest.raises(ValueError, match="hold 19 entries; at most 18 are"):
        random_layers(19, 1, gain=1.0, rng=0)


@pytest.mark.parametrize("entries", [2, 4])
def test_an_input_of_another_width_is_refused(entries):
    with pytest.raises(ValueError, match=f"x must have 3 entries.*{entries}"):
        layer_jacobians(
            np.ones((2, 3, 3)), np.ones(entries), activation="tanh"
        )


def test_the_slope_of_tanh_where_its_argument_cannot_be_doubled():
    J = layer_jacobians(np.full((1, 1, 1), 1.2e308), [1.0], activation="tanh")
    assert J.tolist() == [[[0.0]]]
