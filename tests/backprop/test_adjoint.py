import numpy as np
import pytest
from byhand.backprop import compare_adjoint
from hypothesis import given
from hypothesis import strategies as st


@given(n=st.integers(1, 6), m=st.integers(1, 6), seed=st.integers(0, 10**6))
def test_a_matrix_and_its_transpose_pass_and_nothing_else(n, m, seed):
    A = np.random.default_rng(seed).normal(size=(m, n))
    assert compare_adjoint(A.__matmul__, A.T.__matmul__, n, m, rng=seed)
    B = A.copy()
    B[m - 1, 0] += 1e-3
    verdict = compare_adjoint(A.__matmul__, B.T.__matmul__, n, m, rng=seed)
    assert not verdict
    gap = verdict.u[m - 1] * 1e-3 * verdict.v[0]
    assert verdict.right - verdict.left == pytest.approx(gap, rel=1e-6)


def test_shapes_with_several_axes():
    A = np.arange(24.0).reshape(2, 3, 4)

    def forwards(v):
        return np.einsum("abc,bc->a", A, v)

    def backwards(u):
        return np.einsum("abc,a->bc", A, u)

    assert compare_adjoint(forwards, backwards, (3, 4), 2, rng=0)
    assert compare_adjoint(np.sum, lambda u: np.full(3, u), 3, (), rng=0)


def test_a_mistake_that_both_modes_share_is_not_seen():
    A = np.ones((2, 3))
    assert compare_adjoint(
        lambda v: 2 * A @ v, lambda u: 2 * A.T @ u, 3, 2, rng=0
    )


def test_a_disagreement_within_the_tolerance_passes():
    A = np.ones((2, 3))
    B = A + 1e-12
    assert compare_adjoint(lambda v: A @ v, lambda u: B.T @ u, 3, 2, rng=0)
    assert not compare_adjoint(
        lambda v: A @ v, lambda u: B.T @ u, 3, 2, rng=0, tolerance=1e-14
    )


def test_the_verdict_is_about_the_worst_trial_and_relative():
    A = np.random.default_rng(1).normal(size=(2, 3))
    us, vs = [], []

    def forwards(v):
        vs.append(v)
        return A @ v

    def backwards(u):
        us.append(u)
        return 1e-3 * A.T @ u

    verdict = compare_adjoint(forwards, backwards, 3, 2, rng=0)
    norm = np.linalg.norm
    errors = [
        abs(u @ A @ v * (1 - 1e-3))
        / (norm(u) * norm(A @ v) + 1e-3 * norm(A.T @ u) * norm(v))
        for u, v in zip(us, vs, strict=True)
    ]
    worst = int(np.argmax(errors))
    assert verdict.error == pytest.approx(errors[worst], rel=1e-12)
    assert np.array_equal(verdict.u, us[worst])
    assert np.array_equal(verdict.v, vs[worst])
    # An error of exactly the tolerance passes.
    for tolerance, passes in [
        (verdict.error, True),
        (np.nextafter(verdict.error, 0), False),
    ]:
        assert passes == bool(
            compare_adjoint(
                forwards, backwards, 3, 2, rng=0, tolerance=tolerance
            )
        )


def test_the_zero_map_passes():
    zero = compare_adjoint(
        lambda v: np.zeros(2), lambda u: np.zeros(3), 3, 2, rng=0
    )
    assert zero.ok
    assert zero.error == 0.0
    assert not compare_adjoint(
        lambda v: np.zeros(2), lambda u: np.ones(3), 3, 2, rng=0
    )


def test_the_verdict_prints():
    good = compare_adjoint(lambda v: v, lambda u: u, 2, 2, rng=0, trials=3)
    assert repr(good) == (
        "adjoint: <u, Jv> = <J^T u, v> within 1e-10 for 3 random u, v"
    )
    bad = compare_adjoint(lambda v: v, lambda u: -u, 2, 2, rng=0)
    lines = repr(bad).splitlines()
    assert lines[0] == "not adjoint to each other"
    assert float(lines[1].split()[-1]) == -float(lines[2].split()[-1])


def test_a_map_that_overwrites_its_argument_spoils_nothing():
    def doubled(v):
        v *= 2
        return v

    assert compare_adjoint(doubled, doubled, 3, 3, rng=0)


def test_bad_input_is_refused():
    def same(v):
        return v

    with pytest.raises(ValueError, match=r"jvp\(v\) must have shape \(2,\)"):
        compare_adjoint(same, same, 3, 2, rng=0)
    with pytest.raises(ValueError, match=r"jvp\(v\) must have shape \(4,\)"):
        compare_adjoint(same, same, 3, 4, rng=0)
    with pytest.raises(ValueError, match=r"vjp\(u\) must be finite"):
        compare_adjoint(same, lambda u: u * np.nan, 2, 2, rng=0)
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        compare_adjoint(same, same, 0, 2, rng=0)
    with pytest.raises(ValueError, match="n must be at most 100,000,000"):
        compare_adjoint(same, same, 10**9, 2, rng=0)
    with pytest.raises(TypeError, match="m must be an integer"):
        compare_adjoint(same, same, 2, 2.0, rng=0)
    with pytest.raises(TypeError, match="or an integer seed, got None"):
        compare_adjoint(same, same, 2, 2, rng=None)
    with pytest.raises(ValueError, match="trials must be at least 1"):
        compare_adjoint(same, same, 2, 2, rng=0, trials=0)
    with pytest.raises(ValueError, match="trials must be at most 1,000,000"):
        compare_adjoint(same, same, 2, 2, rng=0, trials=10**7)
    with pytest.raises(TypeError, match="jvp and vjp must be functions"):
        compare_adjoint(np.eye(2), same, 2, 2, rng=0)
    with pytest.raises(ValueError, match="tolerance must be positive"):
        compare_adjoint(same, same, 2, 2, rng=0, tolerance=0.0)
