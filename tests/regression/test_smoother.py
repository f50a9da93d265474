"""The map from targets to predictions."""

import inspect

import numpy as np
import pytest
from byhand.regression import (
    BASES,
    fit_polynomial,
    published_sample,
    smoother_matrix,
)

Z = np.linspace(0, 1, 7)


def test_its_defaults_are_those_of_the_fit():
    fit, smoother = (
        inspect.signature(function).parameters
        for function in (fit_polynomial, smoother_matrix)
    )
    for name in ("basis", "domain", "method", "digits"):
        assert smoother[name].default == fit[name].default
    x, t = published_sample()
    assert np.allclose(
        smoother_matrix(x, Z, 3) @ t, fit_polynomial(x, t, 3)(Z)
    )


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("degree", [0, 3, 13, 30])
def test_it_maps_targets_to_predictions(basis, degree):
    x, t = published_sample()
    options = {"basis": basis, "domain": (0, 1), "method": "exact"}
    S = smoother_matrix(x, Z, degree, **options)
    assert S.shape == (7, 14)
    assert S.dtype == np.float64
    fit = fit_polynomial(x, t, degree, **options)
    expected = fit(Z).astype(float)
    assert np.allclose(S @ t, expected, atol=1e-12 * np.abs(S).max())


@pytest.mark.parametrize("method", ["svd", "qr"])
def test_floats_agree_where_the_condition_is_good(method):
    x, _ = published_sample()
    exact = smoother_matrix(x, Z, 8, domain=(0, 1), method="exact")
    floats = smoother_matrix(x, Z, 8, domain=(0, 1), method=method)
    assert np.allclose(floats, exact, rtol=1e-9, atol=1e-9)


def test_at_the_sample_it_is_the_hat_matrix():
    x, _ = published_sample()
    H = smoother_matrix(x, x, 5, domain=(0, 1))
    assert np.allclose(H, H.T)
    assert np.allclose(H @ H, H)
    assert np.trace(H) == pytest.approx(6)
    assert np.allclose(smoother_matrix(x, x, 40, domain=(0, 1)), np.eye(14))


def test_noise_becomes_variance():
    x, t = published_sample()
    S = smoother_matrix(x, Z, 4, domain=(0, 1))
    noise = np.random.default_rng(0).normal(size=(20_000, 14))
    spread = np.array(
        [fit_polynomial(x, t + e, 4, domain=(0, 1))(Z) for e in noise[:500]]
    )
    assert np.allclose(spread, (t + noise[:500]) @ S.T, atol=1e-9)
    variance = (noise @ S.T).var(axis=0)
    assert np.allclose(variance, (S**2).sum(axis=1), rtol=0.05)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="method"):
        smoother_matrix([0.0, 1.0], [0.5], 1, method="guess")
    with pytest.raises(ValueError, match="degree must be at least 0"):
        smoother_matrix([0.0, 1.0], [0.5], -1)
    with pytest.raises(ValueError, match="z must be finite, got nan"):
        smoother_matrix([0.0, 1.0], [np.nan], 1)
    for digits, error in [(0, ValueError), (None, TypeError)]:
        with pytest.raises(error, match="digits"):
            smoother_matrix([0.0], [0.5], 0, method="exact", digits=digits)
