"""Checkers for the exercises of the page on permutations."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import pair, whole_array
from byhand.checks._networks import Networks
from byhand.checks._protocol import Check, checker
from byhand.threshold import PUBLISHED, Network, is_permutation

_PUBLISHED = ("exactly one", "three matches", "radix 10")

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


@checker
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
    says = int(PUBLISHED[f"permutation, {name}"].network(values)[0])
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


@checker
def check_one_replaced(check: Check, answer: Callable[[int], Network]) -> str:
    """Check networks that ask whether exactly one entry was replaced.

    Parameters
    ----------
    answer
        A function of n ≥ 1 that returns a network on x_1, …, x_n, y_1, …,
        y_n with one output: 1 if y is no permutation of x but becomes one
        when a single entry of y is replaced, otherwise 0.
    """
    networks = Networks(check, answer)
    for n in range(1, 6):
        network = networks.ask(2 * n, n=n)
        networks.compare(
            network,
            lambda z: _unmatched(z) == 1,
            given={"n": n},
            hint="By how much do the multiplicities of the values differ if "
            "one entry is replaced, and what is D then? And for which inputs "
            "does D have that value?",
        )
    return networks.evidence()


@checker
def check_same_set(check: Check, answer: Callable[[int], Network]) -> str:
    """Check networks that compare two lists as sets.

    Parameters
    ----------
    answer
        A function of n ≥ 1 that returns a network on x_1, …, x_n, y_1, …,
        y_n with one output: 1 if both lists hold the same values, however
        often, otherwise 0.
    """
    networks = Networks(check, answer)
    for n in range(1, 6):
        network = networks.ask(2 * n, n=n)
        networks.compare(
            network,
            _same_set,
            given={"n": n},
            hint="Every value of x has to be one of y, and every value of y "
            "one of x. Which network answers a single one of these "
            "questions?",
        )
    return networks.evidence()


@checker
def check_repeats(check: Check, answer: Callable[[int], Network]) -> str:
    """Check the smallest networks that ask whether a list has a repeat.

    Parameters
    ----------
    answer
        A function of n ≥ 2 that returns a network on x_1, …, x_n with one
        hidden layer of at most n(n - 1)/2 units and one output: 1 if two
        entries are equal, otherwise 0.
    """
    networks = Networks(check, answer)
    for n in range(2, 9):
        network = networks.ask(n, n=n)
        most = math.comb(n, 2)
        if network.depth > 2 or network.shape[1] > most:
            check.fail(
                given={"n": n},
                expected=f"one hidden layer of at most {most} units",
                got=repr(network),
                hint="A repeat is a pair of equal entries. How many pairs "
                "are there, if the order within a pair does not count?",
            )
        networks.compare(
            network,
            lambda x: (np.diff(np.sort(x, axis=1), axis=1) == 0).any(axis=1),
            given={"n": n},
            hint="How many hidden units fire on this input? Write down all "
            "numbers that occur, and for which of them the output must fire.",
        )
    return networks.evidence()


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
