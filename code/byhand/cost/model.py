"""What a tape costs, as polynomials in its sizes.

The model, in words:

* An a×b by b×c product takes abc multiplications and a(b − 1)c additions: an
  entry is a sum of b products.  Vectors count as matrices with one column or
  one row.
* An entrywise operation costs one operation an entry.  Multiplications,
  additions (differences too), divisions, comparisons and calls of exp, log,
  tanh, sqrt and general powers are counted apart.  Multiplying by a number,
  2x, counts like any other multiplication.
* A power x^k with an integer k ≥ 1 takes the k − 1 multiplications of its
  definition x·x·…·x: one for x², two for x³.  Repeated squaring needs fewer
  from k = 4 on, and NumPy computes x**3 as one call of a function; the model
  counts neither.  Other exponents are one call of ``power``.
* A sum over p entries takes p − 1 additions.
* A change of sign, a transpose, another shape, a copy, the choice of an
  entry and a mask once computed cost nothing.
* Memory counts numbers, whatever their size in bytes: every input,
  intermediate and result once.  Transposes, reshapes and slices are views
  and count nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from byhand._validate import as_mapping
from byhand.cost._polynomials import (
    Size,
    as_count,
    evaluate,
    plain,
)
from byhand.cost.memory import entries, peak, require_tape
from byhand.tape import Tape
from byhand.tape.shapes import size_values
from byhand.tape.values import Equation, Var

#: Kinds of operation that are no calls of a function.
ARITHMETIC = {
    "mul": "multiplications",
    "add": "additions",
    "div": "divisions",
    "compare": "comparisons",
}


class Operations(Mapping[str, Size]):
    """How many operations of each kind: a mapping to polynomials.

    The kinds are ``mul``, ``add``, ``div``, ``compare``, and functions such
    as ``exp``.  Operations add up, and multiply by a number or a size.

    Parameters
    ----------
    counts
        From kinds to integers or polynomials.

    Examples
    --------
    >>> from byhand.cost import sizes
    >>> n = sizes("n")
    >>> twice = Operations({"mul": n, "exp": 1}) * 2
    >>> twice["mul"], twice.calls, twice["div"]
    (2*n, {'exp': 2}, 0)
    """

    def __init__(self, counts: Mapping[str, Any]) -> None:
        expanded = {
            kind: plain(as_count(count, "each of the counts"))
            for kind, count in as_mapping(counts, "counts").items()
        }
        first = [kind for kind in ARITHMETIC if expanded.get(kind, 0) != 0]
        rest = sorted(k for k in expanded if k not in ARITHMETIC)
        self._counts = {
            kind: expanded[kind]
            for kind in (*first, *rest)
            if expanded[kind] != 0
        }

    def __getitem__(self, kind: str) -> Size:
        return self._counts.get(kind, 0)

    def __contains__(self, kind: object) -> bool:
        return kind in self._counts

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def __add__(self, other: Operations) -> Operations:
        if not isinstance(other, Operations):
            return NotImplemented
        kinds = dict.fromkeys((*self, *other))
        return Operations({k: self[k] + other[k] for k in kinds})

    def __mul__(self, times: Size) -> Operations:
        return Operations({k: v * times for k, v in self.items()})

    __rmul__ = __mul__

    def __repr__(self) -> str:
        told = [f"{count} {ARITHMETIC.get(k, k)}" for k, count in self.items()]
        return f"<Operations: {', '.join(told) or 'none'}>"

    @property
    def multiplications(self) -> Size:
        """Multiplications."""
        return self["mul"]

    @property
    def additions(self) -> Size:
        """Additions and differences."""
        return self["add"]

    @property
    def divisions(self) -> Size:
        """Divisions."""
        return self["div"]

    @property
    def comparisons(self) -> Size:
        """Comparisons."""
        return self["compare"]

    @property
    def calls(self) -> dict[str, Size]:
        """Calls of functions, by name."""
        return {k: v for k, v in self.items() if k not in ARITHMETIC}

    @property
    def total(self) -> Size:
        """All operations, each counted as one."""
        return plain(sp.Add(*self.values()))

    def at(
        self, sizes: Mapping[Any, int] | None = None, /, **named: int
    ) -> Operations:
        """Return the operations at given sizes, as integers."""
        given = size_values(sizes, named)
        return Operations({k: evaluate(v, given) for k, v in self.items()})


@dataclass(frozen=True)
class Cost:
    """What a tape costs.

    Attributes
    ----------
    operations
        Operations by kind.
    memory
        Numbers in all values: inputs, intermediates and results, each once.
    peak
        The most numbers live at one time, when each value is deleted as
        soon as it may be; see :func:`profile` for the rules.
    """

    operations: Operations
    memory: Size
    peak: Size

    @property
    def multiplications(self) -> Size:
        """Multiplications."""
        return self.operations.multiplications

    @property
    def additions(self) -> Size:
        """Additions and differences."""
        return self.operations.additions

    @property
    def calls(self) -> dict[str, Size]:
        """Calls of functions, by name."""
        return self.operations.calls

    def at(
        self, sizes: Mapping[Any, int] | None = None, /, **named: int
    ) -> Cost:
        """Return the cost at given sizes, as integers.

        Examples
        --------
        >>> from byhand.tape import record
        >>> cost = count(record(lambda W, x: W @ x, W=("m", "n"), x="n"))
        >>> cost.at(m=3, n=5).multiplications
        15
        """
        given = size_values(sizes, named)
        return Cost(
            self.operations.at(given),
            evaluate(self.memory, given),
            evaluate(self.peak, given),
        )

    def __str__(self) -> str:
        rows = [
            (ARITHMETIC.get(kind, f"calls of {kind}"), number)
            for kind, number in self.operations.items()
        ]
        rows += [("memory", self.memory), ("peak", self.peak)]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {number}" for name, number in rows)


@dataclass(frozen=True)
class LineCost:
    """One printed line of a tape with what it costs.

    Attributes
    ----------
    text
        The line.
    operations
        Its operations, those of unnamed intermediates included.
    memory
        Numbers in the value that the line names, and in its intermediates.
    """

    text: str
    operations: Operations
    memory: Size


def count(tape: Tape) -> Cost:
    """Return what a tape costs, as polynomials in its sizes.

    Parameters
    ----------
    tape
        A tape; its sizes may be integers, symbols or both.

    Returns
    -------
    Cost
        Counts are expanded polynomials in positive integer symbols (those of
        :func:`sizes`), or integers where no symbol is left.

    Examples
    --------
    >>> from byhand.tape import gradient, record
    >>> loss = record(lambda x, v: (v @ x) ** 2, x="n", v="n")
    >>> print(count(gradient(loss, "x")))
    multiplications  2*n + 1
    additions        n - 1
    memory           3*n + 2
    peak             3*n + 1
    """
    require_tape(tape)
    memory = plain(numbers(tape.inputs) + numbers(tape.equations))
    return Cost(operations_of(tape.equations), memory, peak(tape))


def count_lines(tape: Tape) -> list[LineCost]:
    """Return the cost of each printed line of a tape.

    Parameters
    ----------
    tape
        A tape.

    Returns
    -------
    list of LineCost
        Their operations add up to those of the tape; so does their memory,
        with that of the inputs.

    Examples
    --------
    >>> from byhand.tape import record
    >>> def f(W, x, b):
    ...     z = W @ x + b
    ...     y = z * z
    ...     return y
    >>> for line in count_lines(record(f, W=("m", "n"), x="n", b="m")):
    ...     print(line.text, "|", line.operations)
    z = W x + b | <Operations: m*n multiplications, m*n additions>
    y = z * z | <Operations: m multiplications>
    """
    require_tape(tape)
    return [
        LineCost(
            repr(line.equation),
            operations_of(line.equations),
            numbers(line.equations),
        )
        for line in tape.body
    ]


def numbers(values: Iterable[Equation | Var]) -> Size:
    """Return the numbers in values together, each once."""
    return plain(sp.Add(*(entries(value) for value in values)))


def operations_of(equations: Iterable[Equation]) -> Operations:
    """Return the operations of equations together."""
    terms: dict[str, list[sp.Expr]] = {}
    for equation in equations:
        for kind, number in equation.cost.items():
            terms.setdefault(kind, []).append(sp.sympify(number))
    return Operations({kind: sp.Add(*t) for kind, t in terms.items()})
