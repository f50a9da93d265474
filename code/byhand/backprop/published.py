"""Steps of a published derivation of the gated network, for exercises.

A university homework on neural-network foundations (winter 2021) asks for
the backward pass of the gated network.  Two steps of a worked solution are
wrong, one is right on paper and fails in float64, and one is a convention.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.backprop.gated import Bars, Parameters, Values, backward

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PublishedStep:
    """One step as it was published, beside what belongs there.

    Attributes
    ----------
    name
        The quantity that the step computes, such as ``"g2_bar"``.
    kind
        ``"wrong"``, ``"unstable"`` (right on paper, not in float64) or
        ``"convention"``.
    published, correct
        The formulas, in the notation of the page.
    refuted_by
        What shows the difference, in a sentence.
    compute
        The step as published, a function of the parameters, the values of
        one sample, and the correct bars.  It raises NumPy's ValueError if
        the shapes do not fit.
    compute_correct
        What belongs there, with the same arguments.
    """

    name: str
    kind: str
    published: str
    correct: str
    refuted_by: str
    compute: Callable[[Parameters, Values, Bars], Array] = field(repr=False)
    compute_correct: Callable[[Parameters, Values, Bars], Array] = field(
        repr=False
    )


def _sigmoid_derivative(z: Array) -> Array:
    """Return exp(-z) / (1 + exp(-z))^2 exactly as it is written."""
    with np.errstate(over="ignore", invalid="ignore"):
        e: Array = np.exp(-z)
        return e / (1 + e) ** 2


def _y_prime_bar(_: Parameters, values: Values, bars: Bars) -> Array:
    e_t = np.eye(values.y.shape[-1])[values.t]
    return bars.S_bar[..., None] * e_t * values.y


def _g2_bar(parameters: Parameters, _: Values, bars: Bars) -> Array:
    # W2^T y_bar for one sample, and for the rows of a batch.
    return bars.y_bar @ parameters.W2


def _z2_bar(_: Parameters, values: Values, bars: Bars) -> Array:
    return _sigmoid_derivative(values.z2) * bars.g1_bar


def _z1_bar(parameters: Parameters, values: Values, _: Bars) -> Array:
    return backward(parameters, values, relu_at_zero=1.0).z1_bar


def _correct(name: str) -> Callable[[Parameters, Values, Bars], Any]:
    return lambda _parameters, _values, bars: getattr(bars, name)


#: The published steps by the name of what they compute.
PUBLISHED_STEPS = {
    step.name: step
    for step in (
        PublishedStep(
            name="y_prime_bar",
            kind="wrong",
            published="y'_bar_k = S_bar · 1[k = t] · y_t",
            correct="y'_bar_k = S_bar · 1[k = t] / y'_t",
            refuted_by=(
                "Numbers: the shapes fit, but the derivative of log y'_t is "
                "1 / y'_t, at least 1 in size, whatever the logit y_t is."
            ),
            compute=_y_prime_bar,
            compute_correct=_correct("y_prime_bar"),
        ),
        PublishedStep(
            name="g2_bar",
            kind="wrong",
            published="g2_bar = W2ᵀ y_bar",
            correct="g2_bar = W3ᵀ y_bar",
            refuted_by=(
                "Shapes: W2ᵀ is d×H and y_bar has K entries, so the product "
                "needs H = K and has d entries where H belong.  If "
                "d = H = K, numbers."
            ),
            compute=_g2_bar,
            compute_correct=_correct("g2_bar"),
        ),
        PublishedStep(
            name="z2_bar",
            kind="unstable",
            published="z2_bar = exp(-z2) / (1 + exp(-z2))² · g1_bar",
            correct="z2_bar = σ(z2) σ(-z2) · g1_bar",
            refuted_by=(
                "Overflow: the same function on paper; in float64 it is 0 "
                "for z2 below about -355 and NaN below about -710."
            ),
            compute=_z2_bar,
            compute_correct=_correct("z2_bar"),
        ),
        PublishedStep(
            name="z1_bar",
            kind="convention",
            published="z1_bar = 1[z1 ≥ 0] · h_bar",
            correct="z1_bar = 1[z1 > 0] · h_bar",
            refuted_by=(
                "Nothing: ReLU has no derivative at 0, and both are "
                "conventions.  They differ only where z1 is exactly 0."
            ),
            compute=_z1_bar,
            compute_correct=_correct("z1_bar"),
        ),
    )
}
