"""Checkers for the exercises of the page on membership."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import unit_weights, whole_array
from byhand.checks._networks import Networks
from byhand.checks._protocol import Check, checker
from byhand.threshold import (
    HEAVISIDE,
    INTERVAL,
    Network,
    Unit,
    is_member,
    membership_interval,
)


@checker
def check_breaking_input(
    check: Check, answer: Callable[[int, Any, Any], Any]
) -> str:
    """Check a function that finds where an output φ(w s + b) is wrong.

    Parameters
    ----------
    answer
        A function of n, w and b, the latter integers or Fractions, that
        returns n + 1 integers on which ``membership_interval(n, w=w, b=b)``
        is wrong, or None if there are none.
    """
    cases = list(_outputs())
    broken = 0
    for n, w, b in cases:
        network = membership_interval(n, w=w, b=b)
        given = {"n": str(n), "w": str(w), "b": str(b)}
        x = check.call(answer, n=n, w=w, b=b)
        s = np.arange(n + 1)
        lists = (s[:, None] > s[:-1]).astype(int)
        every = np.column_stack([lists, np.ones(n + 1, int)])
        right = (network(every)[:, 0] == is_member(every)).all()
        broken += not right
        if x is None and not right:
            check.fail(
                given=given,
                expected="an input on which the network is wrong; it has some",
                got=None,
                hint="The output sees nothing of the input but s, how many "
                "hidden units fire. Which numbers are those, and what should "
                "the output be for each?",
            )
        if x is None:
            continue
        x = check.read(
            whole_array,
            x,
            n + 1,
            given=given,
            expected=f"{n + 1} integers, or None",
            hint=f"An input holds the list, {n} integers, and then the value "
            "that is looked for.",
        )
        value, truth = int(network(x)[0]), int(is_member(x))
        if value == truth:
            verdict = f"the network says {value}, and that is right"
            check.fail(
                given=given,
                expected="None, since the network is right for all integers"
                if right
                else "an input on which the network is wrong",
                got=f"x = {tuple(x)}: {verdict}",
                hint="Write down s and w s + b for this x, and compare with "
                "the window from -1 to 1.",
            )
    return f"{broken} networks broken, {len(cases) - broken} found right"


@checker
def check_at_least(check: Check, answer: Callable[[int, int], Network]) -> str:
    """Check networks that say whether a value occurs at least k times.

    Parameters
    ----------
    answer
        A function of n and k, 1 ≤ k ≤ n, that returns a network of interval
        units with n + 1 inputs and one output: 1 if at least k of the first
        n inputs equal the last one, otherwise 0.
    """
    networks = Networks(check, answer)
    for n in range(1, 7):
        for k in range(1, n + 1):

            def occurs(x: NDArray[Any], k: int = k) -> NDArray[np.bool_]:
                often: NDArray[np.bool_] = (x[:, :-1] == x[:, -1:]).sum(
                    axis=1
                ) >= k
                return often

            given = {"n": n, "k": k}
            network = networks.ask(n + 1, **given)
            _require_units(check, network, INTERVAL, given)
            networks.compare(
                network,
                occurs,
                given=given,
                hint="Which values does s, the number of equal entries, "
                "take, and which of them must fall into the window from -1 "
                "to 1?",
            )
    return networks.evidence()


@checker
def check_maximum(check: Check, answer: Callable[[int], Network]) -> str:
    """Check networks that say whether the last input is the list's maximum.

    Parameters
    ----------
    answer
        A function of n ≥ 1 that returns a network of Heaviside units with
        n + 1 inputs and one output: 1 if the last input equals the largest
        of the first n, otherwise 0.
    """
    networks = Networks(check, answer)
    for n in range(1, 7):
        network = networks.ask(n + 1, n=n)
        _require_units(check, network, HEAVISIDE, {"n": n})
        networks.compare(
            network,
            lambda x: x[:, :-1].max(axis=1) == x[:, -1],
            given={"n": n},
            hint="The maximum is at least as large as every entry, and it is "
            "one of them. Can the output tell an input with both properties "
            "from one that has only the second?",
        )
    return networks.evidence()


@checker
def check_one_unit(check: Check, answer: Callable[[int], Any]) -> str:
    """Check single interval units that decide membership for 0 and 1.

    Parameters
    ----------
    answer
        A function of n ≥ 1 that returns n + 1 weights and a bias, integers
        or Fractions, such that ``φ(weights · x + bias)`` decides membership
        for all x of zeros and ones.
    """
    count = 0
    for n in range(1, 11):
        weights, bias = check.read(
            unit_weights,
            check.call(answer, n=n),
            n + 1,
            given={"n": n},
            expected=f"{n + 1} weights and a bias, as (weights, bias)",
            hint="Weights and bias are integers or Fractions.",
        )
        box = np.indices((2,) * (n + 1)).reshape(n + 1, -1).T
        z = box.astype(object) @ weights + bias
        says = np.abs(z) <= 1
        wrong = np.flatnonzero(says.astype(bool) != is_member(box))
        count += len(box)
        if len(wrong):
            i = int(wrong[0])
            check.fail(
                given={"n": n, "x": str(tuple(box[i].tolist()))},
                expected=int(is_member(box[i])),
                got=f"φ({z[i]}) = {int(abs(z[i]) <= 1)}",
                hint="Of all inputs of zeros and ones, how many have a last "
                "entry that is not in the list? What sets them apart from "
                "the others?",
            )
    return f"all {count:,} inputs of zeros and ones, n = 1 to 10"


def _outputs() -> Iterator[tuple[int, Any, Any]]:
    """Yield n, w and b, the published ones first."""
    yield 3, -2, -2
    yield 3, -2, 2
    yield 3, 1, -2
    yield 4, 1, -2
    yield 1, -2, 2
    yield 2, 0, 0
    rng = np.random.default_rng(0)
    for case in range(80):
        n = 1 + case % 7
        # In steps of a fourth of the widest margin, a few steps from the
        # point that has it: inside, on the border and outside.
        w, b = (int(steps) for steps in rng.integers(-5, 6, 2))
        sign = int(rng.choice([-1, 1]))
        yield (
            n,
            sign * Fraction(8 + w, 4 * n),
            sign * (-1 - Fraction(4 + b, 4 * n)),
        )


def _require_units(
    check: Check, network: Network, unit: Unit, given: dict[str, Any]
) -> None:
    for k, layer in enumerate(network.layers, start=1):
        for i, other in enumerate(layer.units, start=1):
            if (other.low, other.high) != (unit.low, unit.high):
                check.fail(
                    given=given,
                    expected=f"{unit.name} units only",
                    got=f"layer {k}, unit {i} computes {other.formula('z')}",
                    hint=f'Build every layer with Layer(W, b, "{unit.name}").',
                )
