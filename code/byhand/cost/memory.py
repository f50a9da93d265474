"""Memory of a tape: all of its values, and the most live at one time.

Numbers are counted, not bytes.  Views share the numbers of another value.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from byhand._validate import as_flag, shown
from byhand.cost._polynomials import (
    Size,
    coefficient_rows,
    extreme,
    minimal_rows,
    plain,
    shifted_elements,
)
from byhand.tape import Tape
from byhand.tape.lines import last_equations
from byhand.tape.plan import blocks_of, counted_live
from byhand.tape.shapes import entries as shape_entries
from byhand.tape.steps import steps_of
from byhand.tape.values import Equation, Var


def entries(value: Equation | Var) -> sp.Expr:
    """Return the numbers that a value adds to memory; a view adds none."""
    if isinstance(value, Equation):
        if value.primitive.view:
            return sp.Integer(0)
        value = value.output
    return sp.sympify(shape_entries(value.shape))


def require_tape(tape: Any) -> None:
    """Raise a TypeError unless ``tape`` is one."""
    if not isinstance(tape, Tape):
        raise TypeError(
            f"a tape is wanted, got {shown(tape)}; byhand.tape.record makes "
            "one"
        )


def profile(tape: Tape, *, scratch: bool = False) -> list[tuple[str, Size]]:
    """Return how many numbers are live while each equation is computed.

    The rules are those of the compiled tape and of NumPy:

    * inputs belong to the caller and stay; results stay;
    * a named value lives until the end of the line of its last use, an
      unnamed one until it has been used;
    * operands and result of an operation live side by side, except that
      ``+ − * /``, a change of sign, the powers 2 and −1, written as integers,
      and the power 1/2 overwrite an operand of the result's shape without a
      name, of ``−`` and ``/`` the first one (NumPy does so from 256 KiB on,
      though not on Windows), if the other operand is a constant, or a scalar
      on the right, or has that shape too; what is an operand twice has a name
      (NumPy also overwrites the right operand of ``+`` or ``*`` beside an
      input that is a scalar, and some releases do so for the power 2.0 or
      −1.0, which the model leaves out);
    * a view keeps the value alive that it looks at.

    Parameters
    ----------
    tape
        A tape.
    scratch
        Whether to add what NumPy holds inside a row of several steps, such
        as the masks and exponentials of a stable sigmoid.

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
    scratch = as_flag(scratch, "scratch")
    require_tape(tape)
    last = last_equations(tape.body)
    held = sp.Add(*(entries(x) for x in tape.inputs))
    live: dict[Any, sp.Expr] = {}
    points = []
    at = 0
    for line in tape.body:
        for e in line.equations:
            reused = e.overwritten
            size = entries(e) if reused is None else sp.Integer(0)
            inside = sp.sympify(e.scratch) / 8 if scratch else 0
            point = held + sp.Add(*live.values()) + size + inside
            points.append((line.name, plain(point)))
            if reused is not None:
                live[e.output.key] = live.pop(reused.key)
            elif not e.primitive.view:
                live[e.output.key] = size
            # Results are missing from last, and stay.
            for key in [k for k in live if last.get(k, at + 1) <= at]:
                del live[key]
            at += 1
    return points


def peak(tape: Tape, *, scratch: bool = False, reuse: bool = False) -> Size:
    """Return the most numbers live at one time.

    The maximum of the polynomials of :func:`profile`, which need not be a
    polynomial.  A point drops out if another is provably at least as large
    for all positive sizes; of what remains the answer is the SymPy ``Max``,
    common terms outside, or one polynomial if one remains.

    Parameters
    ----------
    tape, scratch
        As for :func:`profile`.
    reuse
        Whether to count the workspace of ``tape.compile(reuse=True)``
        instead: step by step, with all that is held inside a row; without
        inputs and results, which belong to the caller, and without scalars,
        which are Python objects.  There an output overwrites an operand of
        its shape that no later step reads, if the step can.

    Examples
    --------
    >>> from byhand.tape import record, tanh
    >>> peak(record(lambda v, y: v @ (v @ y), v="n", y="n"))
    3*n + 1
    >>> layer = record(lambda W, x: tanh(W @ x).sum(), W=("m", "n"), x="n")
    >>> peak(layer, reuse=True)
    m
    """
    scratch = as_flag(scratch, "scratch")
    require_tape(tape)
    if as_flag(reuse, "reuse"):
        steps, outputs = steps_of(tape.equations, tape.outputs)
        blocks = blocks_of(steps, outputs.values())
        points = [plain(sp.sympify(n)) for n in counted_live(blocks)] or [0]
    else:
        inputs = plain(sp.Add(*(entries(x) for x in tape.inputs)))
        points = [n for _, n in profile(tape, scratch=scratch)] or [inputs]
    rows = coefficient_rows(shifted_elements([sp.sympify(p) for p in points]))
    return extreme([points[row] for row in minimal_rows(-rows)], sp.Max)
