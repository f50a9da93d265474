"""Checks at the door: each message says what came and what was wanted."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from byhand._validate import (
    as_array,
    as_classes,
    as_flag,
    as_function,
    as_integer,
    as_list,
    as_mapping,
    as_numbers,
    as_real,
    as_rng,
    as_sequence,
    as_vectors,
    one_of,
    rectangular,
    shown,
)


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_integers_pass(value):
    result = as_integer(value, "n", minimum=3)
    assert result == 3
    assert type(result) is int


@pytest.mark.parametrize(
    "value", [3.0, "3", True, np.True_, None, [3], 1j, np.timedelta64(3)]
)
def test_what_is_no_integer_is_refused(value):
    with pytest.raises(TypeError, match="n must be an integer, got"):
        as_integer(value, "n")


def test_an_integer_may_be_either_bound():
    assert as_integer(1, "n", minimum=1, maximum=1) == 1


def test_a_small_integer_is_refused():
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        as_integer(0, "n", minimum=1)


@pytest.mark.parametrize("value", [4, 10**30, 10**5000], ids=shown)
def test_a_large_integer_is_refused_in_few_digits(value):
    with pytest.raises(ValueError, match="n must be at most 3, got") as error:
        as_integer(value, "n", maximum=3)
    assert len(str(error.value)) < 50


def test_huge_numbers_are_shown_by_their_size():
    assert shown(10**30 - 1) == str(10**30 - 1)
    assert shown(10**30) == "about 10^30"
    assert shown(-(10**30)) == "about -10^30"
    assert shown(10**400) == "about 10^400"
    assert shown(Fraction(10**50, 3)) == "about 10^49"
    assert shown(Fraction(1, 3)) == "Fraction(1, 3)"
    assert shown(1.5) == "1.5"


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), Fraction(2)])
def test_reals_pass(value):
    assert as_real(value, "eta") == 2.0


@pytest.mark.parametrize(
    "value",
    [1j, np.complex64(1), np.complex128(1 + 2j), "2", None, True, [2.0],
     np.array(2.0), np.datetime64(2, "s"), np.timedelta64(2, "s")],
)  # fmt: skip
def test_what_is_no_real_is_refused(value):
    with pytest.raises(TypeError, match="eta must be a real number, got"):
        as_real(value, "eta")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_reals_are_finite(value):
    with pytest.raises(ValueError, match="eta must be finite"):
        as_real(value, "eta")


@pytest.mark.parametrize("value", [10**400, -(10**400), Fraction(10**5000, 7)])
def test_reals_fit_in_float64(value):
    with pytest.raises(ValueError, match="eta must fit in float64, got about"):
        as_real(value, "eta")


def test_reals_keep_their_bounds():
    assert as_real(0, "eta", minimum=0) == 0
    with pytest.raises(ValueError, match=r"eta must be positive, got 0\.0"):
        as_real(0, "eta", positive=True)
    with pytest.raises(ValueError, match=r"eta must be at least 0, got -1\.0"):
        as_real(-1, "eta", minimum=0)


@pytest.mark.parametrize("value", [True, np.False_])
def test_flags(value):
    assert as_flag(value, "skip") is bool(value)


@pytest.mark.parametrize("value", [0, 1, "no", None, [True]])
def test_what_is_no_flag_is_refused(value):
    with pytest.raises(TypeError, match="skip must be True or False, got"):
        as_flag(value, "skip")


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
        ([True, Fraction(1)], 1, TypeError, "real numbers, got True"),
        ([np.complex128(1), None], 1, TypeError, "x must hold real numbers"),
        ([1, 10**400], 1, ValueError, r"fit in float64, got about 10\^400"),
        ([Fraction(1), np.nan], 1, ValueError, r"finite, got nan at x\[1\]"),
        ([np.datetime64(1, "s")], 1, TypeError, "x must hold real numbers"),
        ({1.0}, None, TypeError, "x must hold real numbers"),
    ],
)
def test_arrays_are_refused_with_a_reason(value, ndim, error, said):
    with pytest.raises(error, match=said):
        as_array(value, "x", ndim=ndim)


def test_the_first_entry_that_is_not_finite_is_named():
    for read in (as_array, as_numbers, as_vectors):
        with pytest.raises(ValueError, match=r"got nan at x\[0, 1\]$"):
            read([[1.0, np.nan], [np.inf, np.nan]], "x")
    with pytest.raises(ValueError, match=r"^x must be finite, got nan$"):
        as_array(np.nan, "x")


def test_an_entry_too_large_for_float64_is_the_one_that_is_named():
    with pytest.raises(ValueError, match=r"got about -10\^500$"):
        as_array([10**300, -(10**500), 1.0], "x")


def test_classes_are_from_0_to_one_less_than_their_number():
    assert as_classes([2, 0], "t", classes=3, shape=(2,)).tolist() == [2, 0]
    assert as_classes(0, "t", classes=1, shape=()) == 0
    for t, shape, wanted in (
        ([0, 1], (), "one class"),
        (0, (2,), r"shape \(2,\), one class a sample"),
        ([0, 1, 0], (2,), r"shape \(2,\), one class a sample"),
    ):
        with pytest.raises(ValueError, match=f"t must have {wanted}, got sh"):
            as_classes(t, "t", classes=2, shape=shape)
    for first in (3, 7, -1):
        with pytest.raises(ValueError, match=f"between 0 and 2, got {first}$"):
            as_classes([0, first, 7, -9], "t", classes=3, shape=(4,))


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


MASKED = np.ma.masked_array([[1, 2], [3, 4]], [[0, 1], [0, 0]])


@pytest.mark.parametrize(
    "read",
    [
        lambda value: as_array(value, "x"),
        lambda value: as_numbers(value, "x"),
        lambda value: as_vectors(value, "x"),
        lambda value: as_classes(value, "x", classes=9, shape=(2, 2)),
    ],
)
def test_masks_and_rows_of_different_lengths_are_never_dropped(read):
    with pytest.raises(ValueError, match="have masked entries, got 1; fill"):
        read(MASKED)
    with pytest.raises(ValueError, match="rows of different lengths"):
        read([[1, 2], [3]])
    assert read(np.ma.masked_array(MASKED.data)).tolist() == [[1, 2], [3, 4]]


def test_objects_stand_in_rows_of_one_length():
    big = [[10**400, 1], [2, 3]]
    assert rectangular(big, "x", dtype=object).tolist() == big
    for ragged in ([[1, 2], [3]], [[1, 2], (3,)], [1, np.ones(2)]):
        with pytest.raises(
            ValueError, match="x must be a rectangular array of integers, got"
        ):
            rectangular(ragged, "x", of="integers", dtype=object)


def test_complex_numbers_pass_where_a_step_sends_them():
    assert as_numbers([1, 2j], "x").dtype == np.complex128
    assert as_numbers([1, 3 - 2j], "x").tolist() == [1, 3 - 2j]
    with pytest.raises(ValueError, match=r"^the real part of x must be fin"):
        as_numbers([complex(np.nan, 1)], "x")
    assert as_numbers([1, 2], "x").dtype == np.float64
    with pytest.raises(ValueError, match=r"imaginary part of x must be fin"):
        as_numbers([complex(1, np.inf)], "x")
    with pytest.raises(ValueError, match="x must be a vector, or a batch"):
        as_vectors(1j, "x")
    with pytest.raises(TypeError, match="x must hold real numbers"):
        as_vectors([1j], "x", real=True)


def test_long_values_are_shown_in_one_short_line():
    assert shown("x" * 198) == repr("x" * 198)
    assert shown("x" * 199) == repr("x" * 199)[:198] + " …"
    assert len(shown(np.zeros((50, 50)))) == 200
    assert "\n" not in shown(np.zeros((50, 50)))
    assert shown([10**5000]) == "a value of type list"


@pytest.mark.parametrize(
    "value",
    [[np.ma.masked, np.ma.masked], [MASKED, MASKED], ([MASKED], (MASKED,))],
)
def test_masks_inside_lists_are_counted(value):
    with pytest.raises(ValueError, match="not have masked entries, got 2;"):
        as_array(value, "x")


def test_a_long_double_that_float64_cannot_hold_is_refused():
    large = np.longdouble("1e400")
    if not np.isfinite(large):
        pytest.skip("a long double is a float64 here")
    with pytest.raises(ValueError, match="x must be finite, got inf"):
        as_array([large], "x")


def test_functions_and_mappings():
    assert as_function(len, "f") is len
    assert as_mapping({1: 2}, "sizes") == {1: 2}
    with pytest.raises(TypeError, match="f must be a function, got 3"):
        as_function(3, "f")
    with pytest.raises(TypeError, match="sizes must be a dictionary, got 3"):
        as_mapping(3, "sizes")


@pytest.mark.parametrize(
    "value", [[1, 2], (1, 2), range(1, 3), np.arange(1, 3)]
)
def test_sequences(value):
    assert as_sequence(value, "x", "numbers") == [1, 2]
    assert as_list(value, "x", "numbers") == [1, 2]


@pytest.mark.parametrize("value", ["ab", b"ab", {1}, 3, None, np.array(1)])
def test_what_is_no_sequence_is_refused(value):
    with pytest.raises(TypeError, match="x must be a sequence of numbers, go"):
        as_sequence(value, "x", "numbers")


def test_what_does_not_end_is_refused():
    with pytest.raises(ValueError, match="x must hold at most 10,000,000 num"):
        as_sequence(range(10**30), "x", "numbers")
    with pytest.raises(ValueError, match="x must hold at most 10,000,000 num"):
        as_sequence(range(10**7 + 1), "x", "numbers")
    assert as_list(iter({1: 2}), "x", "numbers") == [1]


def test_a_list_is_read_up_to_its_longest(monkeypatch):
    monkeypatch.setattr("byhand._validate._MOST_LISTED", 3)
    for read in (as_sequence, as_list):
        assert read(range(3), "x", "numbers") == [0, 1, 2]
        with pytest.raises(ValueError, match="must hold at most 3 numbers, g"):
            read(range(4), "x", "numbers")
    with pytest.raises(ValueError, match="must hold at most 3 numbers, got m"):
        as_list(itertools.count(), "x", "numbers")


def test_text_is_no_list():
    for value in ("ab", b"ab", 3):
        with pytest.raises(TypeError, match="x must hold numbers, got"):
            as_list(value, "x", "numbers")
