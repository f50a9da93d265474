"""How the answers of learners are read."""

import itertools
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from byhand.checks._answers import (
    Refused,
    array,
    dictionary,
    equal,
    finite_array,
    fraction,
    fraction_array,
    pair,
    real,
    real_array,
    sequence,
    truth,
    unit_weights,
    whole,
    whole_array,
)

TINY = Fraction(1, 10**400)


@pytest.mark.parametrize(
    "x",
    [
        2, 2.0, True + 1, np.int8(2), np.uint64(2), np.float16(2),
        np.longdouble(2), Fraction(4, 2), Decimal("2.0"), sp.Integer(2),
        sp.Float(2), sp.sqrt(4), np.array(2), np.array(Fraction(2)),
    ],
)  # fmt: skip
def test_two_is_two(x):
    assert fraction(x) == whole(x) == real(x) == 2
    assert type(fraction(x)) is Fraction
    assert type(whole(x)) is int
    assert type(real(x)) is float
    assert array([x, x]).tolist() == [2, 2]
    assert whole_array((x,), 1).tolist() == [2]


def test_one_and_zero_may_be_true_and_false():
    assert whole(True) == whole(np.True_) == 1
    assert fraction(False) == 0
    with pytest.raises(Refused):
        truth(1)
    assert truth(sp.true)
    assert not truth(np.array(False))


@pytest.mark.parametrize(
    "x",
    [
        2**63 + 1, 10**400 + 1, 1 + TINY, -TINY, 0.1, 5e-324,
        np.float32(0.1), np.longdouble(1) + np.finfo(np.longdouble).eps,
        Decimal("1.1e-400"), sp.Rational(1, 3), sp.Float("0.1", 50),
    ],
)  # fmt: skip
def test_no_digit_is_lost(x):
    exact = fraction(x)
    numerator, denominator = (
        sp.Rational(x).as_numer_denom()
        if isinstance(x, sp.Basic)
        else x.as_integer_ratio()
    )
    assert exact.numerator == numerator
    assert exact.denominator == denominator
    # Not beside a float either, in a list or in an array of objects.
    for row in ([x, 0.5], (x, 0.5), np.array([x, 0.5], object)):
        assert fraction_array(row, 2)[0] == exact


@pytest.mark.parametrize(
    "x",
    ["2", b"2", None, 2j, np.complex128(2), [2], np.array([2]), sp.I,
     sp.Symbol("x"), math.nan, -math.inf, Decimal("NaN"), sp.nan, sp.oo,
     Decimal("1e999999"), np.timedelta64(2), np.str_("2"), object()],
)  # fmt: skip
def test_what_is_no_finite_number(x):
    for kind in (fraction, whole):
        with pytest.raises((Refused, TypeError, ValueError, AttributeError)):
            kind(x)


def test_a_number_to_be_compared_may_be_infinite_but_not_too_large():
    assert real(sp.oo) == real(np.float32("inf")) == math.inf
    assert math.isnan(real(Decimal("NaN")))
    assert real(sp.sqrt(2)) == math.sqrt(2)
    for large in (10**400, np.longdouble("1e400"), Decimal("1e400")):
        for finite in (large, -large):
            with pytest.raises((Refused, OverflowError)):
                real(finite)
            for row in ([finite, 1], np.array([finite, 1])):
                with pytest.raises((Refused, OverflowError)):
                    array(row)
    assert real(-sp.oo) == array([-sp.oo])[0] == -math.inf
    for no_number in ("1", b"1", 1j, np.str_("1")):
        for row in ([no_number], np.array([no_number])):
            with pytest.raises((Refused, TypeError)):
                array(row)


def test_vectors_and_matrices():
    rows = [[1, 0.5], [Fraction(1, 4), 2]]
    for value in (rows, tuple(rows), np.array(rows, float), sp.Matrix(rows)):
        assert array(value).tolist() == [[1, 0.5], [0.25, 2]]
        assert fraction_array(value, 2, 2).tolist() == rows
    assert array(sp.Matrix([1, 2]), 1).tolist() == [1, 2]
    assert array(sp.Matrix([1, 2]), 2).tolist() == [[1], [2]]
    assert array([np.ones(2), np.zeros(2)]).tolist() == [[1, 1], [0, 0]]
    for row in ([1, 2], [1, 2, 3]):
        for vector in (sp.Matrix(row), sp.Matrix([row]), sp.Array(row)):
            assert array(vector, 1).tolist() == row
            assert fraction_array(vector, len(row)).tolist() == row
    assert array(sp.Matrix([[1, 2]]), 2).tolist() == [[1, 2]]
    with pytest.raises(Refused, match=r"^shape \(2, 2\): "):
        real_array(sp.Matrix(rows), 4)
    with pytest.raises(Refused, match=r"^shape \(1, 1\): "):
        real_array(sp.Matrix([2]))
    with pytest.raises(Refused):
        array([[1], [1, 2]])


@pytest.mark.parametrize("i", range(4))
@pytest.mark.parametrize("j", range(4))
def test_the_entry_that_is_of_another_kind_is_named(i, j):
    rows = np.ones((4, 4), dtype=object)
    for wrong, said in (
        (0.5, "0.5"), ("1", "'1'"), (None, "None"), (sp.Symbol("x"), "x"),
    ):  # fmt: skip
        rows[i, j] = wrong
        with pytest.raises(Refused) as caught:
            whole_array(rows, 4, 4)
        assert str(caught.value) == f"{said} in row {i + 1}, column {j + 1}"
        with pytest.raises(Refused) as caught:
            whole_array(rows[i].tolist(), 4)
        assert str(caught.value) == f"{said} in place {j + 1}"
    rows[i, j] = 0.5
    assert fraction_array(rows, 4, 4)[i, j] == Fraction(1, 2)


def test_sequences():
    assert sequence({3}) == [3]
    assert sequence(sp.Matrix([1, 2])) == [1, 2]
    for row in ([1, 2, 3], [4], [5, 6]):
        assert sequence(sp.Matrix(row)) == sequence(sp.Matrix([row])) == row
    assert pair(np.array([[1, 2], [3, 4]]))[1].tolist() == [3, 4]
    assert pair(sp.Matrix([[1, 2], [3, 4]])) == ([1, 2], [3, 4])
    assert sequence([]) == sequence(set()) == []
    for wrong in ("ab", b"ab", {1, 2}, {1: 2, 3: 4}, [1], (1, 2, 3), 2):
        with pytest.raises(Refused):
            pair(wrong)
    # Of what has no end no more is looked at than one thing too many.
    endless = itertools.count()
    with pytest.raises(Refused):
        pair(endless)
    assert next(endless) == 3


def test_how_large_an_answer_may_be():
    """Decimal numbers of 10^4 digits, lists of a million entries."""
    for text in ("1e10000", "-1e10000", "1e-10000"):
        assert fraction(Decimal(text)) == Fraction(text)
    for text in ("1e10001", "-1e10001", "1e-10001"):
        with pytest.raises(Refused):
            fraction(Decimal(text))
    assert len(sequence(range(10**6))) == 10**6
    with pytest.raises(Refused):
        sequence(range(10**6 + 1))


def test_shapes_are_those_asked_for():
    assert real_array([[1, 2]], 1, 2).tolist() == [[1, 2]]
    with pytest.raises(Refused, match=r"^shape \(2,\): \[1, 2\]$"):
        real_array([1, 2], 1, 2)
    assert finite_array([1, 2], 2).tolist() == [1, 2]
    for wrong in ([1, math.inf], [math.nan, 1], [1], [1, 2, 3]):
        with pytest.raises(Refused):
            finite_array(wrong, 2)
    for wrong in ([1], [1, 2, 3], [[1, 2]]):
        for kind in (fraction_array, whole_array):
            with pytest.raises(Refused):
                kind(wrong, 2)
    weights, bias = unit_weights(([1, 0.5], Fraction(1, 3)), 2)
    assert weights.tolist() == [1, Fraction(1, 2)]
    assert bias == Fraction(1, 3)
    with pytest.raises(Refused):
        unit_weights(([1, 0.5], 1), 3)
    equal(2.0, 2)
    for other in (2.5, 1.5, -2):
        with pytest.raises(Refused):
            equal(other, 2)


def test_dictionaries_have_the_keys_asked_for():
    assert dictionary({"a": 1, "b": 2}, ["a"], ["b", "c"]) == {"a": 1, "b": 2}
    assert dictionary({"a": 1}, ["a"]) == {"a": 1}
    for wrong in ({}, {"b": 1}, {"a": 1, "b": 2}, {"a": 1, "c": 2}):
        with pytest.raises(Refused):
            dictionary(wrong, ["a"])
    with pytest.raises(Refused, match=r"^\[1\], which is of type list$"):
        dictionary([1], ["a"])


def test_zero_is_no_false_and_one_no_true():
    several = (np.array([True]), np.array([[False]]), [True], (False,))
    for other in (0, 1, 0.0, 1.0, np.int8(1), None, "", *several):
        with pytest.raises(Refused):
            truth(other)
    assert truth(sp.false) is False
    assert truth(np.True_) is True
