"""The adjoint test: whether a JVP and a VJP belong to one Jacobian.

A function from arrays of shape ``n`` to arrays of shape ``m`` has, at a
point, a Jacobian J.  Forward mode is the map v -> Jv (a JVP), reverse mode
the map u -> J^T u (a VJP).  They belong to the same J exactly if
<u, Jv> = <J^T u, v> for all u and v.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_array, as_integer, as_real, as_rng, shown

Array = NDArray[np.float64]
Linear = Callable[[Any], Any]
Shape = int | Sequence[int]


@dataclass(frozen=True)
class AdjointVerdict:
    """What `compare_adjoint` found; true if the pair passed.

    Attributes
    ----------
    ok
        Whether no trial's error was above the tolerance.
    u, v
        The directions of the worst trial.
    left, right
        The two inner products there, <u, Jv> and <J^T u, v>.
    error, tolerance
        Their largest difference and what was allowed, both relative to
        abs(u) abs(Jv) + abs(J^T u) abs(v).
    trials
        How many random pairs were tried.
    """

    ok: bool
    u: Array
    v: Array
    left: float
    right: float
    error: float
    tolerance: float
    trials: int

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        if self.ok:
            return (
                f"adjoint: <u, Jv> = <J^T u, v> within {self.tolerance:.0e} "
                f"for {self.trials} random u, v"
            )
        return (
            "not adjoint to each other\n"
            f"  <u, Jv>    {self.left:.6g}\n"
            f"  <J^T u, v> {self.right:.6g}\n"
            f"  error      {self.error:.1e}; allowed {self.tolerance:.0e}"
        )


def compare_adjoint(
    jvp: Linear,
    vjp: Linear,
    n: Shape,
    m: Shape,
    *,
    rng: np.random.Generator | int,
    trials: int = 10,
    tolerance: float = 1e-10,
) -> AdjointVerdict:
    """Test <u, Jv> = <J^T u, v> on random u and v.

    The test needs no step and no other derivative.  In exact arithmetic one
    trial would find any disagreement with probability 1; here one passes
    whose relative error is within the tolerance at every trial.  The test
    cannot see a mistake that both modes share: 2J and 2 J^T pass.

    Parameters
    ----------
    jvp
        The map v -> Jv, from arrays of shape ``n`` to shape ``m``.
    vjp
        The map u -> J^T u, from arrays of shape ``m`` to shape ``n``.
    n, m
        The shapes of the input and the output; an integer is a vector's.
    rng
        A generator, or the seed of one.
    trials
        The number of pairs, from 1 to a million.
    tolerance
        The largest relative error that passes.

    Returns
    -------
    AdjointVerdict
        True if the pair passed.  It prints what was found.

    Examples
    --------
    >>> A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    >>> compare_adjoint(lambda v: A @ v, lambda u: A.T @ u, 3, 2, rng=0)
    adjoint: <u, Jv> = <J^T u, v> within 1e-10 for 10 random u, v
    >>> compare_adjoint(lambda v: A @ v, lambda u: 0 * u @ A, 3, 2, rng=0).ok
    False
    """
    if not callable(jvp) or not callable(vjp):
        raise TypeError(
            f"jvp and vjp must be functions, got {shown(jvp)}, {shown(vjp)}"
        )
    n, m = _as_shape(n, "n"), _as_shape(m, "m")
    trials = as_integer(trials, "trials", minimum=1, maximum=10**6)
    tolerance = as_real(tolerance, "tolerance", positive=True)
    rng = as_rng(rng)
    tried = []
    for _ in range(trials):
        v, u = rng.normal(size=n), rng.normal(size=m)
        Jv = _apply(jvp, v, "jvp(v)", m)
        JTu = _apply(vjp, u, "vjp(u)", n)
        left, right = float(np.sum(u * Jv)), float(np.sum(JTu * v))
        size = _norm(u) * _norm(Jv) + _norm(JTu) * _norm(v)
        error = abs(left - right) / size if size else 0.0
        tried.append((error, u, v, left, right))
    error, u, v, left, right = max(tried, key=itemgetter(0))
    return AdjointVerdict(
        ok=error <= tolerance,
        u=u,
        v=v,
        left=left,
        right=right,
        error=error,
        tolerance=tolerance,
        trials=trials,
    )


def _as_shape(value: Shape, name: str) -> tuple[int, ...]:
    sizes = value if isinstance(value, (tuple, list)) else [value]
    return tuple(
        as_integer(size, name, minimum=1, maximum=10**8) for size in sizes
    )


def _apply(
    linear: Linear, argument: Array, name: str, shape: tuple[int, ...]
) -> Array:
    # A copy, so that a map that overwrites its argument spoils nothing.
    image = as_array(linear(argument.copy()), name)
    if image.shape != shape:
        raise ValueError(
            f"{name} must have shape {shape} for an argument of shape "
            f"{argument.shape}, got {image.shape}"
        )
    return image


def _norm(array: Array) -> float:
    return float(np.linalg.norm(array.ravel()))
