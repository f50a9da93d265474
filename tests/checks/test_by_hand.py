"""The exercises of the page on backprop by hand: right, varied and wrong."""

import re

import numpy as np
import pytest
from byhand.backprop import PUBLISHED_STEPS, cross_entropy_gradient
from byhand.checks.by_hand import (
    check_published_steps,
    check_skip_bars,
    check_soft_target_bar,
)
from byhand.tape import softmax

FUNCTIONS = (check_skip_bars, check_soft_target_bar)
LINES = (
    "J_bar", "S_bar", "y_prime_bar", "y_bar", "g2_bar", "h_bar", "g1_bar",
    "z2_bar", "z1_bar", "x_bar",
)  # fmt: skip
VERDICTS = ("right", "wrong", "unstable", "convention")


# --- the published lines ----------------------------------------------------


def truth():
    kinds = {name: step.kind for name, step in PUBLISHED_STEPS.items()}
    return dict.fromkeys(LINES, "right") | kinds


@pytest.mark.parametrize("said", VERDICTS)
@pytest.mark.parametrize("name", LINES)
def test_every_wrong_verdict_meets_a_network(name, said, refused):
    verdicts = truth()
    if verdicts[name] == said:
        return
    text = refused(check_published_steps, verdicts | {name: said})
    assert f"got       {name} = " in text
    assert f"call {said!r}" in re.sub(r"\s+", " ", text)
    # The parameters and the operands of the line are there to recompute it.
    for shown in ("x = [1, 2]", "W3 = [[2, 1], [0, -1]]"):
        assert shown in text
    # The verdict that is wanted is not given away.
    hint = text[text.index("  hint") :]
    assert f"'{verdicts[name]}'" not in text
    assert not re.search(rf"\b{verdicts[name]}\b (?!bars)", hint)


def numbers(text, label, name):
    found = re.search(rf"  {label} +{name} = (\[[^\]]*\]|\S+)", text)
    return np.array([float(part) for part in found[1].strip("[],").split(",")])


@pytest.mark.parametrize("name", ["y_prime_bar", "g2_bar"])
def test_what_is_wrong_differs_at_ordinary_numbers(name, refused):
    text = refused(check_published_steps, truth() | {name: "right"})
    expected = numbers(text, "expected", name)
    got = numbers(text, "got", name)
    assert expected.shape == got.shape
    assert not np.allclose(expected, got, atol=0.01)


@pytest.mark.parametrize("name", [*LINES[:2], "y_bar", "h_bar", "x_bar"])
def test_what_is_right_agrees_with_the_quotients(name, refused):
    text = refused(check_published_steps, truth() | {name: "wrong"})
    assert np.allclose(
        numbers(text, "expected", name),
        numbers(text, "got", name),
        atol=1e-4,
    )


def test_the_unstable_line_is_shown_where_it_is_nan_and_where_it_is_not(
    refused,
):
    text = refused(check_published_steps, truth() | {"z2_bar": "right"})
    assert np.isnan(numbers(text, "got", "z2_bar")).any()
    assert np.isfinite(numbers(text, "expected", "z2_bar")).all()
    text = refused(check_published_steps, truth() | {"z2_bar": "wrong"})
    assert np.isfinite(numbers(text, "got", "z2_bar")).all()


@pytest.mark.parametrize("said", ["right", "wrong", "unstable"])
def test_the_convention_is_shown_between_its_two_sides(said, refused):
    text = refused(check_published_steps, truth() | {"z1_bar": said})
    assert "z1 = [0, 2]" in text
    assert "from below" in text
    below = numbers(text, "expected", "z1_bar")
    got = numbers(text, "got", "z1_bar")
    assert below[0] == 0
    assert got[0] != 0
    assert below[1] == got[1]


# --- the skip connection ----------------------------------------------------


def skip_by_products(X, Y_bar, Z1_bar, Z2_bar, W1, W2, W4):
    return Z1_bar @ W1 + Z2_bar @ W2 + Y_bar @ W4, Y_bar.T @ X


def skip_by_samples(X, Y_bar, Z1_bar, Z2_bar, W1, W2, W4):
    X_bar, W4_bar = [], np.zeros(W4.shape)
    for s in range(len(X)):
        X_bar.append(W1.T @ Z1_bar[s] + W2.T @ Z2_bar[s] + W4.T @ Y_bar[s])
        W4_bar += np.outer(Y_bar[s], X[s])
    return X_bar, W4_bar


def skip_stacked(X, Y_bar, Z1_bar, Z2_bar, W1, W2, W4):
    bars = np.hstack([Z1_bar, Z2_bar, Y_bar])
    return bars @ np.vstack([W1, W2, W4]), np.einsum("bk,bd->kd", Y_bar, X)


def changed(change):
    def answer(X, Y_bar, Z1_bar, Z2_bar, W1, W2, W4):
        X_bar, W4_bar = skip_by_products(X, Y_bar, Z1_bar, Z2_bar, W1, W2, W4)
        return change(X, Y_bar, W4, X_bar, W4_bar)

    return answer


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda X, Y, W, X_bar, W_bar: (X_bar - Y @ W, W_bar), "X_bar"),
        (lambda X, Y, W, X_bar, W_bar: (Y @ W, W_bar), "X_bar"),
        (lambda X, Y, W, X_bar, W_bar: (X_bar, W_bar.T), "W4_bar"),
        (lambda X, Y, W, X_bar, W_bar: (X_bar, W_bar / len(X)), "W4_bar"),
        (lambda X, Y, W, X_bar, W_bar: (X_bar, -W_bar), "W4_bar"),
        (lambda X, Y, W, X_bar, W_bar: X_bar, "a pair"),
        (lambda X, Y, W, X_bar, W_bar: (W_bar, X_bar), "X_bar"),
        (lambda X, Y, W, X_bar, W_bar: (X_bar, None), "W4_bar"),
    ],
)
def test_wrong_skip_bars_meet_a_batch(change, said, refused):
    text = refused(check_skip_bars, changed(change))
    assert said in text[text.index("  expected") :]
    assert "W4 = " in text


def test_a_transpose_too_many_cannot_be_multiplied(refused):
    def answer(X, Y_bar, Z1_bar, Z2_bar, W1, W2, W4):
        return Z1_bar @ W1.T + Z2_bar @ W2.T + Y_bar @ W4.T, Y_bar.T @ X

    assert "ValueError" in refused(check_skip_bars, answer)


# --- a weight on every class ------------------------------------------------


def by_formula(y, q):
    return q.sum() * softmax(y) - q


def by_classes(y, q):
    # The weighted sum of the gradients for each class.
    return sum(q[k] * cross_entropy_gradient(y, k) for k in range(len(q)))


def naive_softmax(y):
    return np.exp(y) / np.exp(y).sum()


def unfused(y, q):
    y_prime = softmax(y)
    y_prime_bar = -q / y_prime
    return y_prime * (y_prime_bar - (y_prime * y_prime_bar).sum())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda y, q: softmax(y) - q, "add up to 0"),
        (lambda y, q: q - by_formula(y, q), "add up to 0"),
        (lambda y, q: -by_formula(y, q), "y_bar = y' − e_t"),
        (lambda y, q: by_formula(y, q) / max(q.sum(), 1), "y' − e_t"),
        (lambda y, q: q.sum() * naive_softmax(y) - q, "overflows"),
        (unfused, "underflows"),
        (lambda y, q: 0, "shape (2,)"),
        (lambda y, q: "y' - q", "y' - q"),
    ],
)
def test_wrong_soft_target_bars_meet_a_case(answer, said, refused):
    text = refused(check_soft_target_bar, answer)
    assert said in re.sub(r"\s+", " ", text)
    assert re.search(r"q = \[", text)


#: What is said of right answers, and the answers.
RIGHT = {
    check_published_steps: (
        "10 lines judged",
        truth(),
        dict(reversed(truth().items())),
    ),
    check_skip_bars: (
        "40 batches",
        skip_by_products,
        skip_by_samples,
        skip_stacked,
    ),
    check_soft_target_bar: ("66 cases", by_formula, by_classes),
}
