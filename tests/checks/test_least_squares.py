"""The exercises of the page on least squares: right, varied and wrong."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from byhand.checks.least_squares import (
    check_first_gradient,
    check_invertible,
    check_leverage,
    check_singular_design,
    check_solve_by_qr,
    check_two_minimizers,
    check_weighted_gradient,
)
from byhand.regression import exact_least_squares, least_squares
from numpy.linalg import qr
from sympy import Matrix

# --- warm-ups ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((-3, -3.25), "factor 2"),
        ((-24, -26), "mean over n = 4"),
        ((-12, -13), "What stands before it"),
        ((6, 6.5), "not t − Xw"),
        ((3, 3.25), "not t − Xw. And the square has a derivative"),
        ((24, 26), "not t − Xw. And the loss is a mean"),
        ((12, 13), "not t − Xw. And what stands before"),
        ((-18.5, -19), "gradient at w = 0"),
        ((18.5, 19), "The residual needs w"),
        ((-6, -3.25), "factor 2"),
        ((-6, -26), "mean over n = 4"),
        ((-6, -13), "What stands before it"),
        ((-6, 6.5), "hint The residual is Xw − t, not t − Xw."),
        ((-6, 3.25), "not t − Xw. And the square has a derivative"),
        ((-6, 26), "not t − Xw. And the loss is a mean"),
        ((-6, 13), "not t − Xw. And what stands before"),
        ((-6, -19), "First the four residuals"),
        ((-6.5, -6), "First the four residuals"),
        (-6, "2 numbers"),
        ((-6, "x"), "2 numbers"),
        ((-6, math.nan), "2 numbers"),
    ],
)
def test_first_gradient_fails(answer, said, refused):
    text = refused(check_first_gradient, answer)
    assert said in " ".join(text.split())


DESIGNS = {
    "two scales": False,
    "two points": False,
    "three points": True,
    "wide": False,
}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("two scales", "Xv = 0 for v = (-32, -9/5, 1)"),
        ("two points", "Xv = 0 for v = (-1, 0, 1)"),
        ("three points", "the 3 columns are independent"),
        ("wide", "Xv = 0 for v = (0, 0, 1)"),
        ("wide", "for the rows (1, 0, 0) and (0, 1, 0), and for some v"),
    ],
)
def test_a_wrong_verdict_on_a_design_is_refuted(key, said, refused):
    text = refused(check_invertible, DESIGNS | {key: not DESIGNS[key]})
    assert said in " ".join(text.split())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (((3, 0), (3, 0)), "Add a v with Xv = 0"),
        (((4, 0), (0, 1)), "Write the normal equations down"),
        (((2, 0), (0, 1)), "nearest to 1, 2 and 6"),
        (((1, 0), (3, 0)), "nearest to 1, 2 and 6"),
        (((3, 0), (0, 3)), "nearest to 1, 2 and 6"),
        (((3, 0), (0, 0)), "Write the normal equations down"),
        (((4, 0), (3, 0)), "w = [4, 0], where Xᵀ(Xw − t) = [3, 6]"),
        (((3, 0), (1, 0.5)), "w = [1, 1/2], where Xᵀ(Xw − t) = [-3, -6]"),
        (((3, 0), (1, 1.001)), "solution of the normal equations"),
        ((3, 0), "pair of pairs"),
        (((3, 0), (1, math.inf)), "two points of two finite"),
    ],
)
def test_two_minimizers_fail(answer, said, refused):
    assert said in " ".join(refused(check_two_minimizers, answer).split())


def test_what_lies_between_two_minimizers_is_told(passes):
    said = passes(check_two_minimizers, ((3, 0), (1, 1)))
    assert said.endswith("both minimize, and X maps [2, -1] to 0\n")
    said = passes(check_two_minimizers, ((0, 1.5), (5, -1)))
    assert said.endswith("both minimize, and X maps [-5, 5/2] to 0\n")


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("egacb", "a trace of 2"),
        ("ed", "rank 2 and not 4"),
        ("eh", "−8/25"),
        ("eag", "One square of a sum"),
        ("fcage", "it needs a line before it"),
        ("ega", "Which of the lines is the claim"),
    ],
)
def test_a_wrong_proof_of_the_leverage_fails(order, said, refused):
    assert said in " ".join(refused(check_leverage, order).split())


# --- a singular XᵀX although d < n -----------------------------------------


def unit_columns_and_their_sum(n, d):
    X = np.eye(n, d, dtype=int)
    X[:, -1] = X[:, :-1].sum(axis=1)
    return X


def powers_of_few_points(n, d):
    # A Vandermonde matrix on d − 1 points, its rows repeated.
    return [[(i % (d - 1)) ** j for j in range(d)] for i in range(n)]


def differences(n, d):
    X = [[0] * d for _ in range(n)]
    for j in range(d):
        X[j % n][j] += 1
        X[(j + 1) % d][j] -= 1
    return Matrix(X)


def zero_column(n, d):
    X = unit_columns_and_their_sum(n, d)
    X[:, 1] = 0
    return X


def repeated_column(n, d):
    X = np.vander(np.arange(1, n + 1), d).astype(object)
    X[:, 1] = X[:, 0]
    return X


def one_column_too_few(n, d):
    return np.eye(n, d - 1, dtype=int)


def nearly_dependent(n, d):
    X = 10**9 * np.eye(n, d, dtype=int)
    X[:, -1] = X[:, :-1].sum(axis=1) // 10
    X[d - 1, -1] = 1
    return X


def rank_too_small(n, d):
    return [[1] * d for _ in range(n)]


def not_finite(n, d):
    return np.full((n, d), np.inf)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (np.eye, "with det XᵀX = 1\n"),
        (nearly_dependent, "with det XᵀX = "),
        (zero_column, r"with Xv = 0 for v = \(0, 1, 0\)"),
        (repeated_column, r"with Xv = 0 for v = \(-1, 1, 0\)"),
        (rank_too_small, "once column 1"),
        (one_column_too_few, "4 rows of 3 integers"),
        (not_finite, "inf in row 1, column 1"),
        (lambda n, d: np.eye(n, d) / 2, "0.5 in row 1, column 1"),
        (lambda n, d: [["1"] * d] * n, "'1' in row 1, column 1"),
        (lambda n, d: np.ones((d, n)), "4 rows of 3 integers"),
    ],
)
def test_singular_design_fails(answer, said, refused):
    text = refused(check_singular_design, answer)
    assert re.search(said, text), text
    assert "n = 4, d = 3" in text


def test_few_points_make_some_columns_dependent(refused):
    # The points 0 and 1 have equal squares and first powers.
    assert "Xv = 0" in refused(check_singular_design, powers_of_few_points)


def test_singular_design_beyond_the_first_size(refused):
    text = refused(
        check_singular_design,
        lambda n, d: (
            unit_columns_and_their_sum(n, d) if d == 3 else np.eye(n, d)
        ),
    )
    assert "n = 5, d = 4" in text


@pytest.mark.parametrize(
    ("n", "d"),
    [(4, 3), (5, 3), (5, 4), (6, 5), (9, 4), (12, 3), (12, 8), (20, 19)],
)
def test_each_size_is_tried(n, d, refused):
    def answer(*size):
        wrong = size == (n, d)
        return np.eye(n, d) if wrong else unit_columns_and_their_sum(*size)

    text = refused(check_singular_design, answer)
    assert f"  input     n = {n}, d = {d}\n" in text


def with_columns(rows, n):
    """Return a matrix of n rows, those that are not given zero."""
    X = np.zeros((n, len(rows[0])), dtype=int)
    X[: len(rows)] = rows
    return X


@pytest.mark.parametrize(
    ("rows", "det"),
    [
        ([[1, 0, 0], [1, 2, 0], [0, 1, 3], [0, 0, 1]], 42),
        ([[1, 2, 3], [4, 5, 6], [7, 8, 10], [1, 1, 1]], None),
        ([[2, 1, 0], [2, 1, 1], [1, 3, 1]], None),
        ([[1, 2, 3, 4], [2, 1, 0, 1], [3, 1, 1, 2], [0, 5, 1, 1]], None),
    ],
)
def test_the_determinant_is_told(rows, det, refused):
    size = len(rows[0])

    def answer(n, d):
        right = unit_columns_and_their_sum(n, d)
        return with_columns(rows, n) if d == size else right

    X = Matrix(rows)
    assert det in (None, (X.T * X).det())
    text = refused(check_singular_design, answer)
    assert f"\n            with det XᵀX = {(X.T * X).det()}\n" in text


@pytest.mark.parametrize(
    "rows",
    [
        # the first column, the second, the third can be left out
        [[0, 1, 2], [0, 2, 4], [1, 0, 0]],
        [[1, 0, 2], [2, 0, 4], [0, 1, 0]],
        [[2, 3, 0], [4, 6, 0], [0, 0, 1]],
        # of four columns, with pivots further down
        [[0, 0, 2, 1], [3, 1, 1, 0], [6, 2, 4, 1], [0, 0, 0, 0]],
        [[0, 2, 4, 1], [1, 1, 3, 0], [2, 3, 8, 0], [1, 0, 1, 5]],
    ],
)
def test_the_dependence_of_some_columns_is_told(rows, refused):
    size = len(rows[0])

    def answer(n, d):
        right = unit_columns_and_their_sum(n, d)
        return with_columns(rows, n) if d == size else right

    text = " ".join(refused(check_singular_design, answer).split())
    found = re.search(
        r"Xv = 0 for v = \((.*)\), which leaves column (\d)", text
    )
    v = Matrix([Fraction(part) for part in found[1].split(", ")])
    assert any(v)
    assert not any(Matrix(rows) * v)
    assert v[int(found[2]) - 1] == 0
    assert f"independent once column {found[2]} is left out" in text


# --- the gradient of weighted least squares --------------------------------


def weighted_by_formula(X, t, a, w):
    return 2 / a.sum() * X.T @ (a * (X @ w - t))


def weighted_by_loop(X, t, a, w):
    g = [0.0] * len(w)
    for x, target, weight in zip(X, t, a, strict=True):
        r = sum(p * q for p, q in zip(x, w, strict=True)) - target
        g = [p + 2 * weight * r * q for p, q in zip(g, x, strict=True)]
    return [p / sum(a) for p in g]


def weighted_in_place(X, t, a, w):
    t -= X @ w
    X *= a[:, np.newaxis]
    return -2 * X.T @ t / a.sum()


@pytest.mark.parametrize(
    ("answer", "smallest"),
    [
        (lambda X, t, a, w: weighted_by_formula(X, t, a, w) / 2, "factor 2"),
        (
            lambda X, t, a, w: 2 / len(t) * X.T @ (a * (X @ w - t)),
            "by the sum of the a, not by n",
        ),
        (
            lambda X, t, a, w: 2 * X.T @ (a * (X @ w - t)),
            "divided by the sum of the a.",
        ),
        (
            lambda X, t, a, w: 2 / len(t) * X.T @ (X @ w - t),
            "the gradient without them",
        ),
        (
            lambda X, t, a, w: 2 / a.sum() * X.T @ (X @ w - t),
            "the residuals are to be weighted",
        ),
        (
            lambda X, t, a, w: 2 / a.sum() * X.T @ (a**2 * (X @ w - t)),
            "weighted once: a, not a²",
        ),
        (lambda X, t, a, w: -weighted_by_formula(X, t, a, w), "not t − Xw"),
        (lambda X, t, a, w: w, "written so many times"),
        # X for Xᵀ, where the shapes allow it
        (
            lambda X, t, a, w: (
                2 / a.sum() * X @ (a * (X @ w - t))
                if len(X) == len(w)
                else weighted_by_formula(X, t, a, w)
            ),
            "X = ",
        ),
        # a column
        (lambda X, t, a, w: weighted_by_formula(X, t, a, w)[:, None], "shape"),
    ],
)
def test_weighted_gradient_fails(answer, smallest, refused):
    text = " ".join(refused(check_weighted_gradient, answer).split())
    assert smallest in text


#: The problems by hand, X, t, a and w, and why they are there.
WEIGHTED = {
    "every slip gives another number": ([[1], [2]], [1, 1], [2, 3], [2]),
    "one row": ([[1]], [0], [1], [1]),
    "one row of weight 2": ([[1]], [1], [2], [0]),
    "one column": ([[1], [1]], [0, 1], [1, 3], [0]),
    "as many columns as rows": (
        [[1, 0], [0, 2]], [1, 1], [1, 2], [0, 0],
    ),
    "a row of no weight": (
        [[1, 2], [3, 1], [1, 1]], [1, 0, 2], [1, 0, 2], [1, 1],
    ),
}  # fmt: skip


def are(given, problem):
    """Tell whether arrays are these."""
    return all(map(np.array_equal, given, problem))


@pytest.mark.parametrize("problem", WEIGHTED.values(), ids=WEIGHTED)
def test_each_weighted_problem_by_hand_is_tried(problem, refused):
    def answer(*given):
        return weighted_by_formula(*given) + are(given, problem)

    text = "".join(refused(check_weighted_gradient, answer).split())
    shown = [
        np.array2string(np.array(part, float), separator=",")
        for part in problem
    ]
    said = "X={}t={}a={}w={}expected".format(*shown)
    assert "".join(said.split()) in text


@pytest.fixture
def weighted():
    """Return what is asked of a function beyond the problems by hand."""
    seen = []

    def answer(*given):
        seen.append([part.copy() for part in given])
        return weighted_by_formula(*given)

    check_weighted_gradient(answer)
    return seen[len(WEIGHTED) :]


def test_weighted_problems_of_many_sizes_are_tried(weighted):
    shapes = {X.shape for X, *_ in weighted}
    assert {n for n, _ in shapes} == {1, 2, 3, 4, 5, 6}
    assert {d for _, d in shapes} == {1, 2, 3, 4}
    X, t, a, w = (
        set(np.concatenate([given[i].ravel() for given in weighted]))
        for i in range(4)
    )
    assert X == t == w == set(range(-3, 4))
    assert a == {0.5, 1, 1.5, 2}


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        # The first problem has the residuals 1 and 3, and the gradient
        # (2/5) (2 · 1 · 1 + 3 · 2 · 3) = 8.
        (4, "The square has a derivative with a factor 2."),
        (-8, "not t − Xw"),
        (20, "The loss is divided by the sum of the a, not by n."),
        (40, "The loss is divided by the sum of the a."),
        (7, "That is the gradient without them."),
        (23.2, "a, not a²"),
        (2.8, "the residuals are to be weighted, too"),
        (8.1, "written so many times"),
        (4.01, "written so many times"),
    ],
)
def test_every_slip_of_a_weighted_gradient_has_its_hint(wrong, hint, refused):
    text = refused(check_weighted_gradient, lambda *_: [wrong])
    assert hint in " ".join(text.split())
    assert "  expected  [8.]\n" in text


# --- least squares by QR ----------------------------------------------------


def by_householder(X, t):
    d = X.shape[1]
    for j in range(d):
        v = X[j:, j].copy()
        v[0] += math.copysign(math.sqrt(v @ v), v[0])
        v /= math.sqrt(v @ v)
        X[j:] -= 2 * np.outer(v, v @ X[j:])
        t[j:] -= 2 * v * (v @ t[j:])
    return back_substitution(X, t)


def back_substitution(R, c):
    w = np.zeros(R.shape[1])
    for i in reversed(range(len(w))):
        w[i] = (c[i] - R[i, i + 1 : len(w)] @ w[i + 1 :]) / R[i, i]
    return w


def gram_schmidt(X):
    d = X.shape[1]
    Q, R = X.copy(), np.zeros((d, d))
    for j in range(d):
        for i in range(j):
            R[i, j] = Q[:, i] @ Q[:, j]
            Q[:, j] -= R[i, j] * Q[:, i]
        R[j, j] = math.sqrt(Q[:, j] @ Q[:, j])
        Q[:, j] /= R[j, j]
    return Q, R


def by_gram_schmidt_with_t_as_a_column(X, t):
    Q, R = gram_schmidt(X)
    c = []
    for q in Q.T:
        c.append(q @ t)
        t = t - c[-1] * q
    return back_substitution(R, c).tolist()


def by_gram_schmidt_and_a_product(X, t):
    Q, R = gram_schmidt(X)
    return back_substitution(R, Q.T @ t)


def by_cholesky(X, t):
    G, c = X.T @ X, X.T @ t
    L = np.zeros_like(G)
    for i in range(len(G)):
        for j in range(i + 1):
            rest = G[i, j] - L[i, :j] @ L[j, :j]
            L[i, j] = math.sqrt(abs(rest)) if i == j else rest / L[j, j]
    y = back_substitution(L[::-1, ::-1], c[::-1])[::-1]
    return back_substitution(L.T, y)


def by_numpy(X, t):
    return np.linalg.lstsq(X, t)[0]


def by_package(X, t):
    return least_squares(X, t, method="qr")


def by_exact_solver(X, t):
    return exact_least_squares(X, t).astype(float)


def by_imported_name(X, t):
    Q, R = qr(X)
    return back_substitution(R, Q.T @ t)


def by_hidden_call(X, t):
    try:
        return np.linalg.pinv(X) @ t
    except RuntimeError:
        return by_householder(X, t)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (by_gram_schmidt_and_a_product, "nearly parallel"),
        (by_cholesky, "nearly parallel"),
        (lambda X, t: gram_schmidt(X)[0].T @ t, "X = [[2.]]"),
        (
            lambda X, t: back_substitution(
                gram_schmidt(X)[1].T, gram_schmidt(X)[0].T @ t
            ),
            "X = [[1., 1.],\n",
        ),
        (lambda X, t: by_householder(X, t)[:, None], "shape"),
        (by_numpy, "a call of the solver lstsq"),
        (by_package, "a call of the solver svd"),
        (by_exact_solver, "a call of the solver exact_least_squares"),
        (by_imported_name, "a call of the solver qr"),
        (
            lambda X, t: np.linalg.solve(X.T @ X, X.T @ t),
            "a call of the solver solve",
        ),
        (by_hidden_call, "a call of the solver pinv"),
    ],
)
def test_solve_by_qr_fails(answer, said, refused):
    assert said in refused(check_solve_by_qr, answer)


#: The problems by hand, X and t, and why they are there.
SOLVABLE = {
    "one number": ([[2]], [4]),
    "one column": ([[3], [4]], [5, 0]),
    "a triangle": ([[1, 1], [0, 1]], [3, 1]),
    "a zero where a pivot is looked for": ([[0, 1], [1, 0]], [1, 2]),
    "the example": ([[2, 1], [1, 2], [2, 2], [2, 2]], [4, 5, 7, 5]),
}


@pytest.mark.parametrize("problem", SOLVABLE.values(), ids=SOLVABLE)
def test_each_problem_by_hand_is_tried(problem, refused):
    def answer(X, t):
        off = are((X, t), problem)
        return by_householder(X, t) + off

    text = "".join(refused(check_solve_by_qr, answer).split())
    shown = [
        np.array2string(np.array(part, float), separator=",")
        for part in problem
    ]
    assert "".join("X={}t={}expected".format(*shown).split()) in text
    assert "solvedfromthelastrowup" in text


@pytest.fixture
def solvable():
    """Return what is asked of a function beyond the problems by hand."""
    seen = []

    def answer(X, t):
        seen.append((X.copy(), t.copy()))
        return by_householder(X, t)

    check_solve_by_qr(answer)
    return seen[len(SOLVABLE) :]


def test_problems_of_many_sizes_are_tried(solvable):
    drawn = solvable[:-10]
    shapes = {X.shape for X, _ in drawn}
    assert {d for _, d in shapes} == {1, 2, 3, 4, 5}
    assert {n - d for n, d in shapes} == {0, 1, 2, 3}
    for X, _ in drawn:
        assert np.linalg.matrix_rank(X) == X.shape[1]
    for i in (0, 1):
        entries = np.concatenate([given[i].ravel() for given in drawn])
        assert set(entries) == set(range(-4, 5))


def test_the_last_problems_are_nearly_of_rank_1(solvable):
    found = []
    for X, t in solvable[-10:]:
        e = X[1, 0]
        assert np.array_equal(X, [[1, 1], [e, 0], [0, e]])
        found.append((e, *np.round(t[1:] / e)))
        assert t[0] == sum(found[-1][1:])
    assert found == [
        (e, 1, second)
        for e in (1e-5, 1e-6, 1e-7, 3e-8, 1e-8)
        for second in (2, -2)
    ]


def test_at_the_last_problems_the_hint_is_another(refused):
    def answer(X, t):
        w = by_householder(X.copy(), t.copy())
        return w + (X.shape == (3, 2) and abs(X[1, 0]) == 1e-8)

    text = " ".join(refused(check_solve_by_qr, answer).split())
    assert "The columns are nearly parallel" in text
    assert "last row up" not in text


def test_weights_are_wanted_to_five_digits(passes, refused):
    for factor in (1 + 9e-6, 1 - 9e-6):
        passes(
            check_solve_by_qr, lambda X, t, f=factor: f * by_householder(X, t)
        )
    for factor in (1 + 2e-5, 1 - 2e-5):
        refused(
            check_solve_by_qr, lambda X, t, f=factor: f * by_householder(X, t)
        )


def test_the_solver_that_was_called_first_is_named(refused):
    def answer(X, t):
        for solver in (np.linalg.inv, np.linalg.svd):
            try:
                solver(X)
            except RuntimeError:
                continue
        return by_householder(X, t)

    assert "a call of the solver inv\n" in refused(check_solve_by_qr, answer)


def test_a_solver_that_was_called_once_is_forgotten(passes, refused):
    refused(check_solve_by_qr, by_numpy)
    passes(check_solve_by_qr, by_householder)


def test_the_input_shown_is_the_input_given(refused):
    def answer(X, t):
        X[:] = t[:] = 0
        return t[: X.shape[1]]

    assert "X = [[2.]]" in refused(check_solve_by_qr, answer)


def test_the_solvers_work_again_afterwards(refused):
    before = vars(np.linalg).copy()
    refused(check_solve_by_qr, by_imported_name)
    assert vars(np.linalg) == before
    assert qr(np.eye(2)).R.shape == (2, 2)


#: What is said of right answers, and the answers.
RIGHT = {
    check_first_gradient: ("2 numbers, to three digits", [-6, -6.5]),
    check_invertible: ("4 verdicts, each against a computation", DESIGNS),
    check_two_minimizers: (
        "to 0",
        [[3, 0], [1, 1]],
        [[0, 1.5], [-5, 4]],
    ),
    check_leverage: ("5 lines", ["e", "g", "a", "c", "f"], "egacf"),
    check_singular_design: (
        "8 sizes from 4 × 3 to 20 × 19",
        unit_columns_and_their_sum,
        differences,
    ),
    check_weighted_gradient: (
        "60 problems with up to 6 rows",
        weighted_by_formula,
        weighted_by_loop,
        weighted_in_place,
    ),
    check_solve_by_qr: (
        "50 problems, of condition numbers up to 1e8",
        by_householder,
        by_gram_schmidt_with_t_as_a_column,
    ),
}
