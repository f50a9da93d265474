"""The sign of a polynomial, against its values at many sizes."""

import itertools

import numpy as np
import pytest
import sympy as sp
from byhand.cost import Product, evaluate, sign_of, sizes
from byhand.cost._polynomials import coefficient_rows, shifted_elements
from hypothesis import given, settings
from hypothesis import strategies as st

n, m = sizes("n m")

coefficients = st.integers(-3, 3)


def agrees_everywhere(polynomial, largest=5):
    found = sign_of(polynomial)
    symbols = [n, m]
    for values in itertools.product(range(1, largest + 1), repeat=2):
        at = dict(zip(symbols, map(sp.Integer, values), strict=True))
        number = sp.sympify(polynomial).xreplace(at)
        said = [
            condition.xreplace(at)
            for condition in (found.negative, found.zero, found.positive)
        ]
        assert said == [number < 0, sp.Eq(number, 0), number > 0], (at, found)


@settings(max_examples=15)
@given(st.lists(coefficients, min_size=6, max_size=6))
def test_quadratic_polynomials(c):
    terms = [1, n, m, n * m, n**2, m**2]
    agrees_everywhere(sum(a * t for a, t in zip(c, terms, strict=True)))


@settings(max_examples=12)
@given(
    st.lists(st.lists(coefficients, min_size=3, max_size=3), max_size=3),
    st.sampled_from([1, 2, 3]),
)
def test_products_of_linear_factors(rows, power):
    product = sp.Integer(1)
    for a, b, c in rows:
        product *= (a * n + b * m + c) ** power
        power = 1
    agrees_everywhere(product)


@settings(max_examples=12)
@given(st.lists(st.integers(-20, 20), min_size=2, max_size=5))
def test_one_symbol_is_decided_by_its_roots(c):
    polynomial = sum(a * n**k for k, a in enumerate(c))
    found = sign_of(polynomial)
    for value in map(sp.Integer, range(1, 60)):
        number = sp.sympify(polynomial).xreplace({n: value})
        conditions = (found.negative, found.zero, found.positive)
        assert [x.xreplace({n: value}) for x in conditions] == [
            number < 0,
            sp.Eq(number, 0),
            number > 0,
        ]


@pytest.mark.parametrize(
    ("polynomial", "negative", "zero", "positive"),
    [
        (n**2 - 3 * n + 3, sp.false, sp.false, sp.true),
        (-n * m, sp.true, sp.false, sp.false),
        (0, sp.false, sp.true, sp.false),
        (2 * n**2 - 2 * n, sp.false, sp.Eq(n, 1), sp.Gt(n, 1)),
        (n**2 - 5, sp.Lt(n, 3), sp.false, sp.Ge(n, 3)),
        ((n - m) ** 2, sp.false, sp.Eq(m, n), sp.Or(m > n, m < n)),
        ((n - m) ** 3, sp.Gt(m, n), sp.Eq(m, n), sp.Lt(m, n)),
        ((n - m) ** 4, sp.false, sp.Eq(m, n), sp.Or(m > n, m < n)),
        (n * m - 4 * m, sp.Lt(n, 4), sp.Eq(n, 4), sp.Ge(n, 5)),
        (
            (n - 2) * (n - 3),
            sp.false,
            sp.Or(sp.Eq(n, 2), sp.Eq(n, 3)),
            sp.Or(sp.Eq(n, 1), sp.Ge(n, 4)),
        ),
        ((2 * n - 3) * (2 * n - 1), sp.Eq(n, 1), sp.false, sp.Ge(n, 2)),
        (
            -(n**3) * (n - 2) ** 2,
            sp.Or(sp.Eq(n, 1), sp.Ge(n, 3)),
            sp.Eq(n, 2),
            sp.false,
        ),
    ],
)
def test_conditions_are_simple(polynomial, negative, zero, positive):
    found = sign_of(polynomial)
    assert found.negative == negative
    assert found.zero == zero
    assert found.positive == positive


@pytest.mark.parametrize(
    ("polynomial", "nonpositive"),
    [
        (m - n, m <= n),
        (n - m, m >= n),
        (n * m, sp.false),
        (-n, sp.true),
        (1 - n, sp.true),
        ((n - m) ** 2, sp.Eq(m, n)),
        (n - 4, n <= 4),
        (n - 2, sp.Or(sp.Eq(n, 1), sp.Eq(n, 2))),
    ],
)
def test_where_a_polynomial_is_not_positive(polynomial, nonpositive):
    assert sign_of(polynomial).nonpositive == nonpositive


@pytest.mark.parametrize(
    "polynomial",
    [
        4 - n,
        (n - 3) * (n - 7),
        # Negative on one side of 5, and zero not at 5 but at 7.
        (n - 7) ** 2 * (2 * n - 9),
        (n - 7) ** 2 * (9 - 2 * n),
        (m - n) * (n - 3),
    ],
)
def test_where_it_is_not_positive_agrees_with_its_values(polynomial):
    found = sign_of(polynomial).nonpositive
    for a, b in itertools.product(range(1, 12), repeat=2):
        at = {n: sp.Integer(a), m: sp.Integer(b)}
        assert found.xreplace(at) == (polynomial.xreplace(at) <= 0)


@pytest.mark.parametrize(
    ("polynomial", "told"),
    [
        (0, "= 0 always"),
        (-3, "< 0 always"),
        ((n + 1) * (2 * n - 1), "> 0 always"),
        (n**2 - 3 * n + 4, "> 0 always"),
        (n**2 - 2, "< 0 where n = 1; > 0 where n >= 2"),
        (n**2 - 3 * n + 1, "< 0 where n < 3; > 0 where n >= 3"),
        (n**2 - 10 * n + 1, "< 0 where n < 10; > 0 where n >= 10"),
        (n**2 - 12 * n + 34,
         "< 0 where n >= 5 and n < 8; > 0 where n >= 8 or n < 5"),
        ((n - 1) * (m - 1),
         "= 0 where m = 1 or n = 1; > 0 where m > 1 and n > 1"),
        ((m - 2) * (n - 1), ("< 0 where m = 1 and n > 1; "
         "= 0 where m = 2 or n = 1; > 0 where m >= 3 and n > 1")),
        ((m - n) * (n - 3), ("< 0 where (n >= 4 and m < n) or (m > n and "
         "n < 3); = 0 where m = n or n = 3; > 0 where (n >= 4 and m > n) or "
         "(m < n and n < 3)")),
    ],
)  # fmt: skip
def test_in_words(polynomial, told):
    assert str(sign_of(polynomial)) == f"{sp.factor(polynomial)} is {told}"


def test_plain_symbols_do_as_well():
    k = sp.Symbol("k")
    assert str(sign_of(2 * k * (k - 4))) == (
        "2*k*(k - 4) is < 0 where k < 4; = 0 where k = 4; > 0 where k >= 5"
    )


def test_examples_are_the_smallest():
    found = sign_of((n - 3) * (m - 2)).examples()
    assert found == {
        -1: {"m": 3, "n": 1},
        0: {"m": 2, "n": 1},
        1: {"m": 1, "n": 1},
    }
    assert sign_of(n * m).examples(3) == {
        -1: None,
        0: None,
        1: {"m": 1, "n": 1},
    }


def test_examples_are_sought_as_far_as_said():
    twelve = sign_of(n - 12).examples()
    assert twelve == {-1: {"n": 1}, 0: {"n": 12}, 1: None}
    assert sign_of(n - 12).examples(13)[1] == {"n": 13}
    assert sign_of(n - 2).examples(1) == {-1: {"n": 1}, 0: None, 1: None}
    with pytest.raises(ValueError, match="largest must be at least 1"):
        sign_of(n).examples(0)


@pytest.mark.parametrize("bad", [1 / n, sp.sqrt(2) * n, sp.exp(n)])
def test_only_rational_polynomials(bad):
    with pytest.raises(ValueError, match="polynomial with rational"):
        sign_of(bad)


def test_evaluate_is_exact():
    assert evaluate((n**2 + 1) / (2 * m), n=3, m=10).as_integer_ratio() == (
        1,
        2,
    )
    assert evaluate(sp.Min(n, m) + n, {n: 3, "m": 2}) == 5
    assert evaluate(7) == 7
    assert evaluate(10**4000) == 10**4000
    assert isinstance(evaluate(n, n=2, m=5), int)


def test_evaluate_refuses():
    with pytest.raises(TypeError, match="n must be an integer"):
        evaluate(n, n=2.5)
    with pytest.raises(TypeError, match="a number or a polynomial"):
        evaluate("n", n=2)
    for count in (10**4001, 10**4000 + 1, -(10**4000) - 1):
        with pytest.raises(ValueError, match="count has too many digits"):
            evaluate(count)
    with pytest.raises(ValueError, match="n must be at least 1"):
        evaluate(n, n=0)
    with pytest.raises(ValueError, match="given two values"):
        evaluate(n, {n: 2}, n=2)
    with pytest.raises(ValueError, match="two different symbols"):
        evaluate(n + sp.Symbol("n"), n=2)
    with pytest.raises(ValueError, match="no number"):
        evaluate(n / (m - 1), n=2, m=1)


def test_sizes_refuses():
    with pytest.raises(TypeError, match="must be a string"):
        sizes(3)
    with pytest.raises(ValueError, match="at least one name"):
        sizes(" ")
    with pytest.raises(ValueError, match="no name for a size"):
        sizes("n 2m")


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (sp.Symbol("x", positive=True), r"with sizes\('x'\)"),
        (5 - n, "a positive integer whatever"),
    ],
)
def test_a_size_is_a_positive_integer(size, message):
    with pytest.raises(ValueError, match=message):
        Product("v vᵀ", v=size)


@pytest.mark.parametrize(
    ("largest", "kind"), [(2**50 - 1, np.int64), (2**50, object)]
)
def test_rows_are_machine_integers_while_thousands_can_be_added(largest, kind):
    rows = coefficient_rows(shifted_elements([largest * n, n + m]))
    assert rows.dtype == kind
    assert rows.max() == largest


def test_rows_hold_the_coefficients_in_the_sizes_minus_1():
    """Of 1, of n and of m, in this order, on one scale."""
    rows = coefficient_rows(shifted_elements([n, m, n / 2 - m]))
    assert rows.tolist() == [[2, 2, 0], [2, 0, 2], [-1, 1, -2]]
