"""Linear separability, decided exactly, with a certificate either way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_integer, shown
from byhand.threshold._evaluation import Exact, rationals
from byhand.threshold._size import counted
from byhand.threshold.network import Layer, Network
from byhand.threshold.units import HEAVISIDE, Rational, magnitude

Point = tuple[Rational, ...]

# So many inputs are still worth a message with the number of vectors.
_MOST_INPUTS = 10**4


@dataclass(frozen=True)
class Separation:
    """A proof that labeled points are separable: weights that do it.

    ``w·x + b ≥ 0`` for the points with label 1 and for no other; this is
    checked when the value is made.

    Examples
    --------
    >>> separate(bits(2), [0, 0, 0, 1])
    separable: 2 x1 + 2 x2 - 3 ≥ 0 exactly where the label is 1
    """

    points: tuple[Point, ...]
    labels: tuple[int, ...]
    w: tuple[int, ...]
    b: int

    def __post_init__(self) -> None:
        _settle(self)
        w, b = rationals(self.w, "w"), rationals([self.b], "b")
        if w.ndim != 1 or b.shape != (1,):
            raise ValueError(
                f"w must be a vector and b a number, got shapes {w.shape} "
                f"and {b.shape[1:]}"
            )
        object.__setattr__(self, "w", tuple(w.tolist()))
        object.__setattr__(self, "b", b.tolist()[0])
        if len(self.w) != len(self.points[0]):
            raise ValueError(
                f"points with {len(self.points[0])} coordinates need as many "
                f"weights, got {self.w}"
            )
        for x, label in zip(self.points, self.labels, strict=True):
            if (_dot(self.w, x) + self.b >= 0) != bool(label):
                raise ValueError(
                    f"w = {shown(self.w)}, b = {shown(self.b)} gives the "
                    f"wrong label to the point {_tuple(x)}"
                )

    def __bool__(self) -> bool:
        return True

    @property
    def network(self) -> Network:
        """The Heaviside unit with these weights."""
        return Network(Layer([self.w], [self.b], HEAVISIDE))

    def __repr__(self) -> str:
        (formula,) = self.network.formulas(1)
        z = formula.removeprefix("1[").removesuffix("]")
        return f"separable: {z} exactly where the label is 1"


@dataclass(frozen=True)
class Obstruction:
    """A proof that labeled points are not separable: a common point.

    The coefficients are integers ``c_p ≥ 0``, not all zero, with ::

        Σ c_p (x_p, 1) over the points with label 1
            = Σ c_p (x_p, 1) over the points with label 0,

    which is checked when the value is made.  No weights can then exist:
    ``w·x + b ≥ 0`` on the left and ``< 0`` on the right cannot sum to the
    same number.

    Examples
    --------
    >>> separate(bits(2), [0, 1, 1, 0])
    not separable: (0, 1) + (1, 0) = (0, 0) + (1, 1), labels 1 = labels 0
    """

    points: tuple[Point, ...]
    labels: tuple[int, ...]
    coefficients: tuple[int, ...]

    def __post_init__(self) -> None:
        _settle(self)
        numbers = rationals(self.coefficients, "coefficients")
        if numbers.dtype == object and not all(
            isinstance(c, int) for c in numbers.flat
        ):
            raise TypeError("coefficients must be integers")
        if numbers.shape != (len(self.points),):
            raise ValueError(
                f"{len(self.points)} points need as many coefficients, got "
                f"shape {numbers.shape}"
            )
        object.__setattr__(self, "coefficients", tuple(numbers.tolist()))
        sums = [self._sum(label) for label in (0, 1)]
        if (
            min(self.coefficients) < 0
            or not any(self.coefficients)
            or sums[0] != sums[1]
        ):
            raise ValueError(
                f"the coefficients {shown(self.coefficients)} do not give "
                f"both labels the same sum: {_tuple(sums[1])} and "
                f"{_tuple(sums[0])}, the last entry counts the points"
            )

    def _sum(self, label: int) -> Point:
        chosen = [
            (*(c * v for v in x), c)
            for c, x, y in zip(
                self.coefficients, self.points, self.labels, strict=True
            )
            if y == label
        ]
        zero = (0,) * (len(self.points[0]) + 1)
        return tuple(sum(terms) for terms in zip(zero, *chosen, strict=True))

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        sides = [
            " + ".join(
                ("" if c == 1 else f"{c} ") + _tuple(x)
                for c, x, y in zip(
                    self.coefficients, self.points, self.labels, strict=True
                )
                if c and y == label
            )
            for label in (1, 0)
        ]
        return f"not separable: {' = '.join(sides)}, labels 1 = labels 0"


def bits(n: int) -> NDArray[np.int64]:
    """Return all vectors of ``n`` bits in lexicographic order.

    Returns
    -------
    array of shape (2^n, n)

    Examples
    --------
    >>> bits(2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    n = as_integer(n, "n", minimum=1, maximum=_MOST_INPUTS)
    if n > 24:
        raise ValueError(
            f"n = {n} bits have {counted(2**n)} vectors; at most 24"
        )
    return np.arange(2**n)[:, None] >> np.arange(n)[::-1] & 1


def separate(points: Exact, labels: Exact) -> Separation | Obstruction:
    """Decide whether one Heaviside unit gives points their labels.

    The question is put to the simplex method in exact arithmetic, as the
    search for an obstruction; if there is none, the multipliers of the
    optimum are the weights (Farkas' lemma).  Both answers are checked.

    Parameters
    ----------
    points : array of shape (N, n)
        Integers or Fractions.
    labels : array of shape (N,)
        0 or 1, or truth values.

    Returns
    -------
    Separation or Obstruction
        True if the points are separable, false if not, with the proof.

    Examples
    --------
    >>> separate([[0], [1], [2]], [0, 1, 0])
    not separable: 2 (1) = (0) + (2), labels 1 = labels 0
    """
    return _separate(*labeled(points, labels))


def labeled(
    points: Exact, labels: Exact
) -> tuple[tuple[Point, ...], tuple[int, ...]]:
    """Check points and labels; return them as tuples of exact numbers."""
    X, y = rationals(points, "points"), rationals(labels, "labels")
    if X.ndim != 2 or not X.size:
        raise ValueError(
            f"points must be a matrix, one point a row, got shape {X.shape}"
        )
    if y.shape != X.shape[:1]:
        raise ValueError(
            f"{len(X)} points need as many labels, got shape {y.shape}"
        )
    strange = set(y.tolist()) - {0, 1}
    if strange:
        raise ValueError(f"labels must be 0 or 1, got {shown(min(strange))}")
    return tuple(map(tuple, X.tolist())), tuple(int(v) for v in y.tolist())


def _separate(
    points: tuple[Point, ...], labels: tuple[int, ...]
) -> Separation | Obstruction:
    # Unknowns c_p ≥ 0.  One equation for each coordinate of Σ ± c_p (x_p, 1)
    # = 0, and one that fixes the scale: Σ c_p = 1 over the label 1.
    signs = [1 if label else -1 for label in labels]
    rows: list[list[Rational]] = [
        [s * x[k] for s, x in zip(signs, points, strict=True)]
        for k in range(len(points[0]))
    ]
    rows += [[*signs], [*labels]]
    value, solution, multipliers = _phase_one(
        rows, [0] * (len(rows) - 1) + [1]
    )
    if value == 0:
        return Obstruction(points, labels, whole(solution))
    # The multipliers (-w, -b, value) make w·x + b at least ``value`` on the
    # label 1 and at most 0 on the label 0; cut half way.
    *normal, shift = (-2 * m for m in multipliers[:-1])
    *w, b = whole([*normal, shift - value])
    return Separation(points, labels, tuple(w), b)


def _phase_one(
    A: Sequence[Sequence[Rational]], rhs: Sequence[Rational]
) -> tuple[Fraction, list[Fraction], list[Fraction]]:
    """Minimize the sum of artificial variables of ``A c = rhs``, ``c ≥ 0``.

    Returns the minimum, which is zero iff the system has a solution, the
    solution, and the multipliers of the equations.  Bland's rule (1977)
    chooses the smallest index that will do and so never cycles.

    All entries stay integers over one denominator, the last pivot.  A step
    multiplies them by the next pivot and divides by the last one; they are
    determinants of the scaled equations, so nothing remains (Bareiss 1968).
    """
    m, n = len(A), len(A[0])
    scale = math.lcm(*(v.denominator for row in (*A, rhs) for v in row))
    T = [
        [int(v * scale) for v in row]
        + [int(i == k) for k in range(m)]
        + [int(r * scale)]
        for i, (row, r) in enumerate(zip(A, rhs, strict=True))
    ]
    basis = list(range(n, n + m))
    cost = [-sum(column) for column in zip(*T, strict=True)]
    cost[n : n + m] = [0] * m
    denominator = 1
    while True:
        enter = next((j for j in range(n + m) if cost[j] < 0), None)
        if enter is None:
            break
        _, _, leave = min(
            (Fraction(row[-1], row[enter]), basis[i], i)
            for i, row in enumerate(T)
            if row[enter] > 0
        )
        pivot, above = T[leave][enter], T[leave]
        for row in (*(T[i] for i in range(m) if i != leave), cost):
            factor = row[enter]
            row[:] = [
                (v * pivot - factor * p) // denominator
                for v, p in zip(row, above, strict=True)
            ]
        denominator = pivot
        basis[leave] = enter
    solution = [Fraction(0)] * n
    for i, j in enumerate(basis):
        if j < n:
            solution[j] = Fraction(T[i][-1], denominator)
    # The artificial variables were scaled with their equations.
    minimum = Fraction(-cost[-1], denominator * scale)
    multipliers = [1 - Fraction(v, denominator) for v in cost[n : n + m]]
    return minimum, solution, multipliers


def count_threshold_functions(n: int) -> int:
    """Count the Boolean functions of ``n`` inputs that one unit computes.

    Negating the output and permuting or negating inputs keeps a function
    separable, so that one function of each class is decided, with a checked
    certificate.

    Parameters
    ----------
    n
        From 1 to 4.

    Notes
    -----
    S. Muroga, *Threshold Logic and Its Applications*, 1971.

    Examples
    --------
    >>> count_threshold_functions(2)
    14
    """
    n = as_integer(n, "n", minimum=1, maximum=_MOST_INPUTS)
    if n > 4:
        raise ValueError(
            f"n = {n} inputs have 2^{counted(2**n)} Boolean functions; this "
            "count goes through all of them, for n up to 4"
        )
    X = bits(n)
    weights = 1 << np.arange(2**n)
    # Where each symmetry of the cube takes its corners.
    symmetries = np.array(
        [
            ((X ^ np.array(flip))[:, list(order)]) @ (1 << np.arange(n))
            for order in permutations(range(n))
            for flip in product((0, 1), repeat=n)
        ]
    )
    seen = np.zeros(2 ** (2**n), dtype=bool)
    total = 0
    for code in range(len(seen)):
        if seen[code]:
            continue
        table = code >> np.arange(2**n) & 1
        images = table[symmetries]
        members = np.unique(np.vstack([images, 1 - images]) @ weights)
        seen[members] = True
        # In which order the bits number the corners is a symmetry, too.
        if separate(X, table):
            total += len(members)
    return total


def cover_count(N: int, d: int) -> int:
    """Return Cover's number of separable labelings.

    C(N, d) = 2 Σ_{k<d} binom(N-1, k) of the 2^N labelings of N points in
    general position in R^d are separated by a hyperplane through the origin.
    A unit with a bias separates in R^n what a hyperplane through the origin
    separates in R^(n+1): d = n + 1, the number of its parameters.

    Notes
    -----
    T. M. Cover, "Geometrical and statistical properties of systems of linear
    inequalities with applications in pattern recognition", 1965, theorem 1.

    Examples
    --------
    >>> cover_count(4, 3), cover_count(6, 3) / 2**6
    (14, 0.5)
    """
    N = as_integer(N, "N", minimum=1, maximum=_MOST_INPUTS)
    d = as_integer(d, "d", minimum=1)
    total, binomial = 0, 1
    for k in range(min(d, N)):
        total += binomial
        binomial = binomial * (N - 1 - k) // (k + 1)
    return 2 * total


def count_dichotomies(points: Exact) -> int:
    """Count the labelings of points that one Heaviside unit computes.

    The points are labeled one after another; every separable labeling is
    extended in both ways, of which its own weights settle one.

    Parameters
    ----------
    points : array of shape (N, n)
        Integers or Fractions.

    Examples
    --------
    >>> count_dichotomies([[0, 0], [0, 1], [1, 0], [1, 1]])
    14
    >>> count_dichotomies([[0, 0], [1, 1], [2, 2], [3, 3]])
    8
    """
    X = rationals(points, "points")
    if X.ndim != 2 or not X.size:
        raise ValueError(
            f"points must be a matrix, one point a row, got shape {X.shape}"
        )
    rows = tuple(map(tuple, X.tolist()))
    # Swapping the labels keeps a labeling separable: fix the first label.
    # One point, whatever it is, is above the constant weights 0·x + 1.
    found = [Separation(rows[:1], (1,), (0,) * X.shape[1], 1)]
    for k in range(1, len(rows)):
        extended = []
        for old in found:
            label = int(_dot(old.w, rows[k]) + old.b >= 0)
            same, other = ((*old.labels, v) for v in (label, 1 - label))
            extended.append(Separation(rows[: k + 1], same, old.w, old.b))
            new = _separate(rows[: k + 1], other)
            if isinstance(new, Separation):
                extended.append(new)
        found = extended
    return 2 * len(found)


def _settle(certificate: Separation | Obstruction) -> None:
    """Check the points and labels of a certificate, and make them tuples."""
    points, labels = labeled(certificate.points, certificate.labels)
    object.__setattr__(certificate, "points", points)
    object.__setattr__(certificate, "labels", labels)


def _dot(w: Sequence[Rational], x: Sequence[Rational]) -> Rational:
    return sum(a * v for a, v in zip(w, x, strict=True))


def whole(values: Sequence[Rational]) -> tuple[int, ...]:
    """Scale numbers to integers without a common factor."""
    scale = math.lcm(*(v.denominator for v in values))
    integers = [int(v * scale) for v in values]
    common = math.gcd(*integers) or 1
    return tuple(v // common for v in integers)


def _tuple(x: Point) -> str:
    entries = (str(v) if magnitude(v) < 10**30 else shown(v) for v in x)
    return f"({', '.join(entries)})"
