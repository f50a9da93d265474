"""Checkers for the page on counts and the clock."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from byhand.checks._answers import (
    Refused,
    finite_array,
    fraction,
    pair,
    real_array,
    whole,
)
from byhand.checks._protocol import Check, checker

# ---- Warm-ups ------------------------------------------------------------


@checker("In two lines and in one", points=1)
def check_two_intensities(
    check: Check, answer: tuple[Fraction, Fraction]
) -> str:
    """Check the intensity of x * y + x, in two lines and in one.

    Parameters
    ----------
    answer
        Two numbers: operations divided by numbers moved for u = x * y,
        z = u + x, and for a single line that computes z from x and y.
    """
    found = check.read(
        lambda value: tuple(map(fraction, pair(value))),
        answer,
        given="the answer itself",
        expected="two numbers",
        hint="A pair of fractions: in two lines first, then in one.",
    )
    # For vectors of 12 entries, which shows counts and not just a ratio.
    n = 12
    for got, lines, moved in zip(
        found,
        ("u = x * y, z = u + x", "z = x * y + x in a single line"),
        (6 * n, 3 * n),
        strict=True,
    ):
        operations = 2 * n
        if got == Fraction(operations, moved):
            continue
        hint = "Which vectors does each line read, and which does it write?"
        if got == Fraction(operations, moved - n) or got == Fraction(
            operations, moved - moved // 3
        ):
            hint = "The result of a line is written, and that is a move."
        elif got == Fraction(moved, operations):
            hint = "Operations are divided by numbers moved."
        elif got == Fraction(n, moved):
            hint = "How many operations are there for each entry of z?"
        check.fail(
            given=f"{lines}, for vectors with {n} entries",
            expected="operations divided by numbers moved",
            got=str(got),
            hint=hint,
        )
    return "2 intensities, counted line by line"


@checker("The time under the roof", points=1)
def check_least_time(check: Check, answer: Callable[..., Any]) -> str:
    """Check the least time of a program under a roof.

    Parameters
    ----------
    answer
        ``answer(peak, bandwidth, work, moved)``: the least seconds of a
        program with ``work`` operations that moves ``moved`` numbers, on a
        machine that does ``peak`` operations and moves ``bandwidth`` numbers
        in a second.
    """
    cases = [
        (8, 2, 8, 1),
        (8, 2, 8, 4),
        (8, 2, 8, 2),
        (9, 6, 1, 5),
        (3, 7, 2, 2),
    ]
    for peak, bandwidth, work, moved in cases:
        given = {
            "peak": peak,
            "bandwidth": bandwidth,
            "work": work,
            "moved": moved,
        }
        both = Fraction(work, peak), Fraction(moved, bandwidth)
        expected = max(both)
        got = check.read(
            fraction,
            check.call(answer, **given),
            given=given,
            expected=f"{expected} seconds",
            hint="Return a number of seconds.",
        )
        if _close(got, expected):
            continue
        hint = "How long does the work take, and how long the traffic?"
        if _close(got, sum(both, Fraction(0))):
            hint = (
                "Under the roof a machine computes and moves numbers at the "
                "same time."
            )
        elif _close(got, min(both)):
            hint = "The work has to be done and the numbers to be moved."
        elif _close(got, 1 / expected):
            hint = "That is one divided by the time."
        elif _close(got, work / expected):
            hint = "That is a speed. How long does the work take with it?"
        check.fail(
            given=given,
            expected=f"{expected} seconds",
            got=str(got),
            hint=hint,
        )
    return f"{len(cases)} programs, on both sides of the bend"


@checker("Between which bounds", points=1)
def check_interval(check: Check, answer: Callable[..., Any]) -> str:
    """Check the bounds that counts set to a ratio of times.

    Parameters
    ----------
    answer
        ``answer(w, w2)`` for two lists of positive counts, one for each
        resource; returns the least and the largest value that the ratio of
        the times, first to second, may have.
    """
    cases = [
        ([6], [2]), ([6, 2], [2, 1]), ([1, 6], [4, 2]), ([3, 3, 3], [3, 3, 3]),
        ([1, 1], [2, 5]), ([2, 5], [1, 1]), ([6, 4, 2], [3, 2, 1]),
        ([9, 20, 2, 9], [3, 5, 8, 9]), ([5, 1, 28, 7, 3], [1, 7, 4, 2, 1]),
        ([10**9, 3, 40], [10**6, 7, 10**9]),
    ]  # fmt: skip
    for w, w2 in cases:
        given = {"w": w, "w2": w2}
        least, largest = map(float, _extremes(w, w2))
        expected = [least, largest]
        got = check.read(
            finite_array,
            check.call(answer, **given),
            2,
            given=given,
            expected="two numbers, the smaller one first",
            hint="Return a pair: the least and the largest ratio.",
        )
        if np.allclose(got, expected, rtol=1e-9, atol=0):
            continue
        hint = "Each resource has a ratio of its own, first to second."
        if np.allclose(got[::-1], expected):
            hint = "The smaller one comes first."
        elif np.allclose(got, [1 / largest, 1 / least]):
            hint = "The ratio of the times is that of the first to the second."
        elif np.isclose(got[0], got[1]):
            hint = "The theorem gives an interval, not a single number."
        elif np.isclose(got[1], max(w) / min(w2)) or np.isclose(
            got[0], min(w) / max(w2)
        ):
            hint = "Divide counts of the same resource by one another."
        check.fail(given=given, expected=expected, got=got.tolist(), hint=hint)
    return f"{len(cases)} pairs of programs"


# ---- Why matrix products are fast ----------------------------------------


@checker("Why matrix products are fast", points=4)
def check_block_intensity(
    check: Check,
    intensity: Callable[..., Any],
    limit: Callable[..., Any],
) -> str:
    """Check the arithmetic intensity of a product that goes block by block.

    Parameters
    ----------
    intensity
        ``intensity(n, t)`` for a product of two n × n matrices in blocks of
        t × t, t a divisor of n; returns operations divided by numbers moved.
    limit
        ``limit(t)``: what the intensity tends to, for fixed t, as n grows.
    """
    pairs = [
        (n, t) for n in range(1, 13) for t in range(1, n + 1) if n % t == 0
    ]
    for n, t in pairs:
        operations, moved = _run_blocks(n, t)
        expected = Fraction(operations, moved)
        got = check.read(
            fraction,
            check.call(intensity, n=n, t=t),
            given={"n": n, "t": t},
            expected=f"{expected}: {operations} operations, {moved} "
            "numbers moved",
            hint="Return a fraction or a float.",
        )
        if not _close(got, expected):
            check.fail(
                given={"n": n, "t": t},
                expected=f"{expected}: {operations} operations, {moved} "
                "numbers moved",
                got=str(got),
                hint=_block_hint(got, n, t),
            )
    for t in (1, 2, 3, 8, 100):
        large = 1000 * t
        got = check.read(
            fraction,
            check.call(limit, t=t),
            given={"t": t},
            expected="a number",
            hint="Return the limit for fixed t, as a number.",
        )
        if got != t:
            # 2 · 1000³ blocks of t² numbers are read and 1000² are written
            there = (2 * large - 1) / (2 * 1000 + 1)
            check.fail(
                given={"t": t, "n": f"1000 t = {large}"},
                expected=f"a limit close to the intensity, {there:.6f}",
                got=str(got),
                hint="Which term of the numerator, which of the denominator "
                "grows fastest with n? Divide both by it.",
            )
    return f"{len(pairs)} pairs n, t, each run block by block, and the limit"


def _block_hint(got: Fraction, n: int, t: int) -> str:
    operations, moved = _run_blocks(n, t)
    if _close(got, Fraction(operations, moved - n**2)):
        return "The blocks of the result are written, each once."
    if _close(got, Fraction(operations, moved + n**2 * (n // t - 1))):
        return "A block of the result is written once, when it is finished."
    if _close(got, Fraction(operations, 3 * n**2)):
        return "A block is read again each time that it is needed."
    if _close(got, Fraction(moved, operations)):
        return "Operations are divided by numbers moved."
    return (
        "The operations do not depend on t. How many pairs of blocks are "
        "read, and how often is a block of the result written?"
    )


def _run_blocks(n: int, t: int) -> tuple[int, int]:
    """Return operations and numbers moved of a product in blocks."""
    operations = moved = 0
    blocks = range(n // t)
    for _row, _column in itertools.product(blocks, repeat=2):
        for k in blocks:
            moved += 2 * t * t
            # only the first product starts from zero, without additions
            operations += t * t * (2 * t - (k == 0))
        moved += t * t
    return operations, moved


# ---- Past the bend -------------------------------------------------------


@checker("Past the bend", points=2)
def check_past_the_bend(check: Check, answer: Callable[..., Any]) -> str:
    """Check the smallest matrix product at the flat part of the roof.

    Parameters
    ----------
    answer
        ``answer(peak, bandwidth)`` for positive integers: the smallest
        n ≥ 1 for which the intensity (2n − 1)/3 of the product of two n × n
        matrices is at the bend or past it.
    """
    machines = [(72, 3), *itertools.product(range(1, 4), range(1, 8))]
    machines += [(72_000_000_000, 2_800_000_000)]
    machines += [(10**30 + 2, 3), (10**23, 3)]
    for peak, bandwidth in machines:
        given = {"peak": peak, "bandwidth": bandwidth}
        expected = math.ceil((Fraction(3 * peak, bandwidth) + 1) / 2)
        got = check.read(
            whole,
            check.call(answer, **given),
            given=given,
            expected=expected,
            hint="Return an integer, at least 1.",
        )
        if got != expected:
            check.fail(
                given=given,
                expected=f"{expected}, with the bend at an intensity of "
                f"{Fraction(peak, bandwidth)}",
                got=f"{got}, with an intensity of {Fraction(2 * got - 1, 3)}",
                hint=_bend_hint(got, peak, bandwidth),
            )
    return f"{len(machines)} machines"


def _bend_hint(got: int, peak: int, bandwidth: int) -> str:
    if got < 1:
        return "The smallest matrices are 1 × 1."
    if float(peak) != peak:
        return "A float has too few digits here. Stay with integers."
    if Fraction(2 * got - 1, 3) < Fraction(peak, bandwidth):
        return "This size is still on the slope."
    if Fraction(2 * got - 3, 3) == Fraction(peak, bandwidth):
        return "A size that is exactly at the bend counts."
    return "A smaller size is past the bend already."


# ---- Every ratio is some machine's ---------------------------------------


@checker("A machine for every ratio", points=5)
def check_machine(check: Check, answer: Callable[..., Any]) -> str:
    """Check machines on which two programs have a given ratio of times.

    Parameters
    ----------
    answer
        ``answer(w, w2, ratio)`` for two lists of counts, one for each
        resource, and a ratio strictly between the least and the largest of
        w[i] / w2[i]; returns the speeds of a machine, one for each resource,
        positive and perhaps infinite, with max(w[i] / speed[i]) equal to
        ``ratio`` times max(w2[i] / speed[i]).
    """
    programs = [
        ([1, 10], [1, 1]), ([10, 1], [1, 1]), ([5, 1], [1, 2]),
        ([5, 10, 9], [5, 1, 3]), ([4, 1, 5, 2, 10], [2, 2, 1, 4, 2]),
    ]  # fmt: skip
    cases = [
        (w, w2, low + Fraction(ninths, 9) * (high - low))
        for w, w2 in programs
        for low, high in [_extremes(w, w2)]
        for ninths in range(1, 9)
    ]
    for w, w2, ratio in cases:
        given = {"w": w, "w2": w2, "ratio": float(ratio)}
        speeds = check.read(
            _speeds,
            check.call(answer, **given),
            len(w),
            given=given,
            expected=f"{len(w)} positive speeds, not all infinite",
            hint="One speed for each resource; math.inf is allowed.",
        )
        times = [
            max(a / speed for a, speed in zip(counts, speeds, strict=True))
            for counts in (w, w2)
        ]
        if math.isclose(times[0], float(ratio) * times[1], rel_tol=1e-9):
            continue
        check.fail(
            given=given | {"your speeds": [float(s) for s in speeds]},
            expected=f"times with the ratio {float(ratio):g}",
            got=f"times {times[0]:.6g} and {times[1]:.6g}, with the ratio "
            f"{times[0] / times[1]:.6g}",
            hint=_machine_hint(w, w2, ratio, times),
        )
    return f"{len(cases)} machines, each with the ratio asked for"


def _extremes(w: Sequence[int], w2: Sequence[int]) -> tuple[Any, Any]:
    ratios = [Fraction(a, b) for a, b in zip(w, w2, strict=True)]
    return min(ratios), max(ratios)


def _speeds(value: object, size: int) -> Any:
    speeds = real_array(value, size)
    if not (speeds > 0).all() or np.isinf(speeds).all():
        raise Refused
    return speeds


def _machine_hint(
    w: list[int], w2: list[int], ratio: Fraction, times: list[float]
) -> str:
    found = times[0] / times[1]
    low, high = (float(q) for q in _extremes(w, w2))
    if math.isclose(found * float(ratio), 1, rel_tol=1e-9):
        return "That is the ratio of the second to the first."
    if math.isclose(found, low) or math.isclose(found, high):
        return (
            "One resource alone sets both times here. Let one resource set "
            "the time of the first program and another that of the second."
        )
    return (
        "Two resources are enough, and the others may be infinitely fast. "
        "Which two have ratios on both sides of the one that is wanted?"
    )


def _close(value: Fraction, expected: Fraction) -> bool:
    return abs(value - expected) <= expected / 10**9
