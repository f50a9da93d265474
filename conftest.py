"""For every test: the strict comparison of notebooks, quiet Hypothesis."""

import gc
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

pytest_plugins = ["tools.nbval_strict"]

# Most of what a test run makes stays: seldom look for what does not.
gc.set_threshold(50_000)

# A deadline measures the machine's load, not the code.
settings.register_profile("byhand", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=12)
settings.load_profile("byhand")


@pytest.fixture(autouse=True)
def _table_of_primitives() -> Iterator[None]:
    """Take the rows that a test adds out of the table again."""
    yield
    values = sys.modules.get("byhand.tape.values")
    if values is not None:
        for name in values.TABLE.keys() - values.BUILT_IN:
            del values.TABLE[name]
