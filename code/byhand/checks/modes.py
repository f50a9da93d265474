"""Checkers for the page on forward mode, reverse mode and orders."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

from byhand.checks._answers import (
    Refused,
    equal,
    fraction,
    fraction_array,
    pair,
    sequence,
    whole,
)
from byhand.checks._proofs import Step, find_false_step
from byhand.checks._protocol import Check, Stopped, checker
from byhand.checks._showing import as_it_came, listed
from byhand.checks._variants import Draw, Numbers
from byhand.checks._verdicts import judge
from byhand.cost import Order, Product, evaluate, number_of_orders

_VERDICTS = ("right", "difference", "wrong")
_MODES = ("forward", "reverse", "mixed")


@checker("Put the parentheses", points=1)
def check_first_order(check: Check, text: str) -> str:
    """Check an order of xᵀ A y zᵀ with the fewest multiplications.

    Parameters
    ----------
    text
        The product with its parentheses.
    """
    return _compare_order(
        check, text, Product("xᵀ A y zᵀ", x="n", A=("n", "n"), y="n", z="n")
    )


def _vectors(draw: Draw) -> tuple[list[int], list[int]]:
    while True:
        v = [draw(1, 5) for _ in range(3)]
        x = [draw(0, 2) for _ in range(3)]
        u, u_dot = int(np.dot(v, x)), sum(v)
        # Each of the foreseen slips gives another number.
        differ = u not in {u_dot, 2 * u_dot} and u * u != 2 * u_dot
        if u > 2 and differ and v != x:
            return v, x


pass_numbers = Numbers(
    "ex-two-passes", "v x", ([1, 2, 3], [1, 0, 1]), _vectors
)


@checker("One pass in each direction", points=1)
def check_passes(check: Check, answer: tuple[float, Sequence[float]]) -> str:
    """Check a forward and a reverse pass through L = (vᵀx)²/2, by hand.

    Parameters
    ----------
    answer
        For the v and x of ``pass_numbers()``: the tangent of L for the
        tangent (1, 1, 1) of x, and the cotangent of x for the cotangent 1
        of L.
    """
    v, x = map(np.array, pass_numbers.value)
    x_dot = np.array([1, 1, 1])
    u, u_dot = int(v @ x), int(v @ x_dot)
    tangent, cotangent = check.read(
        lambda value: (
            fraction(pair(value)[0]),
            fraction_array(pair(value)[1], 3),
        ),
        answer,
        given="the answer itself",
        expected="a pair: a number, and a vector with three entries",
        hint="First what comes out of the forward pass, then what comes out "
        "of the reverse pass.",
    )
    if tangent != u * u_dot:
        hint = "Follow the tape of the forward pass, u and u_dot first."
        if tangent == u_dot:
            hint = "That is the tangent of u. One line is left."
        elif tangent == 2 * u * u_dot:
            hint = "The loss has a factor ½."
        elif tangent == Fraction(u * u, 2):
            hint = "That is the loss itself, and its tangent was asked for."
        check.fail(
            given={"v": v, "x": x, "x_dot": x_dot},
            expected="L_dot, to first order the change of L with x + x_dot",
            got=str(tangent),
            hint=hint,
        )
    if list(cotangent) != (u * v).tolist():
        hint = "Follow the tape of the reverse pass, u_bar first."
        if list(cotangent) == v.tolist():
            hint = "The cotangent of u is not 1."
        elif list(cotangent) == (u * x).tolist():
            hint = "The derivative of vᵀx with respect to x is the other one."
        elif list(cotangent) == (2 * u * v).tolist():
            hint = "The loss has a factor ½."
        check.fail(
            given={"v": v, "x": x, "L_bar": 1},
            expected="x_bar, whose product with (1, 1, 1) is L_dot",
            got=listed(cotangent),
            hint=hint,
        )
    return "one pass in each direction"


@checker("What the unit vectors cost", points=1)
def check_unit_vectors(check: Check, answer: Callable[..., Any]) -> str:
    """Check what both modes save by starting from a Jacobian.

    Parameters
    ----------
    answer
        ``answer(sizes)`` for the sizes n_0, …, n_k of a chain with dense
        Jacobians: by how many multiplications more the forward passes with
        all unit vectors take than forward mode that starts from J_1, and
        the same for reverse mode and J_k.
    """
    chains = [[2, 3, 1], [784, 128, 10], [5, 4], *itertools.islice(
        _layers(), 20)]  # fmt: skip
    for sizes in chains:
        given = {"sizes": sizes}
        edges = sum(a * b for a, b in itertools.pairwise(sizes))
        passes = sizes[0] * edges, sizes[-1] * edges
        starts = _accumulated(sizes), _accumulated(sizes[::-1])
        expected = tuple(a - b for a, b in zip(passes, starts, strict=True))
        got = check.read(
            _two_numbers,
            check.call(answer, sizes=sizes),
            given=given,
            expected=expected,
            hint="Return two numbers, forward and reverse.",
        )
        if got == expected:
            continue
        hint = (
            "Which product is made with the unit vectors, and not when the "
            "pass starts from a Jacobian? What are the shapes of its factors?"
        )
        if got == expected[::-1]:
            hint = "Forward first: its passes start at the input."
        elif got == passes:
            hint = "That is what all passes take. How much of it is too much?"
        elif got == starts:
            hint = "That is what the modes take without the unit vectors."
        elif got == (sizes[0] * sizes[1], sizes[-2] * sizes[-1]):
            hint = "That is for one pass. How many are there?"
        check.fail(given=given, expected=expected, got=listed(got), hint=hint)
    return f"{len(chains)} chains"


class _Reading(NamedTuple):
    """An order of a product, which mode it is, and how one sees that."""

    text: str
    truth: str
    evidence: str


_READINGS = ("forward", "reverse", "both", "neither")

#: The Jacobians of a chain are J3 J2 J1; the lines f to h are about g(x),
#: the gradient of half a square, with and without a matrix.
_MODE_LINES = {
    "a": _Reading(
        "J3(J2(J1 ẋ))",
        "forward",
        "it begins with J1 at the tangent of the input and goes on to J3",
    ),
    "b": _Reading(
        "((ȳᵀ J3)J2)J1",
        "reverse",
        "it begins with J3 at the cotangent of the output and goes on to J1",
    ),
    "c": _Reading(
        "J1ᵀ(J2ᵀ(J3ᵀ ȳ))",
        "reverse",
        "it begins with J3 at the cotangent of the output and goes on to J1",
    ),
    "d": _Reading(
        "((ẋᵀ J1ᵀ)J2ᵀ)J3ᵀ",
        "forward",
        "it begins with J1 at the tangent of the input and goes on to J3",
    ),
    "e": _Reading(
        "(J3 J2)(J1 ẋ)",
        "neither",
        "it multiplies two Jacobians by one another",
    ),
    "f": _Reading(
        "v(vᵀ y), for u = vᵀx and g = u v",
        "both",
        "the Jacobians are vᵀ and v: with the tangent y it begins with vᵀ "
        "and goes on to v, with the cotangent y it begins with the transpose "
        "of v and goes on to the transpose of vᵀ",
    ),
    "g": _Reading(
        "(v vᵀ)y, for u = vᵀx and g = u v",
        "neither",
        "the Jacobians are vᵀ and v, and it multiplies them by one another",
    ),
    "h": _Reading(
        "A y, for g = A x, where A = v vᵀ is stored",
        "both",
        "the Jacobian is A = Aᵀ, so that a tangent y and a cotangent y give "
        "the same product",
    ),
}


@checker("What the modes are called", points=3)
def check_mode_names(check: Check, verdicts: Mapping[str, str]) -> str:
    """Check which mode of differentiation an order of a product is.

    Parameters
    ----------
    verdicts
        For each of the lines a to h ``"forward"``, ``"reverse"``, ``"both"``
        or ``"neither"``.
    """
    truths = {letter: line.truth for letter, line in _MODE_LINES.items()}
    for letter, said in judge(check, verdicts, truths, _READINGS):
        line = _MODE_LINES[letter]
        hint = (
            "A mode is told by where it starts, at the input or the output, "
            "not by left and right."
        )
        if line.truth in {"neither", "both"}:
            hint = (
                "What are the Jacobians of the lines of this program, and "
                "does the order apply them to a vector one by one?"
            )
        check.fail(
            given=f"{letter}.  {line.text}",
            expected={
                "forward": "J1 at a tangent first, then the later lines",
                "reverse": "J3 at a cotangent first, then the earlier lines",
                "both": "an order that is a pass in either direction",
                "neither": "an order that no single pass has",
            }[said],
            got=f"you say {said!r}, but {line.evidence}",
            hint=hint,
        )
    return f"{len(truths)} lines"


@checker("A ratio that is none", points=4)
def check_published(check: Check, verdicts: Mapping[str, str]) -> str:
    """Check which published lines about Z = v vᵀ y1 y2ᵀ are right.

    Parameters
    ----------
    verdicts
        For each of the lines a to i ``"right"``; ``"difference"`` if the
        formula is the first count minus the second one, and called
        something else; or ``"wrong"``.
    """
    truths = {letter: _judge(letter)[0] for letter in _lines()}
    for letter, said in judge(check, verdicts, truths, _VERDICTS):
        line, (truth, (n, m)) = _lines()[letter], _judge(letter)
        given: dict[str, object] = {
            "line": f"{letter}.  {line.text}",
            "n": n,
            "m": m,
        }
        for place, counted in zip(
            ("first", "second"), line.between, strict=False
        ):
            given[f"{place} count"] = counted(n, m)
        check.fail(
            given=given,
            expected=f"{line.what}: {_show(line.counted(n, m))}",
            got=f"you say {said!r}, but the line says "
            f"{_show(line.claimed(n, m))}"
            + ("" if truth != "right" else "; equal at all sizes tried"),
            hint=_HINTS[truth],
        )
    return f"each line counted at {len(_grid())} pairs of sizes"


@checker("Between two projections", points=2)
def check_order(check: Check, text: str) -> str:
    """Check an order of v vᵀ A v vᵀ with the fewest multiplications.

    Parameters
    ----------
    text
        The product with its parentheses.
    """
    return _compare_order(
        check, text, Product("v vᵀ A v vᵀ", v="n", A=("n", "n"))
    )


def _compare_order(check: Check, text: str, product: Product) -> str:
    wanted = " ".join(map(str, product.factors))
    try:
        order = product.order(text)
    except (TypeError, ValueError) as error:
        check.fail(
            given="the answer itself",
            expected=f"{wanted} with parentheses, as a string",
            got=repr(text),
            hint=str(error),
        )
    best = product.optimum_by_region().cost
    if sp.expand(order.multiplications - best) != 0:
        textbook = [product.orders()[0], product.orders()[-1]]
        # What is dearer is so for n = 2 already.
        check.fail(
            given={"order": str(order), "n": 2},
            expected=f"{evaluate(best, n=2)} multiplications, "
            "which some order takes",
            got=f"{evaluate(order.multiplications, n=2)}, "
            f"in general {order.multiplications}",
            hint=_order_hint(order, textbook),
        )
    return (
        f"{order.multiplications} is the least of "
        f"{len(product.orders())} orders for every n"
    )


@checker("The best order of a chain", points=5)
def check_best_order(check: Check, answer: Callable[..., Any]) -> str:
    """Check a function for the best order and its multiplications.

    Parameters
    ----------
    answer
        ``answer(sizes)`` for a list of k + 1 positive integers; returns the
        fewest multiplications that a product of k matrices takes, of which
        number i, counted from 0, is sizes[i] × sizes[i + 1], and an order
        that takes them: a pair of two orders for each product, and the
        number of the matrix for a single one.
    """
    tried = 0
    for sizes in _chains():
        got = check.call(answer, sizes=sizes)
        _require_order(check, got, min(_all_costs(sizes)), sizes)
        tried += number_of_orders(len(sizes) - 1)
    rng = np.random.default_rng(3)
    for k in (12, _LONGEST):
        sizes = rng.integers(1, 30, k + 1).tolist()
        tally = _Budget(3 * _LONGEST**3)
        counted = [_Size(size, tally) for size in sizes]
        try:
            got = check.call(answer, sizes=counted)
        except Stopped:
            check.fail(
                given={"sizes": sizes},
                expected=f"a result after at most {tally.most:,} products of "
                "two sizes",
                got="more",
                hint=f"{k} matrices have {number_of_orders(k):,} orders, and "
                f"only {k * (k + 1) // 2} stretches of neighbors. Solve each "
                "stretch once.",
            )
        _require_order(check, got, _fewest(sizes), sizes)
    return f"{tried:,} orders tried, and {_LONGEST} matrices"


@checker("Choose the mode", points=4)
def check_choose_mode(check: Check, answer: Callable[..., Any]) -> str:
    """Check a function that chooses the mode for a chain of Jacobians.

    Parameters
    ----------
    answer
        ``answer(sizes)`` for the list n_0, …, n_k, k ≥ 2, of the sizes of x,
        the k − 1 intermediate vectors, and y; returns a pair: the mode,
        ``"forward"``, ``"reverse"`` or, if neither is optimal, ``"mixed"``;
        and the multiplications of that way, for ``"mixed"`` the fewest.
    """
    seen = dict.fromkeys(_MODES, 0)
    for sizes in _layers():
        got = check.call(answer, sizes=sizes)
        costs = {
            "forward": _accumulated(sizes),
            "reverse": _accumulated(sizes[::-1]),
        }
        best = _fewest(sizes)
        allowed = {mode: c for mode, c in costs.items() if c == best}
        allowed = allowed or {"mixed": best}
        mode, number = check.read(
            _choice,
            got,
            given={"sizes": sizes},
            expected="a pair: 'forward', 'reverse' or 'mixed', and an integer",
            hint="Return both, the mode first.",
        )
        given = {
            "sizes": sizes,
            **{f"{mode} mode": cost for mode, cost in costs.items()},
        }
        if mode not in allowed:
            check.fail(
                given=given,
                expected=f"a way that takes {best} multiplications",
                got=got,
                hint=(
                    "One of the two modes takes no more than any order."
                    if mode == "mixed"
                    else f"With {mode} mode the product takes {costs[mode]}."
                ),
            )
        check.read(
            equal,
            number,
            best,
            given=given,
            expected=f"{best} multiplications",
            hint="The mode is right, the count is not. J_1 and J_k are there "
            "already: nothing is multiplied by a unit matrix.",
        )
        seen[mode] += 1
    told = ", ".join(f"{count} {mode}" for mode, count in seen.items())
    return f"{sum(seen.values())} chains: {told}"


def _in_reverse(n: Sequence[int]) -> tuple[bool, str]:
    count = _accumulated([*n[::-1]])
    claim = n[1] * n[2] + n[0] * n[1]
    return count == claim, f"reverse mode takes {count}, and ab + bc = {claim}"


def _other_way(n: Sequence[int]) -> tuple[bool, str]:
    (order, *_) = Product("J3 J2 J1", J1=n[1::-1], J2=n[2:0:-1],
                          J3=n[3:1:-1]).orders()  # fmt: skip
    count, claim = int(order.multiplications), n[0] * n[2] * (n[1] + 1)
    return count == claim, f"{order} takes {count}, and abc + ac = {claim}"


def _compared(left: str, right: str) -> Callable[[Any], tuple[bool, str]]:
    """Return a step ``left ≥ right`` about the sizes a, b, c."""

    def evaluate(n: Sequence[int]) -> tuple[bool, str]:
        at = dict(zip("abc", n, strict=False))
        values = [sp.sympify(side).subs(at) for side in (left, right)]
        return bool(values[0] >= values[1]), f"{values[0]} and {values[1]}"

    return evaluate


#: An argument for chains of sizes a, b, c, 1, without its condition.
_ARGUMENT: dict[str, Step[Sequence[int]]] = {
    "a": Step("reverse mode takes bc + ab multiplications", _in_reverse),
    "b": Step("the other order takes abc + ac", _other_way),
    "c": Step("ac ≥ a + c", _compared("a*c", "a + c")),
    "d": Step("so abc ≥ ab + bc", _compared("a*b*c", "a*b + b*c")),
    "e": Step(
        "and so abc + ac ≥ bc + ab", _compared("a*b*c + a*c", "b*c + a*b")
    ),
}


@checker("Where the condition is needed", points=2)
def check_false_step(check: Check, letter: str) -> str:
    """Check which step of an argument about reverse mode is false.

    Parameters
    ----------
    letter
        The first step that does not hold for all sizes, ``"a"`` to ``"e"``.
    """
    cases: list[Sequence[int]] = [(2, 3, 1, 1)]
    return find_false_step(
        check,
        letter,
        _ARGUMENT,
        cases,
        lambda n: dict(zip("abc", n, strict=False)),
    )


@checker("Reverse mode, beaten by how much", points=4)
def check_reverse_beaten(check: Check, answer: Callable[[Any], Any]) -> str:
    """Check chains for which reverse mode loses by more than a factor.

    Parameters
    ----------
    answer
        A function of a Fraction, at least 1, that returns the sizes of a
        chain with a scalar output for which reverse mode takes more than
        this many times the multiplications of a best order, or None if
        there is no such chain.
    """
    found = 0
    for ratio in _RATIOS:
        given = {"ratio": str(ratio)}
        said = check.call(answer, ratio=ratio)
        if said is None:
            if ratio < 2:
                check.fail(
                    given=given,
                    expected="the sizes of a chain; there is one",
                    got=None,
                    hint="Where does reverse mode multiply a number into a "
                    "row that is long, and what would be cheaper?",
                )
            continue
        sizes = check.read(
            lambda value: [whole(n) for n in sequence(value, None)],
            said,
            given=given,
            expected="a list of integers, or None",
            hint="From the input to the output: n_0 first, 1 at the end.",
        )
        if not 3 <= len(sizes) <= 40 or min(sizes) < 1 or sizes[-1] != 1:
            check.fail(
                given=given,
                expected="from 3 to 40 positive sizes, 1 at the end",
                got=sizes,
                hint="A chain of k layers has k + 1 sizes, and the output is "
                "a scalar.",
            )
        in_reverse, best = _accumulated(sizes[::-1]), _fewest(sizes)
        if in_reverse <= ratio * best:
            check.fail(
                given=given | {"sizes": sizes},
                expected="None, since no chain is beaten by so much"
                if ratio >= 2
                else f"more than {ratio} times the {best} multiplications of "
                "a best order",
                got=f"{in_reverse} in reverse mode",
                hint=_beaten_hint(sizes, in_reverse, best, ratio),
            )
        found += 1
    return (
        f"{found} chains that are beaten, "
        f"{sum(ratio >= 2 for ratio in _RATIOS)} ratios out of reach"
    )


#: Near 2, which no chain reaches.
_RATIOS = [
    Fraction(r)
    for r in ("1", "9/8", "3/2", "19/10", "1.999", "1.999999999", "2",
              "2.000001", "3")
]  # fmt: skip


def _beaten_hint(
    sizes: list[int], in_reverse: int, best: int, ratio: Fraction
) -> str:
    if 1 not in sizes[:-1]:
        return "By the theorem no order beats reverse mode here. Why not?"
    if in_reverse == best:
        return "Reverse mode is a best order here."
    if ratio >= 2:
        return (
            "Reverse mode takes as many multiplications as all Jacobians but "
            "the last have entries. In any order each of them is a factor of "
            "one product. What does that product take at least?"
        )
    return (
        "This chain loses something. Which of its sizes would have to be "
        "larger, and how large for this ratio?"
    )


class _Line(NamedTuple):
    """A line of the published solution.

    ``claimed`` and ``counted`` are what the line says and what is so, at
    sizes n and m; ``between`` are the two counts that it compares.
    """

    text: str
    what: str
    claimed: Callable[[int, int], Any]
    counted: Callable[[int, int], Any]
    between: tuple[Callable[[int, int], int], ...] = ()


_HINTS = {
    "right": "Put these sizes into the formula.",
    "difference": "Compare both counts with the formula, at these sizes.",
    "wrong": "Put these sizes into both sides.",
}


@cache
def _lines() -> dict[str, _Line]:
    product = Product("v vᵀ y1 y2ᵀ", v="n", y1="n", y2="m")
    orders = product.orders()

    def counter(order: Order, what: str) -> Callable[[int, int], int]:
        both = product.rows, product.columns
        counted: Callable[[int, int], int] = sp.lambdify(
            both, order.count(what)
        )
        return counted

    mults = [counter(order, "multiplications") for order in orders]
    r, f = mults[0], mults[-1]
    r_mem, f_mem = (counter(orders[i], "memory") for i in (0, -1))
    right, left = str(orders[0]), str(orders[-1])

    def least(n: int, m: int) -> int:
        return min(order(n, m) for order in mults)

    return {
        "a": _Line(
            f"{right} takes 3mn multiplications",
            "counted",
            lambda n, m: 3 * m * n,
            r,
        ),
        "b": _Line(
            f"{right} takes memory 2(m + n + mn)",
            "counted",
            lambda n, m: 2 * (m + n + m * n),
            r_mem,
        ),
        "c": _Line(
            f"{left} takes 2n² + mn multiplications",
            "counted",
            lambda n, m: 2 * n**2 + m * n,
            f,
        ),
        "d": _Line(
            f"{left} takes memory 3n + m + n² + mn",
            "counted",
            lambda n, m: 3 * n + m + n**2 + m * n,
            f_mem,
        ),
        "e": _Line(
            f"the ratio of the multiplications, {right} to {left}, is "
            "n(2m − 2n)",
            "the first count divided by the second",
            lambda n, m: n * (2 * m - 2 * n),
            lambda n, m: Fraction(r(n, m), f(n, m)),
            (r, f),
        ),
        "f": _Line(
            f"the ratio of the memory, {right} to {left}, is (n + 1)(m − n)",
            "the first count divided by the second",
            lambda n, m: (n + 1) * (m - n),
            lambda n, m: Fraction(r_mem(n, m), f_mem(n, m)),
            (r_mem, f_mem),
        ),
        "g": _Line(
            f"{right} takes less memory than {left} if and only if it takes "
            "fewer multiplications",
            "it takes less memory",
            lambda n, m: r(n, m) < f(n, m),
            lambda n, m: r_mem(n, m) < f_mem(n, m),
            (r_mem, f_mem),
        ),
        "h": _Line(
            f"{right} takes less than twice the memory of {left}",
            "the first count is less than twice the second",
            lambda *_: True,
            lambda n, m: r_mem(n, m) < 2 * f_mem(n, m),
            (r_mem, f_mem),
        ),
        "i": _Line(
            f"the cheaper of {right} and {left} takes at most twice the "
            "multiplications of the best order",
            "the first count is at most twice the second",
            lambda *_: True,
            lambda n, m: min(r(n, m), f(n, m)) <= 2 * least(n, m),
            (lambda n, m: min(r(n, m), f(n, m)), least),
        ),
    }


@cache
def _grid() -> tuple[tuple[int, int], ...]:
    """Return sizes n, m, those first that differ and are small."""
    pairs = itertools.product([*range(1, 21), 100, 1_000_000], repeat=2)
    return tuple(sorted(pairs, key=lambda p: (p[0] == p[1], max(p), p)))


def _judge(letter: str) -> tuple[str, tuple[int, int]]:
    """Return the verdict on a line, and the first sizes that show it."""
    line = _lines()[letter]
    unequal = [
        pair for pair in _grid() if line.claimed(*pair) != line.counted(*pair)
    ]
    if not unequal:
        return "right", _grid()[0]
    gaps = line.between and all(
        line.claimed(*pair) == line.between[0](*pair) - line.between[1](*pair)
        for pair in _grid()
    )
    return ("difference" if gaps else "wrong"), unequal[0]


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _order_hint(order: Order, textbook: Sequence[Order]) -> str:
    widest = max(order.steps, key=lambda s: evaluate(s.multiplications, n=2))
    where = (
        f"The dearest product is {widest.left} times {widest.right}, with "
        f"{widest.multiplications} multiplications."
    )
    count = evaluate(order.multiplications, n=2)
    if all(evaluate(o.multiplications, n=2) > count for o in textbook):
        return f"Cheaper than left to right and right to left. {where}"
    return where


#: Matrices in the longest chain.
_LONGEST = 40


class _Budget:
    def __init__(self, most: int) -> None:
        self.most = most
        self.spent = 0


class _Size(int):
    """An integer that counts how often it is multiplied."""

    budget: _Budget

    def __new__(cls, value: int, budget: _Budget) -> _Size:
        size = super().__new__(cls, value)
        size.budget = budget
        return size

    def __mul__(self, other: Any) -> Any:
        self.budget.spent += 1
        if self.budget.spent > self.budget.most:
            raise Stopped
        return int.__mul__(self, other)

    __rmul__ = __mul__


def _all_costs(sizes: Sequence[int]) -> Iterator[int]:
    """Yield the multiplications of every order, one by one."""
    if len(sizes) == 2:
        yield 0
        return
    for split in range(1, len(sizes) - 1):
        last = sizes[0] * sizes[split] * sizes[-1]
        parts = sizes[: split + 1], sizes[split:]
        for left, right in itertools.product(*map(_all_costs, parts)):
            yield left + right + last


def _fewest(sizes: Sequence[int]) -> int:
    return _fewest_known(tuple(sizes))


@cache
def _fewest_known(sizes: tuple[int, ...]) -> int:
    if len(sizes) < 3:
        return 0
    shapes = {
        f"J{i}": pair for i, pair in enumerate(itertools.pairwise(sizes))
    }
    order = Product(" ".join(shapes), **shapes).optimum()
    return int(order.multiplications)


def _accumulated(sizes: Sequence[int]) -> int:
    """Return the multiplications from the first Jacobian to the last."""
    return sizes[0] * sum(a * b for a, b in itertools.pairwise(sizes[1:]))


def _chains() -> Iterator[list[int]]:
    """Yield sizes, short chains and small sizes first."""
    yield from ([2, 3], [1, 2, 3], [2, 3, 1, 2], [2, 1, 3, 2], [3, 2, 2, 1, 3])
    rng = np.random.default_rng(2)
    for k in range(1, 9):
        for _ in range(6):
            yield rng.integers(1, 10, k + 1).tolist()


def _layers() -> Iterator[list[int]]:
    """Yield sizes of chains of at least two layers, simplest first."""
    yield from ([1, 2, 3], [2, 2, 1, 1], [3, 2, 2, 1], [2, 1, 5, 3])
    yield from ([1, 5, 5, 4], [4, 4, 1, 4, 4], [2, 2, 2, 2, 2], [9, 5, 5, 1])
    rng = np.random.default_rng(4)
    for _ in range(60):
        k = int(rng.integers(2, 7))
        yield rng.integers(1, 12, k + 1).tolist()


def _choice(value: object) -> tuple[str, object]:
    mode, count = pair(value)
    if mode not in _MODES:
        raise Refused
    return mode, count


def _two_numbers(value: object) -> tuple[int, ...]:
    return tuple(map(whole, pair(value)))


def _require_order(
    check: Check, got: object, expected: int, sizes: list[int]
) -> None:
    """Fail unless an answer is the fewest multiplications and an order."""
    k = len(sizes) - 1
    given = {"sizes": sizes}
    ways = number_of_orders(k)
    joins = (
        f"There {'is 1 matrix' if k == 1 else f'are {k} matrices'}, "
        f"{'1 way' if ways == 1 else f'{ways:,} ways'} to put parentheses. "
        "The last product of an order joins two stretches that are themselves "
        "in a best order."
    )
    count, order = check.read(
        pair,
        got,
        given=given,
        expected="a pair: the fewest multiplications, and an order",
        hint="Return both, such as (24, ((0, 1), 2)).",
    )
    check.read(
        equal, count, expected, given=given, expected=expected, hint=joins
    )
    cost = check.read(
        _cost_of,
        order,
        sizes,
        given=given,
        expected=f"an order of the matrices 0 to {k - 1}"
        if k > 1
        else "0, the number of the only matrix",
        hint="A product of two parts is a pair, (left, right); a single "
        "matrix is its number. Every matrix occurs once, from left to right.",
    )
    if cost != expected:
        check.fail(
            given=given | {"order": as_it_came(order)},
            expected=f"an order that takes {expected} multiplications",
            got=f"this one takes {cost}",
            hint="The count is right. Keep for each stretch where it was "
            "split, and put the order together from there.",
        )


def _cost_of(order: object, sizes: list[int]) -> int:
    """Return the multiplications of nested pairs of numbers of matrices."""
    matrices: list[int] = []

    def cost(part: Any) -> tuple[int, int, int]:
        several = isinstance(part, (list, tuple, sp.MatrixBase))
        if several or (isinstance(part, np.ndarray) and part.ndim):
            (a, b, left), (c, d, right) = map(cost, pair(part))
            if b != c:
                raise Refused(f"{as_it_came(part)}: not neighbors")
            return a, d, left + right + sizes[a] * sizes[b] * sizes[d]
        i = whole(part)
        matrices.append(i)
        return i, i + 1, 0

    (_, _, total) = cost(order)
    if matrices != list(range(len(sizes) - 1)):
        raise Refused(f"the matrices {as_it_came(matrices)}")
    return total
