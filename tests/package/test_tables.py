"""Tables: text, HTML and marks say the same."""

from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pytest
from byhand.tables import table


class Cells(HTMLParser):
    """Collects each row's class and the cells' tag, attributes and text."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.caption, self._in = [], "", None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._in = tag
        if tag == "tr":
            self.rows.append((dict(attrs).get("class"), []))
        if tag in {"th", "td"}:
            self.rows[-1][1].append([tag, dict(attrs), ""])

    def handle_endtag(self, _tag):
        self._in = None

    def handle_data(self, data):
        if self._in in {"th", "td"}:
            self.rows[-1][1][-1][2] += data
        if self._in == "caption":
            self.caption += data


@pytest.fixture
def shown():
    return table(
        {
            "degree": np.array([2, 10]),
            "loss": [0.5, Decimal("1234.5678")],
            "a < b & c": ["x", "<script>"],
        },
        formats={"loss": ".2f"},
        wrong=[1],
        caption="Losses <by> degree",
    )


def test_the_text_is_aligned_and_marked(shown):
    assert repr(shown).splitlines() == [
        "Losses <by> degree",
        "degree     loss  a < b & c",
        "------  -------  ---------",
        "     2     0.50  x",
        "    10  1234.57  <script>   ✗ wrong",
    ]


def test_the_html_says_what_each_cell_heads(shown):
    html = shown._repr_html_()
    assert "<script>" not in html
    parsed = Cells(html)
    assert parsed.caption == "Losses <by> degree"
    head, first, second = (cells for _, cells in parsed.rows)
    assert [c[0] for c in head] == ["th", "th", "th", "td"]
    assert all(c[1]["scope"] == "col" for c in head[:3])
    assert [c[2] for c in head] == ["degree", "loss", "a < b & c", ""]
    for cells in (first, second):
        assert cells[0][0] == "th"
        assert cells[0][1]["scope"] == "row"
        assert [c[1].get("style") for c in cells[:3]] == [
            "text-align: right", "text-align: right", "text-align: left",
        ]  # fmt: skip
    assert [kind for kind, _ in parsed.rows] == [None, None, "wrong"]
    assert second[3][2] == "✗ wrong"
    assert first[3][2] == ""


def test_text_and_html_hold_the_same_cells(shown):
    parsed = Cells(shown._repr_html_())
    for (_, cells), row in zip(parsed.rows[1:], shown.rows, strict=True):
        assert tuple(c[2] for c in cells[:3]) == row


def test_without_marks_there_is_no_column_for_them():
    plain = table({"n": [1, 2]})
    assert "mark" not in plain._repr_html_()
    assert repr(plain) == "n\n-\n1\n2"


def test_numbers_of_every_kind_are_aligned_to_the_right():
    numbers = [1, np.int8(2), Fraction(1, 3), 0.5]
    assert table({"n": numbers}).numeric == (True,)
    assert table({"n": [True, False]}).numeric == (False,)
    assert table({"n": [1, "-"]}).numeric == (False,)
    assert table({"n": []}).numeric == (False,)


def test_written_numbers_are_aligned_like_numbers():
    written = ["1e-05", "-37/2", "1,024", "inf", "0.50"]
    assert table({"n": written}).numeric == (True,)
    for text in ("", "1 to 2", "x", "1/0", "2^3"):
        assert table({"n": ["1", text]}).numeric == (False,)


def test_rows_make_the_table_that_their_columns_make():
    rows = [{"n": n, "n^2": n * n} for n in range(3)]
    columns = {"n": range(3), "n^2": (n * n for n in range(3))}
    assert table(iter(rows)) == table(columns)


def test_a_value_that_a_format_does_not_suit_is_named():
    for value in ("x", None):
        with pytest.raises(
            ValueError, match=r"format '\.2f' of the column b does not suit "
        ) as error:
            table({"a": [1], "b": [value]}, formats={"b": ".2f"})
        assert f"suit {value!r}: " in str(error.value)


def test_quotes_stay_as_they_are_where_html_allows_it():
    shown = table({"y'": ['"<a>"']}, caption='y\' is "it"')
    assert ">y'<" in shown._repr_html_()
    assert '>"&lt;a&gt;"<' in shown._repr_html_()
    assert """>y' is "it"<""" in shown._repr_html_()


def test_marks_and_captions_by_hand():
    shown = table({"a": [1, 2]}, wrong=[np.int64(1)], best=[0])
    assert repr(shown) == "a\n-\n1  ✓ best\n2  ✗ wrong"
    assert shown.marks == {0: "best", 1: "wrong"}
    assert shown._repr_html_().startswith('<table class="results">\n<thead>')
    kinds = [kind for kind, _ in Cells(shown._repr_html_()).rows]
    assert kinds == [None, "best", "wrong"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"data": [[1, 2]]}, r"row 0 of data must be a dictionary, got \[1"),
        ({"data": [{"a": 1}, 2]}, "row 1 of data must be a dictionary"),
        ({"data": 3}, "data must hold rows, or be a dictionary of columns"),
        ({"data": {"a": 3}}, "the column a of data must hold cells, got"),
        ({"data": {"a": [1]}, "formats": 3}, "formats must be a dictionary"),
        ({"data": {"a": [1]}, "caption": 3}, "caption must be a string, got"),
        ({"data": {"a": [1]}, "wrong": 0}, "wrong must hold positions of"),
        ({"data": {"a": [1]}, "best": [0.0]}, "a row that is best must be an"),
    ],
)
def test_what_is_of_another_kind_is_refused(arguments, message):
    with pytest.raises(TypeError, match=message):
        table(**arguments)


def test_one_format_is_for_every_column_but_the_first():
    shown = table({"k": [1], "a": [0.125], "b": [2]}, formats=".1f")
    assert shown.rows == (("1", "0.1", "2.0"),)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({},), "data must have at least one column"),
        (([],), "data must have at least one column"),
        (
            ({"a": [1], "b": [10**400]}, ".1f"),
            "the format '.1f' of the column b does not suit about 10",
        ),
        (([{"a": 1}, {"b": 1}],), r"\['a'\].*row 1 has \['b'\]"),
        (([{"b": 1}, {"b": 2}, {"a": 1}],), r"\['b'\].*row 2 has \['a'\]"),
        (([{"a": 1}, {"a": 1, "b": 1}],), r"row 1 has \['a', 'b'\]"),
        (({"a": [1], "b": [1, 2]},), "'b': 2"),
        (
            ({"a": [1]}, {"c": "", "b": ".2f"}),
            r"formats for \['b', 'c'\], which are no columns",
        ),
        (
            ({"a": [1, 2]}, {}, [2]),
            "row 2 is marked wrong, but rows are numbered 0 to 1",
        ),
        (({"a": [1]}, {}, [], [-1]), "row -1 is marked best, but"),
        (({"a": [1]}, {}, [7]), "row 7 is marked wrong, but"),
        (({"a": [1]}, {}, [0], [0]), "row 0 is marked both wrong and best"),
    ],
)
def test_what_cannot_be_a_table_is_refused(arguments, message):
    names = ("data", "formats", "wrong", "best")
    given = dict(zip(names, arguments, strict=False))
    data = given.pop("data")
    with pytest.raises(ValueError, match=message):
        table(data, **given)
