"""A tape as steps: single calls that can write into given memory.

Rows such as softmax are several NumPy calls.  Here each row is written as
its calls; a call that occurs twice is made once, so that a softmax and the
cross-entropy beside it share their exponentials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from byhand.tape.notation import ATOM, Piece
from byhand.tape.shapes import Shape, Size
from byhand.tape.values import Atom, Equation, Literal, Primitive, Var


@dataclass(frozen=True)
class Step:
    """One call, ``output = template(operands)``.

    Attributes
    ----------
    output
        The value that it gives.
    template
        Its source, with ``{}`` for each operand.
    operands
        The operands in order.
    over
        The operands in whose place it may write the output.
    kind
        ``"out"`` if it takes ``out=``; ``"view"`` if it gives a view of its
        operand, which the source writes where it is used; ``"plain"`` if it
        makes a new object each time, a scalar or what a row without
        ``steps`` gives; ``"ones"`` if it is an array of ones, which is
        written when the memory is made.
    """

    output: Var
    template: str
    operands: tuple[Atom, ...]
    over: tuple[int, ...]
    kind: str


class Writer:
    """Collects steps; a row's rule ``steps`` is given one.

    Calling it adds a call: ``write("np.exp({})", x, shape=x.shape)``.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._known: dict[Any, Var] = {}

    def __call__(
        self,
        template: str,
        *operands: Atom,
        shape: Shape,
        over: tuple[int, ...] = (),
    ) -> Var:
        """Add a call that takes ``out=``, and return its output.

        Parameters
        ----------
        template
            The call as source, such as ``"np.add({}, {})"``.
        operands
            What stands for each ``{}``.
        shape
            The output's shape.  A scalar is not written into memory.
        over
            The operands in whose place the output may be written.
        """
        kind = "out" if shape else "plain"
        return self._add(template, operands, shape, over, kind)

    def view(self, template: str, x: Atom, *, shape: Shape) -> Var:
        """Add a view, such as ``{}.T``."""
        return self._add(template, (x,), shape, (), "view")

    def plain(self, template: str, *operands: Atom, shape: Shape) -> Var:
        """Add a call that makes a new array each time."""
        return self._add(template, operands, shape, (), "plain")

    def ones(self, *shape: int | Size) -> Var:
        """Return an array of ones, which stays."""
        return self._add(f"np.ones({shape})", (), shape, (), "ones")

    def _add(
        self,
        template: str,
        operands: tuple[Atom, ...],
        shape: Shape,
        over: tuple[int, ...],
        kind: str,
    ) -> Var:
        key = template, tuple(x.key for x in operands)
        if key not in self._known:
            output = Var(None, shape)
            self._known[key] = output
            self.steps.append(Step(output, template, operands, over, kind))
        return self._known[key]


def steps_of(
    equations: Iterable[Equation], outputs: Mapping[str, Atom]
) -> tuple[list[Step], dict[str, Atom]]:
    """Return a tape's steps and what stands for its outputs."""
    write = Writer()
    env: dict[Any, Atom] = {}
    for e in equations:
        xs = [env.get(x.key, x) for x in e.inputs]
        rule = _rule(e.primitive)
        if rule is not None:
            y = rule(write, e.output, *xs, **e.params)
        else:
            y = _as_written(write, e, xs)
        if isinstance(y, Var) and y.name is None:
            y.name = e.output.name
        env[e.output.key] = y
    return write.steps, {k: env.get(x.key, x) for k, x in outputs.items()}


def _rule(row: Primitive) -> Callable[..., Atom] | None:
    if row.steps is not None:
        return row.steps
    return as_ufunc(row.value) if isinstance(row.value, np.ufunc) else None


def as_ufunc(function: np.ufunc) -> Callable[..., Atom]:
    """Return the rule of a row whose value is a function of NumPy's."""
    template = f"np.{function.__name__}({', '.join(['{}'] * function.nin)})"

    def rule(write: Writer, y: Atom, *x: Atom) -> Atom:
        everywhere = tuple(range(len(x)))
        return write(template, *x, shape=y.shape, over=everywhere)

    return rule


def _as_written(write: Writer, e: Equation, xs: Sequence[Atom]) -> Atom:
    """Write an equation as the plain source does."""
    arrays = [x for x in xs if not isinstance(x, Literal)]
    places = {x.key: f"{{{i}}}" for i, x in enumerate(arrays)}
    pieces = [
        Piece.literal("numpy", x.value)
        if isinstance(x, Literal)
        else Piece(places[x.key], ATOM, x.shape)
        for x in xs
    ]
    text = e.primitive.notation("numpy", pieces, **e.params).text
    if e.primitive.view:
        return write.view(text, *arrays, shape=e.output.shape)
    # A copy, since the row may return a view of memory that is used again.
    copied = f"np.array({text})" + ("" if e.output.shape else "[()]")
    return write.plain(copied, *arrays, shape=e.output.shape)
