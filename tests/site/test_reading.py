"""A small book with everything that the site treats in its own way."""

import re
import sys
from pathlib import Path
from unittest.mock import MagicMock

import nbformat
import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)
from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import booksite
from booksite import content, home

pytestmark = pytest.mark.slow

TOOLS = str(Path(__file__).resolve().parents[2] / "tools")

INDEX = """# A small book

What is this book about? It is small.

## Contents

```{toctree}
one/index
```

To **read**, begin.

To **teach**, fork.
"""
CHAPTER = """---
question: "Is it so?"
after: ["decide it", "prove it"]
---

# A chapter

| Page | Its question |
| --- | --- |
| [](page.ipynb) | What is one? |

```{toctree}
page
```
"""
PAGE = """# A page

Reading time: 12 minutes. Prerequisites: none.

```{prf:theorem} Ones
:label: thm-ones
One is one.
```

:::{prf:proof}
:class: dropdown
Look at it.
:::
"""
STARRED = """## ★ For the curious

An optional remark with $x_1$ and {eq}`later`.

## What stays open

$$
a &= b \\\\
c &= d
$$ (later)
"""
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300pt" height="150pt">'
    '<g transform="translate(1 2) scale(0.1 -0.1)"/></svg>'
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The pages of a small book, built with Sphinx alone."""
    sys.path.insert(0, TOOLS)
    folder = tmp_path_factory.mktemp("small")
    source = folder / "source"
    (source / "one").mkdir(parents=True)
    (source / "index.md").write_text(INDEX)
    (source / "one" / "index.md").write_text(CHAPTER)
    drawn = new_output(
        "execute_result", data={"image/svg+xml": DRAWING}, execution_count=1
    )
    said = new_output("stream", name="stdout", text="passed: check_one")
    table = new_output(
        "execute_result", execution_count=3, metadata={},
        data={"text/html": "<table><tr><td>1</td></tr></table>",
              "text/plain": "1"},
    )  # fmt: skip
    cells = [
        new_markdown_cell(PAGE),
        new_code_cell(
            "draw()", outputs=[drawn], execution_count=1,
            metadata={"tags": ["draws"], "mystnb": {
                "image": {"alt": "A line."},
                "figure": {"caption": "A line", "name": "fig-line"}}},
        ),
        new_code_cell(
            "answer = 1", outputs=[said], execution_count=2,
            metadata={"tags": ["exercise", "hide-input"]},
        ),
        new_code_cell("table", outputs=[table], execution_count=3),
        new_markdown_cell(STARRED),
    ]  # fmt: skip
    nbformat.write(new_notebook(cells=cells), source / "one" / "page.ipynb")
    app = Sphinx(
        source, None, folder / "out", folder / "trees", "html",
        status=None, warningiserror=False,
        confoverrides={
            "project": "A small book",
            "extensions": ["myst_nb", "sphinx_book_theme", "sphinx_proof",
                           "sphinx_exercise", "booksite"],
            "html_theme": "sphinx_book_theme",
            "html_math_renderer": "mathml",
            "html_logo": str(Path(TOOLS).parent / "images" / "logo.svg"),
            "html_favicon": str(Path(TOOLS).parent / "images/favicon.svg"),
            "nb_execution_mode": "off",
            "myst_enable_extensions": ["dollarmath", "colon_fence"],
            "suppress_warnings": ["myst.xref_missing"],
        },
    )  # fmt: skip
    app.build(force_all=True)
    return {
        name: (folder / "out" / f"{name}.html").read_text()
        for name in ("index", "one/index", "one/page")
    }


def fold(text, summary):
    """What opens under a summary."""
    return re.search(
        rf'<details class="fold"><summary>{summary}</summary>(.*?)</details>',
        text, re.DOTALL,
    )[1]  # fmt: skip


def test_code_that_only_draws_is_folded_and_its_figure_is_not(small):
    page = small["one/page"]
    code = fold(page, "Show the code")
    assert "draw" in code
    assert "<img" not in code
    assert 'alt="A line."' in page


def test_passed_is_not_shown_to_who_has_passed_nothing(small):
    page = small["one/page"]
    solution = fold(page, "Show a solution")
    assert "answer" in solution
    assert "passed: check_one" in solution
    assert page.count("passed: check_one") == 1


def test_proofs_and_starred_sections_are_folded_below_their_titles(small):
    page = small["one/page"]
    assert "Look at it" in fold(page, "Show the proof")
    optional = fold(page, "Show this optional section")
    assert "optional remark" in optional
    assert "What stays open" not in optional
    assert re.search(r"<h2>★ For the curious", page)
    assert "★" not in optional


def test_reading_time_stands_out(small):
    facts = re.search(r'<p class="facts">(.*?)</p>', small["one/page"])
    assert facts[1].startswith("Reading time: 12 minutes.")


def test_a_picture_has_its_size_and_comes_when_needed(small):
    image = re.search(r"<img[^>]*A line[^>]*>", small["one/page"])[0]
    assert 'width="400"' in image
    assert 'height="200"' in image
    assert 'loading="lazy"' in image
    # Text of 10 points has 9 pixels at 270 of its 400.
    assert 'style="min-width:270px"' in image
    assert 'class="enlarge"' in small["one/page"]


def test_a_figure_becomes_lighter_and_looks_the_same():
    drawing = (
        '<?xml version="1.0"?>\n<svg viewBox="0 0 469.19952 1">\n'
        "<metadata>\n<a/></metadata><!-- text -->\n"
        '<path d="M 1.23456 -0.00049 \nL 2 3"/>\n</svg>\n'
    )
    assert content.lighter(drawing) == (
        '<svg viewBox="0 0 469.199 1">\n<path d="M 1.234 -0.000\nL 2 3"/>\n'
        "</svg>"
    )


def test_tables_scroll_in_their_own_box(small):
    for name in ("one/page", "one/index"):
        assert small[name].count("<table") == small[name].count(
            'data-name="Table"><table'
        )


def test_lines_of_equations_and_their_numbers(small):
    page = small["one/page"]
    assert page.count("<mtr") == 2
    assert 'href="#equation-later">(1)</a>' in page


def test_the_first_page_shows_ways_and_chapters(small):
    home = small["index"]
    assert "<h2>Read</h2>" in home
    assert "<h2>Teach</h2>" in home
    assert '<p class="question">Is it so?</p>' in home
    assert "12 minutes" in home
    assert "decide it" in home
    assert home.count("<h1>") == 1
    assert 'class="start" href="one/index.html"' in home


def test_a_chapter_lists_its_pages_with_their_minutes(small):
    chapter = small["one/index"]
    assert "What is one?" in chapter
    assert '<p class="time">12 minutes</p>' in chapter
    assert "<table" not in chapter
    assert ">Start: A page</a>" in chapter
    assert "prove it" in chapter


def test_a_site_is_built_anew_when_its_looks_change(tmp_path):
    style = tmp_path / "a.css"
    style.write_text("p { color: red; }")
    before = booksite.mark(tmp_path)
    assert booksite.mark(tmp_path) == before
    style.write_text("p { color: blue; }")
    assert booksite.mark(tmp_path) != before
    app = MagicMock()
    booksite.setup(app)
    folder = Path(booksite.__file__).parent
    # Sphinx reads every page again when a value of this kind has changed.
    app.add_config_value.assert_any_call(
        "booksite_mark", booksite.mark(folder), "env"
    )


def test_the_picture_of_home_says_how_far_each_loss_is_off():
    regression = pytest.importorskip("byhand.regression")
    drawing, _ = home.hook()
    degrees, percent, factors = re.search(
        r"those of degrees (.+) are within ([\d.]+) percent .* of (.+?)\.\"",
        drawing,
    ).groups()
    apart = dict(
        zip(
            map(int, degrees.split(" and ")),
            map(int, factors.split(" and ")),
            strict=True,
        )
    )
    x, t = regression.published_sample()
    for m, reported in dict(regression.PUBLISHED_TABLE).items():
        fit = regression.fit_polynomial(x, t, m, method="exact")
        ratio = float(regression.grid_loss(fit)) / float(reported)
        if m in apart:
            assert round(ratio) == apart[m]
        else:
            assert abs(ratio - 1) <= float(percent) / 100
