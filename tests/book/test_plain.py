"""MyST as plain Markdown: the numbers of the book, and no role left."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.plain import Book, Writer

TOC = """\
format: jb-book
root: intro
parts:
  - caption: Chapters
    chapters:
      - file: chapters/a/index
        sections:
          - file: chapters/a/one
          - file: chapters/a/two
      - file: chapters/end
"""
ONE = r"""# The first page

$$
x = 1
$$ (eq-first)

::::{prf:theorem} One is one
:label: thm-one

A statement:

:::{note}
Inside.
:::
::::

:::{prf:proof}
By {eq}`eq-first`.
:::
"""
TWO = r"""---
myst: 1
---

# The second page

1. A list with

   $$
   y
   $$ (eq-listed)

$$ z = 2 $$ (eq-short)

:::{exercise} Count to $n$
:label: ex-count

```python
text = "{eq}`eq-first` and :::"
```
:::
"""
BIB = """
@book{knuth, author={Knuth, Donald E.}, title={The $x_1$ book}, year={1968},
  publisher={A}}
@article{three, author={A, B and {de C}, D and E, F}, title={T}, year={1999},
  journal={J}}
"""


@pytest.fixture
def book(tmp_path):
    figure = {"mystnb": {"figure": {"name": "fig-x", "caption": "C"}}}
    chapter = tmp_path / "chapters" / "a"
    chapter.mkdir(parents=True)
    (tmp_path / "_toc.yml").write_text(TOC)
    (tmp_path / "references.bib").write_text(BIB)
    (tmp_path / "intro.md").write_text("# Book")
    (chapter / "index.md").write_text("# Chapter A")
    (chapter / "two.md").write_text(TWO)
    (tmp_path / "chapters" / "end.md").write_text("# End")
    notebook = new_notebook(
        cells=[new_markdown_cell(ONE), new_code_cell("x", metadata=figure)]
    )
    nbformat.write(notebook, chapter / "one.ipynb")
    return Book(tmp_path)


@pytest.fixture
def plain(book):
    def write(text, page="chapters/a/two", present=None):
        here = set(book.pages) if present is None else present
        return Writer(book, page, here).plain(text)

    return write


@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("{eq}`eq-short`", "(3)"),
        ("{eq}`eq-first`", "[(1)](one.ipynb)"),
        ("{prf:ref}`thm-one`", "[Theorem 1](one.ipynb)"),
        ("{numref}`fig-x`", "[Fig. 1](one.ipynb)"),
        ("{numref}`ex-count`", "Exercise 1"),
        ("{ref}`ex-count`", "Exercise 1 (Count to $n$)"),
        ("{ref}`this one <ex-count>`", "this one"),
        ("{doc}`one`", "[The first page](one.ipynb)"),
        ("{doc}`words <../end>`", "[words](../end.md)"),
        ("{cite:t}`knuth`", "Knuth (1968)"),
        ("{cite:p}`knuth,three`", "(Knuth, 1968; A et al., 1999)"),
        ("[](one.ipynb)", "[The first page](one.ipynb)"),
        ("[x](../end.md#part)", "[x](../end.md)"),
        ("[x](https://example.org/a.md)", "[x](https://example.org/a.md)"),
        ("![x](picture.svg)", "![x](picture.svg)"),
        ("a\n: b", "a\nb"),
    ],
)
def test_roles_and_links(plain, role, text):
    assert plain(role) == text


def test_a_link_to_a_page_that_is_not_there_is_text(plain):
    text = "{prf:ref}`thm-one`, {doc}`one`, [w](../end.md), {eq}`eq-short`"
    assert plain(text, present={"chapters/a/two"}) == (
        "Theorem 1, The first page, w, (3)"
    )


def test_what_only_the_book_says_is_replaced(plain):
    book = "One.\n\n% book only\nPress it.\n\nThen read.\n"
    assert plain(book + "% end\n\nTwo.") == "One.\n\nTwo."
    text = plain(book + "% Run it\n%\n% at {eq}`eq-short`.\n% end\n")
    assert text == "One.\n\nRun it\n\nat (3)."


def test_directives(plain):
    text = plain(ONE, "chapters/a/one")
    assert "x = 1\n\\tag{1}\n$$" in text
    assert "**Theorem 1** (One is one)\n\nA statement:\n\n**Note**" in text
    assert text.endswith("*Proof.*\n\nBy (1). ∎")
    text = plain(TWO)
    assert text.startswith("# The second page")
    assert "   y\n   \\tag{2}\n   $$" in text
    assert "$$ z = 2 \\tag{3} $$" in text
    assert "**Exercise 1** (Count to $n$)\n\n```python" in text
    assert 'text = "{eq}`eq-first` and :::"' in text
    assert text.endswith("\n```")


def test_lists(plain):
    assert plain("```{tableofcontents}\n```", "intro") == (
        "- [Chapter A](chapters/a/index.md)\n"
        "  - [The first page](chapters/a/one.ipynb)\n"
        "  - [The second page](chapters/a/two.md)\n"
        "- [End](chapters/end.md)"
    )
    listed = plain("```{bibliography}\n```")
    assert "Knuth. *The $x_1$ book*. A, 1968." in listed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{eq}`eq-lost`", "no label 'eq-lost'"),
        ("{doc}`lost`", "no page 'chapters/a/lost'"),
        ("[](lost.md)", "no page 'chapters/a/lost'"),
        ("{cite:t}`lost`", "no entry 'lost'"),
        ("{margin}`x`", "does not know '{margin}`'"),
        ("```{raw} html\n```", "does not know the directive 'raw'"),
    ],
)
def test_what_is_not_known_is_refused(plain, text, said):
    with pytest.raises(ValueError, match=said):
        plain(text)
