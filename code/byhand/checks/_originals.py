"""NumPy as it was when the checkers were imported.

A notebook may replace ``np.isclose`` by something else.  While a checker
works, what it and the rest of the package call are the functions of NumPy
and of ``math`` themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from operator import is_
from types import ModuleType
from typing import Any

import numpy as np

_ORIGINALS = [
    (module, dict(vars(module))) for module in (math, np, np.linalg, np.random)
]


@contextmanager
def originals() -> Iterator[None]:
    """Undo what a notebook has replaced, and bring it back at the end."""
    replaced = restore()
    try:
        yield
    finally:
        restore()
        for module, name, value in replaced:
            setattr(module, name, value)


def restore() -> list[tuple[ModuleType, str, Any]]:
    """Undo what has been replaced; return what that was."""
    replaced = []
    for module, names in _ORIGINALS:
        present = vars(module)
        # Asked after each call of a learner's function: as a rule all are
        # the same objects in the same order, seen without their names.
        if sum(map(is_, present.values(), names.values())) == len(names):
            continue
        for name, value in names.items():
            # A name that has been deleted comes back, too.
            if (other := present.get(name)) is not value:
                replaced.append((module, name, other))
                setattr(module, name, value)
    return replaced
