"""The exercises of the page on backprop by hand: right, varied and wrong."""

import numpy as np
import pytest
from byhand.checks.by_hand import (
    check_dead_unit,
    check_first_order,
    check_read_logits,
    check_skip_bars,
    check_two_uses,
)
from byhand.tape import gradient, record

# --- warm-ups ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_first_order, 0.006, "larger or smaller"),
        (check_first_order, -0.003, "all three entries move"),
        (check_first_order, 0.012, "have signs"),
        (check_first_order, 3, "inner product"),
        (check_first_order, [1, 2], "Return the number"),
        (check_two_uses, (4, 6, 28), "Which other line reads a"),
        (check_two_uses, (6, 10, 44), "other factor"),
        (check_two_uses, (4, 10, 40), "Which other line reads x"),
        (check_two_uses, (4, 10, 24), "once as each factor"),
        (check_two_uses, (4, 10, 28), "finished bar"),
        (check_two_uses, (4, 10), "in this order"),
        (check_read_logits, (2, 0.5), "counted from 0"),
        (check_read_logits, (1, 0.6), "lacks to certainty"),
        (check_read_logits, (0, 0.4), "One entry of y' - e_t is negative"),
    ],
)
def test_foreseen_slips_have_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


def test_the_two_uses_are_those_of_the_tape():
    def J(x):
        a = x * x
        b = a + x
        return a * b

    tape = gradient(record(J, x=()), "x")
    values = tape.values(x=2.0)
    # The bar of b is a, which has its name already.
    bars = [values[name] for name in ("a", "a_bar", "x_bar")]
    assert [float(bar) for bar in bars] == [4, 10, 44]


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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda X, Y, W, X_bar, W_bar: (X_bar - Y @ W, W_bar), "is missing"),
        (lambda X, Y, W, X_bar, W_bar: (Y @ W, W_bar), "is missing"),
        (lambda X, Y, W, X_bar, W_bar: (2 * X_bar, W_bar), "its own matrix"),
        (lambda X, Y, W, X_bar, W_bar: (X_bar.T, W_bar), "its own matrix"),
        (lambda X, Y, W, X_bar, W_bar: (X_bar, -W_bar), "sign"),
        (lambda X, Y, W, X_bar, W_bar: (X_bar, W_bar / len(X)), "the sum"),
    ],
)
def test_the_hint_fits_the_mistake(change, said, refused):
    text = " ".join(refused(check_skip_bars, changed(change)).split())
    hint = text[text.index(" hint ") :]
    assert said in hint or "has the shape of" in hint


# --- a unit that is switched off --------------------------------------------


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("cedfahbi", "h_bar_3 = 3/16"),
        ("cgedfahi", "g1_3 = 1/2"),
        ("i", "a row and a bias in each"),
        ("cedfi", "a row and a bias in each"),
        ("dc", "What is known of h_k"),
        ("ced", "reaches its conclusion"),
    ],
)
def test_what_is_no_proof(order, said, refused):
    assert said in " ".join(refused(check_dead_unit, order).split())


#: What is said of right answers, and the answers.
RIGHT = {
    check_first_order: ("to first order", -0.006),
    check_two_uses: ("3 bars", [4, 10, 44]),
    check_read_logits: ("1 sample", (1, 0.4)),
    check_skip_bars: (
        "40 batches",
        skip_by_products,
        skip_by_samples,
        skip_stacked,
    ),
    check_dead_unit: ("7 lines", "cedfahi", list("chdfaei")),
}
