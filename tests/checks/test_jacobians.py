"""The checkers of the page on Jacobians: right answers, and wrong ones."""

import numpy as np
import pytest
from byhand.checks.jacobians import (
    _arrows,
    _first_free,
    check_arrow,
    check_groups,
    check_misleading,
    check_prefix_sums,
    check_turned_count,
    count_numbers,
)


def wrong(*cases):
    return pytest.mark.parametrize(("answer", "said"), cases)


def in_one_line(text):
    return " ".join(text.split())


def at(where, answer, other):
    """Return an answer that is another where something holds."""
    return lambda *given: (other if where(*given) else answer)(*given)


# ---- warm-ups ------------------------------------------------------------


@wrong(
    ((10, 20), "The multiplications come first"),
    ((20, 20), "its direction is not"),
    ((20, 15), "are others than before"),
    ((15, 10), "turning an arrow round"),
    ((20, 4), "Who sums"),
    (20, "A pair of integers"),
)
def test_wrong_counts_of_a_turned_program(answer, said, refused):
    assert said in in_one_line(refused(check_turned_count, answer))


MEET = (
    "The difference is right and its direction is not: with many inputs and "
    "few outputs, where do more arrows meet?"
)
SAME = "The values that are sums are others than before."
WHO = "An arrow that arrives adds a term. Who sums, and how many?"


@pytest.mark.parametrize(
    ("setting", "numbers", "turned", "meant"),
    [
        (None, "8 inputs, 3 outputs, 20 multiplications, 15", (20, 10), 20),
        (
            "group 1",
            "5 inputs, 2 outputs, 20 multiplications, 10",
            (20, 7),
            13,
        ),
        (
            "group 4",
            "7 inputs, 4 outputs, 28 multiplications, 20",
            (28, 17),
            23,
        ),
    ],
)
def test_slips_in_the_counts_of_a_variant(
    setting, numbers, turned, meant, vary, refused, passes
):
    vary(setting)
    times, plus = turned
    passes(check_turned_count, turned)
    same = int(numbers.split()[-1])
    hints = dict.fromkeys(range(30), WHO) | {meant: MEET, same: SAME}
    del hints[plus], hints[times]
    for wrong_plus, hint in hints.items():
        text = in_one_line(refused(check_turned_count, (times, wrong_plus)))
        assert f"input {numbers} additions expected" in text
        assert f"program: the second is wrong got {wrong_plus} " in text
        assert text.endswith(f"hint {hint}")
    for wrong_times in (0, plus, times - 1, times + 1):
        text = in_one_line(refused(check_turned_count, (wrong_times, plus)))
        assert f"program: the first is wrong got {wrong_times} hint A" in text
    text = in_one_line(refused(check_turned_count, (plus, times)))
    assert f"got ({plus}, {times}) hint The multiplications come" in text


@pytest.mark.parametrize(
    ("setting", "numbers"),
    [
        ("group 1", (5, 2, 20, 10)),
        ("group 2", (6, 2, 21, 10)),
        ("group 4", (7, 4, 28, 20)),
        ("group 6", (7, 3, 27, 20)),
        ("group 10", (7, 4, 28, 15)),
    ],
)
def test_the_numbers_of_a_variant_stay(setting, numbers, vary):
    # Written down once: a course has handed them out.
    vary(setting)
    assert count_numbers.value == numbers


def test_variants_of_the_count_are_of_a_size(vary):
    drawn = []
    for k in range(400):
        vary(f"group {k}")
        drawn.append(count_numbers.value)
    inputs, outputs, times, plus = (set(n) for n in zip(*drawn, strict=True))
    assert outputs == {2, 3, 4}
    assert inputs == {*range(4, 11)}
    assert {i - o for i, o, _, _ in drawn} == {*range(2, 7)}
    assert times == {*range(18, 31)}
    assert min(plus) == 10
    # The counts differ clearly, the turned program still has additions.
    assert min(t - a for _, _, t, a in drawn) == 7


@wrong(
    ([[0], [1], [2], [3], [4], [5]], "Begin with the fullest row"),
    ([[0, 3], [1, 2], [4], [5]], "Begin with the fullest row"),
    ([[0, 1], [2, 4], [3, 5], []], "passed"),
    ([[0, 2], [1, 4], [3, 5]], "columns 0 and 2, which meet in row 0"),
    ([[0, 3], [1, 2, 4]], "counted from 0"),
    ([[1, 4], [2, 3, 5], [6]], "counted from 0"),
    ([[0, 1], [0, 3], [2, 4], [5]], "none is in two groups"),
    ([0, 1, 2], "For example"),
    ([[0, 3], [1, 3], [2, 4], [5]], "each column from 0 to 5 in one group"),
    ([[1, 3], [0], [2, 4], [5]], "columns 1 and 3, which meet in row 1"),
    ([[2, 3], [0], [1, 4], [5]], "columns 2 and 3, which meet in row 2"),
    ([[0, 4], [1, 2], [3, 5]], "columns 0 and 4, which meet in row 3"),
    ([[5, 2, 0], [1, 4], [3]], "columns 5 and 2, which meet in row 0"),
    (
        [[0, 3], [1, 2], [4], [5]],
        "expected fewer groups got 4 groups, which are allowed",
    ),
    ([[k] for k in range(6)], "got 6 groups, which are allowed"),
)
def test_other_groups(answer, said, refused, passes):
    if said == "passed":
        said = passes(check_groups, answer)
        assert "passed, 3 groups, and a row with 3 entries" in said
    else:
        assert said in in_one_line(refused(check_groups, answer))


# ---- check_prefix_sums ---------------------------------------------------


def prefix_sums(n):
    program = {"s1": {"x1": 1}}
    for i in range(2, n + 1):
        program[f"s{i}"] = {f"s{i - 1}": 1, f"x{i}": 1}
    return program | {f"y{i}": {f"s{i}": 1} for i in range(1, n + 1)}


def suffix_sums(y_bar):
    x_bar = [y_bar[-1]]
    for y in y_bar[-2::-1]:
        x_bar.append(y + x_bar[-1])
    return x_bar[::-1]


def each_anew(n):
    program = {
        f"s{i}": {f"x{k}": 1 for k in range(1, i + 1)} for i in range(1, n + 1)
    }
    return program | {f"y{i}": {f"s{i}": 1} for i in range(1, n + 1)}


def doubled(n):
    program = prefix_sums(n)
    return program | {"s1": {"x1": 2}, "s2": {"s1": 0.5, "x2": 1}}


def late(n):
    return dict(reversed(prefix_sums(n).items()))


@wrong(
    (each_anew, "the one before it"),
    (doubled, "y1 = 1"),
    (late, "A line uses inputs, and values of lines before it"),
    (lambda n: {"y1": {"x1": 1}}, "The sums are s1, s2"),
    (lambda n: prefix_sums(n - 1), "lines for s1, s2"),
    (
        lambda n: prefix_sums(n) | {f"y{n}": {f"s{n - 1}": 1}},
        "Each digit 1",
    ),
    (
        lambda n: prefix_sums(n) | {"s1": {"x1": 1}, "y1": {"s1": 1, "x2": 0}},
        "2 additions",
    ),
    (lambda n: [("s1", "x1")], "A dictionary from each value"),
)
def test_other_programs(answer, said, refused):
    text = refused(check_prefix_sums, answer, suffix_sums)
    assert said in in_one_line(text)


def halves(n):
    """Undo a factor by another."""
    program = prefix_sums(n)
    return program | {
        "s1": {"x1": 2},
        "s2": {"s1": 1 / 2, "x2": 1},
        "y1": {"s1": 1 / 2},
    }


def left_out(n):
    """Leave the last number out of the last sum."""
    return prefix_sums(n) | {f"s{n}": {f"s{n - 1}": 1}}


def once_more(n):
    """Add the last number twice, for the sum and for the output."""
    return prefix_sums(n) | {f"y{n}": {f"s{n - 1}": 1, f"x{n}": 1}}


@pytest.mark.parametrize("n", [2, 3, 4, 8])
@pytest.mark.parametrize(
    ("other", "expected", "got"),
    [
        (left_out, "y{n} = " + "{ones}", "{fewer}"),
        (once_more, "{less} additions", "{n} additions"),
        (halves, "no multiplication", "the factors 1/2, 2 "),
        (late, "y{n} as a sum of inputs and earlier values", "y{n} uses s{n}"),
        (doubled, "y1 = 1", "2 "),
        (lambda n: prefix_sums(n + 1), "lines for s1, ", "s1, "),
    ],
)
def test_each_length_of_a_program_is_tried(n, other, expected, got, refused):
    program = at(lambda length: length == n, prefix_sums, other)
    text = in_one_line(refused(check_prefix_sums, program, suffix_sums))
    numbers = {
        "n": n,
        "less": n - 1,
        "ones": "1" * n,
        "fewer": "1" * (n - 1),
    }
    assert f"n = {n} " in text
    assert f"expected {expected.format(**numbers)}" in text
    assert f" got {got.format(**numbers)}" in text


@pytest.mark.parametrize("name", ["x0", "x4", "y1", "t"])
def test_a_line_uses_what_there_is(name, refused):
    def other(n):
        return prefix_sums(n) | {"s1": {name: 1}}

    program = at(lambda n: n == 3, prefix_sums, other)
    text = in_one_line(refused(check_prefix_sums, program, suffix_sums))
    assert "n = 3 expected s1 as a sum of inputs and earlier values" in text
    assert f"got s1 uses {name} hint A line uses inputs" in text


def test_of_several_unknown_values_the_first_is_named(refused):
    def other(n):
        return prefix_sums(n) | {"s2": {"x2": 1, "t": 1, "u": 1}}

    text = in_one_line(refused(check_prefix_sums, other, suffix_sums))
    assert "got s2 uses t hint" in text


def test_a_line_for_each_sum_is_wanted(refused):
    program = at(lambda n: n == 3, prefix_sums, lambda n: prefix_sums(2))
    text = in_one_line(refused(check_prefix_sums, program, suffix_sums))
    assert "n = 3 expected lines for s1, s2, s3, y1, y2, y3 got s1, s2" in text


def test_a_sum_is_told_by_its_digits(refused):
    def third(n):
        return prefix_sums(n) | {"y3": {"s2": 1}}

    program = at(lambda n: n > 3, prefix_sums, third)
    text = in_one_line(refused(check_prefix_sums, program, suffix_sums))
    assert "n = 4 x1, x2, … = 1, 10, 100, … expected y3 = 111 got 11 " in text


def test_signs_are_no_multiplications(passes):
    def with_signs(n):
        return prefix_sums(n) | {
            "s1": {"x1": -1},
            "s2": {"s1": -1, "x2": 1},
            "y1": {"s1": -1},
        }

    passes(check_prefix_sums, with_signs, suffix_sums)


@pytest.mark.parametrize(
    "program",
    [
        {1: {"x1": 1}},
        {"s1": ["x1"]},
        {"s1": {}},
        {"s1": {1: 1}},
        {"s1": {"x1": 1, 2: 1}},
        {"s1": {"x1": "one"}},
        None,
    ],
)
def test_what_is_no_program(program, refused):
    text = refused(check_prefix_sums, lambda n: program, suffix_sums)
    assert "expected  a linear program, such as" in text


def cumulative(y_bar):
    x_bar = [y_bar[0]]
    for y in y_bar[1:]:
        x_bar.append(x_bar[-1] + y)
    return x_bar


@wrong(
    (cumulative, "which outputs does x_1 reach"),
    (lambda y: suffix_sums(y)[::-1], "x_1 first"),
    (lambda y: [sum(y[i:]) for i in range(len(y))], "nearly the next"),
    (lambda y: np.cumsum(y[::-1].astype(float))[::-1], "no float()"),
    (list, "follow the arrows"),
    (
        lambda y: [1 * x for x in suffix_sums(y)],
        "1 additions and 2 other operations",
    ),
)
def test_other_transposes(answer, said, refused):
    text = refused(check_prefix_sums, prefix_sums, answer)
    assert said in in_one_line(text)


def first_again(operation):
    """Do something more to the first sum, which leaves it what it is."""

    def answer(y):
        first, *rest = suffix_sums(y)
        return [operation(first), *rest]

    return answer


def in_floats(y):
    return [float(x) for x in suffix_sums(list(map(float, y)))]


def begun_in_floats(y):
    last = float(y[-1])
    return [*suffix_sums([*y[:-2], float(y[-2]) + last]), last]


@pytest.mark.parametrize("n", [2, 3, 4, 8])
@pytest.mark.parametrize(
    ("other", "expected", "got"),
    [
        (
            first_again(lambda x: x + 0),
            "at most {less} additions and nothing else",
            "{n} additions and 0 other operations",
        ),
        (
            first_again(lambda x: 1 * x),
            "at most {less} additions and nothing else",
            "{less} additions and 1 other operations",
        ),
        (
            lambda y: [1 * x for x in suffix_sums(y)],
            "at most {less} additions and nothing else",
            "{less} additions and {n} other operations",
        ),
        (
            in_floats,
            "{less} additions; fewer are impossible",
            "0 of them seen",
        ),
        (
            begun_in_floats,
            "{less} additions; fewer are impossible",
            "{fewer} of them seen",
        ),
    ],
)
def test_each_length_of_a_transpose_is_tried(n, other, expected, got, refused):
    turned = at(lambda y: len(y) == n, suffix_sums, other)
    text = in_one_line(refused(check_prefix_sums, prefix_sums, turned))
    numbers = {"n": n, "less": n - 1, "fewer": n - 2}
    assert f"expected {expected.format(**numbers)}" in text
    assert f" got {got.format(**numbers)}" in text


@pytest.mark.parametrize(
    ("other", "hint"),
    [
        (cumulative, "These are the sums of the program itself."),
        (lambda y: suffix_sums(y)[::-1], "The order is that of the inputs"),
        (lambda y: suffix_sums(y)[1:], "Write `turn(prefix_sums(3))` down"),
        (lambda y: [1, 2, 3], "Write `turn(prefix_sums(3))` down"),
        (list, "Write `turn(prefix_sums(3))` down"),
    ],
)
def test_slips_in_a_transpose_have_their_hints(other, hint, refused):
    turned = at(lambda y: len(y) == 3, suffix_sums, other)
    text = in_one_line(refused(check_prefix_sums, prefix_sums, turned))
    assert "y_bar = [ 1, 10, 100] expected" in text
    assert "[111, 110, 100] got" in text
    assert hint in text


def test_factors_are_ones():
    assert all(
        c == 1 for terms in prefix_sums(5).values() for c in terms.values()
    )


# ---- check_misleading ----------------------------------------------------


def misleading():
    # a path 0 – 2 – 3 – 1, whose ends get the same color
    pattern = np.array([[1, 0, 1, 0], [0, 0, 1, 1], [0, 1, 0, 1]], bool)
    return pattern, [[0, 3], [1, 2]]


def with_an_empty_row():
    return [[1, 0, 0, 1], [0, 0, 1, 1], [0, 1, 1, 0], [0] * 4], (
        (0, 2),
        (1, 3),
    )


@wrong(
    (lambda: (np.zeros((2, 4)), [[0, 1], [2, 3]]), "No two columns meet"),
    (lambda: (np.eye(4, dtype=int), [[0, 1, 2, 3]]), "Two groups are enough"),
    (
        lambda: ([[1, 1, 0, 0], [0, 0, 1, 1]], [[0, 2], [1, 3]]),
        "nothing goes wrong",
    ),
    (
        lambda: (
            [[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]],
            [[0, 2], [1, 3]],
        ),
        "the colors 0, 1, 0, 1",
    ),
    (
        lambda: (misleading()[0], [[0, 2], [1, 3]]),
        "columns 0 and 2, which meet in row 0",
    ),
    (lambda: (misleading()[0], [[0, 3], [1]]), "none is left out"),
    (lambda: (np.ones((1, 3)), [[0], [1, 2]]), "(rows, 4)"),
    (lambda: ([[2, 0, 0, 0]], [[0, 1], [2, 3]]), "True or False"),
    (lambda: misleading()[0], "Return both"),
)
def test_other_patterns(answer, said, refused):
    assert said in in_one_line(refused(check_misleading, answer))


DRAW = "Draw columns as points, with a line between those that meet."


@pytest.mark.parametrize(
    ("rows", "groups", "got", "hint"),
    [
        (["...."], [[0, 1], [2, 3]], "0, 0, 0, 0", "No two columns meet"),
        (["x..."], [[0, 1], [2, 3]], "0, 0, 0, 0", "No two columns meet"),
        (["xx.."], [[0, 2], [1, 3]], "0, 1, 0, 0", "With so few columns"),
        (
            ["xx..", "..xx"],
            [[0, 2], [1, 3]],
            "0, 1, 0, 1",
            "With so few columns",
        ),
        (["xx..", ".xx.", "..xx"], [[0, 2], [1, 3]], "0, 1, 0, 1", DRAW),
        (["x.x.", "x..x", ".x.x", ".xx."], [[0, 1], [2, 3]],
         "0, 0, 1, 1", DRAW),
    ],
)  # fmt: skip
def test_patterns_that_mislead_nobody(rows, groups, got, hint, refused):
    pattern = [[int(c == "x") for c in row] for row in rows]
    text = in_one_line(refused(check_misleading, lambda: (pattern, groups)))
    assert f"got the colors {got} hint {hint}" in text


@pytest.mark.parametrize(
    "groups", [[[0], [1, 2], [3]], [[0], [1], [2], [3]], [[0, 1, 2, 3]]]
)
def test_two_groups_are_wanted(groups, refused):
    answer = misleading()[0], groups
    text = in_one_line(refused(check_misleading, lambda: answer))
    assert f"expected 2 groups got {len(groups)} groups hint Two" in text


@pytest.mark.parametrize(
    "pattern",
    [
        np.ones((2, 3), bool),
        np.ones((2, 5), bool),
        [[0, 1, 2, 1]],
        [[0, 1, -1, 1]],
        [[0, 1, 0.5, 1]],
        [1, 0, 0, 1],
        "no pattern",
    ],
)
def test_what_is_no_pattern(pattern, refused):
    answer = pattern, [[0, 1], [2, 3]]
    text = in_one_line(refused(check_misleading, lambda: answer))
    assert "expected a Boolean array of shape (rows, 4) got" in text


def test_three_colors_are_one_too_many(passes):
    # The path again, with a row more that changes nothing, and in integers.
    pattern, groups = misleading()
    assert max(_first_free(pattern)) == 2
    rows = [*pattern.astype(int).tolist(), [0, 0, 1, 0]]
    said = passes(check_misleading, lambda: (rows, groups))
    assert "2 groups are enough, and the first free color uses 3" in said


def test_columns_are_counted_up_to_three(refused):
    answer = misleading()[0], [[1, 2], [3, 4]]
    text = in_one_line(refused(check_misleading, lambda: answer))
    assert "expected each column from 0 to 3 in one group got" in text


def test_the_rule_of_the_page():
    pattern = np.array([[1, 1, 1, 0], [0, 0, 1, 1]], bool)
    assert _first_free(pattern) == [0, 1, 2, 0]
    assert _first_free(misleading()[0]) == [0, 0, 1, 2]
    assert _first_free(np.ones((1, 4), bool)) == [0, 1, 2, 3]


# ---- check_arrow ---------------------------------------------------------


def arrow(jvp, vjp, n):
    first = np.eye(n)[0]
    J = np.diag(jvp(1 - first))
    J[:, 0] = jvp(first)
    J[0] = vjp(first)
    return J


def by_rows(jvp, vjp, n):
    """The same with the transposed roles, and integers as seeds."""
    first = np.arange(n) == 0
    J = np.diag(vjp(~first))
    J[0] = vjp(first)
    J[:, 0] = jvp(first)
    return J


def one_by_one(jvp, vjp, n):
    return np.stack([jvp(e) for e in np.eye(n)], axis=1)


def mixed_up(jvp, vjp, n):
    """Take all columns in one pass."""
    J = np.diag(jvp(np.ones(n)))
    J[:, 0] = jvp(np.eye(n)[0])
    J[0] = vjp(np.eye(n)[0])
    return J


@wrong(
    (one_by_one, "Row 0 keeps all columns apart"),
    (mixed_up, "Only the diagonal is wrong"),
    (lambda jvp, vjp, n: arrow(jvp, vjp, n).T, "each pass add up"),
    (lambda jvp, vjp, n: np.zeros(n), "Return an array of shape"),
    (
        lambda jvp, vjp, n: arrow(jvp, vjp, n) + np.eye(n)[:, :1],
        "Row 0 is wrong",
    ),
    (
        lambda jvp, vjp, n: (
            arrow(jvp, vjp, n) + np.eye(n)[:, -1:] * np.eye(n)[0]
        ),
        "Column 0 is wrong",
    ),
    (lambda jvp, vjp, n: jvp(np.ones(n + 1)), "a tangent has shape"),
    (lambda jvp, vjp, n: vjp(np.ones(1)), "a cotangent has shape"),
)
def test_other_ways_to_an_arrow(answer, said, refused):
    assert said in in_one_line(refused(check_arrow, answer))


ROW = "Row 0 is wrong, and nothing else."
COLUMN = "Column 0 is wrong, and nothing else."
DIAGONAL = "Only the diagonal is wrong. Which pass shows it unmixed?"
ZEROS = "Off the diagonal, row 0 and column 0 there are only zeros."
ADDED = "Which entries did each pass add up?"


@pytest.mark.parametrize("by", [1, -1, 3e-6])
@pytest.mark.parametrize(
    ("places", "hint"),
    [
        ([(0, 0)], ROW),
        ([(0, 1)], ROW),
        ([(0, 0), (0, 3)], ROW),
        ([(1, 0)], COLUMN),
        ([(3, 0)], COLUMN),
        ([(0, 0), (2, 0)], COLUMN),
        ([(1, 1)], DIAGONAL),
        ([(3, 3)], DIAGONAL),
        ([(0, 0), (2, 2)], DIAGONAL),
        ([(1, 2)], ZEROS),
        ([(2, 1)], ZEROS),
        ([(3, 2)], ZEROS),
        ([(1, 3), (1, 1)], ZEROS),
        ([(0, 1), (2, 1)], ZEROS),
        ([(1, 0), (1, 2)], ZEROS),
        ([(0, 1), (1, 0)], ADDED),
        ([(0, 1), (1, 1)], ADDED),
        ([(1, 0), (1, 1)], ADDED),
        ([(0, 3), (3, 3)], ADDED),
        ([(3, 0), (3, 3)], ADDED),
        ([(0, 2), (3, 0), (1, 1)], ADDED),
    ],
)
def test_it_is_told_which_entries_are_wrong(places, by, hint, refused):
    def other(jvp, vjp, n):
        J = arrow(jvp, vjp, n)
        for place in places:
            J[place] += by
        return J

    answer = at(lambda jvp, vjp, n: n == 4, arrow, other)
    text = in_one_line(refused(check_arrow, answer))
    assert "n = 4 J = [[" in text
    assert text.endswith(f"hint {hint}")


def test_what_is_rounded_is_not_wrong(refused):
    def other(jvp, vjp, n):
        J = arrow(jvp, vjp, n) + 1e-10
        J[0, 1] += 1
        return J

    answer = at(lambda jvp, vjp, n: n == 4, arrow, other)
    text = in_one_line(refused(check_arrow, answer))
    assert text.endswith(f"hint {ROW}")


@pytest.mark.parametrize(
    ("forward", "reverse"), [(4, 0), (3, 1), (2, 2), (0, 4), (1, 4)]
)
def test_passes_are_counted(forward, reverse, refused):
    def answer(jvp, vjp, n):
        # The right matrix, by as many passes as it takes or more.
        columns = [jvp(e) for e in np.eye(4)[:forward]]
        rows = [vjp(e) for e in np.eye(4)[:reverse]]
        J = np.diag(TRIED[4].diagonal())
        for k, column in enumerate(columns):
            J[:, k] = column
        for k, row in enumerate(rows):
            J[k] = row
        J[0], J[:, 0] = TRIED[4][0], TRIED[4][:, 0]
        return J

    said = refused(check_arrow, at(lambda jvp, vjp, n: n == 4, arrow, answer))
    assert (
        "expected at most 3 passes got the right matrix, after "
        f"{forward} forward and {reverse} reverse passes"
    ) in in_one_line(said)


def test_three_passes_are_allowed_and_fewer(passes):
    # Two passes are all columns of the smallest arrow.
    passes(check_arrow, at(lambda jvp, vjp, n: n == 2, arrow, one_by_one))


#: The arrows by their number of columns.
TRIED = {len(J): J for J in _arrows()}


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6, 9])
def test_each_size_of_an_arrow_is_tried(size, refused):
    answer = at(lambda jvp, vjp, n: n == size, arrow, mixed_up)
    assert f"n = {size}\n" in refused(check_arrow, answer)


def test_it_is_said_how_many_arrows_were_tried(passes):
    sizes = []

    def answer(jvp, vjp, n):
        sizes.append(n)
        return arrow(jvp, vjp, n)

    said = passes(check_arrow, answer)
    assert f"{len(sizes)} arrows with up to {max(sizes)} columns" in said


def test_the_matrices_are_arrows():
    for J in _arrows():
        rest = J[1:, 1:]
        assert (rest == np.diag(np.diag(rest))).all()
        assert np.diag(J).all()
        assert set(J.ravel()) <= {*range(-9, 10)}
    # One digit each, of both signs off the diagonal.
    off = np.concatenate([[*J[0, 1:], *J[1:, 0]] for J in _arrows()])
    assert (off.min(), off.max()) == (-9, 9)
    diagonal = np.concatenate([np.diag(J) for J in _arrows()])
    assert (diagonal.min(), diagonal.max()) == (1, 9)


#: What is said of right answers, and the answers.
RIGHT = {
    check_turned_count: ("2 counts", (20, 10)),
    check_groups: ("3 groups", [[0, 3], [1, 2, 4], [5]]),
    check_prefix_sums: (
        "programs for 2 to 8 numbers",
        (prefix_sums, suffix_sums),
    ),
    check_misleading: (
        "the first free color uses 3",
        misleading,
        with_an_empty_row,
    ),
    check_arrow: ("6 arrows", arrow, by_rows),
}
