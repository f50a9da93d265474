"""A tape as NumPy that goes through a batch by chunks of its rows.

What is done with the rows runs once for each chunk, in a workspace that is
as large as a chunk needs, and that the processor's cache can hold.  Rows are
joined, sums are added up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from byhand.tape.compiling import Bound, Compiled, Kinds, Run, by_name, lending
from byhand.tape.plan import Plan
from byhand.tape.shapes import Size
from byhand.tape.tape import Tape, reusing

# A chunk's workspace has at most this many numbers, 512 KiB: the second cache
# of nearly every processor has that, and room for weights beside it.
_CACHE = 2**16

# But a chunk has at least this many rows, since products of matrices are slow
# for few of them.
_LEAST = 96


class Chunked(Kinds):
    """A tape as NumPy, by chunks of a batch; printing it shows its source.

    Results are new arrays.  A batch of one chunk goes through the tape
    compiled with ``reuse=True``, and so do other numbers than float64; about
    workspaces, kinds of inputs and threads, see
    :class:`byhand.tape.compiling.Reusing`.

    Attributes
    ----------
    source
        The source of the parts of :class:`byhand.tape.rows.ByRows`, one
        after the other.
    """

    def __init__(
        self,
        tape: Tape,
        batch: Size,
        *,
        before: Tape | None,
        rows: Tape,
        after: Tape | None,
        results: Mapping[str, str],
        most: int | None,
    ) -> None:
        self._whole = tape.compile(reuse=True)
        super().__init__(self._whole.check)
        self._each = reusing(rows, lent=True)
        self._rows = _Part(rows, self._each)
        self._before = before and _Part(before, before.compile())
        self._after = after and _Part(after, after.compile())
        parts = self._before, self._rows, self._after
        self.source = "\n\n".join(part.source for part in parts if part)
        self._inputs = [x.name for x in tape.inputs]
        self._results = results
        self._most = most
        self._batch = str(batch)
        self._split = [x.name for x in tape.inputs if x.shape[:1] == (batch,)]
        self._joined = {
            name for name, y in rows.outputs.items() if y.shape[:1] == (batch,)
        }

    def rows(
        self, sizes: Mapping[Any, int] | None = None, /, **named: int
    ) -> int:
        """Return how many rows a chunk has at given sizes.

        Parameters
        ----------
        sizes, named
            The sizes, by symbol or by name.
        """
        return self._length(by_name(sizes, named))

    def plan(
        self, sizes: Mapping[Any, int] | None = None, /, **named: int
    ) -> Plan:
        """Return the workspace at given sizes.

        Parameters
        ----------
        sizes, named
            The sizes, by symbol or by name.
        """
        given = by_name(sizes, named)
        rows = self._length(given)
        if rows == given[self._batch]:
            return self._whole.plan(given)
        return self._each.plan(given | {self._batch: rows})

    def _length(self, sizes: dict[str, int]) -> int:
        batch = sizes[self._batch]
        most = self._most
        if most is None:
            fitting = bisect_right(
                range(1, batch + 1),
                _CACHE,
                key=lambda n: self._each.counted(sizes | {self._batch: n}),
            )
            most = max(fitting, _LEAST)
        # As few chunks as there can be, of nearly the same length.
        chunks = -(-batch // most)
        return -(-batch // chunks)

    def bind(self, bound: Bound) -> Run:
        """Return what a call with inputs of this kind does."""
        sizes = bound.sizes
        batch, rows = sizes[self._batch], self._length(sizes)
        if rows == batch or not self._whole.takes(bound):
            return self._whole.bind(bound)
        *whole, last = (
            slice(start, min(start + rows, batch))
            for start in range(0, batch, rows)
        )
        plan = self._each.plan(sizes | {self._batch: rows})
        shorter = self._each.plan(
            sizes | {self._batch: last.stop - last.start}
        )

        def chunks() -> list[tuple[slice, Sequence[Any]]]:
            work = plan.arrays()
            # The last chunk may have fewer rows than there is memory for.
            lengths = [s.shape[0] for s in shorter.slots for _ in s.names]
            short = [a[:n] for a, n in zip(work, lengths, strict=True)]
            return [*((some, work) for some in whole), (last, short)]

        def function(*given: Any) -> Any:
            *args, work = given
            return self._compute(args, batch, work)

        return lending(bound.check_classes, chunks, function)

    def _compute(
        self,
        args: Sequence[Any],
        batch: int,
        chunks: Sequence[tuple[slice, Sequence[Any]]],
    ) -> Any:
        values = dict(zip(self._inputs, args, strict=True))
        if self._before:
            values |= self._before(values)
        totals: dict[str, Any] = {}
        for some, work in chunks:
            rows = {name: values[name][some] for name in self._split}
            for name, value in self._rows(values | rows, work).items():
                if name in self._joined:
                    if name not in totals:
                        totals[name] = np.empty((batch, *value.shape[1:]))
                    totals[name][some] = value
                elif name in totals:
                    totals[name] += value
                else:
                    totals[name] = value.copy()
        values |= totals
        if self._after:
            values |= self._after(values)
        first, *more = self._results.values()
        if not more:
            return values[first]
        return {name: values[x] for name, x in self._results.items()}


class _Part:
    """A part of the tape: from values by name to further ones."""

    def __init__(self, tape: Tape, compiled: Compiled) -> None:
        self.inputs = [x.name for x in tape.inputs]
        self.outputs = list(tape.outputs)
        self.function, self.source = compiled.function, compiled.source

    def __call__(
        self, values: Mapping[str, Any], *work: Any
    ) -> dict[str, Any]:
        result = self.function(*(values[x] for x in self.inputs), *work)
        first, *more = self.outputs
        return result if more else {first: result}
