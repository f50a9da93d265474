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
)


def wrong(*cases):
    return pytest.mark.parametrize(("answer", "said"), cases)


def in_one_line(text):
    return " ".join(text.split())


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


@wrong(
    ([[0], [1], [2], [3], [4], [5]], "Begin with the fullest row"),
    ([[0, 3], [1, 2], [4], [5]], "Begin with the fullest row"),
    ([[0, 1], [2, 4], [3, 5], []], "passed"),
    ([[0, 2], [1, 4], [3, 5]], "columns 0 and 2, which meet in row 0"),
    ([[0, 3], [1, 2, 4]], "counted from 0"),
    ([[1, 4], [2, 3, 5], [6]], "counted from 0"),
    ([[0, 1], [0, 3], [2, 4], [5]], "none is in two groups"),
    ([0, 1, 2], "For example"),
)
def test_other_groups(answer, said, refused, passes):
    if said == "passed":
        assert "3 groups" in passes(check_groups, answer)
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


def test_the_rule_of_the_page():
    pattern = np.array([[1, 1, 1, 0], [0, 0, 1, 1]], bool)
    assert _first_free(pattern) == [0, 1, 2, 0]
    assert _first_free(misleading()[0]) == [0, 0, 1, 2]


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


def test_the_matrices_are_arrows():
    for J in _arrows():
        rest = J[1:, 1:]
        assert (rest == np.diag(np.diag(rest))).all()
        assert np.diag(J).all()


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
