"""The exercises of the page on descent: right, varied and wrong."""

import math
from fractions import Fraction

import numpy as np
import pytest
from byhand.checks.descent import (
    check_best_step,
    check_book_orders,
    check_moves_away,
    check_steps_needed,
    check_ten_times,
    check_two_clusters,
    check_two_rates,
)
from byhand.regression import (
    descent_rates,
    gradient_descent,
    learning_rate_bound,
)

# --- warm-ups ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_two_rates, (3 / 4, 99 / 100), "factor 2"),
        (check_two_rates, (-1, 23 / 25), "where is the n?"),
        (check_two_rates, (0, 24 / 25), "Both the factor 2 and the n"),
        (check_two_rates, (9 / 10, 49 / 50), "enters squared"),
        (check_two_rates, (49 / 50, 1 / 2), "First the direction"),
        (check_two_rates, (1 / 2, 1 / 50), "what is left"),
        (check_two_rates, (1 / 2, 1 / 3), "formula of the theorem"),
        (check_two_rates, 1 / 2, "2 numbers: σ = 5, σ = 1"),
        (check_best_step, (5 / 9, 4 / 5), "bounces"),
        (check_best_step, (5 / 18, 4 / 5), "leaves the last one slow"),
        (check_best_step, (5 / 14, 4 / 5), "the largest and the least"),
        (check_best_step, (1 / 10, 4 / 5), "where is the n?"),
        (check_best_step, (5 / 4, 4 / 5), "enter squared"),
        (check_best_step, (1, 4 / 5), "the 2 is in it"),
        (check_best_step, (1 / 2, 1 / 2), "κ enters squared"),
        (check_best_step, (1 / 2, -4 / 5), "absolute value"),
        (check_best_step, (1 / 2, 1 / 5), "That direction is fast"),
        (check_best_step, (1 / 2, 2), "the same size"),
        (check_ten_times, (10, 10), "squares of the singular values"),
        (check_ten_times, (1000, 10), "no more"),
        (check_ten_times, (100, 100), "nothing would be gained"),
        (check_ten_times, (100, 10**0.5), "condition number of XᵀX"),
        (check_ten_times, (100, 1), "free of κ"),
        (check_ten_times, (100, 3), "Of which order"),
    ],
)
def test_slips_have_their_hints(check, answer, said, refused):
    text = " ".join(refused(check, answer).split())
    assert said in text
    assert "expected another number" in text or "2 numbers" in text


# --- the number of steps ----------------------------------------------------


def steps_by_logarithm(X, eta, factor):
    slowest = max(abs(1 - 2 * eta * s**2 / len(X)) for s in sigma(X))
    if slowest <= factor:
        return 1
    return math.ceil(math.log(factor) / math.log(slowest))


def steps_by_powers(X, eta, factor):
    k, slowest = 1, max(abs(1 - 2 * eta * s**2 / len(X)) for s in sigma(X))
    while slowest**k > factor:
        k += 1
    return k


def steps_by_counting(X, eta, factor):
    rates = np.abs(descent_rates(X, eta))
    k, left = 0, np.ones_like(rates)
    while max(left) > factor:
        k, left = k + 1, left * rates
    return np.int64(k)


def steps_by_descent(X, eta, factor):
    # The path from each right singular vector to the minimizer 0.
    enough = steps_by_logarithm(X, eta, factor) + 2
    worst = 0
    for v in np.linalg.svd(X).Vh:
        path = gradient_descent(X, 0 * X[:, 0], eta, enough, start=v)
        worst = max(worst, int((np.abs(path @ v) > factor).sum()))
    return float(worst)


def sigma(X):
    return np.linalg.svd(X, compute_uv=False)


def with_rate(rate):
    def answer(X, eta, factor):
        slowest = rate(X, eta)
        if not 0 < slowest < 1 or slowest <= factor:
            return 1
        return math.ceil(math.log(factor) / math.log(slowest))

    return answer


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        # no factor 2
        (
            with_rate(
                lambda X, eta: max(abs(1 - eta * sigma(X) ** 2 / len(X)))
            ),
            "eta = 0.25",
        ),
        # no 1/n
        (
            with_rate(lambda X, eta: max(abs(1 - 2 * eta * sigma(X) ** 2))),
            "[1.],\n",
        ),
        # σ for σ²
        (
            with_rate(
                lambda X, eta: max(abs(1 - 2 * eta * sigma(X) / len(X)))
            ),
            "eta = 0.2\n",
        ),
        # only the smallest singular value
        (
            with_rate(
                lambda X, eta: abs(1 - 2 * eta * sigma(X)[-1] ** 2 / len(X))
            ),
            "eta = 0.21",
        ),
        # only the largest
        (
            with_rate(
                lambda X, eta: abs(1 - 2 * eta * sigma(X)[0] ** 2 / len(X))
            ),
            "singular direction 2 is still",
        ),
        # rounded down
        (
            lambda X, eta, factor: steps_by_logarithm(X, eta, factor) - 1,
            "0.125 of what it was",
        ),
        # one too many
        (
            lambda X, eta, factor: steps_by_logarithm(X, eta, factor) + 1,
            "5, but after step 4",
        ),
        # the rounded quotient of two logarithms, at a tie
        (steps_by_logarithm, "If you divided two logarithms"),
        # less than, where at most is asked for
        (
            lambda X, eta, factor: steps_by_powers(X, eta, 0.999999 * factor),
            "factor = 0.5\n",
        ),
        (lambda X, eta, factor: 3.3, "an integer, 4"),
        (lambda X, eta, factor: "4", "an integer, 4"),
        (lambda X, eta, factor: True, "1, but after step 1"),
        (lambda X, eta, factor: -1, "no number of steps"),
        (lambda X, eta, factor: [4, 4], "an integer, 4"),
    ],
)
def test_steps_needed_fails(answer, said, refused):
    assert said in refused(check_steps_needed, answer)


def test_every_problem_lies_below_the_bound():
    seen = []

    def answer(X, eta, factor):
        seen.append(eta / learning_rate_bound(X))
        return steps_by_powers(X, eta, factor)

    check_steps_needed(answer)
    assert 0 < min(seen) < 0.2
    assert 0.9 < max(seen) < 1


def test_the_hint_fits_where_no_error_is_left(refused):
    def answer(X, eta, factor):
        rate = np.abs(descent_rates(X, eta)).max()
        if rate < 1e-9:
            return 0
        return steps_by_logarithm(X, eta, factor)

    text = " ".join(refused(check_steps_needed, answer).split())
    assert "eta = 0.5" in text
    assert "All rates are 0 here" in text
    assert "Which factors" not in text


# --- which condition number -------------------------------------------------


def orders(H):
    kappa = np.linalg.cond(H)
    return math.sqrt(kappa), kappa


def orders_by_eigenvalues(H):
    values = np.linalg.eigvalsh(H)
    return [(values[-1] / values[0]) ** 0.5, values[-1] / values[0]]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda H: (np.linalg.cond(H), np.linalg.cond(H) ** 2), "of X. Here"),
        (lambda H: orders(H)[::-1], "they come first"),
        (lambda H: (np.linalg.cond(H), np.linalg.cond(H)), "is right"),
        (lambda H: orders(H)[0], "Return two numbers"),
        (lambda H: (100, 10**4), "of condition number 5"),
        (lambda H: (1, 1), "of condition number 100"),
    ],
)
def test_wrong_orders_fail(answer, said, refused):
    assert said in " ".join(refused(check_book_orders, answer).split())


# --- two clusters -----------------------------------------------------------


def clusters(n, s, r):
    digit = math.log(10) / (2 * math.atanh((r / s) ** 2))
    return 2, digit, n / (2 * s**2), n / (2 * r**2)


def clusters_about(n, s, r):
    k, _, first, second = clusters(n, s, r)
    rate = ((s / r) ** 2 - 1) / ((s / r) ** 2 + 1)
    return [k, math.log(0.1) / math.log(rate), second, first]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda k, m, a, b: (500, m, a, b), "distinct nonzero"),
        (lambda k, m, a, b: (k, 1151, a, b), "That is momentum's order"),
        (lambda k, m, a, b: (k, 10**6, a, b), "is a tenth left"),
        (lambda k, m, a, b: (k, m, a, a), "singular value 0.001"),
        (lambda k, m, a, b: (k, m, b, b), "singular value 1"),
        (lambda k, m, a, b: (k, m, 2 * a, 2 * b), "For which η"),
        (lambda k, m, a, b: (k, m, a), "in this order"),
    ],
)
def test_wrong_clusters_fail(change, said, refused):
    text = refused(
        check_two_clusters, lambda n, s, r: change(*clusters(n, s, r))
    )
    assert said in " ".join(text.split())
    assert "n = 500" in text


# --- a weight that moves away -----------------------------------------------


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ((1, 3), "let it be wrong"),
        ((1, 2), "let it be wrong"),
        ((4, 0), "not the weights"),
        ((3, 2), "not the weights"),
        ((2, 5), "other sign"),
        ((1, 2, 3), "as a pair"),
        ((1, math.inf), "two finite numbers"),
    ],
)
def test_a_start_that_does_not_move_away_fails(start, said, refused):
    assert said in " ".join(refused(check_moves_away, start).split())


#: What is said of right answers, and the answers.
RIGHT = {
    check_two_rates: ("2 numbers", [1 / 2, 49 / 50], (0.5, 0.98)),
    check_best_step: ("2 numbers", [1 / 2, 4 / 5]),
    check_ten_times: ("2 numbers", [100, 10]),
    # The last one is descent itself.
    check_steps_needed: (
        "69 problems",
        steps_by_powers,
        steps_by_counting,
        steps_by_descent,
    ),
    check_book_orders: ("14 Hessians", orders, orders_by_eigenvalues),
    check_two_clusters: ("5 pairs", clusters, clusters_about),
    check_moves_away: (
        "the error of w₁ goes from",
        [Fraction(11, 10), 3],
        [0.9, 0],
        [1.25, 100],
    ),
}
