"""For every test: the strict comparison of notebooks, quiet Hypothesis."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tools.nbval_strict"]

# Most of what a test run makes stays: seldom look for what does not.
gc.set_threshold(50_000)

# A deadline measures the machine's load, not the code.
settings.register_profile("byhand", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=12)
settings.load_profile("byhand")


ROOT = Path(__file__).parent
#: Files are handed out in this order, so that no process is left alone at the
#: end with a long one.  The first one builds the site; meanwhile the second
#: does without.
LONGEST_FIRST = [
    "tests/site/test_axe.py", "tests/book/test_student.py", "tests/site",
    "tests/book", "tests/checks/test_every_checker.py", "chapters", "",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""

    def place(item: pytest.Item) -> int:
        path = item.path.as_posix().removeprefix(f"{ROOT.as_posix()}/")
        return next(
            i
            for i, start in enumerate(LONGEST_FIRST)
            if path.startswith(start)
        )

    items.sort(key=place)


@pytest.fixture(autouse=True)
def _table_of_primitives() -> Iterator[None]:
    """Take the rows that a test adds out of the table again."""
    yield
    values = sys.modules.get("byhand.tape.values")
    if values is not None:
        for name in values.TABLE.keys() - values.BUILT_IN:
            del values.TABLE[name]
