"""How values look in messages, long ones and such as look alike."""

import itertools
import time
from collections import OrderedDict, deque
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from byhand.checks import CheckFailed, _showing
from byhand.checks._protocol import Check
from byhand.checks._showing import (
    apart,
    as_it_came,
    cut,
    cut_lines,
    in_line,
    in_short,
    listed,
    shown,
)


@pytest.mark.parametrize(
    "value",
    [
        [1, 2.0, "a"], (1,), (1, 2), (), {}, set(), frozenset({1}), {1: [2]},
        "it's", b"1", None, Fraction(1, 2), Decimal("0.1"), 10**60, True,
        [[1], (2, {3: 4})], OrderedDict(a=1), list(range(30)),
    ],
)  # fmt: skip
def test_short_values_are_shown_as_python_shows_them(value):
    assert as_it_came(value) == repr(value)


class Slow:
    def __repr__(self):
        return "".join(str(i) for i in itertools.count() if i < 0)


LONG = {
    "list": lambda: [0.5] * 10**6,
    "tuple": lambda: (10**6,) * 10**6,
    "dict": lambda: dict.fromkeys(range(10**6), 0.5),
    "set": lambda: set(range(10**6)),
    "lists of lists": lambda: [[[1.0] * 1000] * 1000] * 1000,
    "text": lambda: "ab" * 10**6,
    "lines": lambda: "ab\n" * 10**6,
    "bytes": lambda: b"ab" * 10**6,
    "array": lambda: np.zeros(10**6),
    "matrix": lambda: np.zeros((1000, 1000)),
    "objects": lambda: np.array([Fraction(1, 3)] * 10**6),
    "deque": lambda: deque([1] * 10**6),
    "integer": lambda: 10**10**5,
    "fraction": lambda: Fraction(1, 10**4000),
    "slow": Slow,
    "slow ones": lambda: [Slow()] * 9,
    "expression": lambda: sp.Matrix(60, 60, sp.symbols("x:3600")),
}


@pytest.mark.parametrize("name", LONG)
def test_long_values_are_cut_in_the_middle(name, monkeypatch):
    value = LONG[name]()
    if name.startswith("slow"):
        monkeypatch.setattr(_showing, "_SECONDS", 0.1)
    began = time.monotonic()
    with pytest.raises(CheckFailed) as caught:
        Check("c").fail(given="", expected=1, got=value, hint=".")
    assert time.monotonic() - began < 5
    said = str(caught.value)
    assert "(it takes too long)" in said or not name.startswith("slow")
    lines = said.split("\n")
    assert len(lines) < 60
    assert max(map(len, lines)) <= 79


def test_both_ends_are_seen():
    assert as_it_came(list(range(1000))).endswith("998, 999]")
    assert "… 970 more …" in as_it_came(list(range(1000)))
    assert "3: 3" in as_it_came({i: i for i in range(1000)})
    shortened = cut("a" * 5000 + "b")
    assert shortened.startswith("aaa")
    assert shortened.endswith("aab")
    assert cut("\n".join(map(str, range(100)))).endswith("98\n99")
    assert as_it_came(10**10**5) == "an integer of about 100,001 digits"


def test_what_is_cut_is_what_is_too_long():
    """Collections of 30, texts of 1200 characters and of 24 lines."""
    row = list(map(str, range(31)))
    assert as_it_came(list(range(31))) == (
        f"[{', '.join(row[:20])}, … 1 more …, {', '.join(row[21:])}]"
    )
    assert as_it_came({*range(30)}) == repr({*range(30)})
    assert cut("a" * 1200) == "a" * 1200
    assert cut("a" * 900 + "b" + "c" * 300) == (
        f"{'a' * 900} … 1 characters … {'c' * 300}"
    )
    assert as_it_came("ab" * 599) == repr("ab" * 599)
    assert as_it_came("b" * 2400) == cut(repr("b" * 2400))
    assert as_it_came("a" * 600 + "b" * 1701 + "c" * 100) == (
        f"'{'a' * 600}' … 1,701 characters … '{'c' * 100}'"
    )
    assert cut_lines(row[:24]) == row[:24]
    assert cut_lines(row[:25]) == [*row[:18], "… 1 lines …", *row[19:25]]


def test_arrays_of_200_entries_are_shown_in_full_to_six_digits():
    assert as_it_came(np.arange(200)).count(",") == 199
    assert as_it_came(np.arange(201)) == "[  0,   1,   2, ..., 198, 199, 200]"
    assert as_it_came(np.array([1 / 3, 2])) == "[0.333333, 2.      ]"


@pytest.mark.parametrize("power", [11_900, 11_998, 11_999, 33_219, 10**6])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_digits_of_a_huge_integer_are_counted(power, sign):
    value = sign * 2**power
    if power < 11_999:
        assert as_it_came(value) == cut(str(value))
    else:
        digits = int(power * 0.30102999566398) + 1
        assert as_it_came(value) in {
            f"an integer of about {digits + off:,} digits" for off in (0, 1)
        }


def test_a_list_that_holds_itself():
    value = []
    value.append(value)
    assert as_it_came(value) == "[[[[[[…]]]]]]"


def test_a_dictionary_that_holds_itself():
    value = {}
    value["a"] = value
    assert as_it_came(value) == "{'a': " * 6 + "…" + "}" * 6


def test_what_is_nested_deeper_than_six_brackets_is_left_out():
    key = 1
    for _ in range(5):
        key = (key,)
    assert as_it_came({key: 2}) == "{(((((1,),),),),): 2}"
    assert as_it_came({(key,): 2}) == "{(((((…,),),),),): 2}"
    assert as_it_came({2: (key,)}) == "{2: (((((…,),),),),)}"
    assert as_it_came([{key: 2}]) == "[{((((…,),),),): 2}]"
    assert as_it_came([{2: key}]) == "[{2: ((((…,),),),)}]"
    assert as_it_came([[{key: key}]]) == "[[{(((…,),),): (((…,),),)}]]"
    assert as_it_came({frozenset({key})}) == "{frozenset({((((…,),),),)})}"


def test_both_ends_of_sets_and_dictionaries_are_shown():
    pairs = [f"{i}: {i * i}" for i in range(31)]
    assert as_it_came({i: i * i for i in range(31)}) == (
        f"{{{', '.join(pairs[:20])}, … 1 more …, {', '.join(pairs[21:])}}}"
    )
    entries = [str(i) for i in range(1500)]
    for kind, left, right in (
        (set, "{", "}"), (frozenset, "frozenset({", "})"), (tuple, "(", ")"),
    ):  # fmt: skip
        assert as_it_came(kind(range(1500))) == (
            f"{left}{', '.join(entries[:20])}, … 1,470 more …, "
            f"{', '.join(entries[-10:])}{right}"
        )


def test_what_cannot_be_shown_is_said_to_be_so(monkeypatch):
    class Mute:
        def __repr__(self):
            raise ValueError("no text")

    assert as_it_came([Mute()]) == (
        "a value of type list, which cannot be shown (ValueError)"
    )
    assert as_it_came(Mute()) == (
        "a value of type Mute, which cannot be shown (ValueError)"
    )
    monkeypatch.setattr(_showing, "_SECONDS", 0.05)
    assert as_it_came(Slow()) == (
        "a value of type Slow, which cannot be shown (it takes too long)"
    )


def test_a_text_of_a_learner_may_take_a_second(monkeypatch):
    seconds = []
    monkeypatch.setattr(
        _showing, "limited", lambda action, most: seconds.append(most)
    )
    monkeypatch.setattr(_showing, "cut", lambda text: text)
    as_it_came(Slow())
    assert seconds == [1]


def test_numbers_on_one_line():
    assert listed([]) == "()"
    assert listed([Fraction(1, 2), -3]) == "(1/2, -3)"
    assert in_line(2.5) == "2.5"
    assert in_line([], ".1f") == "[]"
    assert in_line(np.arange(4).reshape(2, 2), "03d") == (
        "[[000, 001], [002, 003]]"
    )
    assert in_short([0.12344, 0.12346, 1e7]) == "[0.1234, 0.1235, 1e+07]"
    assert in_short([[-0.0, -4e-5], [-6e-5, 2]]) == "[[0, 0], [-0.0001, 2]]"


class Logged(np.ndarray):
    """An array of a learner's own kind."""


LOGGED = np.array([0.3]).view(Logged)
LIKE = np.arange(1000.0)
UNLIKE = np.where(LIKE == 500, 0.5, LIKE)


@pytest.mark.parametrize(
    ("expected", "got", "shown"),
    [
        (np.array([1 / 3]), np.array([0.333333]), "0.333333]"),
        (np.array([0.1]), np.array([0.1], np.float32), "0.1"),
        (np.array([0.3]), np.array([0.1 + 0.2]), "[0.30000000000000004]"),
        (np.array([0.1 + 0.2]), np.array([0.3]), "[0.3]"),
        (LOGGED, LOGGED - LOGGED + 0.1 + 0.2, "[0.30000000000000004]"),
        (LIKE, UNLIKE, "in place 501: 0.5"),
        ([*LIKE], [*UNLIKE], "in place 501: 0.5"),
        ("a" * 9999, "a" * 3000 + "b" + "a" * 6998, "in place 3001: baaa"),
        (2, np.int8(2), "of type int8"),
        ("2", 2, "of type int"),
        (sp.Symbol("x"), sp.Symbol("x", real=True), "not shown"),
        ("x", "x", "not shown"),
        (1.0, np.float64(1), "float64"),
    ],
)
def test_what_differs_never_looks_alike(expected, got, shown):
    texts = apart(expected, got)
    assert texts[0] != texts[1]
    assert shown in texts[1]
    # Either of them may be the larger.
    assert apart(got, expected)[0] != apart(got, expected)[1]


@pytest.mark.parametrize("place", [1, 2, 499, 500, 999, 1000])
@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_the_first_place_where_two_differ_is_named(kind, place):
    one, other = [0.0] * 1000, [0.0] * 1000
    one[place - 1], other[place - 1] = 1 / 3, 0.25
    texts = apart(kind(one), kind(other))
    if place not in {499, 500}:  # it is not left out
        assert texts == (shown(kind(one)), shown(kind(other)))
        return
    assert texts == (
        f"{shown(kind(one))}\nin place {place}: 0.3333333333333333",
        f"{shown(kind(other))}\nin place {place}: 0.25",
    )
    other[-300] = 1.0
    assert apart(kind(one), kind(other)) == texts


def test_where_two_texts_differ_sixty_characters_are_shown():
    texts = [c.join(["a" * 3000, "b" * 6000]) for c in "xy"]
    shown = [text.split("\nin place 3001: ")[1] for text in apart(*texts)]
    assert shown == ["x" + "b" * 59, "y" + "b" * 59]
    one, other = apart([0.1, 0.2] + [0.0] * 99, [0.1, 0.2] + [0.0] * 98)
    assert one != other


def test_what_looks_different_is_left_alone():
    assert apart(2, 3) == ("2", "3")
    assert apart(3, 2) == ("3", "2")
    assert apart("shape (2,)", [1]) == ("shape (2,)", "[1]")
