"""The checkers of the page on double descent: right passes, wrong fails."""

import re
from fractions import Fraction

import numpy as np
import pytest
from byhand.checks.double_descent import (
    _published_fit,
    check_degrees,
    check_gain,
    check_minimum_q_norm,
    check_same_fit,
    check_share_of_wins,
    check_wrong_branch,
)
from byhand.regression import (
    exact_least_squares,
    fit_polynomial,
    grid_loss,
    published_sample,
)

# Warm-ups


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_degrees, (50, 19, 20), "constant has a column"),
        (check_degrees, (20, 19, 20), "number of rows"),
        (check_degrees, (51, 20, 20), "there are 21 columns"),
        (check_degrees, (51, 13, 20), "the one for 14 points"),
        (check_degrees, (51, 19, 21), "one degree below"),
        (check_degrees, (51, 19, 19), "only one"),
        (check_degrees, (51, 19, 50), "m + 1 coefficients"),
        (check_degrees, (51, 19), "3 numbers"),
        (check_gain, 2, "not the sum"),
        (check_gain, 10 / 3, "the length of X⁺"),
        (check_gain, 2 / 15, "not 1/σ⁴"),
        (check_gain, 1, "three nodes"),
        (check_gain, 4 / 3 / 5**0.5, "squared"),
        (check_gain, 16 / 45, "then take the mean"),
        (check_gain, 7, "one singular value"),
    ],
)
def test_slips_have_their_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


CHANGES = {
    "square": True,
    "reversed": True,
    "alternating": True,
    "doubled": True,
    "first doubled": False,
}


@pytest.mark.parametrize("key", CHANGES)
def test_a_wrong_verdict_on_a_change_is_refuted(key, refused):
    text = refused(check_same_fit, CHANGES | {key: not CHANGES[key]})
    said = "does not move at all" if CHANGES[key] else "moves by 0.0059"
    assert said in " ".join(text.split())


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


# Seventy against seven


def share_of_wins(a, b, samples):
    wins = [test_loss(a, *s) < test_loss(b, *s) for s in samples]
    return Fraction(sum(wins), len(wins))


def test_loss(m, x, t):
    return grid_loss(fit_polynomial(x, t, m))


test_loss.__test__ = False


def by_chebyshev_svd(a, b, samples):
    count = 0
    for x, t in samples:
        losses = []
        for m in (a, b):
            X = np.polynomial.chebyshev.chebvander(x, m)
            w = np.linalg.lstsq(X, t)[0]
            losses.append(
                grid_loss(lambda z, w=w: np.polynomial.chebyshev.chebval(z, w))
            )
        count += losses[0] < losses[1]
    return count / len(samples)


def training_loss(m, x, t):
    return ((fit_polynomial(x, t, m)(x) - t) ** 2).mean()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda a, b, s: share_of_wins(b, a, s), "Smaller is better"),
        (lambda a, b, s: share_of_wins(a, b, s) * len(s), "share is asked"),
        (
            lambda a, b, s: np.mean(
                [training_loss(a, *p) < training_loss(b, *p) for p in s]
            ),
            "on the sample itself",
        ),
        (lambda a, b, s: 0.4, "to each sample"),
        (
            lambda a, b, s: share_of_wins(a, b, [published_sample()] * len(s)),
            "The sample of the page, its x and t, gives this",
        ),
        (lambda a, b, s: [0, 1], "from 0 to 1"),
        (lambda a, b, s: 1, "a = 7, b = 70"),
        (lambda a, b, s: float(a > b), "a = 70, b = 7, 3 sample(s)"),
    ],
)
def test_wrong_shares_fail(answer, said, refused):
    assert said in " ".join(refused(check_share_of_wins, answer).split())


def test_the_exact_solver_refuses_the_singular_product():
    X = np.vander([1, 2, 3], 4).astype(object)
    with pytest.raises(ValueError, match="rank 3 instead of 4"):
        exact_least_squares(X.T @ X, X.T @ np.ones(3, dtype=object), digits=60)


#: What is said of right answers, and the answers.
RIGHT = {
    check_degrees: ("3 numbers", [51, 19, 20]),
    check_gain: ("1 number", 2 / 3, 0.667),
    check_same_fit: ("5 verdicts", CHANGES),
    check_wrong_branch: (
        "decided with 120 digits",
        [14],
        {14},
        range(14, 15),
        [14, 14.0],
    ),
    check_minimum_q_norm: ("33 problems", right, by_whitening, by_multipliers),
    check_share_of_wins: ("6 duels", share_of_wins, by_chebyshev_svd),
}
