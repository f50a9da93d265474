"""Timing side by side: ratios of medians from interleaved runs."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping

if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
    sys.exit(
        "These ratios compare like with like on one BLAS thread: run "
        "`make bench`, or set OPENBLAS_NUM_THREADS=1."
    )


def medians(
    candidates: Mapping[str, Callable[[], object]],
    *,
    rounds: int = 21,
    target: float = 0.01,
) -> dict[str, float]:
    """Return the median seconds per call of each candidate.

    The candidates take turns, so that a change of clock speed or a busy
    neighbor meets them all; each turn repeats a call until it lasts about
    ``target`` seconds, so that the timer's own cost does not count.
    """
    samples = in_turns(candidates, rounds=rounds, target=target)
    return {name: statistics.median(s) for name, s in samples.items()}


def in_turns(
    candidates: Mapping[str, Callable[[], object]],
    *,
    rounds: int = 21,
    target: float = 0.01,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Return the seconds per call of each candidate, round by round."""
    repeats = {}
    for name, call in candidates.items():
        call()  # caches, lazy imports and first allocations
        start = time.perf_counter()
        call()
        once = time.perf_counter() - start
        repeats[name] = max(1, round(target / max(once, 1e-9)))
    samples: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, call in candidates.items():
            start = clock()
            for _ in range(repeats[name]):
                call()
            samples[name].append((clock() - start) / repeats[name])
    return samples


def ratios(samples: Mapping[str, list[float]], base: str) -> dict[str, float]:
    """Return the median over the rounds of each time divided by the base's.

    Within a round the machine is as busy for one as for the other, so this
    says more than the ratio of two medians.
    """
    return {
        name: statistics.median(
            a / b for a, b in zip(times, samples[base], strict=True)
        )
        for name, times in samples.items()
    }


def report(title: str, seconds: Mapping[str, float], base: str) -> None:
    """Print a table of medians and of their ratios to ``base``."""
    print(f"\n{title}")
    for name, value in seconds.items():
        ratio = value / seconds[base]
        print(f"  {name:<34}{value * 1e3:12.4f} ms{ratio:10.2f} x")
