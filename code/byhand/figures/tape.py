"""A tape as a layered graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.axes import Axes

from byhand._validate import as_list, shown
from byhand.figures import COLORS, INK, as_axes, as_inches, subplots
from byhand.tape import Tape
from byhand.tape.printing import latex_name
from byhand.tape.shapes import show
from byhand.tape.values import Input, Var

# The distance between the upper and the lower half, in rows.
_BLOCK_GAP = 0.5
# How often the rows are put in order.
_SWEEPS = 4


def draw_tape(
    tape: Tape,
    ax: Axes | None = None,
    *,
    hide: Sequence[str] = (),
    width: float = 6.4,
    height: float | None = None,
) -> Axes:
    """Draw the values of a tape from left to right, an arrow for each use.

    Inputs are squares, results have a thick border.  A cotangent or tangent
    stands below the value that it belongs to, so that the backward pass runs
    from right to left in the lower half; dashed arrows bring it the values
    of the forward pass.

    Parameters
    ----------
    tape
        The tape.
    ax
        Axes to draw on; by default those of a new figure.
    hide
        Names that are not drawn, such as those of the parameters.
    width, height
        Size of the new figure in inches; the height follows from the graph.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If ``hide`` has a name that is not on the tape, or nothing is left.

    Examples
    --------
    >>> from byhand.tape import record, tanh
    >>> ax = draw_tape(record(lambda x: {"y": tanh(x)}, x="n"))
    >>> [text.get_text() for text in ax.texts]
    ['$x$', '$n$', '$y$', '$n$', '']
    """
    if not isinstance(tape, Tape):
        raise TypeError(f"tape must be a Tape, got {shown(tape)}")
    width = as_inches(width, "width")
    if height is not None:
        height = as_inches(height, "height")
    hide = as_list(hide, "hide", "names")
    values: dict[str, Var] = {x.name: x for x in tape.inputs}
    values |= {line.name: line.output for line in tape.body}
    for name in hide:
        if not isinstance(name, str) or name not in values:
            raise ValueError(
                f"hide: {shown(name)} is not on the tape; it has "
                f"{', '.join(values)}"
            )
    operands: dict[str, list[str]] = {x.name: [] for x in tape.inputs}
    operands |= {
        line.name: [str(x.name) for x in line.operands if x.name not in hide]
        for line in tape.body
    }
    operands = {x: used for x, used in operands.items() if x not in hide}
    if not operands:
        raise ValueError("nothing is left to draw; hide fewer names")
    base = _bases(operands)
    places = _places(operands, base)
    columns = 1 + max(x for x, _ in places.values())
    rows = 1 + max(y for _, y in places.values())
    if ax is None:
        tall = 0.35 + rows * 0.95 * width / max(columns, 6)
        _, ax = subplots(height=height or tall, width=width)
    ax = as_axes(ax)
    results = {x.name for x in tape.outputs.values() if isinstance(x, Var)}
    for name, (column, row) in places.items():
        color = COLORS["vermilion"] if name in base else COLORS["blue"]
        _draw_node(
            ax, values[name], (column, row), color, is_result=name in results
        )
        for v in operands[name]:
            dashed = name in base and v not in base
            _draw_edge(ax, places[v], (column, row), dashed=dashed)
    ax.set_xlim(-0.5, columns - 0.5)
    ax.set_ylim(-rows + 0.35, 0.45)
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


def _bases(operands: dict[str, list[str]]) -> dict[str, str | None]:
    """Return what is drawn below: each cotangent or tangent with its value.

    A value without a name of the mathematics belongs below if one of its
    operands does.
    """
    below: dict[str, str | None] = {}
    for x, used in operands.items():
        stem, _, mark = x.rpartition("_")
        if stem in operands and mark.rstrip("0123456789") in {"bar", "dot"}:
            below[x] = stem
        elif any(v in below for v in used):
            below[x] = None
    return below


def _places(
    operands: dict[str, list[str]], base: dict[str, str | None]
) -> dict[str, tuple[float, float]]:
    upper = [x for x in operands if x not in base]
    column = _columns(upper, operands)
    stacks = _stacks(upper, column)
    _untangle(stacks, operands)
    places = _spread(stacks, 0)
    depth = max((row for _, row in places.values()), default=-1) + 1
    depth += _BLOCK_GAP if places else 0
    above = {}
    for x in base:  # noqa: PLC0206 (the owner is looked up repeatedly)
        owner = base[x]
        while owner in base:
            owner = base[owner]
        near = [places[v] for v in operands[x] if v in places]
        seat = None if owner is None else places.get(owner)
        above[x] = seat or (
            sum(c for c, _ in near) / max(len(near), 1),
            sum(row for _, row in near) / max(len(near), 1),
        )
    stacks = _stacks(base, {x: round(above[x][0]) for x in base})
    for stack in stacks.values():
        stack.sort(key=lambda x: above[x][1])
    return places | _spread(stacks, depth)


def _columns(
    values: list[str], operands: dict[str, list[str]]
) -> dict[str, int]:
    """Put a value right of its operands, an input left of its first use."""
    column: dict[str, int] = {}
    for x in values:
        used = [column[v] for v in operands[x] if v in column]
        column[x] = 1 + max(used) if used else 0
    for x in values:
        uses = [column[v] for v in values if x in operands[v]]
        if not operands[x] and uses:
            column[x] = max(0, min(uses) - 1)
    return column


def _stacks(
    values: Iterable[str], column: dict[str, int]
) -> dict[int, list[str]]:
    stacks: dict[int, list[str]] = {}
    for x in values:
        stacks.setdefault(column[x], []).append(x)
    return stacks


def _spread(
    stacks: dict[int, list[str]], top: float
) -> dict[str, tuple[float, float]]:
    """Center the columns, one row for each value."""
    deepest = max((len(stack) for stack in stacks.values()), default=0)
    return {
        x: (column, top + (deepest - len(stack)) / 2 + i)
        for column, stack in stacks.items()
        for i, x in enumerate(stack)
    }


def _untangle(
    stacks: dict[int, list[str]], operands: dict[str, list[str]]
) -> None:
    """Order each column by the mean row of the neighbors, a few times."""
    inside = [x for stack in stacks.values() for x in stack]
    near: dict[str, list[str]] = {x: [] for x in inside}
    for x in inside:
        for v in operands[x]:
            if v in inside:
                near[x].append(v)
                near[v].append(x)
    for _ in range(_SWEEPS):
        for stack in stacks.values():
            row = {x: at for x, (_, at) in _spread(stacks, 0).items()}
            stack.sort(
                key=lambda x: (
                    sum(row[v] for v in near[x]) / max(len(near[x]), 1)
                )
            )


def _draw_node(
    ax: Axes, x: Var, at: tuple[float, float], color: str, *, is_result: bool
) -> None:
    given = x.equation is None
    ax.text(
        at[0],
        -at[1],
        f"${latex_name(str(x.name))}$",
        ha="center",
        va="center",
        color=INK if given else color,
        bbox={
            "boxstyle": "square,pad=0.35" if given else "circle,pad=0.3",
            "facecolor": "none",
            "edgecolor": INK if given else color,
            "linewidth": 2.4 if is_result else 1.0,
        },
    )
    selects = isinstance(x, Input) and x.classes is not None
    size = show(x.shape).replace("×", r"\times ")
    size = "class" if selects else f"${size}$" if size else ""
    points = 7.5 if selects else 9  # a word looks larger than a formula
    ax.text(at[0], -at[1] - 0.36, size, ha="center", va="top", fontsize=points)


def _draw_edge(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    dashed: bool,
) -> None:
    far = abs(end[0] - start[0]) > 1 or (
        start[0] == end[0] and abs(end[1] - start[1]) > 1
    )
    ax.annotate(
        "",
        xy=(end[0], -end[1]),
        xytext=(start[0], -start[1]),
        arrowprops={
            "arrowstyle": "-|>",
            "color": INK,
            "linewidth": 1.0,
            "linestyle": (0, (3, 2)) if dashed else "-",
            "shrinkA": 14,
            "shrinkB": 14,
            "connectionstyle": f"arc3,rad={-0.3 if far else 0}",
        },
    )
