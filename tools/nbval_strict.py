"""Pytest plugin: what nbval leaves unchecked.

nbval compares outputs by kind, text exactly.  It passes a code cell that was
never run, it looks neither at the metadata of an output, such as the name
under which a number is glued into prose, nor at a traceback, it disregards
the order of outputs of different kinds, and it compares figures byte for byte
(SVG) or not at all (PNG).  This plugin fails all these, and compares SVG by
structure and coordinates.  PNG and JPEG are refused, because nothing compares
them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Sequence
from typing import Any

import pytest
from nbval.plugin import IPyNbCell, coalesce_streams

from tools.compare_figures import difference

SVG = "image/svg+xml"
UNCOMPARED = {"image/png", "image/jpeg"}

#: Of a traceback, colors and the number of the cell, which nbval does not
#: count up.
_UNSTEADY = re.compile(r"\x1b\[[\d;]*m|(?<=In\[)\d+(?=\])")


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Take SVG from nbval: it is compared here, with a tolerance."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += (SVG,)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Run a cell as nbval does, then look at what nbval does not."""
    result = yield
    if isinstance(item, IPyNbCell):
        problem = _unrun(item.cell) or (
            outputs_differ(
                coalesce_streams(item.cell.outputs), item.test_outputs
            )
            if item.options["check"]
            else None
        )
        if problem:
            item.raise_cell_error(problem)
    return result


def _unrun(cell: Any) -> str | None:
    if cell.execution_count is None and cell.source.strip():
        return "The cell was never run: run `make notebooks`"
    return None


def outputs_differ(stored: Sequence[Any], fresh: Sequence[Any]) -> str | None:
    """Return a sentence on the first difference, or None if there is none.

    Parameters
    ----------
    stored, fresh
        Outputs in the notebook format; streams are already merged.
    """
    old, new = [_outline(o) for o in stored], [_outline(o) for o in fresh]
    if old != new:
        return f"Outputs stored: {old}; from this run: {new}"
    for before, after in zip(stored, fresh, strict=True):
        data = before.get("data", {})
        if kinds := UNCOMPARED & data.keys():
            return f"{sorted(kinds)} cannot be compared: draw in SVG"
        if SVG in data and (
            found := difference(data[SVG], after["data"][SVG])
        ):
            return f"The figure differs: {found}"
    return None


def _outline(output: Any) -> str:
    """Say what nbval leaves out, but for the figures."""
    kind = output["output_type"]
    if kind == "stream":
        return output["name"]
    if kind == "error":
        text = _UNSTEADY.sub("", "\n".join(output["traceback"]))
        return f"error {output['ename']}: {text}"
    types = "+".join(sorted(output["data"]))
    metadata = json.dumps(output.get("metadata", {}), sort_keys=True)
    return f"{kind} {types} {metadata}"
