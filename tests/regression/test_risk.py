import math
import tracemalloc

import numpy as np
import pytest
from byhand.regression import excess_risk, risk, simulate_excess_risk

DRAWS = 3000


@pytest.mark.parametrize("n", [12, 40])
@pytest.mark.parametrize("ratio", [0.25, 0.5, 0.75, 1.5, 2, 5])
@pytest.mark.parametrize(("signal", "noise"), [(1, 1), (3, 0.25), (2, 0)])
def test_simulation_confirms_the_formula(n, ratio, signal, noise):
    d = round(n * ratio)
    rng = np.random.default_rng([n, d])
    risks = simulate_excess_risk(
        n, d, DRAWS, rng=rng, signal=signal, noise=noise
    )
    assert risks.shape == (DRAWS,)
    expected = excess_risk(n, d, signal=signal, noise=noise)
    error = risks.std() / math.sqrt(DRAWS)
    assert abs(risks.mean() - expected) < 5 * error + 1e-12


def test_formula_by_hand():
    assert excess_risk(40, 10) == pytest.approx(10 / 29)
    assert excess_risk(40, 100, signal=2, noise=3) == pytest.approx(
        2 * 0.6 + 3 * 40 / 59
    )
    assert excess_risk(10, 20, noise=0) == pytest.approx(0.5)
    assert excess_risk(20, 10, noise=0) == 0
    assert excess_risk(10, 10, noise=0) == 0


@pytest.mark.parametrize("d", [39, 40, 41])
def test_infinite_around_the_threshold(d):
    assert excess_risk(40, d) == math.inf
    assert excess_risk(40, 38) == 38
    assert excess_risk(40, 42) == pytest.approx(40 + 2 / 42)


def test_no_samples_to_spare():
    assert excess_risk(1, 1) == math.inf
    assert excess_risk(1, 3) == pytest.approx(2 / 3 + 1)


@pytest.mark.parametrize(("n", "d"), [(5, 3), (4, 4), (3, 7)])
def test_simulation_solves_least_squares(n, d):
    # The same draws, one by one, with NumPy's own solver.
    risks = simulate_excess_risk(n, d, 6, rng=7, signal=2, noise=0.5)
    rng = np.random.default_rng(7)
    beta = rng.standard_normal(d)
    beta *= math.sqrt(2) / np.linalg.norm(beta)
    X = rng.standard_normal((6, n, d))
    noises = math.sqrt(0.5) * rng.standard_normal((6, n))
    for k in range(6):
        w = np.linalg.lstsq(X[k], X[k] @ beta + noises[k])[0]
        assert risks[k] == pytest.approx(((w - beta) ** 2).sum())


def test_square_systems_are_solved_without_squaring_their_condition():
    draws = 20_000
    risks = simulate_excess_risk(3, 3, draws, rng=7)
    rng = np.random.default_rng(7)
    beta = rng.standard_normal(3)
    beta /= np.linalg.norm(beta)
    X = rng.standard_normal((draws, 3, 3))
    noises = rng.standard_normal((draws, 3, 1))
    assert np.linalg.cond(X).max() > 1e4
    witness = (np.linalg.inv(X) @ noises)[..., 0]
    assert np.allclose(risks, (witness**2).sum(axis=1), rtol=1e-9)


def test_simulation_without_noise_or_signal():
    rng = np.random.default_rng(0)
    assert np.allclose(simulate_excess_risk(9, 4, 10, rng=rng, noise=0), 0)
    risks = simulate_excess_risk(4, 9, 10, rng=rng, signal=0, noise=0)
    assert np.allclose(risks, 0)


def test_simulation_is_the_same_for_the_same_seed_and_in_blocks(monkeypatch):
    def simulate():
        return simulate_excess_risk(6, 3, 50, rng=np.random.default_rng(1))

    first = simulate()
    assert (first == simulate()).all()
    monkeypatch.setattr(risk, "_BLOCK", 6 * 3 * 7)
    blocks = simulate()
    assert blocks.shape == (50,)
    assert (blocks > 0).all()
    assert len(set(blocks)) == 50


def test_signal_and_noise_are_one_unless_given():
    for n, d in ((40, 19), (40, 80)):
        assert excess_risk(n, d) == excess_risk(n, d, signal=1, noise=1)
    assert excess_risk(40, 80) == pytest.approx(0.5 + 40 / 39)
    plain = simulate_excess_risk(3, 7, 5, rng=0)
    given = simulate_excess_risk(3, 7, 5, rng=0, signal=1, noise=1)
    assert (plain == given).all()
    assert not np.allclose(
        plain, simulate_excess_risk(3, 7, 5, rng=0, signal=2)
    )


def test_a_sample_larger_than_a_block_is_drawn_as_one():
    risks = simulate_excess_risk(2_000_001, 1, 2, rng=0)
    # Of order d/n, the variance of a mean.
    assert risks.shape == (2,)
    assert (risks < 1e-4).all()


def test_many_samples_take_the_memory_of_a_block():
    simulate_excess_risk(2, 1, 1, rng=0)
    tracemalloc.start()
    try:
        simulate_excess_risk(100, 2, 50_000, rng=0)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # All the samples at once would be 80 MB, and 120 MB with their targets.
    assert peak < 50e6


def test_the_largest_sizes():
    assert excess_risk(10**15, 1) == pytest.approx(1e-15)
    assert excess_risk(1, 10**15) == pytest.approx(1)
    for n, d, name in ((10**15 + 1, 1, "n"), (1, 10**15 + 1, "d")):
        with pytest.raises(
            ValueError, match=f"{name} must be at most 1,000,000,000,000,000,"
        ):
            excess_risk(n, d)
    with pytest.raises(ValueError, match="draws must be at most 100,000,000"):
        simulate_excess_risk(3, 2, 10**8 + 1, rng=0)
    for n, d in ((10**8 + 1, 1), (1, 10**8 + 1)):
        with pytest.raises(ValueError, match="100000001 numbers make a samp"):
            simulate_excess_risk(n, d, 10**8, rng=0)
    # So many would be drawn, were there a generator.
    with pytest.raises(TypeError, match="rng"):
        simulate_excess_risk(10**8, 1, 1, rng=None)


def test_a_risk_beyond_float64_is_refused():
    with pytest.raises(ValueError, match="risk overflows float64; scale"):
        simulate_excess_risk(3, 3, 100, rng=0, noise=1e308)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: excess_risk(0, 3), ValueError, "n must be at least 1, got 0"),
        (lambda: excess_risk(3, 0), ValueError, "d must be at least 1, got 0"),
        (lambda: excess_risk(3, 2.0), TypeError, "d must be an integer"),
        (
            lambda: excess_risk(3, 2, signal=-1),
            ValueError,
            "must be at least 0, got signal=-1",
        ),
        (
            lambda: excess_risk(3, 2, noise=math.inf),
            ValueError,
            "noise must be finite",
        ),
        (
            lambda: simulate_excess_risk(3, 2, 0, rng=0),
            ValueError,
            "draws must be at least 1",
        ),
        (
            lambda: simulate_excess_risk(10**5, 10**5, 5, rng=0),
            ValueError,
            "n × d = 10000000000 numbers make a sample; at most 100,000,",
        ),
        (
            lambda: excess_risk(10, 5, noise=np.complex128(1 + 2j)),
            TypeError,
            "noise must be a real number",
        ),
        (
            lambda: simulate_excess_risk(3, 2, 5, rng=np.random),
            TypeError,
            "rng must be a numpy.random.Generator",
        ),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
