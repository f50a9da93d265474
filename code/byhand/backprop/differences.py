"""Derivatives by difference quotients, without deriving anything.

Three schemes, for a real function of named or unnamed float64 arrays.  What
does not fit (numbers that are not float64 or not finite, a step too small to
change x, an f that returns anything but a finite number) raises TypeError or
ValueError, which says what came.
With h the step and e_i the i-th unit vector, entry i of the gradient is

- forward: (f(x + h e_i) - f(x)) / h;
- central: (f(x + h e_i) - f(x - h e_i)) / 2h;
- complex: Im f(x + i h e_i) / h, for an analytic f, with no difference and
  hence no cancellation (Squire & Trapp 1998).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import (
    as_function,
    as_real,
    one_of,
    rectangular,
    require_finite,
    shown,
)

Array = NDArray[Any]
Point = ArrayLike | Mapping[str, ArrayLike]

_EPS = float(np.finfo(np.float64).eps)

#: The step of each scheme where none is given: eps^(1/2), eps^(1/3), and
#: something so small that its square is far below rounding.  They suit a
#: function that varies on the scale of max(1, |x|); one that varies faster,
#: such as log near 1e-30, needs a step far below that scale.
DEFAULT_STEP = {
    "forward": _EPS ** (1 / 2),
    "central": _EPS ** (1 / 3),
    "complex": 1e-20,
}


def central_difference(
    f: Callable[[Any], float], x: Point, *, step: float | None = None
) -> Any:
    """Return the gradient of f at x by central differences.

    Costs two evaluations an entry.  The error is about
    ``eps |f| / 2h + h^2 |f'''| / 6``, for an f that varies on a scale of 1
    least near h = eps^(1/3).

    Parameters
    ----------
    f
        A function of one argument like ``x`` that returns a real number.
    x
        A float64 array of any shape, a float, or a dictionary of such.
    step
        The step h of every entry.  By default eps^(1/3) max(1, abs(x_i)).

    Returns
    -------
    float, numpy.ndarray or dict
        The form and the shapes of ``x``.

    Examples
    --------
    >>> central_difference(lambda x: x[0] * x[1] ** 2, [3.0, 2.0]).round(8)
    array([ 4., 12.])
    """
    return gradient_by(f, x, method="central", step=step)


def complex_step(
    f: Callable[[Any], complex], x: Point, *, step: float | None = None
) -> Any:
    """Return the gradient of f at x by the complex step.

    Costs one evaluation an entry, with complex numbers.  The error is about
    ``eps |f'| + h^2 |f'''| / 6``: for an f that varies on a scale of 1 any
    h below 1e-8 or so will do.  It is right only if f is analytic: abs,
    norms, conjugates and real parts are not.

    Parameters
    ----------
    f
        A function of one argument like ``x`` that takes complex entries and
        returns a complex number.
    x
        As in `central_difference`.
    step
        The step h of every entry.  By default 1e-20.

    Returns
    -------
    float, numpy.ndarray or dict
        The form and the shapes of ``x``.

    Raises
    ------
    TypeError
        If f cannot take complex numbers, or returns a real one and so has
        lost the imaginary part.

    References
    ----------
    W. Squire, G. Trapp, "Using complex variables to estimate derivatives of
    real functions", SIAM Review 40 (1998).

    Examples
    --------
    >>> complex_step(lambda x: x[0] * x[1] ** 2, [3.0, 2.0])
    array([ 4., 12.])
    """
    return gradient_by(f, x, method="complex", step=step)


def gradient_by(
    f: Callable[[Any], Any],
    x: Point,
    *,
    method: str,
    step: float | None = None,
) -> Any:
    """Return the gradient of f at x by the scheme of that name.

    Parameters
    ----------
    f, x
        As in `central_difference` and `complex_step`.
    method
        ``"forward"``, ``"central"`` or ``"complex"``.
    step
        The step h of every entry.  By default the scheme's
        ``DEFAULT_STEP``, for the differences times max(1, abs(x_i)).

    Returns
    -------
    float, numpy.ndarray or dict
        The form and the shapes of ``x``.

    Examples
    --------
    >>> gradient_by(lambda x: x**2, 3.0, method="complex")
    6.0
    """
    one_of(method, "method", DEFAULT_STEP)
    if step is not None:
        step = as_real(step, "step", positive=True)
    probe = Probe(f, x)
    return probe.restore(
        {
            name: np.array(
                [
                    probe.quotient(name, index, method, step)
                    for index in np.ndindex(array.shape)
                ]
            ).reshape(array.shape)
            for name, array in probe.arrays.items()
        }
    )


class Probe:
    """A function at a point, ready to be evaluated nearby.

    Parameters
    ----------
    f
        The function.
    x
        The point: an array, a number, or a dictionary of them.
    """

    def __init__(self, f: Callable[[Any], Any], x: Point) -> None:
        self.f = as_function(f, "f")
        self.named = isinstance(x, Mapping)
        if self.named and not x:
            raise ValueError("x must not be empty, got an empty dictionary")
        items = x.items() if isinstance(x, Mapping) else [("x", x)]
        self.arrays = {name: _as_float64(a, str(name)) for name, a in items}
        self._value: float | None = None

    @property
    def value(self) -> float:
        """f(x) itself, evaluated once."""
        if self._value is None:
            self._value = self.at(None, (), 0.0)
        return self._value

    def restore(self, arrays: Mapping[str, Array]) -> Any:
        """Return arrays by name in the form that x came in."""
        plain = {
            name: array if array.ndim else float(array)
            for name, array in arrays.items()
        }
        return plain if self.named else plain["x"]

    def at(
        self, name: str | None, index: tuple[int, ...], shift: complex
    ) -> Any:
        """Return f with one entry shifted, checked to be a finite number."""
        arrays = {key: array.copy() for key, array in self.arrays.items()}
        if name is not None:
            dtype = complex if isinstance(shift, complex) else float
            arrays[name] = arrays[name].astype(dtype)
            arrays[name][index] += shift
        # An array without axes becomes a scalar, which `math` takes too.
        points = {key: array[()] for key, array in arrays.items()}
        where = "x" if name is None else f"{label(name, index)} + {shift:.1g}"
        return _evaluate(
            self.f,
            points if self.named else points["x"],
            where,
            through_complex=isinstance(shift, complex),
        )

    def quotient(
        self,
        name: str,
        index: tuple[int, ...],
        method: str,
        step: float | None = None,
    ) -> float:
        """Return one entry of the gradient by a scheme."""
        entry = float(self.arrays[name][index])
        if method == "complex":
            h = DEFAULT_STEP["complex"] if step is None else step
            return float(self.at(name, index, 1j * h).imag / h)
        h = DEFAULT_STEP[method] * max(1, abs(entry)) if step is None else step
        # What is really added, since x + h is rounded.
        up = (entry + h) - entry
        down = entry - (entry - h) if method == "central" else 0.0
        if up == 0 or (method == "central" and down == 0):
            raise ValueError(
                f"step {h:.1e} is too small to change "
                f"{label(name, index)} = {entry:g}; take a larger one"
            )
        above = self.at(name, index, up)
        below = self.at(name, index, -down) if down else self.value
        return float((above - below) / (up + down))


def label(name: str, index: tuple[int, ...]) -> str:
    """Return how an entry is written: ``W1[0, 2]``, or ``x`` alone."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def _as_float64(value: ArrayLike, name: str) -> NDArray[np.float64]:
    array = rectangular(value, name, of="floats")
    if array.dtype.kind in "iub":
        raise TypeError(
            f"{name} must hold floats, got an array of {array.dtype}, to "
            "which a small step cannot be added; write 1.0 for 1"
        )
    if array.dtype != np.float64:
        raise TypeError(
            f"{name} must hold float64 numbers, got an array of "
            f"{array.dtype}; the steps are made for 53 bits"
        )
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    require_finite(array, name)
    return array.copy()


def _evaluate(
    f: Callable[[Any], Any],
    point: Any,
    where: str,
    *,
    through_complex: bool,
) -> Any:
    # What overflows is not finite, and refused below.
    with np.errstate(over="ignore"):
        value = _evaluate_complex(f, point) if through_complex else f(point)
    array = rectangular(value, "what f returns", of="floats")
    if array.ndim:
        raise ValueError(
            f"f must return one number, got shape {array.shape}; take its "
            "sum, or one entry"
        )
    if array.dtype.kind not in ("c" if through_complex else "f"):
        if through_complex and array.dtype.kind == "f":
            raise TypeError(
                "f returned a real number for a complex x, so it drops the "
                "imaginary part (abs, norm, real part or conjugate "
                "product?) and the complex step cannot see its derivative; "
                "take central differences"
            )
        raise TypeError(
            f"f must return a {'complex' if through_complex else 'float'}, "
            f"got {shown(value)} of type {type(value).__name__}"
        )
    if np.finfo(array.dtype).eps > _EPS:
        raise TypeError(
            f"f must return double precision, got {array.dtype}, whose "
            "rounding would drown the quotient"
        )
    if not np.isfinite(array):
        raise ValueError(f"f must be finite, got {array[()]} at {where}")
    return array[()]


def _evaluate_complex(f: Callable[[Any], Any], point: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        try:
            return f(point)
        except np.exceptions.ComplexWarning as error:
            raise TypeError(
                "f casts a complex number to a real one, which drops the "
                "imaginary part that carries the derivative; take central "
                "differences"
            ) from error
        except TypeError as error:
            raise TypeError(
                f"f cannot take complex numbers ({error}); take central "
                "differences"
            ) from error
