"""An independent witness: ask the z3 solver for a counterexample."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from byhand._validate import as_function, as_integer, as_sequence
from byhand.threshold.network import Layer, Network
from byhand.threshold.units import Unit
from byhand.threshold.verification import Counterexample, require_network

if TYPE_CHECKING:
    from types import ModuleType


def find_counterexample(
    network: Network, formula: Callable[[Sequence[Any]], Any]
) -> Counterexample | None:
    """Return an integer input on which a network is wrong, if there is one.

    The weights go to the solver as they stand; neither the normal form of
    :func:`byhand.threshold.condition` nor the theorem of
    :func:`byhand.threshold.prove` is used, so that the two proofs check one
    another.

    Parameters
    ----------
    network
        A network with one output, any units, any depth.
    formula
        Takes a list of z3 integers, the inputs; returns a z3 truth value,
        or a z3 integer, that the output should have.  See
        :func:`is_member_formula`, :func:`is_permutation_formula`.

    Returns
    -------
    Counterexample or None
        None is a proof for all integers.

    Raises
    ------
    ImportError
        If z3 is not installed; ``pip install byhand[proofs]`` does that.
    RuntimeError
        If the solver gives up.

    Examples
    --------
    >>> from byhand.threshold import membership_interval
    >>> find_counterexample(membership_interval(3), is_member_formula) is None
    True
    >>> wrong = membership_interval(3, w=-2, b=2)
    >>> find_counterexample(wrong, is_member_formula).got
    0
    """
    z3 = _z3()
    network = require_network(network)
    if network.outputs != 1:
        raise ValueError(
            "the solver compares one output with the formula, got a network "
            f"with {network.outputs}"
        )
    x = [z3.Int(name) for name in network.names]
    values = list(x)
    for layer in network.layers:
        values = _layer(z3, layer, values)
    wanted = as_function(formula, "formula")(x)
    if z3.is_bool(wanted):
        wanted = z3.If(wanted, 1, 0)
    if not z3.is_int(wanted):
        raise TypeError(
            f"the formula must be a z3 truth value or integer, got {wanted}"
        )
    solver = z3.Solver()
    solver.add(values[0] != wanted)
    answer = solver.check()
    if answer == z3.unsat:
        return None
    if answer != z3.sat:
        raise RuntimeError(f"z3 gave up: {solver.reason_unknown()}")
    model = solver.model()

    def value(term: Any) -> int:
        return int(model.evaluate(term, model_completion=True).as_long())

    point = tuple(value(v) for v in x)
    return Counterexample(point, value(wanted), network(point).tolist()[0])


def is_member_formula(x: Sequence[Any]) -> Any:
    """Return the z3 formula for "the last entry equals one before it"."""
    z3 = _z3()
    *before, last = _terms(x, at_least=2)
    return z3.Or([last == v for v in before])


def is_permutation_formula(x: Sequence[Any]) -> Any:
    """Return the z3 formula for "the second half rearranges the first".

    Every value of the first half occurs as often in the second.
    """
    z3 = _z3()
    x = _terms(x, at_least=2)
    n = len(x) // 2
    if len(x) % 2:
        raise ValueError(f"x must hold two lists of one length, got {len(x)}")
    left, right = x[:n], x[n:]

    def count(value: Any, places: Sequence[Any]) -> Any:
        return z3.Sum([z3.If(value == v, 1, 0) for v in places])

    return z3.And([count(v, left) == count(v, right) for v in left])


def _terms(x: Sequence[Any], *, at_least: int) -> list[Any]:
    """Return integers and z3 integers as z3 integers."""
    z3 = _z3()
    x = as_sequence(x, "x", "z3 integers")
    if len(x) < at_least:
        raise ValueError(
            f"x must hold at least {at_least} integers, got {len(x)}"
        )
    return [v if z3.is_int(v) else z3.IntVal(_small(v)) for v in x]


def _small(value: Any) -> int:
    # z3 reads integers from text, which Python writes up to a length.
    return as_integer(
        value, "an entry of x", minimum=-(10**4000), maximum=10**4000
    )


def _layer(z3: ModuleType, layer: Layer, values: Sequence[Any]) -> list[Any]:
    terms = []
    for w, b, unit in zip(
        layer.W.tolist(), layer.b.tolist(), layer.units, strict=True
    ):
        # Times the common denominator, so that integers stay integers.
        scale = math.lcm(*(Fraction(v).denominator for v in [*w, b]))
        z = z3.Sum(
            [int(a * scale) * v for a, v in zip(w, values, strict=True) if a]
            + [z3.IntVal(int(b * scale))]
        )
        terms.append(_unit(z3, unit, z, scale))
    return terms


def _unit(z3: ModuleType, unit: Unit, z: Any, scale: int) -> Any:
    if unit.is_indicator:
        bounds = []
        if unit.low is not None:
            low = Fraction(unit.low) * scale
            bounds.append(z * low.denominator >= low.numerator)
        if unit.high is not None:
            high = Fraction(unit.high) * scale
            bounds.append(z * high.denominator <= high.numerator)
        return z3.If(z3.And(bounds), 1, 0)
    value = z if scale == 1 else z3.ToReal(z) / scale
    return z3.If(value > 0, value, 0) if unit.name == "relu" else value


def _z3() -> ModuleType:
    try:
        import z3  # noqa: PLC0415 - an extra, needed by this module alone
    except ImportError:
        raise ImportError(
            "this proof needs the z3 solver: pip install byhand[proofs]"
        ) from None
    solver: ModuleType = z3
    return solver
