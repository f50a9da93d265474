"""Print the built site: one PDF for each chapter, one for the book.

Chromium prints what it shows: the pages of a chapter are put behind one
another, links between them lead from page to page of the PDF, and a table of
contents says on which page a section starts.  It is printed twice, since only
a printed page has a number.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from html import escape, unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import yaml
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
#: The printed column: A4 less its margins, in CSS pixels.
COLUMN = 665
MARGINS = {"top": "18mm", "bottom": "20mm", "left": "17mm", "right": "17mm"}
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
#: Shrink what is wider than the column: nothing can be scrolled on paper.
FIT = """() => {
  document.querySelectorAll("details").forEach((d) => { d.open = true; });
  document.querySelectorAll("img").forEach((i) => { i.loading = "eager"; });
  for (const box of document.querySelectorAll(".formula, .scroll")) {
    const inner = box.firstElementChild;
    const ratio = box.clientWidth / Math.max(box.scrollWidth, 1);
    if (ratio < 1) inner.style.fontSize = `${Math.max(55, 98 * ratio)}%`;
  }
}"""


def chromium() -> str:
    """Return the browser that prints."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if found := shutil.which(name):
            return found
    raise SystemExit(
        "No Chromium was found to print with: install Chromium or Google "
        "Chrome, then try again."
    )


def parts(toc: dict[str, Any]) -> dict[str, list[str]]:
    """Return the pages of each chapter, by the chapter's folder."""
    found: dict[str, list[str]] = {}
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            names = [chapter["file"]] + [
                s["file"] for s in chapter.get("sections", [])
            ]
            found.setdefault(names[0].split("/")[1], []).extend(names)
    return found


def mark(name: str) -> str:
    """Return a page's prefix for ids."""
    return name.replace("/", "-")


def article(site: Path, name: str, inside: set[str], base: str | None) -> str:
    """Return a page's text with ids and links that hold in one document."""
    page = (site / f"{name}.html").read_text(encoding="utf-8")
    found = re.search(r"<article[^>]*>(.*)</article>", page, re.DOTALL)
    if found is None:
        raise ValueError(f"{name}.html has no article")
    text = re.sub(
        r'(<[a-z][^>]*?\sid=")([^"]+")', rf"\1{mark(name)}--\2", found[1]
    )
    folder = Path(name).parent

    def relinked(match: re.Match[str]) -> str:
        address = unescape(match[1])
        if re.match(r"[a-z]+:", address):
            return match[0]
        path, _, anchor = address.partition("#")
        target = (
            str((site / folder / path).resolve().relative_to(site))
            if path
            else f"{name}.html"
        )
        page = target.removesuffix(".html")
        if page in inside:
            end = f"--{anchor}" if anchor else ""
            return f'href="#{mark(page)}{end}"'
        if base:
            tail = f"#{anchor}" if anchor else ""
            return f'href="{escape(base.rstrip("/"))}/{target}{tail}"'
        return ""

    text = re.sub(r'href="([^"]*)"', relinked, text)
    text = re.sub(
        r'src="([^"]+)"',
        lambda m: f'src="{(site / folder / m[1]).resolve().as_uri()}"',
        text,
    )
    return f'<article id="{mark(name)}">{text}</article>'


def headings(html: str) -> list[tuple[int, str, str]]:
    """Return level, address and text of the first two levels of headings."""
    found = []
    for match in re.finditer(
        r'<article id="([^"]+)">|<section[^>]* id="([^"]+)"[^>]*>\s*'
        r"(?:<span id=[^>]*></span>\s*)*<h([12])>(.*?)</h\3>",
        html,
        re.DOTALL,
    ):
        if match[3]:
            text = re.sub(r'<a [^>]*class="headerlink".*?</a>', "", match[4])
            found.append((int(match[3]), match[2], text.strip()))
    return found


def document(
    site: Path, title: str, names: list[str], base: str | None
) -> tuple[str, list[tuple[int, str, str]]]:
    """Return one document of several pages, and its headings."""
    inside = set(names)
    body = "\n".join(article(site, name, inside, base) for name in names)
    styles = "".join(
        f'<link rel="stylesheet" href="{(site / "_static" / s).as_uri()}">'
        for s in ("book.css", "pygments.css", "math.css")
        if (site / "_static" / s).exists()
    )
    listed = headings(body)
    rows = "".join(
        f'<li class="level-{level}"><a href="#{address}">{text}</a>'
        f'<span data-page="{address}">00</span></li>'
        for level, address, text in listed
    )
    head = (
        '<!doctype html><html lang="en" data-theme="light"><head>'
        f'<meta charset="utf-8"><title>{escape(title)}</title>{styles}'
        "<style>.paper-title{margin:55mm 0 20mm;font-size:26pt}"
        ".paper-toc{list-style:none;padding:0;break-after:page}"
        ".paper-toc li{display:flex;justify-content:space-between;gap:1rem}"
        ".paper-toc .level-1{font-weight:600;margin-top:.6rem}"
        ".paper-toc .level-2{padding-left:1.5rem}"
        "article+article{break-before:page}</style></head><body><main>"
    )
    front = (
        f'<p class="paper-title"><b>{escape(title)}</b></p>'
        f'<ol class="paper-toc">{rows}</ol>'
    )
    return f"{head}{front}{body}</main></body></html>", listed


def starts(pdf: Path, listed: list[tuple[int, str, str]]) -> list[int]:
    """Return the page number on which each heading stands.

    Chromium writes an outline of all headings in their order; those of the
    contents are the first two levels of it.
    """
    outline = pypdfium2.PdfDocument(pdf)
    try:
        pages = [
            mark.get_dest().get_index() + 1
            for mark in outline.get_toc(max_depth=10)
            if mark.level < 2
        ]
    finally:
        outline.close()
    if len(pages) != len(listed) or any(b < a for a, b in pairwise(pages)):
        raise ValueError(
            f"{len(pages)} headings were printed, {len(listed)} are listed"
        )
    return pages


def print_one(
    browser: Browser, title: str, target: Path, html: str,
    listed: list[tuple[int, str, str]],
) -> None:  # fmt: skip
    """Print a document, with the numbers of its pages in its contents."""
    footer = (
        '<div style="font:8px sans-serif;width:100%;padding:0 17mm;'
        'display:flex;justify-content:space-between;color:#444">'
        f"<span>{escape(title)}</span>"
        '<span class="pageNumber"></span></div>'
    )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "book.html")
        source.write_text(html, encoding="utf-8")
        page = browser.new_page(viewport={"width": COLUMN, "height": 980})
        page.emulate_media(media="print")
        page.goto(source.as_uri())
        page.evaluate(FIT)
        page.wait_for_load_state("networkidle")

        def write() -> None:
            page.pdf(
                path=target, format="A4", margin=MARGINS, outline=True,
                tagged=True, print_background=True,
                display_header_footer=True, header_template="<span></span>",
                footer_template=footer,
            )  # fmt: skip

        write()
        numbers = dict(
            zip((a for _, a, _ in listed), starts(target, listed), strict=True)
        )
        page.evaluate(
            "(n) => document.querySelectorAll('[data-page]').forEach((e) =>"
            " { e.textContent = n[e.dataset.page]; })",
            numbers,
        )
        write()
        page.close()


def print_all(site: Path, base: str | None = None) -> list[Path]:
    """Print each chapter and the book into the site's folder pdf."""
    chapters = parts(yaml.safe_load((ROOT / "_toc.yml").read_text()))
    book = yaml.safe_load((ROOT / "_config.yml").read_text())["title"]
    folder = site / "pdf"
    folder.mkdir(exist_ok=True)
    written = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=ARGUMENTS
        )
        for chapter, names in chapters.items():
            if chapter == "appendix":
                continue
            text = (site / f"{names[0]}.html").read_text(encoding="utf-8")
            found = re.search(r"<title>(.*?)( ·.*)?</title>", text)
            title = unescape(found[1]) if found else chapter
            html, listed = document(site, title, names, base)
            target = folder / f"{chapter}.pdf"
            print_one(browser, title, target, html, listed)
            written.append(target)
        names = [n for group in chapters.values() for n in group]
        html, listed = document(site, book, names, base)
        print_one(browser, book, folder / "book.pdf", html, listed)
        written.append(folder / "book.pdf")
        browser.close()
    for target in written:
        print(f"Printed {target.name}")
    return written
