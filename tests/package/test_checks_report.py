"""How a checker speaks."""

import re

import numpy as np
import pytest
from byhand.checks import CheckFailed
from byhand.checks._report import call, fail, passed, require_close


def test_a_failure_shows_input_expected_got_and_hint():
    error = fail(
        "check_area",
        given={"r": 2, "A": np.array([[1.0, 2.0], [3.0, 4.0]])},
        expected=np.float64(4.0),
        got=5,
        hint="Square it.",
    )
    assert str(error) == (
        "check_area: not yet.\n"
        "  input     r = 2\n"
        "            A = [[1., 2.],\n"
        "                 [3., 4.]]\n"
        "  expected  4.0\n"
        "  got       5\n"
        "  hint      Square it."
    )


def test_a_notebook_shows_the_message_without_a_traceback():
    error = fail("check_x", given="1", expected=1, got=2, hint="Look.")
    assert error._render_traceback_() == str(error).splitlines()


def test_long_values_are_wrapped():
    error = fail("c", given="x" * 200, expected=1, got=2, hint="h " * 90)
    assert max(map(len, str(error).splitlines())) <= 79


def test_success_is_one_line(capsys):
    passed("check_area", "200 random circles")
    assert (
        capsys.readouterr().out == "check_area: passed, 200 random circles\n"
    )


def test_call_passes_arguments_by_position():
    assert call("c", lambda a, b: a - b, x=5, y=2) == 3


def test_an_error_in_the_answer_becomes_a_counterexample():
    with pytest.raises(CheckFailed, match="ZeroDivisionError") as caught:
        call("check_ratio", lambda x: 1 / x, x=0)
    assert "x = 0" in str(caught.value)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_an_exercise_not_started_says_so():
    def answer(_):
        raise NotImplementedError("Exercise: Ratio")

    with pytest.raises(NotImplementedError, match="Exercise: Ratio"):
        call("check_ratio", answer, x=0)


def test_an_answer_that_is_no_function():
    with pytest.raises(CheckFailed, match="which is of type int"):
        call("check_ratio", 3, x=0)


def test_close_values_pass():
    require_close("c", [1.0, 2.0 + 1e-12], [1, 2], given="", hint="")


@pytest.mark.parametrize(
    ("got", "said"),
    [
        ([1.0, 2.1], "2.1"),
        ([1.0], r"shape \(1,\)"),
        ([[1.0, 2.0]], r"shape \(1, 2\)"),
        ([1.0, np.nan], "nan"),
        ("one", "one"),
        (None, "None"),
    ],
)
def test_other_values_are_shown(got, said):
    with pytest.raises(CheckFailed, match=re.compile(said)):
        require_close("c", got, [1, 2], given="x = 1", hint="Look.")
