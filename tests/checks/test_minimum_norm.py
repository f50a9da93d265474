"""The checkers of the minimum-norm page: right passes, wrong is shown."""

import numpy as np
import pytest
from byhand.checks.minimum_norm import (
    check_induction,
    check_nearest_minimizer,
    check_row_space,
    check_units,
)
from byhand.regression import least_squares, ridge

LINES = {
    "a": "right", "b": "shape", "c": "shape", "d": "right",
    "e": "number", "f": "number", "g": "shape", "h": "right",
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
    assert f"{letter}.  " in said
    assert f"your verdict = {verdict}" in said
    assert EVIDENCE[letter] in said
    assert "X = [[1, 2]]" in said


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
    said = refused(check_units, answer)
    assert "your s = " in said
    assert "got is where descent ends" in said


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
    said = refused(check_units, answer)
    assert "positive finite numbers in shape (2,)" in said


@pytest.mark.parametrize("method", METHODS)
def test_a_method_judged_wrongly_is_run(method, refused):
    stays = METHODS[method]
    said = refused(check_row_space, METHODS | {method: not stays})
    assert f"method = {method}" in said
    if stays:
        assert "of the form Xᵀc" in said
    else:
        assert "X = [[1, 2]]" in said
        assert "at step 1, w = " in said


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
        units,
        lambda x, t, w: 7 * units(x, t, w),
        lambda x, t, w: np.sqrt(np.abs(w / x)),
    ),
    check_row_space: ("each method run on 20 exact cases", METHODS),
}
