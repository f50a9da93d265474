"""Draw threshold networks: layers, signs and weights, what units compute."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch
from matplotlib.textpath import TextPath

from byhand._validate import as_flag, as_integer, as_sequence, one_of, shown
from byhand.figures import COLORS, INK, as_axes
from byhand.threshold.conditions import number
from byhand.threshold.network import Network
from byhand.threshold.sorting import compare_and_swap, stages
from byhand.threshold.units import Rational, magnitude

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Style = Literal["solid"] | tuple[float, Sequence[float]]

# The sign of a weight is shown by color and by line style.
_SIGNS: dict[int, tuple[str, _Style, str]] = {
    1: (COLORS["blue"], "solid", "positive weight"),
    -1: (COLORS["vermilion"], (0, (4, 2)), "negative weight"),
}

# In points and inches; the longest text in characters.
_FONT_SIZE = 9
_FORMULA_SIZE = 11
_PAD = 0.09
_LONGEST = 24

# What formulas hold beside signs: the names of units, and words for functions.
_NAME = re.compile(r"([A-Za-z]+)(\d*)(?:_(\d+))?")
_FUNCTIONS = {"out", "relu"}


def draw_network(
    network: Network,
    ax: Axes | None = None,
    *,
    labels: str = "meaning",
    say: Mapping[int, Sequence[str]] | None = None,
    weights: bool | None = None,
) -> Axes:
    """Draw a network from left to right, units as boxes that say what they do.

    A solid blue edge has a positive weight, a dashed vermilion edge a
    negative one, and the wider the edge the larger the weight within its
    layer; a weight of zero has no edge.

    Parameters
    ----------
    network
        The network; readable up to some twenty units in a layer.
    ax
        Matplotlib axes, whose frame is removed; by default those of a new
        figure in the house style.
    labels
        What stands in the boxes: ``"meaning"``, what the unit says about
        integer inputs; ``"formula"``, what it computes, bias and all; or
        ``"name"``.  What is too long for a box gives way to the unit alone,
        such as ``1[|z| ≤ 1]``.
    say
        Texts of your own, one for each unit of a layer; a text without words,
        such as ``n ≥ 1``, is set as a formula.  Layers are counted
        from 1.
    weights
        Whether to write the weight on each edge; by default if there are no
        more than 16 edges.

    Returns
    -------
    matplotlib.axes.Axes
        The axes; a notebook shows ``draw_network(network).figure``.

    Examples
    --------
    >>> from byhand.threshold import membership_interval
    >>> ax = draw_network(membership_interval(3))
    >>> len(ax.patches)
    4
    """
    if not isinstance(network, Network):
        raise TypeError(f"network must be a Network, got {shown(network)}")
    texts = _texts(network, labels, {} if say is None else say)
    edges = sum(int(np.count_nonzero(layer.W)) for layer in network.layers)
    write = edges <= 16 if weights is None else as_flag(weights, "weights")
    ax = _bare(ax)
    if ax.figure is None:
        raise ValueError("ax must belong to a figure")
    figure = ax.figure.figure  # the whole of it, where this is a part
    engine = figure.get_layout_engine()
    if engine is not None:
        # The boxes are measured in inches: place the axes first.
        engine.execute(figure)
    width, height = np.asarray(ax.bbox.size) / figure.dpi
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    left, right = _columns(texts, width)
    rows = [_rows(len(column), height) for column in texts]
    for k, column in enumerate(texts):
        for y, text in zip(rows[k], column, strict=True):
            _draw_unit(ax, (left[k], right[k]), y, text, boxed=k > 0)
    for k, layer in enumerate(network.layers):
        starts = [np.array([right[k], y]) for y in rows[k]]
        ends = [np.array([left[k + 1], y]) for y in rows[k + 1]]
        _draw_edges(ax, layer.W.tolist(), starts, ends, write=write)
    signs = {
        sign
        for sign in _SIGNS
        for layer in network.layers
        if (sign * layer.W > 0).any()
    }
    if signs:
        ax.legend(
            handles=[
                Line2D([], [], color=color, linestyle=style, label=name)
                for sign, (color, style, name) in _SIGNS.items()
                if sign in signs
            ],
            loc="lower center",
            ncols=len(signs),
        )
    return ax


def draw_comparators(
    n: int,
    comparators: Sequence[tuple[int, int]],
    ax: Axes | None = None,
    *,
    x: Sequence[int] | None = None,
) -> Axes:
    """Draw comparators as vertical lines between n horizontal wires.

    Each wire carries a value from left to right; a comparator puts the
    smaller of its two on the upper wire.  Dotted lines, or the values, part
    the stages, within which the comparators work side by side.

    Parameters
    ----------
    n
        The number of wires, from 1 to 1000.
    comparators
        Pairs i < j below n.
    ax
        Matplotlib axes, as for :func:`draw_network`.
    x
        Values to send through the wires; they are written before the first
        and after each stage.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.

    Examples
    --------
    >>> ax = draw_comparators(3, [(0, 1), (1, 2), (0, 1)], x=[3, 2, 1])
    >>> [text.get_text() for text in ax.texts[-3:]]
    ['1', '2', '3']
    """
    n = as_integer(n, "n", minimum=1, maximum=1000)
    grouped = stages(comparators)
    blocks = [compare_and_swap(n, stage) for stage in grouped]
    ax = _bare(ax)
    ax.set_ylim(n - 0.5, -0.5)
    # Half a unit of length at both ends of a stage, for the values.
    position, ends = 0.0, [0.0]
    for stage in grouped:
        position += 0.5
        for i, j in stage:
            ax.plot([position] * 2, [i, j], color=COLORS["blue"], marker="o")
            position += 0.3
        position += 0.2
        ends.append(position)
    ax.hlines(range(n), 0, position, color=INK, linewidth=1, zorder=1)
    if x is None:
        for end in ends[1:-1]:
            ax.axvline(end, color=INK, linewidth=0.8, linestyle="dotted")
    else:
        # The block without comparators checks x and passes it on.
        values = [compare_and_swap(n, [])(x)]
        for block in blocks:
            values.append(block(values[-1]))
        for end, column in zip(ends, values, strict=True):
            for wire, value in enumerate(column.tolist()):
                ax.annotate(
                    str(value),
                    (end, wire),
                    (0, 3),
                    textcoords="offset points",
                    ha="center",
                )
    return ax


def _bare(ax: Axes | None) -> Axes:
    """Return the axes, or new ones, without their frame."""
    ax = as_axes(ax)
    ax.set_axis_off()
    return ax


def _texts(
    network: Network, labels: str, say: Mapping[int, Sequence[str]]
) -> list[list[str]]:
    """Return the text of each unit, by layers, the inputs first."""
    one_of(labels, "labels", ("meaning", "formula", "name"))
    texts = [network.unit_names(0)]
    for k in range(1, network.depth + 1):
        names = network.unit_names(k)
        units = network.layers[k - 1].units
        if labels == "name":
            column = names
        else:
            about = (
                network.meanings if labels == "meaning" else (network.formulas)
            )
            column = [
                text if len(text) <= _LONGEST else unit.formula("z")
                for text, unit in zip(about(k), units, strict=True)
            ]
            if k < network.depth:
                column = [
                    f"{name}: {text}"
                    for name, text in zip(names, column, strict=True)
                ]
        texts.append(column)
    if not isinstance(say, Mapping):
        raise TypeError(
            f"say must be a dictionary of layers and texts, got {shown(say)}"
        )
    for layer, own in say.items():
        k = as_integer(
            layer, "a layer of say", minimum=1, maximum=network.depth
        )
        given = as_sequence(own, "the texts of say", "strings")
        if len(given) != network.shape[k]:
            raise ValueError(
                f"say must give one text for each unit of a layer of "
                f"{network!r}, got {shown(own)} for layer {k}"
            )
        if not all(isinstance(text, str) for text in given):
            raise TypeError(f"the texts of say are strings, got {shown(own)}")
        texts[k] = list(given)
    return [list(map(_in_math, column)) for column in texts]


def _in_math(text: str) -> str:
    r"""Return a text with its formulas in the notation of mathematics.

    >>> _in_math("h1: x1 - 2 y2 ≥ 0"), _in_math("at least 4")
    ('$h_{1}$: $x_{1} - 2 y_{2} \\geq  0$', 'at least 4')
    """
    return ": ".join(map(_formula, text.split(": ")))


def _formula(text: str) -> str:
    letters = {name[1] for name in _NAME.finditer(text)}
    if not text or any(len(a) > 1 for a in letters - _FUNCTIONS):
        return text.replace("$", r"\$")

    def written(name: re.Match[str]) -> str:
        stem = rf"\mathrm{{{name[1]}}}" if len(name[1]) > 1 else name[1]
        below = ",".join(filter(None, name.group(2, 3)))
        return stem + (f"_{{{below}}}" if below else "")

    formula = _NAME.sub(written, text)
    return "${}$".format(formula.replace("≥", r"\geq ").replace("≤", r"\leq "))


def _columns(
    texts: Sequence[Sequence[str]], width: float
) -> tuple[list[float], list[float]]:
    """Return where the boxes of each layer begin and end, in inches."""
    widths = [
        max(_text_width(text) for text in column) + 2 * _PAD
        for column in texts
    ]
    gap = max((width - sum(widths) - 2 * _PAD) / (len(texts) - 1), 0.3)
    left, right, x = [], [], _PAD
    for w in widths:
        left.append(x)
        right.append(x + w)
        x += w + gap
    return left, right


def _rows(count: int, height: float) -> list[float]:
    """Return the heights of the units of a layer, the first on top."""
    bottom, top = 0.35, height - 0.1
    step = (top - bottom) / count
    # Few units stand together in the middle, not at the far ends.
    step = min(step, 0.9)
    middle = (top + bottom) / 2
    return [middle + step * ((count - 1) / 2 - i) for i in range(count)]


def _draw_unit(
    ax: Axes, span: tuple[float, float], y: float, text: str, *, boxed: bool
) -> None:
    left, right = span
    ax.text(
        (left + right) / 2,
        y,
        text,
        ha="center",
        va="center_baseline",
        size=_size(text),
    )
    if boxed:
        ax.add_patch(
            FancyBboxPatch(
                (left, y - 0.1),
                right - left,
                0.2,
                boxstyle="round,pad=0,rounding_size=0.06",
                facecolor="none",
                edgecolor=INK,
                linewidth=1,
            )
        )


def _draw_edges(
    ax: Axes,
    W: Sequence[Sequence[Rational]],
    starts: Sequence[NDArray[np.float64]],
    ends: Sequence[NDArray[np.float64]],
    *,
    write: bool,
) -> None:
    edges = [
        (starts[j], ends[i], w)
        for i, row in enumerate(W)
        for j, w in enumerate(row)
        if w
    ]
    largest = max((magnitude(w) for _, _, w in edges), default=1)
    taken: list[NDArray[np.float64]] = []
    for a, b, w in edges:
        color, style, _ = _SIGNS[1 if w > 0 else -1]
        cuts = [0.0, 1.0]
        if write:
            # The weight stands in a gap of its edge.
            text = number(w).replace("-", "\N{MINUS SIGN}")
            others = [(p, q) for p, q, _ in edges if p is not a or q is not b]
            at = _free_place(a, b, others, taken)
            taken.append(a + at * (b - a))
            t = (_text_width(text) / 2 + 0.04) / float(np.hypot(*(b - a)))
            cuts = [0.0, at - t, at + t, 1.0]
        for start, stop in zip(cuts[::2], cuts[1::2], strict=True):
            ax.plot(
                *np.column_stack([a + start * (b - a), a + stop * (b - a)]),
                color=color,
                linestyle=style,
                linewidth=0.7 + 1.1 * float(magnitude(w) / largest),
            )
        if write:
            ax.text(
                float(taken[-1][0]),
                float(taken[-1][1]),
                text,
                color=color,
                size=_FONT_SIZE,
                ha="center",
                va="center_baseline",
            )


def _free_place(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    others: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
    taken: Sequence[NDArray[np.float64]],
) -> float:
    """Return where on the edge from a to b a weight has the most room."""

    def room(t: float) -> float:
        point = a + t * (b - a)
        to_texts = [float(np.hypot(*(point - q))) - 0.12 for q in taken]
        to_edges = [_distance(point, p, q) for p, q in others]
        return min([0.15, *to_texts, *to_edges])

    return max(
        (k / 100 for k in range(15, 86, 5)), key=lambda t: (room(t), -t)
    )


def _distance(
    point: NDArray[np.float64],
    a: NDArray[np.float64],
    b: NDArray[np.float64],
) -> float:
    """Return the distance of a point from the segment from a to b."""
    t = np.clip((point - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
    return float(np.hypot(*(a + t * (b - a) - point)))


def _size(text: str) -> float:
    """Return the size in points that lets words and formulas look alike."""
    return _FORMULA_SIZE if text.startswith("$") else _FONT_SIZE


def _text_width(text: str) -> float:
    """Return the width of a text in inches."""
    if not text:
        return 0.0
    path = TextPath((0, 0), text, size=_size(text))
    return float(path.get_extents().width) / 72
