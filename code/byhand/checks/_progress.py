"""How far a learner has come, as long as the kernel runs."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from byhand.checks._variants import current
from byhand.tables import Table, table


@dataclass
class Exercise:
    """An exercise of a page, and what became of it.

    Attributes
    ----------
    page, checker
        The name of the page's module, and that of the checker in it.
    title
        As on the page.
    points
        What it is worth.
    state
        ``"open"``, ``"tried"`` or ``"passed"``.  What has passed stays so.
    """

    page: str
    checker: str
    title: str
    points: int
    state: str = "open"

    def tried(self) -> None:
        """Keep that an answer was wrong."""
        if self.state != "passed":
            self.state = "tried"

    def passed(self) -> None:
        """Keep that an answer was right."""
        self.state = "passed"


#: The exercises of the pages whose checkers have been imported.
EXERCISES: dict[tuple[str, str], Exercise] = {}


def progress() -> Table:
    """Return a table of the page's exercises: passed, tried and open.

    It lists the exercises of the pages whose checkers have been imported,
    and forgets with the kernel what was passed.

    Examples
    --------
    In a notebook the table shows when a cell ends in ``progress()``.

    >>> from byhand.checks import progress
    >>> shown = progress()
    """
    if not EXERCISES:
        _import_page()
    exercises = list(EXERCISES.values())
    columns: dict[str, list[object]] = {
        "exercise": [e.title for e in exercises],
        "points": [e.points for e in exercises],
        "state": [e.state for e in exercises],
    }
    pages = [e.page.replace("_", " ") for e in exercises]
    if len(set(pages)) > 1:
        columns["page"] = [*pages]
    return table(columns, caption=_summary(exercises))


def _summary(exercises: list[Exercise]) -> str:
    if not exercises:
        return "No exercise has been run here yet; run one, and it shows."
    counts = [
        f"{sum(e.state == state for e in exercises)} {state}"
        for state in ("passed", "tried", "open")
    ]
    points = sum(e.points for e in exercises)
    earned = sum(e.points for e in exercises if e.state == "passed")
    summary = f"{', '.join(counts)}: {earned} of {points} points"
    setting = current()
    return summary if setting is None else f"{summary}, variant {setting!r}"


def _import_page() -> None:
    """Import the checkers of the notebook that Jupyter says is running."""
    page = Path(os.environ.get("JPY_SESSION_NAME", "")).stem
    if page.isidentifier():
        name = f"byhand.checks.{page}"
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
