from fractions import Fraction

import numpy as np
import pytest
from byhand.threshold import (
    HEAVISIDE,
    IDENTITY,
    INTERVAL,
    RELU,
    Condition,
    Layer,
    Network,
    Unit,
    condition,
    equality,
)


def test_units_on_integers():
    z = [-2, -1, 0, 1, 2]
    assert INTERVAL(z).tolist() == [0, 1, 1, 1, 0]
    assert HEAVISIDE(z).tolist() == [0, 0, 1, 1, 1]
    assert equality(1)(z).tolist() == [0, 0, 0, 1, 0]
    assert RELU(z).tolist() == [0, 0, 0, 1, 2]
    assert IDENTITY(z).tolist() == z
    assert Unit("at most 1", None, 1)(z).tolist() == [1, 1, 1, 1, 0]


def test_units_on_floats_keep_their_edges():
    assert INTERVAL([-1.0, 1.0, np.nextafter(1, 2)]).tolist() == [1, 1, 0]
    assert HEAVISIDE(-1e-300) == 0
    assert RELU([-0.5, 0.5]).tolist() == [0, 0.5]


def test_units_are_exact_beyond_machine_integers():
    z = np.array([10**30, 10**30 + 1, -(10**40)], dtype=object)
    assert equality(10**30)(z).tolist() == [1, 0, 0]
    assert RELU(z).tolist() == [10**30, 10**30 + 1, 0]
    assert equality(Fraction(1, 3))(Fraction(1, 3)) == 1


def test_equality_is_with_zero_unless_given_and_named_by_its_number():
    assert equality() == equality(0)
    for k, name in (
        (-3, "equality(-3)"),
        (Fraction(1, 2), "equality(1/2)"),
        (10**30 - 1, f"equality({'9' * 30})"),
        (10**30, "equality(about 10^30)"),
        (-(10**30), "equality(about -10^30)"),
    ):
        assert equality(k).name == name
    with pytest.raises(
        ValueError, match=r"low ≤ high, got about 10\^30 > 1/2"
    ):
        Unit("empty", 10**30, Fraction(1, 2))


def test_units_take_finite_real_numbers_of_any_type():
    for strange, error in (
        ("a", TypeError),
        (None, TypeError),
        (True, TypeError),
        (1j, TypeError),
        (float("nan"), ValueError),
        (float("inf"), ValueError),
    ):
        for unit in (HEAVISIDE, RELU, IDENTITY):
            with pytest.raises(error, match="each entry of z must be"):
                unit(np.array([Fraction(1, 2), strange], dtype=object))
    mixed = np.array([Fraction(1, 2), 0.25, -(10**30)], dtype=object)
    assert RELU(mixed).tolist() == [Fraction(1, 2), 0.25, 0]
    with pytest.raises(TypeError, match="real numbers, got an array of <U1"):
        RELU(["a"])
    for z in (np.nan, [1.0, np.inf]):
        with pytest.raises(ValueError, match="z must be finite, got a NaN or"):
            HEAVISIDE(z)


def test_units_are_values():
    assert equality(2) == equality(2)
    assert equality(2) != equality(3)
    assert len({INTERVAL, Unit("interval", -1, 1)}) == 1
    with pytest.raises(AttributeError):
        INTERVAL.low = 0


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (INTERVAL, "1[|z| ≤ 1]"),
        (HEAVISIDE, "1[z ≥ 0]"),
        (equality(3), "1[z = 3]"),
        (Unit("u", None, 2), "1[z ≤ 2]"),
        (Unit("u", 1, 2), "1[1 ≤ z ≤ 2]"),
        (RELU, "relu(z)"),
        (IDENTITY, "z"),
    ],
)
def test_formula(unit, text):
    assert unit.formula("z") == text


def test_bad_units():
    with pytest.raises(ValueError, match="low ≤ high, got 2 > 1"):
        Unit("empty", 2, 1)
    with pytest.raises(TypeError, match=r"integers or Fractions, got 0\.5"):
        Unit("half", 0.5, None)
    with pytest.raises(ValueError, match="'relu', 'identity', got 'sigmoid'"):
        Unit("sigmoid")
    with pytest.raises(TypeError, match="k must be an integer"):
        equality(0.5)
    with pytest.raises(ValueError, match=r"'heaviside'.*got 'sigmoid'"):
        Layer([[1]], [0], "sigmoid")
    with pytest.raises(TypeError, match="got None"):
        Layer([[1]], [0], None)


def test_condition_finds_the_same_question_behind_different_weights():
    same = {
        condition([2, -2], 0, INTERVAL),
        condition([3, -3], 1, INTERVAL),
        condition([1, -1], 0, equality(0)),
        condition([Fraction(1, 3), Fraction(-1, 3)], 0, equality(0)),
        condition([10**30, -(10**30)], 5, Unit("u", 0, 10)),
    }
    assert same == {Condition((1, -1), 0, 0)}
    assert condition([2, -2], 1, HEAVISIDE) == Condition((1, -1), 0, None)
    assert condition([2, -2], -1, HEAVISIDE) == Condition((1, -1), 1, None)


@pytest.mark.parametrize("unit", [INTERVAL, HEAVISIDE, equality(2)])
def test_condition_agrees_with_the_unit(unit):
    for w in range(-4, 5):
        for b in (-3, 0, Fraction(5, 2)):
            c = condition([w], b, unit)
            for x in range(-6, 7):
                z = c.a[0] * x
                fires = (c.low is None or z >= c.low) and (
                    c.high is None or z <= c.high
                )
                assert fires == bool(unit(w * x + b))
                if c.constant is not None:
                    assert fires == c.constant


def test_condition_knows_constants():
    assert condition([0, 0], 1, INTERVAL).constant is True
    assert condition([0, 0], 2, INTERVAL).constant is False
    assert condition([3], 1, equality(0)).constant is False
    assert condition([3], 0, equality(0)).constant is None
    with pytest.raises(ValueError, match="answers 0 or 1, got 'relu'"):
        condition([1], 0, RELU)


@pytest.mark.parametrize(
    ("w", "b", "unit", "text"),
    [
        ([-2, 2], 0, INTERVAL, "y = x"),
        ([1, -1], 0, HEAVISIDE, "x ≥ y"),
        ([1, -1], -1, HEAVISIDE, "x > y"),
        ([1, -1], 1, Unit("u", None, 0), "x < y"),
        ([1, -1], -2, HEAVISIDE, "x ≥ y + 2"),
        ([-1, -1], 2, HEAVISIDE, "x + y ≤ 2"),
        ([-3, 0], 0, equality(6), "x = -2"),
        ([1, 2], 0, INTERVAL, "-1 ≤ x + 2 y ≤ 1"),
        ([-1, -2], 1, INTERVAL, "0 ≤ x + 2 y ≤ 2"),
        ([1, -1], 1, HEAVISIDE, "x ≥ y - 1"),
        ([1, -1], 0, Unit("u", None, 0), "x ≤ y"),
        ([-1, 1], 0, HEAVISIDE, "y ≥ x"),
        ([-1, 0], 1, HEAVISIDE, "x ≤ 1"),
        ([-1, 0], 0, Unit("u", 1, None), "x ≤ -1"),
        ([1, 0], 0, Unit("u", 1, None), "x ≥ 1"),
        ([1, 0], 0, Unit("u", None, -1), "x ≤ -1"),
        ([1, 0], 0, Unit("u", None, 0), "x ≤ 0"),
        ([0, 0], 0, INTERVAL, "always"),
        ([0, 0], 2, INTERVAL, "never"),
    ],
)
def test_condition_text(w, b, unit, text):
    assert condition(w, b, unit).text(["x", "y"]) == text


def test_fractions_are_written_out_up_to_four_digits():
    for weight, text in (
        (Fraction(1, 9999), "1/9999 x1"),
        (Fraction(-1, 9999), "-1/9999 x1"),
        (Fraction(1, 10_000), "~0.0001 x1"),
        (Fraction(123456789, 10**8), "~1.23457 x1"),
        (Fraction(10**6 + 1, 10**5), "~10 x1"),
        (-1, "-x1"),
        (10**6, "1000000 x1"),
    ):
        network = Network(Layer([[weight]], [0], IDENTITY))
        assert network.formulas(1) == [text]
    biased = Network(Layer([[0], [1], [-2]], [0, Fraction(-1, 3), 7], RELU))
    assert biased.formulas(1) == [
        "relu(0)",
        "relu(x1 - 1/3)",
        "relu(-2 x1 + 7)",
    ]


def test_condition_text_drops_what_bits_cannot_reach():
    names = ["g", "h"]
    assert Condition((1, 1), 1, 9).text(names, [True, True]) == "g + h ≥ 1"
    assert Condition((1, 1), -1, 1).text(names, [True, True]) == "g + h ≤ 1"
    assert Condition((1, 1), 0, 2).text(names, [True, True]) == "always"
    assert Condition((1, -1), -1, 1).text(names, [True, True]) == "always"
    assert Condition((1, -1), -1, 0).text(names, [True, True]) == "g ≤ h"
    assert Condition((1, -1), 0, 1).text(names, [True, True]) == "g ≥ h"
    assert Condition((2, 0), 1, 2).text(names, [True, False]) == "2 g ≥ 1"
    assert Condition((1, 1), 1, 9).text(names, [True, False]).startswith("1 ≤")


def test_bounds_and_names_are_kept_as_they_are_read():
    unit = Unit("three", np.int64(3), np.uint8(4))
    assert (type(unit.low), type(unit.high)) == (int, int)
    assert unit == Unit("three", 3, 4)
    for bound in (True, np.float64(1), 1.0, "1", None):
        with pytest.raises((TypeError, ValueError)):
            Unit("other", bound)
    with pytest.raises(TypeError, match="name must be a string, got 5"):
        Unit(5, 0, 1)


def test_a_condition_wants_a_name_for_each_entry():
    c = condition([1, -1], 0, INTERVAL)
    for names in (["x"], ["x", "y", "z"], [], ["x", 2]):
        with pytest.raises(ValueError, match="names must hold 2 strings, one"):
            c.text(names)
    for bits in ([True], [True] * 3):
        with pytest.raises(ValueError, match="bits must hold 2 truth values"):
            c.text(["x", "y"], bits)
    with pytest.raises(TypeError, match="each of the bits must be True or"):
        c.text(["x", "y"], [True, 1])


def test_a_condition_wants_exact_numbers_and_a_unit():
    assert condition([1, -1], 0, "interval") == condition([1, -1], 0, INTERVAL)
    with pytest.raises(TypeError, match=r"weights must be .* got 0\.5"):
        condition([0.5, 1], 0, INTERVAL)
    with pytest.raises(TypeError, match=r"unit .* got None"):
        condition([1], 0, None)
