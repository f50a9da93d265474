"""Drawings of the cost chapter: region maps and checkpoint schedules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from byhand._validate import as_real, shown
from byhand.cost.comparison import RegionMap
from byhand.cost.schedules import Schedule
from byhand.figures import COLORS, INK, as_axes

__all__ = ["draw_region_map", "draw_schedule"]

_MARKERS = "osD^v"


def draw_region_map(
    regions: RegionMap, ax: Axes | None = None, *, size: float = 5
) -> Axes:
    """Draw which order needs least, a marker for each pair of sizes.

    Each order that wins alone somewhere has a marker and a color of its own;
    a cross marks the sizes at which several orders tie.  A grid of 16 by 16
    sizes makes an SVG of some 60 kB.

    Parameters
    ----------
    regions
        As :func:`byhand.cost.region_map` returns it.
    ax
        Axes to draw on; by default those of a new figure.
    size
        Width of the markers in points.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If more orders win alone than there are markers.
    """
    if not isinstance(regions, RegionMap):
        raise TypeError(
            f"regions must be what region_map returns, got {shown(regions)}"
        )
    size = as_real(size, "size", positive=True)
    ax = as_axes(ax)
    tied = regions.best.sum(axis=0) > 1
    alone = regions.best & ~tied
    winners = [k for k, wins in enumerate(alone) if wins.any()]
    if len(winners) > len(_MARKERS):
        raise ValueError(
            f"{len(winners)} orders win somewhere, and {len(_MARKERS)} can "
            "be told apart; draw fewer orders or fewer sizes"
        )
    colors = [*COLORS.values(), INK]
    groups = [
        (alone[k], f"${regions.orders[k].latex}$", marker, color)
        for k, marker, color in zip(winners, _MARKERS, colors, strict=False)
    ]
    for where, label, marker, color in [*groups, (tied, "tie", "x", INK)]:
        rows, columns = np.nonzero(where)
        if len(rows):
            ax.plot(
                regions.x[columns],
                regions.y[rows],
                marker,
                color=color,
                label=label,
                markersize=size,
            )
    ax.set_xlabel(f"${regions.x_name}$")
    ax.set_ylabel(f"${regions.y_name}$")
    _mark_integers(ax)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def draw_schedule(plan: Schedule, ax: Axes | None = None) -> Axes:
    """Draw a schedule: states upward, steps of work to the right.

    A step forward rises in a solid line, a step backward falls in a dashed
    one; a checkpoint is a dotted line for as long as it is held.

    Parameters
    ----------
    plan
        As :func:`byhand.cost.schedule` returns it.
    ax
        Axes to draw on; by default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
    """
    if not isinstance(plan, Schedule):
        raise TypeError(f"plan must be a Schedule, got {shown(plan)}")
    ax = as_axes(ax)
    forward: list[tuple[float, float, float, float]] = []
    backward: list[tuple[float, float, float, float]] = []
    held: dict[int, int] = {}
    kept: list[tuple[float, float, float, float]] = []
    time = 0
    for kind, state in plan.actions:
        if kind == "advance":
            forward.append((time, state, time + 1, state + 1))
            time += 1
        elif kind == "reverse":
            if not backward:  # the turn runs the last step for its value
                forward.append((time, state, time + 1, state + 1))
                time += 1
            backward.append((time, state + 1, time + 1, state))
            time += 1
        elif kind == "store":
            held[state] = time
        elif kind == "discard":
            kept.append((held.pop(state), state, time, state))
    kept += [(since, state, time, state) for state, since in held.items()]
    for pieces, label, style, color in [
        (kept, "checkpoint", ":", COLORS["green"]),
        (forward, "forward", "-", COLORS["blue"]),
        (backward, "backward", "--", COLORS["vermilion"]),
    ]:
        x, y = _broken(pieces)
        ax.plot(x, y, style, color=color, label=label, linewidth=1.6)
    ax.set_xlabel("steps run")
    ax.set_ylabel("state")
    _mark_integers(ax)
    ax.legend(loc="upper right")
    return ax


def _mark_integers(ax: Axes) -> None:
    """Put ticks at integers only, also where there is but one."""
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _broken(
    pieces: Iterable[tuple[float, float, float, float]],
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return one line through all pieces, with gaps between them."""
    x, y = [], []
    for x0, y0, x1, y1 in pieces:
        x += [x0, x1, np.nan]
        y += [y0, y1, np.nan]
    return np.array(x), np.array(y)
