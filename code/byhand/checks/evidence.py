"""Checkers for the exercises of the page on evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand.checks._answers import (
    Refused,
    finite_array,
    pair,
    real_array,
)
from byhand.checks._proofs import Condition, require_witness
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_short
from byhand.checks._slips import require_numbers
from byhand.checks._variants import Draw, Numbers
from byhand.tape import Tape, record, vjp

Array = NDArray[np.float64]


# ---- Warm-ups ------------------------------------------------------------


@checker("An error that signs overlook", points=1)
def check_blind_signs(check: Check, part: float) -> str:
    """Check how many directions of random signs miss an error.

    Parameters
    ----------
    part
        The part of the 16 directions with entries 1 and -1 that are
        orthogonal to e = (3, 1, 1, 1).
    """
    require_numbers(
        check,
        part,
        {"the part": 1 / 8},
        given="e = (3, 1, 1, 1)",
        slips={
            "the part": {
                0: "Take the sign of the first entry against all others.",
                1 / 2: "That holds for (1, -1). Here all four signs take part "
                "in the inner product.",
                1 / 16: "With a direction, its opposite is missed too.",
                2: "How many are there in all? The part is asked for.",
                7 / 8: "These are the directions that see the error.",
            }
        },
        otherwise="Which signs of the last three entries make up for the "
        "first one?",
    )
    return "16 directions"


_J = np.array([[1.0, 2.0], [3.0, 4.0]])


@checker("Two wrongs that agree", points=1)
def check_adjoint_pair(check: Check, modes: Sequence[ArrayLike]) -> str:
    """Check two wrong modes that pass the adjoint test.

    Parameters
    ----------
    modes
        The matrices of forward and of reverse mode, shape (2, 2) each; the
        Jacobian is ((1, 2), (3, 4)).
    """
    A, B = check.read(
        lambda value: [finite_array(m, 2, 2) for m in pair(value)],
        modes,
        given="the answer itself",
        expected="two matrices of shape (2, 2): forward, reverse",
        hint="Return a pair of lists of lists.",
    )

    def differ(matrices: tuple[Array, Array]) -> str:
        gap = matrices[1] - matrices[0].T
        i, j = (int(k) for k in np.argwhere(gap)[0]) if gap.any() else (0, 0)
        return (
            f"<e_{j}, A e_{i}> = {matrices[0][j, i]:g} and "
            f"<B e_{j}, e_{i}> = {matrices[1][i, j]:g}"
            if gap.any()
            else ""
        )

    def right(matrices: tuple[Array, Array]) -> str:
        same = np.allclose(matrices[0], _J, rtol=1e-3, atol=1e-3)
        return "it is the Jacobian" if same else ""

    return require_witness(
        check,
        (A, B),
        [
            Condition(
                "<u, A v> = <B u, v> for all u and v",
                differ,
                "Which matrix has to be the transpose of which?",
            ),
            Condition(
                "a forward mode A that is not the Jacobian",
                right,
                "The pair has to be wrong. What does part 2 of the theorem "
                "add to both?",
            ),
        ],
        {"A": A, "B": B},
    )


def _factors(draw: Draw) -> tuple[int, int]:
    a = draw(2, 7)
    return a, a + draw(1, 5)


ab_numbers = Numbers("ex-overwritten", "a b", (3, 5), _factors)


@checker("What overwriting leaves", points=1)
def check_overwritten(check: Check, bars: Sequence[float]) -> str:
    """Check the bars of an engine that overwrites.

    Parameters
    ----------
    bars
        The bars of a and b in ``(a * a) * b``, and those in
        ``a * (a + b)``, at the a and b of ``ab_numbers()``.
    """
    a, b = ab_numbers.value
    derivative = "That is the derivative. The engine writes = for +=."
    factor = "The slope of b is the other factor, a * a."
    of_sum = "The slope of the sum is multiplied by the sum's bar."
    require_numbers(
        check,
        bars,
        {
            "a_bar of (a * a) * b": a * b,
            "b_bar of (a * a) * b": a * a,
            "a_bar of a * (a + b)": a,
            "b_bar of a * (a + b)": a,
        },
        given=f"a = {a}, b = {b}",
        slips={
            "a_bar of (a * a) * b": {
                2 * a * b: derivative,
                a: "The slope is multiplied by the bar of a * a.",
                b: "That is the bar of a * a.",
            },
            "b_bar of (a * a) * b": {a: factor, b: factor},
            "a_bar of a * (a + b)": {
                2 * a + b: derivative,
                a + b: "That is what the product leaves. It is the last "
                "step, and is visited first.",
                1: of_sum,
            },
            "b_bar of a * (a + b)": {
                1: of_sum,
                a + b: "The bar of the sum is the other factor of the "
                "product.",
            },
        },
        otherwise="Visit the steps from the last to the first. Each writes "
        "slope times its own bar into what it used.",
    )
    return "2 programs"


# ---- The adjoint of a convolution ----------------------------------------


@checker("The adjoint of a convolution", points=4)
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
                    hint=_convolution_hint(u, k, x_bar),
                )
            count += 1
    return f"{count} pairs u, v with kernels up to 4 long"


def _convolution_hint(u: Array, k: Array, x_bar: Array) -> str:
    if np.allclose(x_bar, np.convolve(u, k[::-1])):
        return "Is the kernel to be turned around, or has it been already?"
    if np.allclose(x_bar, np.convolve(u[::-1], k)):
        return "The first output reads the first entries of x."
    return (
        "Which y_i read the entry of x that v picks, and with which entry of "
        "the kernel?"
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


# ---- One point -----------------------------------------------------------


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


@checker("One point that shows them all", points=3)
def check_one_point(check: Check, point: Sequence[ArrayLike]) -> str:
    """Check a test point that is to give four wrong gradients away.

    The function is f(W, x) = |h|^2 / 2 with h = ReLU(z), z = W x; its
    gradients are W^T h and h x^T.

    Parameters
    ----------
    point
        The weights W, shape (2, 2), and the input x, shape (2,).
    """
    first, second = check.read(
        pair,
        point,
        given="the answer itself",
        expected="a pair W, x",
        hint="End the function in `return W, x`.",
    )
    W, x = (
        check.read(
            finite_array,
            value,
            *shape,
            given=f"{name} itself",
            expected=f"finite numbers, shape {shape}",
            hint="W has two rows of two numbers, x has two numbers.",
        )
        for name, value, shape in (("W", first, (2, 2)), ("x", second, (2,)))
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


# ---- A detector ----------------------------------------------------------

#: Sizes of images and kernels: B, p, q, r, s.
_SMALL = [tuple(map(int, sizes)) for sizes in (
    "11111", "11211", "11212", "12321", "22212", "14322", "25432", "34623",
)]  # fmt: skip
_PLUS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
_CROSS = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
_FRESH, _RIGHT = 400, 0.95


def pattern_images(
    P: ArrayLike, Q: ArrayLike, images: int, *, rng: int
) -> tuple[Array, Array]:
    """Return noisy images, each with one of two patterns somewhere in it.

    Parameters
    ----------
    P, Q
        The patterns, shape (3, 3).
    images
        How many images.
    rng
        The seed.

    Returns
    -------
    X, s
        The images, shape (images, 8, 8), and for each of them 1 if it has
        P and -1 if it has Q.

    Examples
    --------
    >>> X, s = pattern_images(np.eye(3), np.ones((3, 3)), 5, rng=0)
    >>> X.shape, s.shape
    ((5, 8, 8), (5,))
    """
    draw = np.random.default_rng(rng)
    s = draw.choice([-1.0, 1.0], images)
    X = 0.3 * draw.normal(size=(images, 8, 8))
    for image, (i, j), sign in zip(
        X, draw.integers(6, size=(images, 2)), s, strict=True
    ):
        image[i : i + 3, j : j + 3] += np.asarray(P if sign > 0 else Q)
    return X, s


@checker("A detector for two patterns", points=12)
def check_detector(
    check: Check,
    convolution: Callable[[], Any],
    patterns: Callable[[], Any],
    train: Callable[..., Any],
) -> str:
    """Check a convolution on the tape, and a detector that it trains.

    Parameters
    ----------
    convolution
        A function that returns a row of the table, ``conv``: for images X,
        shape (B, p, q), and a kernel K, shape (r, s), ``conv(X, K)`` has the
        shape (B, p - r + 1, q - s + 1).
    patterns
        A function that returns two patterns of zeros and ones, shape (3, 3).
    train
        ``train(X, s)`` returns two kernels, shape (3, 3): the images with
        s = 1 have the larger score with the first, the others with the
        second.
    """
    conv = check.call(convolution)
    if not callable(conv):
        check.fail(
            given="convolution()",
            expected="the row conv, which can be called",
            got=conv,
            hint="End convolution in `return conv`.",
        )
    rng = np.random.default_rng(0)
    for B, p, q, r, s in _SMALL:
        X, K = (
            rng.integers(-2, 4, shape).astype(float)
            for shape in ((B, p, q), (r, s))
        )
        _check_values(check, conv, X, K)
    for B, p, q, r, s in _SMALL:
        X, K = (
            rng.integers(-2, 4, shape).astype(float)
            for shape in ((B, p, q), (r, s))
        )
        _check_reverse(check, conv, X, K)
    chosen = check.call(patterns)
    P, Q = check.read(
        _two_patterns,
        chosen,
        given="your patterns",
        expected="two arrays of zeros and ones, shape (3, 3), that differ "
        "even if one is moved",
        hint="A detector that looks everywhere cannot tell a pattern from "
        "the same one in another place.",
    )
    for name, first, second in (
        ("+ and ×", _PLUS, _CROSS),
        ("your patterns", P, Q),
    ):
        _check_training(check, train, first, second, name)
    return (
        f"{len(_SMALL)} shapes, forwards and twice backwards; at least "
        f"{_RIGHT:.0%} of {_FRESH} fresh images told apart"
    )


def _convolved(X: Array, K: Array) -> Array:
    r, s = K.shape
    rows, columns = X.shape[1] - r + 1, X.shape[2] - s + 1
    parts = [
        K[i, j] * X[:, i : i + rows, j : j + columns]
        for i, j in np.ndindex(r, s)
    ]
    total: Array = np.sum(parts, axis=0)
    return total


def _back_to_images(Y: Array, K: Array) -> Array:
    (r, s), (B, rows, columns) = K.shape, Y.shape
    X = np.zeros((B, rows + r - 1, columns + s - 1))
    for i, j in np.ndindex(r, s):
        X[:, i : i + rows, j : j + columns] += K[i, j] * Y
    return X


def _back_to_kernel(Y: Array, X: Array) -> Array:
    (_, rows, columns), (_, p, q) = Y.shape, X.shape
    K = np.empty((p - rows + 1, q - columns + 1))
    for i, j in np.ndindex(*K.shape):
        K[i, j] = np.sum(Y * X[:, i : i + rows, j : j + columns])
    return K


def _check_values(
    check: Check, conv: Callable[..., Any], X: Array, K: Array
) -> None:
    given = {"X": X, "K": K}
    expected = _convolved(X, K)

    def hint(got: Array | None) -> str:
        if got is None:
            return (
                "The kernel fits into an image p - r + 1 times in one "
                "direction and q - s + 1 times in the other."
            )
        if np.allclose(got, _convolved(X, K[::-1, ::-1])):
            return "The kernel is not turned around: K_kl meets X_i+k,j+l."
        if K.shape[0] == K.shape[1] and np.allclose(got, _convolved(X, K.T)):
            return "The first index of K goes along the first one of an image."
        return "Each entry is the sum of K times the part of X that it covers."

    check.require_close(
        check.call(conv, **given), expected, given=given, hint=hint
    )


def _check_reverse(
    check: Check, conv: Callable[..., Any], X: Array, K: Array
) -> None:
    Y_bar = np.arange(1.0, _convolved(X, K).size + 1).reshape(
        _convolved(X, K).shape
    )
    given: dict[str, Any] = {"X": X, "K": K, "Y_bar": Y_bar}

    def tapes() -> tuple[Tape, Tape]:
        def program(X: Any, K: Any) -> dict[str, Any]:
            return {"Y": conv(X, K)}

        tape = record(program, X=X.shape, K=K.shape)
        back = vjp(tape, value=False)
        return back, vjp(back, ["X", "K", "Y_bar"], value=False)

    back, twice = check.attempt(
        tapes,
        given=given,
        expected="a tape of y = conv(X, K), taken back twice",
        hint="Each slope is made of rows of the table: is each of the three "
        "rows there?",
    )
    bars = check.attempt(
        lambda: back.run(given),
        given=given,
        expected="the bars X_bar and K_bar",
        hint="Has every row the shape of its value, and are its operands "
        "in the right order?",
    )
    check.require_close(
        bars["X_bar"],
        _back_to_images(Y_bar, K),
        given=given,
        hint="This is X_bar. An entry of X is read by as many outputs as "
        "the kernel has entries, at most: which, and with which entry?",
    )
    check.require_close(
        bars["K_bar"],
        _back_to_kernel(Y_bar, X),
        given=given,
        hint="This is K_bar. One kernel reads every place of every image.",
    )
    # X_bar and K_bar have bars themselves, once one goes back from them.
    U, V = X[::-1] + 1, K - 2
    names = [v.name for v in twice.inputs]
    known = given | dict(zip(names, (X, K, Y_bar, U, V), strict=True))
    second = check.attempt(
        lambda: list(twice.run(known).values()),
        given=given,
        expected="the derivatives of X_bar and K_bar",
        hint="Has every row the shape of its value, and are its operands "
        "in the right order?",
    )
    wanted = {
        "X": _back_to_images(Y_bar, V),
        "K": _back_to_kernel(Y_bar, U),
        "Y_bar": _convolved(U, K) + _convolved(X, V),
    }
    for (name, expected), got in zip(wanted.items(), second, strict=True):
        check.require_close(
            got,
            expected,
            given=given | {"bar of X_bar": U, "bar of K_bar": V},
            hint=f"This is the second bar of {name}. The first derivatives "
            "are right, so it is a slope of one of the two rows that lead "
            "back.",
        )


def _two_patterns(value: object) -> list[Array]:
    found = [finite_array(v, 3, 3) for v in pair(value)]
    for pattern in found:
        if not np.isin(pattern, (0, 1)).all():
            raise Refused("an entry that is neither 0 nor 1")
    if _moved_together(found[0]) == _moved_together(found[1]):
        raise Refused("the same pattern twice, up to its place")
    return found


def _moved_together(pattern: Array) -> list[list[float]]:
    """Return what is left when empty rows and columns at the edge go."""
    ink = np.argwhere(pattern)
    if not len(ink):
        return []
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0) + 1
    kept: list[list[float]] = pattern[top:bottom, left:right].tolist()
    return kept


def _check_training(
    check: Check,
    train: Callable[..., Any],
    P: Array,
    Q: Array,
    name: str,
) -> None:
    X, s = pattern_images(P, Q, 100, rng=1)
    given = f"train(X, s) on {len(s)} images of {name}; conv is right"
    K0, K1 = check.read(
        lambda value: [real_array(K, 3, 3) for K in pair(value)],
        check.attempt(
            lambda: train(X.copy(), s.copy()),
            given=given,
            expected="two kernels",
            hint="train raises an error on these images.",
        ),
        given=given,
        expected="two kernels, shape (3, 3): for s = 1, and for s = -1",
        hint="End train in `return K0, K1`.",
    )
    X, s = pattern_images(P, Q, _FRESH, rng=2)
    scores = [_soft_maximum(_convolved(X, K)) for K in (K0, K1)]
    found = int(np.sum((scores[0] - scores[1]) * s > 0))
    if found < _RIGHT * _FRESH:
        hint = (
            "Print the loss of every tenth step. Does it fall? A small rate "
            "needs many steps; one too large throws it up."
        )
        if not (np.isfinite(K0).all() and np.isfinite(K1).all()):
            hint = "The kernels are no numbers: the rate is too large."
        elif np.allclose(K0, K1):
            hint = (
                "The kernels are equal. From equal starts, do they get "
                "different gradients?"
            )
        elif found < _FRESH / 5:
            hint = "The two kernels are exchanged, or the sign of s is."
        check.fail(
            given=given,
            expected=f"kernels that tell at least {_RIGHT:.0%} of {_FRESH} "
            "fresh images apart",
            got=f"{found} of them, with K0 = {in_short(K0)} and "
            f"K1 = {in_short(K1)}",
            hint=hint,
        )


def _soft_maximum(Y: Array) -> Array:
    most = Y.max(axis=(1, 2))
    total: Array = most + np.log(
        np.exp(Y - most[:, None, None]).sum(axis=(1, 2))
    )
    return total
