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


def told(text):
    """Return a message on one line."""
    return " ".join(text.split())


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


#: The reciprocal and its slope by hand.
RECIPROCALS = {
    "1": ("1", "-1"), "2": ("1/2", "-1/4"), "1/2": ("2", "-4"),
    "-1": ("-1", "-1"), "-3": ("-1/3", "-1/9"), "2/5": ("5/2", "-25/4"),
}  # fmt: skip


@pytest.mark.parametrize("point", RECIPROCALS)
def test_each_reciprocal_by_hand_is_tried(point, refused):
    value, slope = RECIPROCALS[point]
    here = Fraction(point)
    answer = reciprocal(
        lambda x: -1 / x**2, lambda x: 1 / x + (x == here) * Fraction(99)
    )
    text = told(refused(check_reciprocal, answer))
    assert f"input x.value = {here!r} expected the value {value} got" in text
    assert f" got {Fraction(value) + 99} hint" in text
    less = reciprocal(
        lambda x: -1 / x**2, lambda x: 1 / x - (x == here) * Fraction(99)
    )
    assert "The value is that of 1/x" in refused(check_reciprocal, less)
    less = reciprocal(lambda x: -1 / x**2 - (x == here) * Fraction(99))
    assert "at this x" in told(refused(check_reciprocal, less))
    answer = reciprocal(lambda x: -1 / x**2 + (x == here) * Fraction(99))
    text = told(refused(check_reciprocal, answer))
    assert f"input x.value = {here!r} expected the slope {slope} got" in text
    assert f" got {Fraction(slope) + 99} hint" in text


@pytest.mark.parametrize(
    ("slope", "hint"),
    [
        (lambda x: 1 / x**2, "grow or fall"),
        (lambda x: 1 / x, "up to a sign"),
        (lambda x: -1 / x, "up to a sign"),
        (lambda x: x, "at this x"),
        (lambda x: -2 / x**2, "at this x"),
        (lambda x: Fraction(0), "at this x"),
    ],
)
@pytest.mark.parametrize("point", ["-3", "2/5"])
def test_slips_with_a_slope_have_hints(point, slope, hint, refused):
    here = Fraction(point)
    answer = reciprocal(lambda x: slope(x) if x == here else -1 / x**2)
    assert hint in told(refused(check_reciprocal, answer))


def test_a_reciprocal_may_have_x_twice_as_a_parent(passes, refused):
    def halves(x):
        slope = -1 / x.value**2
        parents = [(x, slope / 4), (x, 3 * slope / 4)]
        return Var(x.tape, 1 / x.value, parents)

    assert "6 points, in fractions" in passes(check_reciprocal, halves)

    def another(x):
        slope = -1 / x.value**2
        other = Var(x.tape, x.value)
        return Var(x.tape, 1 / x.value, [(x, slope), (other, slope)])

    text = told(refused(check_reciprocal, another))
    assert "a Var with a parent other than x" in text


@pytest.mark.parametrize("change", ["no entry", "another tape", "not last"])
def test_a_reciprocal_is_the_last_entry_of_the_tape(change, refused):
    def answer(x):
        y = Var(x.tape, 1 / x.value, [(x, -1 / x.value**2)])
        if change == "no entry":
            x.tape.pop()
        elif change == "another tape":
            y.tape = list(x.tape)
        else:
            Var(x.tape, 1)
        return y

    assert "as it was" in told(refused(check_reciprocal, answer))


def test_an_input_of_the_engine_is_shown(refused):
    text = refused(check_reciprocal, lambda x: x.nothing)
    assert "x = Var([], 1)" in text


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 10, 30])
def test_each_number_of_rounds_is_tried(n, passes, refused):
    # Paths and additions, round by round.
    paths, additions = 1, 0
    for _ in range(n):
        paths += 2 * paths
        additions += 2 + 2

    def off(first, second):
        return lambda k: (3**k + first * (k == n), 4 * k + second * (k == n))

    assert "8 numbers of rounds, up to 30" in passes(
        check_count_paths, off(0, 0)
    )
    text = told(refused(check_count_paths, off(100, 0)))
    assert f"n = {n} expected {paths} paths got {paths + 100} " in text
    refused(check_count_paths, off(-100, 0))
    for sign in (1, -1):
        text = told(refused(check_count_paths, off(0, 3 * sign)))
        got = additions + 3 * sign
        assert f"n = {n} expected {additions} additions got {got} " in text
        assert "two entries on the tape" in text


@pytest.mark.parametrize(
    ("paths", "hint"),
    [
        (8, "y * y, twice, and once more"),
        (64, "y * y, twice, and once more"),
        (9, "Each path of one round goes on"),
        (26, "In how many ways"),
        (6, "In how many ways"),
    ],
)
def test_slips_with_paths_have_hints(paths, hint, refused):
    def answer(n):
        return paths if n == 3 else 3**n, 4 * n

    assert hint in told(refused(check_count_paths, answer))


@pytest.mark.parametrize(
    ("direction", "change", "hint"),
    [
        # The bars of a and b are 12 and 7/4.
        ((1, 0), "12", "pairing with the dots"),
        ((0, 1), "7/4", "pairing with the dots"),
        ((0, 4), "7", "pairing with the dots"),
        ((1, -2), "17/2", "pairing with the dots"),
        ((7, 48), "168", "Look at their signs"),
        ((-7, -48), "-168", "Look at their signs"),
        ((48, -7), "2255/4", "its own value"),
    ],
)
def test_directions_that_move_have_hints(direction, change, hint, refused):
    text = told(refused(check_still_direction, direction))
    a, b = direction
    assert f"a_dot = {a}, b_dot = {b} " in text
    assert f"expected the derivative 0 got {change} hint" in text
    assert hint in text


@pytest.mark.parametrize("scale", [1, -1, 10**6, -(10**6)])
def test_a_direction_may_be_rounded(scale, passes, refused):
    # To 1e-12 of the sizes of the dots, together 55, in the change 12 d.
    def moved(d):
        return Fraction(7 + d) / scale, Fraction(-48, scale)

    for sign in (1, -1):
        passes(check_still_direction, moved(sign * Fraction(54, 12 * 10**12)))
        refused(check_still_direction, moved(sign * Fraction(56, 12 * 10**12)))


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

    # (2x)³ at 2: 96; a passes on a² = 16 before a * a has added 32.
    said = passes(check_wrong_order, cube_of_double)
    assert "at x = 2 it gives 32 and the derivative is 96" in said
    # x² + x + x²: 2 · 4 + 1, of which the second x² comes too late.
    said = passes(check_wrong_order, operands_in_a_tuple)
    assert "at x = 2 it gives 5 and the derivative is 9" in said


@pytest.mark.parametrize("start", [2, 3, -1, 1, 0, 5])
def test_it_may_be_fooled_at_one_of_the_numbers_alone(start, passes):
    def program(x):
        a = x + x
        return a + (a + x) if x.value == start else a

    said = passes(check_wrong_order, program)
    assert f"at x = {start} it gives 3 and the derivative is 5" in said


def test_what_both_sweeps_give_is_told(refused):
    text = told(refused(check_wrong_order, lambda x: x * x + x))
    assert "input x v1 = x * x v2 = v1 + x at x = 2 expected" in text
    assert "by distance other than the right 5 got" in text
    assert "got 5 from both sweeps" in text
    assert "they agree at x = 2, 3, -1, 1, 0, 5 hint" in text


def test_what_is_no_value_of_the_engine_is_told(refused):
    text = told(refused(check_wrong_order, lambda x: (x + x).value))
    assert "input x v1 = x + x expected the result" in text
    assert "got 4 hint" in text
    text = told(refused(check_wrong_order, lambda x: (x + x) + 1))
    assert "input x = x expected" in text


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


def slope(y, x):
    return y + sigmoid(x) * (1 - y)


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (0.0, "0"), (1.0, "0.73105858"), (-1.0, "-0.26894142"),
        (2.0, "1.7615942"), (-2.0, "-0.23840584"), (1000.0, "1000"),
        (-1000.0, "0"),
    ],
)  # fmt: skip
def test_each_simple_point_is_tried(point, expected, refused):
    row = swish(lambda x: x_sigmoid(x) + 3 * (x == point), slope)
    text = refused(check_swish, row)
    assert f"the value at x = {point:g}\n" in text
    assert f"expected  {expected}\n" in text
    said = "An exponential overflows" if abs(point) > 5 else "is x times the"
    assert said in text


def test_the_points_are_drawn_around_0(passes):
    seen = []

    def value(x):
        seen.extend(x.tolist())
        return x_sigmoid(x)

    said = passes(check_swish, swish(value, slope))
    assert "27 points from -1000 to 1000, 4 tapes" in said
    drawn = np.array(seen[5:25])
    assert seen[25:27] == [1000, -1000]
    assert 6 < abs(drawn).max() < 20
    assert 5 < (drawn > 0).sum() < 15
    assert len(set(drawn.tolist())) == 20


@pytest.mark.parametrize(
    ("error", "right"),
    [
        (lambda x: 9e-8 * x_sigmoid(x), True),
        (lambda x: 1.1e-7 * x_sigmoid(x), False),
        (lambda x: 9e-13 * (x == 0), True),
        (lambda x: 2e-12 * (x == 0), False),
    ],
)
def test_a_value_may_be_rounded(error, right, passes, refused):
    # The derivative makes no use of y, which is off.
    row = swish(
        lambda x: x_sigmoid(x) + error(x), lambda y, x: slope(x_sigmoid(x), x)
    )
    if right:
        passes(check_swish, row)
    else:
        assert "is x times the sigmoid" in refused(check_swish, row)


@pytest.mark.parametrize(
    "derivative",
    [
        slope,
        lambda y, x: sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x)),
        lambda y, x: sigmoid(x) + x * sigmoid(x) * sigmoid(-x),
    ],
)
def test_every_form_of_the_derivative_will_do(derivative, passes):
    passes(check_swish, swish(x_sigmoid, derivative))


def test_a_derivative_that_hides_a_function_from_the_tape(refused):
    # Right itself, but the table has a wrong derivative of it.
    hidden = elementwise(
        "swish_slope",
        lambda x: 1 / (1 + np.exp(-x)),
        lambda y, x: y,
        cost=COST,
    )
    row = swish(x_sigmoid, lambda y, x: y + hidden(x) * (1 - y))
    text = refused(check_swish, row)
    # s' (2 + x (1 - 2 s)) is 1/4 · 2 at 0.
    assert "the second derivative, forward over reverse at x = 0\n" in text
    assert "expected  0.5\n" in text
    assert "hides something from the tape" in told(text)


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
