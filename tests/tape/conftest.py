"""Rows that a test adds to the table are gone after it."""

import pytest
from byhand.tape import TABLE


@pytest.fixture
def own_rows():
    before = dict(TABLE)
    yield
    for name in set(TABLE) - set(before):
        del TABLE[name]
