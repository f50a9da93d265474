"""Checkers for the exercises of the page on membership."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import (
    fraction,
    fraction_array,
    pair,
    unit_weights,
    whole_array,
)
from byhand.checks._larger import compare_on, with_equal_entries
from byhand.checks._networks import Networks
from byhand.checks._proofs import Step, find_false_step
from byhand.checks._protocol import Check, checker
from byhand.checks._variants import Numbers
from byhand.threshold import (
    HEAVISIDE,
    INTERVAL,
    Layer,
    Network,
    Unit,
    is_member,
    membership_interval,
)

# Where no proof reaches, networks of these sizes are tried.
_LARGER = (12, 40)


@checker("Two neighbors", points=1)
def check_two_neighbors(check: Check, answer: tuple[Any, Any]) -> str:
    """Check a unit that fires for the differences 0 and 1 alone.

    Parameters
    ----------
    answer
        A weight c and a bias β, such that φ(c δ + β)
        fires for δ = 0, for δ = 1 and for no other integer δ.
    """
    c, beta = check.read(
        _weight_and_bias,
        answer,
        given="the answer itself",
        expected="a weight and a bias, as (c, β)",
        hint="Both are numbers.",
    )
    hints = {
        0: "For δ = 0 the sum is the bias alone.",
        1: "For δ = 1 the sum is c + β. Where is the window?",
        -1: "Both differences have to be inside, and both of their "
        "neighbors outside. Where in the window should the two sums be?",
        2: "Both differences have to be inside, and both of their "
        "neighbors outside. How far apart are the sums of neighbors?",
    }
    # For c ≠ 0 the differences that fire are consecutive.
    for delta in (0, 1, -1, 2):
        z = c * delta + beta
        fires = int(abs(z) <= 1)
        if fires != (delta in (0, 1)):
            check.fail(
                given={"c": str(c), "β": str(beta), "δ": delta},
                expected=f"φ(c δ + β) = {1 - fires}",
                got=f"φ({z}) = {fires}",
                hint=hints[delta],
            )
    return "it fires for 0 and 1 and, the window having no gaps, nothing else"


@checker("Step 3 or step 4", points=1)
def check_step_inputs(check: Check, answer: tuple[Any, Any]) -> str:
    """Check inputs that tell the published steps 3 and 4 apart.

    Parameters
    ----------
    answer
        Two inputs, four integers each: the first is one on which step 4 is
        wrong and step 3 is right, the second one on which both are wrong.
    """
    inputs = check.read(
        pair,
        answer,
        given="the answer itself",
        expected="a pair of inputs, each four integers",
        hint="Each input is x1, x2, x3, x4, as a list or a tuple.",
    )
    wanted = {"first": (True, False), "second": (True, True)}
    for (which, wrong), value in zip(wanted.items(), inputs, strict=True):
        x = check.read(
            whole_array,
            value,
            4,
            given=f"the {which} input",
            expected="four integers",
            hint="x1, x2 and x3 are the list, x4 is looked for in it.",
        )
        truth = int(is_member(x))
        says = [membership_interval(3, w=-2, b=b)(x).item() for b in (-2, 2)]
        if tuple(answer != truth for answer in says) != wrong:
            check.fail(
                given={f"the {which} input": str(tuple(x))},
                expected="step 4 wrong and step 3 "
                + ("wrong, too" if wrong[1] else "right"),
                got=f"step 4 says {says[0]}, step 3 says {says[1]}, and x4 "
                f"is {'' if truth else 'not '}on the list",
                hint="Which s does this input have, and what are -2s - 2 and "
                "2 - 2s?",
            )
    return "one input for step 4 alone, one for both"


off_numbers = Numbers(
    "ex-one-percent",
    "unit percent",
    (1, 1),
    lambda draw: (draw(2, 3), draw.of((1, 2, 4, 5))),
)


@checker("One percent off", points=1)
def check_one_percent(check: Check, answer: Any) -> str:
    """Check an input that refutes a network with a weight slightly off.

    Parameters
    ----------
    answer
        Four integers on which the repaired network is wrong if the weight -2
        of one of its hidden units is smaller in size by a few percent.
    """
    unit, percent = off_numbers.value
    x = check.read(
        whole_array,
        answer,
        4,
        given="the answer itself",
        expected="four integers",
        hint="x1, x2 and x3 are the list, x4 is looked for in it.",
    )
    first, last = membership_interval(3, w=1, b=-2).layers
    W = first.W.astype(object)
    i = unit - 1
    W[i, i] *= 1 - Fraction(percent, 100)
    says = Network(Layer(W, first.b, "interval"), last)(x).item()
    truth = int(is_member(x))
    if says == truth:
        z = W[i] @ x
        near = x[3] in (x[i], x[i] - 1, x[i] + 1)
        check.fail(
            given={
                "x": str(tuple(x)),
                f"the weight of unit {unit}": str(W[i, i]),
            },
            expected="an input on which the network is wrong",
            got=f"it says {says}, which is right; the sum of unit {unit} is "
            f"{z}",
            hint=f"Only unit {unit} is off. Let x4 be x{unit}, or next to "
            f"it: how large does x{unit} have to be for the sum to change "
            "sides of the window? And the other entries must not give the "
            "answer in its place."
            if near
            else f"Unit {unit} errs where x{unit} and x4 are equal or close "
            "by, and both are large.",
        )
    return "1 input that refutes the network"


@checker("Find the input that breaks it", points=3)
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
        value, truth = network(x).item(), int(is_member(x))
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


@checker("At least k times", points=4)
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
    hint = (
        "Which values does s, the number of equal entries, take, and which "
        "of them must fall into the window from -1 to 1?"
    )
    sizes = [(n, k) for n in range(1, 7) for k in range(1, n + 1)]
    sizes += [(n, k) for n in _LARGER for k in (1, 2, n // 2, n - 1, n)]
    for n, k in sizes:

        def occurs(x: NDArray[Any], k: int = k) -> NDArray[np.bool_]:
            often: NDArray[np.bool_] = (x[:, :-1] == x[:, -1:]).sum(
                axis=1
            ) >= k
            return often

        given = {"n": n, "k": k}
        network = networks.ask(n + 1, **given)
        _require_units(check, network, INTERVAL, given)
        if n in _LARGER:
            x = with_equal_entries(n)
            compare_on(networks, network, occurs, x, given=given, hint=hint)
        else:
            networks.compare(network, occurs, given=given, hint=hint)
    return networks.evidence()


@checker("The maximum", points=4)
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

    def hint(_: Network, x: NDArray[Any]) -> str:
        *entries, last = x.tolist()
        both = "The maximum is at least as large as every entry, and it is "
        both += "one of them. "
        if last > max(entries):
            return f"{both}This input has only the first of the properties."
        if last in entries and last < max(entries):
            return (
                f"{both}This input has only the second of the properties. Can "
                "the output tell it from one that has both?"
            )
        if last < max(entries):
            return f"{both}This input has neither of the properties."
        return f"{both}This input has both, and the output has to say so."

    def is_largest(x: NDArray[Any]) -> NDArray[np.bool_]:
        largest: NDArray[np.bool_] = x[:, :-1].max(axis=1) == x[:, -1]
        return largest

    for n in (*range(1, 7), *_LARGER):
        given = {"n": n}
        network = networks.ask(n + 1, **given)
        _require_units(check, network, HEAVISIDE, given)
        if n in _LARGER:
            # The last entry at every place of the order, and equal to some.
            near = with_equal_entries(n)
            top = near.copy()
            top[:, -1] = top[:, :-1].max(axis=1) + np.arange(len(top)) % 2
            x = np.vstack([near, -near, top])
            compare_on(
                networks, network, is_largest, x, given=given, hint=hint
            )
        else:
            networks.compare(network, is_largest, given=given, hint=hint)
    return networks.evidence()


@checker("One unit on a small box", points=4)
def check_one_unit(check: Check, answer: Callable[[int], Any]) -> str:
    """Check single interval units that decide membership for 0 and 1.

    Parameters
    ----------
    answer
        A function of n ≥ 1 that returns n + 1 weights and a bias such that
        ``φ(weights · x + bias)`` decides membership for all x of zeros and
        ones.
    """
    count = 0
    for n in (*range(1, 11), *_LARGER):
        weights, bias = check.read(
            unit_weights,
            check.call(answer, n=n),
            n + 1,
            given={"n": n},
            expected=f"{n + 1} weights and a bias, as (weights, bias)",
            hint="Weights and bias are numbers.",
        )
        if n in _LARGER:
            ones = (with_equal_entries(n) == 0).astype(int)
            box = np.vstack([ones, 1 - ones])
        else:
            box = np.indices((2,) * (n + 1)).reshape(n + 1, -1).T
        says = Network(Layer([weights], [bias], INTERVAL))(box)[:, 0]
        wrong = np.flatnonzero(says != is_member(box))
        count += len(box)
        if len(wrong):
            i = int(wrong[0])
            check.fail(
                given={"n": n, "x": str(tuple(box[i].tolist()))},
                expected=int(is_member(box[i])),
                got=f"φ({box[i].astype(object) @ weights + bias}) = {says[i]}",
                hint="Of all inputs of zeros and ones, how many have a last "
                "entry that is not in the list? What sets them apart from "
                "the others?",
            )
    more = " and ".join(map(str, _LARGER))
    return (
        f"{count:,} inputs of zeros and ones, all of them up to n = 10, some "
        f"for n = {more}"
    )


@checker("Where the proof needs room", points=2)
def check_room(check: Check, answer: str) -> str:
    """Check which step of a proof fails on the box of zeros and ones.

    Parameters
    ----------
    answer
        The letter of the first step that fails there.
    """
    # Only with T = 1 and zeros at both places p_0 and p_1 are in the box.
    return find_false_step(
        check,
        answer,
        _ROOM,
        [(0, *[1] * (n - 1), 0) for n in range(2, 6)],
        lambda v: {"n": len(v) - 1, "v": str(v), "T": 1},
    )


@checker("Not only integers", points=3)
def check_other_numbers(
    check: Check, answer: Callable[[Any, Any], Any]
) -> str:
    """Check two different numbers that an equality unit takes for equal.

    Parameters
    ----------
    answer
        A function of c and β, integers or Fractions with |β| ≤ 1 and
        |c| > 1 + |β|, that returns two different rational numbers x and y
        with φ(c (y - x) + β) = 1.
    """
    cases = list(_equality_units())
    for c, beta in cases:
        given = {"c": str(c), "β": str(beta)}
        x, y = check.read(
            fraction_array,
            check.call(answer, c=c, beta=beta),
            2,
            given=given,
            expected="two numbers",
            hint="Return the pair (x, y).",
        )
        z = c * (y - x) + beta
        if x == y:
            check.fail(
                given=given,
                expected="two different numbers",
                got=f"{x} and {y}",
                hint="The unit is right about equal numbers. Which others are "
                "too close for it?",
            )
        if abs(z) > 1:
            check.fail(
                given=given | {"x": str(x), "y": str(y)},
                expected="φ(c (y - x) + β) = 1",
                got=f"φ({z}) = 0",
                hint="For y = x the sum is on an edge of the window. To which "
                "side does it have to move, and what moves it there?"
                if abs(beta) == 1
                else "How far may the sum move away from β before it leaves "
                "the window? How far does a difference of y - x move it?",
            )
    return f"{len(cases)} units, none of which tests equality of fractions"


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


def _weight_and_bias(value: object) -> tuple[Fraction, Fraction]:
    c, beta = pair(value)
    return fraction(c), fraction(beta)


def _equality_units() -> Iterator[tuple[Any, Any]]:
    """Yield weights and biases that test equality of integers."""
    for c in map(Fraction, ("2", "-2", "3", "21/10", "-1000", "1e6")):
        for beta in map(Fraction, ("0", "1", "-1", "1/2", "-9/10")):
            if abs(c) > 1 + abs(beta):
                yield c, beta


def _members(v: tuple[int, ...]) -> tuple[bool, bool]:
    *x, last = v
    return last in x, last + 1 in x


def _one_unit_sums(v: tuple[int, ...]) -> tuple[Fraction, Fraction]:
    """Return what the unit of the exercise before sees at p_0 and p_1."""
    *x, last = v
    n = len(x)
    c = Fraction(2, 2 * n - 1)
    return c * (sum(x) - n * last), c * (sum(x) - n * (last + 1))


#: The proof of part 1, for i = 1, on inputs of zeros and ones with T = 1.
_ROOM: dict[str, Step[tuple[int, ...]]] = {
    "a": Step(
        "v_{n+1} = v_1, and all other entries of v differ from it",
        lambda v: (
            v[-1] == v[0] and v[0] not in v[1:-1],
            f"v_1 = v_{len(v)} = {v[0]}, the others are {v[1]}",
        ),
    ),
    "b": Step(
        "p_0 = Tv and p_1 = Tv + e_{n+1} are inputs of the box",
        lambda v: (
            {*v, v[-1] + 1} <= {0, 1},
            f"p_0 = {v}, p_1 = {(*v[:-1], v[-1] + 1)}",
        ),
    ),
    "c": Step(
        "the right answer at p_0 is 1",
        lambda v: (_members(v)[0], f"{v[-1]} is on the list {v[:-1]}"),
    ),
    "d": Step(
        "the right answer at p_1 is 0",
        lambda v: (
            not _members(v)[1],
            f"p_1 looks for {v[-1] + 1} in the list {v[:-1]}",
        ),
    ),
    "e": Step(
        "the unit says the same at p_0 and p_1",
        lambda v: (
            len({abs(z) <= 1 for z in _one_unit_sums(v)}) == 1,
            "its sums are " + " and ".join(f"{z}" for z in _one_unit_sums(v)),
        ),
    ),
}
