"""Verdicts as answers: which are wrong, and what is said of a claim."""

import numpy as np
import pytest
from byhand.checks import CheckFailed
from byhand.checks._protocol import Check
from byhand.checks._verdicts import Claim, judge, judge_claims

TRUTHS = {"c": "up", "a": "down", "b": "up"}


def wrong(verdicts, truths=TRUTHS, values=("up", "down")):
    return list(judge(Check("c"), verdicts, truths, values))


def test_the_wrong_verdicts_come_in_the_order_of_the_truths():
    assert wrong(TRUTHS) == []
    assert wrong({"a": "up", "b": "down", "c": "down"}) == [
        ("c", "down"), ("a", "up"), ("b", "down"),
    ]  # fmt: skip
    assert wrong({"a": np.array("down"), "b": np.str_("up"), "c": "up"}) == []
    found = wrong({"a": np.array("up"), "b": "up", "c": "up"})
    assert found == [("a", "up")]
    assert type(found[0][1]) is str


@pytest.mark.parametrize(
    ("said", "shown"),
    [("Up", "the verdict 'Up'"), (["up"], r"the verdict \['up'\]"),
     (np.array(["up"]), "the verdict"), (None, "the verdict None"),
     ("upper", "the verdict 'upper'"), ("do", "the verdict 'do'"),
     (True, "the verdict True")],
)  # fmt: skip
def test_a_verdict_is_one_of_the_values(said, shown):
    with pytest.raises(CheckFailed, match=shown) as caught:
        wrong(TRUTHS | {"a": said})
    text = " ".join(str(caught.value).split())
    assert (
        "expected a dictionary with the keys 'c', 'a', 'b' and, for each, one "
        "of 'up', 'down' "
    ) in text
    assert text.endswith("hint One verdict for each key, spelled as above.")


def test_a_claim_is_answered_with_its_computation():
    claims = {
        "one": Claim("1 = 1", True, lambda: "1 - 1 = 0", "Subtract."),
        "two": Claim("1 = 2", False, lambda: "2 - 1 = 1", "Subtract."),
    }
    for right in (True, np.True_, np.array(True)):
        said = judge_claims(Check("c"), {"one": right, "two": False}, claims)
        assert said == "2 verdicts, each against a computation"
    with pytest.raises(CheckFailed) as caught:
        judge_claims(Check("c"), {"one": True, "two": True}, claims)
    assert str(caught.value) == (
        "c: not yet.\n"
        "  input     'two': 1 = 2\n"
        "  expected  a verdict that agrees with the computation\n"
        "  got       you say True, but 2 - 1 = 1\n"
        "  hint      Subtract."
    )
    for number in (1, 0, "True"):
        with pytest.raises(CheckFailed, match=r"one of\s+True, False"):
            judge_claims(Check("c"), {"one": number, "two": False}, claims)
