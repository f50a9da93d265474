"""One style for every figure of the book.

Figures are SVG with a transparent background.  Text and data colors keep a
contrast of at least 3 against white and against the dark theme's background,
and the data colors stay apart under the common color deficiencies; pages
still use markers or line styles as a second sign.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import byhand.figures._quiet  # noqa: F401 - before Matplotlib

# isort: split
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from byhand._validate import as_integer, as_real, shown

__all__ = ["COLORS", "INK", "moving", "subplots"]

#: Text, axes and thin lines.
INK = "#737373"

#: Data colors by name, in the order of the color cycle (after Okabe and Ito,
#: 2008; without their yellow, orange and sky blue, which fade on white).
COLORS = {
    "blue": "#0072b2",
    "vermilion": "#d55e00",
    "green": "#009e73",
    "purple": "#cc79a7",
}

#: Matplotlib settings of the house style.
STYLE: dict[str, Any] = {
    # IPython saves figures without regard to savefig.transparent.
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    # Larger than the numbers: Computer Modern is small for its size.
    "axes.labelsize": 12,
    "axes.prop_cycle": cycler(color=list(COLORS.values())),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlesize": 12,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "figure.figsize": (6.4, 3.6),
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "lines.linewidth": 1.8,
    # Computer Modern, the design of the formulas on the page.
    "mathtext.fontset": "cm",
    "savefig.transparent": True,
    # Fixed vertices: which points simplification drops hangs on last bits.
    "path.simplify": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "byhand",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def use_style() -> None:
    """Apply the house style, and SVG output when a notebook is running.

    The SVG carries no date and no version, so that a second run of the same
    cell gives the same figure.
    """
    plt.style.use(STYLE)
    if _in_notebook():
        from matplotlib_inline.backend_inline import (  # noqa: PLC0415
            set_matplotlib_formats,  # only a notebook has it
        )

        set_formats: Callable[..., None] = set_matplotlib_formats
        set_formats("svg", metadata={"Date": None, "Creator": None})


def subplots(
    rows: int = 1,
    columns: int = 1,
    *,
    height: float = 3.6,
    width: float = 6.4,
    **options: Any,
) -> tuple[Figure, Any]:
    """Return a figure and its axes in the house style.

    In a notebook the figure is shown where a cell ends in it, like any other
    value, and not a second time behind the cell.

    Parameters
    ----------
    rows, columns
        The grid of axes.
    height, width
        Size of the whole figure in inches; the book's column is 6.4 wide.
    options
        Passed to :func:`matplotlib.pyplot.subplots`.
    """
    rows = as_integer(rows, "rows", minimum=1, maximum=100)
    columns = as_integer(columns, "columns", minimum=1, maximum=100)
    size = as_inches(width, "width"), as_inches(height, "height")
    use_style()
    figure, axes = plt.subplots(rows, columns, figsize=size, **options)
    if _in_notebook():
        plt.close(figure)
    return figure, axes


def moving(still: Any, **data: Any) -> Any:
    """Return a figure or a table that the book's site can set in motion.

    A notebook stores ``data``, in an output that it does not show, for the
    script that moves ``still`` on the page (``tools/booksite/moving.py``).

    Parameters
    ----------
    still
        What is shown: a figure or a table.
    data
        What the script needs, by name: numbers, strings, None, arrays, and
        lists and dictionaries of these.  A test compares all of it, so round
        what depends on the machine.

    Returns
    -------
    object
        ``still``, with which a cell ends.

    Raises
    ------
    TypeError
        If ``still`` is neither, or ``data`` has something else in it.
    """
    if not (isinstance(still, Figure) or hasattr(still, "_repr_html_")):
        raise TypeError(
            f"still must be a figure or a table, got {shown(still)}"
        )
    plain = {name: _in_json(part, name) for name, part in data.items()}
    if _in_notebook():
        from IPython.display import display  # noqa: PLC0415 - notebooks only

        show: Callable[..., object] = display  # which comes without types
        show({"application/vnd.byhand.moving+json": plain}, raw=True)
    return still


def _in_json(part: Any, name: str) -> Any:
    """Return what JSON holds of a part."""
    try:
        return json.loads(json.dumps(part, default=_listed, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as reason:
        raise TypeError(
            f"{name} must hold finite numbers, strings and None, in lists and "
            f"dictionaries, got {shown(part)}: {reason}"
        ) from None


def _listed(part: Any) -> Any:
    if isinstance(part, (np.ndarray, np.generic)):
        return part.tolist()
    raise TypeError(f"{type(part).__name__} is none of these")


def as_inches(value: float, name: str) -> float:
    """Return a size of a figure, in inches: positive, and at most 100."""
    inches = as_real(value, name, positive=True)
    if inches > 100:
        raise ValueError(f"{name} must be at most 100 inches, got {inches}")
    return inches


def as_axes(value: Axes | None, *, height: float = 3.6) -> Axes:
    """Return the axes to draw on, by default those of a new figure."""
    if value is None:
        axes: Axes = subplots(height=height)[1]
        return axes
    if not isinstance(value, Axes):
        raise TypeError(f"ax must be Matplotlib axes, got {shown(value)}")
    return value


def _in_notebook() -> bool:
    return mpl.get_backend().lower() in {
        "inline",
        "module://matplotlib_inline.backend_inline",
    }
