"""Checkers for the exercises of the page on backprop by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import pair
from byhand.checks._proofs import Decoy, Line, Proof
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_short
from byhand.checks._slips import require_numbers
from byhand.checks._variants import Draw, Numbers

Array = NDArray[np.float64]


# ---- Warm-ups ------------------------------------------------------------


_H_BAR = (3 / 8, -3 / 8, 3 / 16)


def _changes(draw: Draw) -> tuple[float, float, float]:
    while True:
        k, m, n = (draw.of((-3, -2, -1, 1, 2, 3)) for _ in range(3))
        parts = 2 * k, -2 * m, n
        # Each of the foreseen slips gives another number, and so does the
        # book, where the sum is -4.
        slips = sum(parts), -sum(parts), sum(parts[:2]), k + m + n, 0
        if len({*slips}) == 5 and sum(parts) != -4:
            return 0.008 * k, 0.008 * m, 0.008 * n


change_numbers = Numbers(
    "ex-first-order", "dh1 dh2 dh3", (0.008, 0.016, -0.016), _changes
)


@checker("What a bar says", points=1)
def check_first_order(check: Check, change: float) -> str:
    """Check the change of the loss that a bar predicts.

    Parameters
    ----------
    change
        dJ, to first order, for the h_bar of the page and the dh of
        ``change_numbers()``.
    """
    dh = change_numbers.value
    parts = [bar * d for bar, d in zip(_H_BAR, dh, strict=True)]
    right = sum(parts)
    require_numbers(
        check,
        change,
        {"dJ": right},
        given=f"h_bar = (3/8, -3/8, 3/16), dh = {in_short(dh)}",
        slips={
            "dJ": {
                sum(map(abs, parts)): "The entries of a bar have signs, and "
                "so have the changes.",
                sum(_H_BAR) * sum(dh): "Multiply entry by entry first, and "
                "add then.",
                0.0: "Some parts cancel, but not all of them.",
                sum(parts[:2]): "The bar of h does not ask whether a unit is "
                "on: it takes h as given, and all three entries move.",
                -right: "Is the loss larger or smaller afterwards?",
            }
        },
        otherwise="To first order dJ is the inner product of h_bar and dh.",
    )
    return "1 change, to first order"


x_numbers = Numbers("ex-two-uses", "x", (2,), lambda draw: (draw(3, 9),))


@checker("Two uses", points=1)
def check_two_uses(check: Check, bars: Sequence[float]) -> str:
    """Check the bars of a program in which two steps use x and two use a.

    Parameters
    ----------
    bars
        The bars of b, a and x for a = x * x, b = a + x, J = a * b at the x
        of ``x_numbers()``.
    """
    (x,) = x_numbers.value
    a, b = x * x, x * x + x
    a_bar = b + a
    require_numbers(
        check,
        bars,
        {"b_bar": a, "a_bar": a_bar, "x_bar": a + 2 * x * a_bar},
        given=f"a = x * x, b = a + x, J = a * b, at x = {x}",
        slips={
            "b_bar": {
                b: "The slope of a product in b is the other factor.",
                1: "That is the bar of J.",
            },
            "a_bar": {
                b: "This is what J = a b adds. Which other line reads a?",
                a: "This is what b = a + x adds. Which other line reads a?",
                b + 1: "The sum passes on the bar of b, whatever it is.",
            },
            "x_bar": {
                2 * x * a_bar: "This is what a = x x adds. Which other line "
                "reads x?",
                a: "This is what b = a + x adds. Which other line reads x?",
                a + x * a_bar: "x x uses x twice, once as each factor.",
                a + 2 * x * b: "The line a = x x needs the finished bar of a.",
                a + 2 * x * a: "The line a = x x needs the finished bar of a.",
                a + a_bar: "The slope of x x in x is not 1.",
                1 + 2 * x * a_bar: "The sum passes on the bar of b, whatever "
                "it is.",
            },
        },
        otherwise="Go from the last line to the first. Each adds slope "
        "times its own bar to the bars of what it reads.",
    )
    return "3 bars of a program in which x and a are each used by two steps"


def _logits(draw: Draw) -> tuple[float, float, float]:
    lacking = draw(3, 8)
    tenths = [draw(1, lacking - 1)]
    tenths.append(lacking - tenths[0])
    tenths.insert(draw(0, 2), -lacking)
    first, second, third = (tenth / 10 for tenth in tenths)
    return first, second, third


logit_numbers = Numbers(
    "ex-read-logits", "y1_bar y2_bar y3_bar", (0.1, -0.6, 0.5), _logits
)


@checker("Read a bar of the logits", points=1)
def check_read_logits(check: Check, found: Sequence[float]) -> str:
    """Check what a bar of the logits tells of a sample.

    Parameters
    ----------
    found
        The right class, counted from 0, and the probability that the
        network gives to it, if y_bar is that of ``logit_numbers()``.
    """
    y_bar = logit_numbers.value
    lacking = min(y_bar)
    right = y_bar.index(lacking)
    other = "One entry of y' - e_t is negative. Which class has it?"
    slips: dict[float, str] = dict.fromkeys(range(3), other)
    slips[right + 1] = f"{other} Classes are counted from 0."
    probabilities = dict.fromkeys(
        y_bar, "That is the probability of another class."
    )
    require_numbers(
        check,
        found,
        {"t": right, "y'_t": 1 + lacking},
        given=f"y_bar = {in_short(y_bar)}",
        slips={
            "t": slips,
            "y'_t": probabilities
            | {
                -lacking: "That is what the probability lacks to certainty.",
                lacking: "A probability is not negative: add e_t again.",
            },
        },
        otherwise="y_bar is y' - e_t, and the entries of y' sum to 1.",
    )
    return "class and probability of 1 sample"


# ---- A skip connection ---------------------------------------------------


@checker("A skip connection", points=4)
def check_skip_bars(check: Check, answer: Callable[..., Any]) -> str:
    """Check X_bar and W4_bar of the network with a skip connection.

    Parameters
    ----------
    answer
        A function of X, shape (B, d), Y_bar, shape (B, K), Z1_bar and
        Z2_bar, shape (B, H), W1 and W2, shape (H, d), and W4, shape (K, d).
        It returns X_bar, shape (B, d), and W4_bar, shape (K, d).
    """
    count = 0
    for given in _batches():
        X_bar, W4_bar = check.read(
            pair,
            check.call(answer, **given),
            given=given,
            expected="a pair, X_bar and W4_bar",
            hint="End the function in `return X_bar, W4_bar`.",
        )
        check.require_close(
            X_bar,
            _slopes(given, "X"),
            given=given,
            hint=partial(_input_hint, given),
        )
        check.require_close(
            W4_bar,
            _slopes(given, "W4"),
            given=given,
            hint=partial(_weight_hint, W4_bar=_slopes(given, "W4")),
        )
        count += 1
    return f"{count} batches with up to 5 samples"


def _input_hint(given: Mapping[str, Array], got: Array | None) -> str:
    parts = {
        "W1": given["Z1_bar"] @ given["W1"],
        "W2": given["Z2_bar"] @ given["W2"],
        "W4": given["Y_bar"] @ given["W4"],
    }
    if got is not None:
        for part in parts.values():
            rest = sum(parts.values()) - part
            if np.allclose(got, rest) or np.allclose(got, part):
                return (
                    "This is X_bar, and a use of x is missing. Which lines "
                    "of the forward pass read x?"
                )
        return (
            "This is X_bar. Let each line that reads x add its part, with "
            "its own matrix; a sample is a row here."
        )
    return "This is X_bar. It has the shape of X: a sample is a row here."


def _weight_hint(got: Array | None, W4_bar: Array) -> str:
    if got is None:
        return "This is W4_bar. It has the shape of W4."
    if np.allclose(got, -W4_bar):
        return "This is W4_bar. Its sign is that of Y_bar."
    return (
        "This is W4_bar. The loss of a batch is the sum of the losses of its "
        "samples, and each sample adds an outer product."
    )


def _first_order(v: Mapping[str, Array]) -> float:
    """Return all that the loss sees of X and W4, to first order."""
    return sum(
        float((v[bar] * (v["X"] @ v[W].T)).sum())
        for bar, W in (("Z1_bar", "W1"), ("Z2_bar", "W2"), ("Y_bar", "W4"))
    )


def _slopes(given: Mapping[str, Array], name: str) -> Array:
    """Return the derivative by one of the arrays.

    The function is linear in each: a step of 1 makes no error.
    """
    slopes = np.empty_like(given[name])
    for index in np.ndindex(slopes.shape):
        moved = given[name].copy()
        moved[index] += 1
        slopes[index] = _first_order({**given, name: moved}) - _first_order(
            given
        )
    return slopes


def _batches() -> Iterator[dict[str, Array]]:
    rng = np.random.default_rng(0)
    # Distinct sizes first: there a transpose too many has no value.
    sizes = [(1, 1, 1, 1), (1, 2, 1, 3), (2, 1, 2, 3), (2, 2, 2, 2)]
    for case in range(40):
        B, d, H, K = (
            sizes[case] if case < len(sizes) else rng.integers(1, 6, 4)
        )
        shapes = {
            "X": (B, d),
            "Y_bar": (B, K),
            "Z1_bar": (B, H),
            "Z2_bar": (B, H),
            "W1": (H, d),
            "W2": (H, d),
            "W4": (K, d),
        }
        # Without 0, which would hide a term that is missing.
        yield {
            name: rng.choice([-2.0, -1.0, 1.0, 2.0, 3.0], shape)
            for name, shape in shapes.items()
        }


# ---- A unit that is switched off -----------------------------------------

_DEAD_UNIT = Proof(
    {
        "a": Line(
            "row k of W2_bar and b2_bar_k are 0",
            ("f",),
            "These are z2_bar_k times x, and times 1.",
        ),
        "b": Decoy(
            "h_bar_k = 0, since h_k = 0",
            lambda: "h_3 = 0 in the instance of the page, and h_bar_3 = 3/16",
            "A bar says how the loss would move if the value moved.",
        ),
        "c": Line("h_k = 0 and 1[z1_k > 0] = 0", (), ""),
        "d": Line(
            "g1_bar_k = g2_bar_k h_k = 0",
            ("c",),
            "What is known of h_k?",
        ),
        "e": Line(
            "z1_bar_k = 1[z1_k > 0] h_bar_k = 0, so row k of W1_bar and "
            "b1_bar_k are 0",
            ("c",),
            "What is known of the indicator?",
        ),
        "f": Line(
            "z2_bar_k = g1_k (1 - g1_k) g1_bar_k = 0",
            ("d",),
            "Which factor of this product is 0, and why?",
        ),
        "g": Decoy(
            "g1_k = 0, since the unit is off",
            lambda: "z1_3 = -1 in the instance of the page, and g1_3 = 1/2",
            "What is the gate computed from?",
        ),
        "h": Line(
            "g2_k = h_k g1_k = 0, so column k of W3_bar = y_bar g2^T is 0",
            ("c",),
            "What is known of h_k?",
        ),
        "i": Line(
            "the gradient in all parameters of unit k is 0",
            ("a", "e", "h"),
            "The unit has a row and a bias in each of two layers, and a "
            "column of W3.",
        ),
    }
)


@checker("A unit that is switched off", points=4)
def check_dead_unit(check: Check, order: Sequence[str]) -> str:
    """Check the proof that a unit that is off gets no gradient.

    Parameters
    ----------
    order
        The letters of the lines of the proof, in an order in which each
        follows from those before it.
    """
    return _DEAD_UNIT.judge(check, order)
