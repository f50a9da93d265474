"""Each page, visited once: sound, light, steady, and legible on a phone."""

import gzip
from dataclasses import dataclass, field

import pytest

pytestmark = pytest.mark.slow

TEXT = {".html", ".css", ".js", ".svg"}
PHONE = {"width": 390, "height": 844}

#: What Tab stops at, and the longest way from a heading to an exercise.
STOPS = """() => {
  const stops = (e) => e.tabIndex >= 0 && e.matches(
    "a[href], button, input, select, summary, [tabindex]")
    && e.checkVisibility({visibilityProperty: true});
  let run = 0, longest = 0, exercises = 0;
  for (const e of document.querySelectorAll("article *")) {
    if (e.matches("h2, h3")) run = 0;
    else if (e.matches(".tag_exercise > .try, .tag_exercise summary")) {
      longest = Math.max(longest, run + 1);
      run = 0;
      exercises += 1;
    } else if (stops(e)) run += 1;
  }
  const formulas = [...document.querySelectorAll("math")];
  return {longest, exercises, formulas: formulas.filter(stops).length};
}"""
#: Size in pixels of the smallest text of each figure, as it is shown.
LEGIBLE = """() => Promise.all([...document.querySelectorAll(
    "article .cell_output figure img")].map(async (image) => {
  const source = await (await fetch(image.src)).text();
  const sizes = [...source.matchAll(/scale\\((0\\.\\d+) -\\1\\)/g)]
    .map((m) => 100 * Number(m[1]));
  const natural = Number(source.match(/width="([\\d.]+)pt"/)[1]);
  const shown = image.getBoundingClientRect().width;
  return sizes.length ? Math.min(...sizes) * shown / natural : 99;
}))"""


#: Cells of tables whose words stand below one another.
NARROW = """() => [...document.querySelectorAll("article :is(td, th)")].filter(
  (e) => e.textContent.length > 24
    && e.clientWidth < 10 * parseFloat(getComputedStyle(e).fontSize))
  .map((e) => e.textContent)"""
#: Elements that reach beyond the window and cannot be scrolled into view;
#: what is hidden is not meant to be seen.
OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (e) => e && (
    ["auto", "scroll"].includes(getComputedStyle(e).overflowX)
    || scrolls(e.parentElement));
  const out = [...document.querySelectorAll("article *")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > width + 1
      && !e.closest("[popover], .hidden") && !scrolls(e);
  });
  const page = document.documentElement.scrollWidth > width ? ["page"] : [];
  const outermost = out.filter((e) => !out.includes(e.parentElement));
  return page.concat(outermost.map((e) => e.textContent.slice(0, 80)));
}"""
SHIFT = """window.shift = 0; new PerformanceObserver((list) =>
  list.getEntries().forEach((e) => { window.shift += e.value; }))
  .observe({type: "layout-shift", buffered: true});"""
DRAWN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(done)))"""
BACKGROUNDS = """[...document.querySelectorAll(".cell_output img")].map(
  (e) => getComputedStyle(e).backgroundColor)"""


@dataclass
class Visit:
    """What a first visit showed, on a phone and then in other windows."""

    problems: list = field(default_factory=list)
    asked: set = field(default_factory=set)
    shift: float = 0
    theme: str = ""
    #: Sizes of texts in figures, narrow cells of tables, colors below figures.
    sizes: list = field(default_factory=list)
    narrow: list = field(default_factory=list)
    backgrounds: set = field(default_factory=set)
    #: By width of the window, what sticks out of it.
    sticking: dict = field(default_factory=dict)
    stops: dict = field(default_factory=dict)

    def open(self, context, address, name):
        """Open the page in a tab that keeps nothing, and scroll through it."""
        page = context.new_page()
        # As at a first visit, though the tabs share a process.
        context.new_cdp_session(page).send(
            "Network.setCacheDisabled", {"cacheDisabled": True}
        )
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((address, "data:", "blob:"))
                or self.problems.append(f"asks for {request.url}")
            ),
        )
        page.on("response", self.get)
        page.goto(f"{address}/{name}")
        page.evaluate("document.fonts.ready.then(() => true)")
        for image in page.locator("article img").all():
            image.scroll_into_view_if_needed()
        return page

    def hear(self, message):
        if message.type in {"error", "warning"}:
            self.problems.append(message.text)

    def get(self, response):
        self.asked.add(response.url)
        if response.status >= 400:
            self.problems.append(f"{response.status} for {response.url}")

    def look(self, page):
        """Note what is seen once everything is there."""
        page.bring_to_front()
        page.wait_for_load_state("networkidle")
        asked = self.asked.copy()
        self.shift = page.evaluate("window.shift")
        self.theme = page.evaluate("document.documentElement.dataset.theme")
        self.sizes = page.evaluate(LEGIBLE)
        self.narrow = page.evaluate(NARROW)
        self.backgrounds = set(page.evaluate(BACKGROUNDS))
        for width in (390, 320, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            self.sticking[width] = page.evaluate(OVERFLOWING)
        # What scrolls sideways, a stop, is found out as boxes change.
        page.evaluate(DRAWN)
        self.stops = page.evaluate(STOPS)
        page.close()
        # Without what the questions asked for.
        self.asked = asked


@pytest.fixture(scope="module")
def visits(browser, pages, address):
    """A visit of each page, by a reader who has chosen the dark theme."""
    found = {name: Visit() for name in pages}
    context = browser.new_context(viewport=PHONE)
    context.add_init_script("localStorage.setItem('mode', 'dark');" + SHIFT)
    names = list(pages)
    # A tab that waits for the network to be idle does not hold up the others.
    for start in range(0, len(names), 8):
        tabs = {
            name: found[name].open(context, address, name)
            for name in names[start : start + 8]
        }
        for name, page in tabs.items():
            found[name].look(page)
    context.close()
    return found


@pytest.fixture(scope="module")
def notebooks(visits, pages):
    """The visits of pages with cells."""
    found = {n: v for n, v in visits.items() if "cell_input" in pages[n]}
    assert found
    return found


def test_nothing_fails_and_nothing_is_asked_of_other_hosts(visits):
    problems = {n: v.problems for n, v in visits.items() if v.problems}
    assert not problems


def test_a_chosen_theme_is_there(visits):
    assert {visit.theme for visit in visits.values()} == {"dark"}


def test_nothing_sticks_out_of_the_window(visits):
    sticking = {
        (name, width): what
        for name, visit in visits.items()
        for width, what in visit.sticking.items()
        if what
    }
    assert not sticking


def test_weight(visits, site, pages, address):
    """First and later visits in kB gzipped."""
    seen = set()

    def weight(url):
        path = site / url.removeprefix(address).split("?")[0].strip("/")
        raw = path.read_bytes()
        small = gzip.compress(raw) if path.suffix in TEXT else raw
        return len(small) / 1000

    for name, visit in visits.items():
        first = sum(map(weight, visit.asked))
        later = sum(map(weight, visit.asked - seen))
        formulas = "<math" in pages[name]
        assert first <= (450 if formulas else 150), (name, first)
        # What a page shares with those before it is already there.
        assert not seen - visit.asked or later <= 120, (name, later)
        seen |= visit.asked


def test_steadiness(visits):
    assert max(visit.shift for visit in visits.values()) <= 0.02


def test_figures_and_tables_are_legible_on_a_phone(notebooks):
    for name, visit in notebooks.items():
        assert all(size * 4 / 3 >= 8.99 for size in visit.sizes), name
        assert not visit.narrow, name


def test_in_the_dark_a_figure_stands_on_no_white_card(visits):
    seen = set().union(*(visit.backgrounds for visit in visits.values()))
    assert seen == {"rgba(0, 0, 0, 0)"}


def test_the_keyboard_reaches_exercises_and_passes_formulas(notebooks):
    for name, visit in notebooks.items():
        assert visit.stops["longest"] <= 12, name
        assert visit.stops["formulas"] == 0, name
    assert sum(visit.stops["exercises"] for visit in notebooks.values())
