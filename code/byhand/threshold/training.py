"""The perceptron algorithm, in exact numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from byhand._validate import as_integer
from byhand.threshold._evaluation import Exact
from byhand.threshold.network import Layer, Network
from byhand.threshold.separability import (
    Obstruction,
    Separation,
    labeled,
    whole,
)
from byhand.threshold.units import HEAVISIDE


@dataclass(frozen=True)
class Training:
    """What the perceptron algorithm did, true if it found weights.

    Attributes
    ----------
    w, b
        The weights and the bias after the last mistake.
    mistakes
        The numbers of the points that changed the weights, in order.
    outcome
        The separation, if a whole pass went by without a mistake; the
        obstruction, if the weights came back to what they had been; None,
        if neither has happened yet.
    """

    w: tuple[Fraction, ...]
    b: Fraction
    mistakes: tuple[int, ...]
    outcome: Separation | Obstruction | None

    def __bool__(self) -> bool:
        return bool(self.outcome)

    def __repr__(self) -> str:
        count = len(self.mistakes)
        after = f"{count} mistake{'' if count == 1 else 's'}"
        if isinstance(self.outcome, Obstruction):
            return f"a cycle after {after}, {self.outcome}"
        W = np.array([self.w], dtype=object)
        b = np.array([self.b], dtype=object)
        (unit,) = Network(Layer(W, b, HEAVISIDE)).formulas(1)
        return f"{unit} after {after}" + ("" if self else ", and no end yet")


def perceptron(
    points: Exact, labels: Exact, *, most: int = 100_000
) -> Training:
    """Train one Heaviside unit by the perceptron algorithm.

    The weights start at zero.  The points come one after another, round and
    round.  A point x with label 1 wants w·x + b > 0, one with label 0 wants
    w·x + b < 0; a point that does not get what it wants is a *mistake*, and
    (x, 1) is added to (w, b) or subtracted from it.

    The algorithm stops when all points have what they want.  It also stops
    when the weights return to a value that they had before: what was added
    in between sums to zero, which proves that no weights can do it.

    Parameters
    ----------
    points : array of shape (N, n)
        Integers or Fractions.
    labels : array of shape (N,)
        0 or 1, or truth values.
    most
        Give up at the first mistake beyond so many.

    Returns
    -------
    Training

    Notes
    -----
    The perceptron is by F. Rosenblatt (1958), its error-correcting rule from
    his work of the following years.

    If some u of length 1 has u·(x, 1) ≥ γ > 0 for the label 1 and
    u·(x, 1) ≤ -γ for the label 0, and if no (x, 1) is longer than R, then
    there are at most (R/γ)² mistakes, in whatever order the points come
    (A. B. J. Novikoff, 1962).  If there is no such u, the weights stay
    bounded (H. D. Block and S. A. Levin, 1970), and so, with rational
    points, they return.

    Examples
    --------
    >>> from byhand.threshold import bits
    >>> perceptron(bits(2), [0, 0, 0, 1])
    1[3 x1 + 2 x2 - 4 ≥ 0] after 18 mistakes
    >>> perceptron(bits(2), [0, 1, 1, 0]).mistakes
    (0, 1, 2, 3)
    """
    most = as_integer(most, "most", minimum=1, maximum=10**7)
    X, y = labeled(points, labels)
    # What a mistake adds to the weights, (x, 1) or its opposite: integers
    # over one denominator, for which additions are cheap.
    scale = math.lcm(*(v.denominator for x in X for v in x))
    steps = []
    for x, label in zip(X, y, strict=True):
        sign = scale if label else -scale
        steps.append((*(int(sign * v) for v in x), sign))
    weights = (0,) * len(steps[0])
    first_at = {weights: 0}
    mistakes: list[int] = []
    right = p = 0
    while right < len(steps):
        if sum(u * v for u, v in zip(weights, steps[p], strict=True)) > 0:
            right += 1
        elif len(mistakes) == most:
            return _training(weights, scale, mistakes, None)
        else:
            right = 0
            mistakes.append(p)
            weights = tuple(
                u + v for u, v in zip(weights, steps[p], strict=True)
            )
            if weights in first_at:
                cycle = mistakes[first_at[weights] :]
                counts = tuple(map(cycle.count, range(len(steps))))
                return _training(
                    weights, scale, mistakes, Obstruction(X, y, counts)
                )
            first_at[weights] = len(mistakes)
        p = (p + 1) % len(steps)
    *w, b = whole(weights)
    return _training(weights, scale, mistakes, Separation(X, y, tuple(w), b))


def _training(
    weights: tuple[int, ...],
    scale: int,
    mistakes: list[int],
    outcome: Separation | Obstruction | None,
) -> Training:
    *w, b = (Fraction(v, scale) for v in weights)
    return Training(tuple(w), b, tuple(mistakes), outcome)
