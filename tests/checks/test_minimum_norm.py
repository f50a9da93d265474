"""The checkers of the minimum-norm page: right passes, wrong is shown."""

import numpy as np
import pytest
from byhand.checks.minimum_norm import (
    _cases,
    _square_cases,
    check_induction,
    check_most_amplified,
    check_nearest_minimizer,
    check_one_in_rows,
    check_row_space,
    check_three_targets,
    check_units,
    check_where_it_ends,
)
from byhand.regression import (
    learning_rate_bound,
    least_squares,
    ridge,
)

LINES = {
    "a": "right", "b": "shape", "c": "shape", "d": "right",
    "e": "number", "f": "number", "g": "shape", "h": "right",
    "b, n = d": "number", "c, n = d": "right", "g, n = d": "number",
}  # fmt: skip

EVIDENCE = {
    "a": "both sides",
    "b": "Xᵀ is 2×1 and w_k has 2 entries",
    "c": "Xᵀ is 2×1 and c_k has 2 entries",
    "d": "both sides",
    "e": "left ",
    "f": "left ",
    "g": "sides with 2 and 1 entries",
    "h": "both sides",
    "b, n = d": "left ",
    "c, n = d": "both sides",
    "g, n = d": "left ",
}

METHODS = {
    "sample": True, "momentum": True, "decay": True,
    "coordinate": False, "sign": False,
}  # fmt: skip


@pytest.mark.parametrize("letter", LINES)
@pytest.mark.parametrize("verdict", ["right", "shape", "number"])
def test_a_wrong_verdict_is_answered_with_evidence(letter, verdict, refused):
    if LINES[letter] == verdict:
        return
    said = refused(check_induction, LINES | {letter: verdict})
    assert f"line = {letter}:  " in said
    assert f"got       you say {verdict!r}, but" in said
    assert EVIDENCE[letter] in said
    assert ("X = [[1, 2]]" in said) == (len(letter) == 1)
    if len(letter) > 1 and verdict == "shape":
        assert "which products can be formed" in " ".join(said.split())


def test_descent_converges_on_every_case_of_the_induction():
    for case in [*_cases(), *_square_cases()]:
        assert 0 < case.eta < learning_rate_bound(case.X.astype(float))


def nearest_by_correction(X, t, w0):
    return w0 + least_squares(X, t - X @ w0)


def nearest_by_projection(X, t, w0):
    A = np.linalg.pinv(X, rcond=1e-10)
    return A @ t + (np.eye(len(w0)) - A @ X) @ w0


def nearest_by_lstsq(X, t, w0):
    return list(w0 + np.linalg.lstsq(X, t - X @ w0, rcond=1e-10)[0])


def nearest_by_ridge(X, t, w0):
    return w0 + ridge(X, t - X @ w0, 1e-9)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda X, t, w0: least_squares(X, t), "A minimizer, but at distance"),
        (lambda X, t, w0: least_squares(X, t) + w0, "minimizes nothing"),
        (lambda X, t, w0: w0, "minimizes nothing"),
        (
            lambda X, t, w0: w0
            + X.T @ np.linalg.solve(X @ X.T, t - X @ w0),
            "LinAlgError",
        ),
        (lambda X, t, w0: w0[:1], "one finite vector"),
        (lambda X, t, w0: "near", "one finite vector"),
        (lambda X, t, w0: np.full(len(w0), np.nan), "one finite vector"),
    ],
)  # fmt: skip
def test_a_wrong_minimizer_is_shown(answer, said, refused):
    found = refused(check_nearest_minimizer, answer)
    assert said in found
    assert "X = [[1., 1.]" in found


def units(x, t, w):
    return np.sqrt(w / (x * t))


def beyond(x, t):
    w = np.zeros(len(x))
    w[0] = t / x[0]
    return w


def far_beyond(x, t):
    w = -t / x
    w[-1] = t * len(x) / x[-1]
    return w


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, t, w: np.ones(len(x)),
        lambda x, t, w: np.abs(w),
        lambda x, t, w: np.abs(w / x),
        lambda x, t, w: np.sqrt(np.abs(w)),
        lambda x, t, w: 1 / units(x, t, w),
    ],
)
def test_wrong_units_are_shown_with_the_limit(answer, refused):
    said = refused(check_units, answer, beyond)
    assert "your s = " in said
    assert "got is where descent ends" in said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda x, t: x * t / (x @ x), "in the units s = [0.7071, 0.7071]"),
        (lambda x, t: t / x / len(x), "Which sign has the entry j"),
        (lambda x, t: -x, "a w with w · x = t"),
        (lambda x, t: beyond(x, t)[:1], "one weight for each feature"),
        (lambda x, t: beyond(x, t) * np.nan, "finite numbers"),
    ],
)
def test_what_units_reach_is_shown(answer, said, refused):
    text = " ".join(refused(check_units, units, answer).split())
    assert said in text


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, t, w: -units(x, t, w),
        lambda x, t, w: 1.0,
        lambda x, t, w: 0 * x,
        lambda x, t, w: None,
        lambda x, t, w: x * np.inf,
    ],
)
def test_what_is_no_unit_is_refused(answer, refused):
    said = refused(check_units, answer, beyond)
    assert "positive finite numbers in shape (2,)" in said


@pytest.mark.parametrize("method", METHODS)
def test_a_method_judged_wrongly_is_run(method, refused):
    stays = METHODS[method]
    said = refused(check_row_space, sign_limit, METHODS | {method: not stays})
    assert f"method = {method}" in said
    if stays:
        assert "of the form Xᵀc" in said
    else:
        assert "X = [[1, 2]]" in said
        assert "at step 1, w = " in said


def sign_limit(x, t):
    return np.sign(x) * t / np.abs(x).sum()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda x, t: x * t / (x @ x), "where plain descent ends"),
        (lambda x, t: np.sign(x) * t, "That is no interpolant"),
        (beyond, "the same size"),
        (lambda x, t: t, "one weight for each feature"),
    ],
)
def test_wrong_ends_of_sign_descent_fail(answer, said, refused):
    text = " ".join(refused(check_row_space, answer, METHODS).split())
    assert said in text


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_where_it_ends, (1.5, 1.5), "from the origin"),
        (check_where_it_ends, (3, 0), "not along (1, 1)"),
        (check_where_it_ends, (6, 1), "which way"),
        (check_where_it_ends, (5, -2), "moves both weights"),
        (check_where_it_ends, (4, 1), "more than 3"),
        (check_where_it_ends, (0, 3), "is what it was"),
        (check_where_it_ends, 4, "2 numbers"),
        (check_three_targets, (1 / 26, 1 / 13, 2), "n belongs into it"),
        (check_three_targets, (2, 1 / 13, 2), "along u₁, too"),
        (check_three_targets, (2 / 26**0.5, 1 / 13, 2), "σ² already"),
        (check_three_targets, (1 / 13, 2, 2), "does this target lie"),
        (check_three_targets, (1 / 13, 1 / 13, 1), "n belongs into it"),
        (check_three_targets, (1 / 13,) * 3, "Has this target"),
        (check_three_targets, (1 / 13, 1 / 13, 0), "a positive number"),
        (check_three_targets, (1 / 13, 1 / 13, 5), "and for no other"),
        (check_most_amplified, (1 / 4, 1), "its square"),
        (check_most_amplified, (1 / 10, 5), "n is missing"),
        (check_most_amplified, (1, 1 / 2), "σ comes first"),
        (check_most_amplified, (1 / 2, 2), "least squares would do"),
        (check_most_amplified, (1 / 2, 1 / 2), "That is σ"),
        (check_most_amplified, (1 / 2, 5), "n is missing"),
        (check_most_amplified, (1 / 2, 3), "largest, and what"),
        (check_one_in_rows, "fca", "what is to be proved"),
        (check_one_in_rows, "ch", "(1, −1) has Xv = 0"),
        (check_one_in_rows, "cd", "whose determinant is 0"),
        (check_one_in_rows, "cbfge", "has been replaced"),
        (check_one_in_rows, "fbge", "both the product and the factor"),
        (check_one_in_rows, "fbc", "Which of the lines is the claim"),
    ],
)
def test_slips_have_their_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


#: What is said of right answers, and the answers.
RIGHT = {
    check_induction: ("each line evaluated on 20 exact cases", LINES),
    check_nearest_minimizer: (
        "42 problems",
        nearest_by_correction,
        nearest_by_projection,
        nearest_by_lstsq,
        nearest_by_ridge,
    ),
    check_units: (
        "42 samples",
        (units, beyond),
        (lambda x, t, w: 7 * units(x, t, w), far_beyond),
        (lambda x, t, w: np.sqrt(np.abs(w / x)), beyond),
    ),
    check_row_space: ("each method run on 20 exact", (sign_limit, METHODS)),
    check_where_it_ends: ("2 numbers", [4, -1]),
    check_three_targets: ("3 numbers", [1 / 13, 1 / 13, 2]),
    check_most_amplified: ("2 numbers", [0.5, 1]),
    check_one_in_rows: ("5 lines", ["f", "c", "b", "g", "e"], "cfbge"),
}
