"""A few numbers as an answer, and the slips that lead to others."""

import math

import pytest
from byhand.checks import CheckFailed
from byhand.checks._protocol import Check
from byhand.checks._slips import require_numbers


def said_of(answer, wanted, slips=None):
    try:
        return require_numbers(
            Check("c"), answer, wanted,
            given="a case", slips=slips or {}, otherwise="Look.",
        )  # fmt: skip
    except CheckFailed as error:
        return str(error)


def test_numbers_come_in_their_order_and_one_by_itself():
    assert said_of((2, 3.0), {"a": 2, "b": 3}) == "2 numbers, to three digits"
    assert said_of([2, 3.0], {"a": 2, "b": 3}).startswith("2 numbers")
    assert said_of(2, {"a": 2}) == "1 number, to three digits"
    assert said_of((2, 4), {"a": 2, "b": 3}).endswith(
        "  input     a case\n"
        "  expected  another number for b\n"
        "  got       4.0\n"
        "  hint      Look."
    )
    assert "another number for a\n" in said_of((3, 2), {"a": 2, "b": 3})
    for wrong in (2, (2,), (2, 3, 4), (2, math.nan), "23"):
        text = said_of(wrong, {"a": 2, "b": 3})
        assert "expected  2 numbers: a, b\n" in text
        assert "hint      Return the numbers in this order, in a tup" in text
    for wrong in ((2,), math.nan, "2"):
        text = said_of(wrong, {"a": 2})
        assert "expected  a number\n" in text
        assert "hint      Return the number." in text


@pytest.mark.parametrize("sign", [1, -1])
def test_three_digits_are_enough(sign):
    for wanted, near, far in ((1000, 0.99, 1.02), (0, 0.9e-9, 1.1e-9)):
        assert "1 number" in said_of(wanted + sign * near, {"a": wanted})
        assert "another" in said_of(wanted + sign * far, {"a": wanted})


def test_of_two_slips_that_are_close_the_nearer_has_its_hint():
    slips = {"a": {10000: "Even.", 10001: "Odd."}}
    for got, hint in ((10000.4, "Even."), (10000.6, "Odd."), (10001, "Odd.")):
        assert said_of(got, {"a": 3}, slips).endswith(f"hint      {hint}")


def test_a_slip_has_its_hint():
    slips = {"b": {30: "Too many tens.", 300: "Too many hundreds."}}
    for got, hint in (
        (30, "Too many tens."), (300, "Too many hundreds."),
        (30.01, "Too many tens."), (31, "Look."),
    ):  # fmt: skip
        text = said_of((2, got), {"a": 2, "b": 3}, slips)
        assert text.endswith(f"  hint      {hint}")
    assert said_of((30, 3), {"a": 2, "b": 3}, slips).endswith(
        "hint      Look."
    )
