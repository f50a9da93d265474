"""The checkers of the page "TITLE": right answers, and wrong ones."""

import numpy as np
from byhand.checks.NAME import check_mean_of_three, check_weighted_mean


def weighted(t, a):
    return np.sum(a * t) / np.sum(a)


def test_the_mean_without_weights_gets_its_hint(refused):
    text = refused(check_weighted_mean, lambda t, a: np.mean(t))
    assert "t = [1., 3.]" in text
    assert "without weights" in text


def test_a_sum_without_division_is_refused(refused):
    text = refused(check_weighted_mean, lambda t, a: np.sum(a * t))
    assert "derivative" in text


#: What is said of right answers, and the answers.
RIGHT = {
    check_mean_of_three: ("1 answer", lambda: 3, lambda: (1 + 2 + 6) / 3),
    check_weighted_mean: (
        "29 numbers",
        weighted,
        lambda t, a: np.average(t, weights=a),
    ),
}
