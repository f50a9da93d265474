"""Checkers for the exercises of the page on counting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import dictionary, expression
from byhand.checks._protocol import Check, checker
from byhand.checks._showing import in_line
from byhand.checks._verdicts import judge
from byhand.cost import Operations, Tally, evaluate

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


@checker
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
            given={
                "line": f"{letter}, {_CLAIMS[letter][0]}",
                "your verdict": said,
            }
            | form
            | {"x": case.x},
            expected=_expected(said),
            got=evidence,
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


@checker
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
    return evaluate(expression(claim), **sizes)


# ---- As few products as the theorem allows -------------------------------


@checker
def check_hessian(check: Check, hessian: Callable[[Any], Any]) -> str:
    """Check a program for 2vvᵀ that multiplies as seldom as possible.

    Parameters
    ----------
    hessian
        A function of an array v of shape (n,), whose entries count their
        operations; it returns 2vvᵀ, an array or nested lists of shape
        (n, n), with at most n(n + 1)/2 multiplications and divisions, by
        constants too, and no calls of functions.
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
                expected=f"at most {_told({'mul': least})}, divisions too",
                got=f"the right matrix, with {_told(tally.operations)}",
                hint="Two entries of the matrix are equal unless i = j. And a "
                "factor of 2 need not be a multiplication.",
            )
        _require_counted(check, used, least, given={"v": v})
    return f"{len(vectors)} vectors with up to 8 entries"


# ---- Horner --------------------------------------------------------------


@checker
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
            expected=f"at least {_told({'mul': least})}; fewer are impossible",
            got=f"{used} of them seen",
            hint="The numbers count as long as they stay what they are: no "
            "float(), no conversion to an array of floats, no table of "
            "results.",
        )
