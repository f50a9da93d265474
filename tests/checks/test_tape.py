"""The checkers of the page on the tape: right answers, and wrong ones."""

import numpy as np
import pytest
from byhand.checks.tape import (
    check_swish,
    check_tridiagonal,
    check_wrong_order,
)
from byhand.tape import TABLE, elementwise, exp, sigmoid

COST = {"exp": 1, "add": 1, "div": 1, "mul": 1}


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


# ---- check_tridiagonal ---------------------------------------------------


def by_color(product, n):
    J = np.zeros((n, n))
    for k in range(min(3, n)):
        u = np.zeros(n)
        u[k::3] = 1
        total = product(u)
        for i in range(n):
            for j in (i - 1, i, i + 1):
                if 0 <= j < n and j % 3 == k:
                    J[i, j] = total[i]
    return J


def test_a_product_for_each_column_is_too_many(refused):
    def answer(product, n):
        return np.array([product(e) for e in np.eye(n)]).T

    assert "right J, from 4 products" in refused(check_tridiagonal, answer)


def test_two_colors_mix_columns(refused):
    def answer(product, n):
        J = np.zeros((n, n))
        for k in range(2):
            u = (np.arange(n) % 2 == k).astype(float)
            total = product(u)
            for j in range(k, n, 2):
                near = slice(max(j - 1, 0), j + 2)
                J[near, j] = total[near]
        return J

    text = refused(check_tridiagonal, answer)
    assert "row 1, column 0" in text
    assert "mixes the columns" in text


def test_rows_for_columns(refused):
    assert "row 0, column 1" in refused(
        check_tridiagonal, lambda product, n: by_color(product, n).T
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda product, n: product(np.ones(n)), "shape"),
        (lambda product, n: product(np.ones(n + 1)), "wants a vector"),
    ],
)
def test_what_is_not_a_matrix(answer, message, refused):
    assert message in refused(check_tridiagonal, answer)


#: What is said of right answers, and the answers.
RIGHT = {
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
    check_tridiagonal: ("60 matrices", by_color),
}
