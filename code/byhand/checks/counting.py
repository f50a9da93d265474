"""Checkers for the exercises of the page on counting."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from byhand.checks._answers import (
    Refused,
    dictionary,
    fraction,
    pair,
)
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_line
from byhand.checks._verdicts import judge
from byhand.cost import Operations, Tally, count, evaluate, sizes
from byhand.tape import outer, record

Integers = NDArray[np.int64]

#: What operations of a kind are called: one of them, and several.
_KINDS = {
    "mul": ("multiplication", "multiplications"),
    "add": ("addition", "additions"),
    "div": ("division", "divisions"),
    "compare": ("comparison", "comparisons"),
    "sqrt": ("square root", "square roots"),
    "exp": ("call of exp", "calls of exp"),
    "log": ("call of log", "calls of log"),
    "tanh": ("call of tanh", "calls of tanh"),
    "power": ("general power", "general powers"),
}


# ---- Warm-ups ------------------------------------------------------------


@checker("Two ways to write it", points=1)
def check_two_forms(check: Check, answer: tuple[Any, Any]) -> str:
    """Check what AB + AC and A(B + C) take, as polynomials.

    Parameters
    ----------
    answer
        For A of shape (a, b), B and C of shape (b, c): the multiplications
        of AB + AC, and the additions of A(B + C).
    """
    wanted = "two polynomials in a, b and c"
    answers = check.read(
        pair,
        answer,
        given="the answer itself",
        expected=wanted,
        hint="Return both: multiplications of the first form, additions of "
        "the second.",
    )
    forms = (("mul", "A B + A C"), ("add", "A (B + C)"))
    claims = [
        check.read(
            _polynomial,
            claim,
            sp.symbols("a b c"),
            given=f"the {_KINDS[kind][1]} of {form}",
            expected="a polynomial in a, b and c",
            hint="Use the symbols that the function is given.",
        )
        for claim, (kind, form) in zip(answers, forms, strict=True)
    ]
    a, b, c = sizes("a b c")
    for shape in itertools.product((1, 2, 3), repeat=3):
        at = dict(zip("abc", shape, strict=True))
        counted = _run_two_forms(*shape)
        for claim, (kind, form), number, slips in zip(
            claims,
            forms,
            counted,
            (
                {
                    a * b * c: "Two products of matrices are computed.",
                    2 * a * b * c + a * c: "The sum of the two products "
                    "takes additions, and these are counted apart.",
                },
                {
                    a * (b - 1) * c: "B + C is work, too.",
                    a * b * c + b * c: "A sum of b numbers takes one "
                    "addition less than b.",
                    a * (b - 1) * c + a * c: "That is B + C with the shape of "
                    "the result; which shape has it?",
                },
            ),
            strict=True,
        ):
            claimed = evaluate(claim, at)
            if claimed != number:
                check.fail(
                    given={"form": form} | at,
                    expected=f"{_told({kind: number})}, counted in a run",
                    got=f"{claimed} by the formula",
                    hint=_slip(
                        claim,
                        slips,
                        "Which products and sums does the form have, and of "
                        "which shapes?",
                    ),
                )
    # Three values of each size decide for degrees up to 2, no further.
    for claim, (_, form) in zip(claims, forms, strict=True):
        _require_degree(
            check,
            claim,
            2,
            given={"form": form, "formula": claim},
            hint="The formula is right at the 27 sizes that were run, and "
            "wrong at others: three loops, one over each size, take no "
            "higher powers of the sizes.",
        )
    return "the same as runs at 27 sizes, hence at all sizes"


@cache
def _run_two_forms(a: int, b: int, c: int) -> tuple[int, int]:
    rng = np.random.default_rng(0)
    first, second = Tally(), Tally()
    A, B, C = (rng.uniform(1, 2, s) for s in ((a, b), (b, c), (b, c)))
    X, Y, Z = map(first.numbers, (A, B, C))
    X @ Y + X @ Z
    X, Y, Z = map(second.numbers, (A, B, C))
    X @ (Y + Z)
    return first.operations["mul"], second.operations["add"]


def _slip(claim: object, slips: Mapping[Any, str], otherwise: str) -> str:
    """Return the hint for a formula, if it is one of those foreseen."""
    for formula, hint in slips.items():
        if _renamed(_expression(claim) - formula) == 0:
            return hint
    return otherwise


def _expression(value: object) -> sp.Expr:
    """Read an expression of SymPy, its decimal numbers as fractions."""
    if isinstance(value, (sp.Expr, str)):
        return sp.nsimplify(value, rational=True)
    number = fraction(value)
    return sp.Rational(number.numerator, number.denominator)


def _renamed(value: sp.Expr) -> sp.Expr:
    """Return an expression with plain symbols, which equal one another."""
    return sp.expand(
        value.subs({s: sp.Symbol(s.name) for s in value.free_symbols})
    )


@checker("One run too few", points=1)
def check_one_too_few(check: Check, answer: Any) -> str:
    """Check a polynomial that only the last run of a grid can refute.

    Parameters
    ----------
    answer
        A polynomial in a and b, of degree at most 1 in each and not zero,
        that vanishes at three of the four points of the grid {1, 2}².
    """
    given = "the answer itself"
    a, b = sp.symbols("a b")
    polynomial = check.read(
        _polynomial,
        answer,
        (a, b),
        given=given,
        expected="a polynomial in a and b",
        hint="For example 2*a*b - b + 3.",
    )
    _require_degree(
        check,
        polynomial,
        1,
        given={"difference": polynomial},
        hint="With a higher degree it is no difference of counts of two "
        "loops, one over each size.",
    )
    values = {
        point: polynomial.subs(dict(zip((a, b), point, strict=True)))
        for point in itertools.product((1, 2), repeat=2)
    }
    zeros = sum(value == 0 for value in values.values())
    if zeros != 3:
        hint = "Which factor vanishes at a = 1, whatever b is?"
        if zeros == 4:
            hint = (
                "Two counts whose difference is zero at all four points are "
                "equal. The fourth run has to see the difference."
            )
        elif zeros == 2:
            hint = (
                "Two of the points are taken care of. What may be multiplied "
                "to it without raising the degree in either variable?"
            )
        check.fail(
            given={"difference": polynomial},
            expected="zero at three of the four points, and not at the fourth",
            got=", ".join(f"{v} at {p}" for p, v in values.items()),
            hint=hint,
        )
    return "zero at 3 points of the grid, and not at the 4th"


def _require_degree(
    check: Check, polynomial: sp.Expr, most: int, *, given: object, hint: str
) -> None:
    """Refuse a polynomial with too high a power of one of its symbols."""
    for symbol in sorted(polynomial.free_symbols, key=str):
        degree = sp.degree(polynomial, symbol)
        if degree > most:
            check.fail(
                given=given,
                expected=f"degree at most {most} in {symbol}",
                got=f"degree {degree}",
                hint=hint,
            )


def _polynomial(value: object, symbols: tuple[sp.Symbol, ...]) -> sp.Expr:
    found = _renamed(_expression(value))
    if not found.free_symbols <= set(symbols):
        raise Refused
    if not found.is_polynomial(*symbols):
        raise Refused
    return found


#: Functions of x, their degree, and their values at x and at 2x.
_HOMOGENEOUS = {
    "a": ("‖x‖", 1, ((3, 4), 5, 10)),
    "b": ("x_1³ + x_2³", 3, ((1, 2), 9, 72)),
    "c": ("(vᵀx)² / ‖x‖², v = (1, 1)", 0, ((1, 1), 2, 2)),
    "d": ("x_1 / ‖x‖²", -1, ((1, 1), "1/2", "1/4")),
}


@checker("How homogeneous", points=1)
def check_degrees(check: Check, degrees: Mapping[str, int]) -> str:
    """Check the degrees of four homogeneous functions.

    Parameters
    ----------
    degrees
        For each of ``"a"`` to ``"d"`` the p with L(αx) = αᵖ L(x).
    """
    said = check.read(
        lambda value: {
            key: fraction(p)
            for key, p in dictionary(value, _HOMOGENEOUS).items()
        },
        degrees,
        given="the answer itself",
        expected="a dictionary with the keys a, b, c and d, whose values are "
        "numbers",
        hint="One degree for each letter.",
    )
    for letter, (text, degree, (x, at_x, at_2x)) in _HOMOGENEOUS.items():
        if said[letter] == degree:
            continue
        hint = "How many times as large is L if x is twice as large?"
        if said[letter] == -degree:
            hint = "Does L grow or shrink if x is twice as large?"
        elif "/" in text:
            hint = "The denominator grows as well."
        check.fail(
            given=f"{letter}.  L(x) = {text}, x = {x}",
            expected="L(2x) = 2ᵖ L(x)",
            got=f"p = {said[letter]}, but L(x) = {at_x} and L(2x) = {at_2x}",
            hint=hint,
        )
    return f"{len(_HOMOGENEOUS)} functions"


# ---- What the published memory is ----------------------------------------


def _named_and_doubled(v: Any) -> Any:
    P = outer(v, v)
    return P + P


_MEMORY_LINES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "a": ("outer(v, v)", lambda v: outer(v, v)),
    "b": ("outer(v, v) / 0.5", lambda v: outer(v, v) / 0.5),
    "c": ("outer(v, v) + outer(v, v)", lambda v: outer(v, v) + outer(v, v)),
    "d": ("outer(v + v, v)", lambda v: outer(v + v, v)),
    "e": (
        "0.5 * (2 * (2 * outer(v, v)))",
        lambda v: 0.5 * (2 * (2 * outer(v, v))),
    ),
    "f": ("P = outer(v, v); H = P + P", _named_and_doubled),
}


@checker("What the published memory counts", points=3)
def check_memory_claims(check: Check, verdicts: Mapping[str, str]) -> str:
    """Check for which programs the memory or the peak is n² + n.

    Parameters
    ----------
    verdicts
        For each of ``"a"`` to ``"f"``: ``"memory"`` if all values together
        are n² + n numbers, ``"peak"`` if only the most at one time are, or
        ``"neither"``.
    """
    truths = {letter: _memory_verdict(letter) for letter in _MEMORY_LINES}
    for letter, said in judge(
        check, verdicts, truths, ("memory", "peak", "neither")
    ):
        text, program = _MEMORY_LINES[letter]
        cost = count(record(program, v="n"))
        together, most = (
            evaluate(numbers, n=10) for numbers in (cost.memory, cost.peak)
        )
        hint = "Write down all values of the program, and their sizes."
        if truths[letter] == "neither" and said == "peak":
            hint = (
                "The result may take the place of an operand only if nothing "
                "else uses that operand."
            )
            if letter == "d":
                hint = "v + v is a value, and it lives until the last line."
        elif truths[letter] == "peak":
            hint = (
                "Whose place may the result of an operation on each entry "
                "take, and does a place that is used again count again?"
            )
        check.fail(
            given=f"{letter}.  {text}, n = 10, where n² + n = 110",
            expected={
                "memory": "110 numbers in all values together",
                "peak": "110 numbers at one time, more in all together",
                "neither": "other numbers than 110",
            }[said],
            got=f"you say {said!r}, but there are {together} together, {most} "
            "at one time",
            hint=hint,
        )
    return f"{len(truths)} programs, as the lines of the tape say"


@cache
def _memory_verdict(letter: str) -> str:
    cost, n = count(record(_MEMORY_LINES[letter][1], v="n")), sp.Symbol("n")
    published = n**2 + n
    if _renamed(cost.memory) == published:
        return "memory"
    return "peak" if _renamed(cost.peak) == published else "neither"


# ---- What Euler's identity cannot see ------------------------------------


class _Case(NamedTuple):
    """A quadratic form x ↦ xᵀAx and a point; A = vvᵀ for line a."""

    A: Integers
    x: Integers
    v: Integers

    def loss(self, x: Integers) -> int:
        return int(x @ self.A @ x)

    @property
    def gradient(self) -> Integers:
        """Central differences: exact for a quadratic, at every step size."""
        steps = np.eye(len(self.x), dtype=int)
        return np.array(
            [
                (self.loss(self.x + e) - self.loss(self.x - e)) / 2
                for e in steps
            ]
        )


_CLAIMS: dict[str, tuple[str, Callable[[_Case], Any]]] = {
    "a": ("v vᵀ x", lambda c: c.v * (c.v @ c.x)),
    "b": ("2 A x", lambda c: 2 * c.A @ c.x),
    "c": ("A x", lambda c: c.A @ c.x),
    "d": ("2 Aᵀ x", lambda c: 2 * c.A.T @ c.x),
    "e": ("2 A x + (Aᵀ − A) x", lambda c: 2 * c.A @ c.x + (c.A.T - c.A) @ c.x),
    "f": ("(A + Aᵀ) x / 2", lambda c: (c.A + c.A.T) @ c.x / 2),
}
_VERDICTS = ("right", "caught", "unseen")


@checker("Right, caught or unseen", points=3)
def check_gradient_claims(check: Check, verdicts: Mapping[str, str]) -> str:
    """Check verdicts on claimed gradients of L(x) = xᵀAx.

    Parameters
    ----------
    verdicts
        For each of ``"a"`` to ``"f"``, the lines of the exercise:
        ``"right"``; ``"caught"`` if it is wrong and Euler's identity
        xᵀ∇L = 2L fails for some A and x; ``"unseen"`` if it is wrong and the
        identity always holds.
    """
    truths = {letter: _judge(letter)[0] for letter in _CLAIMS}
    for letter, said in judge(check, verdicts, truths, _VERDICTS):
        _, case, evidence = _judge(letter)
        form = {"v": case.v} if letter == "a" else {"A": case.A}
        check.fail(
            given={"line": f"{letter}, {_CLAIMS[letter][0]}"}
            | form
            | {"x": case.x},
            expected=_expected(said),
            got=f"you say {said!r}, but {evidence}",
            hint="Split the matrix in front of x into its symmetric and its "
            "antisymmetric part. Which of them does xᵀ(…)x see?",
        )
    return f"each line tried on {len(_cases('b'))} forms"


def _expected(said: str) -> str:
    return {
        "right": "the gradient",
        "caught": "a wrong gradient g for which xᵀg = 2L(x) fails",
        "unseen": "a wrong gradient g for which xᵀg = 2L(x) holds",
    }[said]


@cache
def _judge(letter: str) -> tuple[str, _Case, str]:
    """Return the truth about a line, a case that shows it, and how."""
    cases, claim = _cases(letter), _CLAIMS[letter][1]
    others = f"{len(cases) - 1} other forms"
    wrong = [c for c in cases if not np.array_equal(claim(c), c.gradient)]
    for case in wrong:
        g, twice = claim(case), 2 * case.loss(case.x)
        if case.x @ g != twice:
            product = (
                f"xᵀg = {in_line(case.x @ g, '.10g')} where 2L(x) = {twice}"
            )
            return "caught", case, f"g = {in_line(g, '.10g')}, and {product}"
    case = wrong[0] if wrong else cases[1]
    told = f"g = {in_line(claim(case), '.10g')}"
    if not wrong:
        return "right", case, f"{told}, the gradient here and on {others}"
    told += f", where the gradient is {in_line(case.gradient, '.10g')}"
    return "unseen", case, f"{told}, and xᵀg = 2L(x) on this and {others}"


@cache
def _cases(letter: str) -> list[_Case]:
    """Return forms and points, simplest first."""
    rng = np.random.default_rng(11)
    one, two = np.array([1]), np.array([1, 2])
    A = np.array([[0, 1], [0, 0]])
    cases = [_Case(np.array([[1]]), one, one), _Case(A, two, two)]
    for n in (2, 3, 4):
        for _ in range(10):
            A = rng.integers(-3, 4, (n, n))
            x, v = rng.integers(-3, 4, (2, n))
            cases.append(_Case(A, x, v))
    if letter == "a":
        return [c._replace(A=np.outer(c.v, c.v)) for c in cases]
    return cases


# ---- Count a factorization -----------------------------------------------


@checker("Count a Cholesky factorization", points=5)
def check_counts(
    check: Check, program: Callable[[Any], Any], claims: Mapping[str, Any]
) -> str:
    """Check polynomials for the operations of a program of one matrix.

    Parameters
    ----------
    program
        A function of an array of shape (m, n), m ≥ n, of full rank.
    claims
        How many operations of each kind it takes: SymPy polynomials in the
        symbols m and n, or integers, under the keys ``"mul"``, ``"add"``
        (differences too), ``"div"``, ``"compare"``, ``"sqrt"``, ``"exp"``,
        ``"log"``, ``"tanh"``, ``"power"``.  What is missing counts as 0.
    """
    claims = check.read(
        dictionary,
        claims,
        (),
        _KINDS,
        given="the answer itself",
        expected="a dictionary from kinds of operation to polynomials; "
        f"the kinds are {', '.join(map(repr, _KINDS))}",
        hint='For example {"mul": m * n, "add": m * (n - 1)}.',
    )
    pairs = [(m, n) for m in range(1, 7) for n in range(1, m + 1)]
    for m, n in sorted(pairs, key=lambda pair: (sum(pair), pair)):
        tally = Tally()
        check.call(program, X=tally.numbers(_full_rank(m, n)))
        for kind in _KINDS:
            counted, claim = tally.operations[kind], claims.get(kind, 0)
            claimed = check.read(
                _value_at,
                claim,
                {"m": m, "n": n},
                given=f'claims["{kind}"]',
                expected="a polynomial in m and n, as m, n = sizes('m n') "
                "gives",
                hint="Use the symbols m and n, whole numbers, and + − * / **.",
            )
            if claimed != counted:
                check.fail(
                    given={"m": m, "n": n, f'claims["{kind}"]': claim},
                    expected=f"{_told({kind: counted})}, counted in a run",
                    got=f"{claimed} by the formula",
                    hint="How often does each line run? Write a loop as a "
                    "sum over its index, the innermost first, and try the "
                    "formula at the smallest sizes by hand.",
                )
    return f"the same as a run at {len(pairs)} pairs of sizes"


def _full_rank(m: int, n: int) -> NDArray[np.float64]:
    X = np.random.default_rng(3).uniform(0, 1, (m, n))
    return X + 2 * np.eye(m, n)


def _value_at(claim: object, sizes: Mapping[str, int]) -> int | Fraction:
    return evaluate(_expression(claim), **sizes)


# ---- As few products as the theorem allows -------------------------------


@checker("The Hessian at the lower bound", points=3)
def check_hessian(check: Check, hessian: Callable[[Any], Any]) -> str:
    """Check a program for 2vvᵀ that multiplies as seldom as possible.

    Parameters
    ----------
    hessian
        A function of an array v of shape (n,), whose entries count their
        operations; it returns 2vvᵀ, an array or nested lists of shape
        (n, n), with at most n(n + 1)/2 multiplications, divisions and calls
        of functions in all, multiplications by constants included.
    """
    rng = np.random.default_rng(5)
    vectors = [np.array(v) for v in ([3], [1, 2], [4, 2, 3], [1, 0, -1])]
    vectors += [rng.integers(-5, 6, n) for n in range(4, 9) for _ in range(4)]
    for v in vectors:
        n, tally = len(v), Tally()
        got = check.call(hessian, v=tally.numbers(v))
        check.require_close(
            got,
            2 * np.outer(v, v),
            given={"v": v},
            hint="Entry (i, j) is 2 v_i v_j, below the diagonal too.",
            rtol=1e-9,
        )
        least = n * (n + 1) // 2
        used = _costly(tally.operations)
        if used > least:
            check.fail(
                given={"v": v},
                expected=f"at most {_told({'mul': least})}, divisions and "
                "calls included",
                got=f"the right matrix, with {_told(tally.operations)}",
                hint="Two entries of the matrix are equal unless i = j. And a "
                "factor of 2 need not be a multiplication.",
            )
        _require_counted(check, used, least, given={"v": v})
    return f"{len(vectors)} vectors with up to 8 entries"


# ---- Horner --------------------------------------------------------------


@checker("A polynomial with n multiplications", points=2)
def check_horner(check: Check, value: Callable[[Any, Any], Any]) -> str:
    """Check a program for a polynomial of degree n with n multiplications.

    Parameters
    ----------
    value
        A function of the coefficients a, shape (n + 1,), lowest first, and
        of x; it returns a[0] + a[1] x + … + a[n] xⁿ with at most n
        multiplications and n additions, and nothing else.
    """
    rng = np.random.default_rng(6)
    cases = [(np.arange(1, n + 2), 2) for n in range(9)]
    for n in range(9):
        for _ in range(2):
            a, x = rng.integers(-4, 5, n + 1), int(rng.integers(-3, 4))
            cases.append((a, x))
    for a, x in cases:
        n, tally = len(a) - 1, Tally()
        given = {"a": a, "x": x}
        got = check.call(value, a=tally.numbers(a), x=tally.numbers(x).item())
        exact = sum(int(c) * x**k for k, c in enumerate(a))
        check.require_close(
            got,
            exact,
            given=given,
            hint="a[k] belongs to the k-th power of x, from k = 0 on.",
            rtol=1e-9,
        )
        seen = tally.operations
        if _costly(seen) > n or seen.additions > n:
            check.fail(
                given=given,
                expected=f"at most {_told({'mul': n, 'add': n})}",
                got=f"the right value, with {_told(seen)}",
                hint="Take x out as a common factor wherever you can. With "
                "one operation too many, look at the first step: what does "
                "it multiply or add?",
            )
        _require_counted(check, _costly(seen), n, given=given)
    return f"{len(cases)} polynomials of degree 0 to 8"


def _costly(operations: Operations) -> int:
    """Return everything but additions and comparisons."""
    cheap = operations.additions + operations.comparisons
    return int(operations.total - cheap)


def _told(counts: Mapping[str, Any]) -> str:
    named = (
        f"{k} {_KINDS[kind][0 if k == 1 else 1]}" for kind, k in counts.items()
    )
    return ", ".join(named) or "no operation"


def _require_counted(check: Check, used: int, least: int, given: Any) -> None:
    """Refuse a count that is below what is possible."""
    if used < least:
        check.fail(
            given=given,
            expected=f"at least {_told({'mul': least})}, divisions and "
            "calls included",
            got=f"{used} of them seen",
            hint="The numbers count as long as they stay what they are: no "
            "float(), no conversion to an array of floats, no table of "
            "results.",
        )
