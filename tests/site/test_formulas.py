"""Formulas: laid out when the site is built, whole, copied as TeX."""

import base64
import html
import io
import re
import sys

import pytest
from fontTools.ttLib import TTFont

sys.path.insert(0, "tools")
from booksite import formulas

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def written(pages):
    return {
        name: re.findall(r"<math\b.*?</math>", text, re.DOTALL)
        for name, text in pages.items()
    }


def test_a_formula_becomes_mathml_and_keeps_its_source():
    made = formulas.mathml(r"\bar{W}_1 < \frac12", display=False)
    assert made.startswith('<math data-tex="\\bar{W}_1 &lt; \\frac12"')
    assert "<mfrac>" in made
    assert "<msub>" in made
    shown = formulas.mathml("x^2", display=True)
    assert 'display="block"' in shown


@pytest.mark.parametrize("tex", [r"\frac{1}{", r"\nosuchmacro x", "x^a^b"])
def test_what_is_no_formula_is_refused_with_its_text(tex):
    with pytest.raises(ValueError, match="in the formula"):
        formulas.mathml(tex, display=False)


def test_lines_of_a_formula_are_aligned():
    assert formulas.lines(r"a &= b \\ c &= d").startswith(r"\begin{split}")
    assert formulas.lines("a = b") == "a = b"
    inside = r"\begin{aligned}a \\ b\end{aligned}"
    assert formulas.lines(inside) == inside


def test_pages_hold_formulas_and_no_script_that_makes_them(pages, written):
    assert sum(map(len, written.values())) > 100
    for name, text in pages.items():
        assert "mathjax" not in text.lower(), name
        assert "katex" not in text.lower(), name
        outside = re.sub(r"<(script|pre|code|math)\b.*?</\1>", "", text,
                         flags=re.DOTALL)  # fmt: skip
        raw = re.search(r"\\[(\[]|\\begin|\$\$", outside)
        assert not raw, (name, outside[raw.start() - 80 : raw.end() + 80])
        for formula in written[name]:
            assert "<merror" not in formula, (name, formula)


def test_style_is_asked_for_only_where_a_formula_is(pages, written):
    for name, text in pages.items():
        assert ("math.css" in text) == bool(written[name]), name


def test_the_font_holds_every_character(site, written):
    style = (site / "_static" / "math.css").read_text()
    data = base64.b64decode(re.search(r"base64,([^)]*)\)", style)[1])
    with TTFont(io.BytesIO(data)) as font:
        held = set(font.getBestCmap())
        assert "MATH" in font
    needed = {
        character
        for found in written.values()
        for formula in found
        for character in html.unescape(re.sub(r"<[^>]*>", "", formula))
    }
    # Spaces and the invisible signs between a function and its argument.
    invisible = {c for c in needed if c.isspace() or 0x2060 < ord(c) < 0x2065}
    missing = {c for c in needed - invisible if ord(c) not in held}
    assert not missing
    assert len(data) < 60_000


def test_numbers_and_references_of_equations_agree(pages):
    numbers = {}
    for name, text in pages.items():
        for address, number in re.findall(
            r'<div class="math notranslate" id="(equation-[^"]+)">.*?'
            r'<span class="eqno">\((\d+)\)', text, re.DOTALL,
        ):  # fmt: skip
            numbers[address] = number, name
    assert numbers
    referred = 0
    for name, text in pages.items():
        for address, shown in re.findall(
            r'href="[^"]*#(equation-[^"]+)">\(?(\d+)\)?<', text
        ):
            assert numbers[address][0] == shown, (name, address)
            referred += 1
    assert referred
