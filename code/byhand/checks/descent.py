"""Checkers for the exercises of the page on gradient descent."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import fraction_array, real, sequence, whole
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_line
from byhand.checks._slips import require_numbers
from byhand.checks._variants import Draw, Numbers
from byhand.regression import descent_rates, learning_rate_bound

_ONE_DIRECTION = (
    "There is one direction, and one rate. Which factors does the gradient "
    "put before the square of the singular value?"
)
_SEVERAL_DIRECTIONS = (
    "The slowest direction decides. It is the one whose rate has the largest "
    "absolute value, and that need not be the one with the smallest singular "
    "value."
)
_NO_ERROR_LEFT = (
    "All rates are 0 here, or so near to it that a single step shrinks every "
    "error below the factor: a logarithm of the rate does not help. How many "
    "steps does that take?"
)
_TIE = (
    'After one step less the error is the factor exactly, and "at most" '
    "allows that. If you divided two logarithms, the quotient was rounded, "
    "perhaps to just above an integer: look at the power itself."
)


share_numbers = Numbers(
    "ex-two-rates", "share", (4,), lambda draw: (draw.of((3, 5, 6, 8, 10)),)
)


@checker("Two rates", points=1)
def check_two_rates(check: Check, rates: Sequence[float]) -> str:
    """Check the rates of the two directions of the example.

    Parameters
    ----------
    rates
        The rates for the singular values 5 and 1, n = 4 and η = 4/25 divided
        by the number of ``share_numbers()``, in this order.
    """
    (share,) = share_numbers.value
    eta = Fraction(4, 25 * share)
    first, second = (1 - 2 * eta * square / 4 for square in (25, 1))
    return require_numbers(
        check,
        rates,
        {"σ = 5": float(first), "σ = 1": float(second)},
        given=f"n = 4, η = {eta}, σ = 5 and 1",
        slips={
            "σ = 5": {
                float(1 - eta * 25 / 4): "The gradient of a square has a "
                "factor 2.",
                float(1 - 2 * eta * 25): "The loss is a mean: where is the n?",
                float(1 - eta * 25): "Both the factor 2 and the n belong "
                "into the rate.",
                float(1 - 2 * eta * 5 / 4): "The singular value enters "
                "squared.",
                float(second): "First the direction of the larger σ.",
                float(first**2): "That is two steps; the rate is that of one.",
            },
            "σ = 1": {
                float(1 - eta / 4): "The gradient of a square has a factor 2.",
                float(1 - 2 * eta): "The loss is a mean: where is the n?",
                float(1 - eta): "Both the 2 and the n belong into the rate.",
                float(1 - second): "The rate is what is left, not what goes.",
            },
        },
        otherwise="Put the numbers into the formula of the theorem.",
    )


def _spectrum(draw: Draw) -> tuple[int, int, int, int]:
    third = draw(1, 2)
    second = third + draw(1, 2)
    return draw(4, 9), second + draw(1, 2), second, third


spectrum_numbers = Numbers(
    "ex-worst-start", "n sigma1 sigma2 sigma3", (5, 3, 2, 1), _spectrum
)


@checker("The step for the worst start", points=1)
def check_best_step(check: Check, answer: Sequence[float]) -> str:
    """Check the best fixed step of an example and its rate.

    Parameters
    ----------
    answer
        The best fixed step for the n and the singular values of
        ``spectrum_numbers()``, and the largest absolute value of a rate
        with it.
    """
    n, first, second, third = spectrum_numbers.value
    ends = first**2 + third**2
    rate = (first**2 - third**2) / ends
    middle = abs(1 - 2 * second**2 / ends)
    return require_numbers(
        check,
        answer,
        {"η": n / ends, "the largest |ρ|": rate},
        given=f"n = {n}, σ = {first}, {second} and {third}",
        slips={
            "η": {
                n / first**2: "That is the bound, at which direction 1 "
                "bounces.",
                n / 2 / first**2: "Half the bound ends direction 1 in one "
                "step, and leaves the last one slow.",
                n / (ends + second**2): "Only the largest and the least "
                "singular value decide; the one between is never the "
                "slowest.",
                1 / ends: "The loss is a mean: where is the n?",
                n / (first + third): "The singular values enter squared.",
                2 * n / ends: "Compare 1 − 2ησ²/n for both ends: the 2 is "
                "in it.",
            },
            "the largest |ρ|": {
                middle: "That direction is fast. The largest is asked for.",
                (first - third) / (first + third): "κ enters squared.",
                -rate: "The absolute value is asked for.",
            },
        },
        otherwise="At the best step the rates of the first and of the last "
        "direction have the same size.",
    )


@checker("Ten times the condition number", points=1)
def check_ten_times(check: Check, answer: Sequence[float]) -> str:
    """Check how step counts grow with the condition number.

    Parameters
    ----------
    answer
        By what the steps for a digit are multiplied, about, if κ becomes ten
        times larger: with the best fixed step and with momentum.
    """
    return require_numbers(
        check,
        answer,
        {"the best fixed step": 100, "momentum": 10},
        given="κ = 30 and then κ = 300",
        slips={
            "the best fixed step": {
                10: "The eigenvalues that drive descent are the squares "
                "of the singular values.",
                1000: "The order is that of the square, no more.",
                2: "Ten times as many steps would be one more factor of "
                "ten. It is not digits that are counted, but steps.",
            },
            "momentum": {
                100: "Then nothing would be gained by a memory.",
                math.sqrt(10): "That is the root of κ: order √κ speaks of "
                "the condition number of XᵀX.",
                1: "No method of this kind is free of κ.",
            },
        },
        otherwise="Of which order in κ is the number of steps for a digit?",
    )


@checker("How many steps?", points=3)
def check_steps_needed(check: Check, answer: Callable[..., Any]) -> str:
    """Check how many steps of descent shrink the error in every direction.

    Parameters
    ----------
    answer
        A function of X, shape (n, d), with independent columns, the step
        size eta below the bound, and a factor between 0 and 1.  It returns
        the smallest number of steps after which, whatever the start, the
        error in every singular direction is at most factor times what it
        was.
    """
    count = 0
    for X, eta, factor in _descents():
        given = {"X": X, "eta": eta, "factor": factor}
        rates = np.abs(descent_rates(X, eta))
        expected = _steps(float(rates.max()), factor)
        hint = _ONE_DIRECTION if len(rates) == 1 else _SEVERAL_DIRECTIONS
        if rates.max() < 1e-9:
            hint = _NO_ERROR_LEFT
        k = check.read(
            whole,
            check.call(answer, **given),
            given=given,
            expected=f"an integer, {expected}",
            hint="Count whole steps: the first after which the error is "
            "small enough in every direction.",
        )
        if k < 0:
            found = f"{k}, which is no number of steps"
        elif k < expected:
            i = int(rates.argmax())
            found = (
                f"{k}, but after step {k} the error in singular direction "
                f"{i + 1} is still {rates[i] ** k:.4g} of what it was"
            )
        elif k > expected:
            if k == expected + 1 and rates.max() ** expected == factor:
                hint = _TIE
            found = (
                f"{k}, but after step {expected} no error is above "
                f"{rates.max() ** expected:.4g} of what it was"
            )
        else:
            count += 1
            continue
        check.fail(given=given, expected=expected, got=found, hint=hint)
    return f"{count} problems with 1 to 4 weights"


@checker("Which κ?", points=3)
def check_book_orders(check: Check, answer: Callable[..., Any]) -> str:
    """Check the orders of step counts, read off the Hessian.

    Parameters
    ----------
    answer
        A function of the Hessian H of a loss, shape (d, d), symmetric and
        positive definite.  It returns the orders of the numbers of steps of
        conjugate gradients and of descent, in terms of its condition number.
    """
    count = 0
    for X in _designs():
        n, _ = X.shape
        H = 2 / n * X.T @ X
        kappa = float(np.linalg.cond(X))
        given = {"H": H}
        got = check.call(answer, **given)

        def hint(
            found: NDArray[np.float64] | None, kappa: float = kappa
        ) -> str:
            if found is None:
                return "Return two numbers, conjugate gradients first."
            if np.allclose(found, [kappa**2, kappa**4]):
                return (
                    "κ and κ² are this page's orders, with the κ of X. Here "
                    "you are given the Hessian, and its condition number is "
                    "another."
                )
            if np.allclose(found, [kappa**2, kappa]):
                return "Conjugate gradients take fewer steps: they come first."
            if np.isclose(found[1], kappa**2):
                return (
                    "Descent is right. For the same matrix, conjugate "
                    "gradients have the order that this page writes as κ."
                )
            return (
                "This H is (2/n)XᵀX for an X of condition number "
                f"{kappa:.4g}. What is its own, and what do the factors 2 "
                "and 1/n do to it?"
            )

        check.require_close(
            got, [kappa, kappa**2], given=given, hint=hint, rtol=1e-4
        )
        count += 1
    return f"{count} Hessians, of condition numbers up to 1e6"


@checker("Two clusters", points=4)
def check_two_clusters(check: Check, answer: Callable[..., Any]) -> str:
    """Check how methods fare on a matrix with two singular values.

    Parameters
    ----------
    answer
        A function of n, s and r, where an n × n matrix has the singular
        values s and r only, s > r > 0, each n/2 times.  It returns four
        numbers: the steps that conjugate gradients take at most in exact
        arithmetic; the steps for one decimal digit with the best fixed step
        and from the worst start; and two step sizes that end descent in two
        steps.
    """
    count = 0
    for n, s, r in _clusters():
        given = {"n": n, "s": s, "r": r}
        expected = "four numbers: steps, steps, step size, step size"
        k, digit, *steps = check.read(
            lambda value: [real(part) for part in sequence(value, 4)],
            check.call(answer, **given),
            given=given,
            expected=expected,
            hint="Return them in this order, in a tuple or a list.",
        )
        if k != 2:
            check.fail(
                given=given,
                expected="the number of steps of conjugate gradients",
                got=k,
                hint="Not the number of weights decides, but that of the "
                "distinct nonzero singular values.",
            )
        kappa = s / r
        wanted = math.log(10) / (2 * math.atanh(kappa**-2))
        if not math.isclose(digit, wanted, rel_tol=0.05):
            linear = math.log(10) / (2 * math.atanh(1 / kappa))
            check.fail(
                given=given,
                expected="the steps for a digit, to within 5 percent",
                got=digit,
                hint="That is momentum's order. The fixed step has κ²."
                if math.isclose(digit, linear, rel_tol=0.1)
                else "The rate of the best step is (κ² − 1)/(κ² + 1), with "
                "κ = s/r. After how many steps is a tenth left?",
            )
        for sigma in (s, r):
            left = math.prod(1 - 2 * eta * sigma**2 / n for eta in steps)
            # What is left of the larger one is magnified by the other step.
            if not abs(left) <= 1e-12 * (s / r) ** 2:
                check.fail(
                    given=given,
                    expected="no error after the two steps",
                    got=f"step sizes {steps[0]:.6g} and {steps[1]:.6g}, "
                    f"which leave {left:.4g} of the error in the directions "
                    f"with singular value {sigma:g}",
                    hint="A step multiplies a direction by 1 − 2ησ²/n. For "
                    "which η is that zero, and what do the other "
                    "directions need?",
                )
        count += 1
    return f"{count} pairs of singular values, κ up to 1000"


@checker("A weight that moves away", points=3)
def check_moves_away(check: Check, start: Sequence[float]) -> str:
    """Check a start from which one weight gets worse although all converge.

    Parameters
    ----------
    start
        Two numbers, the start of descent on the page's example with η =
        2/25: the first weight is not right, and after one step its error is
        larger.
    """
    w = check.read(
        fraction_array,
        start,
        2,
        given="the answer itself",
        expected="two finite numbers, w₁ and w₂",
        hint="Return the start as a pair.",
    )
    X = np.array([[2, 1], [1, 2], [2, 2], [2, 2]]) * Fraction(1)
    best = np.array([Fraction(1), Fraction(2)])
    error = w - best
    after = error - 2 * Fraction(2, 25) / 4 * X.T @ (X @ error)
    given = f"start = {in_line(w)}, η = 2/25"
    if not error[0]:
        check.fail(
            given=given,
            expected="a first weight that is not right at the start",
            got=f"w₁ = {w[0]}, which is that of the minimizer",
            hint="It would move away from here, but let it be wrong, a "
            "little, before.",
        )
    if abs(after[0]) <= abs(error[0]):
        check.fail(
            given=given,
            expected="a first weight farther from its goal after one step",
            got=f"an error of {float(error[0]):.4g} before and of "
            f"{float(after[0]):.4g} after",
            hint="Give it a small error and the other weight a large one: "
            "the directions that do not know of one another are the singular "
            "ones, not the weights."
            if abs(error[0]) * 2 >= abs(error[1])
            else "The errors of the two weights now push one another. Try "
            "the other sign.",
        )
    return (
        f"the error of w₁ goes from {float(abs(error[0])):.3g} to "
        f"{float(abs(after[0])):.3g}"
    )


def _steps(rate: float, factor: float) -> int:
    if rate <= factor:
        return 1
    k = math.ceil(math.log(factor) / math.log(rate))
    return k - 1 if rate ** (k - 1) <= factor else k


def _descents() -> Iterator[tuple[NDArray[np.float64], float, float]]:
    one = np.array([[1.0]])
    two = np.array([[2.0, 1.0], [1.0, 2.0]])
    yield one, 0.25, 0.1
    yield one, 0.5, 0.1
    yield one, 0.75, 0.1
    yield np.array([[1.0], [1.0], [1.0]]), 0.2, 0.1
    for eta in (0.05, 0.1, 0.2, 0.21):
        yield two, eta, 0.1
    rng = np.random.default_rng(0)
    for _ in range(58):
        d = int(rng.integers(1, 5))
        X = np.zeros((d + int(rng.integers(0, 4)), d))
        # So that descent itself, step by step, gets there in time.
        while np.linalg.cond(X) > 40:
            X = rng.integers(-3, 4, X.shape).astype(float)
        share = float(rng.choice([0.1, 0.5, 0.9, 0.97]))
        eta = float(f"{share * learning_rate_bound(X):.3g}")
        factor = float(rng.choice([0.3, 0.1, 0.01, 1e-6]))
        yield X, eta, factor
    # Ties without any rounding: the rate is 1/2.
    for k in (1, 3, 29):
        yield one, 0.25, 2.0**-k


def _designs() -> Iterator[NDArray[np.float64]]:
    yield np.diag([1.0, 1 / 100])
    yield np.array([[2.0, 1.0], [1.0, 2.0], [2.0, 2.0], [2.0, 2.0]])
    rng = np.random.default_rng(0)
    for kappa in (3.0, 10.0, 100.0, 1000.0):
        for d in (2, 3, 5):
            U, V = (np.linalg.qr(rng.normal(size=(k, k))).Q for k in (8, d))
            yield 4 * U[:, :d] * np.geomspace(1, 1 / kappa, d) @ V.T


def _clusters() -> Iterator[tuple[int, float, float]]:
    yield 500, 1.0, 1 / 1000
    yield 2, 5.0, 1.0
    yield 10, 3.0, 2.0
    yield 8, 0.5, 0.01
    yield 100, 20.0, 1.0
