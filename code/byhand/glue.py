"""Numbers from cells into prose, so that the prose cannot drift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from byhand._validate import shown


def glue(name: str, value: Any) -> None:
    """Store ``value`` under ``name`` for the page's ``{glue:text}`` roles.

    The notebook gets one invisible output in the format that MyST-NB reads
    (MIME types with the prefix ``application/papermill.record/``), without
    MyST-NB having to be installed where the notebook runs.

    Parameters
    ----------
    name
        A key, unique on the page.
    value
        A string, stored as it is, or anything else, stored as ``str(value)``
        and, where the value has one, as its LaTeX form.
    """
    from IPython.display import display  # noqa: PLC0415 - not needed elsewhere

    if not isinstance(name, str):
        raise TypeError(f"name must be a string, got {shown(name)}")
    if not name:
        raise ValueError("name must not be empty")
    prefix = "application/papermill.record/"
    record = {prefix + "text/plain": str(value)}
    latex = getattr(value, "_repr_latex_", None)
    if latex is not None and (form := latex()):
        record[prefix + "text/latex"] = form
    show: Callable[..., object] = display  # which comes without types
    show(
        record,
        raw=True,
        metadata={"scrapbook": {"name": name, "mime_prefix": prefix}},
    )
