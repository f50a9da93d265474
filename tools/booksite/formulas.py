"""Formulas are laid out when the site is built, as MathML with its own font.

Temml turns TeX into MathML, which browsers lay out themselves: no script runs
on a page, nothing moves, screen readers read it, Tab does not stop at it.  The
font is Latin Modern Math, cut down to the glyphs that the book uses and kept
inside the style sheet, so that a formula has its final size when it appears.
The TeX source stays in the attribute ``data-tex`` for whoever copies.
"""

from __future__ import annotations

import base64
import functools
import html
import io
import json
import re
from pathlib import Path

from docutils import nodes
from fontTools import subset
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

ROOT = Path(__file__).resolve().parents[2]
TEMML = ROOT / "vendor" / "temml" / "temml.min.js"
FONT = ROOT / "vendor" / "latinmodern-math" / "latinmodern-math.otf"
STYLE = "math.css"
#: What a formula can hold beside the characters of its MathML: the accents
#: and fences that a browser draws for them.
ALWAYS = set(map(chr, range(0x20, 0x7F))) | set("\u00a0−′″‴⁗√|‖^˙¨˜¯ˉ→…⋯")

LOGGER = logging.getLogger(__name__)


@functools.cache
def engine() -> MiniRacer:
    """Return a JavaScript engine that holds Temml."""
    context = MiniRacer()
    context.eval(TEMML.read_text(encoding="utf-8"))
    return context


@functools.cache
def mathml(tex: str, *, display: bool) -> str:
    """Return the MathML of a formula.

    Raises
    ------
    ValueError
        If Temml does not understand the formula; it says where.
    """
    options = {
        "displayMode": display,
        "throwOnError": True,
        "strict": True,
        "wrap": "none" if display else "tex",
    }
    arguments = f"{json.dumps(tex)}, {json.dumps(options)}"
    try:
        written = engine().eval(f"temml.renderToString({arguments})")
    except JSEvalException as error:
        message = str(error).splitlines()[0]
        raise ValueError(f"{message} in the formula {tex!r}") from error
    source = html.escape(" ".join(tex.split()), quote=True)
    # The font has a macron and no overline.
    made = str(written).replace("\u203e", "\u00af")
    return made.replace("<math", f'<math data-tex="{source}"', 1)


def lines(tex: str) -> str:
    r"""Return TeX whose lines are aligned, as Sphinx does it for every writer.

    A formula with ``\\`` outside any environment is a ``split``.
    """
    if "\\\\" in tex and "\\begin" not in tex:
        return f"\\begin{{split}}{tex}\\end{{split}}"
    return tex


def checked(node: nodes.Node, tex: str, *, display: bool) -> str:
    """Return a formula's MathML, or warn at its place in the source."""
    try:
        return mathml(tex, display=display)
    except ValueError as error:
        LOGGER.warning("%s", error, location=node)
        return f"<code>{html.escape(tex)}</code>"


def source(node: nodes.Element) -> str:
    """Return a formula's TeX, which an attribute may hold for its text."""
    return str(node.get("tex") or node.astext())


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula of a line."""
    translator.body.append(checked(node, source(node), display=False))
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula with its number and its address."""
    translator.body.append(
        translator.starttag(node, "div", CLASS="math notranslate")
    )
    written = checked(node, lines(source(node).strip()), display=True)
    translator.body.append(f'<div class="formula">{written}</div>')
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def characters(pages: list[Path]) -> set[str]:
    """Return every character that stands in a formula of the pages."""
    found: set[str] = set()
    for page in pages:
        for formula in re.findall(
            r"<math\b.*?</math>", page.read_text(encoding="utf-8"), re.DOTALL
        ):
            found |= set(html.unescape(re.sub(r"<[^>]*>", "", formula)))
    return found


def font(needed: set[str]) -> bytes:
    """Return Latin Modern Math with the needed characters alone, as WOFF.

    Larger sizes and parts of a character, for fences and roots that stretch,
    come with it.
    """
    options = subset.Options(
        flavor="woff", layout_features=[], name_IDs=[0, 1, 2, 13, 14],
        drop_tables=["FFTM", "GPOS"], notdef_outline=True, hinting=False,
    )  # fmt: skip
    with subset.load_font(str(FONT), options) as loaded:
        cutter = subset.Subsetter(options)
        # Single italic letters are written upright in MathML.
        italic = {
            chr(0x1D44E + ord(c) - ord("a")) for c in needed if "a" <= c <= "z"
        } | {
            chr(0x1D434 + ord(c) - ord("A")) for c in needed if "A" <= c <= "Z"
        }
        italic |= {
            chr(0x1D6FC + ord(c) - ord("α")) for c in needed if "α" <= c <= "ω"
        } | {
            chr(0x1D6E2 + ord(c) - ord("Α")) for c in needed if "Α" <= c <= "Ω"
        }
        italic |= set("ℎ𝜕𝜖𝜗𝜘𝜙𝜚𝜛")
        cutter.populate(text="".join(needed | ALWAYS | italic))
        cutter.subset(loaded)
        out = io.BytesIO()
        subset.save_font(loaded, out, options)
    return out.getvalue()


def write_style(app: Sphinx, error: Exception | None) -> None:
    """Put the font into the style sheet of formulas."""
    if error or app.builder.format != "html":
        return
    pages = sorted(Path(app.outdir).rglob("*.html"))
    encoded = base64.b64encode(font(characters(pages))).decode()
    style = Path(app.outdir, "_static", STYLE)
    rules = (Path(__file__).parent / "assets" / STYLE).read_text()
    style.write_text(
        "@font-face{font-family:'Latin Modern Math';"
        f"src:url(data:font/woff;base64,{encoded})}}\n{rules}"
    )


def setup(app: Sphinx) -> None:
    """Register the renderer, which the configuration chooses by name."""
    app.add_html_math_renderer(
        "mathml", (visit_inline, None), (visit_block, None)
    )
    app.connect("build-finished", write_style, priority=400)
