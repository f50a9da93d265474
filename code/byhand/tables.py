"""Results as tables: readable in a terminal, in a notebook and on a page.

A table is written once and shown three ways: as aligned text, as HTML whose
header cells say what they head, and, because a notebook stores both, as
something that a test compares character by character.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from numbers import Number
from typing import Any

from byhand._validate import (
    as_integer,
    as_list,
    as_mapping,
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
            # Front ends align all cells alike, JupyterLab to the right.
            side = "right" if self.numeric[column] else "left"
            style = f' style="text-align: {side}"'
            return f"<{tag}{scope}{style}>{escape(text, quote=False)}</{tag}>"

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
    except (TypeError, ValueError, OverflowError) as reason:
        raise ValueError(
            f"the format {shown(form)} of the column {title} does not suit "
            f"{shown(value)}: {reason}"
        ) from None


def table(
    data: Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]],
    *,
    formats: Mapping[str, str] | str = "",
    wrong: Iterable[int] = (),
    best: Iterable[int] = (),
    caption: str = "",
) -> Table:
    """Return a table, given by its columns or by its rows.

    Parameters
    ----------
    data : mapping of str to iterable, or iterable of mappings
        The columns by their titles, all of one length, or the rows, each a
        mapping from the same titles to its values.  The first column names
        the rows.  Columns of numbers, as such or written, are aligned to the
        right.
    formats : mapping of str to str, or str
        Format specifications of columns, such as ``{"loss": ".3g"}``, or one
        for every column but the first; what has none is written as by
        :class:`str`.
    wrong, best : iterable of int
        Positions of rows that are marked, counted from 0, by a word at their
        end and by a color.
    caption : str
        One sentence above the table.

    Raises
    ------
    ValueError
        If there is no column, if columns differ in length or rows in their
        titles, if a format or a marked row has no column or row, or if a row
        is marked twice.

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

    Row by row:

    >>> table([{"n": n, "1/n": f"{1 / n:.2f}"} for n in (1, 3)])
    n   1/n
    -  ----
    1  1.00
    3  0.33
    """
    cells = _columns(data)
    lengths = {title: len(values) for title, values in cells.items()}
    count, *others = set(lengths.values())
    if others:
        raise ValueError(f"columns of one length are needed, got {lengths}")
    if isinstance(formats, str):
        formats = dict.fromkeys(list(cells)[1:], formats)
    formats = as_mapping(formats, "formats")
    if not isinstance(caption, str):
        raise TypeError(f"caption must be a string, got {shown(caption)}")
    if unknown := sorted(set(formats) - set(cells)):
        raise ValueError(f"formats for {unknown}, which are no columns")
    written = [
        [_written(value, formats.get(title, ""), title) for value in values]
        for title, values in cells.items()
    ]
    return Table(
        header=tuple(map(str, cells)),
        rows=tuple(zip(*written, strict=True)),
        numeric=tuple(
            bool(values) and all(map(_is_number, values))
            for values in cells.values()
        ),
        marks=_marks(count, wrong=wrong, best=best),
        caption=caption,
    )


def _columns(
    data: Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]],
) -> dict[str, list[Any]]:
    if isinstance(data, Mapping):
        columns = {
            title: as_list(values, f"the column {title} of data", "cells")
            for title, values in data.items()
        }
    else:
        rows = as_list(data, "data", "rows, or be a dictionary of columns")
        titles = list(as_mapping(rows[0], "row 0 of data")) if rows else []
        for i, row in enumerate(rows):
            if list(as_mapping(row, f"row {i} of data")) != titles:
                raise ValueError(
                    f"rows with the titles {titles} are needed, row {i} has "
                    f"{list(row)}"
                )
        columns = {title: [row[title] for row in rows] for title in titles}
    if not columns:
        raise ValueError("data must have at least one column")
    return columns


def _is_number(value: Any) -> bool:
    """Whether a value is a number, or text that writes one."""
    if not isinstance(value, str):
        return isinstance(value, Number) and not isinstance(value, bool)
    for kind in (float, Fraction):
        try:
            kind(value.replace(",", ""))
        except (ValueError, ZeroDivisionError):
            continue
        return True
    return False


def _marks(count: int, **positions: Iterable[int]) -> dict[int, str]:
    marks: dict[int, str] = {}
    for name, marked in positions.items():
        for place in as_list(marked, name, "positions of rows"):
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
            marks[position] = name
    return marks
