"""Figures without a window; the kernel draws them."""

from __future__ import annotations

from typing import Any

import kernel
from matplotlib.backends.backend_svg import FigureCanvasSVG


class FigureCanvas(FigureCanvasSVG):
    """A canvas whose figures are shown by the kernel."""


def show(*_: Any, **__: Any) -> None:
    """Show nothing now: a cell's figures are shown when it ends."""


def set_matplotlib_formats(*_: str, **options: Any) -> None:
    """Keep the options with which figures are written."""
    kernel.figure_options.update(options)
