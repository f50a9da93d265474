"""Spoil the arguments of every public function, many times over.

    python -m tests.fuzz [--examples N] [--seed N] [--only NAME]

Prints what was tried by part, and each kind of failure once, with the number
that makes it again: `--seed N --only NAME --again NUMBER`.
"""

import argparse
import faulthandler
import math
import random
import sys
import time
from collections import Counter

import matplotlib as mpl

from tests.fuzz.engine import Failure, Recipe, example, public, recipes


def shares(found: dict[str, Recipe], examples: int) -> dict[str, int]:
    """Return how many examples each function gets: together no fewer."""
    total = sum(how.share for how in found.values())
    return {
        name: math.ceil(examples * how.share / total)
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
    began = time.monotonic()
    for name, (function, how) in everything.items():
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
                    print(f"{failed}   --again {number}", flush=True)
        times[part] += time.monotonic() - start
        if time.monotonic() - start > 60:
            print(f"  {name}: {time.monotonic() - start:.0f} s", flush=True)
    print(f"\n{'part':<12}{'functions':>10}{'examples':>10}{'seconds':>9}")
    for part in tried:
        functions = sum(n.split(".")[0] == part for n in everything)
        print(
            f"{part:<12}{functions:>10}{tried[part]:>10,}{times[part]:>9.0f}"
        )
    print(
        f"{tried.total():,} examples in {time.monotonic() - began:.0f} s, "
        f"{len(failures)} kinds of failure"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
