"""Refuse a construction that no memory would hold, before starting it."""

from __future__ import annotations

from byhand._validate import shown

_MOST_WEIGHTS = 10**7


def counted(count: int) -> str:
    """Write a number with commas, or a huge one by its size."""
    # A number of a thousand digits is not worth reading.
    return f"{count:,}" if count < 10**30 else shown(count)


def require_buildable(name: str, units: int, fan_in: int) -> None:
    """Raise a ValueError if a layer would have too many weights."""
    if units * fan_in > _MOST_WEIGHTS:
        raise ValueError(
            f"{name} needs {counted(units)} units with {counted(fan_in)} "
            f"weights each; at most {_MOST_WEIGHTS:,} weights are built"
        )
