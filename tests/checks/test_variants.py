"""Numbers drawn from a setting."""

import contextlib
import hashlib
import importlib
import io
import itertools
import pkgutil
import re
from collections import Counter

import byhand.checks
import nbformat
import pytest
from byhand.checks import CheckFailed, variant
from byhand.checks._protocol import Check, checker
from byhand.checks._variants import Draw, Numbers, current

area_numbers = Numbers(
    "ex-area", "a b", (3, 4), lambda draw: (draw(2, 9), draw(2, 9))
)


@checker
def check_area(check: Check, area: int) -> str:
    """Check the area of the rectangle."""
    a, b = area_numbers.value
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
    assert drawn == AREAS


AREAS = {
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
        Numbers(f"ex-{i}", "n", (0,), lambda draw: (draw(1, 10**9),)).value
        for i in range(50)
    ]
    assert len(set(draws)) == 50


def test_the_numbers_of_a_variant_are_printed(capsys):
    area_numbers()
    assert capsys.readouterr().out == ""
    variant("group 1")
    area_numbers()
    said = "ex-area, variant 'group 1': a = 9, b = 4\n"
    assert capsys.readouterr().out == said


def test_a_draw_reads_digests():
    digest = hashlib.sha256(b"seed\n1").digest()
    expected = int.from_bytes(digest, "big") % 1000
    assert Draw("seed")(0, 999) == expected


def digests(text):
    """Yield the digests that a draw reads, as integers."""
    for count in itertools.count(1):
        digest = hashlib.sha256(f"{text}\n{count}".encode()).digest()
        yield int.from_bytes(digest, "big")


def test_a_large_range_takes_several_digests():
    first, second, third = itertools.islice(digests("seed"), 3)
    assert Draw("seed")(0, 2**255 - 2) == first % (2**255 - 1)
    assert Draw("seed")(0, 2**255 - 1) == second % 2**255
    together = (first << 512) + (second << 256) + third
    assert Draw("seed")(5, 2**511 + 4) == 5 + together % 2**511


def test_what_would_favor_small_remainders_is_drawn_again():
    """A third of all digests, for this range."""
    size = 2**256 // 3 + 1
    again = 0
    for i in range(60):
        numbers = digests(f"group {i}")
        while (number := next(numbers)) >= 2 * size:
            again += 1
        draw = Draw(f"group {i}")
        assert draw(0, size - 1) == number % size
        while (number := next(numbers)) >= 2 * size:
            again += 1
        assert draw(1, size) == 1 + number % size
    assert 40 < again < 80


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
    counts = Counter(draw.of("abc") for _ in range(3000))
    assert all(900 < counts[letter] < 1100 for letter in "abc")
    counts = Counter(tuple(draw.some("abcd", 2)) for _ in range(3600))
    assert set(counts) == set(itertools.permutations("abcd", 2))
    assert all(230 < count < 370 for count in counts.values())


def test_a_setting_is_a_text():
    with pytest.raises(TypeError, match="got 7"):
        variant(7)


# ---- the exercises of the book ---------------------------------------------

#: The numbers of the exercises, each with its page's module.
DRAWN = {
    value.label: (module.name, value)
    for module in pkgutil.iter_modules(byhand.checks.__path__)
    if not module.name.startswith("_")
    for value in vars(
        importlib.import_module(f"byhand.checks.{module.name}")
    ).values()
    if isinstance(value, Numbers)
}
SETTINGS = [f"group {i}" for i in range(20)]


def cells(root, page):
    (path,) = (root / "chapters").rglob(f"{page}.ipynb")
    return nbformat.read(path, as_version=4).cells


def solved(root, label):
    """Return what the solved cell of an exercise defines, unchecked."""
    (cell,) = (
        cell
        for cell in cells(root, DRAWN[label][0])
        if cell.metadata.get("exercise", {}).get("label") == label
    )
    *_, call = cell.source.split("\n")
    names = {"Fraction": __import__("fractions").Fraction}
    exec(cell.source.removesuffix(call), names)
    check, answer = re.fullmatch(r"(check_\w+)\((\w+)\)", call).groups()
    return names[check], names[answer]


def test_every_chapter_has_exercises_that_are_drawn(root):
    pages = {page for page, _ in DRAWN.values()}
    for chapter in (root / "chapters").iterdir():
        if (chapter / "index.md").exists():
            assert pages & {path.stem for path in chapter.glob("*.ipynb")}


@pytest.mark.parametrize("label", DRAWN)
def test_a_right_answer_follows_and_the_books_fails(root, label, passes):
    check, answer = solved(root, label)
    _, numbers = DRAWN[label]
    book = answer()
    passes(check, book)
    different = 0
    for setting in SETTINGS:
        variant(setting)
        assert len(numbers.value) == len(numbers.names.split())
        with contextlib.redirect_stdout(io.StringIO()):
            right = answer()
        passes(check, right)
        if numbers.value != numbers.book:
            different += 1
            with pytest.raises(CheckFailed):
                check(book)
    assert different > 10


@pytest.mark.parametrize("label", DRAWN)
def test_the_page_names_the_numbers_and_the_books(root, label):
    page, numbers = DRAWN[label]
    (name,) = (
        name
        for name, value in vars(
            importlib.import_module(f"byhand.checks.{page}")
        ).items()
        if value is numbers
    )
    (text,) = (
        cell.source
        for cell in cells(root, page)
        if f":label: {label}\n" in cell.source
    )
    assert f"`{name}()`" in text
    assert "the book" in text
