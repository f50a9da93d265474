"""The checkers of the page on the tape: right answers, and wrong ones."""

from fractions import Fraction

import numpy as np
import pytest
from byhand.checks.tape import (
    check_count_paths,
    check_reciprocal,
    check_still_direction,
    check_swish,
    check_wrong_order,
)
from byhand.tape import TABLE, elementwise, exp, sigmoid

COST = {"exp": 1, "add": 1, "div": 1, "mul": 1}


# ---- warm-ups ------------------------------------------------------------


class Var:
    """The engine of the page."""

    def __init__(self, tape, value, parents=()):
        self.tape, self.value, self.parents = tape, value, parents
        tape.append(self)


def reciprocal(slope, value=lambda x: 1 / x):
    return lambda x: Var(x.tape, value(x.value), [(x, slope(x.value))])


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_reciprocal, reciprocal(lambda x: x**-2), "grow or fall"),
        (check_reciprocal, reciprocal(lambda x: -1 / x), "up to a sign"),
        (check_reciprocal, reciprocal(lambda x: 3), "at this x"),
        (
            check_reciprocal,
            reciprocal(lambda x: -(x**-2), lambda x: x),
            "The value is that of 1/x",
        ),
        (
            check_reciprocal,
            lambda x: Var([], 1 / x.value, [(x, -(x.value**-2))]),
            "the tape of x is as it was",
        ),
        (check_reciprocal, lambda x: 1 / x.value, "how sin is made"),
        (check_reciprocal, lambda x: Var(x.tape, 1), "without parents"),
        (check_count_paths, lambda n: (2**n, 4 * n), "and once more"),
        (check_count_paths, lambda n: (3 * n, 4 * n), "Each path"),
        (check_count_paths, lambda n: (5**n, 4 * n), "In how many ways"),
        (check_count_paths, lambda n: (3**n, 3 * n), "two entries"),
        (check_count_paths, lambda n: 3**n, "Return a pair"),
        (check_still_direction, (0, 0), "both stand still"),
        (check_still_direction, (7, 48), "Look at their signs"),
        (check_still_direction, (-48, 7), "its own value"),
        (check_still_direction, (1, -2), "17/2"),
    ],
)
def test_foreseen_slips_have_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


def swish(value, derivative):
    TABLE.pop("swish", None)  # another row of one name warns
    return elementwise("swish", value, derivative, cost=COST)


def x_sigmoid(x):
    return x * sigmoid(x)


# ---- check_wrong_order ---------------------------------------------------


def cube_of_double(x):
    a = x + x
    return a * (a * a)


def sum_of_square_and_cube(x):
    a = x * x
    return a + a * x


def operands_in_a_tuple(x):
    a = x * x
    b = x + a
    return a + b


def test_the_reported_numbers_are_those_of_the_program(passes):
    # x² + x³ at 2: 2x + 3x² = 16; a passes on 1 of its bar 1 + x = 3, and
    # x gets 2x · 1 + x² = 8.
    said = passes(check_wrong_order, sum_of_square_and_cube)
    assert "gives 8 and the derivative is 16" in said


def used_again_below(x):
    a = x * x
    return a * x + a


@pytest.mark.parametrize(
    "program",
    [
        lambda x: x * x + x,
        lambda x: (x * x) * (x * x),
        lambda x: x,
        # By distance, but in a lucky order: a comes after a * x.
        used_again_below,
    ],
)
def test_programs_that_do_not_fool_it(program, refused):
    text = refused(check_wrong_order, program)
    assert "from both sweeps" in text
    assert "at x = 2" in text


def test_a_program_that_is_too_long(refused):
    text = refused(check_wrong_order, lambda x: cube_of_double(x) + x)
    assert "4 operations" in text
    assert "v1 = x + x" in text


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (lambda x: x * 2, "only values"),
        (lambda x: 2 * x, "only values"),
        (lambda x: x - x, "unsupported operand"),
    ],
)
def test_what_is_not_a_program(program, message, refused):
    assert message in refused(check_wrong_order, program)


# ---- check_swish ---------------------------------------------------------


@pytest.mark.parametrize(
    ("derivative", "expected", "got"),
    [
        (lambda y, x: sigmoid(x), "0.92767051", "0.73105858"),
        (lambda y, x: sigmoid(x) * (1 - sigmoid(x)), "0.5", "0.25"),
        (lambda y, x: y + sigmoid(x) * (1 + y), "0.92767051", "1.9965638"),
        (lambda y, x: y * (1 - y), "0.5", "0"),
    ],
)
def test_wrong_derivatives_are_answered_with_a_point(
    derivative, expected, got, refused
):
    text = refused(check_swish, swish(x_sigmoid, derivative))
    assert "product rule" in text
    assert "the derivative in reverse mode at x = " in text
    assert f"expected  {expected}\n" in text
    assert f"got       {got}\n" in text


def test_a_wrong_value(refused):
    row = swish(lambda x: x * x * sigmoid(x), lambda y, x: y)
    assert "the value at x = -1" in refused(check_swish, row)


def test_a_derivative_that_hides_a_function_from_the_tape(refused):
    # Right itself, but the table has a wrong derivative of it.
    hidden = elementwise(
        "swish_slope",
        lambda x: 1 / (1 + np.exp(-x)),
        lambda y, x: y,
        cost=COST,
    )
    row = swish(x_sigmoid, lambda y, x: y + hidden(x) * (1 - y))
    assert "the second derivative" in refused(check_swish, row)


def test_an_overflow_is_named(refused):
    def derivative(y, x):
        e = exp(-x)
        return y / x + x * e / (1 + e) ** 2

    def safe_at_zero(y, x):
        e = exp(-x)
        return 1 / (1 + e) + x * e / (1 + e) ** 2

    text = refused(check_swish, swish(x_sigmoid, safe_at_zero))
    assert "x = -1000" in text
    text = refused(check_swish, swish(x_sigmoid, derivative))
    assert "x = 0" in text
    assert "division by x" in text


def test_a_derivative_that_the_tape_cannot_follow(refused):
    def derivative(y, x):
        return float(x)

    assert "being recorded" in refused(
        check_swish, swish(x_sigmoid, derivative)
    )


def test_a_value_of_the_wrong_kind(refused):
    row = swish(lambda x: np.array([1.0, 2.0]), lambda y, x: sigmoid(x))
    assert "returns one of its shape" in refused(check_swish, row)


def test_what_is_not_a_row(refused):
    assert "the row that elementwise" in refused(check_swish, x_sigmoid)


#: What is said of right answers, and the answers.
RIGHT = {
    check_reciprocal: ("6 points", reciprocal(lambda x: -1 / x**2)),
    check_count_paths: ("8 numbers", lambda n: (3**n, 4 * n)),
    check_still_direction: (
        "is 0",
        (7, -48),
        [Fraction(1, 12), Fraction(-4, 7)],
        (0.1, -4.8 / 7),
    ),
    check_wrong_order: (
        "at x = 2 it gives",
        cube_of_double,
        sum_of_square_and_cube,
        operands_in_a_tuple,
    ),
    check_swish: (
        "27 points",
        *(
            swish(x_sigmoid, derivative)
            for derivative in (
                lambda y, x: y + sigmoid(x) * (1 - y),
                lambda y, x: sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x)),
                lambda y, x: sigmoid(x) + y - y * sigmoid(x),
                lambda y, x: sigmoid(x) + x * sigmoid(x) * sigmoid(-x),
            )
        ),
    ),
}
