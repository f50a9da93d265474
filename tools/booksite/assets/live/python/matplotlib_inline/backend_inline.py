"""Figures without a window; the kernel draws them."""

from __future__ import annotations

from typing import Any

import kernel
from matplotlib.backends.backend_agg import FigureCanvasAgg


class FigureCanvas(FigureCanvasAgg):
    """A canvas whose figures are shown by the kernel.

    In notebooks it is this one, too: that of SVG has another resolution,
    which it gives to the figure when the layout is asked for.
    """


def show(*_: Any, **__: Any) -> None:
    """Show nothing now: a cell's figures are shown when it ends."""


def set_matplotlib_formats(*_: str, **options: Any) -> None:
    """Keep the options with which figures are written."""
    kernel.figure_options.update(options)
