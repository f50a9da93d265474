"""The exercises of the page on isotropic features: right, varied, wrong."""

import math

import numpy as np
import pytest
from byhand.checks.isotropic import (
    check_best_penalty,
    check_no_peak,
    check_risk_of_first,
    check_second_minimum,
    check_three_risks,
    ridge_numbers,
    risk_numbers,
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


@pytest.mark.parametrize(
    ("setting", "risks", "penalty"),
    [
        ("group 1", (14, 2, 16, 8, 23), (25, 40, 3, 4)),
        ("group 2", (15, 1, 4, 10, 22), (10, 25, 2, 9)),
        ("group 4", (15, 1, 9, 3, 27), (10, 8, 3, 9)),
        ("group 5", (14, 1, 16, 10, 26), (8, 40, 2, 4)),
        ("group 6", (12, 3, 16, 8, 16), (20, 40, 1, 5)),
        ("group 8", (12, 3, 9, 2, 18), (20, 25, 1, 4)),
        ("group 11", (9, 3, 4, 5, 17), (10, 40, 3, 5)),
    ],
)
def test_the_numbers_of_a_variant_stay(setting, risks, penalty, vary):
    # Written down once: a course has handed them out.
    vary(setting)
    assert risk_numbers.value == risks
    assert ridge_numbers.value == penalty
    vary(None)
    assert risk_numbers.value == (10, 1, 4, 4, 21)
    assert ridge_numbers.value == (20, 10, 1, 4)


def test_the_numbers_of_variants_keep_off_the_peak(vary):
    for i in range(200):
        vary(f"group {i}")
        n, _, _, few, many = risk_numbers.value
        assert 2 <= few <= n - 4
        assert n + 4 <= many <= 2 * n


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((16 / 6, INF, 9.7609), "one more is taken off"),
        ((19.2, INF, 9.7609), "does not depend on β"),
        ((3.2, -28, 9.7609), "mean of squares"),
        ((3.2, 0, 9.7609), "noise included"),
        ((3.2, INF, 3.5), "projection onto 14 of 23 dimensions leave out"),
        ((3.2, INF, 144 / 23), "The noise adds"),
        ((3.2, INF, 3.5 + 36 / 23), "‖β‖² is 16: it is squared already"),
        ((3.2, INF, 3.5 + 224 / 23), "the rest is missing"),
        ((3.2, INF, 144 / 23 + 28 / 9), "and one more"),
        ((3.2, INF, 3.5 + 144 / 22), "Which of the three cases"),
    ],
)
def test_slips_in_the_risks_of_a_variant(answer, said, vary, refused):
    vary("group 1")
    text = " ".join(refused(check_three_risks, answer).split())
    assert "n = 14, σ² = 2, ‖β‖² = 16, and d = 8, 14 and 23" in text
    assert said in text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (45, "The signal divides"),
        (5 / 3, "no root"),
        (1 / 45, "over d directions"),
        (9 / 5, "Upside down"),
        (50 / 9, "That is nλ"),
        (2, "for λ"),
    ],
)
def test_slips_in_the_penalty_of_a_variant(answer, said, vary, refused):
    vary("group 2")
    text = " ".join(refused(check_best_penalty, answer).split())
    assert "n = 10, d = 25, σ² = 2, S = 9" in text
    assert said in text


def test_right_answers_of_variants(vary, passes):
    vary("group 1")
    passes(check_three_risks, (3.2, INF, 3.5 + 144 / 23))
    vary("group 4")
    # 3/(15 − 3 − 1), and (1 − 15/27) · 9 + 15/(27 − 15 − 1)
    passes(check_three_risks, (3 / 11, INF, 4 + 15 / 11))
    vary("group 2")
    passes(check_best_penalty, 5 / 9)


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


#: Models at which a function is easily wrong that is right elsewhere.
MODELS = {
    "all features, fewer than samples": ([1, 2], 2, 10, 1),
    "a feature left out": ([1, 2], 1, 10, 1),
    "all features, more than samples": ([1, 0, 2, 1], 4, 2, 1),
    "features left out beyond the peak": ([0.5] * 12, 10, 4, 0.25),
    "a feature left out on the peak": ([1, 2, 3], 2, 2, 0.5),
    "just beside it, where the risk is finite": ([1, 2, 3], 2, 4, 0.5),
}


def is_model(given, model):
    beta, *others = model
    return list(given[0]) == beta and list(given[1:]) == others


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_each_model_by_hand_is_tried(model, refused):
    def answer(*given):
        return 7 if is_model(given, model) else risk(*given)

    text = "".join(refused(check_risk_of_first, answer, BEST).split())
    beta, p, n, noise = model
    beta = np.array2string(np.array(beta, float), separator=",").split()
    assert f"beta={''.join(beta)}p={p}n={n}noise={float(noise)}exp" in text


@pytest.fixture
def models():
    """Return what is asked of a function."""
    seen = []

    def answer(*given):
        seen.append(given)
        return risk(*given)

    check_risk_of_first(answer, BEST)
    return seen


def test_models_of_many_sizes_are_tried(models):
    models = models[len(MODELS) :]
    sizes = {len(beta) for beta, *_ in models}
    assert (min(sizes), max(sizes)) == (1, 29)
    samples = {n for _, _, n, _ in models}
    assert (min(samples), max(samples)) == (1, 19)
    assert {noise for *_, noise in models} == {0.25, 0.5, 0.75, 1}
    entries = set(np.concatenate([beta for beta, *_ in models]))
    assert entries == {-2, -1, 0, 1, 2}


SPECIAL = {
    "as many features as samples": lambda beta, p, n: p == n,
    "one less": lambda beta, p, n: p == n - 1,
    "one more": lambda beta, p, n: p == n + 1,
    "two less": lambda beta, p, n: p == n - 2,
    "two more": lambda beta, p, n: p == n + 2,
    "one feature used": lambda beta, p, n: p == 1,
    "all of them used": lambda beta, p, n: p == len(beta),
    "all but one": lambda beta, p, n: p == len(beta) - 1,
    "one feature": lambda beta, p, n: len(beta) == 1,
    "one sample": lambda beta, p, n: n == 1,
    "no signal": lambda beta, p, n: not beta.any(),
    "no signal in what is left out": lambda beta, p, n: (
        p < len(beta) and beta[:p].any() and not beta[p:].any()
    ),
}


@pytest.mark.parametrize("special", SPECIAL.values(), ids=SPECIAL)
def test_a_special_model_is_among_those_tried(special, models, refused):
    assert any(special(*given[:3]) for given in models)

    def answer(*given):
        if special(*given[:3]):
            return 1e9
        return risk(*given)

    refused(check_risk_of_first, answer, BEST)


@pytest.mark.parametrize(
    ("model", "simulated"),
    [
        # 2/7, and 4 + 5/8
        (MODELS["all features, fewer than samples"], "0.29"),
        (MODELS["a feature left out"], "4.6"),
        # 1/2 + 3/2 + 3/5, as fractions of 10 features and 4 samples
        (MODELS["features left out beyond the peak"], "2.6"),
    ],
)
def test_what_is_simulated_is_what_is_asked_for(model, simulated, refused):
    text = refused(
        check_risk_of_first,
        lambda *given: 7 if is_model(given, model) else risk(*given),
        BEST,
    )
    said = "A simulation with 4000 samples gives "
    assert f"{said}{simulated}." in " ".join(text.split())


@pytest.mark.parametrize(
    ("special", "simulates"),
    [
        # The variance of what is simulated is infinite near the peak.
        (lambda p, n: abs(p - n) in (2, 3), False),
        (lambda p, n: p == n - 3, False),
        (lambda p, n: p == n - 4, True),
    ],
)
def test_near_the_peak_nothing_is_simulated(special, simulates, refused):
    text = refused(
        check_risk_of_first,
        lambda *given: 1e9 if special(*given[1:3]) else risk(*given),
        BEST,
    )
    text = " ".join(text.split())
    assert ("A simulation with" in text) == simulates
    assert "the risk is infinite" not in text


@pytest.mark.parametrize("by", [-1, 0, 1])
def test_on_the_peak_the_hint_is_that_the_risk_is_infinite(by, refused):
    text = refused(
        check_risk_of_first,
        lambda *given: 1e9 if given[1] == given[2] + by else risk(*given),
        BEST,
    )
    assert "Between n - 1 and n + 1 features the risk is infinite" in (
        " ".join(text.split())
    )


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


#: The signals by hand, with the best d, and why they are there.
SIGNALS = {
    "a strong signal": (20, 4, 1, 42),
    "a noise below 1": (9, 1, 0.25, 20),
    "a weak signal": (20, 1, 4, INF),
    "as strong as the noise": (20, 1, 1, INF),
}


@pytest.mark.parametrize("given", SIGNALS.values(), ids=SIGNALS)
def test_each_signal_by_hand_is_tried(given, refused):
    *given, right = given

    def answer(*asked):
        found = lowest(*asked)
        if list(asked) == given:
            assert found == pytest.approx(right)
            return 50
        return found

    text = refused(check_second_minimum, answer)
    n, signal, noise = given
    assert f"n = {n}\n" in text
    assert f"signal = {float(signal)}\n" in text
    assert f"noise = {float(noise)}\n" in text
    said = "infinity: the risk falls" if right == INF else "the d at which"
    assert f"  expected  {said}" in text


def test_signals_of_many_sizes_are_tried():
    seen = []

    def answer(*given):
        seen.append(given)
        return lowest(*given)

    check_second_minimum(answer)
    drawn = seen[len(SIGNALS) :]
    for values, ends in zip(
        zip(*drawn, strict=True),
        [(1, 59), (0.25, 6.5), (0.25, 7.25)],
        strict=True,
    ):
        assert (min(values), max(values)) == ends
    assert {(4 * signal) % 1 for _, signal, _ in drawn} == {0}
    weak = [signal < noise for _, signal, noise in drawn]
    assert 5 < sum(weak) < 25


@pytest.mark.parametrize(
    ("d", "said"),
    [
        # 80/d² − 20/(d − 21)², for n = 20 and the signal 4
        (22, "the risk still falls: its derivative there is -19.8."),
        (41, "the risk still falls: its derivative there is -0.00241."),
        (43, "the risk still rises: its derivative there is 0.00194."),
        (28, "and not their roots"),
        (28.1, "the risk still falls"),
        (21, "where d > n + 1"),
        (21.01, "the risk still falls"),
        (-INF, "where d > n + 1"),
        (math.nan, "where d > n + 1"),
        (INF, "change its sign"),
    ],
)
def test_the_hint_is_about_the_d_that_came(d, said, refused):
    text = " ".join(refused(check_second_minimum, lambda *_: d).split())
    assert "n = 20 signal = 4.0" in text
    assert said in text


@pytest.mark.parametrize(
    ("d", "said"),
    [
        # 9/d² − 2.25/(d − 10)², for n = 9, the signal 1 and the noise 1/4
        (40 / 3, "and not their roots"),
        (15, "still falls: its derivative there is -0.05."),
        (30, "still rises: its derivative there is 0.00438."),
        (10, "where d > n + 1"),
        (10.01, "the risk still falls"),
    ],
)
def test_the_hint_is_about_n_and_the_signal_that_came(d, said, refused):
    def answer(n, signal, noise):
        return d if n == 9 and signal == 1 else lowest(n, signal, noise)

    text = " ".join(refused(check_second_minimum, answer).split())
    assert "n = 9 signal = 1.0 noise = 0.25" in text
    assert said in text


def test_the_second_minimum_is_wanted_to_six_digits(passes, refused):
    for factor in (1 + 9e-7, 1 - 9e-7):
        passes(check_second_minimum, lambda *g, f=factor: lowest(*g) * f)
    for factor in (1 + 2e-6, 1 - 2e-6):
        refused(check_second_minimum, lambda *g, f=factor: lowest(*g) * f)


# The false step


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("a", "it holds here: both sides are 0.5"),
        ("b", "a sum of 4 squares"),
        ("a", "n = 4 d = 1 σ² = 1 step a = "),
        ("d", "it fails here, the risk is 0.5, not 0.25, but one before it"),
        ("e", "the letter of one step"),
    ],
)
def test_another_step_is_defended(step, said, refused):
    assert said in " ".join(refused(check_no_peak, step).split())


def test_the_false_step_is_shown_in_numbers(passes):
    said = passes(check_no_peak, "c")
    assert "step c fails for n = 4, d = 1, σ² = 1: " in said
    assert "on the left is 1/2, by the proof" in said
    assert said.endswith("on the right 1/4\n")


#: What is said of right answers, and the answers.
RIGHT = {
    check_three_risks: ("3 numbers, to three digits", [4 / 5, INF, 65 / 21]),
    check_best_penalty: ("1 number, to three digits", 1 / 8),
    check_risk_of_first: (
        "65 models, p < n and p > n, and where the risk is least",
        (risk, BEST),
        (risk_by_hand, BEST),
    ),
    check_second_minimum: (
        "34 models, with strong and with weak signals",
        lowest,
        lowest_by_search,
    ),
    check_no_peak: ("step c fails", "c"),
}
