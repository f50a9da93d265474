"""Stands in for IPython in the page: the few names that the book asks for.

The kernel (kernel.py) does the work; `IPython.lib.pretty` is IPython's own.
"""

from __future__ import annotations

import re
from typing import Any

version_info = (9, 0, 0)


class _Events:
    def register(self, *_: object) -> None:
        """Register nothing: the page says itself what a cell needs."""

    unregister = register


class _Compiler:
    def format_code_name(self, name: str) -> tuple[str, str] | None:
        """Return ``("Cell", "In[5]")`` for the file name of cell 5."""
        found = re.fullmatch(r"<cell (\d+)>", name)
        return ("Cell", f"In[{found[1]}]") if found else None


class _Formatter:
    def format(self, value: object) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a value in all its forms."""
        import kernel  # noqa: PLC0415 - which imports this package

        return kernel.bundle(value)


class _Shell:
    events, compile = _Events(), _Compiler()
    display_formatter = _Formatter()

    def enable_gui(self, *_: object) -> None:
        """Enable nothing."""


_SHELL = _Shell()


def get_ipython() -> _Shell:
    """Return what stands in for the shell."""
    return _SHELL
