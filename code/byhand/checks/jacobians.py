"""Checkers for the page on Jacobians: transposition and coloring."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import (
    Refused,
    array,
    fraction,
    pair,
    sequence,
    whole,
)
from byhand.checks._protocol import Check, checker
from byhand.checks._variants import Draw, Numbers
from byhand.cost import Tally

Pattern = NDArray[np.bool_]

# ---- Warm-ups ------------------------------------------------------------


def _program(draw: Draw) -> tuple[int, int, int, int]:
    outputs = draw(2, 4)
    inputs = outputs + draw(2, 6)
    times = draw(18, 30)
    return inputs, outputs, times, draw(10, times - 7)


count_numbers = Numbers(
    "ex-turned-count",
    "inputs outputs multiplications additions",
    (8, 3, 20, 15),
    _program,
)


@checker("Turned, without a drawing", points=1)
def check_turned_count(check: Check, answer: tuple[int, int]) -> str:
    """Check what a turned program takes, from what the program takes.

    Parameters
    ----------
    answer
        Multiplications and additions of the transpose of a linear program
        with the inputs, outputs, multiplications and additions of
        ``count_numbers()``.
    """
    expected = "the multiplications and the additions of the turned program"
    inputs, outputs, multiplications, additions = count_numbers.value
    turned = additions - (inputs - outputs)
    times, plus = check.read(
        lambda value: tuple(map(whole, pair(value))),
        answer,
        given="the answer itself",
        expected=expected,
        hint="A pair of integers, the multiplications first.",
    )
    given = (
        f"{inputs} inputs, {outputs} outputs, {multiplications} "
        f"multiplications, {additions} additions"
    )
    if (times, plus) == (turned, multiplications):
        check.fail(
            given=given,
            expected=expected,
            got=(times, plus),
            hint="The multiplications come first.",
        )
    if times != multiplications:
        check.fail(
            given=given,
            expected=f"{expected}: the first is wrong",
            got=times,
            hint="A multiplication is an arrow with a factor. What does "
            "turning an arrow round do to its factor?",
        )
    if plus != turned:
        hint = "An arrow that arrives adds a term. Who sums, and how many?"
        if plus == additions + inputs - outputs:
            hint = (
                "The difference is right and its direction is not: with "
                "many inputs and few outputs, where do more arrows meet?"
            )
        elif plus == additions:
            hint = "The values that are sums are others than before."
        check.fail(
            given=given,
            expected=f"{expected}: the second is wrong",
            got=plus,
            hint=hint,
        )
    return "2 counts"


#: The pattern of the warm-up on groups.
FEW = "x.x..x .x.x.. ..xx.. x...x."


@checker("Few groups", points=1)
def check_groups(check: Check, groups: Sequence[Sequence[int]]) -> str:
    """Check groups of columns for a pattern of four rows, as few as can be.

    Parameters
    ----------
    groups
        Lists of column numbers, from 0 to 5.
    """
    pattern = np.array([[c == "x" for c in row] for row in FEW.split()])
    found = _read_groups(check, groups, 6, given="the pattern")
    _require_apart(check, found, pattern, given="the pattern")
    fewest = int(pattern.sum(axis=1).max())
    if len(found) > fewest:
        check.fail(
            given="the pattern",
            expected="fewer groups",
            got=f"{len(found)} groups, which are allowed",
            hint="Which columns meet none of the others in a group? Begin "
            "with the fullest row: its columns are apart in any case.",
        )
    return f"{fewest} groups, and a row with {fewest} entries"


# ---- The sum and its transpose -------------------------------------------


@checker("The sum and its transpose", points=4)
def check_prefix_sums(
    check: Check,
    program: Callable[[int], Any],
    turned: Callable[[Any], Any],
) -> str:
    """Check a linear program for prefix sums, and what its transpose is.

    Parameters
    ----------
    program
        ``program(n)``, n ≥ 2: a linear program, a dictionary from values to
        dictionaries of factors, for y_i = x_1 + … + x_i through s_1, …, s_n,
        with n − 1 additions and no multiplication.
    turned
        ``turned(y_bar)``: what the turned program computes from an array of
        n numbers that count their operations, with as many additions.
    """
    for n in (2, 3, 4, 8):
        given: dict[str, Any] = {"n": n}
        linear = check.read(
            _linear,
            check.call(program, **given),
            given=given,
            expected="a linear program, such as "
            '{"s1": {"x1": 1}, "y1": {"s1": 1}}',
            hint="A dictionary from each value to the values in its sum, "
            "with their factors; what a line uses comes before it.",
        )
        names = [f"{letter}{i}" for letter in "sy" for i in range(1, n + 1)]
        if set(linear) != set(names):
            check.fail(
                given=given,
                expected=f"lines for {', '.join(names)}",
                got=", ".join(linear),
                hint="The sums are s1, s2, …, and y1 is 1 times s1.",
            )
        _require_sums(check, linear, n)
    for n in (2, 3, 4, 8):
        _require_turned(check, turned, n)
    return "programs for 2 to 8 numbers, and their transposes"


def _require_sums(
    check: Check, linear: dict[str, dict[str, Any]], n: int
) -> None:
    given: dict[str, Any] = {"n": n}
    values = {f"x{i}": 10 ** (i - 1) for i in range(1, n + 1)}
    for name, terms in linear.items():
        unknown = [a for a in terms if a not in values]
        if unknown:
            check.fail(
                given=given,
                expected=f"{name} as a sum of inputs and earlier values",
                got=f"{name} uses {unknown[0]}",
                hint="A line uses inputs, and values of lines before it.",
            )
        values[name] = sum(c * values[a] for a, c in terms.items())
    for i in range(1, n + 1):
        expected = sum(10**k for k in range(i))
        if values[f"y{i}"] != expected:
            check.fail(
                given=given | {"x1, x2, …": "1, 10, 100, …"},
                expected=f"y{i} = {expected}",
                got=str(values[f"y{i}"]),
                hint="Each digit 1 is one of the inputs in the sum.",
            )
    additions = sum(len(terms) for terms in linear.values()) - len(linear)
    if additions != n - 1:
        check.fail(
            given=given,
            expected=f"{n - 1} additions",
            got=f"{additions} additions",
            hint="Each sum is the one before it and one number more.",
        )
    factors = {c for terms in linear.values() for c in terms.values()}
    others = sorted(c for c in factors if abs(c) != 1)
    if others:
        check.fail(
            given=given,
            expected="no multiplication",
            got="the factors " + ", ".join(map(str, others)),
            hint="All factors are 1.",
        )


def _require_turned(
    check: Check, turned: Callable[[Any], Any], n: int
) -> None:
    y_bar = np.array([10**k for k in range(n)])
    tally = Tally()
    given = {"y_bar": y_bar}
    got = check.call(turned, y_bar=tally.numbers(y_bar))
    expected = [int(y_bar[i:].sum()) for i in range(n)]

    def hint(value: NDArray[np.float64] | None) -> str:
        if value is not None and np.allclose(value, np.cumsum(y_bar)):
            return (
                "These are the sums of the program itself. With all arrows "
                "turned, which outputs does x_1 reach?"
            )
        if value is not None and np.allclose(value[::-1], expected):
            return "The order is that of the inputs, x_1 first."
        return (
            "Write `turn(prefix_sums(3))` down, and follow the arrows from "
            "the y to each of the x."
        )

    check.require_close(got, expected, given=given, hint=hint)
    seen = tally.operations
    if seen.additions > n - 1 or seen.total > seen.additions:
        check.fail(
            given=given,
            expected=f"at most {n - 1} additions and nothing else",
            got=f"{seen.additions} additions and "
            f"{seen.total - seen.additions} other operations",
            hint="One sum is nearly the next one.",
        )
    if seen.additions < n - 1:
        check.fail(
            given=given,
            expected=f"{n - 1} additions; fewer are impossible",
            got=f"{seen.additions} of them seen",
            hint="The numbers count as long as they stay what they are: no "
            "float(), no conversion to an array of floats.",
        )


def _linear(value: object) -> dict[str, dict[str, Any]]:
    if not isinstance(value, Mapping):
        raise Refused
    lines = {}
    for name, terms in value.items():
        if not isinstance(name, str) or not isinstance(terms, Mapping):
            raise Refused(f"the line {name!r}: {terms!r}")
        if not terms or not all(isinstance(a, str) for a in terms):
            raise Refused(f"the line {name!r}: {terms!r}")
        lines[name] = {a: fraction(c) for a, c in terms.items()}
    return lines


# ---- A pattern that misleads the first free color ------------------------


@checker("A pattern that misleads the first free color", points=3)
def check_misleading(check: Check, answer: Callable[[], Any]) -> str:
    """Check a pattern for which the first free color is one too many.

    Parameters
    ----------
    answer
        A function without arguments; it returns a Boolean array with 4
        columns and two lists of columns that no row keeps apart.
    """
    matrix, groups = check.read(
        pair,
        check.call(answer),
        given="the answer itself",
        expected="a pair: a pattern and two lists of columns",
        hint="Return both, the pattern first.",
    )
    pattern = check.read(
        _pattern,
        matrix,
        given="the pattern",
        expected="a Boolean array of shape (rows, 4)",
        hint="Entries are True or False, or 1 and 0.",
    )
    given: dict[str, Any] = {"pattern": pattern.astype(int)}
    found = _read_groups(check, groups, 4, given=given)
    if len(found) != 2:
        check.fail(
            given=given,
            expected="2 groups",
            got=f"{len(found)} groups",
            hint="Two groups are enough for the pattern that is wanted.",
        )
    _require_apart(check, found, pattern, given=given)
    colors = _first_free(pattern)
    if max(colors) < 2:
        met = _meeting(pattern)
        hint = (
            "Draw columns as points, with a line between those that meet. "
            "The rule goes from column 0 to column 3: which two of them "
            "should it give the same color too early?"
        )
        if not met:
            hint = "No two columns meet: one pass is enough."
        elif len(met) < 3:
            hint = "With so few columns that meet, nothing goes wrong."
        check.fail(
            given=given,
            expected="a pattern for which `groups` uses 3 colors",
            got="the colors " + ", ".join(map(str, colors)),
            hint=hint,
        )
    return "2 groups are enough, and the first free color uses 3"


def _first_free(pattern: Pattern) -> list[int]:
    """Return a color for each column: the first that is free."""
    colors: list[int] = []
    met = _meeting(pattern)
    for j in range(pattern.shape[1]):
        taken = {colors[i] for i in range(j) if (i, j) in met}
        colors.append(next(c for c in itertools.count() if c not in taken))
    return colors


def _meeting(pattern: Pattern) -> set[tuple[int, int]]:
    """Return the pairs of columns that have an entry in the same row."""
    columns = range(pattern.shape[1])
    return {
        (i, j)
        for j in columns
        for i in range(j)
        if (pattern[:, i] & pattern[:, j]).any()
    }


def _pattern(value: object) -> Pattern:
    entries = array(value, 2)
    if entries.shape[1] != 4 or not np.isin(entries, (0, 1)).all():
        raise Refused
    return entries.astype(bool)


def _read_groups(
    check: Check, value: object, columns: int, *, given: object
) -> list[list[int]]:
    found = check.read(
        lambda groups: [
            [whole(j) for j in sequence(group)] for group in sequence(groups)
        ],
        value,
        given=given,
        expected="a list of lists of column numbers",
        hint="For example [[0, 2], [1, 3]].",
    )
    found = [group for group in found if group]
    listed = sorted(j for group in found for j in group)
    if listed != list(range(columns)):
        check.fail(
            given=given,
            expected=f"each column from 0 to {columns - 1} in one group",
            got=found,
            hint="Columns are counted from 0; none is left out, none is in "
            "two groups.",
        )
    return found


def _require_apart(
    check: Check, groups: list[list[int]], pattern: Pattern, *, given: object
) -> None:
    for group in groups:
        for row, entries in enumerate(pattern):
            met = [j for j in group if entries[j]]
            if len(met) > 1:
                check.fail(
                    given=given,
                    expected="groups whose columns never meet in a row",
                    got=f"columns {met[0]} and {met[1]}, which meet in row "
                    f"{row}",
                    hint="The pass would add these two entries, and nobody "
                    "could tell them apart.",
                )


# ---- An arrow in three passes --------------------------------------------


class _Passes:
    """The two modes at a Jacobian, which count and remember their seeds."""

    def __init__(self, J: NDArray[np.float64]) -> None:
        self.J = J
        self.made = {"forward": 0, "reverse": 0}

    def jvp(self, x_dot: Any) -> NDArray[np.float64]:
        """Return J times a tangent."""
        self.made["forward"] += 1
        return np.asarray(self.J @ self._seed(x_dot, "tangent"))

    def vjp(self, y_bar: Any) -> NDArray[np.float64]:
        """Return the transpose of J times a cotangent."""
        self.made["reverse"] += 1
        return np.asarray(self._seed(y_bar, "cotangent") @ self.J)

    def _seed(self, value: Any, name: str) -> NDArray[np.float64]:
        seed = np.asarray(value, dtype=float)
        if seed.shape != (len(self.J),):
            raise ValueError(
                f"a {name} has shape ({len(self.J)},), got {seed.shape}"
            )
        return seed


class _Mode(NamedTuple):
    """A mode as the learner gets it: a function with a short name."""

    name: str
    run: Callable[[Any], Any]

    def __call__(self, seed: Any) -> Any:
        return self.run(seed)

    def __repr__(self) -> str:
        return f"the function {self.name}"


@checker("An arrow in three passes", points=4)
def check_arrow(check: Check, answer: Callable[..., Any]) -> str:
    """Check a program for an arrow-shaped Jacobian in three passes.

    Parameters
    ----------
    answer
        ``answer(jvp, vjp, n)``, n ≥ 2: the n × n Jacobian, whose entries
        off the diagonal are zero but for row 0 and column 0; ``jvp`` and
        ``vjp`` may be called three times together.
    """
    tried = 0
    for J in _arrows():
        n, passes = len(J), _Passes(J)
        given: dict[str, Any] = {"n": n, "J": J}
        got = check.attempt(
            lambda passes=passes, n=n: answer(  # type: ignore[misc]
                _Mode("jvp", passes.jvp), _Mode("vjp", passes.vjp), n
            ),
            given=given,
            expected="a value",
            hint="The function raises an error on this input.",
        )
        check.require_close(
            got,
            J,
            given=given,
            hint=lambda value, J=J: _arrow_hint(value, J),  # type: ignore[misc]
        )
        made = sum(passes.made.values())
        if made > 3:
            check.fail(
                given=given,
                expected="at most 3 passes",
                got=f"the right matrix, after {passes.made['forward']} "
                f"forward and {passes.made['reverse']} reverse passes",
                hint="Row 0 keeps all columns apart in forward mode. What "
                "is left once that row is known in another way?",
            )
        tried += 1
    return f"{tried} arrows with up to 9 columns"


def _arrow_hint(value: NDArray[np.float64] | None, J: Any) -> str:
    if value is None:
        return "Return an array of shape (n, n)."
    # As close as `Check.require_close` wants it.
    wrong = ~np.isclose(value, J, rtol=1e-7, atol=1e-9)
    if not wrong[1:].any():
        return "Row 0 is wrong, and nothing else."
    if not wrong[:, 1:].any():
        return "Column 0 is wrong, and nothing else."
    np.fill_diagonal(wrong, val=False)
    if not wrong.any():
        return "Only the diagonal is wrong. Which pass shows it unmixed?"
    if wrong[1:, 1:].any():
        return "Off the diagonal, row 0 and column 0 there are only zeros."
    return "Which entries did each pass add up?"


def _arrows() -> Iterator[NDArray[np.float64]]:
    rng = np.random.default_rng(12)
    for n in (2, 3, 4, 5, 6, 9):
        J = np.diag(rng.integers(1, 10, n)).astype(float)
        J[0, 1:], J[1:, 0] = rng.integers(-9, 10, (2, n - 1))
        yield J
