"""A tape line by line, and how long each value is needed.

A line names one value; the unnamed values that it is computed from belong to
it.  This is the unit of printing, of drawing, of counting and of compiled
code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from byhand.tape.values import Atom, Equation, Var


@dataclass(frozen=True, eq=False)
class Line:
    """One line of a tape: a named value and what computes it.

    Attributes
    ----------
    name
        The name that the line gives.
    equations
        The line's equations in order; the last one gives the named value.
    operands
        The named values that the line reads, each once.
    last_use
        The number of the last line that reads the named value, the line's
        own if none does; None if the value is a result and stays.
    """

    name: str
    equations: tuple[Equation, ...]
    operands: tuple[Var, ...]
    last_use: int | None

    @property
    def equation(self) -> Equation:
        """The equation of the named value."""
        return self.equations[-1]

    @property
    def output(self) -> Var:
        """The named value."""
        return self.equation.output


def in_lines(
    equations: Sequence[Equation], outputs: Mapping[str, Atom]
) -> tuple[Line, ...]:
    """Return the lines of a tape; every value that ends a line has a name."""
    ends = [i for i, e in enumerate(equations, 1) if e.output.name is not None]
    parts = [
        tuple(equations[i:j]) for i, j in zip([0, *ends], ends, strict=False)
    ]
    operands = [
        tuple({x.key: x for x in _named_operands(part[-1])}.values())
        for part in parts
    ]
    last: dict[Any, int | None] = {}
    for at, part in enumerate(parts):
        last |= {x.key: at for x in (part[-1].output, *operands[at])}
    last |= {x.key: None for x in outputs.values()}
    return tuple(
        Line(str(part[-1].output.name), part, used, last[part[-1].output.key])
        for part, used in zip(parts, operands, strict=True)
    )


def _named_operands(equation: Equation) -> Iterator[Var]:
    for x in equation.inputs:
        if isinstance(x, Var) and x.name is not None:
            yield x
        elif x.equation is not None:
            yield from _named_operands(x.equation)


def last_equations(lines: Sequence[Line]) -> dict[Any, int]:
    """Return the place of the last equation that needs a value's numbers.

    An unnamed value is needed until it has been used, a named one until the
    end of the line of its last use; a view needs the numbers of the value
    that it looks at.  What is missing is a result.
    """
    ends = list(
        accumulate((len(line.equations) for line in lines), initial=-1)
    )
    owner: dict[Any, Any] = {}
    last: dict[Any, int] = {}
    stays = set()

    def outlive(key: Any, at: int) -> None:
        last[key] = max(at, last.get(key, at))

    at = 0
    for line in lines:
        for e in line.equations:
            for x in e.inputs:
                outlive(owner.get(x.key, x.key), at)
            looks_at = e.inputs[0].key if e.primitive.view else e.output.key
            owner[e.output.key] = owner.get(looks_at, looks_at)
            at += 1
        key = owner[line.output.key]
        if line.last_use is None:
            stays.add(key)
        else:
            outlive(key, ends[line.last_use + 1])
    return {key: at for key, at in last.items() if key not in stays}
