import math
from decimal import Context, Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
import sympy
from byhand.regression import exact_least_squares
from hypothesis import given, settings
from hypothesis import strategies as st

ENTRIES = st.integers(-2, 2) | st.fractions(-2, 2, max_denominator=3)


@st.composite
def problems(draw):
    n, d = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    row = st.lists(ENTRIES, min_size=d, max_size=d)
    X = draw(st.lists(row, min_size=n, max_size=n))
    t = draw(st.lists(ENTRIES, min_size=n, max_size=n))
    return X, t


def symbolic(rows):
    return sympy.Matrix(
        [[sympy.Rational(Fraction(v)) for v in row] for row in rows]
    )


@given(problems())
@settings(max_examples=100)
def test_solves_the_normal_equations_with_least_norm(problem):
    X, t = problem
    w = exact_least_squares(X, t)
    assert all(isinstance(entry, Fraction) for entry in w)
    X, t = symbolic(X), symbolic([[v] for v in t])
    w = symbolic([[v] for v in w])
    assert (X.T * (X * w - t)).is_zero_matrix
    for direction in X.nullspace():
        assert direction.dot(w) == 0


@pytest.mark.parametrize(
    ("X", "t", "w"),
    [
        ([[1, 1]], [3], [Fraction(3, 2), Fraction(3, 2)]),
        ([[1], [1]], [3, 4], [Fraction(7, 2)]),
        ([[2, 0], [0, 3]], [1, 1], [Fraction(1, 2), Fraction(1, 3)]),
        ([[1, 1], [1, 1]], [2, 4], [Fraction(3, 2), Fraction(3, 2)]),
        ([[1, 1, 1], [2, 2, 2]], [3, 6], [1, 1, 1]),
        ([[0, 0], [0, 0]], [1, 2], [0, 0]),
        ([[0.1]], [1], [1 / Fraction(0.1)]),
    ],
)
def test_small_answers_by_hand(X, t, w):
    assert list(exact_least_squares(X, t)) == w


def test_several_columns():
    X = np.array([[1, 2, 0], [0, 1, 1]])
    T = np.array([[1, 2], [3, 4]])
    W = exact_least_squares(X, T)
    assert W.shape == (3, 2)
    for k in range(2):
        assert (W[:, k] == exact_least_squares(X, T[:, k])).all()


@pytest.mark.parametrize("shape", [(6, 3), (4, 4), (3, 6)])
def test_digits_tend_to_the_rational_answer(shape):
    rng = np.random.default_rng(0)
    X, t = rng.normal(size=shape), rng.normal(size=shape[0])
    exact = exact_least_squares(X, t)
    for digits in (20, 50, 200):
        w = exact_least_squares(X, t, digits=digits)
        assert all(isinstance(entry, Decimal) for entry in w)
        error = max(
            abs(Fraction(a) - b) for a, b in zip(w, exact, strict=True)
        )
        assert 0 < error < Fraction(1, 10 ** (digits - 7))


def test_the_callers_decimal_context_neither_matters_nor_changes():
    X, t = [[0.1, 0.2]], [0.3]
    expected = exact_least_squares(X, t, digits=40)
    with localcontext(Context(prec=3)) as context:
        assert (exact_least_squares(X, t, digits=40) == expected).all()
        assert context.prec == 3


def test_a_hilbert_matrix_that_no_float_method_can_solve():
    hilbert = [[Fraction(1, i + j + 1) for j in range(12)] for i in range(12)]
    ones = np.ones(12, dtype=int)
    t = np.array(hilbert) @ ones
    assert (exact_least_squares(hilbert, t) == 1).all()
    w = exact_least_squares(hilbert, t, digits=60)
    assert max(abs(w - 1)) < Decimal("1e-20")


@pytest.mark.parametrize("X", [[[1, 1], [1, 1]], [[3, 1, 2], [6, 2, 4]]])
@pytest.mark.parametrize("digits", [5, 60])
def test_digits_refuse_rank_deficiency(X, digits):
    with pytest.raises(
        ValueError, match=f"with {digits} digits X has rank 1 instead of 2"
    ):
        exact_least_squares(X, [1, 2], digits=digits)


@pytest.mark.parametrize("digits", [5, 17, 60, 200])
def test_digits_see_rank_deficiency_through_rounding(digits):
    first, second = [Fraction(1, k) for k in (3, 7, 11, 13)], [1, -2, 3, 9]
    X = [
        first,
        second,
        [a / 17 + b for a, b in zip(first, second, strict=True)],
    ]
    with pytest.raises(ValueError, match=f"with {digits} digits X has rank 2"):
        exact_least_squares(X, [1, 2, 3], digits=digits)


def test_what_looks_deficient_with_few_digits_is_solved_with_more():
    X = [[1, 1], [1, 1 + Fraction(1, 10**12)]]
    with pytest.raises(ValueError, match="take more digits"):
        exact_least_squares(X, [2, 3], digits=20)
    w = exact_least_squares(X, [2, 3], digits=60)
    assert abs(w[1] - 10**12) < Decimal("1e-15")
    assert exact_least_squares(X, [2, 3])[1] == 10**12


@pytest.mark.parametrize("digits", [None, 30])
@pytest.mark.parametrize(
    ("X", "t", "error", "message"),
    [
        ([[1, 2]], [1, 2], ValueError, r"got t of shape \(2,\) and X of"),
        ([[1, 2]], 1, ValueError, r"got t of shape \(\) and X"),
        ([1, 2], [1, 2], ValueError, "X must be a matrix"),
        (np.empty((0, 2)), [], ValueError, "X must not be empty"),
        (
            np.empty((0, 2), dtype=object),
            [1],
            ValueError,
            "X must not be empty",
        ),
        ([[1, 2], [3]], [1, 2], ValueError, "X must be a rectangular array"),
        ([[1]], [[1], [1, 2]], ValueError, "t must be a rectangular array"),
        ([[math.nan]], [1], ValueError, r"X must be finite, got nan"),
        (
            [[Decimal("nan")]],
            [1],
            ValueError,
            r"X\[0, 0\] must be finite, got NaN",
        ),
        ([[None]], [1], TypeError, r"X\[0, 0\] must be an integer, a float"),
        ([[1j]], [1], TypeError, "X must hold real numbers"),
        ([[1]], ["1"], TypeError, "t must hold real numbers"),
    ],
)
def test_bad_input_is_named(X, t, error, message, digits):
    with pytest.raises(error, match=message):
        exact_least_squares(X, t, digits=digits)


@pytest.mark.parametrize(
    ("digits", "error"), [(0, ValueError), (-3, ValueError), (2.5, TypeError)]
)
def test_bad_digits_are_named(digits, error):
    with pytest.raises(error, match="digits must be"):
        exact_least_squares([[1]], [1], digits=digits)


def test_a_pivot_is_zero_up_to_the_tolerance_of_the_docstring():
    # With 5 digits, size 2 and 1 as the largest entry: 2e-4.
    small, smaller = Decimal("0.01415"), Decimal("0.01414")
    assert smaller**2 < Decimal("2e-4") < small**2
    w = exact_least_squares([[1, 0], [0, small]], [1, 1], digits=5)
    assert abs(w[1] * small - 1) < Decimal("1e-3")
    with pytest.raises(ValueError, match="with 5 digits X has rank 1 instead"):
        exact_least_squares([[1, 0], [0, smaller]], [1, 1], digits=5)
