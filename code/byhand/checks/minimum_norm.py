"""Checkers for the page on the minimum-norm solution."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import Refused, finite_array, fraction_array
from byhand.checks._proofs import Decoy, Line, Proof
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_line, in_short
from byhand.checks._slips import require_numbers
from byhand.checks._variants import Draw, Numbers
from byhand.checks._verdicts import judge
from byhand.regression import descent_limit, exact_least_squares

#: Arrays of Fractions: the checkers of verdicts round nothing.
Exact = NDArray[np.object_]
Array = NDArray[np.float64]


def _starts(draw: Draw) -> tuple[int, int, int]:
    while True:
        t, first, second = draw(1, 9), draw(-6, 6), draw(-6, 6)
        gap = t - first - second
        if gap and gap % 2 == 0 and first != second and 2 * first != t:
            return t, first, second


start_numbers = Numbers("ex-where-it-ends", "t w1 w2", (3, 5, 0), _starts)


@checker("Where it ends", points=1)
def check_where_it_ends(check: Check, end: Sequence[float]) -> str:
    """Check where descent ends for the sample (1, 1) and its target.

    Parameters
    ----------
    end
        The two weights, for the target and the start of
        ``start_numbers()``.
    """
    t, first, second = start_numbers.value
    move = (t - first - second) / 2
    more = "more" if move < 0 else "less"
    return require_numbers(
        check,
        end,
        {"w₁": first + move, "w₂": second + move},
        given=f"x = (1, 1), t = {t}, start ({first}, {second})",
        slips={
            "w₁": {
                t / 2: "That is the end from the origin.",
                t - second: "That point lies on the line, but the way from "
                "the start to it is not along (1, 1).",
                first - move: f"The start predicts {more} than {t}: which "
                "way does descent go?",
                first: "Every step moves both weights.",
            },
            "w₂": {
                second - move: f"Then the two would add up to {more} than "
                f"{t}.",
            },
        },
        otherwise=f"The end lies on w₁ + w₂ = {t}, and w₁ − w₂ is what it "
        "was.",
    )


@checker("Three targets", points=1)
def check_three_targets(check: Check, bounds: Sequence[float]) -> str:
    """Check the bound on the learning rate for three targets.

    Parameters
    ----------
    bounds
        For t = (1, 1), (3, 4) and (4, −3) in the running example the number
        below which, and only below which, descent from zero converges.
    """
    fourth = "n belongs into it: n = 2 here."
    return require_numbers(
        check,
        bounds,
        {"t = (1, 1)": 1 / 13, "t = (3, 4)": 1 / 13, "t = (4, −3)": 2},
        given="n = 2, σ² = 26 and 1, u₁ = (3, 4)/5, u₂ = (4, −3)/5",
        slips={
            "t = (1, 1)": {
                1 / 26: fourth,
                2: "This target has a component along u₁, too.",
                2 / 26**0.5: "26 is σ² already.",
            },
            "t = (3, 4)": {
                1 / 26: fourth,
                2: "Along which of the two does this target lie?",
            },
            "t = (4, −3)": {
                1: fourth,
                1 / 13: "Has this target a component along u₁?",
                1 / 26: "Has this target a component along u₁?",
                0: "Descent that converges needs η below a positive number.",
            },
        },
        otherwise="η σ² < n has to hold for the directions that the target "
        "has, and for no other.",
    )


ridge_numbers = Numbers(
    "ex-most-amplified",
    "n m",
    (25, 10),
    lambda draw: (draw(3, 9) ** 2, draw.of((8, 20, 25))),
)


@checker("Amplified most", points=1)
def check_most_amplified(check: Check, answer: Sequence[float]) -> str:
    """Check which component ridge amplifies most, and by what.

    Parameters
    ----------
    answer
        For the n of ``ridge_numbers()`` and λ = 1/m² with its m the σ of the
        component of the target that is amplified most, and the factor.
    """
    n, m = ridge_numbers.value
    sigma = n**0.5 / m
    return require_numbers(
        check,
        answer,
        {"σ": sigma, "the factor": 1 / (2 * sigma)},
        given=f"n = {n}, λ = 1/{m * m}",
        slips={
            "σ": {
                1 / (2 * sigma): "Is that the factor? σ comes first.",
                sigma**2: "That is its square.",
                1 / m: "The loss is a mean: n is missing.",
                0: "A component with σ = 0 does not reach the weights.",
            },
            "the factor": {
                1 / sigma: "That is 1/σ, what least squares would do.",
                sigma: "That is σ. By what is the component multiplied?",
                m / 2: "The loss is a mean: n is missing.",
            },
        },
        otherwise="Where is σ/(σ² + nλ) largest, and what is it there?",
    )


@checker("Spot the errors in the induction", points=4)
def check_induction(check: Check, verdicts: Mapping[str, str]) -> str:
    """Check which lines of a flawed derivation are right.

    Parameters
    ----------
    verdicts
        For each of the lines a to h ``"right"``; ``"shape"`` if its two
        sides cannot be formed or differ in shape; or ``"number"`` if they
        can be, and differ in value.  The same for the lines b, c and g if
        n = d, under the keys ``"b, n = d"`` and so on.
    """
    truths = {
        key: _judge(key[0], square="n = d" in key)[0]
        for key in (*_LINES, *(f"{letter}, n = d" for letter in "bcg"))
    }
    values = ("right", "shape", "number")
    for key, said in judge(check, verdicts, truths, values):
        square = "n = d" in key
        truth, case, evidence = _judge(key[0], square=square)
        hint = _HINTS[truth]
        if square and said == "shape":
            hint = "If n = d, which products can be formed?"
        check.fail(
            given={
                "line": f"{key}:  {_LINES[key[0]].text}",
                **{k: in_line(v) for k, v in case._asdict().items()},
            },
            expected=_EXPECTED[truth],
            got=f"you say {said!r}, but {evidence}",
            hint=hint,
        )
    return f"each line evaluated on {len(_cases())} exact cases"


@checker("The nearest minimizer", points=3)
def check_nearest_minimizer(check: Check, answer: Callable[..., Any]) -> str:
    """Check a function that finds the minimizer nearest to a start.

    Parameters
    ----------
    answer
        ``answer(X, t, w0)`` for X of shape (n, d) and any rank, t of shape
        (n,) and w0 of shape (d,); returns the least-squares minimizer that
        is nearest to w0, shape (d,).
    """
    count = 0
    for X, t, w0 in _problems():
        given = {"X": X, "t": t, "w0": w0}
        expected = descent_limit(X, t, start=w0)
        got = check.call(answer, **given)
        check.require_close(
            got,
            expected,
            given=given,
            hint=partial(_nearest_hint, X, t, w0, expected),
            rtol=1e-5,
            atol=1e-5,
        )
        count += 1
    return f"{count} problems, some with repeated rows"


@checker("Choose the units, choose the answer", points=5)
def check_units(
    check: Check, answer: Callable[..., Any], beyond: Callable[..., Any]
) -> str:
    """Check a function that chooses units which make descent end at w.

    Parameters
    ----------
    answer
        ``answer(x, t, w)`` for one sample x of shape (d,), its target t, and
        an interpolant w of shape (d,) with w · x = t and each w_j x_j t > 0;
        returns positive scales s of shape (d,) such that descent from zero
        on the features x * s ends, translated back, at w.
    beyond
        ``beyond(x, t)``, d >= 2, returns an interpolant at which descent
        from zero ends in no units whatever.
    """
    count = 0
    for x, t, w in _samples():
        given = {"x": x, "t": t, "w": w}
        scales = check.read(
            _scales,
            check.call(answer, **given),
            len(x),
            given=given,
            expected=f"positive finite numbers in shape {x.shape}",
            hint="A unit of measurement is a positive number per feature.",
        )
        units = x * scales
        got = scales * (units * (t / (units @ units)))
        check.require_close(
            got,
            w,
            given=given | {"your s": scales},
            hint=(
                "got is where descent ends with these units. On x * s it "
                "ends at the shortest w' with (x * s) · w' = t; translated "
                "back, that is s * w'."
            ),
            rtol=1e-6,
            atol=1e-8,
        )
        count += 1
    for x, t, _ in _samples():
        if len(x) > 1:
            _require_beyond(check, beyond, x, t)
    return f"{count} samples with up to 6 features"


@checker("Which methods stay in the row space?", points=4)
def check_row_space(
    check: Check,
    sign_limit: Callable[..., Any],
    verdicts: Mapping[str, bool],
) -> str:
    """Check which methods, started at zero, stay in the row space of X.

    Parameters
    ----------
    sign_limit
        ``sign_limit(x, t)`` for one sample x of shape (d,) without a zero
        and its target t; returns the interpolant to which the steps of
        ``"sign"`` lead from zero, if they shrink as they come near.
    verdicts
        For each of ``"sample"``, ``"momentum"``, ``"decay"``,
        ``"coordinate"`` and ``"sign"`` True if all its points are Xᵀc for
        some c, whatever X and t, and False if not.
    """
    truths = {method: _departure(method) is None for method in _METHODS}
    for method, said in judge(check, verdicts, truths, (True, False)):
        found = _departure(method)
        given: dict[str, Any] = {"method": method}
        if found is None:
            case = _cases()[-1]
            *_, w = _METHODS[method](case.X, case.t)
            expected = "a point that is not of the form Xᵀc"
            got = (
                f"all points of {len(_cases())} exact runs, of {_STEPS} "
                "steps each, are of the form Xᵀc; this one ends at w = "
                f"{in_short(w)}"
            )
        else:
            case, k, w = found
            expected = "only points of the form Xᵀc"
            got = f"at step {k}, w = {in_line(w)}, which is not"
        given |= {"X": in_line(case.X), "t": in_line(case.t)}
        check.fail(
            given=given,
            expected=expected,
            got=f"you say {said}, but {got}",
            hint="What does one step add to w: a combination of rows of X?",
        )
    for x, t, _ in _samples():
        given = {"x": x, "t": t}
        end = np.sign(x) * t / np.abs(x).sum()
        check.require_close(
            check.call(sign_limit, **given),
            end,
            given=given,
            hint=partial(_sign_hint, x, t),
        )
    return f"each method run on {len(_cases())} exact cases"


@checker("One interpolant in the row space", points=2)
def check_one_in_rows(check: Check, order: Sequence[str]) -> str:
    """Check the order of the lines of a proof of uniqueness.

    Parameters
    ----------
    order
        The letters of the lines, without the decoys.
    """
    return _ONE_IN_ROWS.judge(check, order)


_ONE_IN_ROWS = Proof(
    {
        "a": Decoy(
            "c = c′, since Xᵀc = w = w′ = Xᵀc′",
            lambda: (
                "w = w′ is what is to be proved; and for two equal rows "
                "(1, 1), c = (1, 0) and c′ = (0, 1) give the same w"
            ),
            "Is this known before the last line?",
        ),
        "b": Line(
            "‖w − w′‖² = (c − c′)ᵀ X (w − w′)",
            ("f",),
            "One factor of vᵀv has been replaced: by what?",
        ),
        "c": Line("X(w − w′) = t − t = 0", (), ""),
        "d": Decoy(
            "XᵀX is invertible, and XᵀX(w − w′) = 0",
            lambda: (
                "for the sample (1, 1) XᵀX = [[1, 1], [1, 1]], whose "
                "determinant is 0"
            ),
            "How large is XᵀX, and which rank can it have if d > n?",
        ),
        "e": Line(
            "w = w′",
            ("g",),
            "Which vector has the length 0?",
        ),
        "f": Line("w − w′ = Xᵀ(c − c′)", (), ""),
        "g": Line(
            "‖w − w′‖² = 0",
            ("b", "c"),
            "A product is zero if one of its factors is: both the product "
            "and the factor have to be known.",
        ),
        "h": Decoy(
            "w = w′, since X(w − w′) = 0",
            lambda: "for X = (1, 1) the vector (1, −1) has Xv = 0",
            "Only Xv = 0 is used here, and not the row space.",
        ),
    }
)


#: The learning rate of all cases, below n/σ_max² in each.
_RATE = Fraction(1, 50)


class _Case(NamedTuple):
    """An exact problem of full row rank with n < d, and a point Xᵀc."""

    X: Exact
    t: Exact
    c: Exact
    eta: Fraction

    @property
    def n(self) -> int:
        return len(self.X)

    @property
    def w(self) -> Exact:
        w: Exact = self.X.T @ self.c
        return w

    @property
    def next_w(self) -> Exact:
        """One step of descent further, by no formula of the page."""
        w: Exact = self.w - self.eta * _slope(self.X, self.t, self.w)
        return w

    @property
    def next_c(self) -> Exact:
        return exact_least_squares(self.X.T, self.next_w)

    @property
    def limit(self) -> Exact:
        return exact_least_squares(self.X, self.t)


class _Line(NamedTuple):
    """A claimed equation: its text, and both sides as functions."""

    text: str
    left: Callable[[_Case], Exact]
    right: Callable[[_Case], Exact]


class _ShapeError(Exception):
    """Two factors that cannot be multiplied."""


def _times(A: Exact, v: Exact, names: str) -> Exact:
    if A.shape[1] != len(v):
        first, second = names.split()
        raise _ShapeError(
            f"{first} is {A.shape[0]}×{A.shape[1]} and {second} has "
            f"{len(v)} entries: no product"
        )
    product: Exact = A @ v
    return product


def _slope(X: Exact, t: Exact, w: Exact) -> Exact:
    """Return the gradient of the loss, from values of the loss alone.

    The central difference of a quadratic is exact for every step size.
    """

    def value(w: Exact) -> Fraction:
        mean: Fraction = ((X @ w - t) ** 2).sum() / len(X)
        return mean

    steps = _exact(np.eye(len(w), dtype=int))
    return np.array([(value(w + e) - value(w - e)) / 2 for e in steps])


_LINES = {
    "a": _Line(
        "∇L(w_k) = (2/n) Xᵀ(X w_k − t)",
        lambda p: _slope(p.X, p.t, p.w),
        lambda p: 2 * p.X.T @ (p.X @ p.w - p.t) / p.n,
    ),
    "b": _Line(
        "w_(k+1) = w_k − (2η/n) Xᵀ(Xᵀ w_k − t)",
        lambda p: p.next_w,
        lambda p: (
            p.w
            - 2 * p.eta / p.n * p.X.T @ (_times(p.X.T, p.w, "Xᵀ w_k") - p.t)
        ),
    ),
    "c": _Line(
        "w_k = Xᵀ c_k with c_k in ℝ^d",
        lambda p: p.w,
        # If n < d any vector of length d serves: only its shape matters.
        lambda p: _times(p.X.T, p.c if p.n == len(p.w) else p.w, "Xᵀ c_k"),
    ),
    "d": _Line(
        "w_(k+1) = Xᵀ c_k − (2η/n) Xᵀ(XXᵀ c_k − t)",
        lambda p: p.next_w,
        lambda p: (
            p.X.T @ p.c - 2 * p.eta / p.n * p.X.T @ (p.X @ p.X.T @ p.c - p.t)
        ),
    ),
    "e": _Line(
        "w_(k+1) = Xᵀ(c_k − (2η/n)(XXᵀ c_k + t))",
        lambda p: p.next_w,
        lambda p: p.X.T @ (p.c - 2 * p.eta / p.n * (p.X @ p.X.T @ p.c + p.t)),
    ),
    "f": _Line(
        "c_(k+1) = c_k − (η/n)(XXᵀ c_k − t)",
        lambda p: p.next_c,
        lambda p: p.c - p.eta / p.n * (p.X @ p.X.T @ p.c - p.t),
    ),
    "g": _Line(
        "XᵀX ŵ = t",
        lambda p: p.X.T @ p.X @ p.limit,
        lambda p: p.t,
    ),
    "h": _Line(
        "ŵ = Xᵀ(XXᵀ)⁻¹ t",
        lambda p: p.limit,
        lambda p: p.X.T @ exact_least_squares(p.X @ p.X.T, p.t),
    ),
}

_EXPECTED = {
    "right": "a case in which the sides differ, if the line were wrong",
    "shape": "two sides of one shape, if the line had a meaning",
    "number": "sides that can be formed and agree, if the line were right",
}

_HINTS = {
    "right": "Put these numbers into both sides.",
    "shape": "Write its shape under every factor; keep n and d apart.",
    "number": "The shapes do not help here: put these numbers in.",
}


@cache
def _judge(letter: str, *, square: bool) -> tuple[str, _Case, str]:
    """Return the verdict on a line, the case that shows it, and how."""
    line = _LINES[letter]
    cases = _square_cases() if square else _cases()
    for case in cases:
        try:
            left, right = line.left(case), line.right(case)
        except _ShapeError as error:
            return "shape", case, str(error)
        if left.shape != right.shape:
            sizes = f"{len(left)} and {len(right)}"
            return "shape", case, f"sides with {sizes} entries"
        if (left != right).any():
            return (
                "number",
                case,
                f"left {in_line(left)}, right {in_line(right)}",
            )
    first, *rest = cases
    both = f"both sides {in_line(line.left(first))}"
    return "right", first, f"{both}, and equal in {len(rest)} other cases"


@cache
def _cases() -> list[_Case]:
    """Return cases with n < d, simplest first."""
    return [_case([[1, 2]], [5], [2]), *_drawn(19, more=(1, 2))]


@cache
def _square_cases() -> list[_Case]:
    """Return cases with n = d, simplest first."""
    return [
        _case([[2]], [3], [1]),
        _case([[1, 2], [0, 1]], [1, 3], [2, 1]),
        *_drawn(18, more=(0,)),
    ]


def _drawn(size: int, more: Sequence[int]) -> Iterator[_Case]:
    """Yield cases of full rank, with n up to 3 and that many more columns."""
    rng = np.random.default_rng(5)
    while size:
        n = int(rng.integers(1, 4))
        X = rng.integers(-3, 4, (n, n + int(rng.choice(more))))
        if np.linalg.matrix_rank(X) == n:
            size -= 1
            yield _case(X, *rng.integers(-4, 5, (2, n)))


def _case(X: Any, t: Any, c: Any) -> _Case:
    return _Case(_exact(X), _exact(t), _exact(c), _RATE)


#: Enough for one sweep over the samples and one over the features, twice.
_STEPS = 10
_ETA, _BETA, _LAMBDA = Fraction(1, 20), Fraction(1, 2), Fraction(1, 3)


def _walk(d: int, update: Callable[[int, Exact], Exact]) -> Iterator[Exact]:
    w = _exact(np.zeros(d, dtype=int))
    yield w
    for k in range(_STEPS):
        w = w + update(k, w)
        yield w


def _sample(X: Exact, t: Exact) -> Iterator[Exact]:
    def update(k: int, w: Exact) -> Exact:
        x, target = X[k % len(X)], t[k % len(X)]
        change: Exact = -2 * _ETA * x * (x @ w - target)
        return change

    return _walk(X.shape[1], update)


def _momentum(X: Exact, t: Exact) -> Iterator[Exact]:
    velocity = _exact(np.zeros(X.shape[1], dtype=int))

    def update(_: int, w: Exact) -> Exact:
        nonlocal velocity
        velocity = _BETA * velocity - _ETA * _slope(X, t, w)
        change: Exact = velocity
        return change

    return _walk(X.shape[1], update)


def _decay(X: Exact, t: Exact) -> Iterator[Exact]:
    def update(_: int, w: Exact) -> Exact:
        change: Exact = -_ETA * (_slope(X, t, w) + 2 * _LAMBDA * w)
        return change

    return _walk(X.shape[1], update)


def _coordinate(X: Exact, t: Exact) -> Iterator[Exact]:
    def update(k: int, w: Exact) -> Exact:
        j = k % len(w)
        change: Exact = 0 * w
        change[j] = -_ETA * _slope(X, t, w)[j]
        return change

    return _walk(X.shape[1], update)


def _sign(X: Exact, t: Exact) -> Iterator[Exact]:
    def update(_: int, w: Exact) -> Exact:
        change: Exact = -_ETA * np.sign(_slope(X, t, w))
        return change

    return _walk(X.shape[1], update)


_METHODS = {
    "sample": _sample,
    "momentum": _momentum,
    "decay": _decay,
    "coordinate": _coordinate,
    "sign": _sign,
}


@cache
def _departure(method: str) -> tuple[_Case, int, Exact] | None:
    """Return where a method first leaves the row space, None if nowhere."""
    for case in _cases():
        for k, w in enumerate(_METHODS[method](case.X, case.t)):
            if not _in_rows(case.X, w):
                return case, k, w
    return None


def _in_rows(X: Exact, w: Exact) -> bool:
    """Tell whether w = Xᵀc for some c."""
    return bool((exact_least_squares(X, X @ w) == w).all())


def _problems() -> Iterator[tuple[Any, Any, Any]]:
    """Yield X, t, w0, simplest first, every third with repeated rows."""
    yield np.ones((1, 2)), np.array([3.0]), np.array([2.0, 0.0])
    yield np.ones((2, 2)), np.array([2.0, 4.0]), np.array([2.0, 0.0])
    rng = np.random.default_rng(7)
    for k in range(1, 41):
        n, d = rng.integers(1, 6, 2)
        X = np.zeros((n, d))
        # Well-conditioned, so that every sound method finds the answer.
        while np.linalg.svd(X, compute_uv=False).min() < 0.3:
            X = rng.integers(-3, 4, (n, d)).astype(float)
        if k % 3 == 0:
            X = np.vstack([X, X[:1]])
        yield X, *(rng.integers(-5, 6, size).astype(float) for size in X.shape)


def _nearest_hint(
    X: Array, t: Array, w0: Array, expected: Array, w: Array | None
) -> str:
    """Say whether the point is no minimizer or one that is farther away."""
    if w is None or not np.isfinite(w).all():
        return "Return one finite vector with an entry for each column of X."
    residual = X.T @ (X @ w - t)
    if not np.allclose(residual, 0, atol=1e-4 * (1 + np.abs(X.T @ t).max())):
        return (
            "This point minimizes nothing: the gradient there is not zero, "
            f"Xᵀ(Xw − t) = {in_line(residual, '.3g')}."
        )
    near, far = (np.linalg.norm(v - w0) for v in (expected, w))
    return (
        f"A minimizer, but at distance {far:.4g} from w0; there is one at "
        f"distance {near:.4g}."
    )


def _samples() -> Iterator[tuple[Any, float, Any]]:
    """Yield x, t and an interpolant w with every w_j x_j t above 0."""
    yield np.array([1.0, 1.0]), 3.0, np.array([1.0, 2.0])
    yield np.array([1.0, 2.0]), 3.0, np.array([1.0, 1.0])
    rng = np.random.default_rng(11)
    for _ in range(40):
        d = int(rng.integers(1, 7))
        x = rng.choice([-1, 1], d) * rng.integers(1, 6, d)
        t = float(rng.choice([-1, 1]) * rng.integers(1, 9))
        share = rng.integers(1, 8, d)
        yield x.astype(float), t, share / share.sum() * t / x


def _require_beyond(
    check: Check, beyond: Callable[..., Any], x: Array, t: float
) -> None:
    """Fail unless a function gives an interpolant beyond all units."""
    given = {"x": x, "t": t}
    w = check.read(
        finite_array,
        check.call(beyond, **given),
        len(x),
        given=given,
        expected=f"finite numbers in shape {x.shape}",
        hint="Return one weight for each feature.",
    )
    if not np.isclose(w @ x, t):
        check.fail(
            given=given,
            expected="a w with w · x = t",
            got=f"w = {in_line(w)}, with w · x = {w @ x:.6g}",
            hint="Choose all entries but one, and the last so that w "
            "interpolates.",
        )
    if (w * x * t > 0).all():
        check.fail(
            given=given,
            expected="a w that is the end in no units",
            got=f"w = {in_line(w)}, at which descent ends in the units "
            f"s = {in_line(np.sqrt(w / (x * t)), '.4g')}",
            hint="Which sign has the entry j of the end, whatever s is?",
        )


def _sign_hint(x: Array, t: float, w: Array | None) -> str:
    if w is None:
        return "Return one weight for each feature."
    if not np.isclose(w @ x, t):
        return f"That is no interpolant: w · x is {w @ x:.4g}, and t is {t:g}."
    if np.allclose(w, x * t / (x @ x)):
        return "That is where plain descent ends. What are the steps here?"
    return (
        "An interpolant. But all entries of a step have the same size: so "
        "have all weights, on the whole way from zero."
    )


def _scales(value: object, size: int) -> Array:
    scales = finite_array(value, size)
    if (scales <= 0).any():
        raise Refused
    return scales


def _exact(values: Any) -> Exact:
    return fraction_array(values, *np.shape(values))
