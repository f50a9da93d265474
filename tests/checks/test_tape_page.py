"""The checkers of the page on the tape: right answers, and wrong ones."""

import numpy as np
import pytest
from byhand.checks._report import CheckFailed
from byhand.checks.tape import (
    check_swish,
    check_tridiagonal,
    check_wrong_order,
)
from byhand.tape import elementwise, exp, sigmoid

COST = {"exp": 1, "add": 1, "div": 1, "mul": 1}


def swish(value, derivative):
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


@pytest.mark.parametrize(
    "program", [cube_of_double, sum_of_square_and_cube, operands_in_a_tuple]
)
def test_programs_that_fool_the_sweep_by_distance(program, capsys):
    check_wrong_order(program)
    assert "passed, at x = 2 it gives" in capsys.readouterr().out


def test_the_reported_numbers_are_those_of_the_program(capsys):
    check_wrong_order(sum_of_square_and_cube)
    # x² + x³ at 2: 2x + 3x² = 16; a passes on 1 of its bar 1 + x = 3, and
    # x gets 2x · 1 + x² = 8.
    assert "gives 8 and the derivative is 16" in capsys.readouterr().out


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
def test_programs_that_do_not_fool_it(program):
    with pytest.raises(CheckFailed, match="from both sweeps") as error:
        check_wrong_order(program)
    assert "at x = 2" in str(error.value)


def test_a_program_that_is_too_long():
    with pytest.raises(CheckFailed, match="4 operations") as error:
        check_wrong_order(lambda x: cube_of_double(x) + x)
    assert "v1 = x + x" in str(error.value)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (lambda x: x * 2, "only values"),
        (lambda x: 2 * x, "only values"),
        (lambda x: x - x, "unsupported operand"),
        (lambda x: None, "expected"),
        ("program", "a function"),
    ],
)
def test_what_is_not_a_program(program, message):
    with pytest.raises(CheckFailed, match=message):
        check_wrong_order(program)


# ---- check_swish ---------------------------------------------------------


@pytest.mark.parametrize(
    "derivative",
    [
        lambda y, x: y + sigmoid(x) * (1 - y),
        lambda y, x: sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x)),
        lambda y, x: sigmoid(x) + y - y * sigmoid(x),
        lambda y, x: sigmoid(x) + x * sigmoid(x) * sigmoid(-x),
    ],
)
def test_right_rows_pass(derivative, capsys):
    check_swish(swish(x_sigmoid, derivative))
    assert "27 points" in capsys.readouterr().out


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
    derivative, expected, got
):
    with pytest.raises(CheckFailed, match="product rule") as error:
        check_swish(swish(x_sigmoid, derivative))
    message = str(error.value)
    assert "the derivative in reverse mode at x = " in message
    assert f"expected  {expected}\n" in message
    assert f"got       {got}\n" in message


def test_a_wrong_value():
    row = swish(lambda x: x * x * sigmoid(x), lambda y, x: y)
    with pytest.raises(CheckFailed, match="the value at x = -1"):
        check_swish(row)


def test_a_derivative_that_hides_a_function_from_the_tape():
    # Right itself, but the table has a wrong derivative of it.
    hidden = elementwise(
        "swish_slope",
        lambda x: 1 / (1 + np.exp(-x)),
        lambda y, x: y,
        cost=COST,
    )
    row = swish(x_sigmoid, lambda y, x: y + hidden(x) * (1 - y))
    with pytest.raises(CheckFailed, match="the second derivative"):
        check_swish(row)


def test_an_overflow_is_named():
    def derivative(y, x):
        e = exp(-x)
        return y / x + x * e / (1 + e) ** 2

    def safe_at_zero(y, x):
        e = exp(-x)
        return 1 / (1 + e) + x * e / (1 + e) ** 2

    with pytest.raises(CheckFailed, match="x = -1000"):
        check_swish(swish(x_sigmoid, safe_at_zero))
    with pytest.raises(CheckFailed, match="x = 0") as caught:
        check_swish(swish(x_sigmoid, derivative))
    assert "division by x" in str(caught.value)


def test_a_derivative_that_the_tape_cannot_follow():
    def derivative(y, x):
        return float(x)

    with pytest.raises(CheckFailed, match="being recorded"):
        check_swish(swish(x_sigmoid, derivative))


def test_a_value_of_the_wrong_kind():
    with pytest.raises(CheckFailed, match="returns one of its shape"):
        check_swish(
            swish(lambda x: np.array([1.0, 2.0]), lambda y, x: sigmoid(x))
        )


def test_what_is_not_a_row():
    with pytest.raises(CheckFailed, match="the row that elementwise"):
        check_swish(x_sigmoid)


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


def as_lists(product, n):
    totals = [product([float(j % 3 == k) for j in range(n)]) for k in range(3)]
    return [
        [totals[j % 3][i] if abs(i - j) < 2 else 0 for j in range(n)]
        for i in range(n)
    ]


@pytest.mark.parametrize("answer", [by_color, as_lists])
def test_right_answers_pass(answer, capsys):
    check_tridiagonal(answer)
    assert "60 matrices" in capsys.readouterr().out


def test_a_product_for_each_column_is_too_many():
    def answer(product, n):
        return np.array([product(e) for e in np.eye(n)]).T

    with pytest.raises(CheckFailed, match="right J, from 4 products"):
        check_tridiagonal(answer)


def test_two_colors_mix_columns():
    def answer(product, n):
        J = np.zeros((n, n))
        for k in range(2):
            u = (np.arange(n) % 2 == k).astype(float)
            total = product(u)
            for j in range(k, n, 2):
                near = slice(max(j - 1, 0), j + 2)
                J[near, j] = total[near]
        return J

    with pytest.raises(CheckFailed, match="row 1, column 0") as error:
        check_tridiagonal(answer)
    assert "mixes the columns" in str(error.value)


def test_rows_for_columns():
    with pytest.raises(CheckFailed, match="row 0, column 1"):
        check_tridiagonal(lambda product, n: by_color(product, n).T)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda product, n: product(np.ones(n)), "shape"),
        (lambda product, n: None, "None"),
        (lambda product, n: product(np.ones(n + 1)), "wants a vector"),
        (3, "a function"),
    ],
)
def test_what_is_not_a_matrix(answer, message):
    with pytest.raises(CheckFailed, match=message):
        check_tridiagonal(answer)


@pytest.mark.parametrize("check", [check_wrong_order, check_tridiagonal])
def test_an_exercise_not_started_says_so(check):
    def answer(*_):
        raise NotImplementedError("Exercise")

    with pytest.raises(NotImplementedError):
        check(answer)
