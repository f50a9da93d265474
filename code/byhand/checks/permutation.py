"""Checkers for the exercises of the page on permutations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from math import perm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import (
    Refused,
    pair,
    sequence,
    truth,
    unit_weights,
    whole,
    whole_array,
)
from byhand.checks._larger import compare_on
from byhand.checks._networks import Hint, Networks
from byhand.checks._protocol import Check, checker
from byhand.threshold import (
    PUBLISHED,
    Layer,
    Network,
    bell,
    bits,
    equality_patterns,
    is_permutation,
    prove,
)

Pattern = tuple[int, ...]

# Where no proof reaches, networks of this size are tried.
_LARGER = 7

_PUBLISHED = ("exactly one", "three matches", "radix 10")

# The inputs with errors of each of them that the page shows, its drawings
# and solutions included; the page lists all radix errors whose differences
# are at most 11.
_SHOWN: dict[str, set[Pattern]] = {
    "exactly one": {
        (1, 1, 2, 1, 2, 1),
        (8, 5, 5, 5, 8, 5),
        (0, 0, 0, 0, 0, 0),
    },
    "three matches": {
        (1, 1, 2, 1, 1, 2),
        (8, 5, 5, 5, 8, 5),
        (1, 1, 2, 1, 2, 3),
        (0, 0, 0, 0, 0, 0),
    },
    "radix 10": set(),
}
_SHOWN_DIFFERENCE = 11

# Which errors each published network makes, as tests/checks confirm: a miss
# is a 0 on a permutation, a false alarm a 1 on something else.
_ERRORS = {
    ("exactly one", "miss"): True,
    ("exactly one", "false alarm"): False,
    ("three matches", "miss"): True,
    ("three matches", "false alarm"): True,
    ("radix 10", "miss"): False,
    ("radix 10", "false alarm"): True,
}


@checker("Two of them", points=1)
def check_two_of_them(check: Check, answer: Callable[[int], Any]) -> str:
    """Check Heaviside units that ask whether at least two of k inputs fire.

    Parameters
    ----------
    answer
        A function of k ≥ 2 that returns k weights and a bias, integers or
        Fractions, with which a Heaviside unit answers 1 if and only if at
        least two of its k inputs, zeros and ones, are 1.
    """
    sizes = range(2, 11)
    for k in sizes:
        weights, bias = check.read(
            unit_weights,
            check.call(answer, k=k),
            k,
            given={"k": k},
            expected=f"{k} weights and a bias, as (weights, bias)",
            hint="Weights and bias are integers or Fractions.",
        )
        x = bits(k)
        z = x.astype(object) @ weights + bias
        wrong = np.flatnonzero((z >= 0).astype(bool) != (x.sum(axis=1) >= 2))
        if len(wrong):
            i = int(wrong[0])
            fire = int(x[i].sum())
            check.fail(
                given={"k": k, "x": str(tuple(x[i].tolist()))},
                expected=int(fire >= 2),
                got=f"1[{z[i]} ≥ 0] = {int(z[i] >= 0)}",
                hint="Every single 1 must stay below the threshold."
                if fire < 2
                # With all pairs, more than two are right as well.
                else "What is the sum when exactly two are 1? It may lie on "
                "the threshold itself.",
            )
    return f"all inputs for k = {sizes[0]} to {sizes[-1]}"


@checker("Before you read on", points=1)
def check_exactly_one(check: Check, answer: Any) -> str:
    """Check an input on which the published network is wrong.

    Parameters
    ----------
    answer
        Six integers x1, x2, x3, y1, y2, y3.
    """
    x = check.read(
        whole_array,
        answer,
        6,
        given="the answer itself",
        expected="six integers x1, x2, x3, y1, y2, y3",
        hint="Both lists in one, x first.",
    )
    permutes = int(is_permutation(x))
    says = PUBLISHED["permutation, exactly one"].network(x).item()
    if says == permutes:
        fit = _fits(x)
        check.fail(
            given={"x": str(tuple(x[:3])), "y": str(tuple(x[3:]))},
            expected="an input on which the published network is wrong",
            got=f"y is {'a' if permutes else 'no'} permutation of x, the "
            f"network says {says}, and that is right",
            hint=f"Here {fit} of the six units f fire{'s' * (fit == 1)}. The "
            "output fires for one number of them only. Which other numbers "
            "can occur?",
        )
    return "1 input on which the published network is wrong"


@checker("How far apart", points=1)
def check_distance(check: Check, answer: tuple[Any, Any]) -> str:
    """Check two lists of three integers at the distance D = 4.

    Parameters
    ----------
    answer
        The lists x and y, three integers each.
    """
    x, y = check.read(
        _two_lists,
        answer,
        given="the answer itself",
        expected="two lists of three integers, as (x, y)",
        hint="Such as ([1, 2, 3], [1, 2, 4]).",
    )
    z = np.array([*x, *y], dtype=object)
    squares = [(x.count(v) - y.count(v)) ** 2 for v in {*x, *y}]
    if sum(squares) != 2 * 4:
        pairs = [
            sum(z[a] == z[b] for a in one for b in other if a < b)
            for one, other in (
                (range(3), range(3)),
                (range(3, 6), range(3, 6)),
                (range(3), range(3, 6)),
            )
        ]
        check.fail(
            given={"x": str(tuple(x)), "y": str(tuple(y))},
            expected="D = 4",
            got=f"D = {sum(squares) // 2}, as Px = {pairs[0]}, "
            f"Py = {pairs[1]} and C = {pairs[2]}",
            hint="The squares of the differences of multiplicities have to "
            "add up to 8, and the differences to 0. Which squares can do it?",
        )
    return "D = 4"


@checker("Misses and false alarms", points=4)
def check_breaking_lists(
    check: Check, answer: Callable[[str], tuple[Any, Any]]
) -> str:
    """Check inputs that break the published networks for n = 3.

    Parameters
    ----------
    answer
        A function of ``"exactly one"``, ``"three matches"`` or
        ``"radix 10"`` that returns a pair: an input on which that network
        misses a permutation, and one on which it raises a false alarm.  An
        input is x1, x2, x3, y1, y2, y3; None says that there is none.
    """
    for name in _PUBLISHED:
        miss, false_alarm = check.read(
            pair,
            check.call(answer, network=name),
            given={"network": name},
            expected="a pair (miss, false alarm)",
            hint="Each of the two is an input or None.",
        )
        _check_breaking(check, name, "miss", miss)
        _check_breaking(check, name, "false alarm", false_alarm)
    found = sum(_ERRORS.values())
    return f"{found} errors found, {len(_ERRORS) - found} ruled out"


def _check_breaking(check: Check, name: str, kind: str, x: object) -> None:
    given = f"the network {name!r}, {kind}"
    exists = _ERRORS[name, kind]
    if x is None:
        if exists:
            check.fail(
                given=given,
                expected="an input; there is one",
                got=None,
                hint="How many hidden units fire, and for which of these "
                "numbers does the output fire?"
                if name != "radix 10"
                else "Each hidden unit sees one number, 100 a + 10 b + c. "
                "Which integers a, b, c, of any size and sign, give zero?",
            )
        return
    values = check.read(
        whole_array,
        x,
        6,
        given=given,
        expected="six integers x1, x2, x3, y1, y2, y3, or None",
        hint="Pass both lists as one tuple.",
    )
    truth = int(is_permutation(values))
    says = PUBLISHED[f"permutation, {name}"].network(values).item()
    if (truth, says) != ((1, 0) if kind == "miss" else (0, 1)):
        wanted = (
            "a permutation on which the network says 0"
            if kind == "miss"
            else "no permutation, and the network says 1"
        )
        check.fail(
            given=given,
            expected=f"{wanted}; or None if there is no such input",
            got=f"{tuple(values)}: {'a' if truth else 'no'} permutation, and "
            f"the network says {says}",
            hint="Write down which hidden units fire on this input.",
        )
    if _is_shown(name, values):
        check.fail(
            given=given,
            expected="an input of your own, equal entries in other places"
            if name != "radix 10"
            else "an input of your own, one x - y of a hidden unit that "
            f"fires beyond ±{_SHOWN_DIFFERENCE}",
            got=f"{tuple(values)}, which the page shows, perhaps with other "
            "numbers",
            hint="Which other inputs give the output the same number?"
            if name != "radix 10"
            else "100 a + 10 b + c = 0 has solutions of any size.",
        )


def _is_shown(name: str, z: NDArray[Any]) -> bool:
    """Tell whether an input is one of the page, up to renaming values."""
    if name != "radix 10":
        shown = {_pattern(x) for x in _SHOWN[name]}
        return _pattern(z) in shown
    firing = [
        z[:3] - z[3 + np.array(sigma)]
        for sigma in permutations(range(3))
        if not (z[:3] - z[3 + np.array(sigma)]) @ [100, 10, 1]
    ]
    return any(max(map(abs, d)) <= _SHOWN_DIFFERENCE for d in firing)


def _pattern(x: Any) -> Pattern:
    """Return the equality pattern, numbered in the order of appearance."""
    first: dict[Any, int] = {}
    return tuple(first.setdefault(v, len(first)) for v in x)


def _fits(z: NDArray[Any]) -> int:
    return sum(
        all(z[i] == z[3 + j] for i, j in enumerate(sigma))
        for sigma in permutations(range(3))
    )


def _two_lists(value: object) -> tuple[list[int], list[int]]:
    x, y = (list(whole_array(part, 3)) for part in pair(value))
    return x, y


@checker("One entry replaced", points=4)
def check_one_replaced(check: Check, answer: Callable[[int], Network]) -> str:
    """Check networks that ask whether exactly one entry was replaced.

    Parameters
    ----------
    answer
        A function of n ≥ 1 that returns a network on x_1, …, x_n, y_1, …,
        y_n with one output: 1 if y is no permutation of x but becomes one
        when a single entry of y is replaced, otherwise 0.
    """
    return _compare_all(
        Networks(check, answer),
        lambda z: _unmatched(z) == 1,
        hint="By how much do the multiplicities of the values differ if one "
        "entry is replaced, and what is D then? And for which inputs does D "
        "have that value?",
    )


@checker("The same set", points=4)
def check_same_set(check: Check, answer: Callable[[int], Network]) -> str:
    """Check networks that compare two lists as sets.

    Parameters
    ----------
    answer
        A function of n ≥ 1 that returns a network on x_1, …, x_n, y_1, …,
        y_n with one output: 1 if both lists hold the same values, however
        often, otherwise 0.
    """
    return _compare_all(
        Networks(check, answer),
        _same_set,
        hint=_same_set_hint,
    )


def _same_set_hint(network: Network, x: NDArray[Any]) -> str:
    n = len(x) // 2
    z = np.concatenate(list(equality_patterns(2 * n))) if n < 5 else x[None]
    says = network(z)[:, 0]
    lists = z[:, :n], z[:, n:]
    # With the value first, the last entry of the other list is looked for,
    # among the value and the other entries.
    swapped = [
        (
            (own == other[:, -1:])
            | (other[:, :-1] == other[:, -1:]).any(axis=1, keepdims=True)
        ).all(axis=1)
        for own, other in (lists, lists[::-1])
    ]
    if (says == (swapped[0] & swapped[1])).all():
        return (
            "In which order does membership_interval(n) read its inputs? It "
            "looks for the last of them among the others."
        )
    return (
        "Every value of x has to be one of y, and every value of y one of x. "
        "Which network answers a single one of these questions?"
    )


@checker("A pattern of your own, step 1 of 4: the question", points=3)
def check_question(
    check: Check, question: Callable[[tuple[int, ...]], bool], m: int
) -> str:
    """Check a question about m integers: which of them are equal decides it.

    Parameters
    ----------
    question
        A function of a tuple of m integers that returns True or False.
    m
        How many integers, from 4 to 7.
    """
    yes = _table(check, question, m)
    return (
        f"{sum(yes.values())} of {len(yes)} patterns have it, and every "
        "entry matters"
    )


@checker("A pattern of your own, step 2 of 4: the network", points=4)
def check_own_network(
    check: Check,
    network: Callable[[], Network],
    question: Callable[[tuple[int, ...]], bool],
    m: int,
) -> str:
    """Check a network for a learner's own question, for all integers.

    Parameters
    ----------
    network
        A function without parameters that returns the network.
    question
        As for ``check_question``.
    m
        How many integers the question is about.
    """
    found, yes = _own_network(check, network, question, m)
    return f"{found!r}, proved on all {len(yes):,} equality patterns"


@checker("A pattern of your own, step 3 of 4: every unit counts", points=4)
def check_needed(
    check: Check,
    needed: Callable[[], Any],
    network: Callable[[], Network],
    question: Callable[[tuple[int, ...]], bool],
    m: int,
) -> str:
    """Check that no unit of the first layer can be left out.

    Parameters
    ----------
    needed
        A function without parameters that returns a list of inputs, one for
        each unit of the first layer, on which the network is wrong if this
        unit always answers 0.
    network
        As for ``check_own_network``.
    question
        As for ``check_question``.
    m
        How many integers the question is about.
    """
    answer = _without_input(check, needed, "needed()")
    found, yes = _own_network(check, network, question, m)
    size = found.layers[0].size
    inputs = check.read(
        _inputs,
        answer,
        size,
        found.inputs,
        given=f"a first layer of {size} units",
        expected=f"{size} inputs, each {found.inputs} integers",
        hint="One input for each unit of the first layer, in their order.",
    )
    for k, x in enumerate(inputs):
        silent = _silenced(found, k)
        right = int(yes[_pattern(x)])
        if int(silent(x)[0]) == right:
            patterns = np.array(list(yes))
            differs = silent(patterns)[:, 0] != list(yes.values())
            meaning = found.meanings(1)[k]
            check.fail(
                given=f"unit {k + 1}, {meaning}, answers 0\nx = {tuple(x)}",
                expected="an input on which the network is wrong now"
                if differs.any()
                else "a unit that is needed",
                got=f"{right}, which is right"
                if differs.any()
                else "the network is right for all integers without it",
                hint="On which inputs does this unit fire, and where does "
                "the answer hang on it?"
                if differs.any()
                else "Take it out of the network of step 2.",
            )
    return f"{size} units, none of which can be left out"


@checker("A pattern of your own, step 4 of 4: how rare", points=3)
def check_how_many(
    check: Check,
    how_many: Callable[[int], int],
    question: Callable[[tuple[int, ...]], bool],
    m: int,
) -> str:
    """Check how many inputs of a box have a learner's own pattern.

    Parameters
    ----------
    how_many
        A function of k ≥ 1 that returns how many of the k^m inputs with
        entries from 0 to k - 1 the question is true for.
    question
        As for ``check_question``.
    m
        How many integers the question is about.
    """
    sizes = (*range(1, 9), 100, 10**6)
    numbers = [
        check.read(
            whole,
            check.call(how_many, k=k),
            given={"k": k},
            expected="an integer",
            hint="Return a number of inputs.",
        )
        for k in sizes
    ]
    yes = _table(check, question, m)
    values = [max(pattern) + 1 for pattern, has in yes.items() if has]
    for k, number in zip(sizes, numbers, strict=True):
        right = sum(perm(k, v) for v in values)
        if number != right:
            check.fail(
                given={"k": k},
                expected="the number of inputs for which "
                f"question(x) is true: {right:,}"
                if k <= 3
                else "the number of inputs for which question(x) is true; "
                f"for k up to {min(k - 1, 8)} yours is right",
                got=f"{number:,}",
                hint="A pattern with v values stands for k (k - 1) ... "
                "(k - v + 1) inputs. How many patterns with v values have "
                "yours?",
            )
    return f"k = 1 to 8, 100 and {10**6:,}"


def _table(check: Check, question: object, m: object) -> dict[Pattern, bool]:
    """Return the answers to a question by patterns, if it may be asked."""
    size = check.read(
        _number_of_inputs,
        m,
        given="m",
        expected="an integer from 4 to 7",
        hint="With fewer inputs there is little to choose from, and with "
        "more there are too many patterns.",
    )
    yes: dict[Pattern, bool] = {}
    for patterns in equality_patterns(size):
        for row in patterns.tolist():
            said = {x: _asked(check, question, x) for x in _alike(row)}
            first, *others = said.items()
            for x, other in others:
                if other != first[1]:
                    check.fail(
                        given=f"x = {first[0]}\nx = {x}",
                        expected="the same answer: in both the same entries "
                        "are equal",
                        got=f"{first[1]} and {other}",
                        hint="Ask which entries are equal, not how large "
                        "they are nor which comes first in order.",
                    )
            yes[tuple(row)] = first[1]
    _require_interest(check, yes, size)
    return yes


def _alike(pattern: list[int]) -> Iterator[Pattern]:
    """Yield inputs with this pattern, small, large and in another order."""
    names = range(len(pattern))
    far = [10**12 + 7 * (-5) ** v for v in names]
    for values in (names, names[::-1], far):
        yield tuple(values[v] for v in pattern)


def _asked(check: Check, question: object, x: Pattern) -> bool:
    return check.read(
        truth,
        check.call(question, x=x),
        given={"x": str(x)},
        expected="True or False",
        hint="Return the value of a comparison, say.",
    )


def _require_interest(check: Check, yes: dict[Pattern, bool], m: int) -> None:
    """Fail if the answer is always the same, or known from the pages."""
    if len(set(yes.values())) == 1:
        check.fail(
            given="all equality patterns",
            expected="some with the answer True and some with False",
            got=f"{next(iter(yes.values()))} for all {len(yes)}",
            hint="A pattern that all inputs have, or none, needs no network. "
            "Ask which entries are equal, not for certain values: a list of "
            "values such as [1, 2] equals no x that holds others, and a list "
            "never equals a tuple.",
        )
    for i in range(m):
        # Whether the i-th entry could be something else without notice.
        kept: dict[Pattern, set[bool]] = {}
        for pattern, has in yes.items():
            kept.setdefault(
                _pattern(pattern[:i] + pattern[i + 1 :]), set()
            ).add(has)
        if all(len(said) == 1 for said in kept.values()):
            check.fail(
                given=f"inputs that differ in x_{i + 1} only",
                expected="for some of them another answer",
                got="always the same answer",
                hint="Every entry has to matter. Leave it out and make m "
                "smaller, or ask about it.",
            )
    z = np.array(list(yes))
    said = np.array(list(yes.values()))
    known = {
        f"whether x_{i + 1} is one of the others": (
            np.delete(z, i, axis=1) == z[:, i : i + 1]
        ).any(axis=1)
        for i in range(m)
    }
    known["whether two entries are equal"] = z.max(axis=1) < m - 1
    known["whether all entries are equal"] = z.max(axis=1) == 0
    if m % 2 == 0:
        known["whether one half permutes the other"] = is_permutation(z)
    for what, answers in known.items():
        if (answers == said).all() or (answers != said).all():
            check.fail(
                given=f"all {bell(m)} equality patterns",
                expected="a question of your own",
                got=f"{what}, or its opposite",
                hint="The chapter asks that. Other patterns: of words, of "
                "cards, of dice, of symmetry.",
            )


def _own_network(
    check: Check, network: object, question: object, m: object
) -> tuple[Network, dict[Pattern, bool]]:
    """Return a network that is right for all integers, and the answers."""
    answer = _without_input(check, network, "network()")
    yes = _table(check, question, m)
    size = len(next(iter(yes)))
    found = Networks(check, lambda *_: answer).ask(size, m=size)
    try:
        report = prove(
            found,
            lambda z: np.array([yes[_pattern(x)] for x in z.tolist()]),
            progress=False,
        )
    except ValueError as error:
        check.fail(
            given=repr(found),
            expected="a first layer, each unit of which compares two inputs",
            got=str(error),
            hint="Let the first layer ask only which entries are equal. The "
            "later layers may do with the answers what they like.",
        )
    wrong = report.counterexample
    if wrong is not None:
        check.fail(
            given={"x": str(wrong.x)},
            expected=f"{wrong.expected}, since question(x) is "
            f"{bool(wrong.expected)}",
            got=wrong.got,
            hint="Which units of the first layer fire on this input, and "
            "what does the output see of them? Is there an input with the "
            "other answer for which it sees the same?",
        )
    return found, yes


def _without_input(check: Check, function: Any, name: str) -> Any:
    if not callable(function):
        check.call(function)
    return check.attempt(
        function,
        given=name,
        expected="a value",
        hint="The function raises an error on this input.",
    )


def _number_of_inputs(value: object) -> int:
    m = whole(value)
    if not 4 <= m <= 7:
        raise Refused
    return m


def _inputs(value: object, size: int, m: int) -> list[NDArray[Any]]:
    return [whole_array(x, m) for x in sequence(value, size)]


def _silenced(network: Network, k: int) -> Network:
    """Return the network with unit k of the first layer always at 0."""
    first, second, *later = network.layers
    W = second.W.copy()
    W[:, k] = 0
    return Network(first, Layer(W, second.b, second.units), *later)


def _compare_all(networks: Networks, specification: Any, *, hint: Hint) -> str:
    """Prove the networks for n up to 5, and try a larger one."""
    for n in range(1, 6):
        networks.compare(
            networks.ask(2 * n, n=n), specification, given={"n": n}, hint=hint
        )
    n = _LARGER
    x = _nearly_permuted(n)
    network = networks.ask(2 * n, n=n)
    compare_on(networks, network, specification, x, given={"n": n}, hint=hint)
    return networks.evidence()


def _nearly_permuted(n: int) -> NDArray[np.int64]:
    """Return inputs x, y in which y is x with up to three entries changed."""
    rng = np.random.default_rng(n)
    rows = []
    for values in (2, 3, n, 10**6):
        for replaced in (0, 1, 2, 3) * 4:
            x = rng.integers(0, values, n)
            y = rng.permutation(x)
            y[:replaced] = rng.integers(-1, values, replaced)
            rows.append([*x, *y])
    return np.array(rows)


def _unmatched(z: NDArray[Any]) -> NDArray[np.int64]:
    """Return how many entries of y must be replaced to permute x.

    The k-th occurrence of a value in x has a partner in y if the value
    occurs at least k times there.
    """
    n = z.shape[1] // 2
    x, y = z[:, :n], z[:, n:]
    earlier = np.tri(n, dtype=bool)
    rank = ((x[:, :, None] == x[:, None, :]) & earlier).sum(axis=2)
    there = (x[:, :, None] == y[:, None, :]).sum(axis=2)
    unmatched: NDArray[np.int64] = n - (rank <= there).sum(axis=1)
    return unmatched


def _same_set(z: NDArray[Any]) -> NDArray[np.bool_]:
    n = z.shape[1] // 2
    same = z[:, :n, None] == z[:, None, n:]
    found: NDArray[np.bool_] = np.all(
        np.hstack([same.any(axis=1), same.any(axis=2)]), axis=1
    )
    return found
