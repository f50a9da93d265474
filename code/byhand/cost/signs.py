"""The exact sign of a polynomial where every size is a positive integer."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import sympy as sp

from byhand._validate import as_integer
from byhand.cost._polynomials import Size, as_count, shifted, symbols_of


@dataclass(frozen=True)
class Sign:
    """Where a polynomial is negative, zero and positive.

    The three conditions are equivalences, for positive integer sizes: where
    ``negative`` holds the polynomial is negative, and nowhere else.
    ``false`` therefore means *proved never*, ``true`` *proved always*.

    Attributes
    ----------
    polynomial
        The polynomial, factored over the rational numbers.
    negative, zero, positive
        SymPy conditions on the sizes.
    """

    polynomial: sp.Expr
    negative: sp.Basic
    zero: sp.Basic
    positive: sp.Basic

    def __str__(self) -> str:
        cases = [("<", self.negative), ("=", self.zero), (">", self.positive)]
        told = "; ".join(
            f"{relation} 0 {words(condition, prefix='where ')}"
            for relation, condition in cases
            if condition != sp.false
        )
        return f"{self.polynomial} is {told}"

    @property
    def nonpositive(self) -> sp.Basic:
        """Where the polynomial is negative or zero."""
        sides = set(self.negative.args)
        if isinstance(self.zero, sp.Eq) and sides == set(self.zero.args):
            if isinstance(self.negative, sp.StrictLessThan):
                return sp.Le(*self.negative.args)
            if isinstance(self.negative, sp.StrictGreaterThan):
                return sp.Ge(*self.negative.args)
        return sp.Or(self.negative, self.zero)

    def examples(self, largest: int = 12) -> dict[int, dict[str, int] | None]:
        """Return the smallest sizes at which each sign is met.

        Parameters
        ----------
        largest
            Sizes from 1 to ``largest`` are tried, by growing sum.

        Returns
        -------
        dict
            For each of −1, 0 and 1 the sizes, by name, or None if there are
            none up to ``largest``.

        Examples
        --------
        >>> n, m = sp.symbols("n m")
        >>> sign_of(2 * n * (m - n)).examples()[-1]
        {'m': 1, 'n': 2}
        """
        as_integer(largest, "largest", minimum=1)
        symbols = symbols_of([self.polynomial])
        value = sp.lambdify(symbols, self.polynomial, "math")
        found: dict[int, dict[str, int] | None] = {-1: None, 0: None, 1: None}
        box = itertools.product(range(1, largest + 1), repeat=len(symbols))
        for point in sorted(box, key=lambda sizes: (sum(sizes), sizes)):
            number = value(*point)
            sign = (number > 0) - (number < 0)
            if found[sign] is None:
                names = (symbol.name for symbol in symbols)
                found[sign] = dict(zip(names, point, strict=True))
                if all(example is not None for example in found.values()):
                    break
        return found


def sign_of(polynomial: Size) -> Sign:
    """Return where a polynomial in positive integer sizes has which sign.

    The polynomial is factored.  A factor whose expansion about sizes of 1
    has no negative coefficient needs no further thought; those in a single
    symbol are decided together, by isolating their real roots; any other
    stays as a comparison of two polynomials with positive coefficients.

    Parameters
    ----------
    polynomial
        With rational coefficients, in symbols for positive integers.

    Examples
    --------
    >>> n, m = sp.symbols("n m")
    >>> print(sign_of((n + 1) * (m - n)))
    (m - n)*(n + 1) is < 0 where m < n; = 0 where m = n; > 0 where m > n
    >>> print(sign_of(2 * m * n - m - n))
    2*m*n - m - n is = 0 where m = 1 and n = 1; > 0 where m > 1 or n > 1
    """
    expression = sp.expand(as_count(polynomial, "polynomial"))
    symbols = symbols_of([expression])
    if not expression.is_polynomial(*symbols) or not all(
        c.is_Rational
        for c in sp.Poly(expression, *symbols or [sp.Dummy()]).coeffs()
    ):
        raise ValueError(
            f"wanted a polynomial with rational coefficients, got {polynomial}"
        )
    constant, powers = sp.factor_list(expression, *symbols)
    cases = _constant(constant)
    alone: dict[sp.Basic, sp.Expr] = {}
    for factor, power in powers:
        if len(factor.free_symbols) == 1:
            (symbol,) = factor.free_symbols
            alone[symbol] = alone.get(symbol, 1) * factor**power
            continue
        below, zero, above = _cases(factor)
        if power % 2 == 0:
            below, above = sp.false, sp.Or(below, above)
        cases = _product(cases, (below, zero, above))
    for factors in alone.values():
        cases = _product(cases, _cases(sp.expand(factors)))
    return Sign(sp.factor(expression), *cases)


#: Conditions for negative, zero, positive.
_Cases = tuple[sp.Basic, sp.Basic, sp.Basic]


def _constant(number: sp.Expr) -> _Cases:
    return tuple(
        sp.true if holds else sp.false
        for holds in (number < 0, number == 0, number > 0)
    )


def _product(first: _Cases, second: _Cases) -> _Cases:
    below1, zero1, above1 = first
    below2, zero2, above2 = second
    return (
        sp.Or(sp.And(below1, above2), sp.And(above1, below2)),
        sp.Or(zero1, zero2),
        sp.Or(sp.And(above1, above2), sp.And(below1, below2)),
    )


def _cases(factor: sp.Expr) -> _Cases:
    """Return the cases of a polynomial, by its simplest proof.

    It has one symbol, or is irreducible.
    """
    polynomial = shifted(factor)
    if min(polynomial.coeffs()) >= 0:
        return _nonnegative(factor)
    if polynomial.is_univariate:
        return _one_symbol(factor)
    terms = sp.Add.make_args(factor)
    gain = sp.Add(*(t for t in terms if t.as_coeff_Mul()[0] > 0))
    loss = gain - factor
    return gain < loss, sp.Eq(gain, loss), gain > loss


def _nonnegative(factor: sp.Expr) -> _Cases:
    """Sum of monomials in sizes − 1: zero where each of them is zero."""
    polynomial = shifted(factor)
    supports = {
        frozenset(
            s for s, power in zip(polynomial.gens, m, strict=True) if power
        )
        for m in polynomial.monoms()
    }
    smallest = sorted(
        (s for s in supports if not any(other < s for other in supports)),
        key=lambda support: sorted(symbol.name for symbol in support),
    )
    zero = sp.And(*(sp.Or(*(sp.Eq(x, 1) for x in s)) for s in smallest))
    above = sp.Or(*(sp.And(*(x > 1 for x in s)) for s in smallest))
    return sp.false, zero, above


def _one_symbol(factor: sp.Expr) -> _Cases:
    """Signs at all positive integers, from the real roots."""
    (symbol,) = factor.free_symbols
    roots = sp.Poly(factor, symbol).real_roots(multiple=True)
    # The sign may change at a root, if it is an integer, and behind it.
    changes = {
        max(1, int(start))
        for root in roots
        for start in (sp.ceiling(root), sp.floor(root) + 1)
    }
    starts = sorted({1} | changes)
    cases: list[list[sp.Basic]] = [[], [], []]
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        sign = int(sp.sign(factor.subs(symbol, start)))
        if following == start + 1:
            where = sp.Eq(symbol, start)
        else:
            lower = sp.true if start == 1 else symbol >= start
            upper = sp.true if following is None else symbol < following
            where = sp.And(lower, upper)
        cases[sign + 1].append(where)
    return tuple(sp.Or(*conditions) for conditions in cases)


def words(condition: sp.Basic, *, prefix: str = "") -> str:
    """Return a condition in words: ``m < n and n > 1``.

    ``always`` and ``never`` go without the prefix.
    """
    if condition == sp.true:
        return "always"
    if condition == sp.false:
        return "never"
    return prefix + _words(condition)


def _words(condition: sp.Basic) -> str:
    if isinstance(condition, (sp.And, sp.Or)):
        link = " and " if isinstance(condition, sp.And) else " or "
        parts = sorted(condition.args, key=sp.default_sort_key)
        return link.join(
            f"({_words(part)})"
            if isinstance(part, (sp.And, sp.Or))
            else _words(part)
            for part in parts
        )
    relation = "=" if isinstance(condition, sp.Eq) else condition.rel_op
    return f"{condition.lhs} {relation} {condition.rhs}"
