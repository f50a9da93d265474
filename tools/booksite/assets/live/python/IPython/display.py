"""Shows a value amid a cell."""

from __future__ import annotations

from typing import Any

import kernel


def display(
    *values: Any, raw: bool = False, metadata: dict[str, Any] | None = None
) -> None:
    """Show values; ``raw`` ones are dictionaries of MIME types."""
    for value in values:
        if raw:
            kernel.send({
                "output_type": "display_data", "data": value,
                "metadata": metadata or {},
            })  # fmt: skip
        else:
            kernel.show(value)
