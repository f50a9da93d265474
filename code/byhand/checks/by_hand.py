"""Checkers for the exercises of the page on backprop by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from byhand.backprop import (
    PUBLISHED_STEPS,
    Parameters,
    Values,
    backward,
    complex_step,
    forward,
)
from byhand.checks._answers import pair
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_short
from byhand.checks._verdicts import judge
from byhand.tape import log_softmax, relu, sigmoid, softmax

Array = NDArray[np.float64]

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


@checker
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


@checker
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
            hint="This is X_bar. Count the lines of the forward pass that "
            "use x, and let each add its part; a sample is a row here.",
        )
        check.require_close(
            W4_bar,
            _slopes(given, "W4"),
            given=given,
            hint="This is W4_bar. It has the shape of W4, and the loss of a "
            "batch is the sum of the losses of its samples.",
        )
        count += 1
    return f"{count} batches with up to 5 samples"


@checker
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
        got=f"{name} = {in_short(got)}, from the line that you call {said!r}",
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
