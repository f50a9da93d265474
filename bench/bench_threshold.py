"""Threshold networks: proofs and boxes against a loop over the inputs.

Times are medians of interleaved runs on one BLAS thread; the ratios are what
carries over to another machine.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterable, Sequence
from itertools import product

from byhand.threshold import (
    bell,
    equality_patterns,
    is_member,
    is_permutation,
    membership_interval,
    permutation_gram,
    prove,
    verify,
)
from timing import medians, report


def loop_membership(inputs: Iterable[Sequence[int]]) -> int:
    """Count the inputs on which the 4-3-1 network is right, one by one."""
    right = 0
    for x in inputs:
        h = sum(abs(2 * (x[3] - v)) <= 1 for v in x[:3])
        right += (abs(3 * h - 6) <= 3) == (x[3] in x[:3])
    return right


def loop_gram(n: int, inputs: Iterable[Sequence[int]]) -> int:
    """Count the inputs on which the Gram network is right, one by one."""
    pairs = [(i, j) for i in range(2 * n) for j in range(i + 1, 2 * n)]
    signs = [-1 if i < n <= j else 1 for i, j in pairs]
    right = 0
    for x in inputs:
        z = n
        for (i, j), sign in zip(pairs, signs, strict=True):
            z += sign * (abs(2 * (x[i] - x[j])) <= 1)
        right += (abs(2 * z) <= 1) == (sorted(x[:n]) == sorted(x[n:]))
    return right


def main() -> None:
    """Print the tables."""
    box = list(product(range(7), repeat=4))
    assert loop_membership(box) == len(box)
    network = membership_interval(3)
    seconds = medians(
        {
            "verify": lambda: verify(network, is_member, range(7)),
            "loop in plain Python": lambda: loop_membership(box),
            "network on one input at a time": lambda: [
                network(x) for x in box
            ],
        }
    )
    report("Membership on the box {0..6}^4, 2401 inputs", seconds, "verify")

    n = 4
    gram = permutation_gram(n)
    patterns = [
        x for block in equality_patterns(2 * n) for x in block.tolist()
    ]
    assert loop_gram(n, patterns) == bell(2 * n)
    seconds = medians(
        {
            "prove": lambda: prove(gram, is_permutation),
            "loop in plain Python": lambda: loop_gram(n, patterns),
        },
        rounds=9,
    )
    report("Gram network, n = 4, 4140 equality patterns", seconds, "prove")

    n = 6
    gram = permutation_gram(n)
    start = time.perf_counter()
    proof = prove(gram, is_permutation, progress=False)
    took = time.perf_counter() - start
    assert proof
    assert proof.checked == bell(2 * n)
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(f"\nGram network, n = 6: {proof!r}")
    print(
        f"  {took:.2f} s (at most 5), peak {peak / 2**30:.2f} GiB (at most 1)"
    )


if __name__ == "__main__":
    main()
