"""Checkers for the exercises of the page on depth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, isqrt
from typing import Any, NamedTuple

import numpy as np

from byhand.checks._answers import (
    Refused,
    dictionary,
    fraction,
    pair,
    sequence,
    unit_weights,
    whole,
    whole_array,
)
from byhand.checks._networks import Networks
from byhand.checks._protocol import Check, checker
from byhand.checks._variants import Numbers
from byhand.threshold import Network, bits, parity_deep


@checker("All but one", points=1)
def check_all_but(check: Check, answer: Callable[[list[int]], Any]) -> str:
    """Check Heaviside units that fire for all inputs but one.

    Parameters
    ----------
    answer
        A function of a list a of bits that returns as many weights and a
        bias, with which a Heaviside unit answers 0 on a and 1 on all other
        inputs of zeros and ones.
    """
    tried = 0
    for n in range(1, 6):
        x = bits(n)
        for a in x.tolist():
            weights, bias = check.read(
                unit_weights,
                check.call(answer, a=a),
                n,
                given={"a": a},
                expected=f"{n} weights and a bias, as (weights, bias)",
                hint="Weights and bias are integers or Fractions.",
            )
            z = x.astype(object) @ weights + bias
            right = (x != a).any(axis=1)
            wrong = np.flatnonzero((z >= 0).astype(bool) != right)
            if len(wrong):
                i = int(wrong[0])
                check.fail(
                    given={"a": a, "x": str(tuple(x[i].tolist()))},
                    expected=int(right[i]),
                    got=f"1[{z[i]} ≥ 0] = {int(z[i] >= 0)}",
                    hint="The sum of the unit that fires for a alone is 0 "
                    "for a and at most -1 elsewhere. Turn it round, and mind "
                    "the threshold."
                    if x[i].tolist() == a
                    else "How large is the sum of the unit that fires for a "
                    "alone at an input that differs from a in one bit?",
                )
            tried += 1
    return f"{tried} inputs a of up to 5 bits, each against all inputs"


ones_numbers = Numbers("ex-six-ones", "ones", (6,), lambda draw: (draw(1, 7),))


@checker("Six ones", points=1)
def check_six(check: Check, answer: Any) -> str:
    """Check what the units of the deep network say of some ones out of seven.

    Parameters
    ----------
    answer
        Five numbers: the digit and the ramp of the first layer, those of
        the second, and the output.
    """
    said = check.read(
        whole_array,
        answer,
        5,
        given="the answer itself",
        expected="five integers",
        hint="Digit and ramp of the first layer, of the second, the output.",
    )
    (ones,) = ones_numbers.value
    values = np.array([[1] * ones + [0] * (7 - ones)])
    right: list[int] = []
    for layer in parity_deep(7).layers:
        values = layer(values)
        right += values[0].tolist()
    names = (
        "first digit, r ≥ 4",
        "first ramp",
        "second digit, r ≥ 2",
        "second ramp",
        "output",
    )
    hints = (
        f"The first layer sees all seven bits, {ones} of which are 1.",
        "The ramp passes on all that its own layer sees, the digit included.",
        "The second layer sees the first ramp less 4 times the first digit.",
        "The second ramp passes on what the second layer sees.",
        "The output sees the second ramp less 2 times the second digit.",
    )
    for name, value, wanted, hint in zip(
        names, said, right, hints, strict=True
    ):
        if value != wanted:
            check.fail(
                given=f"{ones} ones, {name}",
                expected="what the network says",
                got=value,
                hint=hint,
            )
    return "all 5 units, as the network says"


@checker("How many steps", points=1)
def check_steps(check: Check, answer: Callable[[Any, Any], Any]) -> str:
    """Check how many Heaviside units follow every curve closely enough.

    Parameters
    ----------
    answer
        A function of L > 0 and ε with 0 < ε < L/2, integers or Fractions,
        that returns the fewest units of the first layer with which a
        staircase on [0, 1] is within ε of every f with this constant.
    """
    cases: list[tuple[Any, Any]] = [(9, Fraction(9, 8)), (9, 1)]
    cases += [(3, Fraction(1, 100))]
    cases += [(Fraction(7, 2), Fraction(1, 10**k)) for k in range(1, 10)]
    cases += [(1, Fraction(1, k)) for k in range(3, 20)]
    cases += [(2 * 10**16 + 1, 1)]
    for L, epsilon in cases:
        given = {"L": str(L), "ε": str(epsilon)}
        units = check.read(
            whole,
            check.call(answer, L=L, epsilon=epsilon),
            given=given,
            expected="an integer",
            hint="Return a number of units.",
        )
        right = ceil(L / (2 * Fraction(epsilon))) - 1
        if units != right:
            bound = (
                "no staircase has a negative number of steps"
                if units < 0
                else f"units: {units}, pieces: {units + 1}, an error of up to "
                f"{Fraction(L) / (2 * (units + 1))}"
            )
            check.fail(
                given=given,
                expected="the fewest units with an error of at most ε",
                got=bound,
                hint="A quotient of two integers is a float, of 16 digits. A "
                "Fraction is exact."
                if units == ceil(L / (2 * epsilon)) - 1
                else "A unit is a cut. How many pieces do the cuts make?"
                if abs(units - right) == 1
                else "Which m does the bound L/(2m) ask for, and how many "
                "units are that?",
            )
    return f"{len(cases)} pairs of L and ε"


@checker("To one in a million", points=4)
def check_epsilon(
    check: Check, answer: Callable[[Any], Mapping[str, Any]]
) -> str:
    """Check how many units follow the parabola to within ε.

    Parameters
    ----------
    answer
        A function of a Fraction ε, 0 < ε ≤ 1/32, that returns a dictionary
        with the numbers "ramps", "steps" and "deep" and, for "fewest", the
        names of those that the page proves to be the fewest of their kind.
    """
    cases = [Fraction(1, 10**6), Fraction(1, 100)]
    cases += [Fraction(1, 8 * 4**m) for m in (1, 2, 3, 20)]
    cases += [Fraction(1, 8 * 4**m + 1) for m in (1, 2, 3, 20)]
    cases += [Fraction(1, 2 * (2 * K + 1) ** 2) for K in (2, 5, 10**9)]
    cases += [Fraction(3, 10**k) for k in (3, 5, 30)]
    for epsilon in cases:
        given = {"ε": str(epsilon)}
        said = check.read(
            dictionary,
            check.call(answer, epsilon=epsilon),
            [*_KINDS, "fewest"],
            given=given,
            expected="a dictionary with the keys 'ramps', 'steps', 'deep' "
            "and 'fewest'",
            hint="Three numbers, and a list of those of the three names for "
            "which the page proves that fewer will not do.",
        )
        for name, kind in _KINDS.items():
            units = check.read(
                whole,
                said[name],
                given=given | {"key": repr(name)},
                expected="an integer",
                hint="A number of units.",
            )
            right = kind.fewest(epsilon)
            if units != right:
                short = units < right
                check.fail(
                    given=given,
                    expected=f"{name!r}: {kind.what} with an error of at "
                    "most ε",
                    got=f"{units}, which is too few"
                    if short
                    else f"{units}, and fewer will do",
                    hint=kind.hint,
                )
        names = check.read(
            _names,
            said["fewest"],
            given="'fewest'",
            expected="a list of some of 'ramps', 'steps' and 'deep'",
            hint="Names, not numbers.",
        )
        for name in _KINDS:
            if (name in names) != (name in _PROVED):
                check.fail(
                    given=f"'fewest': {sorted(names)}",
                    expected="the names for which the theorem says that "
                    "fewer will not do",
                    got=f"{name!r} is {'' if name in names else 'not '}among "
                    "them",
                    hint="Which parts of the theorem say 'never less', and "
                    "which says only what is reached?",
                )
    return f"{len(cases)} values of ε, borders among them"


@checker("A product", points=5)
def check_product(check: Check, answer: Callable[[int], Any]) -> str:
    """Check deep networks of ramps that multiply two numbers of [0, 1].

    Parameters
    ----------
    answer
        A function of m ≥ 1 that returns a network of at most 9m ramps in m
        hidden layers with a linear output, and the largest difference from
        x y on the unit square.
    """
    for m in range(1, 5):
        given: dict[str, Any] = {"m": m}
        network, bound = check.read(
            pair,
            check.call(answer, m=m),
            given=given,
            expected="a network and a bound, as (network, bound)",
            hint="The bound is an integer or a Fraction.",
        )
        found = _as_network(check, network, given)
        _require_ramps(check, found, m, given)
        claimed = check.read(
            fraction,
            bound,
            given=given,
            expected="an integer or a Fraction as the bound",
            hint="Return the pair (network, bound).",
        )
        allowed = Fraction(3, 8 * 4**m)
        grid = [Fraction(k, 2 ** (m + 1)) for k in range(2 ** (m + 1) + 1)]
        x = np.array([(a, b) for a in grid for b in grid], dtype=object)
        errors = abs(found(x)[:, 0] - x[:, 0] * x[:, 1])
        i = int(np.argmax(errors))
        at = f"({x[i, 0]}, {x[i, 1]})"
        if errors[i] > allowed:
            check.fail(
                given=given | {"(x, y)": at},
                expected="an error that three networks of part 1, so added "
                "up, cannot exceed",
                got=f"the error {errors[i]}",
                hint="Compare the three squares with those of (x + y)/2, of "
                "x and of y at this point. Which of them is off?",
            )
        if claimed < errors[i]:
            check.fail(
                given=given | {"(x, y)": at},
                expected="a bound that holds on the whole square",
                got=f"{claimed}, and here the error is {errors[i]}",
                hint="Three errors are added. How large can each be, with "
                "its factor, and may the signs conspire?",
            )
        if claimed > errors[i]:
            check.fail(
                given=given,
                expected="the largest error",
                got=f"{claimed}, which no point of a fine grid reaches",
                hint="Each of the three squares is off by 1/(8 · 4^m) at "
                "most. Add them up with their factors.",
            )
    return "m = 1 to 4, on grids of fractions, and the bounds are attained"


def _as_network(check: Check, value: object, given: dict[str, Any]) -> Network:
    """Read a network with two inputs that a function has returned."""
    return Networks(check, lambda *_: value).ask(2, **given)


def _require_ramps(
    check: Check, network: Network, m: int, given: dict[str, Any]
) -> None:
    *hidden, last = network.layers
    kinds = {unit.name for layer in hidden for unit in layer.units}
    ramps = sum(layer.size for layer in hidden)
    if (
        len(hidden) != m
        or ramps > 9 * m
        or kinds != {"relu"}
        or last.units[0].name != "identity"
    ):
        check.fail(
            given=given,
            expected=f"{9 * m} ramps, number of hidden layers: {m}, and a "
            "linear output",
            got=f"{network!r}; hidden units: {', '.join(sorted(kinds))}; "
            f"output: {last.units[0].name}",
            hint="Linear maps cost no layer: they can be taken into the "
            "weights of the layer that reads them.",
        )


class _Kind(NamedTuple):
    """A kind of network for the parabola, and how many units it takes."""

    what: str
    fewest: Callable[[Fraction], int]
    hint: str


def _ramps(epsilon: Fraction) -> int:
    # The smallest r with r² ≥ 1/(2ε), and the smallest odd number from it on.
    r = isqrt(ceil(1 / (2 * epsilon)) - 1) + 1
    return r // 2


def _deep(epsilon: Fraction) -> int:
    m = 1
    while 8 * 4**m * epsilon < 1:
        m += 1
    return 3 * m


_KINDS = {
    "ramps": _Kind(
        "the fewest ramps of a single hidden layer",
        _ramps,
        "2 (2K + 1)² ≥ 1/ε, where K is a whole number. A root in float64 may "
        "be off by one: isqrt is exact.",
    ),
    "steps": _Kind(
        "the fewest Heaviside units of a single hidden layer",
        lambda epsilon: ceil(1 / (2 * epsilon)) - 1,
        "K units make K + 1 pieces. The bound of part 3 is reached with steps "
        "where x² is a multiple of 1/(K + 1).",
    ),
    "deep": _Kind(
        "the ramps of the deep network of part 1, as few layers as possible",
        _deep,
        "3 ramps for each layer, and 8 · 4^m ≥ 1/ε.",
    ),
}


# Those of which the theorem says that fewer will not do.
_PROVED = ("ramps", "steps")


def _names(value: object) -> set[str]:
    names = sequence(value)
    if not all(isinstance(name, str) and name in _KINDS for name in names):
        raise Refused
    return set(names)
