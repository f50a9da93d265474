"""Answers in words, which open when the exercise has been passed."""

import pytest
from byhand.checks import CheckFailed, reveal
from byhand.checks._progress import EXERCISES
from byhand.checks._protocol import Check, checker
from byhand.checks._sealed import seal


@pytest.fixture
def check_two():
    kept = EXERCISES.copy()

    @checker("Two", points=1)
    def check_two(check: Check, answer: int) -> str:
        check.require_close(answer, 2, given="", hint="")
        return "1 number"

    yield check_two
    EXERCISES.clear()
    EXERCISES.update(kept)


@pytest.mark.parametrize(
    "text", ["", "1 + 1 = 2", "$\\lambda$, λ, ‖x‖\n\nSo."]
)
def test_what_is_sealed_opens_as_it_was(check_two, text):
    sealed = seal(text)
    assert not text or text not in sealed
    check_two(2)
    assert reveal(check_two, sealed).text == text


def test_a_wrong_answer_opens_nothing(check_two, capsys):
    sealed = seal("Two.")
    for answer in (..., 3):
        with pytest.raises(CheckFailed):
            check_two(answer)
        assert reveal(check_two, sealed) is None
        assert (
            "This opens when check_two has passed" in capsys.readouterr().out
        )


def test_what_has_opened_stays_open(check_two):
    check_two(2)
    with pytest.raises(CheckFailed):
        check_two(3)
    assert reveal(check_two, seal("Two.")).text == "Two."


@pytest.mark.parametrize("other", [None, "check_two", print, CheckFailed])
def test_only_the_checker_of_an_exercise_opens(other):
    with pytest.raises(TypeError, match=r"^check must be the checker of an"):
        reveal(other, seal("Two."))


@pytest.mark.parametrize(
    "damaged", ["Two.", "VHd", "VHdv!Lg==", "VHdv Lg==", seal("é")[1:], "é"]
)
def test_a_damaged_answer_is_told(check_two, damaged):
    with pytest.raises(ValueError, match="this one is damaged"):
        reveal(check_two, damaged)


def test_an_answer_is_a_text(check_two):
    with pytest.raises(TypeError, match=r"^sealed must be a text, got int"):
        reveal(check_two, 3)
