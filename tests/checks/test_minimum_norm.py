"""The checkers of the minimum-norm page: right passes, wrong is shown."""

import math

import numpy as np
import pytest
from byhand.checks.minimum_norm import (
    _cases,
    _departure,
    _judge,
    _square_cases,
    check_induction,
    check_most_amplified,
    check_nearest_minimizer,
    check_one_in_rows,
    check_row_space,
    check_three_targets,
    check_units,
    check_where_it_ends,
    ridge_numbers,
    start_numbers,
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

#: What is seen where X = [[1, 2]], t = [5], c = [2] and η = 1/50, so that
#: w_k = (2, 4) and the next is (9/5, 18/5).
EVIDENCE = {
    "a": "both sides [10, 20], and equal in 19 other cases",
    "b": "Xᵀ is 2×1 and w_k has 2 entries: no product",
    "c": "Xᵀ is 2×1 and c_k has 2 entries: no product",
    "d": "both sides [9/5, 18/5], and equal in 19 other cases",
    "e": "left [9/5, 18/5], right [7/5, 14/5]",
    "f": "left [9/5], right [19/10]",
    "g": "sides with 2 and 1 entries",
    "h": "both sides [1, 2], and equal in 19 other cases",
    # Numbers, which commute, are not enough for the first of these.
    "b, n = d": "left [89/50, 113/25], right [99/50, 121/25]",
    "c, n = d": "both sides [2], and equal in 19 other cases",
    "g, n = d": "left [6], right [3]",
}

#: The cases that show these.
SHOWN = {
    "b, n = d": "X = [[1, 2], [0, 1]] t = [1, 3] c = [2, 1]",
    "c, n = d": "X = [[2]] t = [3] c = [1]",
    "g, n = d": "X = [[2]] t = [3] c = [1]",
}

METHODS = {
    "sample": True, "momentum": True, "decay": True,
    "coordinate": False, "sign": False,
}  # fmt: skip


@pytest.fixture
def afresh():
    """Have lines and methods judged again, whatever was judged before."""
    for judged in (_cases, _square_cases, _judge, _departure):
        judged.cache_clear()


@pytest.mark.parametrize("letter", LINES)
@pytest.mark.parametrize("verdict", ["right", "shape", "number"])
def test_a_wrong_verdict_is_answered_with_evidence(
    letter, verdict, refused, afresh
):
    if LINES[letter] == verdict:
        return
    said = refused(check_induction, LINES | {letter: verdict})
    assert f"line = {letter}:  " in said
    said = " ".join(said.split())
    assert f"got you say {verdict!r}, but {EVIDENCE[letter]} hint" in said
    case = SHOWN.get(letter, "X = [[1, 2]] t = [5] c = [2]")
    assert f" {case} eta = 1/50 expected" in said
    if len(letter) > 1 and verdict == "shape":
        assert "which products can be formed" in said
    else:
        hint = {
            "right": "Put these numbers into both sides",
            "shape": "Write its shape under every factor",
            "number": "The shapes do not help here",
        }[LINES[letter]]
        assert hint in said


def test_descent_converges_on_every_case_of_the_induction():
    for case in [*_cases(), *_square_cases()]:
        assert 0 < case.eta < learning_rate_bound(case.X.astype(float))


def test_the_cases_are_many_of_full_rank_and_of_small_integers(afresh):
    assert {case.X.shape for case in _cases()} == {
        (1, 2), (1, 3), (2, 3), (2, 4), (3, 4), (3, 5)
    }  # fmt: skip
    assert {case.X.shape for case in _square_cases()} == {
        (1, 1), (2, 2), (3, 3)
    }  # fmt: skip
    for cases, by_hand in ((_cases(), 1), (_square_cases(), 2)):
        for case in cases:
            rank = np.linalg.matrix_rank(case.X.astype(float))
            assert rank == len(case.X)
        for name, most in (("X", 3), ("t", 4), ("c", 4)):
            drawn = [getattr(case, name).ravel() for case in cases[by_hand:]]
            assert set(np.concatenate(drawn)) == set(range(-most, most + 1))


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


@pytest.mark.parametrize(
    ("w", "said"),
    [
        # From (2, 0) to the line w₁ + w₂ = 3 it is 1/√2 to (5/2, 1/2), and
        # √(5/2) to (3/2, 3/2).
        ((1.5, 1.5), "at distance 1.581 from w0; there is one at distance"),
        ((1.5, 1.5), "there is one at distance 0.7071."),
        ((1.5, 1.5003), "A minimizer, but at distance 1.581 from w0"),
        ((1.5, 1.4997), "A minimizer, but at distance 1.581 from w0"),
        ((1.5, 1.5005), "Xᵀ(Xw − t) = [0.0005, 0.0005]."),
        ((1.5, 1.0), "Xᵀ(Xw − t) = [-0.5, -0.5]."),
        ((2, 0), "Xᵀ(Xw − t) = [-1, -1]."),
        ((math.inf, 0), "one finite vector"),
    ],
)
def test_what_a_wrong_minimizer_is_at_is_told(w, said, refused):
    text = refused(check_nearest_minimizer, lambda X, t, w0: w)
    assert said in " ".join(text.split())


def test_the_nearest_minimizer_is_wanted_to_five_digits(passes, refused):
    def off(by):
        def answer(*given):
            w = nearest_by_correction(*given)
            return w + by * (1 + np.abs(w))

        return answer

    passes(check_nearest_minimizer, off(9e-6))
    passes(check_nearest_minimizer, off(-9e-6))
    refused(check_nearest_minimizer, off(2e-5))
    refused(check_nearest_minimizer, off(-2e-5))


@pytest.fixture
def starts():
    """Return what is asked of a function, (X, t, w0)."""
    seen = []

    def answer(*given):
        seen.append([part.copy() for part in given])
        return nearest_by_correction(*given)

    check_nearest_minimizer(answer)
    return seen


def repeats(X):
    return len(X) > 1 and np.array_equal(X[-1], X[0])


def test_problems_of_many_sizes_and_starts_are_tried(starts):
    (X, t, w0), (Y, u, v0), *drawn = starts
    assert (X.tolist(), t.tolist(), w0.tolist()) == ([[1, 1]], [3], [2, 0])
    assert Y.tolist() == [[1, 1], [1, 1]]
    assert (u.tolist(), v0.tolist()) == ([2, 4], [2, 0])
    assert sum(repeats(X) for X, _, _ in drawn) == 13
    shapes = {(len(X) - repeats(X), X.shape[1]) for X, _, _ in drawn}
    assert {n for n, _ in shapes} == {d for _, d in shapes} == set(range(1, 6))
    for place, most in ((0, 3), (1, 5), (2, 5)):
        entries = np.concatenate([given[place].ravel() for given in drawn])
        assert set(entries) == set(range(-most, most + 1))
    # Every sound method finds the answer.
    for X, _, _ in drawn:
        S = np.linalg.svd(X, compute_uv=False)
        assert min(S[S > 1e-9]) >= 0.3


NEAREST = {
    "wide": lambda X: X.shape[0] < X.shape[1],
    "square": lambda X: X.shape[0] == X.shape[1] > 1,
    "tall": lambda X: X.shape[0] > X.shape[1],
    "one column": lambda X: X.shape[1] == 1,
    "one row": lambda X: X.shape == (1, 4),
    "a row twice, and the rank below both": lambda X: (
        np.linalg.matrix_rank(X) < min(X.shape)
    ),
    "a row twice, and independent columns": lambda X: (
        repeats(X) and np.linalg.matrix_rank(X) == X.shape[1]
    ),
}


@pytest.mark.parametrize("special", NEAREST.values(), ids=NEAREST)
def test_a_special_problem_is_among_those_tried(special, refused):
    def answer(X, t, w0):
        return nearest_by_correction(X, t, w0) + special(X)

    refused(check_nearest_minimizer, answer)


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
    ("w", "said"),
    [
        ((-1, -1), "w = [-1.0, -1.0], with w · x = -2"),
        ((1, 1.99), "w = [1.0, 1.99], with w · x = 2.99"),
        # All in units with s_j² = w_j/3: also where an entry is small.
        ((2.9, 0.1), "w = [2.9, 0.1], at which descent ends in the units"),
        ((2.9, 0.1), "in the units s = [0.9832, 0.1826]"),
        ((1e-4, 3 - 1e-4), "Which sign has the entry j"),
    ],
)
def test_what_is_no_interpolant_beyond_units_is_told(w, said, refused):
    def answer(x, t):
        return w if list(x) == [1, 1] else beyond(x, t)

    text = " ".join(refused(check_units, units, answer).split())
    assert f"{said} " in text
    assert "input x = [1., 1.] t = 3.0 expected" in text


def test_an_entry_that_is_zero_is_beyond_all_units(passes):
    passes(check_units, units, lambda x, t: [*np.zeros(len(x) - 1), t / x[-1]])


def test_of_one_feature_nothing_lies_beyond(passes):
    def answer(x, t):
        assert len(x) > 1
        return beyond(x, t)

    passes(check_units, units, answer)


def test_where_descent_ends_is_wanted_to_six_digits(passes, refused):
    for factor in (1 + 4e-7, 1 - 4e-7):
        # The end, which does not depend on a common unit, moves with one.
        def answer(x, t, w, factor=factor):
            s = units(x, t, w)
            s[0] *= factor
            return s

        passes(check_units, answer, beyond)
    for factor in (1 + 2e-6, 1 - 2e-6):

        def wrong(x, t, w, factor=factor):
            s = units(x, t, w)
            s[0] *= factor
            return s

        refused(check_units, wrong, beyond)


#: Samples at which a function is easily wrong that is right elsewhere.
SAMPLES = {
    "two features alike": lambda x, t: list(x) == [1, 1],
    "one counts twice": lambda x, t: list(x) == [1, 2],
    "one feature": lambda x, t: len(x) == 1,
    "six features": lambda x, t: len(x) == 6,
    "signs of both kinds": lambda x, t: min(x) < 0 < max(x),
    "negative features alone": lambda x, t: max(x) < 0,
    "a positive target": lambda x, t: t > 3,
    "a negative target": lambda x, t: t < 0,
}


@pytest.mark.parametrize("special", SAMPLES.values(), ids=SAMPLES)
def test_a_special_sample_is_among_those_tried(special, refused):
    def off(x, t, w):
        s = units(x, t, w)
        s[0] *= 1 if len(x) == 1 else 1 + special(x, t)
        return -s if len(x) == 1 and special(x, t) else s

    refused(check_units, off, beyond)

    def sign_off(x, t):
        return sign_limit(x, t) * (1 + special(x, t))

    refused(check_row_space, sign_off, METHODS)

    def within(x, t):
        wrong = special(x, t) and len(x) > 1
        return x * t / (x @ x) if wrong else beyond(x, t)

    if special is not SAMPLES["one feature"]:
        text = refused(check_units, units, within)
        assert "a w that is the end in no units" in text


def test_samples_of_many_sizes_are_tried():
    seen = []

    def answer(x, t, w):
        seen.append((x.copy(), t, w.copy()))
        return units(x, t, w)

    check_units(answer, beyond)
    (x, t, w), (y, u, v), *drawn = seen
    assert (x.tolist(), t, w.tolist()) == ([1, 1], 3, [1, 2])
    assert (y.tolist(), u, v.tolist()) == ([1, 2], 3, [1, 1])
    assert {len(x) for x, _, _ in drawn} == set(range(1, 7))
    features = set(np.concatenate([x for x, _, _ in drawn]))
    assert features == set(range(-5, 6)) - {0}
    assert {t for _, t, _ in drawn} == set(range(-8, 9)) - {0, 3, -4}
    for x, t, w in drawn:
        assert w @ x == pytest.approx(t)
        assert (w * x * t > 0).all()
        # In parts from 1 to 7, of which the smallest is a fair share.
        assert max(w * x) / min(w * x) < 8


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
def test_a_method_judged_wrongly_is_run(method, refused, afresh):
    stays = METHODS[method]
    said = refused(check_row_space, sign_limit, METHODS | {method: not stays})
    said = " ".join(said.split())
    assert f"input method = {method} X = " in said
    if stays:
        case = _cases()[-1]
        X, t = case.X.astype(float), case.t.astype(float)
        w = ENDS[method](X, t)
        assert (
            f"you say {not stays}, but all points of 20 exact runs, " in said
        )
        assert "of 10 steps each, are of the form Xᵀc; this one ends" in said
        shown = ", ".join(f"{entry:g}" for entry in np.round(w, 4))
        assert f"ends at w = [{shown}] hint" in said
    else:
        assert "X = [[1, 2]] t = [5] expected" in said
        # From zero, where the gradient is (−10, −20), with η = 1/20.
        w = {"coordinate": "[1/2, 0]", "sign": "[1/20, 1/20]"}[method]
        assert f"at step 1, w = {w}, which is not" in said


def after_ten_steps(step):
    """Return where ten steps from zero lead, with η = 1/20."""

    def end(X, t):
        w, memory = np.zeros(X.shape[1]), np.zeros(X.shape[1])
        for k in range(10):
            memory = step(X, t, w, memory, k)
            w = w + memory
        return w

    return end


def slope(X, t, w):
    return 2 / len(X) * X.T @ (X @ w - t)


ENDS = {
    "sample": after_ten_steps(
        lambda X, t, w, _, k: (
            -0.05 * slope(X[[k % len(X)]], t[[k % len(X)]], w)
        )
    ),
    "momentum": after_ten_steps(
        lambda X, t, w, v, _: 0.5 * v - 0.05 * slope(X, t, w)
    ),
    "decay": after_ten_steps(
        lambda X, t, w, *_: -0.05 * (slope(X, t, w) + 2 / 3 * w)
    ),
}


@pytest.mark.parametrize(
    ("check", "others", "said"),
    [
        (check_induction, (), "one of 'right', 'shape', 'number'"),
        (check_row_space, (lambda x, t: x,), "for each, one of True, False"),
    ],
)
def test_the_verdicts_to_choose_from_are_told(check, others, said, refused):
    assert said in " ".join(refused(check, *others, {}).split())


def sign_limit(x, t):
    return np.sign(x) * t / np.abs(x).sum()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda x, t: x * t / (x @ x), "where plain descent ends"),
        (lambda x, t: np.sign(x) * t, "That is no interpolant"),
        (lambda x, t: np.sign(x) * t, "w · x is 6, and t is 3."),
        (lambda x, t: 2.9 * x / (x @ x), "w · x is 2.9, and t is 3."),
        # The two ends differ from the second sample on, (1, 2) and 3.
        (lambda x, t: x * t / (x @ x), "x = [1., 2.]"),
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
        (check_where_it_ends, (5, 0), "Every step moves both weights"),
        (check_where_it_ends, (4, 0), "The end lies on w₁ + w₂ = 3, and"),
        (check_where_it_ends, 4, "2 numbers"),
        (check_three_targets, (1 / 26, 1 / 13, 2), "n belongs into it"),
        (check_three_targets, (2, 1 / 13, 2), "along u₁, too"),
        (check_three_targets, (2 / 26**0.5, 1 / 13, 2), "σ² already"),
        (check_three_targets, (1 / 13, 2, 2), "does this target lie"),
        (check_three_targets, (1, 1 / 13, 2), "η σ² < n has to hold"),
        (check_three_targets, (1 / 13, 1 / 26, 2), "n belongs into it"),
        (check_three_targets, (1 / 13, 1, 2), "η σ² < n has to hold"),
        (check_three_targets, (1 / 13, 1 / 13, 1), "n belongs into it"),
        (check_three_targets, (1 / 13, 1 / 13, 1 / 26), "Has this target"),
        (check_three_targets, (1 / 13,) * 3, "Has this target"),
        (check_three_targets, (1 / 13, 1 / 13, 0), "a positive number"),
        (check_three_targets, (1 / 13, 1 / 13, 5), "and for no other"),
        (check_most_amplified, (1 / 4, 1), "its square"),
        (check_most_amplified, (1 / 10, 5), "n is missing"),
        (check_most_amplified, (1, 1 / 2), "σ comes first"),
        (check_most_amplified, (0, 1), "does not reach the weights"),
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


@pytest.mark.parametrize(
    ("setting", "start", "penalty"),
    [
        ("group 1", (8, -5, 5), (64, 8)),
        ("group 2", (9, 2, 3), (81, 8)),
        ("group 3", (1, 2, 5), (49, 8)),
        ("group 4", (6, -4, 0), (64, 8)),
        ("group 5", (9, -4, -5), (9, 20)),
        ("group 6", (6, 4, -6), (36, 8)),
        ("group 8", (7, -3, -6), (9, 25)),
        ("group 9", (5, 5, 6), (25, 8)),
        ("group 11", (9, 5, -6), (16, 20)),
    ],
)
def test_the_numbers_of_a_variant_stay(setting, start, penalty, vary):
    # Written down once: a course has handed them out.
    vary(setting)
    assert start_numbers.value == start
    assert ridge_numbers.value == penalty
    vary(None)
    assert start_numbers.value == (3, 5, 0)
    assert ridge_numbers.value == (25, 10)


def test_the_slips_of_every_start_lead_elsewhere(vary):
    for i in range(300):
        vary(f"group {i}")
        t, first, second = start_numbers.value
        move = (t - first - second) / 2
        assert move == round(move)
        # From the origin, along an axis, the other way, not at all.
        slips = [t / 2, t - second, first - move, first]
        assert first + move not in slips
        assert t / 2 != first


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((4, 9), "from the origin"),
        ((3, 9), "not along (1, 1)"),
        ((-9, 9), "The start predicts less than 8: which way"),
        ((-5, 9), "Every step moves both weights"),
        ((-1, 1), "the two would add up to less than 8"),
        ((-1, 8), "w₁ + w₂ = 8, and w₁ − w₂ is what it was"),
        ((-2, 9), "w₁ + w₂ = 8, and w₁ − w₂ is what it was"),
    ],
)
def test_slips_from_the_start_of_a_variant(answer, said, vary, refused):
    vary("group 1")
    text = " ".join(refused(check_where_it_ends, answer).split())
    assert "x = (1, 1), t = 8, start (-5, 5)" in text
    assert said in text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((10 / 3, 10 / 3), "σ comes first"),
        ((9 / 400, 10 / 3), "its square"),
        ((1 / 20, 10 / 3), "n is missing"),
        ((0, 10 / 3), "does not reach the weights"),
        ((3 / 20, 20 / 3), "least squares would do"),
        ((3 / 20, 3 / 20), "That is σ"),
        ((3 / 20, 10), "n is missing"),
        ((3 / 20, 3), "largest, and what"),
        ((3, 10 / 3), "largest, and what"),
    ],
)
def test_slips_in_the_penalty_of_a_variant(answer, said, vary, refused):
    vary("group 5")
    text = " ".join(refused(check_most_amplified, answer).split())
    assert "n = 9, λ = 1/400" in text
    assert said in text


def test_right_answers_of_variants(vary, passes):
    vary("group 1")
    passes(check_where_it_ends, (-1, 9))
    vary("group 5")
    passes(check_most_amplified, (3 / 20, 10 / 3))


#: What is said of right answers, and the answers.
RIGHT = {
    check_induction: ("each line evaluated on 20 exact cases", LINES),
    check_nearest_minimizer: (
        "42 problems, some with repeated rows",
        nearest_by_correction,
        nearest_by_projection,
        nearest_by_lstsq,
        nearest_by_ridge,
    ),
    check_units: (
        "42 samples with up to 6 features",
        (units, beyond),
        (lambda x, t, w: 7 * units(x, t, w), far_beyond),
        (lambda x, t, w: np.sqrt(np.abs(w / x)), beyond),
    ),
    check_row_space: (
        "each method run on 20 exact cases",
        (sign_limit, METHODS),
    ),
    check_where_it_ends: ("2 numbers, to three digits", [4, -1]),
    check_three_targets: ("3 numbers, to three digits", [1 / 13, 1 / 13, 2]),
    check_most_amplified: ("2 numbers, to three digits", [0.5, 1]),
    check_one_in_rows: ("5 lines", ["f", "c", "b", "g", "e"], "cfbge"),
}
