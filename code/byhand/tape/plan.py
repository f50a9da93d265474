"""Which values of a tape share memory, and where in a workspace they lie.

Whose memory is whose: inputs and results belong to the caller, so results
are new at every call; scalars, and arrays that a row without ``steps`` makes,
are Python objects of their own.  Every other value lives in the workspace,
from the step that computes it to the last step that reads it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from byhand.tape.shapes import Shape, Size, entries, resolve
from byhand.tape.steps import Step
from byhand.tape.values import Atom, Var

# How many orders are tried from each that a plan begins with.
_ROUNDS = 60


@dataclass
class Block:
    """Memory for one value after the other, each written over the last.

    Attributes
    ----------
    values
        The values, in order; they have one shape.
    first, last
        The steps that compute the first value and that read the last one.
    lasts
        Whether it holds a result, so that it is no part of the workspace.
    is_ones
        Whether it holds ones, always.
    """

    values: list[Var]
    first: int
    last: int
    lasts: bool = False
    is_ones: bool = False

    @property
    def shape(self) -> Shape:
        """The shape of the values."""
        x, *_ = self.values
        return x.shape

    @property
    def size(self) -> int | Size:
        """The numbers that it holds."""
        return entries(self.shape)


def blocks_of(
    steps: Sequence[Step], outputs: Iterable[Atom], *, lent: bool = False
) -> list[Block]:
    """Return the blocks of memory that steps write into.

    An output takes the place of an operand that no later step reads, if its
    step can write there: then it goes on in the operand's block.

    Parameters
    ----------
    steps
        The steps.
    outputs
        The results of the tape.
    lent
        Whether results lie in the workspace too, until the next call.
    """
    owner = _owners(steps)
    results = {owner.get(x.key, x.key) for x in outputs}
    calls = [step for step in steps if step.kind not in {"view", "ones"}]
    last = {
        owner.get(x.key, x.key): at
        for at, step in enumerate(calls)
        for x in step.operands
    }
    blocks = [
        Block([step.output], 0, len(calls) - 1, is_ones=True)
        for step in steps
        if step.kind == "ones"
    ]
    home: dict[Any, Block] = {}
    for at, step in enumerate(calls):
        if step.kind != "out":
            continue
        y = step.output
        seen = [owner.get(x.key, x.key) for x in step.operands]
        for i in step.over:
            x = step.operands[i]
            # No other operand may look at what is written over.
            apart = all(
                z is x or key != x.key
                for z, key in zip(step.operands, seen, strict=True)
            )
            if (
                apart
                and x.key in home
                and x.key not in results
                and x.shape == y.shape
                and last[x.key] == at
            ):
                block = home[x.key]
                block.values.append(y)
                break
        else:
            block = Block([y], at, at)
            blocks.append(block)
        home[y.key] = block
        block.last = last.get(y.key, at)
        block.lasts = y.key in results
        if lent and block.lasts:
            block.last, block.lasts = len(calls) - 1, False
    return blocks


def _owners(steps: Iterable[Step]) -> dict[Any, Any]:
    """Return the value whose numbers each view looks at, by their keys."""
    owner: dict[Any, Any] = {}
    for step in steps:
        if step.kind == "view":
            (x,) = step.operands
            owner[step.output.key] = owner.get(x.key, x.key)
    return owner


class Slot(NamedTuple):
    """Where a block lies in a workspace.

    Attributes
    ----------
    names
        The values in it, one after the other.
    shape
        Their shape, in numbers.
    offset
        The place of the first number.
    first, last
        The steps that write it first and read it last.
    is_ones
        Whether it holds ones, always.
    """

    names: tuple[str, ...]
    shape: tuple[int, ...]
    offset: int
    first: int
    last: int
    is_ones: bool

    @property
    def size(self) -> int:
        """The numbers that it holds."""
        return math.prod(self.shape)

    @property
    def stop(self) -> int:
        """The place after its last number."""
        return self.offset + self.size


@dataclass(frozen=True)
class Plan:
    """The workspace of a compiled tape at given sizes; printing shows it.

    Attributes
    ----------
    slots
        Where each value lies, in the order in which they are written.
    counted
        The most numbers that are live at one step: no workspace is smaller.
    """

    slots: tuple[Slot, ...]
    counted: int

    @cached_property
    def size(self) -> int:
        """The numbers in the workspace."""
        return max((slot.stop for slot in self.slots), default=0)

    def arrays(self) -> tuple[NDArray[np.float64], ...]:
        """Return a new workspace: the array of each value, by slot."""
        # Vector instructions like addresses that are multiples of 64.
        memory = np.empty(self.size + 7)
        memory = memory[-(memory.ctypes.data // 8) % 8 :]
        for slot in self.slots:
            if slot.is_ones:
                memory[slot.offset : slot.stop] = 1.0
        return tuple(
            memory[slot.offset : slot.stop].reshape(slot.shape)
            for slot in self.slots
            for _ in slot.names
        )

    def __repr__(self) -> str:
        rows = [
            (
                ", ".join(slot.names),
                "×".join(map(str, slot.shape)),
                f"{slot.offset}:{slot.stop}",
                f"{slot.first + 1}-{slot.last + 1}",
            )
            for slot in self.slots
        ]
        rows.insert(0, ("values", "shape", "numbers", "steps"))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = [
            "  ".join(
                f"{word:<{w}}" for word, w in zip(row, widths, strict=True)
            ).rstrip()
            for row in rows
        ]
        return "\n".join(
            [
                *table,
                f"workspace: {self.size} numbers, counted: {self.counted}",
            ]
        )


def names_in(block: Block, names: Mapping[Any, str]) -> tuple[str, ...]:
    """Return the names of a block's values, each once."""
    return tuple(dict.fromkeys(names[v.key] for v in block.values))


def counted_live(blocks: Sequence[Block]) -> list[int | Size]:
    """Return the numbers in the workspace that are live at each step."""
    points: list[int | Size] = []
    for at in range(max((b.last + 1 for b in blocks), default=0)):
        live: int | Size = 0
        for b in blocks:
            if b.first <= at <= b.last and not b.lasts:
                live = live + b.size
        points.append(live)
    return points


def place(
    blocks: Sequence[Block],
    names: Mapping[Any, str],
    sizes: Mapping[str, int],
) -> Plan:
    """Return a plan for the blocks of the workspace at given sizes.

    First fit: each block, in some order, gets the lowest place that no
    block has which is live at the same time.  The orders tried begin with
    the largest, the first to begin, and the last to end; while the workspace
    is larger than the count, the block that reaches farthest moves to the
    front.  To reach the count is not always possible, and to decide
    whether it is, is NP-hard (Garey and Johnson, 1979, problem SR2); so the
    search ends, and the plan says both numbers.
    """
    inside = [b for b in blocks if not b.lasts]
    shapes = [resolve(b.shape, sizes) for b in inside]
    lengths = [math.prod(shape) for shape in shapes]
    counted = max((resolve(n, sizes) for n in counted_live(blocks)), default=0)
    places = range(len(inside))
    orders = [
        sorted(places, key=lambda i: lengths[i], reverse=True),
        sorted(places, key=lambda i: inside[i].first),
        sorted(places, key=lambda i: inside[i].last, reverse=True),
    ]
    tried = (
        offsets
        for order in orders
        for offsets in _improved(inside, lengths, order)
    )

    def top(offsets: Sequence[int]) -> int:
        return max(map(sum, zip(offsets, lengths, strict=True)), default=0)

    best = next(tried)
    for offsets in tried:
        if top(best) == counted:
            break
        best = min(best, offsets, key=top)
    slots = [
        Slot(names_in(b, names), s, o, b.first, b.last, b.is_ones)
        for b, s, o in zip(inside, shapes, best, strict=True)
    ]
    return Plan(tuple(slots), counted)


def _improved(
    blocks: Sequence[Block], lengths: Sequence[int], order: list[int]
) -> Iterator[list[int]]:
    """Give places for one order, and for others that it leads to."""
    for _ in range(_ROUNDS):
        offsets = _first_fit(blocks, lengths, order)
        yield offsets
        if order:
            late = max(order, key=lambda i: offsets[i] + lengths[i])
            order.remove(late)
            order.insert(0, late)


def _first_fit(
    blocks: Sequence[Block], lengths: Sequence[int], order: Iterable[int]
) -> list[int]:
    offsets = [0] * len(blocks)
    placed: list[int] = []
    for i in order:
        start = 0
        for j in sorted(placed, key=lambda j: offsets[j]):
            together = (
                blocks[i].first <= blocks[j].last
                and blocks[j].first <= blocks[i].last
            )
            if not together:
                continue
            if start + lengths[i] <= offsets[j]:
                break
            start = max(start, offsets[j] + lengths[j])
        offsets[i] = start
        placed.append(i)
    return offsets
