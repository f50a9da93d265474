"""Links into a chapter that the book does not have become text."""

import os
import re
import subprocess
import sys

import pytest

from tools.book import ROOT

PAGE = """# A page

See {doc}`the tape <../backprop/tape>` and [its rules](../backprop/rules.ipynb)
or [here](../backprop/tape.ipynb#a-section), then {doc}`next`.
"""


@pytest.fixture
def build(tmp_path):
    """Return a function: build files, return the page's text and warnings."""

    def run(page, **files):
        source = tmp_path / "source"
        pages = {
            "index": "# Book\n\n```{toctree}\n:glob:\n\nchapters/*/*\n```",
            "chapters/cost/page": page,
            "chapters/cost/next": "# The next page",
        } | {f"chapters/{k}": text for k, text in files.items()}
        for name, text in pages.items():
            file = source / f"{name}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        # A process of its own: a book built in this one leaves its parsers.
        built = subprocess.run(
            [
                sys.executable, "-m", "sphinx", "-C", "-q", "--no-color",
                "-D", "extensions=myst_parser,chapter_links",
                "-D", "html_theme=basic", source, tmp_path / "html",
            ],
            env=os.environ | {"PYTHONPATH": str(ROOT / "tools")}, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        html = tmp_path / "html" / "chapters" / "cost" / "page.html"
        text = html.read_text().partition('<div class="body"')[2]
        return text, built.stderr

    return run


@pytest.mark.slow
def test_words_stay_and_the_link_goes(build):
    text, warnings = build(PAGE)
    assert warnings == ""
    words = re.sub(r"<.*?>", "", text)
    assert "See the tape and its rules\nor here, then The next page" in words
    assert 'href="next.html"' in text
    assert "backprop" not in text


@pytest.mark.slow
def test_links_within_the_book_are_links(build):
    chapter = {
        "backprop/tape": "# Tape\n\n## A section", "backprop/rules": "# Rules"
    }  # fmt: skip
    page = PAGE.replace(".ipynb", ".md").replace("#a-section", "")
    text, warnings = build(page, **chapter)
    assert warnings == ""
    assert text.count('href="../backprop/tape.html') == 2
    assert 'href="../backprop/rules.html"' in text


@pytest.mark.slow
def test_a_mistake_is_still_a_warning(build):
    links = [
        "{doc}`the tape <../backprop/tepa>`",  # the chapter is there
        "{doc}`the tape <tepa>`",
        "{doc}`../gone/tape`",  # no words
    ]
    page = "\n\n".join(["# A page", *links])
    _, warnings = build(page, **{"backprop/tape": "# Tape"})
    for number, link in enumerate(links):
        line = f"page.md:{2 * number + 3}: WARNING: unknown document"
        assert line in warnings, link
    assert warnings.count("WARNING") == len(links)


#: A link into another chapter whose words a fork could not keep.
WORDLESS = re.compile(
    r"\{doc\}`\.\./(?!appendix)[^`<]*`|\[\]\(\.\./(?!appendix)[^)]*\)"
)


def wordless(text):
    return WORDLESS.findall(text)


def test_links_into_other_chapters_have_words_of_their_own():
    for path in (ROOT / "chapters").rglob("*"):
        if path.suffix in {".md", ".ipynb"}:
            assert not wordless(path.read_text(encoding="utf-8")), path


def test_links_without_words_are_seen():
    assert wordless("computed: {doc}`../tape/index`.")
    assert wordless("computed: [](../tape/index.md).")
    assert not wordless(PAGE)
