"""Checkers for the exercises of the page on the tape at work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import real_array
from byhand.checks._proofs import Decoy, Line, Proof
from byhand.checks._protocol import Check, checker
from byhand.checks._verdicts import judge

Array = NDArray[np.float64]

_MOST_PRODUCTS = 3


# ---- Warm-ups ------------------------------------------------------------

#: The network with a skip connection: each value and what reads it.
_READERS = {
    "x": ("z1", "z2", "u"),
    "z1": ("h",),
    "z2": ("g1",),
    "h": ("g2",),
    "g1": ("g2",),
    "g2": ("y",),
    "u": ("y",),
    "y": ("J",),
    "J": (),
}
_SETS = ("x", "h g1", "g2 u", "h z2 u", "z1 g2 u", "x u", "y", "z1 u")


@checker("Which sets are cuts?", points=1)
def check_which_cuts(check: Check, verdicts: Mapping[str, bool]) -> str:
    """Check which sets of values are cuts of a network.

    Parameters
    ----------
    verdicts
        For each set of values, named in one text, whether it is a cut.
    """
    truths = {
        names: all(met == 1 for _, met in _meetings(names)) for names in _SETS
    }
    for names, said in judge(check, verdicts, truths, (True, False)):
        path, met = next(
            (p for p in _meetings(names) if p[1] != 1), (_paths()[0], 1)
        )
        evidence = "every path from x to J meets it once"
        if met != 1:
            times = "not at all" if met == 0 else "twice"
            evidence = f"{' → '.join(path)} meets it {times}"
        check.fail(
            given=f"the set {{{names.replace(' ', ', ')}}}",
            expected="a verdict that agrees with the paths",
            got=f"you say {said}, but {evidence}",
            hint="There are three ways from x to y. Follow each of them.",
        )
    return f"{len(truths)} sets, each against {len(_paths())} paths"


def _paths(start: str = "x") -> list[tuple[str, ...]]:
    if start == "J":
        return [("J",)]
    return [(start, *rest) for v in _READERS[start] for rest in _paths(v)]


def _meetings(names: str) -> list[tuple[tuple[str, ...], int]]:
    return [(p, len(set(p) & set(names.split()))) for p in _paths()]


@checker("A product with a Hessian", points=1)
def check_hessian_product(check: Check, answer: Callable[..., Any]) -> str:
    """Check the product of a Hessian with a direction.

    Parameters
    ----------
    answer
        A function of x and u, shape (2,), that returns H u, shape (2,),
        with the Hessian H of f(x) = x_0^2 x_1 at x.
    """
    rng = np.random.default_rng(0)
    pairs = [([1, 2], [1, 0]), ([1, 2], [0, 1]), ([3, 1], [1, -1])]
    pairs += [tuple(rng.integers(-5, 6, (2, 2)).tolist()) for _ in range(40)]
    for point, direction in pairs:
        x, u = np.array(point, dtype=float), np.array(direction, dtype=float)
        given = {"x": x, "u": u}
        H = np.array([[2 * x[1], 2 * x[0]], [2 * x[0], 0]])
        check.require_close(
            check.call(answer, **given),
            H @ u + 0.0,
            given=given,
            hint=partial(_hessian_hint, x, u),
        )
    return f"{len(pairs)} points and directions"


def _hessian_hint(x: Array, u: Array, got: Array | None) -> str:
    if got is None:
        return "The product has an entry for each entry of x."
    gradient = np.array([2 * x[0] * x[1], x[0] ** 2])
    if np.allclose(got, gradient):
        return "This is the gradient. How does it change along u?"
    if np.allclose(got, gradient * u):
        return "This is a product with the gradient, not with its derivative."
    if np.allclose(got, [2 * x[1] * u[0], 2 * x[0] * u[0]]) or np.allclose(
        got, [2 * x[0] * u[1], 2 * x[0] * u[0]]
    ):
        return (
            "The first entry of the gradient is a product of x_0 and x_1, "
            "and both of them move."
        )
    return "Write down the gradient, and differentiate each entry along u."


@checker("The step of a parabola", points=1)
def check_best_step(check: Check, answer: Callable[..., Any]) -> str:
    """Check the step that minimizes a quadratic loss along its gradient.

    Parameters
    ----------
    answer
        A function of w and h, shape (n,), with h > 0, that returns the best
        step against the gradient of J(w) = sum_i h_i w_i^2 / 2.
    """
    rng = np.random.default_rng(0)
    cases = [([1], [1]), ([1], [4]), ([1, 1], [3, 1]), ([1, 2], [1, 1])]
    cases += [
        (rng.choice([-2, -1, 1, 2, 3], n), rng.integers(1, 10, n))
        for n in rng.integers(1, 6, 40)
    ]
    for weights, curvatures in cases:
        w, h = np.array(weights, dtype=float), np.array(curvatures, float)
        g = h * w
        given = {"w": w, "h": h}
        check.require_close(
            check.call(answer, **given),
            g @ g / (g @ (h * g)),
            given=given,
            hint=partial(_step_hint, w, h),
        )
    return f"{len(cases)} quadratic losses in up to 5 weights"


def _step_hint(w: Array, h: Array, got: Array | None) -> str:
    if got is None:
        return "The step is one number for all weights."
    g = h * w
    if np.isclose(got, g @ g / (2 * (g @ (h * g)))) or np.isclose(
        got, 2 * (g @ g) / (g @ (h * g))
    ):
        return "Differentiate the model in the step; mind the factor 1/2."
    if np.isclose(got, 1 / h.max()):
        return "That step is safe along every direction. Which is best here?"
    if np.isclose(got, w @ w / (w @ (h * w))):
        return "The step goes along the gradient h w, and not along w."
    if np.isclose(got, (g @ (h * g)) / (g @ g)):
        return "Upside down: a large curvature asks for a short step."
    return "The Hessian is diagonal, with the entries of h. What is g?"


# ---- A Jacobian from few products ----------------------------------------


class _Product:
    """J times a vector, as often as it is asked for."""

    def __init__(self, matrix: Array) -> None:
        self.matrix, self.calls = matrix, 0

    def __call__(self, vector: Any) -> Array:
        n = len(self.matrix)
        array = np.asarray(vector, dtype=float)
        if array.shape != (n,):
            raise ValueError(
                f"product wants a vector with {n} entries, got shape "
                f"{array.shape}"
            )
        self.calls += 1
        image: Array = self.matrix @ array
        return image

    def __repr__(self) -> str:
        return "u ↦ J u"


@checker("A Jacobian from three products", points=4)
def check_tridiagonal(check: Check, answer: Callable[..., Any]) -> str:
    """Check a tridiagonal Jacobian found from at most three products.

    Parameters
    ----------
    answer
        A function of ``product`` and ``n``.  ``product(u)`` returns J u for
        a vector u, shape (n,); the answer returns J, shape (n, n).
    """
    rng = np.random.default_rng(8)
    sizes = [n for n in range(1, 13) for _ in range(5)]
    for n in sizes:
        near = abs(np.subtract.outer(np.arange(n), np.arange(n))) <= 1
        matrix = np.where(near, rng.integers(1, 10, size=(n, n)), 0.0)
        product = _Product(matrix)
        found = check.read(
            real_array,
            check.call(answer, product=product, n=n),
            n,
            n,
            given={"J": matrix},
            expected=f"an array of shape {matrix.shape}",
            hint="Return the whole matrix, zeros included.",
        )
        if not np.allclose(found, matrix):
            i, j = map(int, np.argwhere(~np.isclose(found, matrix))[0])
            check.fail(
                given={"J": matrix},
                expected=f"{matrix[i, j]:g} in row {i}, column {j}",
                got=f"{found[i, j]:g}",
                hint="Row i of J u mixes the columns i - 1, i and i + 1. "
                "Which of them does this u choose?",
            )
        if product.calls > _MOST_PRODUCTS:
            check.fail(
                given={"J": matrix},
                expected=f"at most {_MOST_PRODUCTS} products",
                got=f"the right J, from {product.calls} products",
                hint="Two columns that are nonzero in no common row can be "
                "found from one product.",
            )
    return f"{len(sizes)} matrices with up to {max(sizes)} rows"


# ---- Two witnesses with one source ---------------------------------------


def _with_wrong_dots() -> str:
    return (
        "the dots here are right, v_dot_i = Σ D_ij v_dot_j; with D_ij = 2, "
        "E_ij = 3, v_dot_j = 1 and v_bar_i = 1 the step removes 2 and adds 3"
    )


def _bars_after() -> str:
    return (
        "for v_1 = x, v_2 = v_1, v_3 = 2 v_2 with E_32 = 3 the bar of v_2 is "
        "3 and the right one 2"
    )


_SHARED_SLOPE = Proof(
    {
        "a": Line("before the first step the sum is <y_bar, y_dot>", (), ""),
        "b": Line(
            "step i changes the sum by Σ_j <v_bar_i, (E_ij - D_ij) v_dot_j>",
            ("d", "g"),
            "What does the step remove, and what does it add?",
        ),
        "c": Decoy(
            "v_dot_i = Σ_j E_ij v_dot_j, so step i preserves the sum",
            _with_wrong_dots,
            "Where do the dots come from in this part?",
        ),
        "d": Line(
            "step i removes <v_bar_i, v_dot_i> = Σ_j <v_bar_i, D_ij v_dot_j>",
            ("e",),
            "How do the dots of line i depend on those before it?",
        ),
        "e": Line(
            "the dots are right: v_dot_k = Σ_j D_kj v_dot_j on every line k",
            (),
            "",
        ),
        "f": Line(
            "every other step k removes and adds Σ_j <v_bar_k, D_kj v_dot_j>,"
            " whatever v_bar_k is",
            ("e",),
            "How do the dots of line k depend on those before it?",
        ),
        "g": Line(
            "step i adds Σ_j <E_ij^T v_bar_i, v_dot_j> = "
            "Σ_j <v_bar_i, E_ij v_dot_j>",
            (),
            "",
        ),
        "h": Decoy(
            "only one line is wrong, so the bars of all other values are "
            "right",
            _bars_after,
            "Which bars are computed from the bar of what line i reads?",
        ),
        "i": Line(
            "down to step i the sum is <y_bar, y_dot>; afterwards it is this "
            "plus Σ_j <v_bar_i, (E_ij - D_ij) v_dot_j>",
            ("a", "b", "f"),
            "Where does the sum begin, which step changes it, and what do "
            "the others do?",
        ),
    }
)


@checker("Two witnesses with one source", points=4)
def check_shared_slope(check: Check, order: Sequence[str]) -> str:
    """Check the proof that right dots show the line with a wrong slope.

    Parameters
    ----------
    order
        The letters of the lines of the proof, in an order in which each
        follows from those before it.
    """
    return _SHARED_SLOPE.judge(check, order)
