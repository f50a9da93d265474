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

from byhand.tape.compiling import Bound, ByKind, Compiled, Run, lending
from byhand.tape.plan import Plan
from byhand.tape.shapes import Size, size_values
from byhand.tape.tape import Tape, reusing

# How many numbers a chunk's workspace has, as long as that is enough for
# _LEAST rows: 512 KiB.  Where a core has 1 or 2 MiB of cache for itself, that
# leaves room for the weights.
_CACHE = 2**16

# Products of matrices are slow for fewer rows, and so are NumPy's calls.
_LEAST = 96


class Chunked(ByKind):
    """A tape as NumPy, by chunks of a batch; printing it shows its source.

    Results are new arrays, but for those that need no row: one that is an
    input, or a view of one, stays that.  A batch of one chunk goes through
    the tape compiled with ``reuse=True``, and so do other numbers than
    float64; about workspaces, kinds of inputs and threads, see
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
        self._chunk = reusing(rows, lent=True)
        self._rows = _Part(rows, self._chunk)
        self._before = before and _Part(before, before.compile())
        self._after = after and _Part(after, after.compile())
        parts = self._before, self._rows, self._after
        self.source = "\n\n".join(part.source for part in parts if part)
        self._inputs = [x.name for x in tape.inputs]
        self._results = results
        self._most = most
        self._batch = batch
        self._cut = [x.name for x in tape.inputs if x.shape[:1] == (batch,)]
        self._joined = {
            name for name, y in rows.outputs.items() if y.shape[:1] == (batch,)
        }

    def length(
        self, sizes: Mapping[Any, int] | None = None, /, **named: int
    ) -> int:
        """Return how many rows a chunk has at given sizes.

        The last chunk may have fewer.

        Parameters
        ----------
        sizes, named
            The sizes, by symbol or by name.
        """
        return self._length(size_values(sizes, named))

    def plan(
        self, sizes: Mapping[Any, int] | None = None, /, **named: int
    ) -> Plan:
        """Return the workspace at given sizes.

        Parameters
        ----------
        sizes, named
            The sizes, by symbol or by name.
        """
        given = size_values(sizes, named)
        length = self._length(given)
        if length == self._batch.at(given):
            return self._whole.plan(given)
        return self._chunk.plan(given | {str(self._batch): length})

    def _length(self, sizes: dict[str, int]) -> int:
        batch = self._batch.at(sizes)
        if self._most is not None:
            chunks = -(-batch // self._most)
        else:
            fitting = bisect_right(
                range(1, batch + 1),
                _CACHE,
                key=lambda n: self._chunk.counted(
                    sizes | {str(self._batch): n}
                ),
            )
            small = -(-batch // max(fitting, 1))
            chunks = min(small, max(batch // _LEAST, 1))
        return -(-batch // chunks)

    def bind(self, bound: Bound) -> Run:
        """Return what a call with inputs of this kind does."""
        batch = self._batch.at(bound.sizes)
        length = self._length(bound.sizes)
        if length == batch or not self._whole.takes(bound):
            return self._whole.bind(bound)
        *full, last = (
            slice(start, min(start + length, batch))
            for start in range(0, batch, length)
        )
        plan, shorter = (
            self._chunk.plan(bound.sizes | {str(self._batch): n})
            for n in (length, last.stop - last.start)
        )

        def chunks() -> list[tuple[slice, Sequence[Any]]]:
            work = plan.arrays()
            # The last chunk may have fewer rows than there is memory for.
            lengths = [s.shape[0] for s in shorter.slots for _ in s.names]
            part = [a[:n] for a, n in zip(work, lengths, strict=True)]
            return [*((chunk, work) for chunk in full), (last, part)]

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
        for chunk, work in chunks:
            samples = {name: values[name][chunk] for name in self._cut}
            for name, value in self._rows(values | samples, work).items():
                if name in self._joined:
                    if name not in totals:
                        shape = batch, *value.shape[1:]
                        totals[name] = np.empty(shape, value.dtype)
                    totals[name][chunk] = value
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
