"""A central difference whose step knows the scale, and says its own error.

The best step of a central difference depends on f and its third derivative,
which a step taken from x alone can only guess.  Both can be measured: f by
calling it, the third derivative by a difference of third order, as soon as
that is larger than what rounding can do to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from byhand._validate import as_function, as_real, shown

_HALF_UNIT = float(np.finfo(np.float64).eps) / 2

#: The shortest spacing tried is 2^-30 of the longest; a third difference
#: counts as resolved if it is ten times what rounding alone can make it.
_RUNGS, _MARGIN = 30, 10.0


@dataclass(frozen=True)
class ScaledDifference:
    """A derivative as it was measured, with an estimate of its error.

    Attributes
    ----------
    value
        The central difference at ``step``.
    step
        The step, (3 noise abs(f) / abs(f'''))^(1/3).
    third
        The size of f''' that the step is made for.
    resolved
        Whether ``third`` is an estimate of abs(f'''); if not, f''' drowned
        in rounding at every spacing, and ``third`` is the most it may be.
    rounding, truncation
        The two parts of the error: what rounding can do to the value at
        most, and step^2 third / 6.
    """

    value: float
    step: float
    third: float
    resolved: bool
    rounding: float
    truncation: float

    @property
    def error(self) -> float:
        """The sum of rounding and truncation."""
        return self.rounding + self.truncation


def scaled_difference(
    f: Callable[[float], float],
    x: float,
    *,
    reach: float | None = None,
    noise: float = _HALF_UNIT,
) -> ScaledDifference:
    """Return a central difference of f at x at a step made for f.

    The third difference with spacing k,
    (f(x + 2k) - 2 f(x + k) + 2 f(x - k) - f(x - 2k)) / 2k^3, is f''' up to
    truncation, and rounding changes it by at most 3 noise abs(f) / k^3.  The
    spacing grows by factors of 2 until the third difference is ten times
    that; then the step that makes rounding and truncation least is known.

    Measured are f and its third difference.  Assumed are that ``noise``
    is what f loses to rounding, that f''' hardly changes within two
    spacings, and that f is defined within twice the reach.  The error is
    therefore an estimate and no bound.

    Parameters
    ----------
    f
        A function of one number that returns a real number.  For a gradient
        along a direction u, ``lambda s: loss(w + s * u)`` at 0.
    x
        Where the derivative is taken.
    reach
        The longest spacing tried, positive: f is evaluated within twice that
        of x.  By default max(1, abs(x)).
    noise
        The relative error of f: half a unit in the last place by default.

    Returns
    -------
    ScaledDifference
        The derivative, with the step, what it rests on, and its error.

    Raises
    ------
    TypeError, ValueError
        If f does not return a finite real number within twice the reach,
        ``reach`` or ``noise`` is not positive, or ``reach`` is too small to
        change x.

    References
    ----------
    P. E. Gill, W. Murray, M. A. Saunders, M. H. Wright, "Computing
    forward-difference intervals for numerical optimization", SIAM Journal
    on Scientific and Statistical Computing 4 (1983), who choose the step of
    a forward difference by a second difference that rounding leaves intact.

    Examples
    --------
    >>> found = scaled_difference(np.sin, 1.0)
    >>> bool(abs(found.value - np.cos(1.0)) < found.error)
    True
    >>> scaled_difference(lambda s: 1 + s + s * s, 0.0).resolved
    False
    """
    f = as_function(f, "f")
    x, noise = as_real(x, "x"), as_real(noise, "noise")
    reach = max(1.0, abs(x)) if reach is None else as_real(reach, "reach")
    for name, size in {"reach": reach, "noise": noise}.items():
        if size <= 0:
            raise ValueError(f"{name} must be positive, got {size}")
    if x + reach == x:
        raise ValueError(
            f"reach {reach:.1e} is too small to change x = {x:g}; take a "
            "larger one"
        )
    third, resolved, size = _third_derivative(f, x, reach, noise)
    h = float(np.cbrt(3 * noise * size / third)) if third else reach
    h = min(h, reach)
    # What is really added, since x + h is rounded.
    up, down = (x + h) - x, x - (x - h)
    if not up or not down:
        raise ValueError(
            f"the step {h:.1e} that suits f is too small to change x = {x:g}"
        )
    above, below = _at(f, x, up), _at(f, x, -down)
    return ScaledDifference(
        value=(above - below) / (up + down),
        step=h,
        third=third,
        resolved=resolved,
        rounding=noise * (abs(above) + abs(below)) / (up + down),
        truncation=h**2 * third / 6,
    )


def _third_derivative(
    f: Callable[[float], float], x: float, reach: float, noise: float
) -> tuple[float, bool, float]:
    """Return the size of f''', whether it is resolved, and the size of f."""
    weights = np.array([1.0, -2.0, 2.0, -1.0])
    here = abs(_at(f, x, 0.0))
    third = drowned = size = 0.0
    for rung in range(_RUNGS, -1, -1):
        k = reach * 2.0**-rung
        values = np.array([_at(f, x, a * k) for a in (2, 1, -1, -2)])
        slope = abs(values[1] - values[2]) / (2 * k)
        # The points are rounded too, which moves f by its slope.
        moved = slope * _HALF_UNIT * abs(x) * np.sum(abs(weights))
        lost = noise * float(abs(weights) @ abs(values)) + moved
        third = abs(float(weights @ values)) / (2 * k**3)
        drowned = float(lost) / (2 * k**3)
        size = max(here, float(abs(values[1]) + abs(values[2])) / 2)
        if third > _MARGIN * drowned:
            return third, True, size
    return third + drowned, False, size


def _at(f: Callable[[float], float], x: float, shift: float) -> float:
    with np.errstate(over="ignore"):  # it is refused below
        value = f(x + shift)
    if isinstance(value, complex | np.complexfloating):
        raise TypeError(f"f must return a real number, got {shown(value)}")
    if np.ndim(value) == 0 and not np.isfinite(value):
        raise ValueError(
            f"f must be finite, got {value} at {x:g} + {shift:.1g}; a "
            "smaller reach stays closer to x"
        )
    return as_real(value, "f(x)")
