"""The exercises of the page on isotropic features: right, varied, wrong."""

import math

import pytest
from byhand.checks.isotropic import (
    check_best_penalty,
    check_no_peak,
    check_risk_of_first,
    check_second_minimum,
    check_three_risks,
)
from byhand.regression import excess_risk

INF = math.inf

# Warm-ups


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_three_risks, (4 / 6, INF, 65 / 21), "one more is taken off"),
        (check_three_risks, (4.8, INF, 65 / 21), "does not depend on β"),
        (check_three_risks, (4 / 5, -10, 65 / 21), "mean of squares"),
        (check_three_risks, (4 / 5, 0, 65 / 21), "noise included"),
        (check_three_risks, (4 / 5, INF, 1), "leave out"),
        (check_three_risks, (4 / 5, INF, 44 / 21), "The noise adds"),
        (check_three_risks, (4 / 5, INF, 43 / 21), "squared already"),
        (check_three_risks, (4 / 5, INF, 61 / 21), "the rest is missing"),
        (check_three_risks, (4 / 5, INF, 3.0043), "and one more"),
        (check_three_risks, (4 / 5, INF, 2), "Which of the three cases"),
        (check_three_risks, 4 / 5, "3 numbers"),
        (check_best_penalty, 5 / 2, "That is nλ"),
        (check_best_penalty, 8, "Upside down"),
        (check_best_penalty, 1 / 80, "over d directions"),
        (check_best_penalty, 1 / 4, "no root"),
        (check_best_penalty, 2, "The signal divides"),
        (check_best_penalty, 3, "for λ"),
        (check_best_penalty, "x", "a number"),
    ],
)
def test_slips_have_their_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


BEST = [100, 9]


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
    text = " ".join(refused(check_risk_of_first, answer, BEST).split())
    assert said in text
    assert "beta = " in text


def test_the_simulation_in_the_hint_is_near_the_expected_value(refused):
    said = refused(check_risk_of_first, without_the_missing_part, BEST)
    text = " ".join(said.split())
    expected = float(text.split("expected ")[1].split(" got")[0])
    simulated = float(text.split("samples gives ")[1].rstrip("."))
    assert simulated == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize(
    ("best", "said"),
    [
        ((1, 9), "best p below n"),
        ((99, 9), "counts from 0"),
        ((100, 8), "counts from 0"),
        ((100, 25), "beyond the peak"),
        ((9, 100), "Call your function"),
        (100, "2 numbers"),
    ],
)
def test_wrong_choices_of_p_fail(best, said, refused):
    text = " ".join(refused(check_risk_of_first, risk, best).split())
    assert said in text


# Where the second descent ends


def lowest(n, signal, noise):
    ratio = (noise / signal) ** 0.5
    return (n + 1) / (1 - ratio) if ratio < 1 else math.inf


def lowest_by_search(n, signal, noise):
    def slope(d):
        return signal / d**2 - noise / (d - n - 1) ** 2

    low, high = n + 1 + 1e-9, 1e9
    if slope(high) < 0:
        return math.inf
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return low


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda n, s, v: (n + 1) / (1 - v / s), "and not their roots"),
        (lambda n, s, v: (n + 1) / abs(1 - (v / s) ** 0.5), "at least ‖β‖"),
        (lambda n, s, v: math.inf, "change its sign"),
        (lambda n, s, v: n, "where d > n + 1"),
        (lambda n, s, v: n + 2, "the risk still falls"),
        (lambda n, s, v: 1000, "the risk still rises"),
        (lambda n, s, v: "x", "one number"),
        (
            lambda n, s, v: round(lowest(n, s, v)) if v < s else math.inf,
            "a whole number",
        ),
    ],
)
def test_wrong_minima_fail(answer, said, refused):
    assert said in " ".join(refused(check_second_minimum, answer).split())


# The false step


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("a", "it holds here: both sides are 0.5"),
        ("b", "a sum of 4 squares"),
        ("d", "one before it does, too"),
        ("e", "the letter of one step"),
    ],
)
def test_another_step_is_defended(step, said, refused):
    assert said in " ".join(refused(check_no_peak, step).split())


#: What is said of right answers, and the answers.
RIGHT = {
    check_three_risks: ("3 numbers", [4 / 5, INF, 65 / 21]),
    check_best_penalty: ("1 number", 1 / 8),
    check_risk_of_first: ("65 models", (risk, BEST), (risk_by_hand, BEST)),
    check_second_minimum: ("34 models", lowest, lowest_by_search),
    check_no_peak: ("step c fails", "c"),
}
