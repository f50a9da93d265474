"""Checkers for the exercises of the page on checking gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike, NDArray

from byhand.backprop import central_difference
from byhand.checks._answers import dictionary, finite_array, real_array
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_short

Array = NDArray[np.float64]


@checker
def check_fourth_order(check: Check, answer: Callable[..., Any]) -> str:
    """Check a difference quotient with four evaluations, of fourth order.

    A scheme that is linear in f and right for the powers up to the fourth
    has a truncation error of order h^4, by Taylor's theorem.

    Parameters
    ----------
    answer
        A function of f, x and h > 0 that returns an approximation of
        f'(x).  It may evaluate f four times, at real numbers whose distance
        from x is at most 4h.
    """
    rng = np.random.default_rng(0)
    pairs = [(0.0, 1.0), (1.0, 1.0), (0.0, 0.5), (-2.0, 0.25)]
    pairs += [
        (float(rng.integers(-16, 17)) / 8, 0.5 ** int(rng.integers(0, 6)))
        for _ in range(40)
    ]
    for power in range(5):
        for x, h in pairs:
            f = _Power(power)
            given = {"f": f, "x": x, "h": h}
            got = check.call(answer, **given)
            _require_four_near(check, f.seen, given)
            check.require_close(
                got,
                power * x ** (power - 1) if power else 0.0,
                given=given,
                hint="A scheme of fourth order is right for every polynomial "
                "of degree 4. Write c_1 f(x + a_1 h) + ... + c_4 f(x + a_4 h) "
                "and ask it of the powers of y - x, one after the other.",
            )
    return f"powers 0 to 4 at {len(pairs)} pairs of x and h"


@checker
def check_convolution_vjp(check: Check, answer: Callable[..., Any]) -> str:
    """Check the adjoint of the convolution y_i = sum_j k_j x_(i+j).

    Parameters
    ----------
    answer
        A function of u, shape (n - m + 1,), and the kernel k, shape (m,),
        that returns J^T u, shape (n,), where Jv is the convolution of v.
    """
    count = 0
    for u, k in _kernels():
        given = {"u": u, "k": k}
        n = len(u) + len(k) - 1
        x_bar = check.read(
            real_array,
            check.call(answer, **given),
            n,
            given=given,
            expected=f"{n} numbers, one for each entry of x",
            hint="J^T u has the shape of x. A kernel of m entries "
            "shortens x by m - 1.",
        )
        for v in np.eye(n):
            left, right = u @ np.correlate(v, k, "valid"), x_bar @ v
            if not np.isclose(left, right, rtol=1e-9, atol=1e-9):
                check.fail(
                    given=given | {"v": v},
                    expected=f"<J^T u, v> = <u, Jv> = {left:g}",
                    got=f"<J^T u, v> = {right:g}, from J^T u = {x_bar}",
                    hint="Which y_i read the entry of x that v picks, and "
                    "with which entry of the kernel?",
                )
            count += 1
    return f"{count} pairs u, v with kernels up to 4 long"


class Acceptance(NamedTuple):
    """When a gradient check passes: how it is written, and what it does."""

    text: str
    accepts: Callable[[Array, Array], Any]


#: The checks of the exercise, of a claimed gradient g and the quotients n.
ACCEPTANCES = {
    "a": Acceptance(
        "abs((g - n).sum()) < 1e-6",
        lambda g, n: abs((g - n).sum()) < 1e-6,
    ),
    "b": Acceptance(
        "(g - n).max() < 1e-6",
        lambda g, n: (g - n).max() < 1e-6,
    ),
    "c": Acceptance(
        "g @ n > (1 - 1e-9) * norm(g) * norm(n)",
        lambda g, n: g @ n > (1 - 1e-9) * norm(g) * norm(n),
    ),
    "d": Acceptance(
        "not (abs(g - n) > 1e-6).any()",
        lambda g, n: not (abs(g - n) > 1e-6).any(),
    ),
    "e": Acceptance(
        "(abs(g - n) < 1e-6).all()",
        lambda g, n: (abs(g - n) < 1e-6).all(),
    ),
}


@checker
def check_fooled(check: Check, claims: Mapping[str, ArrayLike | None]) -> str:
    """Check wrong gradients that are to pass flawed gradient checks.

    The function is f(x) = x0^2 x1 + x2 at x = (1, 2, 3).

    Parameters
    ----------
    claims
        For each of the checks a to e a claimed gradient, shape (3,), that
        passes although an entry is not within 0.1 of the right one, or None
        if there is no such gradient.
    """
    claims = check.read(
        dictionary,
        claims,
        ACCEPTANCES,
        given="the answer itself",
        expected="a dictionary with the keys a, b, c, d, e",
        hint="Each value is a list of three numbers, or None.",
    )
    x = np.array([1.0, 2.0, 3.0])
    n = central_difference(lambda x: x[0] ** 2 * x[1] + x[2], x)
    for letter, (text, accepts) in ACCEPTANCES.items():
        claim = claims[letter]
        given = f"check {letter}: {text}"
        if claim is None:
            if letter != "e":
                check.fail(
                    given=given,
                    expected="a wrong gradient that passes; there is one",
                    got="None",
                    hint=_HINTS[letter],
                )
            continue
        g = check.read(
            real_array,
            claim,
            3,
            given=given,
            expected="three numbers, or None",
            hint="The gradient has an entry for each of x0, x1, x2.",
        )
        given += f", with g = {in_short(g)}"
        if np.all(np.abs(g - n) < 0.1):
            check.fail(
                given=given,
                expected="a wrong gradient: some entry not within 0.1",
                got=f"at most {np.max(np.abs(g - n)):.2g} off {in_short(n)}",
                hint="The check should pass what is wrong.",
            )
        with np.errstate(all="ignore"):
            accepted = bool(accepts(g, n))
        if not accepted:
            check.fail(
                given=given,
                expected="the check passes",
                got=f"it fails: n = {in_short(n)}, g - n = {in_short(g - n)}",
                hint=_HINTS[letter],
            )
    return "4 checks accept a wrong gradient, and the fifth none"


def mistaken(W: Array, x: Array) -> dict[str, Array]:
    """Return four wrong gradients of |ReLU(W x)|^2 / 2 by their formulas."""
    z = W @ x
    h = np.maximum(z, 0)
    return {
        "x_bar = W h": W @ h,
        "x_bar = W.T z": W.T @ z,
        "x_bar = W.T 1[z > 0]": W.T @ (z > 0),
        "W_bar = x h.T": np.outer(x, h),
    }


@checker
def check_one_point(check: Check, W: ArrayLike, x: ArrayLike) -> str:
    """Check a test point that is to give four wrong gradients away.

    The function is f(W, x) = |h|^2 / 2 with h = ReLU(z), z = W x; its
    gradients are W^T h and h x^T.

    Parameters
    ----------
    W
        The weights, shape (2, 2).
    x
        The input, shape (2,).
    """
    W, x = (
        check.read(
            finite_array,
            value,
            *shape,
            given=f"{name} itself",
            expected=f"finite numbers, shape {shape}",
            hint="W has two rows of two numbers, x has two numbers.",
        )
        for name, value, shape in (("W", W, (2, 2)), ("x", x, (2,)))
    )
    z = W @ x
    h = np.maximum(z, 0)
    given = {"W": W, "x": x}
    if np.any(z == 0):
        check.fail(
            given=given,
            expected="no entry of z = W x that is 0",
            got=f"z = {in_short(z)}",
            hint="At a kink the gradient is a convention, so a difference "
            "there refutes nothing.",
        )
    right = {"x_bar": W.T @ h, "W_bar": np.outer(h, x)}
    wrong = mistaken(W, x)
    for text, got in wrong.items():
        name = text.split()[0]
        if np.allclose(got, right[name], rtol=1e-4, atol=1e-8):
            check.fail(
                given=given | {"so that z": z, "and h": h},
                expected=f"a mistake that shows: {text}",
                got=f"{name} = {in_short(got)}, which is right",
                hint="Look for what makes the two formulas agree here: a "
                "symmetry, a sign that all entries share, an entry that is "
                "0 or 1.",
            )
    return f"{len(wrong)} mistakes show at this point"


_HINTS = {
    "a": "Only the sum of the three errors is looked at.",
    "b": "Which sign must an error have to be noticed?",
    "c": "The check compares two directions. What does it not compare?",
    "d": "Is there a float for which every comparison is false?",
    "e": "Every entry has to come within 1e-6 of the right one. Is there "
    "any room?",
}


class _Power:
    """y -> y^power for real y, which remembers where it was evaluated."""

    def __init__(self, power: int) -> None:
        self.power = power
        self.seen: list[float] = []

    def __call__(self, y: Any) -> float:
        if np.iscomplexobj(y):
            raise TypeError("f is to be evaluated at real numbers")
        self.seen.append(float(y))
        return float(y) ** self.power

    def __repr__(self) -> str:
        return f"y -> y^{self.power}"


def _require_four_near(check: Check, seen: list[float], given: Any) -> None:
    x, h = given["x"], given["h"]
    at = ", ".join(f"{y:g}" for y in seen) or "nowhere"
    if len(seen) > 4:
        check.fail(
            given=given,
            expected="at most 4 evaluations of f",
            got=f"{len(seen)}, at {at}",
            hint="Four points are enough for fourth order.",
        )
    far = max((abs(y - x) for y in seen), default=0.0)
    if not h / 8 <= far <= 4 * h:
        check.fail(
            given=given,
            expected="evaluations at a few multiples of h from x",
            got=f"f was evaluated at {at}",
            hint="The step is the caller's: the points are x + a h with "
            "small numbers a that do not depend on h.",
        )


def _kernels() -> Iterator[tuple[Array, Array]]:
    rng = np.random.default_rng(0)
    for m, outputs in [(1, 1), (2, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 1),
                       (3, 4), (4, 3)]:  # fmt: skip
        k = np.arange(1.0, m + 1)
        for unit in np.eye(outputs):
            yield unit, k
        yield (
            rng.integers(-3, 4, outputs).astype(float),
            rng.integers(-3, 4, m).astype(float),
        )
        yield rng.normal(size=outputs), rng.normal(size=m)
