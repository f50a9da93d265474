"""Spoil the arguments of every public function, many times over.

    python -m tests.fuzz [--examples N] [--seed N] [--only NAME]

Prints what was tried by part, and each kind of failure once, with the number
that makes it again: `--seed N --only NAME --again NUMBER`.
"""

import argparse
import faulthandler
import random
import sys
import time
from collections import Counter

import matplotlib as mpl

from tests.fuzz.engine import Failure, Recipe, example, public, recipes


def shares(found: dict[str, Recipe], examples: int) -> dict[str, int]:
    """Return how many examples each function gets, at least one each."""
    total = sum(how.share for how in found.values())
    return {
        name: max(1, round(examples * how.share / total))
        for name, how in found.items()
    }


def main() -> int:
    """Run, and return 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="a part or a function")
    parser.add_argument("--again", type=int, help="the number of one example")
    options = parser.parse_args()
    mpl.use("agg")
    faulthandler.enable()
    everything = {
        f"{part.removeprefix('byhand.')}.{name}": (public(part)[name], how)
        for part, named in recipes().items()
        for name, how in named.items()
        if options.only in f"{part}.{name}"
    }
    counts = shares(
        {name: how for name, (_, how) in everything.items()}, options.examples
    )
    tried: Counter[str] = Counter()
    failures: dict[tuple[str, ...], tuple[int, Failure]] = {}
    times: Counter[str] = Counter()
    time.monotonic()
    for name, (function, how) in everything.items():
        part = name.rpartition(".")[0] if "." in name else name
        part = name.split(".")[0]
        numbers = range(counts[name])
        if options.again is not None:
            numbers = range(options.again, options.again + 1)
        start = time.monotonic()
        for number in numbers:
            rng = random.Random(f"{options.seed} {name} {number}")
            failed = example(name, function, how, rng)
            tried[part] += 1
            if failed:
                kind = failed.what.split(":")[0].split(" [")[0]
                key = (name, kind, failed.where or failed.what[:40])
                if key not in failures:
                    failures[key] = number, failed
        times[part] += time.monotonic() - start
        if time.monotonic() - start > 60:
            pass
    for part in tried:
        sum(n.split(".")[0] == part for n in everything)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
