"""How a checker asks, passes, fails and speaks."""

import inspect
import re
import time
from collections import OrderedDict
from fractions import Fraction

import numpy as np
import pytest
from byhand.checks import CheckFailed, NotStarted
from byhand.checks._answers import whole
from byhand.checks._protocol import Check, Stopped, checker


class Same:
    """Whatever it is compared with, it is the same."""

    def __eq__(self, other):
        return True

    __hash__ = None


@checker
def check_area(check: Check, answer: object, side: float = 2.0) -> str:
    """Check an area."""
    got = check.call(answer, side=side)
    check.require_close(got, side**2, given={"side": side}, hint="Square it.")
    return "1 square"


def test_success_is_one_line(passes):
    assert passes(check_area, lambda s: s * s) == (
        "check_area: passed, 1 square\n"
    )


def test_a_checker_looks_like_a_function_of_the_answer():
    assert str(inspect.signature(check_area)) == (
        "(answer: object, side: float = 2.0) -> None"
    )
    assert check_area.__annotations__ == {
        "answer": "object", "side": "float", "return": "None",
    } or "check" not in check_area.__annotations__  # fmt: skip
    assert check_area.__doc__ == "Check an area."


def test_a_call_without_an_answer_is_refused_as_by_any_function():
    with pytest.raises(TypeError, match="'answer'"):
        check_area()


def test_a_failure_shows_input_expected_got_and_hint(refused):
    @checker
    def check_square(check: Check, got: int) -> str:
        check.fail(
            given={"r": 2, "A": np.array([[1.0, 2.0], [3.0, 4.0]])},
            expected=np.float64(4.0),
            got=got,
            hint="Square it.",
        )

    assert refused(check_square, 5) == (
        "check_square: not yet.\n"
        "  input     r = 2\n"
        "            A = [[1., 2.],\n"
        "                 [3., 4.]]\n"
        "  expected  4.0\n"
        "  got       5\n"
        "  hint      Square it."
    )


def test_a_notebook_shows_the_message_without_a_traceback():
    for error in (CheckFailed("a\nb"), NotStarted("a\nb")):
        assert error._render_traceback_() == ["a", "b"]


def test_long_values_are_wrapped():
    with pytest.raises(CheckFailed) as caught:
        Check("c").fail(given="x" * 200, expected=1, got=2, hint="h " * 90)
    assert max(map(len, str(caught.value).splitlines())) <= 79


def test_call_passes_fresh_arguments_by_position():
    def answer(a, b):
        b += [1]
        a *= 0
        return len(b)

    a, b = np.ones(2), [2, 3]
    assert Check("c").call(answer, x=a, y=b) == 3
    assert a.tolist() == [1, 1]
    assert b == [2, 3]


def test_an_error_in_the_answer_becomes_a_counterexample():
    with pytest.raises(CheckFailed, match="ZeroDivisionError") as caught:
        Check("check_ratio").call(lambda x: 1 / x, x=0)
    assert "x = 0" in str(caught.value)
    assert isinstance(caught.value.__context__, ZeroDivisionError)


def test_an_error_without_a_text_is_named():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    for error, told in ((Mute, "Mute"), (ValueError, "ValueError")):

        def answer(n, error=error):
            raise error

        with pytest.raises(CheckFailed) as caught:
            Check("c").call(answer, n=1)
        assert f"  got       {told}\n            in test_pro" in str(
            caught.value
        )


def test_a_name_that_is_missing_has_a_hint_of_its_own(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckFailed) as caught:
        Check("c", "page").call(lambda n: nowhere, n=1)  # noqa: F821
    text = " ".join(str(caught.value).split())
    assert "hint `nowhere` is not defined. Run the cells above" in text


def test_who_has_not_answered_yet_has_not_started():
    def stub(n):
        if n == 2:
            raise NotImplementedError
        return n

    check = Check("c")
    with pytest.raises(NotImplementedError):
        check.call(stub, n=2)
    check.call(stub, n=1)
    with pytest.raises(CheckFailed, match="NotImplementedError"):
        check.call(stub, n=2)


def test_an_exercise_within_an_answer_says_what_it_says():
    def answer(n):
        Check("inner").fail(given="", expected=1, got=n, hint="Look inside.")

    with pytest.raises(CheckFailed, match="inner: not yet"):
        Check("c").call(answer, n=2)


def test_the_time_of_each_call_is_taken_off():
    check = Check("c")
    for _ in range(2):
        before = check._left
        check.call(lambda: time.sleep(0.01))
        assert 0.01 <= before - check._left < 0.5
    before = check._left
    # To look at numbers takes none.
    for value in (1, 1.5, True, Fraction(1, 2), np.float64(1), np.ones(2)):
        check.read(lambda x: x, value, given="", expected="", hint="")
    assert check._left == before
    for value in ("1", [1], np.array([1], object), None):
        before = check._left
        check.read(lambda x: x, value, given="", expected="", hint="")
        assert check._left < before


def test_who_takes_too_long_is_told_how_long_it_may_take(monkeypatch):
    monkeypatch.setattr("byhand.checks._running.SECONDS", 0.02)

    def endless(*_):
        while True:
            pass

    for run in (
        lambda check: check.call(endless, n=1),
        lambda check: check.read(
            endless, "a", given={"n": 1}, expected="a value", hint=""
        ),
    ):
        with pytest.raises(CheckFailed) as caught:
            run(Check("c"))
        text = " ".join(str(caught.value).split())
        assert "input n = 1 expected a value got nothing: stopped" in text
        assert "stopped after 0.02 seconds in test_protocol.py, line" in text
        assert "may take 0.02 seconds, the checker's own work" in text


def test_what_stops_a_function_reaches_the_checker():
    def answer(stop):
        try:
            stop()
        except Exception:
            return "not stopped"

    def stop():
        raise Stopped

    with pytest.raises(Stopped):
        Check("c").call(answer, stop=stop)


def test_ctrl_c_reaches_the_learner():
    def answer(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_area(answer)


def test_an_answer_that_cannot_be_read_is_shown():
    with pytest.raises(CheckFailed, match=re.compile(r"got +2\.5$", re.M)):
        Check("c").read(whole, 2.5, given="", expected="", hint="")


def test_close_values_pass():
    close = Check("c").require_close
    close([1.0, 2.0 + 1e-12], [1, 2], given="", hint="")


@pytest.mark.parametrize(
    ("got", "said"),
    [
        ([1.0, 2.1], "2.1"),
        ([1.0], r"shape \(1,\)"),
        ([[1.0, 2.0]], r"shape \(1, 2\)"),
        ([1.0, 2.0, 3.0], r"shape \(3,\)"),
        ([[1.0, 2.0], [1.0, 2.0]], r"shape \(2, 2\)"),
        ([], r"shape \(0,\)"),
        ([1.0, np.nan], "nan"),
        ("one", "one"),
        (None, "None"),
        # Digits that tell the two apart are shown.
        (np.array([1.0, 2.000001]), r"2\.000001"),
    ],
)
def test_other_values_are_shown(got, said):
    with pytest.raises(CheckFailed, match=re.compile(said)):
        Check("c").require_close(got, [1, 2], given="x = 1", hint="Look.")


@pytest.mark.parametrize("got", [[3.0, 4.0], (0.5, Fraction(1, 3)), [2, 1]])
def test_values_are_shown_as_they_came(got):
    with pytest.raises(CheckFailed) as caught:
        Check("c").require_close(got, [1, 2], given="", hint="Look.")
    assert str(caught.value) == (
        "c: not yet.\n"
        "  input     \n"
        "  expected  [1, 2]\n"
        f"  got       {got!r}\n"
        "  hint      Look."
    )


def test_what_is_no_array_of_numbers_is_shown_beside_the_shape():
    for got in ("one", {}, None, [1, "a"]):
        with pytest.raises(CheckFailed) as caught:
            Check("c").require_close(got, [1, 2], given="", hint="Look.")
        text = str(caught.value)
        assert "  expected  shape (2,): [1, 2]\n" in text
        assert f"  got       {got}\n" in text


def test_a_hint_may_look_at_the_array():
    def hint(value):
        return f"The sum is {value.sum():g}." if value is not None else "Shape"

    close = Check("c").require_close
    with pytest.raises(CheckFailed, match="The sum is 4"):
        close([1, 3], [1, 2], given="", hint=hint)
    with pytest.raises(CheckFailed, match="Shape"):
        close([1], [1, 2], given="", hint=hint)


@pytest.mark.parametrize("sign", [1, -1])
def test_how_close_is_close_enough(sign):
    """A ten-millionth of the value, and a billionth beside zero."""
    close = Check("c").require_close
    for wanted, near, far in (
        (3e6, 0.29, 0.31), (-3e6, 0.29, 0.31), (0.0, 0.9e-9, 1.1e-9),
    ):  # fmt: skip
        close(wanted + sign * near, wanted, given="", hint="")
        with pytest.raises(CheckFailed):
            close(wanted + sign * far, wanted, given="", hint="")
    close(3 + sign, 3, given="", hint="", rtol=0.0, atol=1.0)
    close(30 + sign * 3, 30, given="", hint="", rtol=0.1001, atol=0.0)
    with pytest.raises(CheckFailed):
        close(3 + sign * 1.01, 3, given="", hint="", rtol=0.0, atol=1.0)


def test_an_answer_that_returns_nothing_is_told_so():
    said = r"hint +This is None, as of a function that ends without `return`"

    def returns_nothing(n):
        n += 1

    check = Check("c")
    got = check.call(returns_nothing, n=1)
    with pytest.raises(CheckFailed, match=said):
        check.require_close(got, 2, given="", hint="Look.")
    with pytest.raises(CheckFailed, match=said):
        check.read(whole, got, given="", expected="", hint="Look.")
    # What only says that it is None is something.
    for other in (Same(), np.ones(2)):
        got = check.call(lambda n, other=other: other, n=1)
        for part in (got, None):
            with pytest.raises(CheckFailed, match=r"hint +Look"):
                check.read(whole, part, given="", expected="", hint="Look.")
    # Of a part that is None the answer as a whole says more.
    got = check.call(lambda n: [n, None], n=1)
    for read in (
        lambda: check.require_close(got[1], 2, given="", hint="Look."),
        lambda: check.read(whole, got[1], given="", expected="", hint="Look."),
    ):
        with pytest.raises(CheckFailed, match=r"hint +Look"):
            read()


def test_lines_are_as_long_as_the_page_is_wide_and_keep_their_indentation():
    words = " ".join(["word"] * 13)  # 64 characters
    with pytest.raises(CheckFailed) as caught:
        Check("c").fail(
            given=f"{words} a\n  {words} bcd\n\nend",
            expected=1, got=2, hint="h" * 67,
        )  # fmt: skip
    assert str(caught.value).split("\n") == [
        "c: not yet.",
        f"  input     {words} a",
        f"              {words}",
        "              bcd",
        "            ",
        "            end",
        "  expected  1",
        "  got       2",
        f"  hint      {'h' * 66}",
        "            h",
    ]


@pytest.mark.parametrize(
    "value",
    [..., [...], (..., ...), {"a": ..., "b": ...}, OrderedDict({"a": ...})],
)
def test_what_is_left_open_is_not_started(value):
    with pytest.raises(NotStarted):
        check_area_of_two(value)


def test_data_may_come_as_a_function_or_a_method_without_parameters():
    class Square:
        def area(self, side=2):
            return side**2

    check_area_of_two(Square().area)
    check_area_of_two(lambda side=2: side * 2)
    for needs in (lambda side: 4, Square.area, Square):
        with pytest.raises(CheckFailed, match="expected  shape"):
            check_area_of_two(needs)

    # What a function says of its parameters may be nonsense.
    def wrapped():
        return 4

    wrapped.__wrapped__ = wrapped
    with pytest.raises(CheckFailed, match="expected  shape"):
        check_area_of_two(wrapped)
    with pytest.raises(NotStarted):
        check_area_of_two(lambda: ...)


@pytest.mark.parametrize("value", [[], (), {}, [..., 1], {"a": ..., "b": 1}])
def test_what_is_begun_is_read(value):
    with pytest.raises(CheckFailed, match="not yet"):
        check_area_of_two(value)


@pytest.mark.parametrize(
    "value", [np.ones(2), [np.ones(2)], {"a": np.ones(2)}, Same(), [Same()]]
)
def test_what_only_says_that_it_is_open_is_read(value):
    with pytest.raises(CheckFailed, match="expected  shape"):
        check_area_of_two(value)


@checker
def check_area_of_two(check: Check, answer: object) -> str:
    """Check the area of a square."""
    check.require_close(answer, 4, given="", hint="Square it.")
    return "1 square"


def test_what_is_no_function_is_shown_with_its_type():
    with pytest.raises(CheckFailed) as caught:
        Check("c").call([1, "a"], n=1)
    assert str(caught.value) == (
        "c: not yet.\n"
        "  input     the answer itself\n"
        "  expected  a function\n"
        "  got       [1, 'a'], which is of type list\n"
        "  hint      Pass the function, without calling it."
    )


def test_what_differs_in_digits_alone_is_shown_with_them():
    for got, wanted, shown in (
        (np.array([0.5, 2.0000004]), [0.5, 2], "[0.5      , 2.0000004]"),
        (np.array([1 / 3]), np.array([0.3333331]), "[0.3333333333333333]"),
    ):
        with pytest.raises(CheckFailed) as caught:
            Check("c").require_close(got, wanted, given="", hint="Look.")
        assert f"  got       {shown}\n" in str(caught.value)
