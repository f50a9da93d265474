"""Refuse a construction that no memory would hold, before starting it."""

from __future__ import annotations

import math

_MOST_WEIGHTS = 10**7


def require_buildable(name: str, units: int, fan_in: int) -> None:
    """Raise a ValueError if a layer would have too many weights."""
    if units * fan_in > _MOST_WEIGHTS:
        # A number of a thousand digits is not worth reading.
        digits = int(math.log10(units)) if units else 0
        count = f"{units:,}" if digits < 30 else f"about 10^{digits}"
        raise ValueError(
            f"{name} needs {count} units with {fan_in:,} weights each; at "
            f"most {_MOST_WEIGHTS:,} weights are built"
        )
