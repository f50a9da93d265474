"""The moving figures on backpropagation, held against the package."""

import itertools
import json

import numpy as np
import pytest
from byhand.backprop import measured_error, predicted_error

pytestmark = pytest.mark.slow


def test_the_pass_by_hand_by_keyboard(moving):
    page = moving.open("by_hand")
    data = json.loads(
        page.locator("script[type='application/json']").text_content()
    )
    focus = """(line) => [...document.querySelectorAll(".picks button")]
      .find((b) => b.textContent === line).focus()"""
    wrong = 0
    for bar in data["bars"]:
        for option in bar["options"][1:]:
            page.evaluate(focus, option["line"])
            page.keyboard.press("Enter")
            assert option["line"] in moving.said()
            if option["value"] is None:
                assert "has no value: W" in moving.said()
            elif option["shape"] != bar["shape"]:
                assert "has the shape of its value" in moving.said()
            else:
                pairs = zip(option["value"], bar["value"], strict=True)
                got, wanted = next((a, b) for a, b in pairs if a != b)
                refuted = moving.said().replace("−", "-")
                assert f"is {got}. Cut the network" in refuted
                assert refuted.endswith(f"it is {wanted}.")
            wrong += 1
        # The cell has put the right line first.
        page.evaluate(focus, bar["options"][0]["line"])
        page.keyboard.press("Space")
    assert wrong == 16
    assert moving.said().startswith("All bars are found")
    assert page.locator(".node.known").count() == 10
    page = moving.open("by_hand", "found=2")
    assert "Next: g2_bar" in moving.said()
    assert page.locator(".found li").count() == 2


def test_the_quotients_of_checking(moving):
    moving.open("checking")
    steps = [0.25 * 0.75**k for k in range(112)]
    known = {"f": 1 / 3, "f1": 1 / 9, "f2": 2 / 27, "f3": 2 / 27}
    eps = 2.0**-52
    for method in ("forward", "central", "complex"):
        found, bounds = moving.ask(
            "checking",
            "[a.steps.map((h) => m.error(a.method, h)),"
            " a.steps.map((h) => m.predicted(a.method, h))]",
            {"method": method, "steps": steps},
        )
        wanted = measured_error(
            lambda x: 1 / x, -1 / 9, 3.0, steps, method=method
        )
        # The two differences to the last bit, the complex step to rounding.
        exact = 0 if method != "complex" else eps / 4
        assert np.allclose(found, wanted, rtol=0, atol=exact)
        assert np.allclose(
            bounds, predicted_error(steps, method=method, **known)
        )
    for h in steps:
        above, below = f"{1 / (3 + h):.17f}", f"{1 / 3:.17f}"
        pairs = zip(above[2:], below[2:], strict=True)
        same = list(itertools.takewhile(lambda p: p[0] == p[1], pairs))
        assert moving.ask(
            "checking", "m.shared(1 / (3 + a), 1 / 3)", h
        ) == len(same)


def test_checking_by_keyboard(moving):
    page = moving.open("checking", "step=1e-8&scheme=forward")
    rows = page.locator(".digits tr").all_inner_texts()
    assert rows[0].split()[-1] == format(1 / 3.00000001, ".17f")
    assert rows[1].split()[-1] == format(1 / 3, ".17f")
    difference = 1 / 3.00000001 - 1 / 3
    assert rows[2].split()[-1] == f"{difference:.17f}".replace("-", "−")
    struck = page.locator(".digits .cancelled").all_inner_texts()
    assert struck[0] == struck[1] == "33333333"
    assert set(struck[2]) == {"0"}
    assert "Of the quotient 7 digits can be trusted" in moving.said()
    page.locator(".moved input").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert moving.value().startswith("10⁻⁹, relative error")
    page.keyboard.press("End")
    assert "share 1 digit behind" in moving.said()
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "nothing is subtracted" in moving.said()
