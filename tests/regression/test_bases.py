import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from byhand.regression import BASES, design_matrix
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import chebyshev, legendre, polynomial

VANDERMONDE = {
    "monomial": polynomial.polyvander,
    "chebyshev": chebyshev.chebvander,
    "legendre": legendre.legvander,
}


def test_every_basis_has_a_witness():
    assert set(BASES) == set(VANDERMONDE)


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("degree", [0, 1, 2, 7, 60])
def test_agrees_with_numpy_polynomial(basis, degree):
    x = np.random.default_rng(0).uniform(-1, 1, 11)
    X = design_matrix(x, degree, basis=basis)
    assert X.shape == (11, degree + 1)
    assert X.dtype == np.float64
    assert np.allclose(X, VANDERMONDE[basis](x, degree), rtol=0, atol=1e-12)


def test_chebyshev_columns_are_cosines():
    theta = np.linspace(0, math.pi, 9)
    X = design_matrix(np.cos(theta), 30)
    assert np.allclose(X, np.cos(np.outer(theta, range(31))), atol=1e-12)


@pytest.mark.parametrize("basis", BASES)
def test_domain_is_mapped_to_minus_one_one(basis):
    x = np.linspace(3, 7, 9)
    mapped = design_matrix(x, 12, basis=basis, domain=(3, 7))
    plain = design_matrix(np.linspace(-1, 1, 9), 12, basis=basis)
    assert np.allclose(mapped, plain, atol=1e-13)


@pytest.mark.parametrize("basis", BASES)
def test_default_domain_changes_no_bit(basis):
    x = np.random.default_rng(1).uniform(0, 1, 20)
    assert (design_matrix(x, 1, basis=basis)[:, 1] == x).all()


@given(
    st.lists(st.fractions(-2, 2, max_denominator=50), min_size=1, max_size=4),
    st.integers(0, 6),
    st.sampled_from(BASES),
)
def test_fractions_stay_exact(x, degree, basis):
    X = design_matrix(x, degree, basis=basis)
    assert all(isinstance(entry, Fraction) for entry in X.ravel())
    assert X.shape == (len(x), degree + 1)
    floats = VANDERMONDE[basis](np.array(x, dtype=float), degree)
    assert np.allclose(X.astype(float), floats, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("basis", BASES)
def test_basis_polynomials_are_one_at_one(basis):
    X = design_matrix([Fraction(5, 7)], 9, basis=basis, domain=(0, 5 / 7))
    assert X[0, -1] != 1  # 5/7 as a float is not 5/7
    X = design_matrix(
        [Fraction(5, 7)], 9, basis=basis, domain=(0, Fraction(5, 7))
    )
    assert (X == 1).all()


@pytest.mark.parametrize("basis", BASES)
def test_digits_round_what_fractions_do_not(basis):
    x = [Fraction(1, 3), Fraction(-2, 7)]
    exact = design_matrix(x, 20, basis=basis)
    for digits in (20, 40):
        X = design_matrix(x, 20, basis=basis, digits=digits)
        assert all(isinstance(entry, Decimal) for entry in X.ravel())
        errors = [
            abs(Fraction(a) - b)
            for a, b in zip(X.ravel(), exact.ravel(), strict=True)
        ]
        assert 0 < max(errors) < Fraction(1, 10 ** (digits - 4))


def test_floats_with_digits_are_binary_fractions():
    assert design_matrix([0.1], 1, digits=100)[0, 1] == Fraction(0.1)
    assert design_matrix([0.1], 1, digits=5)[0, 1] == Decimal("0.10000")


def test_integers_beyond_float_are_not_rounded():
    big = 2**53 + 1
    assert design_matrix([big], 1, digits=30)[0, 1] == big
    assert design_matrix(np.array([big], dtype=object), 1)[0, 1] == big


def test_ten_thousand_fractions_are_the_most():
    X = design_matrix([Fraction(1)], 9_999, basis="monomial")
    assert X.shape == (1, 10_000)
    X = design_matrix([Fraction(1)] * 5_000, 1, basis="monomial")
    assert X.shape == (5_000, 2)
    for points, degree in ((1, 10_000), (5_001, 1), (10_001, 0)):
        with pytest.raises(ValueError, match="of more than 10,000 entries"):
            design_matrix([Fraction(1)] * points, degree)


def test_a_million_numbers_of_many_digits_are_the_most():
    assert design_matrix([1] * 500, 40, digits=3).shape == (500, 41)
    with pytest.raises(ValueError, match="of more than 1,000,000 entries"):
        design_matrix([1], 10**6, digits=3)
    with pytest.raises(
        ValueError, match=r"degree 499 at 2001 points .* than 1,000,000 entr"
    ):
        design_matrix([1] * 2001, 499, digits=3)


def test_a_hundred_million_floats_are_the_most():
    with pytest.raises(
        ValueError, match=r"degree 100000000 at 1 .* than 100,000,000 entries"
    ):
        design_matrix([1.0], 10**8)
    with pytest.raises(ValueError, match=r"about 10\^30 at 1 points"):
        design_matrix([1.0], 10**30)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        (([0.5], -1), {}, ValueError, "degree must be at least 0, got -1"),
        (([0.5], 2.0), {}, TypeError, "degree must be an integer, got 2.0"),
        (([], 2), {}, ValueError, "x must not be empty"),
        (([], 2), {"digits": 20}, ValueError, "x must not be empty"),
        (([[0.5]], 2), {}, ValueError, "x must be a vector"),
        (([0, math.nan], 2), {}, ValueError, "finite, got nan at x.1."),
        (([0, math.nan], 2), {"digits": 9}, ValueError, "finite, got nan"),
        (
            ([Fraction(1), Decimal("inf")], 2),
            {},
            ValueError,
            r"x\[1\] must be finite, got Infinity",
        ),
        (([Fraction(1), "2"], 2), {}, TypeError, r"x\[1\] must be an integer"),
        (([Fraction(1), True], 2), {}, TypeError, r"x\[1\] must be an int"),
        ((["a"], 2), {}, TypeError, "x must hold real numbers"),
        (([0.5], 2), {"basis": "fourier"}, ValueError, "'monomial', 'cheb"),
        (([0.5], 2), {"basis": 3}, TypeError, "basis must be one of"),
        (([0.5], 2), {"domain": (1, 1)}, ValueError, "with a < b"),
        (([0.5], 2), {"domain": (1, 0)}, ValueError, "with a < b"),
        (([0.5], 2), {"domain": 1}, TypeError, "domain must be a pair"),
        (([0.5], 2), {"domain": (0, math.inf)}, ValueError, "must be finite"),
        (([0.5], 2), {"digits": 0}, ValueError, "digits must be at least 1"),
        (([0.5], 2), {"digits": 1.5}, TypeError, "digits must be an integer"),
        (([99.0], 200), {}, ValueError, "overflows float64.*domain="),
    ],
)
def test_bad_input_is_named(arguments, options, error, message):
    with pytest.raises(error, match=message):
        design_matrix(*arguments, **options)
