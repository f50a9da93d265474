"""Checkers for the exercises of the page on checking gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike, NDArray

from byhand.backprop import central_difference
from byhand.checks._answers import dictionary, real_array
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_short
from byhand.checks._slips import require_numbers
from byhand.checks._verdicts import Claim, judge_claims

Array = NDArray[np.float64]


# ---- Warm-ups ------------------------------------------------------------


@checker("The errors of two quotients", points=1)
def check_cube_errors(check: Check, answer: Callable[..., Any]) -> str:
    """Check the exact errors of two quotients of a cube.

    Parameters
    ----------
    answer
        ``answer(x, h)`` returns F(h) - f'(x) and C(h) - f'(x) for
        f(x) = x^3, in this order.
    """
    pairs = [(0.0, 1.0), (1.0, 1.0), (1.0, 0.5), (-2.0, 0.25), (3.0, 2.0),
             (0.5, 1e-6), (-1.0, 1e-9), (2.0, 1e-12)]  # fmt: skip
    for x, h in pairs:
        given = {"x": x, "h": h}
        expected = np.array([3 * x * h + h * h, h * h])
        check.require_close(
            check.call(answer, **given),
            expected,
            given=given,
            hint=partial(_cube_hint, expected, x, h),
            rtol=1e-9,
            atol=1e-300,
        )
    return f"{len(pairs)} pairs of x and h, down to h = 1e-12"


def _cube_hint(expected: Array, x: float, h: float, got: Array | None) -> str:
    if got is None:
        return "Return two numbers: the error of F, and that of C."
    if x and np.allclose(got, expected + 3 * x * x):
        return (
            "These are the quotients. Take the derivative off for the errors."
        )
    if h < 1e-5:
        return (
            "In the difference of a quotient and f' the digits cancel. "
            "Expand the cube on paper and divide by the step first."
        )
    if np.allclose(got, -expected):
        return "The error is the quotient minus the derivative."
    if np.allclose(got[::-1], expected):
        return "The forward difference comes first."
    if np.allclose(got[0], expected[0]):
        return "Which powers of h cancel in f(x + h) - f(x - h)?"
    return "Expand (x + h)^3. Which terms are left when x^3 is taken off?"


@checker("A large constant", points=1)
def check_large_constant(check: Check, factors: Sequence[float]) -> str:
    """Check what a million times larger values do to the best steps.

    Parameters
    ----------
    factors
        The factors by which h_F, the least error of F, h_C and the least
        error of C grow.
    """
    require_numbers(
        check,
        factors,
        {
            "h_F": 1e3,
            "the least error of F": 1e3,
            "h_C": 1e2,
            "the least error of C": 1e4,
        },
        given="|f| is 10^6 times as large, and no derivative changes",
        slips={
            "h_F": {
                1e6: "|f| stands under a root.",
                1e-3: "Rounding weighs "
                "more now. Does that ask for a longer or a shorter step?",
            },
            "the least error of F": {
                1e6: "|f| stands under a root.",
                1.0: "Both parts of the error grow: the step is longer, too.",
            },
            "h_C": {
                1e3: "For the central difference the root is another one.",
                1e6: "|f| stands under a root.",
            },
            "the least error of C": {
                1e2: "Which power of |f| stands under this root?",
                1e3: "For the central difference the root is another one.",
                1e12: "f² stands under a root.",
            },
        },
        otherwise="Look at the optimal steps and their errors: |f| stands "
        "in each of them once, in one as a square.",
    )
    return "4 factors"


def _programs() -> dict[str, tuple[Callable[[Any], Any], bool, str]]:
    return {
        "np.sqrt(x @ x)": (
            lambda x: np.sqrt(x @ x),
            True,
            "Does a product, a sum or a root leave the analytic functions?",
        ),
        "np.linalg.norm(x)": (
            np.linalg.norm,
            False,
            "Which number is the length of a complex vector?",
        ),
        "np.exp(x).sum() / (1 + x @ x)": (
            lambda x: np.exp(x).sum() / (1 + x @ x),
            True,
            "Is any of these operations unknown to complex numbers?",
        ),
        "np.vdot(x, x)": (
            lambda x: np.vdot(x, x),
            False,
            "Look up what np.vdot does to its first argument.",
        ),
        "np.maximum(x, 0).sum()": (
            lambda x: np.maximum(x, 0).sum(),
            True,
            "No entry of x is 0. Which branch does the program take?",
        ),
        "x[0] * x[1].real": (
            lambda x: x[0] * x[1].real,
            False,
            "Which half of the product rule is left?",
        ),
    }


def _complex_evidence(function: Callable[[Any], Any]) -> str:
    x = np.array([3.0, -2.0])
    real = central_difference(function, x)
    slopes = [
        np.imag(function(x + 1e-20j * unit)) / 1e-20 for unit in np.eye(2)
    ]
    return (
        f"at (3, -2) the complex step gives {in_short(slopes)} and the "
        f"central difference {in_short(real)}"
    )


_COMPLEX = {
    text: Claim(
        "the complex step gives the gradient at x = (3, -2)",
        right,
        partial(_complex_evidence, function),
        hint,
    )
    for text, (function, right, hint) in _programs().items()
}


@checker("Programs for the complex step", points=1)
def check_complex_programs(check: Check, verdicts: Mapping[str, bool]) -> str:
    """Check for which programs the complex step is right.

    Parameters
    ----------
    verdicts
        For the text of each program whether the complex step gives the
        gradient at x = (3, -2).
    """
    return judge_claims(check, verdicts, _COMPLEX)


# ---- A difference quotient of fourth order -------------------------------


@checker("A central difference of fourth order", points=4)
def check_fourth_order(check: Check, answer: Callable[..., Any]) -> str:
    """Check a difference quotient with four evaluations, of fourth order.

    A scheme that is linear in f and right for the powers up to the fourth
    has a truncation error of order h^4, by Taylor's theorem.

    Parameters
    ----------
    answer
        A function of f, x and h > 0 that returns an approximation of
        f'(x).  It may evaluate f four times, at real numbers whose distance
        from x is at most 4h.
    """
    rng = np.random.default_rng(0)
    pairs = [(0.0, 1.0), (1.0, 1.0), (0.0, 0.5), (-2.0, 0.25)]
    pairs += [
        (float(rng.integers(-16, 17)) / 8, 0.5 ** int(rng.integers(0, 6)))
        for _ in range(40)
    ]
    for power in range(5):
        for x, h in pairs:
            f = _Power(power)
            given = {"f": f, "x": x, "h": h}
            got = check.call(answer, **given)
            _require_four_near(check, f.seen, given)
            check.require_close(
                got,
                power * x ** (power - 1) if power else 0.0,
                given=given,
                hint="A scheme of fourth order is right for every polynomial "
                "of degree 4. Write c_1 f(x + a_1 h) + ... + c_4 f(x + a_4 h) "
                "and ask it of the powers of y - x, one after the other.",
            )
    return f"powers 0 to 4 at {len(pairs)} pairs of x and h"


class _Power:
    """y -> y^power for real y, which remembers where it was evaluated."""

    def __init__(self, power: int) -> None:
        self.power = power
        self.seen: list[float] = []

    def __call__(self, y: Any) -> float:
        if np.iscomplexobj(y):
            raise TypeError("f is to be evaluated at real numbers")
        self.seen.append(float(y))
        return float(y) ** self.power

    def __repr__(self) -> str:
        return f"y -> y^{self.power}"


def _require_four_near(check: Check, seen: list[float], given: Any) -> None:
    x, h = given["x"], given["h"]
    at = ", ".join(f"{y:g}" for y in seen) or "nowhere"
    if len(seen) > 4:
        check.fail(
            given=given,
            expected="at most 4 evaluations of f",
            got=f"{len(seen)}, at {at}",
            hint="Four points are enough for fourth order.",
        )
    far = max((abs(y - x) for y in seen), default=0.0)
    if not h / 8 <= far <= 4 * h:
        check.fail(
            given=given,
            expected="evaluations at a few multiples of h from x",
            got=f"f was evaluated at {at}",
            hint="The step is the caller's: the points are x + a h with "
            "small numbers a that do not depend on h.",
        )


@checker("The best step of fourth order", points=2)
def check_fourth_order_step(check: Check, powers: Sequence[Any]) -> str:
    """Check how the best step and the least error go with the rounding.

    Parameters
    ----------
    powers
        The powers of ε to which the best step and the least error of a
        scheme of fourth order are proportional.
    """
    require_numbers(
        check,
        powers,
        {"the step": 1 / 5, "the error": 4 / 5},
        given="an error of A ε / h + B h^4, with constants A and B",
        slips={
            "the step": {
                1 / 4: "Where is A ε / h + B h^4 least? Differentiate it.",
                1 / 3: "That is the step of an error with h^2.",
                -1 / 5: "With less rounding the step can be shorter.",
                4 / 5: "The step comes first.",
            },
            "the error": {
                3 / 4: "Put the best step into the error.",
                2 / 3: "That is the least error of the central difference.",
                1 / 5: "The step goes into the error with the power 4.",
                -1 / 5: "Put the best step into ε / h, and keep the ε.",
            },
        },
        otherwise="At the best step both parts of the error go with the "
        "same power of ε.",
    )
    return "2 powers"


# ---- Checks that are fooled ----------------------------------------------


class Acceptance(NamedTuple):
    """When a gradient check passes: how it is written, and what it does."""

    text: str
    accepts: Callable[[Array, Array], Any]


#: The checks of the exercise, of a claimed gradient g and the quotients n.
ACCEPTANCES = {
    "a": Acceptance(
        "abs((g - n).sum()) < 1e-6",
        lambda g, n: abs((g - n).sum()) < 1e-6,
    ),
    "b": Acceptance(
        "(g - n).max() < 1e-6",
        lambda g, n: (g - n).max() < 1e-6,
    ),
    "c": Acceptance(
        "g @ n > (1 - 1e-9) * norm(g) * norm(n)",
        lambda g, n: g @ n > (1 - 1e-9) * norm(g) * norm(n),
    ),
    "d": Acceptance(
        "not (abs(g - n) > 1e-6).any()",
        lambda g, n: not (abs(g - n) > 1e-6).any(),
    ),
    "e": Acceptance(
        "(abs(g - n) < 1e-6).all()",
        lambda g, n: (abs(g - n) < 1e-6).all(),
    ),
}


@checker("Checks that let mistakes pass", points=3)
def check_fooled(check: Check, claims: Mapping[str, ArrayLike | None]) -> str:
    """Check wrong gradients that are to pass flawed gradient checks.

    The function is f(x) = x0^2 x1 + x2 at x = (1, 2, 3).

    Parameters
    ----------
    claims
        For each of the checks a to e a claimed gradient, shape (3,), that
        passes although an entry is not within 0.1 of the right one, or None
        if there is no such gradient.
    """
    claims = check.read(
        dictionary,
        claims,
        ACCEPTANCES,
        given="the answer itself",
        expected="a dictionary with the keys a, b, c, d, e",
        hint="Each value is a list of three numbers, or None.",
    )
    x = np.array([1.0, 2.0, 3.0])
    n = central_difference(lambda x: x[0] ** 2 * x[1] + x[2], x)
    for letter, (text, accepts) in ACCEPTANCES.items():
        claim = claims[letter]
        given = f"check {letter}: {text}"
        if claim is None:
            if letter != "e":
                check.fail(
                    given=given,
                    expected="a wrong gradient that passes; there is one",
                    got="None",
                    hint=_HINTS[letter],
                )
            continue
        g = check.read(
            real_array,
            claim,
            3,
            given=given,
            expected="three numbers, or None",
            hint="The gradient has an entry for each of x0, x1, x2.",
        )
        given += f", with g = {in_short(g)}"
        if np.all(np.abs(g - n) < 0.1):
            check.fail(
                given=given,
                expected="a wrong gradient: some entry not within 0.1",
                got=f"at most {np.max(np.abs(g - n)):.2g} off {in_short(n)}",
                hint="The check should pass what is wrong.",
            )
        with np.errstate(all="ignore"):
            accepted = bool(accepts(g, n))
        if not accepted:
            check.fail(
                given=given,
                expected="the check passes",
                got=f"it fails: n = {in_short(n)}, g - n = {in_short(g - n)}",
                hint=_HINTS[letter],
            )
    return "4 checks accept a gradient not within 0.1, and the fifth none"


_HINTS = {
    "a": "Only the sum of the three errors is looked at.",
    "b": "Which sign must an error have to be noticed?",
    "c": "The check compares two directions. What does it not compare?",
    "d": "Is there a float for which every comparison is false?",
    "e": "Every entry has to come within 1e-6 of the right one. Is there "
    "any room?",
}
