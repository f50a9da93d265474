"""Sizes as symbols: making them, checking them, giving them values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from byhand._validate import as_integer, shown
from byhand.tape.shapes import size_values

#: A size or a count: a Python integer, or a polynomial in the sizes.
Size: TypeAlias = "int | sp.Expr"


# Python writes no integer of more digits.
_LARGEST = 10**4000


def sizes(names: str) -> sp.Symbol | tuple[sp.Symbol, ...]:
    """Return symbols for sizes: positive integers.

    Parameters
    ----------
    names
        One or more names, separated by blanks or commas.

    Returns
    -------
    Symbol or tuple of Symbol
        One symbol for one name, a tuple for several.

    Examples
    --------
    >>> n, m = sizes("n m")
    >>> n.is_positive, n.is_integer
    (True, True)
    """
    if not isinstance(names, str):
        raise TypeError(
            f"names must be a string such as 'n m', got {shown(names)}"
        )
    words = names.replace(",", " ").split()
    if not words:
        raise ValueError("names must hold at least one name, got an empty one")
    for word in words:
        if not word.isidentifier():
            raise ValueError(
                f"{shown(word)} is no name for a size, such as 'n'"
            )
    made = tuple(sp.Symbol(w, positive=True, integer=True) for w in words)
    return made[0] if len(made) == 1 else made


def as_size(value: object, name: str) -> sp.Expr:
    """Return a size as a SymPy polynomial that is at least 1 everywhere.

    ``value`` is a positive integer, a name for a symbol, a symbol, a
    polynomial in symbols such as ``n + 1``, or a size of a tape.
    """
    if isinstance(value, str):
        if not value.isidentifier():
            raise ValueError(
                f"{name} must be a positive integer or a name such as 'n', "
                f"got {shown(value)}"
            )
        return sizes(value)
    if hasattr(value, "_sympy_"):
        value = sp.sympify(value)
    if not isinstance(value, sp.Expr) or value.is_Integer:
        return sp.Integer(as_integer(value, name, minimum=1))
    undeclared = [
        str(s)
        for s in value.free_symbols
        if not (s.is_positive and s.is_integer)
    ]
    if undeclared:
        raise ValueError(
            f"{name} is {value}, whose symbols must stand for positive "
            f"integers: make them with sizes({' '.join(sorted(undeclared))!r})"
        )
    if not value.free_symbols or not value.is_polynomial():
        raise ValueError(
            f"{name} must be a positive integer or a polynomial in symbols, "
            f"got {value}"
        )
    integral = all(c.is_Integer for c in sp.Poly(value).coeffs())
    at_ones = value.subs(dict.fromkeys(value.free_symbols, 1))
    if not integral or at_ones < 1 or min(shifted(value).coeffs()) < 0:
        raise ValueError(
            f"{name} must be a positive integer whatever positive integers "
            f"its symbols stand for, got {value}"
        )
    return sp.expand(value)


def as_count(value: object, name: str) -> sp.Expr:
    """Return a number or an expression in the sizes as SymPy holds it."""
    if hasattr(value, "_sympy_") or isinstance(value, (sp.Expr, Fraction)):
        return sp.sympify(value)
    try:
        number = as_integer(value, name)
    except TypeError:
        raise TypeError(
            f"{name} must be a number or a polynomial in the sizes, got "
            f"{shown(value)}"
        ) from None
    if abs(number) > _LARGEST:
        raise ValueError(f"{name} has too many digits, {shown(number)}")
    return sp.Integer(number)


def symbols_of(expressions: Iterable[sp.Expr]) -> list[sp.Symbol]:
    """Return the symbols that occur, by name; one name, one symbol."""
    found: dict[str, sp.Symbol] = {}
    for expression in expressions:
        for symbol in expression.free_symbols:
            if found.setdefault(symbol.name, symbol) != symbol:
                raise ValueError(
                    f"two different symbols are called {symbol.name}: make "
                    "each once, for example with sizes('n m'), and use it "
                    "throughout"
                )
    return [found[name] for name in sorted(found)]


def shifted(polynomial: sp.Expr) -> sp.Poly:
    """Return p(1 + s) as a polynomial in s ≥ 0, for sizes 1 + s ≥ 1.

    If no coefficient is negative, p is nonnegative for all positive sizes:
    a proof that needs no search.
    """
    symbols = symbols_of([polynomial])
    moved = polynomial.subs({s: s + 1 for s in symbols})
    return sp.Poly(moved, *symbols)


def shifted_elements(polynomials: Sequence[sp.Expr]) -> list[Any]:
    """Return polynomials as elements of one ring in the sizes minus 1."""
    symbols = symbols_of(polynomials) or [sp.Dummy("no_symbol")]
    ring, *generators = sp.ring(symbols, sp.QQ)
    move = [(s, s + 1) for s in generators]
    return [ring.from_expr(sp.expand(p)).compose(move) for p in polynomials]


def coefficient_rows(elements: Sequence[Any]) -> NDArray[Any]:
    """Return integers in proportion to the coefficients, an element a row."""
    monomials = sorted({m for p in elements for m in p.monoms()})
    numbers = [[p.get(m, 0) for m in monomials] for p in elements]
    scale = math.lcm(
        *(int(c.denominator) for row in numbers for c in row if c)
    )
    rows = [[int(c * scale) for c in row] for row in numbers]
    largest = max((abs(c) for row in rows for c in row), default=0)
    # sums of a few thousand such numbers still fit
    return np.array(rows, dtype=np.int64 if largest < 2**50 else object)


def minimal_rows(rows: NDArray[Any]) -> list[int]:
    """Return the rows that are not everywhere at least another row.

    Of equal rows the first.  By growing sum, so that a row can only fall to
    one that has been kept.
    """
    kept: list[int] = []
    minimal = np.empty_like(rows)
    for row in np.argsort(rows.sum(axis=1), kind="stable"):
        below = (minimal[: len(kept)] <= rows[row]).all(axis=1)
        if not below.any():
            minimal[len(kept)] = rows[row]
            kept.append(int(row))
    return sorted(kept)


def extreme(counts: Sequence[Size], of: type[sp.Min] | type[sp.Max]) -> Size:
    """Return the minimum or maximum, terms that all share outside."""
    terms = [sp.expand(count).as_coefficients_dict() for count in counts]
    shared = sp.Add(
        *(
            min(t[monomial] for t in terms) * monomial
            for monomial in terms[0]
            if all(t[monomial] > 0 for t in terms)
        )
    )
    return plain(shared + of(*(sp.expand(count - shared) for count in counts)))


def plain(expression: sp.Expr) -> Size:
    """Return the expanded polynomial, or an integer if it holds no symbol."""
    expanded = sp.expand(expression)
    return int(expanded) if expanded.is_Integer else expanded


def evaluate(
    count: Size,
    values: Mapping[Any, int] | None = None,
    /,
    **named: int,
) -> int | Fraction:
    """Return a count as a number, at given sizes.

    Parameters
    ----------
    count
        A polynomial in the sizes, a quotient of polynomials, or a maximum or
        minimum of them; or a number, which is returned.
    values, named
        The sizes, positive integers, by symbol or by name.  Sizes that do
        not occur are ignored.

    Returns
    -------
    int or Fraction
        Exact.

    Examples
    --------
    >>> n, m = sizes("n m")
    >>> evaluate(2 * n**2 + m * n, n=3, m=5)
    33
    """
    given = size_values(values, named)
    expression = as_count(count, "count")
    symbols = symbols_of([expression])
    missing = [s.name for s in symbols if s.name not in given]
    if missing:
        raise ValueError(
            f"{expression} needs a value for {', '.join(missing)}: pass "
            f"{', '.join(f'{name}=...' for name in missing)}"
        )
    # All at once: subs would compare the terms of a Max after each symbol.
    number = expression.xreplace(
        {s: sp.Integer(given[s.name]) for s in symbols}
    )
    if not number.is_Rational:
        raise ValueError(f"{expression} is {number} at these sizes, no number")
    exact = Fraction(int(number.p), int(number.q))
    return exact.numerator if exact.denominator == 1 else exact
