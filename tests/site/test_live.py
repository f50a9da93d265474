"""Python in the page: run, edited, wrong, right, stopped, kept.

One browser page and one start of Python serve most tests, which are in the
order of a learner's visit.
"""

import gzip
import json
import os
import re
from pathlib import Path

import axe_playwright_python
import nbformat
import pytest
import yaml
from nbval.plugin import coalesce_streams

from tools.live import cells_of, digest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
#: What differs in a browser: by reason, page, cells.
DIFFERENCES = yaml.safe_load(
    Path(__file__).with_name("live_differences.yml").read_text()
)
AXE = Path(axe_playwright_python.__path__[0], "axe.min.js")
PATIENCE = 60_000


def notebooks():
    return {
        str(p.relative_to(ROOT).with_suffix("")): nbformat.read(p, 4)
        for p in sorted((ROOT / "chapters").rglob("*.ipynb"))
    }


def code(notebook):
    return [c for c in notebook.cells if c.cell_type == "code"]


BOOK = notebooks()
#: The page with the fewest cells, in a fork as well.
NAME = min(BOOK, key=lambda name: len(code(BOOK[name])))
CELLS = cells_of(BOOK[NAME])


@pytest.fixture(scope="module")
def visit(site, browser, address):
    """A learner's visit of the page; what went wrong meanwhile."""
    if not (site / "live").exists():
        # A machine may be offline; the workflows say that they are not.
        required = os.environ.get("BOOK_LIVE") == "required"
        assert not required, "the site was built without Python"
        pytest.skip("the site was built without Python: no network")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.problems, page.asked = [], []
    page.on("pageerror", lambda e: page.problems.append(str(e)))
    page.on("request", lambda r: page.asked.append(r.url))
    page.on(
        "response",
        lambda r: r.status < 400 or page.problems.append((r.status, r.url)),
    )
    page.goto(f"{address}/{NAME}.html")
    page.wait_for_load_state("networkidle")
    yield page
    assert not page.problems
    assert all(u.startswith((address, "data:", "blob:")) for u in page.asked)
    context.close()


def place(page, cell, cells=CELLS):
    """The element of a cell."""
    shown = [c["id"] for c in cells if c["shown"]]
    return page.locator("div.cell").nth(shown.index(cell["id"]))


def settle(element):
    """Wait until a cell has run."""
    element.page.wait_for_function(
        "(e) => !e.hasAttribute('aria-busy')", arg=element.element_handle()
    )


def write(element, text):
    """Replace what the cell's editor holds."""
    editor = element.locator(".cm-content")
    editor.click()
    element.page.keyboard.press("Control+A")
    element.page.keyboard.press("Delete")
    # As pasted: typing would indent by itself.
    element.page.keyboard.insert_text(text)


def run(element):
    element.locator(".live-run").click()
    settle(element)


def outputs(element):
    return element.locator(".cell_output").first.inner_text()


def wants(cell):
    """What a cell takes from the cells above it."""
    above = CELLS[: CELLS.index(cell)]
    names = {n for c in above if not c["exercise"] for n in c["defines"]}
    return names & set(re.findall(r"\w+", cell["source"])) - {*cell["defines"]}


PLAIN = [c for c in CELLS if c["shown"] and not c["exercise"]]
WANTING = next(c for c in PLAIN if wants(c))
FIRST = PLAIN[0]
EXERCISE = next(c for c in CELLS if c["exercise"] and c["exercise"]["points"])


def test_nothing_is_fetched_before_a_click(visit, site):
    assert not [url for url in visit.asked if "/live/" in url]
    # What the buttons take, gzipped: script and style of the whole site.
    assets = ROOT / "tools" / "booksite" / "assets"
    grown = sum(
        len(gzip.compress((site / "_static" / name).read_bytes()))
        - len(gzip.compress((assets / name).read_bytes()))
        for name in ("site.js", "book.css")
    )
    assert grown <= 0, grown


def test_every_cell_has_a_button(visit):
    cells = visit.locator("div.cell")
    assert cells.count() == sum(c["shown"] for c in CELLS)
    buttons = visit.locator("div.cell .run, div.cell > .try")
    assert buttons.count() == cells.count()


def test_the_first_result(visit):
    element = place(visit, FIRST)
    stored = outputs(element)
    element.locator(".run").first.click()
    element.locator(".cm-content").wait_for()
    settle(element)
    assert outputs(element) == stored
    assert visit.locator(".live-bar").inner_text().startswith("Python is")


def test_an_edited_cell_by_keyboard(visit):
    element = place(visit, FIRST)
    write(element, "import numpy as np\n\n(np.arange(4) ** 2).sum()")
    visit.keyboard.press("Shift+Enter")
    settle(element)
    assert re.search(r"\b14\b", outputs(element))
    # Tab indents; after Escape it leaves the editor.
    visit.keyboard.press("Escape")
    visit.keyboard.press("Tab")
    focused = visit.evaluate("document.activeElement.className")
    assert focused == "live-run"


def test_an_error_shows_the_learners_line(visit):
    element = place(visit, FIRST)
    write(element, "def half(x):\n    return 1 / x\n\nhalf(0)")
    run(element)
    said = outputs(element)
    assert said.splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert "line 2:  return 1 / x" in said
    assert "/lib/" not in said
    assert element.locator(".wrong-line").inner_text().strip() == (
        "return 1 / x"
    )


def test_html_and_formulas_are_shown_and_nothing_acts(visit):
    element = place(visit, FIRST)
    write(
        element,
        "class Shown:\n"
        "    def _repr_html_(self):\n"
        '        return \'<table><tr><td onclick="x()">seen</td></tr>'
        "</table><img src=x onerror=x()><script>x()</script>'\n"
        "class Formula:\n"
        "    def _repr_latex_(self):\n"
        "        return r'$\\displaystyle a^2$'\n"
        "from IPython.display import display\n"
        "display(Formula())\n"
        "Shown()",
    )
    run(element)
    shown = element.locator(".cell_output")
    shown.locator("math").wait_for()
    html = shown.inner_html()
    assert "seen" in html
    assert not re.search("onclick|onerror|<script|<img", html)


def answer(element, text):
    """Run an answer, and the cells above it where a name is missing."""
    write(element, text)
    run(element)
    run_all_above(element)
    return outputs(element.locator(".live-work"))


def run_all_above(element):
    """Accept the offer, where a name was missing."""
    offer = element.get_by_role("button", name="Run all above")
    if offer.count():
        offer.click()
        element.page.wait_for_timeout(100)
        element.page.wait_for_function(
            "!document.querySelector('[aria-busy]')"
        )


def wrong(exercise):
    stub = r"raise NotImplementedError\(.*\)"
    return re.sub(stub, "return None", exercise["source"])


def assert_not_yet(said, checker):
    assert f"{checker}: not yet." in said
    for word in ("input", "expected", "got", "hint"):
        assert word in said


def test_an_exercise_done_wrong_and_right(visit):
    element = place(visit, EXERCISE)
    element.locator(".try").click()
    element.locator(".cm-content").wait_for()
    assert element.locator("details[open]").count() == 0
    checker = EXERCISE["exercise"]["checker"]
    said = answer(element, wrong(EXERCISE))
    assert_not_yet(said, checker)
    progress = visit.locator(".live-progress")
    assert progress.get_by_text("tried", exact=True).count() == 1
    right = next(c for c in code(BOOK[NAME]) if c.id == EXERCISE["id"]).source
    assert f"{checker}: passed" in answer(element, right)
    points = EXERCISE["exercise"]["points"]
    total = sum(c["exercise"]["points"] for c in CELLS if c["exercise"])
    assert f"{points} of {total} points" in progress.inner_text()


def test_axe_finds_nothing_on_a_page_at_work(visit):
    visit.evaluate(AXE.read_text())
    for theme in ("light", "dark"):
        visit.evaluate(
            "(t) => { document.documentElement.dataset.theme = t; }", theme
        )
        # A page that was published has tests of its own.
        found = visit.evaluate(
            """() => axe.run([".live-code", ".live-bar", ".live-progress",
              ".cell_output"], {resultTypes: ["violations"]}).then((r) =>
              r.violations.flatMap((v) => v.nodes.map((n) =>
                [v.id, n.html.slice(0, 150), n.failureSummary])))"""
        )
        assert not found, theme


def test_an_endless_loop_is_stopped(visit):
    element = place(visit, FIRST)
    write(element, "n = 0\nwhile True:\n    n += 1\n    print(n)")
    element.locator(".live-run").click()
    element.locator(
        ".cell_output", has_text=re.compile(r"^\s*1\s+2\s+3")
    ).wait_for()
    visit.get_by_role("button", name="Stop", exact=True).click()
    settle(element)
    assert "Stopped." in element.inner_text()


def test_a_missing_name_is_found_above(visit):
    """Python has just begun anew: a cell without those above, then with."""
    first = place(visit, FIRST)
    first.get_by_role("button", name="Reset").click()
    element = place(visit, WANTING)
    stored = outputs(element)
    element.locator(".run", has_text="Run").first.click()
    offer = element.get_by_role("button", name="Run all above")
    offer.click()
    offer.wait_for(state="detached")
    visit.wait_for_function(
        "(e) => !document.querySelector('[aria-busy]') && "
        "!e.innerText.includes('NameError')",
        arg=element.element_handle(),
    )
    assert outputs(element) == stored
    write(first, "6 * 7")
    run(first)
    assert outputs(first).strip() == "42"


def test_what_was_written_survives_a_reload(visit, address):
    visit.reload()
    element = place(visit, FIRST)
    assert element.locator(".cm-content").inner_text().strip() == "6 * 7"
    work = place(visit, EXERCISE).locator(".cm-content")
    work.wait_for()
    assert "# solution" in work.inner_text()
    assert "1 of" in visit.locator(".live-progress").inner_text()
    # The editor and what was kept, and no Python before a click.
    assert not visit.evaluate(
        "performance.getEntriesByType('resource').some("
        "(e) => e.name.includes('pyodide'))"
    )


def test_the_notebook_is_downloaded_with_the_answers(visit):
    with visit.expect_download() as waited:
        visit.get_by_role("button", name="Download notebook").click()
    notebook = json.loads(Path(waited.value.path()).read_text())
    nbformat.validate(nbformat.from_dict(notebook))
    cells = {c["id"]: "".join(c["source"]) for c in notebook["cells"]}
    assert cells[FIRST["id"]] == "6 * 7"
    assert "# solution" in cells[EXERCISE["id"]]
    others = [c for c in CELLS if c["exercise"] and c is not EXERCISE]
    assert all(cells[c["id"]] == c["source"] for c in others)


def test_the_first_page_shows_points(visit, address):
    visit.goto(f"{address}/intro.html")
    shown = visit.locator(".live-points")
    shown.wait_for()
    assert re.match(r"\d+ of \d+ points", shown.inner_text())
    assert shown.count() == 1


def test_everything_is_forgotten_on_request(visit, address):
    visit.goto(f"{address}/{NAME}.html")
    visit.once("dialog", lambda dialog: dialog.accept())
    visit.get_by_role("button", name="Reset page").click()
    visit.wait_for_function(f"!localStorage['live:{NAME}']")
    element = place(visit, FIRST)
    element.locator(".cm-content").wait_for()
    shown = element.locator(".cm-line").all_inner_texts()
    assert "\n".join(s.rstrip("\n") for s in shown) == FIRST["source"]


# --- Every page's cells ------------------------------------------------------

#: Runs every cell of the page as it is solved; gives outputs by cell.
ALL = """async (sources) => {
  const [, mark, name] = document.querySelector("[data-live]")
    .dataset.live.match(/(\\w+)\\/(.*)/);
  const root = document.documentElement.dataset.content_root;
  const base = new URL(`${root}live/${mark}/`, location.href);
  const page = await (await import(base + "page.js")).open(name, base);
  const found = {};
  // Its start is not the first cell's time.
  await page.session.run({id: "", number: 0, source: "import numpy"}, [],
    () => {});
  for (const cell of page.cells) {
    if (cell.cannot) continue;
    const shown = [];
    const began = performance.now();
    const solved = {...sources[cell.id], id: cell.id};
    await page.session.run(solved, [], (output) => shown.push(output));
    found[cell.id] = [shown, (performance.now() - began) / 1000];
  }
  page.session.end();
  return found;
}"""


def labels(svg):
    """The words of a figure, which Matplotlib writes into comments.

    Numbers at the axes come and go with the layout.
    """
    texts = re.findall(r"<!--(.*?)-->", svg, re.DOTALL)
    return sorted(t for t in texts if re.search(r"(?<!\\)\b[^\W\d_]+", t))


def differ(stored, fresh):
    """Whether outputs differ, by the rules of the notebooks' tests."""
    stored, fresh = (
        coalesce_streams([nbformat.from_dict(o) for o in outputs])
        for outputs in (stored, fresh)
    )
    if len(stored) != len(fresh):
        return [o.output_type for o in fresh]
    for old, new in zip(stored, fresh, strict=True):
        if old.output_type != new.output_type:
            return new.output_type, new.get("traceback")
        if old.output_type == "stream":
            if old.text != new.text:
                return new.text
            continue
        if old.data.keys() != new.data.keys():
            return list(new.data)
        for kind, value in old.data.items():
            if kind == "image/svg+xml":
                if labels(value) != labels(new.data[kind]):
                    return labels(new.data[kind])
            elif value != new.data[kind]:
                return new.data[kind]
    return None


def shows_stored_outputs(browser, address, name):
    page = browser.new_page()
    page.set_default_timeout(0)
    page.goto(f"{address}/{name}.html")
    cells = code(BOOK[name])
    solved = {
        c.id: {"number": number, "source": c.source}
        for number, c in enumerate(cells, start=1)
    }
    found = page.evaluate(ALL, solved)
    page.close()
    listed = {
        cell: reason
        for reason, pages in DIFFERENCES.items()
        for cell in pages.get(name, [])
    }
    seen = {
        c.id: difference_
        for c in cells
        if c.id in found and (difference_ := differ(c.outputs, found[c.id][0]))
    }
    assert seen.keys() == listed.keys(), {
        k: seen.get(k) for k in seen.keys() ^ listed.keys()
    }
    late = {k: s for k, (_, s) in found.items() if s > 30}
    assert not late, late


def test_the_cells_of_a_page_give_the_stored_outputs(visit, browser, address):
    shows_stored_outputs(browser, address, NAME)


@pytest.mark.weekly
@pytest.mark.parametrize("name", [n for n in BOOK if n != NAME])
def test_the_cells_of_every_page_give_the_stored_outputs(
    visit, browser, address, name
):
    shows_stored_outputs(browser, address, name)


@pytest.mark.weekly
@pytest.mark.parametrize("name", BOOK)
def test_a_learners_visit_of_every_page(visit, browser, address, name):
    cells = cells_of(BOOK[name])
    can = [c for c in cells if c["shown"] and not c["cannot"]]
    printing = {
        c.id for c in code(BOOK[name])
        if [o.output_type for o in c.outputs] == ["stream"]
    }  # fmt: skip
    first = next(c for c in can if c["id"] in printing and not c["exercise"])
    exercise = next(
        c for c in can
        if c["exercise"] and c["exercise"]["points"]
        and "    raise NotImplementedError" in c["source"]
    )  # fmt: skip
    checker = exercise["exercise"]["checker"]
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/{name}.html")
    element = place(page, first, cells)
    stored = outputs(element)
    element.locator(".run").first.click()
    element.locator(".cm-content").wait_for()
    settle(element)
    run_all_above(element)
    assert outputs(element) == stored

    work = place(page, exercise, cells)
    work.locator(".try").click()
    work.locator(".cm-content").wait_for()
    assert_not_yet(answer(work, wrong(exercise)), checker)
    solved = next(c for c in code(BOOK[name]) if c.id == exercise["id"])
    assert f"{checker}: passed" in answer(work, solved.source)

    write(element, "while True:\n    pass")
    element.locator(".live-run").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    settle(element)
    assert "Stopped." in element.inner_text()
    write(element, "6 * 7")
    run(element)
    assert outputs(element).strip() == "42"

    page.reload()
    kept = place(page, first, cells).locator(".cm-content")
    assert kept.inner_text().strip() == "6 * 7"
    assert "1 of" in page.locator(".live-progress").inner_text()
    page.close()


def test_the_scripts_are_named_by_their_content(site):
    assert (site / "live" / digest()).is_dir() or not (site / "live").exists()
