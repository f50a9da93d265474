"""Results as tables: readable in a terminal, in a notebook and on a page.

A table is written once and shown three ways: as aligned text, as HTML whose
header cells say what they head, and, because a notebook stores both, as
something that a test compares character by character.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from numbers import Number
from typing import Any

from byhand._validate import (
    as_integer,
    as_list,
    as_mapping,
    as_sequence,
    shown,
)

__all__ = ["Table", "table"]

#: What stands at the end of a marked row, beside its color.
MARKS = {"wrong": "✗ wrong", "best": "✓ best"}


@dataclass(frozen=True)
class Table:
    """A table of written cells; make one with :func:`table`.

    A notebook shows its HTML, ``print`` its text.

    Attributes
    ----------
    header : tuple of str
        One title for each column.
    rows : tuple of tuple of str
        The cells as they are written.
    numeric : tuple of bool
        Which columns hold numbers, and are aligned to the right.
    marks : dict
        ``"wrong"`` or ``"best"`` for the rows that are marked.
    caption : str
        What the table shows, or "".
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    marks: Mapping[int, str] = field(default_factory=dict)
    caption: str = ""

    def __repr__(self) -> str:
        widths = [
            max(map(len, column))
            for column in zip(self.header, *self.rows, strict=True)
        ]

        def line(cells: Iterable[str], mark: str = "") -> str:
            aligned = [
                cell.rjust(width) if number else cell.ljust(width)
                for cell, width, number in zip(
                    cells, widths, self.numeric, strict=True
                )
            ]
            return "  ".join([*aligned, mark]).rstrip()

        lines = [line(self.header), "  ".join("-" * w for w in widths)]
        lines += [
            line(row, MARKS.get(self.marks.get(i, ""), ""))
            for i, row in enumerate(self.rows)
        ]
        return "\n".join([self.caption] * bool(self.caption) + lines)

    def _repr_html_(self) -> str:
        def cell(tag: str, text: str, column: int, scope: str = "") -> str:
            kind = ' class="number"' if self.numeric[column] else ""
            return f"<{tag}{scope}{kind}>{escape(text, quote=False)}</{tag}>"

        head = "".join(
            cell("th", text, j, ' scope="col"')
            for j, text in enumerate(self.header)
        )
        if self.marks:
            head += "<td></td>"
        lines = [f"<thead><tr>{head}</tr></thead>", "<tbody>"]
        for i, row in enumerate(self.rows):
            mark = self.marks.get(i, "")
            cells = cell("th", row[0], 0, ' scope="row"')
            cells += "".join(
                cell("td", text, j) for j, text in enumerate(row) if j
            )
            if self.marks:
                cells += f'<td class="mark">{MARKS.get(mark, "")}</td>'
            kind = f' class="{mark}"' if mark else ""
            lines.append(f"<tr{kind}>{cells}</tr>")
        caption = (
            f"<caption>{escape(self.caption, quote=False)}</caption>\n"
            if self.caption
            else ""
        )
        body = "\n".join([*lines, "</tbody>"])
        return f'<table class="results">\n{caption}{body}\n</table>'


def _written(value: Any, form: str, title: str) -> str:
    try:
        return format(value, form) if form else str(value)
    except (TypeError, ValueError) as reason:
        raise ValueError(
            f"the format {shown(form)} of the column {title} does not suit "
            f"{shown(value)}: {reason}"
        ) from None


def table(
    columns: Mapping[str, Sequence[Any]],
    *,
    formats: Mapping[str, str] | None = None,
    wrong: Iterable[int] = (),
    best: Iterable[int] = (),
    caption: str = "",
) -> Table:
    """Return a table, given column by column.

    Parameters
    ----------
    columns : mapping of str to sequence
        The columns by their titles, all of one length; the first names the
        rows.  Columns that hold numbers alone are aligned to the right.
    formats : mapping of str to str
        Format specifications of columns, such as ``{"loss": ".3g"}``; what
        has none is written as by :class:`str`.
    wrong, best : iterable of int
        Positions of rows that are marked, counted from 0, by a word at their
        end and by a color.
    caption : str
        One sentence above the table.

    Raises
    ------
    ValueError
        If there is no column, if columns differ in length, if a format or a
        marked row has no column or row, or if a row is marked twice.

    Examples
    --------
    >>> table(
    ...     {"method": ["inverse", "QR"], "digits": [0, 14]},
    ...     wrong=[0],
    ...     best=[1],
    ... )
    method   digits
    -------  ------
    inverse       0  ✗ wrong
    QR           14  ✓ best
    """
    if not as_mapping(columns, "columns"):
        raise ValueError("a table needs at least one column")
    cells = {
        title: as_sequence(values, f"the column {title}", "cells")
        for title, values in columns.items()
    }
    lengths = {title: len(values) for title, values in cells.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns of one length are needed, got {lengths}")
    formats = dict({} if formats is None else as_mapping(formats, "formats"))
    if not isinstance(caption, str):
        raise TypeError(f"caption must be a string, got {shown(caption)}")
    if unknown := sorted(set(formats) - set(cells)):
        raise ValueError(f"formats for {unknown}, which are no columns")
    (count,) = set(lengths.values())
    marks: dict[int, str] = {}
    for name, positions in (("wrong", wrong), ("best", best)):
        for place in as_list(positions, name, "positions of rows"):
            position = as_integer(place, f"a row that is {name}")
            if not 0 <= position < count:
                raise ValueError(
                    f"row {shown(position)} is marked {name}, but rows are "
                    f"numbered 0 to {count - 1}"
                )
            if position in marks:
                raise ValueError(
                    f"row {position} is marked both {marks[position]} and "
                    f"{name}"
                )
            marks[int(position)] = name
    written = [
        [_written(value, formats.get(title, ""), title) for value in values]
        for title, values in cells.items()
    ]
    return Table(
        header=tuple(map(str, cells)),
        rows=tuple(zip(*written, strict=True)),
        numeric=tuple(
            bool(values)
            and all(
                isinstance(v, Number) and not isinstance(v, bool)
                for v in values
            )
            for values in cells.values()
        ),
        marks=marks,
        caption=caption,
    )
