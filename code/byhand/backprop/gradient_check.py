"""Is this the gradient?  A verdict with the worst coordinate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from byhand._validate import as_array, as_real, one_of
from byhand.backprop.differences import (
    DEFAULT_STEP,
    Array,
    Point,
    Probe,
    gradient_by,
    label,
)

#: The relative error that passes where no tolerance is given.  Each lies a
#: few powers of ten above what its scheme can reach at its default step
#: (1e-8, 1e-11, 1e-16), and far below what a mistake in a formula causes.
DEFAULT_TOLERANCE = {"forward": 1e-4, "central": 1e-6, "complex": 1e-10}


@dataclass(frozen=True)
class GradientVerdict:
    """What `compare_gradient` found; true if the gradient passed.

    Attributes
    ----------
    ok
        Whether no entry's error is above the tolerance.
    coordinate
        The entry with the largest error, such as ``"W1[0, 2]"``.
    expected, got
        The difference quotient and the gradient there.
    error, tolerance
        The largest error and what was allowed, both relative to ``size``.
    size
        What the worst entry's error is relative to: see `compare_gradient`.
    method
        The scheme of the quotients.
    entries
        How many entries were compared.
    note
        What further quotients at the worst entry tell about a failure.
    """

    ok: bool
    coordinate: str
    expected: float
    got: float
    error: float
    tolerance: float
    size: float
    method: str
    entries: int
    note: str = ""

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        noun = "entry" if self.entries == 1 else "entries"
        scheme = _SCHEME[self.method]
        if self.ok:
            return (
                f"gradient right: {self.entries} {noun} within "
                f"{self.tolerance:.0e} of {scheme}"
            )
        note = f"\n  note      {self.note}" if self.note else ""
        return (
            f"gradient wrong at {self.coordinate}, the worst of "
            f"{self.entries} {noun}\n"
            f"  expected  {self.expected:.6g}  ({scheme})\n"
            f"  got       {self.got:.6g}\n"
            f"  error     {self.error:.1e} of size {self.size:.2g}; "
            f"allowed {self.tolerance:.0e}{note}"
        )


_SCHEME = {
    "forward": "forward differences",
    "central": "central differences",
    "complex": "the complex step",
}


def compare_gradient(
    f: Callable[[Any], Any],
    gradient: Any,
    x: Point,
    *,
    method: str = "central",
    step: float | None = None,
    tolerance: float | None = None,
) -> GradientVerdict:
    """Compare a gradient with difference quotients, entry by entry.

    The error of an entry is abs(expected - got) / size.  Size is the
    largest entry of either gradient in the same array, but at least 0.01
    and at least abs(f(x)) / 1000, since far below that the quotient, and
    the gradient too if it is a sum that cancels, is rounding.  So a large
    array's gradient hides no error in a small one's, but an error below
    max(0.01, abs(f(x)) / 1000) times the tolerance passes.  If the whole
    gradient is small beside that, subtract a constant from f and then scale
    f up, or pass a smaller tolerance.

    Parameters
    ----------
    f
        A function of one argument like ``x`` that returns a real number.
    gradient
        The gradient at ``x``, in the form and shapes of ``x``, or a
        function that computes it.
    x
        A float64 array of any shape, a float, or a dictionary of such.
    method
        ``"central"``, ``"forward"`` or ``"complex"`` (for an analytic f
        that takes complex numbers).
    step
        The step of every entry.  By default eps^(1/3) max(1, abs(x_i)) for
        central and eps^(1/2) max(1, abs(x_i)) for forward differences,
        where truncation and rounding balance, and 1e-20 for the complex
        step.
    tolerance
        The largest error that passes.  By default 1e-6 for central and
        1e-4 for forward differences, 1e-10 for the complex step.

    Returns
    -------
    GradientVerdict
        True if the gradient is right.  It prints what was found.

    Raises
    ------
    ValueError
        If f does not return the same number twice for the same x.

    Examples
    --------
    >>> f = lambda x: x[0] * x[1] ** 2
    >>> compare_gradient(f, lambda x: [x[1] ** 2, 2 * x[0] * x[1]], [3.0, 2.0])
    gradient right: 2 entries within 1e-06 of central differences
    >>> compare_gradient(f, lambda x: [x[1] ** 2, x[0] * x[1]], [3.0, 2.0])
    gradient wrong at x[1], the worst of 2 entries
      expected  12  (central differences)
      got       6
      error     5.0e-01 of size 12; allowed 1e-06
    """
    one_of(method, "method", DEFAULT_STEP)
    tolerance = (
        DEFAULT_TOLERANCE[method]
        if tolerance is None
        else as_real(tolerance, "tolerance", positive=True)
    )
    probe = Probe(f, x)
    again = Probe(f, x).value
    if again != probe.value:
        raise ValueError(
            f"f must return the same number for the same x, got "
            f"{probe.value} and {again}; fix its seed"
        )
    got = _gradient_at(gradient, probe)
    quotients = gradient_by(f, x, method=method, step=step)
    expected = quotients if probe.named else {"x": quotients}

    worst_of_each = []
    for name, wanted in expected.items():
        found = got[name]
        size = max(
            0.01,
            abs(probe.value) / 1000,
            float(np.max(np.abs(wanted))),
            float(np.max(np.abs(found))),
        )
        errors = np.abs(wanted - found) / size
        index = tuple(
            int(i) for i in np.unravel_index(np.argmax(errors), errors.shape)
        )
        worst_of_each.append((float(errors[index]), name, index, size))
    error, name, index, size = max(worst_of_each, key=itemgetter(0))
    ok = error <= tolerance
    at = float(np.asarray(expected[name])[index])
    claimed = float(got[name][index])
    return GradientVerdict(
        ok=ok,
        coordinate=label(name, index),
        expected=at,
        got=claimed,
        error=error,
        tolerance=tolerance,
        size=size,
        method=method,
        entries=sum(array.size for array in probe.arrays.values()),
        note=""
        if ok
        else _second_opinion(
            probe,
            name,
            index,
            method=method,
            got=claimed,
            expected=at,
            size=size,
        ),
    )


def _gradient_at(gradient: Any, probe: Probe) -> dict[str, Array]:
    """Return the gradient by name, checked to have the shapes of x."""
    if callable(gradient):
        arrays = {name: a.copy()[()] for name, a in probe.arrays.items()}
        gradient = gradient(arrays if probe.named else arrays["x"])
    if not probe.named:
        named: Mapping[str, ArrayLike] = {"x": gradient}
    elif isinstance(gradient, Mapping):
        named = gradient
    else:
        raise TypeError(
            "gradient must be a dictionary with the names of x, got "
            f"{type(gradient).__name__}"
        )
    if set(named) != set(probe.arrays):
        raise ValueError(
            f"gradient must have the names of x, {', '.join(probe.arrays)}; "
            f"got {', '.join(map(str, named)) or 'none'}"
        )
    checked = {}
    for name, array in probe.arrays.items():
        title = f"the gradient of {name}" if probe.named else "gradient"
        checked[name] = as_array(named[name], title)
        if checked[name].shape != array.shape:
            raise ValueError(
                f"{title} must have the shape of {name}, {array.shape}, "
                f"got {checked[name].shape}"
            )
    return checked


def _second_opinion(
    probe: Probe,
    name: str,
    index: tuple[int, ...],
    *,
    method: str,
    got: float,
    expected: float,
    size: float,
) -> str:
    """Return what other quotients say about a failure, or nothing."""
    entry = float(probe.arrays[name][index])
    h = DEFAULT_STEP["central"] * max(1, abs(entry))

    def one_sided(h: float) -> tuple[float, float]:
        up, down = (entry + h) - entry, entry - (entry - h)
        right = (probe.at(name, index, up) - probe.value) / up
        left = (probe.value - probe.at(name, index, -down)) / down
        return left, right

    left, right = one_sided(h)
    closer_left, closer_right = one_sided(h / 8)
    # Curvature makes the two sides differ in proportion to h; a kink does
    # not care about h.
    if abs(closer_right - closer_left) > max(
        0.5 * abs(right - left), 1e-4 * size
    ):
        return (
            f"the quotients from the left and right are {left:.4g} and "
            f"{right:.4g}: f has a kink here or within the step; check "
            "elsewhere"
        )
    if method == "complex":
        central = probe.quotient(name, index, "central")
        resolved = DEFAULT_TOLERANCE["central"] * size
        # Where they cannot tell the two apart, central differences are no
        # witness: the finer of the schemes has spoken.
        if abs(central - got) <= resolved < abs(central - expected):
            return (
                "central differences agree with the gradient and not with "
                "the complex step: is f analytic (no abs, norm, real part)?"
            )
    return ""
