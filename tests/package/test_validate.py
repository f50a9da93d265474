"""Checks at the door: each message says what came and what was wanted."""

from fractions import Fraction

import numpy as np
import pytest
from byhand._validate import (
    as_array,
    as_integer,
    as_real,
    as_rng,
    one_of,
)


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_integers_pass(value):
    result = as_integer(value, "n", minimum=3)
    assert result == 3
    assert type(result) is int


@pytest.mark.parametrize("value", [3.0, "3", True, np.True_, None, [3]])
def test_what_is_no_integer_is_refused(value):
    with pytest.raises(TypeError, match="n must be an integer, got"):
        as_integer(value, "n")


def test_a_small_integer_is_refused():
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        as_integer(0, "n", minimum=1)


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), Fraction(2)])
def test_reals_pass(value):
    assert as_real(value, "eta") == 2.0


@pytest.mark.parametrize("value", [1j, "2", None, True, [2.0]])
def test_what_is_no_real_is_refused(value):
    with pytest.raises(TypeError, match="eta must be a real number, got"):
        as_real(value, "eta")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_reals_are_finite(value):
    with pytest.raises(ValueError, match="eta must be finite"):
        as_real(value, "eta")


def test_arrays_are_copied_to_float64():
    given = np.array([1, 2])
    result = as_array(given, "x", ndim=1)
    assert result.dtype == np.float64
    result[0] = 7
    assert given[0] == 1
    assert as_array([Fraction(1, 2)], "x").tolist() == [0.5]


@pytest.mark.parametrize(
    ("value", "ndim", "error", "said"),
    [
        ([[1.0]], 1, ValueError, r"x must be a vector, got shape \(1, 1\)"),
        ([1.0], 2, ValueError, r"x must be a matrix, got shape \(1,\)"),
        (1.0, 3, ValueError, "x must have 3 axes"),
        ([], 1, ValueError, r"x must not be empty, got shape \(0,\)"),
        ([1, [2]], None, ValueError, "rows of different lengths"),
        ([1.0, np.nan], 1, ValueError, r"got nan at x\[1\]"),
        ([[1.0, np.inf]], 2, ValueError, r"got inf at x\[0, 1\]"),
        (np.inf, 0, ValueError, "x must be finite, got inf"),
        (["a"], 1, TypeError, "x must hold real numbers"),
        ([1j], 1, TypeError, "x must hold real numbers"),
        ([True], 1, TypeError, "x must hold real numbers"),
        ([None], 1, TypeError, "x must hold real numbers"),
    ],
)
def test_arrays_are_refused_with_a_reason(value, ndim, error, said):
    with pytest.raises(error, match=said):
        as_array(value, "x", ndim=ndim)


def test_choices():
    assert one_of("qr", "method", ["svd", "qr"]) == "qr"
    with pytest.raises(ValueError, match="one of 'svd', 'qr', got 'lu'"):
        one_of("lu", "method", ["svd", "qr"])
    with pytest.raises(TypeError, match="one of 'svd', 'qr', got 1"):
        one_of(1, "method", ["svd", "qr"])


def test_a_generator_is_used_as_it_is():
    rng = np.random.default_rng(1)
    assert as_rng(rng) is rng


@pytest.mark.parametrize("seed", [3, np.int64(3)])
def test_an_integer_is_a_seed(seed):
    assert as_rng(seed).random() == np.random.default_rng(3).random()


@pytest.mark.parametrize("value", [None, True, 1.0, "1", [1]])
def test_what_seeds_nothing_is_refused(value):
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Gen"):
        as_rng(value)


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="rng must be at least 0, got -1"):
        as_rng(-1)
