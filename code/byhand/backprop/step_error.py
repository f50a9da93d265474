"""How the error of a difference quotient depends on its step.

A step too large truncates Taylor's series too early; a step too small
divides rounding errors by almost nothing.  Both are known in advance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_real, one_of
from byhand.backprop.differences import DEFAULT_STEP, gradient_by

_EPS = float(np.finfo(np.float64).eps)


def measured_error(
    f: Callable[[Any], Any],
    derivative: float,
    x: float,
    steps: ArrayLike,
    *,
    method: str,
) -> NDArray[np.float64]:
    """Return abs(quotient - derivative) for each step.

    Parameters
    ----------
    f
        A function of one number.
    derivative
        Its derivative at ``x``, known otherwise.
    x
        Where the derivative is taken.
    steps
        The steps, positive, shape (n,).
    method
        ``"forward"``, ``"central"`` or ``"complex"``.

    Returns
    -------
    numpy.ndarray
        The errors, shape (n,).

    Examples
    --------
    >>> error = measured_error(
    ...     np.exp, np.e, 1.0, [1e-1, 1e-2], method="central"
    ... )
    >>> error.round(6)
    array([4.533e-03, 4.500e-05])
    """
    derivative = as_real(derivative, "derivative")
    x = as_real(x, "x")
    return np.array(
        [
            abs(gradient_by(f, x, method=method, step=float(h)) - derivative)
            for h in as_array(steps, "steps", ndim=1)
        ]
    )


def predicted_error(
    steps: ArrayLike,
    *,
    method: str,
    f: float,
    f1: float,
    f2: float,
    f3: float,
) -> NDArray[np.float64]:
    """Return rounding plus truncation, to first order, for each step.

    If f is evaluated to half a unit in the last place, so with a relative
    error of at most eps / 2, then the error is at most

    - forward: eps abs(f) / h + h abs(f'') / 2;
    - central: eps abs(f) / 2h + h^2 abs(f''') / 6;
    - complex: about eps abs(f') + h^2 abs(f''') / 6, nothing divided by h.

    A function that loses more digits than half a unit moves the first term
    up by the same factor.

    Parameters
    ----------
    steps
        The steps, positive, of any shape.
    method
        ``"forward"``, ``"central"`` or ``"complex"``.
    f, f1, f2, f3
        The function and its first three derivatives at x.

    Returns
    -------
    numpy.ndarray
        The shape of ``steps``.

    Examples
    --------
    >>> at_zero = dict(f=1.0, f1=1.0, f2=1.0, f3=1.0)
    >>> predicted_error([1e-2], method="forward", **at_zero).round(6)
    array([0.005])
    """
    one_of(method, "method", DEFAULT_STEP)
    h = as_array(steps, "steps")
    if np.any(h <= 0):
        raise ValueError(f"steps must be positive, got {h.min()}")
    f, f1, f2, f3 = _sizes(f=f, f1=f1, f2=f2, f3=f3)
    with np.errstate(over="ignore", invalid="ignore"):
        if method == "forward":
            error = _EPS * f / h + h * f2 / 2
        elif method == "central":
            error = _EPS * f / (2 * h) + h**2 * f3 / 6
        else:
            error = _EPS * f1 + h**2 * f3 / 6
    if not np.isfinite(error).all():
        raise ValueError(
            "the error overflows float64; give steps nearer to 1, or smaller "
            "f, f1, f2, f3"
        )
    return error


def optimal_step(
    *, method: str, f: float, f1: float, f2: float, f3: float
) -> float:
    """Return the step at which `predicted_error` is least.

    - forward: (2 eps abs(f / f''))^(1/2), with the error
      (2 eps abs(f f''))^(1/2): half the digits;
    - central: (3 eps abs(f / f''') / 2)^(1/3), with the error
      (9 eps^2 f^2 abs(f''') / 32)^(1/3): two thirds of the digits;
    - complex: smaller is never worse, as long as h and h f' are above the
      smallest normal number, 2.2e-308.  Returned is the largest step whose
      truncation is below rounding, (6 eps abs(f' / f'''))^(1/2).

    Parameters
    ----------
    method, f, f1, f2, f3
        As in `predicted_error`.

    Returns
    -------
    float
        The step.

    Raises
    ------
    ValueError
        If the error has no minimum because f (for the complex step f'),
        f'' (forward) or f''' is 0.

    Examples
    --------
    >>> at_zero = dict(f=1.0, f1=1.0, f2=1.0, f3=1.0)
    >>> f"{optimal_step(method='forward', **at_zero):.1e}"
    '2.1e-08'
    >>> f"{optimal_step(method='central', **at_zero):.1e}"
    '6.9e-06'
    """
    one_of(method, "method", DEFAULT_STEP)
    f, f1, f2, f3 = _sizes(f=f, f1=f1, f2=f2, f3=f3)
    rounding = ("f1", f1) if method == "complex" else ("f", f)
    truncation = ("f2", f2) if method == "forward" else ("f3", f3)
    for name, size in (rounding, truncation):
        if size == 0:
            raise ValueError(
                f"the {method} scheme has no optimal step where {name} is 0"
            )
    if method == "forward":
        return float(np.sqrt(2 * _EPS * f / f2))
    if method == "central":
        return float(np.cbrt(1.5 * _EPS * f / f3))
    return float(np.sqrt(6 * _EPS * f1 / f3))


def _sizes(**values: float) -> list[float]:
    return [abs(as_real(value, name)) for name, value in values.items()]
