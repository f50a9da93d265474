"""Checkers for the exercises of the page on mistakes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, NoReturn

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from byhand.backprop import (
    PUBLISHED_STEPS,
    Parameters,
    Values,
    backward,
    complex_step,
    forward,
)
from byhand.checks._answers import (
    Refused,
    fraction,
    pair,
    real,
    sequence,
    whole,
)
from byhand.checks._proofs import Condition, require_witness
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_short
from byhand.checks._verdicts import judge
from byhand.tape import log_softmax, relu, sigmoid, softmax

Array = NDArray[np.float64]


# ---- Warm-ups ------------------------------------------------------------


@checker("A loss that does not overflow", points=1)
def check_safe_loss(check: Check, answer: Callable[[float], Any]) -> str:
    """Check the loss of two classes, for a margin of any size.

    Parameters
    ----------
    answer
        ``answer(m)`` for a float m returns log(1 + e^m).
    """
    margins = [0.0, 1.0, -1.0, 10.0, 700.0, 720.0, 1000.0, 1e6, -20.0, -40.0,
               -300.0, -700.0, -1000.0]  # fmt: skip
    for m in margins:
        given = {"m": m}
        expected = max(m, 0.0) + math.log1p(math.exp(-abs(m)))
        with np.errstate(all="ignore"):
            got = check.read(
                real,
                check.call(answer, **given),
                given=given,
                expected=expected,
                hint="Return a number.",
            )
        if not math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-320):
            check.fail(
                given=given,
                expected=expected,
                got=got,
                hint=_margin_hint(m, got),
            )
    return f"{len(margins)} margins from -1000 to 10**6"


def _margin_hint(m: float, got: float) -> str:
    if m <= -20:
        return (
            "1 + e^m rounds to 1, or loses most digits of e^m. Which "
            "function takes the logarithm of 1 + u for a small u?"
        )
    if m > 600:
        if math.isfinite(got):
            return "For a large m the loss is nearly m."
        return (
            "e^m overflows. Take the larger of the two terms out of the "
            "logarithm first."
        )
    return "The loss is the logarithm of the sum of 1 and e^m."


@checker("The slopes of a maximum", points=1)
def check_max_slopes(check: Check, answer: Callable[[Any], Any]) -> str:
    """Check what a convention for ReLU makes of a maximum at a tie.

    Parameters
    ----------
    answer
        ``answer(c)`` returns the pair of slopes in a and in b that the
        backward pass with ReLU'(0) = c gives for a + ReLU(b - a) at a = b.
    """
    conventions = [Fraction(c) for c in (0, 1, "1/2", "1/4", 2, -1)]
    for c in conventions:
        given = {"c": c}
        got = check.read(
            lambda value: [fraction(v) for v in pair(value)],
            check.call(answer, **given),
            given=given,
            expected="two numbers, the slopes in a and in b",
            hint="Return a pair.",
        )
        expected = [1 - c, c]
        if got != expected:
            hint = (
                "a is used twice: directly, and inside of ReLU with the sign "
                "minus. b is used once."
            )
            if got == expected[::-1]:
                hint = (
                    "The slope in a comes first. Which of them is used once?"
                )
            elif got[0] == 1:
                hint = "a stands inside of ReLU as well."
            elif got[0] == 1 + c:
                hint = "Inside of ReLU a has a minus."
            check.fail(
                given=given,
                expected=" and ".join(map(str, expected)),
                got=" and ".join(map(str, got)),
                hint=hint,
            )
    return f"{len(conventions)} conventions"


# ---- The published lines -------------------------------------------------

#: The lines of the published backward pass, each with what it reads.
_LINES = {
    "J_bar": (),
    "S_bar": ("J_bar",),
    "y_prime_bar": ("S_bar", "y", "y_prime"),
    "y_bar": ("y_prime", "y_prime_bar"),
    "g2_bar": ("y_bar",),
    "h_bar": ("g2_bar", "g1"),
    "g1_bar": ("g2_bar", "h"),
    "z2_bar": ("z2", "g1_bar"),
    "z1_bar": ("z1", "h_bar"),
    "x_bar": ("z1_bar", "z2_bar"),
}


_VERDICTS = ("right", "wrong", "unstable", "convention")


def _network(
    b1: list[float], W2: list[list[float]], b2: list[float]
) -> Parameters:
    # Every size is 2, so that every published line has a value.
    return Parameters(
        W1=np.eye(2),
        b1=np.array(b1),
        W2=np.array(W2),
        b2=np.array(b2),
        W3=np.array([[2, 1], [0, -1]]),
        b3=np.zeros(2),
    )


_ORDINARY = _network([0, -3], [[1, -1], [0, 1]], [1, -2])
_LARGE = _network([0, 1], [[-720, 0], [1, -1]], [0, 0])
_KINK = _network([-1, 0], [[1, -1], [0, 1]], [1, -2])
_X, _T = np.array([1.0, 2.0]), 0


@checker("Judge the published lines", points=5)
def check_published_steps(check: Check, verdicts: Mapping[str, str]) -> str:
    """Check a verdict on each line of the published backward pass.

    Parameters
    ----------
    verdicts
        For each of J_bar, S_bar, y_prime_bar, y_bar, g2_bar, h_bar, g1_bar,
        z2_bar, z1_bar and x_bar one of ``"right"``, ``"wrong"``,
        ``"unstable"`` and ``"convention"``.
    """
    truths = dict.fromkeys(_LINES, "right") | {
        name: step.kind for name, step in PUBLISHED_STEPS.items()
    }
    for name, said in judge(check, verdicts, truths, _VERDICTS):
        _refute(check, name, said, truths[name])
    return f"{len(_LINES)} lines judged on 3 networks"


def _refute(check: Check, name: str, said: str, truth: str) -> NoReturn:
    """Raise the evidence against what was said about a published line."""
    parameters = _ORDINARY
    if truth == "convention":
        parameters = _KINK
        hint = (
            "One entry of z1 is exactly 0. Which number would be right "
            "there, and which would be wrong?"
        )
    elif truth == "wrong":
        hint = (
            "The numbers are ordinary and no entry of z1 is 0. Take the bars "
            "on the right-hand side as given, and differentiate."
        )
    elif truth == "right":
        hint = (
            "With the right bars on its right-hand side the line gives the "
            "derivative, and nothing in it overflows, divides by 0 or asks "
            "for a sign at 0. If they are wrong, blame their lines."
        )
    elif said == "wrong":
        hint = (
            "Here the line gives the derivative, and on paper it always "
            "does. Try entries of z2 that are large in size, of both signs."
        )
    else:
        parameters = _LARGE
        hint = (
            "Evaluate the exponentials of the line at this z2, one after "
            "the other. How large can a float64 be?"
        )
    values = forward(parameters, _X, _T)
    bars = backward(parameters, values)
    step = PUBLISHED_STEPS.get(name)
    got = step.compute(parameters, values, bars) if step else vars(bars)[name]
    known = values.as_dict() | bars.as_dict()
    network = {"x": _X, "t": _T} | parameters.as_dict()
    given = [f"{key} = {in_short(value)}" for key, value in network.items()]
    given += [
        f"so that {key} = {in_short(known[key])}" for key in _LINES[name]
    ]
    check.fail(
        given="\n".join(given),
        expected=f"{name} = {_expected(name, truth, parameters, values)}",
        got=f"you say {said!r}, but the line gives {name} = {in_short(got)}",
        hint=hint,
    )


def _expected(
    name: str, truth: str, parameters: Parameters, values: Values
) -> str:
    """Return the derivative of what follows a value, found without bars."""
    value_name = name.removesuffix("_bar")
    at = getattr(values, value_name)

    def loss(value: Any) -> Any:
        return _loss_after(value_name, value, parameters)

    if truth != "convention":
        return f"{in_short(complex_step(loss, at))}, by the complex step"
    sides = [
        in_short([(loss(at + h * e) - loss(at)) / h for e in np.eye(len(at))])
        for h in (-1e-6, 1e-6)
    ]
    return f"{sides[0]} by differences from below, {sides[1]} from above"


def _loss_after(name: str, value: Any, p: Parameters) -> Any:
    """Return J if the value called ``name`` is replaced."""
    v: dict[str, Any] = {"x": _X}
    steps: dict[str, Callable[[], Any]] = {
        "x": lambda: _X,
        "z1": lambda: p.W1 @ v["x"] + p.b1,
        "h": lambda: relu(v["z1"]),
        "z2": lambda: p.W2 @ v["x"] + p.b2,
        "g1": lambda: sigmoid(v["z2"]),
        "g2": lambda: v["h"] * v["g1"],
        "y": lambda: p.W3 @ v["g2"] + p.b3,
        "y_prime": lambda: softmax(v["y"]),
        "S": lambda: np.log(v["y_prime"][_T]),
        "J": lambda: -v["S"],
    }
    for key, step in steps.items():
        v[key] = value if key == name else step()
    return v["J"]


# ---- A line that shapes do not refute ------------------------------------


@checker("Sizes at which shapes say nothing", points=1)
def check_blind_sizes(check: Check, sizes: Sequence[int]) -> str:
    """Check sizes for which no shape refutes a wrong line.

    Parameters
    ----------
    sizes
        d, H and K, all larger than 1 and not all equal, for which the line
        x_bar = W1 z1_bar + W2 z2_bar can be computed and has d entries.
    """
    d, H, K = check.read(
        lambda value: [whole(n) for n in sequence(value, 3)],
        sizes,
        given="the answer itself",
        expected="three integers: d, H, K",
        hint="Return them in this order.",
    )
    said = require_witness(
        check,
        (d, H, K),
        [
            Condition(
                "sizes larger than 1",
                lambda s: "" if min(s) > 1 else f"the smallest is {min(s)}",
                "An axis of length 1 is stretched until it fits.",
            ),
            Condition(
                "sizes that are not all equal",
                lambda s: "" if len(set(s)) > 1 else f"all are {s[0]}",
                "Where all are equal nearly every line fits. Does this line "
                "ask for all three?",
            ),
            Condition(
                "a product W1 z1_bar that has a value",
                lambda s: (
                    ""
                    if s[0] == s[1]
                    else f"W1 has shape ({s[1]}, {s[0]}), z1_bar ({s[1]},)"
                ),
                "Which two sizes have to agree for a matrix and a vector to "
                "be multiplied?",
            ),
        ],
        {"d": d, "H": H, "K": K},
    )
    return f"{said}: here a forgotten transpose shows in no shape"


# ---- A weight on every class ---------------------------------------------


@checker("A weight on every class", points=4)
def check_soft_target_bar(check: Check, answer: Callable[..., Any]) -> str:
    """Check the gradient of the cross-entropy for a weight on each class.

    Parameters
    ----------
    answer
        A function of y and q, shape (K,), that returns the gradient in y of
        J = -Σ_k q_k log softmax(y)_k, shape (K,).
    """
    count = 0
    for y, q in _soft_targets():
        given = {"y": y, "q": q}

        def loss(y: NDArray[Any], q: Array = q) -> complex:
            return complex(-(q * log_softmax(y)).sum())

        # An overflow on the way is judged by where it leads.
        with np.errstate(all="ignore"):
            got = check.call(answer, **given)
        check.require_close(
            got,
            # Adding 0 turns -0.0 into 0.0.
            complex_step(loss, y) + 0.0,
            given=given,
            hint=partial(_soft_hint, y),
        )
        count += 1
    return f"{count} cases with logits up to ±1000"


def _soft_hint(y: Array, got: Array | None) -> str:
    if abs(y).max() > 100:
        return (
            "On paper this may be right; here an exponential overflows, or "
            "a probability underflows and is divided by. Which form of the "
            "softmax does neither?"
        )
    if got is not None and abs(got.sum()) < 1e-9:
        return (
            "The entries add up to 0, as they must. Set all of q but one "
            "entry to 0 and compare with y_bar = y' − e_t."
        )
    return (
        "Shifting all logits by the same number changes no loss, so the "
        "entries of the gradient add up to 0. Do yours, whatever the sum of "
        "the weights is?"
    )


def _soft_targets() -> Iterator[tuple[Array, Array]]:
    simple = (
        ([0, 0], [1, 0]),
        ([0, 0], [0.5, 0.5]),
        ([0, 0], [1, 1]),
        ([1, 0], [2, 0]),
        ([0, 1, 2], [0, 0, 0]),
        ([0, 1, 2], [3, 1, 2]),
    )
    for y, q in simple:
        yield np.array(y, dtype=float), np.array(q, dtype=float)
    rng = np.random.default_rng(0)
    for _ in range(54):
        K = int(rng.integers(1, 7))
        yield (
            rng.integers(-5, 6, K).astype(float),
            rng.integers(0, 5, K) / 2,
        )
    for y, q in (
        ([1000, 0], [1, 0]),
        ([1000, 0], [0, 1]),
        ([-1000, -1000], [1, 0]),
        ([1000, -1000], [1, 2]),
        ([-720, 0], [1, 0]),
        ([1000, 1000, -1000], [1, 1, 1]),
    ):
        yield np.array(y, dtype=float), np.array(q, dtype=float)


# ---- Wrong for every convention ------------------------------------------

_c = sp.Symbol("c", real=True)


class _Kinked:
    """A function of z that is made of ReLU, sums and multiples.

    It is 0 at z = 0 and linear on either side.  ``slope`` is what the
    backward pass gives at 0, a polynomial in c = ReLU'(0).
    """

    def __init__(self, left: Fraction, right: Fraction, slope: Any) -> None:
        self.left, self.right, self.slope = left, right, slope

    def __add__(self, other: Any) -> _Kinked:
        b = _kinked(other)
        return _Kinked(
            self.left + b.left, self.right + b.right, self.slope + b.slope
        )

    def __mul__(self, other: Any) -> _Kinked:
        if isinstance(other, _Kinked):
            raise TypeError(
                "a value is multiplied by a number here, not by a value"
            )
        k = fraction(other)
        slope = self.slope * sp.Rational(k.numerator, k.denominator)
        return _Kinked(self.left * k, self.right * k, slope)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> _Kinked:
        return self * -1

    def __sub__(self, other: Any) -> _Kinked:
        return self + -_kinked(other)

    def __rsub__(self, other: Any) -> _Kinked:
        return _kinked(other) - self

    def __repr__(self) -> str:
        return "z"


def _kinked(x: Any) -> _Kinked:
    if isinstance(x, _Kinked):
        return x
    if fraction(x) == 0:  # as the sum of a list begins
        return _Kinked(Fraction(0), Fraction(0), sp.Integer(0))
    raise TypeError(
        f"only values made of z are added here, and {x!r} is a number"
    )


def _relu(x: Any) -> _Kinked:
    x = _kinked(x)
    zero = Fraction(0)
    return _Kinked(min(x.left, zero), max(x.right, zero), x.slope * _c)


@checker("Wrong for every convention", points=5)
def check_every_convention(check: Check, program: Callable[..., Any]) -> str:
    """Check a program whose slope every convention for ReLU gets wrong.

    Parameters
    ----------
    program
        A function of z and relu that adds, subtracts, multiplies by numbers
        and calls relu.  As a function of z it is differentiable at 0.
    """
    z = _Kinked(Fraction(1), Fraction(1), sp.Integer(1))
    given = "program(z, relu)"
    f = check.read(
        _only_kinked,
        check.call(program, z=z, relu=_relu),
        given=given,
        expected="a value made of z",
        hint="End the program in `return` and the last value.",
    )
    if f.left != f.right:
        check.fail(
            given=given,
            expected="the same slope on both sides of 0",
            got=f"slope {f.left} for z < 0, {f.right} for z > 0",
            hint="Then there is no derivative that could be missed. What has "
            "to be added to a ReLU to make it a straight line?",
        )
    error = sp.Poly(f.slope, _c) - sp.Poly(
        sp.Rational(f.right.numerator, f.right.denominator), _c
    )
    backward = sp.sstr(sp.expand(f.slope))
    if error.is_zero:
        check.fail(
            given=f"{given}, which is {f.right} z",
            expected=f"a backward pass that does not give {f.right}",
            got=f"{backward}, for every c",
            hint="Every convention is right here. Which functions of the "
            "proposition does the backward pass get wrong?",
        )
    roots = [] if error.degree() == 0 else sp.real_roots(error)
    if roots:
        root = min(roots, key=lambda r: (not r.is_rational, abs(float(r))))
        shown = root if root.is_rational else f"{float(root):.4f}"
        check.fail(
            given=f"{given}, which is {f.right} z",
            expected="a slope that is wrong for every number c = ReLU'(0)",
            got=f"{backward}, which is {f.right} for c = {shown}",
            hint="The errors of several such functions add up. A quadratic "
            "polynomial in c has no real root if its discriminant is "
            "negative; which errors can you make, and add?",
        )
    return f"it is {f.right} z, and the backward pass gives {backward}"


def _only_kinked(value: object) -> _Kinked:
    if not isinstance(value, _Kinked):
        raise Refused
    return value
