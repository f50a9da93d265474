"""The checkers of the page on double descent: right passes, wrong fails."""

import re
from fractions import Fraction

import numpy as np
import pytest
from byhand.checks.double_descent import (
    _published_fit,
    check_minimum_q_norm,
    check_risk_of_first,
    check_wrong_branch,
)
from byhand.regression import (
    exact_least_squares,
    excess_risk,
    fit_polynomial,
    published_sample,
)

# The branch


@pytest.mark.parametrize(
    ("degrees", "said"),
    [
        ([13], "degree 13: X is 14 x 14, and XᵀX, 14 x 14"),
        ([13, 14], "degree 13"),
        ([14, 15], "degree 15: X is 14 x 16, and XXᵀ, 14 x 14"),
        (range(14, 201), "degree 15"),
        ([5], "the least-squares fit"),
        ([], r"\(x - x1\)\(x - x2\)\.\.\.\(x - x14\)"),
        (14, "a list of integers from 1 to 200"),
        ([14.5], r"got       \[14.5\]"),
        ([0], "the entry 0"),
        ([True], "degree 1: "),
        (["14"], r"got       \['14'\]"),
    ],
)
def test_other_degrees_fail_with_evidence(degrees, said, refused):
    assert re.search(said, refused(check_wrong_branch, degrees))


def test_the_evidence_for_an_empty_list_does_not_name_the_degree(refused):
    text = refused(check_wrong_branch, [])
    assert "14" not in text.replace("x14", "")


def test_the_evidence_is_true():
    points = [Fraction(value) for value in published_sample()[0]]
    v = np.array([Fraction(1)])
    for point in points:
        v = np.append(0 * v[:1], v) - point * np.append(v, 0 * v[:1])
    powers = np.array([[point**k for k in range(15)] for point in points])
    assert v.shape == (15,)
    assert v[-1] == 1
    assert not (powers @ v).any()


@pytest.mark.parametrize("m", [1, 7, 12, 13, 15, 20])
def test_the_published_branch_is_right_elsewhere(m):
    fit = fit_polynomial(*published_sample(), m, method="exact", digits=120)
    w = _published_fit(m)
    for a, b in zip(w, fit.coefficients, strict=True):
        assert abs(a - b) <= abs(b) * type(b)("1e-30")


def test_the_published_branch_has_no_value_at_degree_14_alone():
    failing = [m for m in range(1, 41) if _published_fit(m) is None]
    assert failing == [14]


# Any norm


def right(X, t, Q):
    QX = np.linalg.solve(Q, X.T)
    return QX @ np.linalg.solve(X @ QX, t)


def by_whitening(X, t, Q):
    L = np.linalg.cholesky(Q)
    return np.linalg.solve(L.T, np.linalg.pinv(X @ np.linalg.inv(L.T)) @ t)


def by_multipliers(X, t, Q):
    n, d = X.shape
    system = np.block([[Q, X.T], [X, np.zeros((n, n))]])
    return np.linalg.solve(system, np.concatenate([np.zeros(d), t]))[:d]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda X, t, Q: np.linalg.pinv(X) @ t, "interpolates, but"),
        (lambda X, t, Q: right(X, t, np.linalg.inv(Q)), "interpolates, but"),
        (lambda X, t, Q: right(X, t, np.diag(np.diag(Q))), "interpolates"),
        (lambda X, t, Q: right(X, t, Q @ Q), "interpolates, but"),
        (
            lambda X, t, Q: np.linalg.solve(Q, np.linalg.pinv(X) @ t),
            "does not interpolate",
        ),
        (lambda X, t, Q: t, "one weight for each column"),
        (lambda X, t, Q: right(X, t, Q) * np.nan, "does not interpolate"),
        (lambda X, t: t, "TypeError"),
    ],
)
def test_wrong_minimizers_fail_with_the_smallest_problem(
    answer, said, refused
):
    text = refused(check_minimum_q_norm, answer)
    assert re.search(said, text)
    assert "X = " in text


# A truth that stays the same


def risk(beta, p, n, noise):
    out = (beta[p:] ** 2).sum()
    return out + excess_risk(
        n, p, signal=(beta[:p] ** 2).sum(), noise=noise + out
    )


def risk_by_hand(beta, p, n, noise):
    used, out = sum(b**2 for b in beta[:p]), sum(b**2 for b in beta[p:])
    if abs(n - p) <= 1:
        return float("inf")
    if p < n:
        return out + (noise + out) * p / (n - p - 1)
    return out + (1 - n / p) * used + (noise + out) * n / (p - n - 1)


def without_the_missing_part(beta, p, n, noise):
    return risk(beta, p, n, noise) - (beta[p:] ** 2).sum()


def without_the_extra_noise(beta, p, n, noise):
    out = (beta[p:] ** 2).sum()
    return out + excess_risk(n, p, signal=(beta[:p] ** 2).sum(), noise=noise)


def with_the_whole_signal(beta, p, n, noise):
    out = (beta[p:] ** 2).sum()
    return out + excess_risk(n, p, signal=(beta**2).sum(), noise=noise + out)


def with_the_noise_itself(beta, p, n, noise):
    return noise + risk(beta, p, n, noise)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (without_the_missing_part, "missing from the prediction"),
        (without_the_extra_noise, "trouble the fit"),
        (with_the_whole_signal, "A simulation with 4000 samples"),
        (with_the_noise_itself, "isotropic case"),
        (lambda beta, p, n, noise: min(risk(beta, p, n, noise), 1e9), "infin"),
        (lambda beta, p, n, noise: beta, "isotropic case"),
    ],
)
def test_wrong_risks_fail(answer, said, refused):
    text = " ".join(refused(check_risk_of_first, answer).split())
    assert said in text
    assert "beta = " in text


def test_the_simulation_in_the_hint_is_near_the_expected_value(refused):
    said = refused(check_risk_of_first, without_the_missing_part)
    text = " ".join(said.split())
    expected = float(text.split("expected ")[1].split(" got")[0])
    simulated = float(text.split("samples gives ")[1].rstrip("."))
    assert simulated == pytest.approx(expected, rel=0.1)


def test_the_exact_solver_refuses_the_singular_product():
    X = np.vander([1, 2, 3], 4).astype(object)
    with pytest.raises(ValueError, match="rank 3 instead of 4"):
        exact_least_squares(X.T @ X, X.T @ np.ones(3, dtype=object), digits=60)


#: What is said of right answers, and the answers.
RIGHT = {
    check_wrong_branch: (
        "decided with 120 digits",
        [14],
        {14},
        range(14, 15),
        [14, 14.0],
    ),
    check_minimum_q_norm: ("33 problems", right, by_whitening, by_multipliers),
    check_risk_of_first: ("65 models", risk, risk_by_hand),
}
