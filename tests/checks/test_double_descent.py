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
    draw_sample,
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
        (check_degrees, (51, 21, 20), "there are 22 columns"),
        (check_degrees, (51, 13, 20), "the one for 14 points"),
        (check_degrees, (51, 19, 21), "one degree below"),
        (check_degrees, (51, 19, 19), "only one"),
        (check_degrees, (51, 19, 14), "the one for 14 points"),
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
    moved = "does not move at all" if CHANGES[key] else "moves by 0.0047"
    # As many columns as points, or more, as on the page.
    degree = 3 if key == "square" else 6
    assert (
        f"with 4 points and degree {degree}, in fractions, the fit at "
        f"x = 1/3 {moved}"
    ) in " ".join(text.split())


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


@pytest.mark.parametrize("m", [1, 5, 12])
def test_the_misfit_of_the_published_branch_is_told(m, refused):
    x, t = published_sample()
    residual = np.linalg.norm(fit_polynomial(x, t, m)(x) - t)
    text = " ".join(refused(check_wrong_branch, [m, 14]).split())
    assert (
        f"degree {m}: X is 14 x {m + 1}, and XᵀX, {m + 1} x {m + 1}, is "
        "inverted; with 120 digits this works and gives the least-squares "
        f"fit, ‖Xw - t‖ = {residual:.3f}"
    ) in text


@pytest.mark.parametrize(("m", "product"), [(13, "XᵀX"), (15, "XXᵀ")])
def test_where_the_published_branch_interpolates_is_told(m, product, refused):
    text = " ".join(refused(check_wrong_branch, [14, m]).split())
    assert (
        f"degree {m}: X is 14 x {m + 1}, and {product}, 14 x 14, is "
        "inverted; with 120 digits this works and gives weights with "
        "Xw = t, to 20 digits"
    ) in text


@pytest.mark.parametrize(
    ("degrees", "said"),
    [
        ([200, 14], "degree 200: X is 14 x 201, and XXᵀ, 14 x 14"),
        ([14, 1], "degree 1: X is 14 x 2, and XᵀX, 2 x 2"),
        ([201], "the entry 201"),
        ([14, -14], "the entry -14"),
    ],
)
def test_the_degrees_are_those_from_1_to_200(degrees, said, refused):
    assert said in " ".join(refused(check_wrong_branch, degrees).split())


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


#: The problems by hand, X, t and Q, and why they are there.
NORMS = {
    "Q weighs, one weight for each direction": (
        [[1, 1]], [3], [[1, 0], [0, 2]],
    ),
    "Q is full": ([[1, 1]], [3], [[2, 1], [1, 2]]),
    "only one w interpolates": (
        [[1, 0], [0, 1]], [1, -1], [[1, 0], [0, 4]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("problem", NORMS.values(), ids=NORMS)
def test_each_norm_by_hand_is_tried(problem, refused):
    def answer(*given):
        return right(*given) + all(map(np.array_equal, given, problem))

    text = "".join(refused(check_minimum_q_norm, answer).split())
    shown = [
        np.array2string(np.array(part, float), separator=",")
        for part in problem
    ]
    assert "".join("X={}t={}Q={}exp".format(*shown).split()) in text


@pytest.fixture
def norms():
    """Return what is asked of a function beyond the problems by hand."""
    seen = []

    def answer(*given):
        seen.append([part.copy() for part in given])
        return right(*given)

    check_minimum_q_norm(answer)
    return seen[len(NORMS) :]


def test_norms_of_many_sizes_are_tried(norms):
    shapes = {X.shape for X, _, _ in norms}
    assert shapes == {(1, 3), (2, 3), (3, 3), (2, 5), (4, 9), (6, 20)}
    for i in (0, 1):
        entries = np.concatenate([given[i].ravel() for given in norms])
        assert set(entries) == set(range(-3, 4))
    for X, _, Q in norms:
        n, d = X.shape
        assert np.linalg.matrix_rank(X, tol=1e-2) == n
        assert np.array_equal(Q, Q.T)
        assert np.linalg.eigvalsh(Q)[0] > 1 - 1e-9
        assert np.array_equal(Q, Q.round())
        assert Q.max() <= d + 1
        # Of either sign off the diagonal.
        off = Q[~np.eye(d, dtype=bool)]
        assert d < 4 or off.min() < 0 < off.max()


@pytest.mark.parametrize(
    ("w", "said"),
    [
        # For w₁ + w₂ = 3 the least w₁² + 2w₂² is 4 + 2.
        ((1.5, 1.5), "wᵀQw = 6.75, and 6 is possible"),
        ((1, 1), "With your w, ‖Xw - t‖ = 1: it does not interpolate"),
        ((1.5, 1.5 + 3.5e-6), "wᵀQw = 6.75, and 6 is possible"),
        ((1.5, 1.5 - 3.5e-6), "wᵀQw = 6.75, and 6 is possible"),
        ((1.5, 1.5 + 5e-6), "‖Xw - t‖ = 5e-06: it does not interpolate"),
        ((2, 2), "‖Xw - t‖ = 1: it does not interpolate"),
    ],
)
def test_what_a_wrong_minimizer_achieves_is_told(w, said, refused):
    text = refused(check_minimum_q_norm, lambda X, t, Q: w)
    assert said in " ".join(text.split())


def test_minimizers_are_wanted_to_five_digits(passes, refused):
    for factor in (1 + 9e-6, 1 - 9e-6):
        passes(check_minimum_q_norm, lambda *g, f=factor: f * right(*g))
    for factor in (1 + 2e-5, 1 - 2e-5):
        refused(check_minimum_q_norm, lambda *g, f=factor: f * right(*g))


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


#: Degrees, how many points, the seeds (of the published sample none), and
#: the share of the samples on which the first degree wins.
DUELS = [
    (70, 7, 14, [], 1),
    (7, 70, 14, [], 0),
    (70, 7, 14, [2, 3, 4], Fraction(2, 3)),
    (3, 6, 14, [1, 2, 3, 4], 0),
    (30, 4, 10, [5, 6, 7], 0),
    (5, 5, 10, [1, 2], 0),
]


@pytest.mark.parametrize(("a", "b", "size", "seeds", "share"), DUELS)
def test_every_duel_is_told_with_its_losses(a, b, size, seeds, share, refused):
    def answer(*given):
        found = share_of_wins(*given)
        if given[:2] != (a, b) or len(given[2]) != max(1, len(seeds)):
            return found
        assert found == share
        samples = [draw_sample(size, rng=seed) for seed in seeds]
        for sample, drawn in zip(
            given[2], samples or [published_sample()], strict=True
        ):
            assert all(map(np.array_equal, sample, drawn))
            losses.append([test_loss(m, *sample) for m in (a, b)])
        return 0.4

    losses = []
    text = " ".join(refused(check_share_of_wins, answer).split())
    which = f"seeds {seeds}" if seeds else "the published one"
    told = f"{len(losses)} sample(s) of {size} points, {which}"
    assert f"input a = {a}, b = {b}, {told} expected" in text
    table = " ".join(f"{p:.4g} against {q:.4g}" for p, q in losses)
    assert f"expected {float(share):.6g}, for the test losses {table}" in text


@pytest.mark.parametrize(
    ("duel", "said", "hints"),
    [
        # The first degree wins on the page's sample and in training.
        (2, 1, ["The sample of the page", "The training losses"]),
        (2, 2, ["That is the number of samples"]),
        (2, 1 / 3, ["Smaller is better"]),
        (2, 0, ["compare their grid_loss"]),
        (2, 1 / 2, ["compare their grid_loss"]),
        # It wins in training alone.
        (4, 1, ["The training losses"]),
        (4, 3, ["compare their grid_loss"]),
        (0, 0, ["Smaller is better"]),
        (1, 1, ["Smaller is better"]),
        # Of equal degrees none wins.
        (5, 1, ["Smaller is better"]),
        (3, 1, ["Smaller is better"]),
    ],
)
def test_every_slip_in_a_duel_has_its_hint(duel, said, hints, refused):
    a, b, _, seeds, _ = DUELS[duel]

    def answer(*given):
        here = given[:2] == (a, b) and len(given[2]) == max(1, len(seeds))
        return said if here else share_of_wins(*given)

    text = " ".join(refused(check_share_of_wins, answer).split())
    assert f"a = {a}, b = {b}, " in text
    for hint in (
        "The sample of the page", "The training losses",
        "That is the number of samples", "Smaller is better",
        "compare their grid_loss",
    ):  # fmt: skip
        assert (hint in text) == (hint in hints)


def test_a_share_may_be_rounded_to_nine_digits(passes, refused):
    passes(check_share_of_wins, lambda *g: float(share_of_wins(*g)) + 9e-10)
    refused(check_share_of_wins, lambda *g: float(share_of_wins(*g)) + 2e-9)


def test_the_exact_solver_refuses_the_singular_product():
    X = np.vander([1, 2, 3], 4).astype(object)
    with pytest.raises(ValueError, match="rank 3 instead of 4"):
        exact_least_squares(X.T @ X, X.T @ np.ones(3, dtype=object), digits=60)


#: What is said of right answers, and the answers.
RIGHT = {
    check_degrees: ("3 numbers, to three digits", [51, 19, 20]),
    check_gain: ("1 number, to three digits", 2 / 3, 0.667),
    check_same_fit: ("5 verdicts, each against a computation", CHANGES),
    check_wrong_branch: (
        "decided with 120 digits",
        [14],
        {14},
        range(14, 15),
        [14, 14.0],
    ),
    check_minimum_q_norm: (
        "33 problems, Q diagonal or full",
        right,
        by_whitening,
        by_multipliers,
    ),
    check_share_of_wins: (
        "6 duels, on samples of 10 and 14 points",
        share_of_wins,
        by_chebyshev_svd,
    ),
}
