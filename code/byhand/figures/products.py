"""Drawings of products of Jacobians: their order, and their graph."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.colors import is_color_like
from matplotlib.patches import Rectangle

from byhand._validate import as_flag, as_mapping, as_real, shown
from byhand.cost import Order
from byhand.cost._trees import products, span
from byhand.figures import COLORS, INK, as_axes

__all__ = ["LinearProgram", "draw_linear", "draw_order"]

#: A value's name, and the earlier values that are summed for it, each with
#: the factor that it is multiplied by.
LinearProgram = Mapping[str, Mapping[str, float]]

_GAP = 0.5


def draw_order(
    order: Order, ax: Axes | None = None, *, color: str = COLORS["blue"]
) -> Axes:
    r"""Draw the factors of a product in the scale of their shapes.

    Under them a numbered line joins what is multiplied first, second and so
    on.

    Parameters
    ----------
    order
        With integer sizes.
    ax
        Axes to draw on; new ones by default.
    color
        Of the lines.

    Raises
    ------
    ValueError
        If a size is a symbol.

    Examples
    --------
    >>> from byhand.cost import Product
    >>> ax = draw_order(Product("v vᵀ y", v=3, y=3).order("v(vᵀy)"))
    >>> [text.get_text() for text in ax.texts]
    ['$v$', '$v^{\\top}$', '$y$', '1', '2']
    """
    if not isinstance(order, Order):
        raise TypeError(f"order must be an Order, got {shown(order)}")
    if not isinstance(color, str) or not is_color_like(color):
        raise ValueError(f"color must be a color, got {shown(color)}")
    factors = order.product.factors
    if not all(f.rows.is_Integer and f.columns.is_Integer for f in factors):
        raise ValueError(
            f"{order} has symbols for sizes; only numbers can be drawn"
        )
    ax = as_axes(ax, height=2.0)
    tallest = max(int(f.rows) for f in factors)
    ends: list[tuple[float, float]] = []
    left = 0.0
    for factor in factors:
        width, height = int(factor.columns), int(factor.rows)
        middle = left + width / 2
        ax.add_patch(
            Rectangle(
                (left, -height / 2),
                width,
                height,
                facecolor="none",
                edgecolor=INK,
            )
        )
        ax.text(middle, tallest / 2 + 0.4, f"${factor.latex}$", ha="center")
        ends.append((left, left + width))
        left += width + _GAP
    for number, pair in enumerate(products(order.tree), start=1):
        first, last = span(pair)
        start, stop = ends[first][0], ends[last][1]
        depth = -tallest / 2 - 0.75 * number
        ax.plot([start, stop], [depth, depth], color=color)
        ax.text(stop + 0.15, depth, str(number), va="center", color=color)
    ax.set_xlim(-_GAP, left + _GAP)
    ax.set_ylim(-tallest / 2 - 0.75 * len(factors), tallest / 2 + 1.4)
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


def draw_linear(
    program: LinearProgram, ax: Axes | None = None, *, turned: bool = False
) -> Axes:
    r"""Draw a linear program as a graph, an arrow for each product.

    Inputs are squares.  Under a value stands how many additions its sum
    takes.

    Parameters
    ----------
    program
        For each value that is no input the earlier values in its sum, with
        their factors.
    ax
        Axes to draw on; new ones by default.
    turned
        Turn all arrows round, and write cotangents, :math:`\bar x`, in place
        of tangents, :math:`\dot x`.

    Raises
    ------
    ValueError
        If a value is used before the line that computes it.

    Examples
    --------
    >>> ax = draw_linear({"u": {"x1": 2, "x2": 3}, "y": {"u": 1, "x2": -4}})
    >>> sorted(t.get_text() for t in ax.texts if "add" in t.get_text())
    ['1 add', '1 add']
    """
    program = _as_program(program)
    turned = as_flag(turned, "turned")
    places = _places(program)
    ax = as_axes(ax, height=2.4)
    arrows = [
        (b, a, c) if turned else (a, b, c)
        for b, terms in program.items()
        for a, c in terms.items()
    ]
    for a, b, factor in arrows:
        _draw_arrow(ax, places[a], places[b], factor)
    inputs = {a for a, _, _ in arrows} - {b for _, b, _ in arrows}
    for name, (x, y) in places.items():
        color = INK if name in inputs else COLORS["blue"]
        ax.text(
            x,
            y,
            _label(name, "bar" if turned else "dot"),
            ha="center",
            va="center",
            color=color,
            bbox={
                "boxstyle": f"{'square' if name in inputs else 'circle'}",
                "facecolor": "none",
                "edgecolor": color,
            },
        )
        additions = sum(b == name for _, b, _ in arrows) - 1
        if additions > 0:
            ax.text(
                x, y - 0.2, f"{additions} add", ha="center", va="top",
                fontsize=8.5,
            )  # fmt: skip
    columns, rows = zip(*places.values(), strict=True)
    ax.set_xlim(-0.4, max(columns) + 0.4)
    ax.set_ylim(min(rows) - 0.65, max(rows) + 0.4)
    ax.set_axis_off()
    return ax


def _as_program(program: LinearProgram) -> LinearProgram:
    """Return names with the terms of their sums, each a number times a name.

    A name is a letter, perhaps with an index.
    """
    checked: dict[str, dict[str, float]] = {}
    for name, terms in as_mapping(program, "program").items():
        sums = as_mapping(terms, f"the sum of {name} in program")
        for each in (name, *sums):
            if not (isinstance(each, str) and each.isalnum()):
                raise ValueError(
                    f"a name in program is one such as x1, got {shown(each)}"
                )
        if not sums:
            raise ValueError(f"{name} in program has no terms")
        checked[name] = {
            operand: as_real(factor, f"the factor of {operand} in program")
            for operand, factor in sums.items()
        }
    if not checked:
        raise ValueError("program must have at least one value")
    return checked


def _places(program: LinearProgram) -> dict[str, tuple[float, float]]:
    """Put a value right of its operands, and center the columns."""
    column: dict[str, int] = {}
    for name, terms in program.items():
        for operand in terms:
            if operand in program and operand not in column:
                raise ValueError(
                    f"{name} uses {operand} before it is computed"
                )
            column.setdefault(operand, 0)
        column[name] = 1 + max(column[operand] for operand in terms)
    stacks: dict[int, list[str]] = {}
    for name in sorted(column, key=lambda name: (name not in program, name)):
        stacks.setdefault(column[name], []).append(name)
    return {
        name: (float(x), (len(stack) - 1) / 2 - float(row))
        for x, stack in stacks.items()
        for row, name in enumerate(stack)
    }


def _label(name: str, accent: str) -> str:
    letter, index = name[0], name[1:]
    return rf"$\{accent}{{{letter}}}{f'_{{{index}}}' if index else ''}$"


def _draw_arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    factor: float,
) -> None:
    dx, dy = end[0] - start[0], end[1] - start[1]
    ax.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": INK,
            "shrinkA": 13,
            "shrinkB": 13,
            # past the values of the columns in between
            "connectionstyle": f"arc3,rad={-0.25 * (abs(dx) > 1)}",
        },
    )
    # nearer to the left end, where arrows are farther apart
    near = 0.38 if dx > 0 else 0.62
    ax.text(
        start[0] + near * dx,
        start[1] + near * dy + 0.06,
        f"{factor:g}".replace("-", "−"),
        ha="center",
        va="bottom",
        fontsize=9.5,
    )
