"""A printed chapter, page by page: whole, linked, with its numbers."""

import re

import numpy as np
import pypdfium2
import pytest
import yaml
from pypdfium2 import raw

from tools import paper

pytestmark = pytest.mark.slow

TITLE = "A chapter"
#: Millimeters to points.
MM = 72 / 25.4


@pytest.fixture(scope="module")
def names(root):
    toc = yaml.safe_load((root / "_toc.yml").read_text())
    return next(iter(paper.parts(toc).values()))


@pytest.fixture(scope="module")
def made(site, names):
    return paper.document(site, TITLE, names, None)


@pytest.fixture(scope="module")
def printed(made, browser, tmp_path_factory):
    target = tmp_path_factory.mktemp("pdf") / "chapter.pdf"
    html, listed = made
    paper.print_one(browser, TITLE, target, html,
                    listed)  # fmt: skip
    document = pypdfium2.PdfDocument(target)
    yield document
    document.close()


def ink(page):
    """Where a page is not white, as an array of a pixel to the point."""
    return np.asarray(page.render(scale=1).to_pil().convert("L")) < 200


def test_addresses_hold_in_one_document(made):
    html, _ = made
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    for address in re.findall(r'href="#([^"]+)"', html):
        assert address in ids, address
    # A link out of the document leads to the published site or nowhere.
    for address in re.findall(r'<a [^>]*href="([^"]+)"', html):
        assert address.startswith(("#", "http")), address


def test_links_to_other_chapters_lead_to_the_site(site, names):
    html, _ = paper.document(site, "Cost", names, "https://a.b/course/")
    assert 'href="https://a.b/course/chapters/' in html


def test_nothing_is_cut_and_no_page_is_empty(printed):
    assert len(printed) > 15
    for number in range(len(printed)):
        page = ink(printed[number])
        height, width = page.shape
        side = int(15 * MM)
        assert not page[:, :side].any(), f"page {number + 1}, left"
        assert not page[:, width - side :].any(), f"page {number + 1}, right"
        assert not page[: int(15 * MM)].any(), f"page {number + 1}, top"
        body = page[: height - int(20 * MM)]
        assert body.sum() > 100, f"page {number + 1} is empty"


def test_every_page_has_its_number(printed):
    for number in range(len(printed)):
        text = printed[number].get_textpage().get_text_bounded()
        assert text.rstrip().endswith(str(number + 1))


def test_the_contents_name_the_pages_where_sections_start(printed, made):
    _, listed = made
    marks = [m for m in printed.get_toc(max_depth=10) if m.level < 2]
    assert len(marks) == len(listed)
    contents = ""
    for number in range(4):
        contents += printed[number].get_textpage().get_text_range()
    words = " ".join(contents.split())
    for mark in marks[1:8]:
        title = " ".join(mark.get_title().split())
        page = mark.get_dest().get_index() + 1
        assert f"{title} {page}" in words, (title, page)


def test_links_work(printed):
    total = 0
    for number in range(len(printed)):
        page, position = printed[number], raw.c_int(0)
        link = raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page, position, link):
            dest = raw.FPDFLink_GetDest(printed, link)
            action = raw.FPDFLink_GetAction(link)
            assert dest or action
            if dest:
                index = raw.FPDFDest_GetDestPageIndex(printed, dest)
                assert 0 <= index < len(printed)
            total += 1
    assert total > 30


def test_boxes_and_figures_fit_a_page(made, browser, tmp_path):
    html, _ = made
    source = tmp_path / "book.html"
    source.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": paper.COLUMN, "height": 980})
    page.emulate_media(media="print")
    page.goto(source.as_uri())
    page.evaluate(paper.FIT)
    found = page.evaluate(
        """() => {
          const of = (q) => [...document.querySelectorAll(q)];
          const cut = of("pre, .scroll, .formula, .figure-box").filter(
            (e) => e.scrollWidth > e.clientWidth + 1);
          const empty = of("pre").filter((e) => !e.textContent.trim());
          const tall = of("figure, .figure-box").filter(
            (e) => e.getBoundingClientRect().height > 950);
          const short = of("table").filter((t) => t.rows.length < 15);
          const split = of("figure, pre").concat(short).filter(
            (e) => getComputedStyle(e).breakInside !== "avoid");
          const folded = of("details:not([open])");
          return [cut, empty, tall, split, folded].map(
            (l) => l.map((e) => e.outerHTML.slice(0, 200)));
        }"""
    )
    page.close()
    assert found == [[], [], [], [], []]
