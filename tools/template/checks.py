"""Checkers for the page "TITLE"."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from byhand.checks._protocol import Check, checker


@checker("The mean of three", points=1)
def check_mean_of_three(check: Check, answer: Callable[[], float]) -> str:
    """Check the mean of 1, 2 and 6.

    Parameters
    ----------
    answer
        A function without arguments that returns the mean.
    """
    check.require_close(
        check.call(answer),
        3,
        given="t = (1, 2, 6)",
        hint="Add the three numbers and divide by how many there are.",
    )
    return "all of the 1 answer"


@checker("The weighted mean", points=3)
def check_weighted_mean(check: Check, answer: Callable[..., float]) -> str:
    """Check the minimizer of a weighted sum of squares.

    Parameters
    ----------
    answer
        A function of t and a, shape (n,), all a positive, that returns the
        c for which Σⱼ aⱼ (tⱼ − c)² is least.
    """
    rng = np.random.default_rng(0)
    cases = [([1.0, 3.0], [1.0, 1.0]), ([1.0, 3.0], [3.0, 1.0])]
    cases += [
        (rng.integers(-5, 6, n).tolist(), rng.integers(1, 9, n).tolist())
        for n in range(1, 30)
    ]
    for numbers, weights in cases:
        t, a = np.array(numbers, float), np.array(weights, float)
        check.require_close(
            check.call(answer, t=t, a=a),
            np.average(t, weights=a),
            given={"t": t, "a": a},
            hint=partial(_hint, t.mean()),
        )
    return f"{len(cases)} cases with up to 29 numbers"


def _hint(mean: float, got: NDArray[np.float64] | None) -> str:
    if got is not None and np.isclose(got, mean):
        return "This is the mean without weights."
    return "Set the derivative in c to zero; a_j stays a factor."
