"""Measure the built site in Chromium: bytes, tab stops, shifts, time.

`make site-bench` measures `_build/html` and prints it beside what was
measured of the site before it was made light (bench/site_before.json).
Bytes and tab stops are the same on every machine.  Times are not: to
compare them, give a second site with `--against FOLDER`, and both are
measured in turn.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from serving import ARGUMENTS, served

ROOT = Path(__file__).resolve().parents[1]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
#: Lighthouse's "slow 4G": 1.6 Mbit/s down, 150 ms, a processor slowed 4 times.
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}

#: What Tab stops at, in the order of the page, and headings and exercises.
STOPS = """() => {
  const seen = (e) => e.checkVisibility({visibilityProperty: true});
  const scrolls = (e) => e.matches("pre, div, table") && e.tabIndex < 0
    && e.scrollWidth > e.clientWidth + 1
    && ["auto", "scroll"].includes(getComputedStyle(e).overflowX)
    && !e.querySelector("a[href], button, input, [tabindex='0']");
  const stops = (e) => (e.tabIndex >= 0 && e.matches(
      "a[href], button, input, select, textarea, summary, [tabindex]")
    || scrolls(e)) && seen(e);
  const all = [...document.querySelectorAll("body *")];
  const total = all.filter(stops).length;
  // From a heading to the controls of the exercise that comes after it.
  let run = 0, longest = 0;
  for (const e of document.querySelectorAll("article *")) {
    if (e.matches("h2, h3")) run = 0;
    else if (e.matches(".tag_exercise summary, .tag_exercise button")) {
      longest = Math.max(longest, run + 1);
      run = 0;
    } else if (stops(e)) run += 1;
  }
  return [total, longest];
}"""
OBSERVE = """() => {
  window.__shift = 0; window.__lcp = 0; window.__long = 0;
  new PerformanceObserver((l) => l.getEntries().forEach((e) => {
    if (!e.hadRecentInput) window.__shift += e.value;
  })).observe({type: "layout-shift", buffered: true});
  new PerformanceObserver((l) => l.getEntries().forEach((e) => {
    window.__lcp = e.startTime;
  })).observe({type: "largest-contentful-paint", buffered: true});
}"""
#: MathJax, where a site uses it, works on after the page has loaded.
SETTLED = """async () => {
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  await document.fonts.ready;
}"""


def open_page(browser: Browser, viewport: dict[str, int]) -> Page:
    """Return a page of a new context, that is, with an empty cache."""
    context = browser.new_context(viewport=viewport)  # type: ignore[arg-type]
    context.add_init_script(f"({OBSERVE})()")
    return context.new_page()


def load(page: Page, address: str) -> None:
    """Load a page and wait until nothing moves."""
    page.goto(address, wait_until="load")
    page.evaluate(f"({SETTLED})()")
    page.wait_for_load_state("networkidle")


def weigh(browser: Browser, address: str, names: list[str]) -> dict[str, Any]:
    """Return kB on a first and on a later visit, and tab stops, by page."""
    page = open_page(browser, DESKTOP)
    sizes: dict[str, int] = {}
    found: dict[str, Any] = {}
    asked: set[str] = set()

    def note(response: Any) -> None:
        if response.url.startswith(address):
            asked.add(response.url)
            length = int(response.headers.get("content-length", 0))
            sizes[response.url] = max(length, sizes.get(response.url, 0))

    page.on("response", note)
    seen: set[str] = set()
    for name in names:
        asked.clear()
        load(page, f"{address}/{name}")
        # Images below the window count too: they are read.
        for image in page.locator("article img").all():
            image.scroll_into_view_if_needed(timeout=2000)
        page.wait_for_load_state("networkidle")
        total, longest = page.evaluate(f"({STOPS})()")
        first = sum(sizes[url] for url in asked)
        later = sum(sizes[url] for url in asked - seen)
        seen |= asked
        found[name] = {
            "first visit kB": round(first / 1000),
            "later kB": round(later / 1000),
            "tab stops": total,
            "to exercise": longest,
        }
    page.context.close()
    return found


def steadiness(
    browser: Browser, address: str, name: str, repeats: int
) -> dict[str, float]:
    """Return layout shift and seconds of the main thread, cold."""
    shifts, seconds = [], []
    for _ in range(repeats):
        page = open_page(browser, PHONE)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        load(page, f"{address}/{name}")
        metrics = session.send("Performance.getMetrics")["metrics"]
        work = {m["name"]: m["value"] for m in metrics}
        shifts.append(page.evaluate("window.__shift"))
        seconds.append(work["TaskDuration"])
        page.context.close()
    return {
        "shift": round(max(shifts), 3),
        "main thread s": round(statistics.median(seconds), 2),
    }


def first_paint(
    browser: Browser, address: str, name: str, repeats: int
) -> float:
    """Return seconds to the largest paint on a slow phone."""
    seconds = []
    for _ in range(repeats):
        page = open_page(browser, PHONE)
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(f"{address}/{name}", wait_until="load", timeout=90_000)
        page.wait_for_timeout(500)
        seconds.append(page.evaluate("window.__lcp") / 1000)
        page.context.close()
    return round(statistics.median(seconds), 2)


def pages_of(folder: Path) -> list[str]:
    """Return the pages that a reader reads, the home page first."""
    chapters = sorted(folder.glob("chapters/*/*.html"))
    readable = [
        p for p in chapters if 'http-equiv="refresh"' not in p.read_text()
    ]
    return ["intro.html", *(str(p.relative_to(folder)) for p in readable)]


def measure(folder: Path, repeats: int) -> dict[str, Any]:
    """Return every figure of the site in a folder, by page."""
    names = pages_of(folder)
    longest = sorted(names[1:], key=lambda n: -(folder / n).stat().st_size)
    timed = ["intro.html", *(n for n in longest if "appendix" not in n)][:4]
    with sync_playwright() as playwright, served(folder) as address:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium")
            or shutil.which("google-chrome"),
            args=ARGUMENTS,
        )
        found = weigh(browser, address, names)
        for name in timed:
            found[name] |= steadiness(browser, address, name, repeats)
            found[name]["LCP s"] = first_paint(browser, address, name, repeats)
        browser.close()
    return found


COLUMNS = [
    "first visit kB", "later kB", "tab stops", "to exercise", "shift",
    "main thread s", "LCP s",
]  # fmt: skip


def table(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return both sites' figures, a line for a page."""
    wide = max(map(len, [*before, *after]))
    head = " " * wide + "".join(f"{c:>17}" for c in COLUMNS)
    lines = [head]
    for name in dict.fromkeys([*after, *before]):
        cells = [
            f"{before.get(name, {}).get(c, '')} > "
            f"{after.get(name, {}).get(c, '')}"
            for c in COLUMNS
        ]
        lines.append(
            f"{name:{wide}}"
            + "".join(f"{'' if cell == ' > ' else cell:>17}" for cell in cells)
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, print before and after."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, nargs="?", default="_build/html")
    parser.add_argument("--against", type=Path, help="an earlier site")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", type=Path, help="keep the figures as JSON")
    given = parser.parse_args()
    stored = ROOT / "bench" / "site_before.json"
    before = (
        measure(given.against, given.repeats)
        if given.against
        else json.loads(stored.read_text())
        if stored.exists()
        else {}
    )
    after = measure(given.site, given.repeats)
    if given.write:
        given.write.write_text(json.dumps(after, indent=1) + "\n")
    print("before > after")
    print(table(before, after))


if __name__ == "__main__":
    main()
