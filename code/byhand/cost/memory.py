"""Memory of a tape: all of its values, and the most live at one time.

Numbers are counted, not bytes.  Views share the numbers of another value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from byhand.cost._polynomials import (
    Size,
    coefficient_rows,
    extreme,
    minimal_rows,
    plain,
    shifted_elements,
)
from byhand.tape import Equation, Literal, Tape, Var
from byhand.tape.shapes import entries as shape_entries

#: What NumPy holds beside operands and result while it computes these rows:
#: numbers of 8 bytes for each entry, and for each row, of the first input (of
#: the result for ``select``).  Read off the rows' values; a mask takes one
#: byte an entry.
SCRATCH = {
    "sigmoid": (1, 0),
    "softplus": (Fraction(17, 8), 0),
    "softmax": (1, 1),
    "log_softmax": (1, 1),
    "cross_entropy": (2, 0),
    "select": (Fraction(1, 8), 0),
}

#: Arithmetic that NumPy may carry out in the place of an operand: which.
_IN_PLACE = {
    "add": (0, 1),
    "mul": (0, 1),
    "sub": (0,),
    "div": (0,),
    "neg": (0,),
    "power": (0,),
    "select": (2,),
}


def entries(value: Equation | Var) -> sp.Expr:
    """Return the numbers that a value adds to memory; a view adds none."""
    if isinstance(value, Equation):
        if value.primitive.view:
            return sp.Integer(0)
        value = value.output
    return sp.sympify(shape_entries(value.shape))


def total(tape: Tape) -> Size:
    """Return the numbers in all values of a tape, each value once."""
    require_tape(tape)
    values = (*tape.inputs, *tape.equations)
    return plain(sp.Add(*(entries(value) for value in values)))


def require_tape(tape: Any) -> None:
    """Raise a TypeError unless ``tape`` is one."""
    if not isinstance(tape, Tape):
        raise TypeError(
            f"a tape is wanted, got {tape!r}; byhand.tape.record makes one"
        )


def profile(tape: Tape, *, scratch: bool = False) -> list[tuple[str, Size]]:
    """Return how many numbers are live while each equation is computed.

    The rules are those of the compiled tape and of NumPy:

    * inputs belong to the caller and stay; results stay;
    * a named value lives until the end of the line of its last use, an
      unnamed one until it has been used;
    * operands and result of an operation live side by side, except that
      ``+ − * /``, a square and a change of sign overwrite an unnamed operand
      of the result's shape (NumPy does so from 256 KiB on, though not on
      Windows), if the other
      operand is a number or has that shape too;
    * a view keeps the value alive that it looks at.

    Parameters
    ----------
    tape
        A tape.
    scratch
        Whether to add what NumPy holds inside a row of several steps, such
        as the masks and exponentials of a stable sigmoid; see ``SCRATCH``.

    Returns
    -------
    list of pairs
        For each equation the line that it belongs to and a polynomial, or an
        integer.

    Examples
    --------
    >>> from byhand.tape import outer, record
    >>> def hessian(v):
    ...     H = 2 * outer(v, v)
    ...     return H
    >>> profile(record(hessian, v="n"))
    [('H', n**2 + n), ('H', n**2 + n)]
    """
    require_tape(tape)
    lines = list(_line_ends(tape.equations))
    death = _deaths(tape, lines)
    held = sp.Add(*(entries(x) for x in tape.inputs))
    live: dict[int, sp.Expr] = {}
    points = []
    for at, equation in enumerate(tape.equations):
        reused = _overwritten(equation)
        size = sp.Integer(0) if reused is not None else entries(equation)
        extra = size + (_scratch(equation) if scratch else 0)
        points.append(held + sp.Add(*live.values()) + extra)
        if reused is not None:
            live[id(equation.output)] = live.pop(id(reused))
        elif not equation.primitive.view:
            live[id(equation.output)] = size
        for key in [k for k in live if death.get(k, at) <= at]:
            del live[key]
    names = [tape.equations[end].output.name for end in lines]
    return [
        (name, plain(point)) for name, point in zip(names, points, strict=True)
    ]


def peak(tape: Tape, *, scratch: bool = False) -> Size:
    """Return the most numbers live at one time.

    The maximum of the polynomials of :func:`profile`, which need not be a
    polynomial.  A point drops out if another is provably at least as large
    for all positive sizes; of what remains the answer is the SymPy ``Max``,
    common terms outside, or one polynomial if one remains.

    Parameters
    ----------
    tape, scratch
        As for :func:`profile`.

    Examples
    --------
    >>> from byhand.tape import record
    >>> peak(record(lambda v, y: v @ (v @ y), v="n", y="n"))
    3*n + 1
    """
    require_tape(tape)
    inputs = plain(sp.Add(*(entries(x) for x in tape.inputs)))
    points = [size for _, size in profile(tape, scratch=scratch)] or [inputs]
    rows = coefficient_rows(shifted_elements([sp.sympify(p) for p in points]))
    return extreme([points[row] for row in minimal_rows(-rows)], sp.Max)


def _line_ends(equations: Sequence[Equation]) -> Iterator[int]:
    """Yield for each equation the place of its line's last equation."""
    ends = [i for i, e in enumerate(equations) if e.output.name is not None]
    following = iter(ends)
    end = -1
    for at in range(len(equations)):
        if at > end:
            end = next(following)
        yield end


def _deaths(tape: Tape, lines: Sequence[int]) -> dict[int, int]:
    """Return the equation after which each value that owns numbers dies.

    What is missing never dies within the tape.
    """
    owner: dict[int, int] = {}
    death: dict[int, int] = {}
    for at, equation in enumerate(tape.equations):
        own = id(equation.output)
        if equation.primitive.view:
            own = owner.get(id(equation.inputs[0]), id(equation.inputs[0]))
        owner[id(equation.output)] = own
        for x in equation.inputs:
            if isinstance(x, Literal):
                continue
            end = at if x.name is None else lines[at]
            _outlive(death, owner.get(id(x), id(x)), end)
        # A value that nothing uses is deleted after its line.
        _outlive(death, own, at if equation.output.name is None else lines[at])
    for x in tape.outputs.values():
        death[owner.get(id(x), id(x))] = len(tape.equations)
    return death


def _outlive(death: dict[int, int], key: int, end: int) -> None:
    death[key] = max(end, death.get(key, end))


def _overwritten(equation: Equation) -> Var | None:
    """Return the operand in whose place the result is written."""
    shape = equation.output.shape
    if equation.params.get("exponent", 2) not in {2, 0.5, -1}:
        return None
    for i in _IN_PLACE.get(equation.primitive.name, ()):
        x = equation.inputs[i]
        fits = (
            isinstance(x, Var)
            and x.name is None
            and not x.equation.primitive.view
            and x.shape == shape != ()
        )
        if fits and all(
            # a scalar on the left takes the multiplication to itself
            y.shape == shape
            or isinstance(y, Literal)
            or (y.shape == () and i == 0)
            for y in equation.inputs
        ):
            return x
    return None


def _scratch(equation: Equation) -> sp.Expr:
    name = equation.primitive.name
    per_entry, per_row = SCRATCH.get(name, (0, 0))
    like = equation.output if name == "select" else equation.inputs[0]
    return sp.Rational(per_entry) * sp.sympify(
        shape_entries(like.shape)
    ) + per_row * sp.sympify(shape_entries(like.shape[:-1]))
