"""The site is for everyone: axe-core finds nothing on any page."""

import re
from pathlib import Path

import axe_playwright_python
import pytest

pytestmark = pytest.mark.slow

AXE = Path(axe_playwright_python.__path__[0], "axe.min.js")
#: The rules whose outcome hangs on the width of the window.
BY_WIDTH = ["scrollable-region-focusable", "target-size", "region",
            "skip-link", "landmark-one-main"]  # fmt: skip
RULES = {
    "color-contrast": {"enabled": False},
    "label-content-name-mismatch": {"enabled": True},
}
#: Most of axe's time is spent on walking the page: each window is walked
#: once, with the rules that may depend on it.
WINDOWS = [
    (1280, "light", {"rules": RULES}),
    (390, "light", {"runOnly": [*BY_WIDTH, "color-contrast"]}),
    (320, "dark", {"runOnly": [*BY_WIDTH, "color-contrast"]}),
]
#: One style sheet colors all code and all formulas: two pages show them to
#: axe, whose time goes with the number of elements.  Elsewhere a formula is a
#: box of its size, and code is plain; what is in them says nothing to axe.
PLAIN = """() => {
  const sized = [...document.querySelectorAll("math")].map(
    (formula) => [formula, formula.getBoundingClientRect()]);
  for (const [formula, size] of sized) {
    const box = document.createElement("span");
    box.style.display = "inline-block";
    box.style.width = `${size.width}px`;
    box.style.height = `${size.height}px`;
    formula.replaceWith(box);
  }
  for (const code of document.querySelectorAll(".highlight pre"))
    code.textContent = code.textContent;
}"""
#: Elements below the same tags with the same classes and styles look alike,
#: wherever they stand: axe judges the colors of one of them.  These are the
#: attributes, with the parity of a row, that the style sheets color by.
JUDGED_ONCE = """(known) => {
  axe.configure({rules: [{id: "color-contrast", selector: "[data-judged]"}]});
  const seen = new Set(known), found = [];
  const walk = (element, above) => {
    const said = ["class", "style", "aria-current"].map(
      (name) => element.getAttribute(name));
    const even = element.matches(":nth-child(even)") ? " even" : "";
    const row = element.tagName === "TR" ? even : "";
    const way = `${above} > ${element.tagName} ${said}${row}`;
    const text = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (text && !seen.has(way)) {
      seen.add(way);
      found.push(way);
      element.dataset.judged = "";
    }
    for (const child of element.children) walk(child, way);
  };
  walk(document.body, "");
  return found;
}"""
#: What axe would judge in a formula, if one had it.
JUDGED = re.compile(r"\b(role|tabindex|aria-[a-z]+|id|href|on[a-z]+)=")
DRAWN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(done)))"""
RUN = """(options) =>
  axe.run({...options, resultTypes: ["violations"]}).then((r) =>
    r.violations.flatMap((v) => v.nodes.map((n) =>
      [v.id, n.html.slice(0, 150), n.failureSummary])))"""


def violations(page):
    """Return what axe finds in a page, window by window."""
    found = []
    for width, theme, options in WINDOWS:
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate(
            "(t) => { document.documentElement.dataset.theme = t; }", theme
        )
        page.evaluate(DRAWN)
        found += [
            (width, theme, *node) for node in page.evaluate(RUN, options)
        ]
    return found


def test_axe_finds_nothing(browser, site, pages, served):
    """On every page, light and dark, 1280, 390 and 320 pixels wide."""
    found, judged = [], []
    names = ["search.html", "404.html", *pages]
    with_code = [n for n in names if "cell_input" in pages.get(n, "")]
    page = browser.new_page()
    page.on("pageerror", lambda error: found.append((page.url, str(error))))
    page.on(
        "console",
        lambda message: (
            message.type in {"error", "warning"}
            and found.append((page.url, message.text))
        ),
    )
    # The page for wrong addresses asks for its files from the site's root.
    page.route(
        "**/our-course/**",
        lambda r: r.continue_(url=r.request.url.replace("/our-course", "")),
    )
    with served(site) as address:
        for name in names:
            page.goto(f"{address}/{name}")
            page.evaluate(AXE.read_text())
            if name not in with_code[:2]:
                page.evaluate(PLAIN)
            judged += page.evaluate(JUDGED_ONCE, judged)
            found += [(name, *node) for node in violations(page)]
        assert not found
        # A page that is known by now, with one faint word among its links.
        page.goto(f"{address}/{with_code[0]}")
        page.evaluate(AXE.read_text())
        page.evaluate(PLAIN)
        page.evaluate(
            """() => { const link = document.querySelector("article p a");
              link.style.color = "#777"; link.style.background = "#888"; }"""
        )
        (way,) = page.evaluate(JUDGED_ONCE, judged)
        assert "rgb(119, 119, 119)" in way
        faint = {(width, rule) for width, _, rule, *_ in violations(page)}
        assert faint == {(w, "color-contrast") for w, *_ in WINDOWS[1:]}
    page.close()


def test_formulas_hold_nothing_to_judge(pages):
    formulas = [
        formula
        for text in pages.values()
        for formula in re.findall(r"<math\b.*?</math>", text, re.DOTALL)
    ]
    assert len(formulas) > 1000
    bare = [re.sub(r'"[^"]*"', '""', formula) for formula in formulas]
    assert not [formula for formula in bare if JUDGED.search(formula)]
