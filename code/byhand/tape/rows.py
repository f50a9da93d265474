"""A tape taken apart by the rows of a batch.

Most of what a network computes on a batch it computes on each row alone: the
rows meet only in sums, such as the loss and the gradients of the weights.
So a tape falls into three: what no row is needed for, what is done with the
rows, and what is done with their sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from byhand._validate import as_integer, shown
from byhand.tape.chunks import Chunked
from byhand.tape.recorder import Recorder
from byhand.tape.shapes import Size, as_size, show, size_names
from byhand.tape.tape import Tape
from byhand.tape.values import (
    RESERVED,
    TABLE,
    Atom,
    Equation,
    Literal,
    Var,
    replay,
)


@dataclass(frozen=True, eq=False)
class ByRows:
    """A tape in three, made by :func:`by_rows`; printing shows them.

    Each of the three has all inputs of the tape and, as further inputs, what
    it reads from those before it.

    Attributes
    ----------
    tape
        The whole.
    batch
        The size whose rows are apart.
    before
        What needs no row; None if that is nothing.
    rows
        What is done with the rows.  An output with the batch as its first
        size has a row for each; any other is a sum over the rows.
    after
        What is done with sums over all rows; None if that is nothing.
    results
        What each output of the tape is called in the three.
    """

    tape: Tape
    batch: Size
    before: Tape | None
    rows: Tape
    after: Tape | None
    results: dict[str, str]

    def compile(self, most: int | None = None) -> Chunked:
        """Return the tape as NumPy that goes through a batch by chunks.

        Parameters
        ----------
        most
            How many rows a chunk has at most; by default about as many as
            keep the workspace in a processor's cache, but not less than 96
            if the batch has as many.

        Examples
        --------
        >>> import numpy as np
        >>> from byhand.tape import record
        >>> tape = record(lambda X: (X * X).sum(), X=("B", "d"))
        >>> by_rows(tape, "B").compile(2)(np.ones((5, 3)))
        np.float64(15.0)
        """
        if most is not None:
            most = as_integer(most, "most", minimum=1)
        return Chunked(
            self.tape,
            self.batch,
            before=self.before,
            rows=self.rows,
            after=self.after,
            results=self.results,
            most=most,
        )

    def __repr__(self) -> str:
        parts = self.before, self.rows, self.after
        return "\n\n".join(f"{part.name}\n{part!r}" for part in parts if part)


def by_rows(tape: Tape, batch: Any) -> ByRows:
    """Take a tape apart by the rows of a batch.

    Parameters
    ----------
    tape
        A tape whose rows meet only in sums.
    batch
        The batch's size, by name or by symbol, as the tape was recorded
        with it.  Inputs that have it have it as their first size.

    Raises
    ------
    TypeError
        If what comes is no tape.
    ValueError
        If no input has this size, if one has it in another place than the
        first, or if an output needs other rows in a row, as after a
        normalization over the batch.

    Examples
    --------
    >>> from byhand.tape import gradient, record, tanh
    >>> def loss(X, w):
    ...     y = tanh(X @ w)
    ...     return (y * y).mean()
    >>> tape = gradient(record(loss, X=("B", "d"), w="d"), "w", value=True)
    >>> by_rows(tape, "B")
    loss_before
    X: B×d, w: d → part1
    part1 = 1 / B
    <BLANKLINE>
    loss_rows
    X: B×d, w: d, part1 → part2, w_bar: d
    y = tanh(X w)
    part2 = sum(y * y)
    u1 = part1 y
    y_bar = u1 + u1
    w_bar = Xᵀ ((1 - y^2) * y_bar)
    <BLANKLINE>
    loss_after
    X: B×d, w: d, part2 → loss
    loss = part2 / B
    """
    if not isinstance(tape, Tape):
        raise TypeError(
            f"a tape is wanted, got {shown(tape)}; record(...) makes one"
        )
    size = _as_batch(tape, batch)
    equations = _needed(tape.equations, tape.outputs.values())
    kinds, reasons = _kinds(tape, equations, size)
    for x in tape.outputs.values():
        if x.key in reasons:
            raise ValueError(
                f"{tape.name} does not go by rows of {size}: {reasons[x.key]}"
            )
    return _apart(tape, size, equations, kinds)


def _as_batch(tape: Tape, batch: Any) -> Size:
    size = as_size(batch, "batch")
    inside = size_names(tuple((*x.shape, x.classes) for x in tape.inputs))
    if not inside:
        raise ValueError(
            f"{tape.name} was recorded with numbers for sizes; record it with "
            "a letter for the batch"
        )
    if not isinstance(size, Size) or str(size) not in inside:
        raise ValueError(
            f"batch must be one of the sizes {', '.join(sorted(inside))} of "
            f"{tape.name}, got {shown(batch)}"
        )
    for x in tape.inputs:
        rest = x.shape[1:] if x.shape[:1] == (size,) else x.shape
        if _mentions((*rest, x.classes), size):
            raise ValueError(
                f"{x.name} of {tape.name} has shape {show(x.shape)}"
                + (f" of {x.classes} classes" if x.classes is not None else "")
                + f"; a batch is the first size, and no other, got {size}"
            )
    return size


def _mentions(value: Any, size: Size) -> bool:
    return str(size) in size_names(value)


def _needed(
    equations: Sequence[Equation], outputs: Iterable[Atom]
) -> list[Equation]:
    live = {x.key for x in outputs}
    kept = []
    for e in reversed(equations):
        if e.output.key in live:
            kept.append(e)
            live |= {x.key for x in e.inputs}
    return kept[::-1]


def _kinds(
    tape: Tape, equations: Iterable[Equation], batch: Size
) -> tuple[dict[Any, str], dict[Any, str]]:
    """Return to which part each value belongs, and why some belong to none.

    ``"before"``, ``"rows"``, ``"sum"`` for a sum over the rows, ``"after"``.
    """
    kinds = {
        x.key: "rows" if _mentions(x.shape, batch) else "before"
        for x in tape.inputs
    }
    reasons: dict[Any, str] = {}
    for e in equations:
        key = e.output.key
        read = {kinds.get(x.key, "before") for x in e.inputs}
        has_rows = "rows" in read or _mentions(e.output.shape, batch)
        in_the_way = [reasons[x.key] for x in e.inputs if x.key in reasons]
        line = e if e.output.name else e.expression().text
        if in_the_way:
            reasons[key] = in_the_way[0]
        elif read & {"sum", "after"} and has_rows:
            reasons[key] = f"{line} needs a sum over all rows in each row"
        elif read & {"sum", "after"}:
            kinds[key] = "after"
        elif not has_rows:
            kinds[key] = "before"
        elif (kind := _row_kind(e, batch)) is not None:
            kinds[key] = kind
        else:
            turned = _mentions(e.output.shape[1:], batch)
            reasons[key] = f"{line} " + (
                f"has {batch} as another size than the first"
                if turned
                else "mixes the rows"
            )
    return kinds, reasons


def _row_kind(e: Equation, batch: Size) -> str | None:
    kind = e.primitive.by_rows(batch, e.output, *e.inputs, **e.params)
    if kind not in {"rows", "sum", None}:
        raise ValueError(
            f"the rule by_rows of {e.primitive} must give 'rows', 'sum' or "
            f"None, got {shown(kind)}"
        )
    first, rest = e.output.shape[:1], e.output.shape[1:]
    apart = first == (batch,) and not _mentions(rest, batch)
    params = tuple(v for k, v in e.params.items() if k != "shape")
    fits = apart if kind == "rows" else not _mentions(e.output.shape, batch)
    return kind if fits and not _mentions(params, batch) else None


def _apart(
    tape: Tape,
    batch: Size,
    equations: Sequence[Equation],
    kinds: Mapping[Any, str],
) -> ByRows:
    inputs = {x.key for x in tape.inputs}
    lists: dict[str, list[Equation]] = {"before": [], "rows": [], "after": []}
    # What a part gives, to those after it or as results, and what it takes.
    given: dict[str, dict[Any, Atom]] = {part: {} for part in lists}
    taken: dict[str, dict[Any, Atom]] = {part: {} for part in lists}

    def part_of(x: Atom) -> str:
        kind = "before" if x.key in inputs else kinds.get(x.key, "before")
        return "rows" if kind == "sum" else kind

    for e in equations:
        part = part_of(e.output)
        lists[part].append(e)
        for x in e.inputs:
            made = isinstance(x, Var) and x.key not in inputs
            # A batch in numbers: that of the whole, not that of a chunk.
            counted = isinstance(x, Literal) and _mentions(x.value, batch)
            if made or (counted and part == "rows"):
                source = part_of(x)
                if source != part:
                    taken[part][x.key] = given[source][x.key] = x
    for x in tape.outputs.values():
        given[part_of(x)][x.key] = x
    if not given["rows"]:
        raise ValueError(f"no output of {tape.name} needs the rows of {batch}")
    names = _names(tape, [x for part in given.values() for x in part.values()])

    def recorded(part: str) -> Tape:
        with Recorder(tidy=False) as recorder:
            env: dict[Any, Atom] = {
                x.key: recorder.input(x.name, x.shape, x.classes)
                for x in tape.inputs
            }
            for key, x in taken[part].items():
                env[key] = recorder.input(names[key], x.shape)
            replay(lists[part], env)
            outputs = {
                names[key]: env.get(key, x) for key, x in given[part].items()
            }
            title = f"{tape.name}_{part}"
            return recorder.finish(title, outputs, prune=True)

    return ByRows(
        tape,
        batch,
        before=recorded("before") if given["before"] else None,
        rows=recorded("rows"),
        after=recorded("after") if given["after"] else None,
        results={name: names[x.key] for name, x in tape.outputs.items()},
    )


def _names(tape: Tape, values: Iterable[Atom]) -> dict[Any, str]:
    """Return a name of its own for each value."""
    inside = (*tape.inputs, *(e.output for e in tape.equations))
    taken = {*TABLE, *RESERVED, *tape.outputs, *(x.name for x in inside)}
    taken |= size_names(tuple(x.classes for x in tape.inputs))
    taken |= size_names(tuple(x.shape for x in inside))
    free = (name for k in count(1) if (name := f"part{k}") not in taken)
    return {x.key: x.name or next(free) for x in values}
