"""Numbers drawn from a setting."""

import hashlib
from collections import Counter

import pytest
from byhand.checks import variant
from byhand.checks._protocol import Check, checker
from byhand.checks._variants import Draw, current, numbers


def area_numbers():
    """Return the sides of the rectangle of the exercise."""
    return numbers("ex-area", (3, 4), lambda draw: (draw(2, 9), draw(2, 9)))


@checker
def check_area(check: Check, area: int) -> str:
    """Check the area of the rectangle."""
    a, b = area_numbers()
    check.require_close(area, a * b, given={"a": a, "b": b}, hint="Multiply.")
    return f"sides {a} and {b}"


@pytest.fixture(autouse=True)
def book():
    yield
    variant(None)


def test_without_a_setting_the_numbers_are_those_of_the_book():
    assert area_numbers() == (3, 4)
    variant("somebody")
    variant(None)
    assert area_numbers() == (3, 4)


def test_the_same_setting_gives_the_same_numbers_everywhere():
    # Written down once: they may never change.
    drawn = {}
    for setting in ("group 1", "group 2", "Gruppe Ä", ""):
        variant(setting)
        assert current() == setting
        drawn[setting] = area_numbers()
        assert area_numbers() == drawn[setting]
    assert drawn == DRAWN


DRAWN = {
    "group 1": (9, 4),
    "group 2": (6, 2),
    "Gruppe Ä": (4, 4),
    "": (6, 3),
}


def test_the_checker_follows(passes, refused):
    variant("group 1")
    a, b = area_numbers()
    assert f"sides {a} and {b}" in passes(check_area, a * b)
    assert f"a = {a}" in refused(check_area, 12)
    variant(None)
    passes(check_area, 12)


def test_exercises_do_not_draw_alike():
    variant("group 1")
    draws = [
        numbers(f"ex-{i}", 0, lambda draw: draw(1, 10**9)) for i in range(50)
    ]
    assert len(set(draws)) == 50


def test_a_draw_reads_digests():
    digest = hashlib.sha256(b"seed\n1").digest()
    expected = int.from_bytes(digest, "big") % 1000
    assert Draw("seed")(0, 999) == expected


def test_integers_are_drawn_evenly():
    draw = Draw("even")
    counts = Counter(draw(-1, 4) for _ in range(6000))
    assert set(counts) == set(range(-1, 5))
    assert all(900 < count < 1100 for count in counts.values())
    assert draw(7, 7) == 7
    assert 0 <= draw(0, 2**300) <= 2**300
    with pytest.raises(ValueError, match="low ≤ high"):
        draw(2, 1)


def test_things_are_drawn():
    draw = Draw("things")
    assert {draw.of("abc") for _ in range(50)} == set("abc")
    for _ in range(20):
        some = draw.some([1, 2, 2, 3], 3)
        assert len(some) == 3
        assert Counter(some) <= Counter([1, 2, 2, 3])
    assert sorted(draw.some(range(5), 5)) == list(range(5))


def test_a_setting_is_a_text():
    with pytest.raises(TypeError, match="got 7"):
        variant(7)
