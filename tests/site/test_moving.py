"""Figures that move: what all of them have to be."""

import gzip
from pathlib import Path

import axe_playwright_python
import pytest

pytestmark = pytest.mark.slow

AXE = Path(axe_playwright_python.__path__[0], "axe.min.js")
#: States that show what a figure can show.
STATES = {
    "by_hand": "found=3&pick=1",
    "checking": "step=1e-8&scheme=central",
    "membership": "w=1&b=-7/4",
    "modes": "n=5&m=3&picks=11",
    "permutation": "x=1,1,2&y=1,2,1",
}


#: What stands where a figure moves.
STILL = ".cell_output :is(img, table, pre)"
#: What axe finds, on a page that holds the figure alone.
FOUND = """() => axe.run(".moved", {resultTypes: ["violations"], rules: {
    "label-content-name-mismatch": {enabled: true},
    "target-size": {enabled: true}}})
  .then((r) => r.violations.flatMap((v) => v.nodes.map((n) =>
    [v.id, n.html.slice(0, 150), n.failureSummary])))"""
#: Text of a drawing that is too small, or cut off at its edge.
ILLEGIBLE = """() => {
  const drawn = document.querySelector(".stage > svg");
  if (!drawn) return [];
  const b = drawn.getBoundingClientRect();
  const scale = b.width / drawn.viewBox.baseVal.width;
  return [...drawn.querySelectorAll("text")].filter((t) => {
    const a = t.getBoundingClientRect();
    return parseFloat(getComputedStyle(t).fontSize) * scale < 9
      || a.left < b.left - 1 || a.right > b.right + 1
      || a.top < b.top - 1 || a.bottom > b.bottom + 1;
  }).map((t) => t.textContent);
}"""


def test_an_open_figure_is_accessible_legible_and_calm(moving, kind):
    page = moving.open(kind, STATES.get(kind, ""))
    # The rest of the page has tests of its own, and costs axe much time.
    page.evaluate(
        """() => document.querySelector("article").replaceChildren(
          document.querySelector(".moving").parentElement)"""
    )
    shown = "document.querySelector('.stage').innerHTML"
    before = page.evaluate(shown)
    page.evaluate(AXE.read_text())
    for width, theme in ((1280, "light"), (1280, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(
            "(t) => { document.documentElement.dataset.theme = t; }", theme
        )
        page.wait_for_timeout(50)
        assert not page.evaluate(FOUND), (width, theme)
        assert not page.evaluate(ILLEGIBLE), width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_timeout(50)
    # Nobody has touched it.
    assert page.evaluate(shown) == before
    assert page.evaluate("document.getAnimations().length") == 0

    still = page.locator(STILL).first
    page.emulate_media(media="print")
    assert still.is_visible()
    assert not page.locator(".moved").is_visible()
    page.emulate_media(media="screen")
    assert not still.is_visible()
    page.get_by_role("button", name="Show the").last.click()
    assert still.is_visible()
    assert not page.locator(".moved").is_visible()
    assert page.locator(".moving > button").is_visible()


def test_a_page_fetches_little_before_and_after_the_click(moving, site, kind):
    asked = []

    def listen(request):
        path = request.url.removeprefix(moving.address).split("?")[0]
        if "/moving/" in path:
            asked.append(site / path[1:])

    moving.page.on("request", listen)
    page = moving.open(kind, look=lambda: list(asked))
    moving.page.remove_listener("request", listen)
    assert [path.name for path in moving.before] == ["start.mjs"]
    data = page.evaluate(
        """() => [...document.querySelectorAll(
          ".moving script[type='application/json']")]
          .map((s) => s.textContent).join("")"""
    )
    parts = [path.read_bytes() for path in set(asked)] + [data.encode()]
    assert sum(len(gzip.compress(part)) for part in parts) <= 40_000
    start = (site / "_static/moving/start.mjs").read_bytes()
    assert len(gzip.compress(start)) < 1000


def test_without_scripts_the_still_figure_stands(browser, moving):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for kind, names in moving.places.items():
        assert len(names) == 1, kind
        page.goto(f"{moving.address}/{names[0]}")
        place = page.locator(f'[data-kind="{kind}"]')
        assert not place.is_visible()
        beside = place.locator("xpath=..").locator(STILL).first
        assert beside.is_visible(), kind
    context.close()


def test_an_address_that_names_no_state_opens_a_figure_as_it_is(moving):
    page = moving.open("double_descent", "degree=201&basis=hermite&nothing=1")
    assert moving.said().startswith("Chebyshev, degree 13")
    page.evaluate("location.hash = '#degree=6&basis=legendre'")
    page.wait_for_function(
        "document.querySelector('.said').textContent.includes('degree 6')"
    )
    # A heading's address opens nothing.
    page.goto("about:blank")
    name = moving.places["double_descent"][0]
    page.goto(f"{moving.address}/{name}#the-experiment")
    page.wait_for_timeout(200)
    assert page.locator(".moved").count() == 0


def test_a_finger_moves_a_point(browser, moving):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    if not moving.places.get("membership"):
        pytest.skip("no page has the moving figure on membership")
    name = moving.places["membership"][0]
    page.goto(f"{moving.address}/{name}#w=0&b=0")
    page.locator(".plane").wait_for()
    page.locator(".plane").scroll_into_view_if_needed()
    box = page.locator(".plane").bounding_box()
    page.touchscreen.tap(
        box["x"] + box["width"] * 4 / 6, box["y"] + box["height"] * 5 / 6
    )
    page.wait_for_function("location.hash === '#w=1&b=-2'")
    context.close()
