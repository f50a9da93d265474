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
    share_numbers,
    spectrum_numbers,
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
        (check_two_rates, (1 / 4, 49 / 50), "two steps"),
        (check_two_rates, (1 / 2, 99 / 100), "has a factor 2."),
        (check_two_rates, (1 / 2, 23 / 25), "where is the n?"),
        (check_two_rates, (1 / 2, 24 / 25), "Both the 2 and the n"),
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
        (check_ten_times, (2, 10), "It is not digits that are counted"),
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


@pytest.mark.parametrize(
    ("setting", "share", "spectrum"),
    [
        ("group 1", 10, (4, 5, 4, 2)),
        ("group 2", 5, (6, 6, 4, 2)),
        ("group 4", 6, (7, 4, 3, 1)),
        ("group 6", 6, (6, 3, 2, 1)),
        ("group 7", 3, (7, 5, 3, 1)),
        ("group 10", 8, (8, 4, 3, 2)),
    ],
)
def test_the_numbers_of_a_variant_stay(setting, share, spectrum, vary):
    # Written down once: a course has handed them out.
    vary(setting)
    assert share_numbers.value == (share,)
    assert spectrum_numbers.value == spectrum
    vary(None)
    assert share_numbers.value == (4,)
    assert spectrum_numbers.value == (5, 3, 2, 1)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((4 / 5, 123 / 125), "factor 2"),
        ((-3 / 5, 123 / 125), "where is the n?"),
        ((1 / 5, 123 / 125), "Both the factor 2 and the n"),
        ((23 / 25, 123 / 125), "enters squared"),
        ((123 / 125, 3 / 5), "First the direction"),
        ((9 / 25, 123 / 125), "two steps"),
        ((3 / 5, 124 / 125), "has a factor 2."),
        ((3 / 5, 117 / 125), "where is the n?"),
        ((3 / 5, 121 / 125), "Both the 2 and the n"),
        ((3 / 5, 2 / 125), "what is left"),
    ],
)
def test_slips_in_the_rates_of_a_variant(answer, said, vary, refused):
    vary("group 2")
    text = " ".join(refused(check_two_rates, answer).split())
    assert "n = 4, η = 4/125, σ = 5 and 1" in text
    assert said in text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((4 / 25, 21 / 29), "bounces"),
        ((4 / 50, 21 / 29), "leaves the last one slow"),
        ((4 / 45, 21 / 29), "the largest and the least"),
        ((1 / 29, 21 / 29), "where is the n?"),
        ((4 / 7, 21 / 29), "enter squared"),
        ((8 / 29, 21 / 29), "the 2 is in it"),
        ((4 / 29, 3 / 7), "κ enters squared"),
        ((4 / 29, -21 / 29), "absolute value"),
        # The rate of the direction between is −3/29.
        ((4 / 29, 3 / 29), "That direction is fast"),
        ((4 / 29, 1), "the same size"),
    ],
)
def test_slips_in_the_step_of_a_variant(answer, said, vary, refused):
    vary("group 1")
    text = " ".join(refused(check_best_step, answer).split())
    assert "n = 4, σ = 5, 4 and 2" in text
    assert said in text


def test_right_answers_of_variants(vary, passes):
    vary("group 1")
    passes(check_best_step, (4 / 29, 21 / 29))
    vary("group 2")
    passes(check_two_rates, (3 / 5, 123 / 125))


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


@pytest.fixture
def problems():
    """Return what is asked of a function, (X, eta, factor)."""
    seen = []

    def answer(*given):
        seen.append(given)
        return steps_by_powers(*given)

    check_steps_needed(answer)
    return seen


def test_every_problem_lies_below_the_bound(problems):
    shares = [eta / learning_rate_bound(X) for X, eta, _ in problems]
    assert 0 < min(shares) < 0.2
    assert 0.9 < max(shares) < 1
    # After the ones by hand: small steps, fast ones, and two that bounce.
    drawn = {round(share, 2) for share in shares[8:-3]}
    assert drawn == {0.1, 0.5, 0.9, 0.97}


def test_the_problems_have_one_to_four_weights_and_up_to_three_rows_more(
    problems,
):
    shapes = {X.shape for X, _, _ in problems}
    assert {d for _, d in shapes} == {1, 2, 3, 4}
    assert {n - d for n, d in shapes} == {0, 1, 2, 3}
    for X, _, _ in problems:
        assert np.linalg.matrix_rank(X) == X.shape[1]
    # In small integers, so that a message can be read.
    assert set(np.concatenate([X.ravel() for X, _, _ in problems])) == set(
        range(-3, 4)
    )
    assert {f for _, _, f in problems} > {0.3, 0.1, 0.01, 1e-6}


def test_rounding_does_not_decide_on_the_last_step(problems):
    for X, eta, factor in problems:
        slowest = max(abs(1 - 2 * eta * s**2 / len(X)) for s in sigma(X))
        k = steps_by_powers(X, eta, factor)
        for left in (slowest**k, slowest ** (k - 1)):
            assert left == factor or abs(left / factor - 1) > 1e-6


def test_no_problem_takes_more_than_some_thousand_steps(problems):
    assert max(np.linalg.cond(X) for X, _, _ in problems) <= 40
    assert max(steps_by_powers(*given) for given in problems) < 3000


def alike(X, rows):
    return np.array_equal(X, rows)


#: Problems at which a function is easily wrong that is right elsewhere.
SPECIAL = {
    "a single step ends it": lambda X, eta, f: (
        alike(X, [[1]]) and eta == 0.5
    ),
    "the error changes its sign": lambda X, eta, f: (
        alike(X, [[1]]) and eta == 0.75
    ),
    "n is not 1": lambda X, eta, f: alike(X, [[1], [1], [1]]),
    "the last direction is the slowest": lambda X, eta, f: (
        alike(X, [[2, 1], [1, 2]]) and eta == 0.05
    ),
    "both directions are equally slow": lambda X, eta, f: (
        alike(X, [[2, 1], [1, 2]]) and eta == 0.2
    ),
    "the first direction is the slowest": lambda X, eta, f: (
        alike(X, [[2, 1], [1, 2]]) and eta == 0.21
    ),
    "a tie after one step": lambda X, eta, f: f == 1 / 2,
    "a tie after three": lambda X, eta, f: f == 1 / 8,
    "a tie after many": lambda X, eta, f: f == 2.0**-29,
    "four weights": lambda X, eta, f: X.shape[1] == 4,
    "more rows than weights": lambda X, eta, f: len(X) - X.shape[1] == 3,
    "as many": lambda X, eta, f: X.shape == (3, 3),
    "few steps": lambda X, eta, f: f == 0.3,
    "many steps": lambda X, eta, f: steps_by_powers(X, eta, f) > 2000,
}  # fmt: skip


@pytest.mark.parametrize("special", SPECIAL.values(), ids=SPECIAL)
def test_a_special_problem_is_among_those_tried(special, problems, refused):
    first = next(given for given in problems if special(*given))

    def answer(*given):
        return steps_by_powers(*given) + special(*given)

    text = refused(check_steps_needed, answer)
    for name, value in zip(("eta", "factor"), first[1:], strict=True):
        assert f"  {name} = {value!r}\n" in text
    right = steps_by_powers(*first)
    assert f"  expected  {right}\n  got       {right + 1}, but" in text


@pytest.mark.parametrize(
    ("eta", "by", "said"),
    [
        # 0.95⁴⁴ = 0.1047 and 0.95⁴⁵ = 0.0994; 0.89¹⁹ = 0.1092
        (0.05, -1, "44, but after step 44 the error in singular direction 2"),
        (0.05, -1, "singular direction 2 is still 0.1047 of what it was"),
        (0.05, 1, "46, but after step 45 no error is above 0.09944 of what"),
        (0.21, -1, "19, but after step 19 the error in singular direction 1"),
        (0.21, -1, "singular direction 1 is still 0.1092 of what it was"),
    ],
)
def test_what_is_left_of_the_error_is_told(eta, by, said, refused):
    def answer(*given):
        return steps_by_powers(*given) + by * (given[1] == eta)

    text = " ".join(refused(check_steps_needed, answer).split())
    assert said in text
    assert "The slowest direction decides" in text


@pytest.mark.parametrize(
    ("by", "factor", "said"),
    [
        (1, 0.5, "the quotient was rounded"),
        (1, 0.125, "the quotient was rounded"),
        (2, 0.125, "Which factors does the gradient put"),
        (1, 0.1, "Which factors does the gradient put"),
        (-1, 0.125, "Which factors does the gradient put"),
    ],
)
def test_the_hint_on_a_tie_is_for_one_step_more_there(
    by, factor, said, refused
):
    def answer(*given):
        return steps_by_powers(*given) + by * (given[2] == factor)

    text = " ".join(refused(check_steps_needed, answer).split())
    assert said in text


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


def test_the_condition_numbers_of_the_hessians():
    seen = []

    def answer(H):
        assert np.allclose(H, H.T, rtol=1e-12)
        largest = np.linalg.eigvalsh(H)[-1]
        seen.append((len(H), round(orders(H)[1]), round(largest, 6)))
        return orders(H)

    check_book_orders(answer)
    assert seen[:2] == [(2, 10**4, 1), (2, 25, 12.5)]
    assert sorted(seen[2:]) == [
        (d, kappa, 4) for d in (2, 3, 5) for kappa in (9, 100, 10**4, 10**6)
    ]


@pytest.mark.parametrize(
    ("wrong", "d"),
    [
        # the largest eigenvalue taken for 1, as it is in the first case
        (lambda H: 1 / np.linalg.eigvalsh(H)[0], 2),
        # the eigenvalues read off the diagonal
        (lambda H: max(np.diag(H)) / min(np.diag(H)), 2),
        # the two largest
        (lambda H: np.divide(*np.linalg.eigvalsh(H)[[-1, -2]]), 3),
        # a determinant for the product of two eigenvalues
        (lambda H: np.linalg.eigvalsh(H)[-1] ** 2 / np.linalg.det(H), 3),
    ],
)
def test_what_is_the_condition_number_of_some_is_refused(wrong, d, refused):
    text = refused(check_book_orders, lambda H: (wrong(H) ** 0.5, wrong(H)))
    rows = text.split("  expected ")[0].split("H = ")[1].splitlines()
    assert len(rows) == d
    if d == 2:
        assert rows[0] == "[[6.5, 6. ],"


def test_orders_are_wanted_to_four_digits(passes, refused):
    for factor in (1 + 9e-5, 1 - 9e-5):
        passes(check_book_orders, lambda H, f=factor: np.array(orders(H)) * f)
    for wrong in ([1 + 2e-4, 1], [1, 1 + 2e-4], [1 - 2e-4, 1]):
        refused(check_book_orders, lambda H, w=wrong: np.array(orders(H)) * w)


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


#: The pairs tried, and why.
PAIRS = {
    "many weights, and κ = 1000": (500, 1, 1 / 1000),
    "as many weights as steps": (2, 5, 1),
    "κ near 1": (10, 3, 2),
    "both below 1": (8, 1 / 2, 1 / 100),
    "both at least 1": (100, 20, 1),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("place", range(4))
def test_every_pair_and_each_of_the_four_numbers_counts(pair, place, refused):
    def answer(*given):
        found = list(clusters(*given))
        found[place] *= 1 + (given == pair)
        return found

    text = refused(check_two_clusters, answer)
    n, s, r = pair
    assert f"n = {n}\n" in text
    assert f"s = {float(s)}\n" in text
    assert f"r = {float(r)}\n" in text


@pytest.mark.parametrize("factor", [0.951, 1.049])
def test_the_steps_for_a_digit_may_be_off_by_five_percent(factor, passes):
    def answer(*given):
        k, digit, *steps = clusters(*given)
        return k, factor * digit, *steps

    passes(check_two_clusters, answer)


@pytest.mark.parametrize(
    ("digit", "said"),
    [
        # 1151.3 times momentum's steps, 1.1513 million the right ones
        (1.09e6, "is a tenth left"),
        (1.22e6, "is a tenth left"),
        (1050, "momentum's order"),
        (1260, "momentum's order"),
        (1020, "is a tenth left"),
        (1300, "is a tenth left"),
        # with the wrong sign
        (-1151292, "is a tenth left"),
    ],
)
def test_other_steps_for_a_digit_are_refused(digit, said, refused):
    text = refused(
        check_two_clusters,
        lambda n, s, r: (2, digit, n / (2 * s * s), n / (2 * r * r)),
    )
    assert said in " ".join(text.split())
    assert "to within 5 percent" in text


def test_for_clusters_that_are_close_the_limit_of_large_kappa_is_off(refused):
    def answer(n, s, r):
        k, _, *steps = clusters(n, s, r)
        return k, math.log(10) / 2 * (s / r) ** 2, *steps

    assert "n = 10" in refused(check_two_clusters, answer)


@pytest.mark.parametrize(
    ("steps", "left", "sigma"),
    [
        # For n = 2, s = 5 and r = 1 the steps are 1/25 and 1.
        ((0.04, 0.04), 0.9216, 1),
        ((1, 1), 576, 5),
        ((0.5, 1), 276, 5),
    ],
)
def test_what_the_steps_leave_is_told(steps, left, sigma, refused):
    def answer(n, s, r):
        k, digit, *right = clusters(n, s, r)
        return k, digit, *(steps if n == 2 else right)

    text = " ".join(refused(check_two_clusters, answer).split())
    assert f"step sizes {steps[0]} and {steps[1]}, which leave {left} " in text
    assert f"directions with singular value {sigma} hint" in text


def test_steps_are_wanted_to_twelve_digits(passes, refused):
    def off(of_s, of_r):
        def answer(*given):
            k, digit, first, second = clusters(*given)
            return k, digit, first * (1 + of_s), second * (1 + of_r)

        return answer

    passes(check_two_clusters, off(5e-13, 5e-13))
    # The other step magnifies what is left of the larger one.
    refused(check_two_clusters, off(2e-12, 0))
    refused(check_two_clusters, off(0, 1e-11))


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


# One step of 2/25 makes 12/25 (e₁ − e₂) of the first error e₁.
@pytest.mark.parametrize(
    ("start", "said"),
    [
        ((1, 3), "w₁ = 1, which is that of the minimizer"),
        ((4, 0), "an error of 3 before and of 2.4 after"),
        ((-1, 2), "an error of -2 before and of -0.96 after"),
        ((2, 5), "an error of 1 before and of -0.96 after"),
        # the other error at most twice as large, and larger
        ((2, 4), "not the weights"),
        ((2, 4.01), "other sign"),
        ((0, 0), "not the weights"),
        # as far away as before
        ((13, -11), "an error of 12 before and of 12 after"),
        ((13, 39), "an error of 12 before and of -12 after"),
    ],
)
def test_the_errors_of_the_first_weight_are_told(start, said, refused):
    text = " ".join(refused(check_moves_away, start).split())
    assert said in text
    assert f"start = [{start[0]}, " in text


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ((1.5, 0), "goes from 0.5 to 1.2"),
        ((0.75, 5), "goes from 0.25 to 1.56"),
        ((13, -11.01), "goes from 12 to 12"),
        ((13, 39.01), "goes from 12 to 12"),
    ],
)
def test_a_first_weight_moves_away(start, said, passes):
    assert said in passes(check_moves_away, start)


NUMBERS = "2 numbers, to three digits"

#: What is said of right answers, and the answers.
RIGHT = {
    check_two_rates: (NUMBERS, [1 / 2, 49 / 50], (0.5, 0.98)),
    check_best_step: (NUMBERS, [1 / 2, 4 / 5]),
    check_ten_times: (NUMBERS, [100, 10]),
    # The last one is descent itself.
    check_steps_needed: (
        "69 problems with 1 to 4 weights",
        steps_by_powers,
        steps_by_counting,
        steps_by_descent,
    ),
    check_book_orders: (
        "14 Hessians, of condition numbers up to 1e6",
        orders,
        orders_by_eigenvalues,
    ),
    check_two_clusters: (
        "5 pairs of singular values, κ up to 1000",
        clusters,
        clusters_about,
    ),
    check_moves_away: (
        "the error of w₁ goes from",
        [Fraction(11, 10), 3],
        [0.9, 0],
        [1.25, 100],
    ),
}
