"""Checkers for the exercises of the page on isotropic features."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import real
from byhand.checks._proofs import Step, find_false_step
from byhand.checks._protocol import Check, checker
from byhand.checks._slips import require_numbers
from byhand.checks._variants import Draw, Numbers
from byhand.regression import excess_risk


def _models_drawn(draw: Draw) -> tuple[int, int, int, int, int]:
    n = draw(8, 15)
    return n, draw(1, 3), draw.of((4, 9, 16)), draw(2, n - 4), n + draw(4, n)


risk_numbers = Numbers(
    "ex-three-risks", "n noise signal few many", (10, 1, 4, 4, 21),
    _models_drawn,
)  # fmt: skip


@checker("Three risks", points=1)
def check_three_risks(check: Check, risks: Sequence[float]) -> str:
    """Check the risk of the theorem at three numbers of features.

    Parameters
    ----------
    risks
        The risks for the n, σ² and ‖β‖² of ``risk_numbers()`` and for d
        below n, d = n and d above n.
    """
    n, noise, signal, few, many = risk_numbers.value
    below = noise * few / (n - few - 1)
    bias, variance = (1 - n / many) * signal, noise * n / (many - n - 1)
    names = f"d = {few}", f"d = {n}", f"d = {many}"
    return require_numbers(
        check,
        risks,
        dict(zip(names, (below, math.inf, bias + variance), strict=True)),
        given=f"n = {n}, σ² = {noise}, ‖β‖² = {signal}, and d = {few}, {n} "
        f"and {many}",
        slips={
            names[0]: {
                noise * few / (n - few): "n − d is not yet what stands "
                "below: one more is taken off.",
                below + signal: "Below the peak the risk does not depend on "
                "β.",
            },
            names[1]: {
                -noise * n: "A risk is a mean of squares. The formula for "
                "few features holds up to d < n − 1.",
                0: "A fit through all points, noise included, is not "
                "without risk.",
            },
            names[2]: {
                variance: "That is the part of the noise. What does the "
                f"projection onto {n} of {many} dimensions leave out?",
                bias: "That is the part of β. The noise adds to it.",
                variance + math.sqrt(signal) * (1 - n / many): "‖β‖² is "
                f"{signal}: it is squared already.",
                variance + signal * n / many: "The share n/d is what the "
                "rows see; the rest is missing.",
                bias + noise * n / (many - n): "n is taken off d, and one "
                "more.",
            },
        },
        otherwise="Which of the three cases is it? Python's math.inf is "
        "infinite.",
    )


def _ridges(draw: Draw) -> tuple[int, int, int, int]:
    n, d = draw.some((8, 10, 20, 25, 40), 2)
    return n, d, draw(1, 3), draw.of((4, 5, 9))


ridge_numbers = Numbers(
    "ex-best-penalty", "n d noise S", (20, 10, 1, 4), _ridges
)


@checker("The best penalty", points=1)
def check_best_penalty(check: Check, penalty: float) -> str:
    """Check the penalty of the best ridge for an example.

    Parameters
    ----------
    penalty
        λ for the n, d, σ² and S of ``ridge_numbers()``.
    """
    n, d, noise, S = ridge_numbers.value
    right = d * noise / S / n
    return require_numbers(
        check,
        penalty,
        {"λ": right},
        given=f"n = {n}, d = {d}, σ² = {noise}, S = {S}",
        slips={
            "λ": {
                S * d * noise / n: "The signal divides: the stronger it is, "
                "the smaller the penalty.",
                d * noise / math.sqrt(S) / n: "S is the squared norm: no "
                "root is to be taken.",
                noise / S / n: "S is spread over d directions.",
                1 / right: "Upside down: more noise asks for a larger "
                "penalty.",
                d * noise / S: "That is nλ; the loss is a mean over n "
                "samples.",
            },
        },
        otherwise="Solve the equation of the theorem for λ.",
    )


@checker("A truth that stays the same", points=5)
def check_risk_of_first(
    check: Check, answer: Callable[..., Any], best: Sequence[int]
) -> str:
    """Check the risk of a fit that uses the first p of D features.

    Parameters
    ----------
    answer
        ``answer(beta, p, n, noise)`` for beta of shape (D,), 1 <= p <= D
        features used, n samples and noise of variance ``noise`` > 0; returns
        the expected excess risk at a fresh point, which may be infinite.
    best
        The p with the smallest risk for the two examples of the exercise.
    """
    count = 0
    for beta, p, n, noise in _models():
        given = {"beta": beta, "p": p, "n": n, "noise": noise}
        got = check.call(answer, **given)
        check.require_close(
            got,
            _risk_of_first(beta, p, n, noise),
            given=given,
            # Only on failure, because the hint holds a simulation.
            hint=partial(_risk_hint, beta, p, n, noise),
        )
        count += 1
    alike, ordered = np.ones(100), 10 / np.arange(1.0, 101)
    many, few = (_best(beta, range(1, 101)) for beta in (alike, ordered))
    below, beyond = _best(alike, range(1, 19)), _best(ordered, range(22, 101))
    require_numbers(
        check,
        best,
        {"features that matter alike": many, "features in order": few},
        given="n = 20, σ² = 1, D = 100; β_j = 1, and β_j = 10/j",
        slips={
            "features that matter alike": {
                below: "That is the best p below n. Look beyond the peak, "
                "to the end.",
                many - 1: "Python counts from 0, p from 1.",
            },
            "features in order": {
                beyond: "That is the best p beyond the peak. Look on its "
                "other side, too.",
                few - 1: "Python counts from 0, p from 1.",
            },
        },
        otherwise="Call your function for every p from 1 to 100.",
    )
    return f"{count} models, p < n and p > n, and where the risk is least"


@checker("Where the second descent ends", points=4)
def check_second_minimum(check: Check, answer: Callable[..., Any]) -> str:
    """Check where the risk beyond the peak is smallest.

    Parameters
    ----------
    answer
        ``answer(n, signal, noise)``, with ``signal`` for ‖β‖² and ``noise``
        for σ², both positive; returns the real d > n + 1 at which the risk
        is smallest, and infinity if it falls for ever.
    """
    count = 0
    for n, signal, noise in _signals():
        given = {"n": n, "signal": signal, "noise": noise}
        ratio = math.sqrt(noise / signal)
        expected = (n + 1) / (1 - ratio) if ratio < 1 else math.inf
        if math.isinf(expected):
            wanted: object = "infinity: the risk falls for ever"
        else:
            wanted = "the d at which the risk is smallest"
        got = check.read(
            real,
            check.call(answer, **given),
            given=given,
            expected=wanted,
            hint="Return one number, or math.inf.",
        )
        if not math.isclose(got, expected, rel_tol=1e-6):
            check.fail(
                given=given,
                expected=wanted,
                got=got,
                hint=_second_hint(n, signal, noise, got, expected),
            )
        count += 1
    return f"{count} models, with strong and with weak signals"


@checker("A proof that there is no peak", points=2)
def check_no_peak(check: Check, step: str) -> str:
    """Check which step of a false proof is the first that fails.

    Parameters
    ----------
    step
        Its letter.
    """
    return find_false_step(
        check,
        step,
        _NO_PEAK,
        [(4, 1)],
        lambda case: {"n": case[0], "d": case[1], "σ²": 1},
    )


def _traces(case: tuple[int, int]) -> tuple[bool, str]:
    n, d = case
    risk, trace = excess_risk(n, d, signal=1, noise=1), d / (n - d - 1)
    return math.isclose(risk, trace), f"both sides are {trace:.4g}"


def _mean_gram(case: tuple[int, int]) -> tuple[bool, str]:
    n, _ = case
    return True, (
        f"a diagonal entry is a sum of {n} squares of mean 1, any other a "
        "sum of products of mean 0"
    )


def _mean_inverse(case: tuple[int, int]) -> tuple[bool, str]:
    n, d = case
    left, right = Fraction(1, n - d - 1), Fraction(1, n)
    return left == right, (
        f"a diagonal entry on the left is {left}, by the proof of the "
        f"theorem, and on the right {right}"
    )


def _no_peak(case: tuple[int, int]) -> tuple[bool, str]:
    n, d = case
    risk, claimed = excess_risk(n, d, signal=1, noise=1), d / n
    return risk == claimed, f"the risk is {risk:.4g}, not {claimed:g}"


_NO_PEAK = {
    "a": Step("E‖ŵ − β‖² = σ² E tr (XᵀX)⁻¹", _traces),
    "b": Step("E XᵀX = n I", _mean_gram),
    "c": Step("E (XᵀX)⁻¹ = (E XᵀX)⁻¹ = I/n", _mean_inverse),
    "d": Step("so E‖ŵ − β‖² = σ² d/n, at most σ²: there is no peak", _no_peak),
}


def _risk_of_first(
    beta: NDArray[np.float64], p: int, n: int, noise: float
) -> float:
    left_out = float(beta[p:] @ beta[p:])
    return left_out + excess_risk(
        n, p, signal=float(beta[:p] @ beta[:p]), noise=noise + left_out
    )


def _best(beta: NDArray[np.float64], choices: Iterable[int]) -> int:
    """Return the p of least risk for 20 samples and noise of variance 1."""
    return min(choices, key=lambda p: _risk_of_first(beta, p, 20, 1.0))


def _second_hint(
    n: int, signal: float, noise: float, got: float, expected: float
) -> str:
    if math.isinf(expected):
        return (
            "Here σ is at least ‖β‖. Of which sign is the derivative then, "
            "however large d is?"
        )
    if not got > n + 1:
        return "The risk beyond the peak is asked for, where d > n + 1."
    if math.isinf(got):
        return "Here σ is below ‖β‖. Does the derivative change its sign?"
    if math.isclose(got, (n + 1) / (1 - noise / signal), rel_tol=1e-6):
        return "signal and noise are ‖β‖² and σ², and not their roots."
    if math.isclose(got, round(expected), rel_tol=1e-9):
        return "That is a whole number; d is a real number here."

    def slope(d: float) -> float:
        return n * signal / d**2 - noise * n / (d - n - 1) ** 2

    direction = "falls" if slope(got) < 0 else "rises"
    return (
        f"At this d the risk still {direction}: its derivative there is "
        f"{slope(got):.3g}. Set the derivative to zero, and take roots of "
        "both sides."
    )


def _signals() -> Iterator[tuple[int, float, float]]:
    yield 20, 4.0, 1.0
    yield 9, 1.0, 0.25
    yield 20, 1.0, 4.0
    yield 20, 1.0, 1.0
    rng = np.random.default_rng(0)
    for _ in range(30):
        signal, noise = rng.integers(1, 30, 2) / 4
        yield int(rng.integers(1, 60)), float(signal), float(noise)


def _models() -> Iterator[tuple[NDArray[np.float64], int, int, float]]:
    yield np.array([1.0, 2.0]), 2, 10, 1.0
    yield np.array([1.0, 2.0]), 1, 10, 1.0
    yield np.array([1.0, 0.0, 2.0, 1.0]), 4, 2, 1.0
    yield np.full(12, 0.5), 10, 4, 0.25
    yield np.array([1.0, 2.0, 3.0]), 2, 2, 0.5
    yield np.array([1.0, 2.0, 3.0]), 2, 4, 0.5
    rng = np.random.default_rng(0)
    for _ in range(59):
        D = int(rng.integers(1, 30))
        yield (
            rng.integers(-2, 3, D).astype(float),
            int(rng.integers(1, D + 1)),
            int(rng.integers(1, 20)),
            float(rng.integers(1, 5)) / 4,
        )


def _risk_hint(
    beta: NDArray[np.float64], p: int, n: int, noise: float, _: object
) -> str:
    if abs(n - p) <= 1:
        return "Between n - 1 and n + 1 features the risk is infinite."
    hint = (
        "All features are used here: this is the isotropic case."
        if not beta[p:].any()
        else "The features left out are Gaussian and independent of those "
        "used. They trouble the fit, and they are missing from the "
        "prediction at a fresh point."
    )
    if abs(n - p) <= 3:
        return hint
    draws = 4000
    rng = np.random.default_rng(0)
    X = rng.standard_normal((draws, n, len(beta)))
    t = X @ beta + math.sqrt(noise) * rng.standard_normal((draws, n))
    w = np.linalg.pinv(X[..., :p]) @ t[..., np.newaxis]
    mean = ((w[..., 0] - beta[:p]) ** 2).sum(axis=1).mean()
    return (
        f"{hint} A simulation with {draws} samples gives "
        f"{mean + beta[p:] @ beta[p:]:.2g}."
    )
