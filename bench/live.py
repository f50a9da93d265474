"""Measure the first click: seconds until a cell's first result is shown.

`python bench/live.py` builds nothing: it opens a page of `_build/html` in
Chromium with an empty cache, from a server on this machine that compresses as
GitHub Pages does, presses "Run" on the first cell and waits for what NumPy
prints.  It prints each time, and the median; the goal is 3.5 seconds.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from serving import ARGUMENTS, served

GOAL = 3.5
#: In the page, so that nothing but the page is timed.
CLICK = """() => new Promise((done) => {
  const button = document.querySelector(".cell:has(> .cell_output) .run");
  const cell = button.closest(".cell");
  const output = cell.querySelector(".cell_output");
  const began = performance.now();
  new MutationObserver((_, watch) => {
    if (!output.querySelector("[data-stream], .text_plain")) return;
    watch.disconnect();
    done((performance.now() - began) / 1000);
  }).observe(output, { childList: true });
  button.click();
})"""


def first_result(browser: Browser, address: str) -> float:
    """Return the seconds from the click to the first result, cold."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(address, wait_until="networkidle")
    seconds: float = page.evaluate(CLICK)
    context.close()
    return seconds


def main() -> None:
    """Measure five times, say the median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, nargs="?", default="_build/html")
    parser.add_argument("--page", default="chapters/cost/modes")
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    if not (given.site / "live").exists():
        raise SystemExit(f"{given.site} was built without Python in its pages")
    if not (given.site / f"{given.page}.html").exists():
        raise SystemExit(
            f"there is no page {given.page}: name one with --page"
        )
    with sync_playwright() as playwright, served(given.site) as address:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium")
            or shutil.which("google-chrome"),
            args=ARGUMENTS,
        )
        seconds = [
            first_result(browser, f"{address}/{given.page}.html")
            for _ in range(given.repeats)
        ]
        browser.close()
    print("first result:", *(f"{s:.2f}" for s in seconds), "s")
    print(f"median {statistics.median(seconds):.2f} s, goal {GOAL} s")


if __name__ == "__main__":
    main()
