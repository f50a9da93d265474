"""Checkers for the exercises of the page on deep networks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from byhand.backprop import mean_log_growth
from byhand.checks._answers import Refused, real, whole
from byhand.checks._proofs import (
    Condition,
    Decoy,
    Line,
    Proof,
    require_witness,
)
from byhand.checks._protocol import Check, checker

# ---- Warm-ups ------------------------------------------------------------


@checker("A gain for a leaky unit", points=1)
def check_leaky_gain(check: Check, answer: Callable[[float], Any]) -> str:
    """Check the gain that keeps the mean square for a leaky ReLU.

    Parameters
    ----------
    answer
        ``answer(a)`` returns the gain g > 0 at which the mean square stays
        1 for units that are z for z > 0 and a z otherwise.
    """
    slopes = [0.0, 1.0, 0.5, 0.1, 0.01, -1.0, 2.0]
    for a in slopes:
        given = {"a": a}
        expected = math.sqrt(2 / (1 + a * a))
        check.require_close(
            check.call(answer, a=a),
            expected,
            given=given,
            hint=partial(_leaky_hint, a),
        )
    return f"{len(slopes)} slopes, ReLU and the identity among them"


def _leaky_hint(a: float, got: Any) -> str:
    if got is None:
        return "The gain is one number."
    if math.isclose(float(got), 2 / (1 + a * a)):
        return "The mean square has the factor g², not g."
    if math.isclose(float(got), math.sqrt(2)):
        return "Half of the units have z < 0. Do they pass on nothing here?"
    if a > -1 and (
        math.isclose(float(got), 2 / (1 + a))
        or math.isclose(float(got), math.sqrt(2 / (1 + a)))
    ):
        return "What is the square of the slope, in the mean?"
    return (
        "Go through the proof of part 2 of the theorem: what do a row w and "
        "its opposite contribute together?"
    )


@checker("How wide for how deep?", points=1)
def check_width(check: Check, answer: Callable[..., Any]) -> str:
    """Check the width at which a deep linear network keeps its growth.

    Parameters
    ----------
    answer
        ``answer(L, fall)`` returns the smallest n for which L / (2 n), the
        fall of the mean of log|Jv| at gain 1, is at most ``fall``.
    """
    cases = [(100, 1.0), (2, 1.0), (100, 0.5), (101, 0.5), (7, 2.0),
             (1, 4.0), (10**6, 0.25), (3, 1.0), (999, 0.125)]  # fmt: skip
    for L, fall in cases:
        given = {"L": L, "fall": fall}
        expected = math.ceil(L / (2 * Fraction(fall)))
        n = check.read(
            whole,
            check.call(answer, **given),
            given=given,
            expected=f"{expected}, a whole number of units",
            hint="Round, in the direction in which the condition still holds.",
        )
        if n != expected:
            hint = "Solve L / (2 n) = fall for n."
            if n in (math.ceil(L / fall), math.floor(L / fall)):
                hint = "The fall of the mean is L / (2 n), not L / n."
            elif 0 < n < expected:
                hint = f"With n = {n} the mean falls by {L / (2 * n):g}."
            elif n == expected + 1:
                hint = "One unit less would do. Where is rounding needed?"
            check.fail(given=given, expected=expected, got=n, hint=hint)
    return f"{len(cases)} networks, up to a million layers deep"


@checker("Vanishing and exploding at once", points=1)
def check_both_at_once(check: Check, gain: float) -> str:
    """Check a gain at which one direction grows and all others shrink.

    Parameters
    ----------
    gain
        The gain of linear layers of width 8 at which the first rate is
        positive and the second negative.
    """
    g = check.read(
        _positive,
        gain,
        given="the answer itself",
        expected="a positive number",
        hint="Return a gain.",
    )

    def rate(width: int) -> float:
        return mean_log_growth(1, width, gain=(width / 8) ** 0.5)

    def low(g: float) -> str:
        found = math.log(g) + rate(8)
        return "" if found > 0 else f"it is {found:.4f} at g = {g:g}"

    def high(g: float) -> str:
        found = math.log(g) + rate(7)
        return "" if found < 0 else f"it is {found:.4f} at g = {g:g}"

    return require_witness(
        check,
        g,
        [
            Condition(
                "a positive rate for the largest singular value",
                low,
                "The rates printed above belong to gain 1. What does another "
                "gain add to all of them?",
            ),
            Condition(
                "a negative rate for the second singular value",
                high,
                "The gain lifts all rates alike. How far may it lift them?",
            ),
        ],
        {"g": g},
    )


def _positive(value: object) -> float:
    number = real(value)
    if not 0 < number < math.inf:
        raise Refused
    return number


# ---- Layers that start near the identity ---------------------------------


@checker("Layers that start near the identity", points=4)
def check_skip_growth(
    check: Check,
    mean_square: Callable[..., Any],
    gain: Callable[[int], Any],
) -> str:
    """Check the growth of linear layers with skip connections.

    Parameters
    ----------
    mean_square
        ``mean_square(g, L)``: the mean of |Jv|^2 for J_l = I + W_l.
    gain
        ``gain(L)``: a gain at which the mean square of L layers is at least
        2 and less than e.
    """
    cases = [(1.0, 1), (1.0, 2), (0.5, 1), (2.0, 3), (0.0, 5), (0.1, 100)]
    for g, L in cases:
        given = {"g": g, "L": L}
        check.require_close(
            check.call(mean_square, **given),
            (1 + g * g) ** L,
            given=given,
            hint=partial(_skip_hint, g, L),
        )
    depths = [1, 2, 3, 10, 100, 1000, 10**6]
    for L in depths:
        given = {"L": L}
        g = check.read(
            _positive,
            check.call(gain, L=L),
            given=given,
            expected="a positive number",
            hint="Return a gain.",
        )
        growth = L * math.log1p(g * g)
        size = math.exp(growth) if growth < 700 else math.inf
        if not 2 - 1e-9 <= size < math.e:
            check.fail(
                given=given,
                expected="a mean square that is at least 2 and less than e",
                got=f"{size:.6g}, at the gain {g:.6g}",
                hint="The mean square must neither explode nor stay at 1 as "
                "L grows. Which limit has e as its value?",
            )
    return f"{len(cases)} mean squares, and {len(depths)} depths up to 10**6"


def _skip_hint(g: float, L: int, got: Any) -> str:
    if got is None:
        return "The mean square is one number."
    if math.isclose(float(got), g ** (2 * L)):
        return "That is the mean square without the skip connections."
    if math.isclose(float(got), (1 + g) ** (2 * L)) or math.isclose(
        float(got), (1 + g) ** L
    ):
        return "What is the mean of the inner product of v and W v?"
    if math.isclose(float(got), 1 + L * g * g):
        return "Each layer multiplies the mean square that it is given."
    if math.isclose(float(got), (1 + g * g / 2) ** L):
        return "There is no ReLU here."
    return "Expand |v + W v|² for one layer, and take the mean of each term."


# ---- One layer with ReLU, backwards --------------------------------------


def _lean() -> str:
    rng = np.random.default_rng(0)
    w = rng.normal(size=(100_000, 2))
    mean = np.mean((w[:, 0] > 0) * w[:, 0])
    return (
        f"for x = (1, 0) and standard normal w the mean of 1[w x > 0] w_1 "
        f"over {len(w)} draws is {mean:.2f}"
    )


_BACKWARDS = Proof(
    {
        "a": Line(
            "E|J^T u|² = Σ_i u_i² E[m_i |w_i|²] + "
            "Σ_{i≠j} u_i u_j <E[m_i w_i], E[m_j w_j]>",
            ("g",),
            "Of which vector is this the mean square?",
        ),
        "b": Decoy(
            "E[m_i w_i] = 0, since w_i and -w_i are equally likely",
            _lean,
            "Are m_i w_i and its opposite equally likely, too?",
        ),
        "c": Line(
            "E[m_i |w_i|²] = g²/2, since w_i and -w_i are equally likely and "
            "with probability 1 exactly one of them has m_i = 1",
            (),
            "",
        ),
        "d": Line(
            "<E[m_i w_i], E[m_j w_j]> = g²/(2πn) for i ≠ j",
            ("e", "f"),
            "Both the direction and the length of E[m_i w_i] are needed.",
        ),
        "e": Line(
            "E[m_i w_i] = E[a; a > 0] x/|x|, where a is the component of w_i "
            "along x: the rest is independent of a and has mean 0",
            (),
            "",
        ),
        "f": Line(
            "a is normal with variance g²/n, so E[a; a > 0] = g/√(2πn)",
            (),
            "",
        ),
        "g": Line("J^T u = Σ_i u_i m_i w_i, with m_i = 1[w_i x > 0]", (), ""),
        "h": Decoy(
            "Σ_{i≠j} u_i u_j = (Σ_i u_i)²",
            lambda: "for u = (1, 0) the left side is 0 and the right side 1",
            "Which terms does the square of a sum have besides?",
        ),
        "i": Line("Σ_{i≠j} u_i u_j = (Σ_i u_i)² - 1, as |u| = 1", (), ""),
        "j": Line(
            "E|J^T u|² = g²/2 (1 + ((Σ_i u_i)² - 1)/(πn))",
            ("a", "c", "d", "i"),
            "Every mean and every sum in it has to be known.",
        ),
    }
)


@checker("One layer with ReLU, backwards", points=4)
def check_growth_backwards(check: Check, order: Sequence[str]) -> str:
    """Check the proof of the mean square of one ReLU layer, backwards.

    Parameters
    ----------
    order
        The letters of the lines of the proof, in an order in which each
        follows from those before it.
    """
    return _BACKWARDS.judge(check, order)
