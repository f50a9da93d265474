"""The moving figures on threshold networks, held against the package."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from byhand.threshold import (
    PUBLISHED,
    is_permutation,
    membership_interval,
    permutation_enumeration,
    pointwise,
    verify,
)

pytestmark = pytest.mark.slow


def test_the_wrong_inputs_of_membership(moving):
    moving.open("membership")

    @pointwise
    def is_member(x):
        return x[-1] in x[:-1]

    rng = np.random.default_rng(0)
    points = [(8, -16), (12, -24), (0, -12), (8, -12), (-12, 24), (-24, -24)]
    points += rng.integers(-36, 37, size=(60, 2)).tolist()
    near = rng.integers([6, -18], [11, -13], size=(30, 2))
    points += near.tolist()
    right = 0
    for w, b in points:
        net = membership_interval(3, w=Fraction(w, 12), b=Fraction(b, 12))
        report = verify(net, is_member, range(7), count_wrong=True)
        found = moving.ask("membership", "m.wrong(...a)", [w, b])
        if report:
            assert found == {"count": 0, "first": None}
            right += 1
            continue
        assert found["count"] == report.wrong
        assert found["first"] == {
            "x": list(report.counterexample.x),
            "expected": int(report.counterexample.expected),
            "got": int(report.counterexample.got),
        }
    assert right > 10


def test_membership_by_keyboard_and_by_pointer(moving):
    page = moving.open("membership")
    assert moving.said().startswith(
        "889 of 2401 inputs are wrong. The first: x"
    )
    page = moving.open("membership", "w=1&b=-2")
    assert moving.said().startswith("Right on all 2401 inputs")
    page.locator(".moved input").nth(1).focus()
    page.keyboard.press("ArrowRight")
    assert moving.value() == "−23/12, 7 of 2401 wrong"
    handle = page.locator(".handle").bounding_box()
    x, y = handle["x"] + 11, handle["y"] + 11
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 20, y - 10, steps=4)
    page.mouse.up()
    page.wait_for_function("!location.hash.startsWith('#w=1&')")
    assert "w=" in page.evaluate("location.hash")


def test_the_units_of_permutation(moving):
    moving.open("permutation")
    published = PUBLISHED["permutation, exactly one"].network
    repaired = permutation_enumeration(3)
    inputs = list(itertools.product(range(3), repeat=6))
    inputs += [(-7, 5, 12, 12, -7, 5), (-7, 5, 12, 12, 7, 5)]
    found = moving.ask(
        "permutation",
        "a.map((z) => m.units(z.slice(0, 3), z.slice(3)))",
        inputs,
    )
    matches = published.layers[0](inputs)
    assert [f["matches"] for f in found] == matches.tolist()
    fits = published.layers[1](matches)
    assert [f["fits"] for f in found] == fits.tolist()
    for name, net in (("published", published), ("repaired", repaired)):
        assert [f[name] for f in found] == net(inputs)[:, 0].tolist()
    wanted = is_permutation(inputs).ravel().tolist()
    assert [bool(f["repaired"]) for f in found] == list(map(bool, wanted))


def test_permutation_by_keyboard(moving):
    page = moving.open("permutation")
    assert moving.said().startswith("y is a permutation of x. 2 permutations")
    assert "answers 0, which is wrong" in moving.said()
    page.locator(".moved input").nth(5).focus()
    page.keyboard.press("ArrowUp")
    assert moving.said().startswith("y is no permutation of x. No permutation")
    page.locator(".moved input").nth(0).focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("-12")
    assert page.locator(".unit.lit").count() == 3
    page.wait_for_function("location.hash === '#x=-12,1,2&y=1,2,2'")
    page = moving.open("permutation", "x=3,1,2&y=2,3,1")
    assert "One permutation fits" in moving.said()
    assert page.locator(".unit.lit").count() == 6
