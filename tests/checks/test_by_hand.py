"""The exercises of the page on backprop by hand: right, varied and wrong."""

import numpy as np
import pytest
from byhand.checks.by_hand import (
    change_numbers,
    check_dead_unit,
    check_first_order,
    check_read_logits,
    check_skip_bars,
    check_two_uses,
    logit_numbers,
    x_numbers,
)
from byhand.tape import gradient, record

# --- warm-ups ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_first_order, 0.006, "larger or smaller"),
        (check_first_order, -0.003, "all three entries move"),
        (check_first_order, 0.012, "have signs"),
        (check_first_order, 0.0015, "entry by entry first"),
        (check_first_order, 0, "but not all of them"),
        (check_first_order, 3, "inner product"),
        (check_first_order, [1, 2], "Return the number"),
        (check_two_uses, (4, 6, 28), "Which other line reads a"),
        (check_two_uses, (6, 10, 44), "other factor"),
        (check_two_uses, (1, 10, 44), "the bar of J"),
        (check_two_uses, (5, 10, 44), "Go from the last line"),
        (check_two_uses, (4, 10, 40), "Which other line reads x"),
        (check_two_uses, (4, 10, 24), "once as each factor"),
        (check_two_uses, (4, 10, 28), "finished bar"),
        (check_two_uses, (4, 10), "in this order"),
        (check_read_logits, (2, 0.5), "counted from 0"),
        (check_read_logits, (1, 0.6), "lacks to certainty"),
        (check_read_logits, (0, 0.4), "One entry of y' - e_t is negative"),
        (check_read_logits, (1, 0.1), "of another class"),
        (check_read_logits, (1, 0.5), "of another class"),
        (check_read_logits, (1, -0.6), "A probability is not negative"),
        (check_read_logits, (1, 0.7), "entries of y' sum to 1"),
        (check_read_logits, (3, 0.4), "entries of y' sum to 1"),
    ],
)
def test_foreseen_slips_have_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


#: The numbers of some settings, each with those drawn before that do not do.
VARIANTS = {
    None: ((0.008, 0.016, -0.016), 2, (0.1, -0.6, 0.5)),
    # The first that are drawn do.
    "group 1": ((0.008, -0.024, -0.008), 7, (0.3, 0.2, -0.5)),
    "group 2": ((0.008, 0.024, -0.016), 7, (0.3, -0.8, 0.5)),
    "group 7": ((-0.016, -0.024, 0.016), 3, (0.2, 0.1, -0.3)),
    "group 10": ((0.024, -0.024, 0.024), 5, (-0.7, 0.2, 0.5)),
    "group 23": ((-0.024, 0.024, 0.016), 6, (0.2, 0.1, -0.3)),
    "group 41": ((0.024, 0.016, -0.008), 6, (-0.7, 0.5, 0.2)),
    # The book's change.
    "group 19": ((-0.016, 0.024, 0.024), 4, (-0.5, 0.3, 0.2)),
    # Two parts, or all three, or the changes of h, cancel.
    "group 8": ((0.024, -0.008, -0.024), 7, (0.1, 0.4, -0.5)),
    "group 6": ((-0.024, 0.024, 0.024), 5, (0.4, 0.1, -0.5)),
    "group 24": ((0.024, 0.016, 0.024), 3, (0.6, 0.1, -0.7)),
    "group 60": ((0.016, 0.024, -0.008), 7, (-0.5, 0.3, 0.2)),
    # The right change, its opposite or that of two parts by a slip.
    "group 20": ((0.008, -0.016, 0.016), 8, (0.2, -0.7, 0.5)),
    "group 26": ((-0.016, 0.024, -0.024), 8, (-0.6, 0.3, 0.3)),
    "group 4": ((0.024, -0.024, 0.008), 8, (-0.6, 0.3, 0.3)),
    "group 28": ((-0.016, 0.016, -0.016), 7, (0.2, -0.3, 0.1)),
    "group 55": ((-0.008, -0.024, 0.016), 6, (0.3, 0.4, -0.7)),
    "group 58": ((0.016, -0.016, 0.008), 8, (0.4, -0.5, 0.1)),
}


@pytest.mark.parametrize("setting", VARIANTS)
def test_the_numbers_of_a_variant_stay(setting, vary):
    # Written down once: a course has handed them out.
    changes, x, logits = VARIANTS[setting]
    vary(setting)
    assert change_numbers.value == changes
    assert x_numbers.value == (x,)
    assert logit_numbers.value == logits


def test_numbers_are_drawn_that_tell_the_slips_apart(vary):
    drawn = []
    for i in range(200):
        vary(f"group {i}")
        dh = change_numbers.value
        h_bar = (3 / 8, -3 / 8, 3 / 16)
        dJ = np.dot(h_bar, dh)
        slips = dJ, -dJ, 3 / 8 * (dh[0] - dh[1]), sum(h_bar) * sum(dh), 0
        assert len({round(slip, 9) for slip in slips}) == 5
        assert round(dJ, 9) != -0.006
        logits = logit_numbers.value
        assert sorted(logits)[0] < 0 < sorted(logits)[1]
        assert sum(logits) == pytest.approx(0)
        drawn.append((dh, x_numbers.value[0], logits))
    changes, xs, logits = zip(*drawn, strict=True)
    thousandths = {round(1000 * d) for dh in changes for d in dh}
    assert thousandths == {-24, -16, -8, 8, 16, 24}
    assert set(xs) == {3, 4, 5, 6, 7, 8, 9}
    assert {round(-10 * min(y)) for y in logits} == {3, 4, 5, 6, 7, 8}
    assert {y.index(min(y)) for y in logits} == {0, 1, 2}
    assert {round(10 * max(y)) for y in logits} == {2, 3, 4, 5, 6, 7}


#: Group 2: parts of 0.003, -0.009 and -0.003 make -0.009, and x is 7; it is 3
#: for group 7.  The logits of group 10 are (-0.7, 0.2, 0.5).
@pytest.mark.parametrize(
    ("setting", "check", "answer", "said"),
    [
        ("group 2", check_first_order, 0.015, "have signs"),
        ("group 2", check_first_order, 0.003, "entry by entry first"),
        ("group 2", check_first_order, 0, "but not all of them"),
        ("group 2", check_first_order, -0.006, "all three entries move"),
        ("group 2", check_first_order, 0.009, "larger or smaller"),
        ("group 2", check_first_order, 0.014, "inner product"),
        ("group 2", check_two_uses, (56, 105, 1519), "other factor"),
        ("group 2", check_two_uses, (1, 105, 1519), "the bar of J"),
        ("group 2", check_two_uses, (7, 105, 1519), "Go from the last line"),
        ("group 2", check_two_uses, (49, 56, 1519), "what J = a b adds"),
        ("group 2", check_two_uses, (49, 49, 1519), "what b = a + x adds"),
        ("group 2", check_two_uses, (49, 57, 1519), "whatever it is"),
        ("group 2", check_two_uses, (49, 50, 1519), "Go from the last line"),
        ("group 2", check_two_uses, (49, 105, 1470), "what a = x x adds"),
        ("group 2", check_two_uses, (49, 105, 49), "what b = a + x adds"),
        ("group 2", check_two_uses, (49, 105, 784), "once as each factor"),
        ("group 2", check_two_uses, (49, 105, 833), "finished bar of a"),
        ("group 2", check_two_uses, (49, 105, 735), "finished bar of a"),
        ("group 2", check_two_uses, (49, 105, 154), "in x is not 1"),
        ("group 2", check_two_uses, (49, 105, 1500), "Go from the last line"),
        # With a larger x this is 2 x a_bar, to three digits.
        ("group 7", check_two_uses, (9, 21, 127), "whatever it is"),
        ("group 10", check_read_logits, (1, 0.3), "are counted from 0"),
        ("group 10", check_read_logits, (2, 0.3), "Which class has it?"),
        ("group 10", check_read_logits, (3, 0.3), "sum to 1"),
        ("group 10", check_read_logits, (0, 0.7), "lacks to certainty"),
        ("group 10", check_read_logits, (0, -0.7), "is not negative"),
        ("group 10", check_read_logits, (0, 0.2), "of another class"),
        ("group 10", check_read_logits, (0, 0.5), "of another class"),
        ("group 10", check_read_logits, (0, 0.4), "sum to 1"),
    ],
)
def test_slips_in_a_variant(setting, check, answer, said, vary, refused):
    vary(setting)
    assert said in " ".join(refused(check, answer).split())


def test_right_answers_of_variants(vary, passes):
    vary("group 2")
    passes(check_first_order, -0.009)
    passes(check_two_uses, (49, 105, 1519))
    passes(check_read_logits, (1, 0.2))
    vary("group 10")
    passes(check_read_logits, (0, 0.3))


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


PARTS = {
    "W1": lambda given: given["Z1_bar"] @ given["W1"],
    "W2": lambda given: given["Z2_bar"] @ given["W2"],
    "W4": lambda given: given["Y_bar"] @ given["W4"],
}
NAMES = ("X", "Y_bar", "Z1_bar", "Z2_bar", "W1", "W2", "W4")


def on_large_batches(change):
    """Return a function that is wrong where no size is 1."""

    def answer(*arrays):
        given = dict(zip(NAMES, arrays, strict=True))
        X_bar, W4_bar = skip_by_products(*arrays)
        if min(given["X"].shape + given["Y_bar"].shape) > 1:
            return change(given, X_bar, W4_bar)
        return X_bar, W4_bar

    return answer


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("alone", [True, False])
def test_a_use_of_x_that_is_missing_is_recognized(part, alone, refused):
    def answer(given, X_bar, W4_bar):
        found = PARTS[part](given)
        return found if alone else X_bar - found, W4_bar

    text = refused(check_skip_bars, on_large_batches(answer))
    assert "a use of x is missing" in " ".join(text.split())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda X_bar, W_bar: (X_bar + 1, W_bar), "with its own matrix"),
        (lambda X_bar, W_bar: (0 * X_bar, W_bar), "with its own matrix"),
        (lambda X_bar, W_bar: (X_bar[0], W_bar), "has the shape of X"),
        (lambda X_bar, W_bar: (X_bar, -W_bar), "sign is that of Y_bar"),
        (lambda X_bar, W_bar: (X_bar, 1 - W_bar), "the sum of the losses"),
        (lambda X_bar, W_bar: (X_bar, W_bar[0]), "has the shape of W4"),
    ],
)
def test_the_hint_fits_the_mistake_on_large_batches(change, said, refused):
    answer = on_large_batches(lambda given, *bars: change(*bars))
    assert said in " ".join(refused(check_skip_bars, answer).split())


#: Sizes B, d, H, K at which a function is easily wrong, or right by chance.
SIZES = {
    "one of everything": (1, 1, 1, 1),
    "one sample and one unit": (1, 2, 1, 3),
    "one input, where @ and * agree": (2, 1, 2, 3),
    "all sizes equal, where every transpose has a value": (2, 2, 2, 2),
}


def sizes_of(arrays):
    X, Y_bar, Z1_bar, *_ = arrays
    return (*X.shape, Z1_bar.shape[1], Y_bar.shape[1])


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_these_sizes_are_tried(sizes, refused):
    def answer(*arrays):
        if sizes_of(arrays) == sizes:
            return None
        return skip_by_products(*arrays)

    B, d, _, _ = sizes
    text = refused(check_skip_bars, answer)
    rows = text[text.index("X = ") : text.index("Y_bar = ")]
    assert rows.count("[") == B + 1
    assert rows.count(",") == B * d - 1


def test_batches_of_many_sizes_without_zeros_are_tried():
    seen = []

    def answer(*arrays):
        seen.append(arrays)
        return skip_by_products(*arrays)

    check_skip_bars(answer)
    assert len(seen) == 40
    for numbers in zip(*map(sizes_of, seen[len(SIZES) :]), strict=True):
        assert set(numbers) == {1, 2, 3, 4, 5}
    entries = np.concatenate([a.ravel() for arrays in seen for a in arrays])
    # 0 would hide a term that is missing.
    assert set(entries) == {-2, -1, 1, 2, 3}


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
