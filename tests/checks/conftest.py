"""Shared by the tests of the checkers."""

import re

import pytest
from byhand.checks import CheckFailed, variant


@pytest.fixture
def passes(capsys):
    """Return what a checker says of a right answer: one line."""

    def run(check, *answer):
        capsys.readouterr()
        check(*answer)
        said = capsys.readouterr().out
        assert said.startswith(f"{check.__name__}: passed, ")
        assert said.count("\n") == 1
        return said

    return run


@pytest.fixture
def refused():
    """Return what a checker says of a wrong answer: the whole message."""

    def run(check, *answer):
        with pytest.raises(CheckFailed) as caught:
            check(*answer)
        text = str(caught.value)
        assert text.startswith(f"{check.__name__}: not yet.\n")
        for label in ("input", "expected", "got", "hint"):
            assert re.search(rf"^  {label} ", text, re.MULTILINE), label
        assert max(map(len, text.splitlines())) <= 79
        rows = dict(re.findall(r"^  (\w+) +((?:.*\n {12})*.*)", text, re.M))
        assert rows["expected"] != rows["got"]
        if "'" not in repr(answer):
            # What is a number is shown as one, and not as a string.
            for value in (rows["expected"], rows["got"]):
                assert not re.search(r"[\[(]'-?\d+(/\d+)?'", value)
        return text

    return run


@pytest.fixture
def vary():
    """Return ``variant``; the book's numbers come back after the test."""
    yield variant
    variant(None)
