"""Every link leads somewhere; old addresses do too; robots know the way."""

import json
import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest

pytestmark = pytest.mark.slow

BASE = "https://some-instructor.github.io/our-course/"


@pytest.fixture(scope="module")
def every(site):
    return {
        p.relative_to(site).as_posix(): p.read_text(encoding="utf-8")
        for p in site.rglob("*.html")
    }


def test_no_link_is_broken(site, every):
    ids = {
        name: set(re.findall(r'\sid="([^"]+)"', text))
        for name, text in every.items()
    }
    broken = []
    for name, text in every.items():
        if name == "404.html":
            continue
        folder = (site / name).parent
        links = re.findall(r'\s(?:href|src)="([^"]*)"', text)
        for address in map(unescape, links):
            if re.match(r"[a-z]+:", address) or address.startswith("//"):
                continue
            path, _, anchor = address.partition("#")
            path = path.partition("?")[0]
            target = (folder / path).resolve() if path else site / name
            if not target.is_file():
                broken.append((name, address))
            elif anchor and target.suffix == ".html":
                page = target.relative_to(site).as_posix()
                if anchor not in ids[page]:
                    broken.append((name, address))
    assert not broken


def test_ids_are_not_repeated(pages):
    for name, text in pages.items():
        ids = re.findall(r'<[^>]*\sid="([^"]+)"', text)
        twice = {i for i in ids if ids.count(i) > 1}
        assert not twice, name


def test_the_map_lists_every_page_once(site, pages):
    tree = ET.parse(site / "sitemap.xml").getroot()
    listed = [e.text for e in tree.iter() if e.tag.endswith("}loc")]
    assert sorted(listed) == sorted(BASE + name for name in pages)
    robots = (site / "robots.txt").read_text()
    assert f"Sitemap: {BASE}sitemap.xml" in robots


def test_titles_canonical_addresses_and_pictures(site, pages):
    titles = {}
    for name, text in pages.items():
        title = re.search(r"<title>(.*?)</title>", text)[1]
        assert title.count("Neural Networks by Hand") == 1, name
        assert "<" not in title
        assert title not in titles, (name, titles.get(title))
        titles[title] = name
        assert f'<link rel="canonical" href="{BASE}{name}">' in text
        social = re.search(r'og:title" content="([^"]*)"', text)[1]
        assert "<" not in unescape(social)
        picture = re.search(r'og:image" content="([^"]*)"', text)[1]
        assert picture.startswith(BASE)
        assert (site / picture.removeprefix(BASE)).stat().st_size > 5_000


def test_a_wrong_address_finds_help_at_any_depth(site):
    text = (site / "404.html").read_text()
    assert '<base href="/our-course/">' in text
    assert 'name="robots" content="noindex"' in text


def test_an_old_address_leads_to_the_new_one(site, root):
    import yaml  # noqa: PLC0415

    moved = yaml.safe_load(
        (root / "tools" / "booksite" / "redirects.yml").read_text()
    )
    for old, new in moved.items():
        text = (site / f"{old}.html").read_text()
        if 'http-equiv="refresh"' in text:
            target = re.search(r'url=([^"]+)"', text)[1]
            folder = (site / old).parent
            assert (folder / target).resolve() == (site / f"{new}.html")


def test_search_knows_words_and_no_tex(site):
    index = (site / "searchindex.js").read_text()
    found = json.loads(index.removeprefix("Search.setIndex(").rstrip(")"))
    terms = set(found["terms"]) | set(found["titleterms"])
    assert "network" in terms
    assert not terms & {"mathbb", "frac", "lvert", "qquad", "operatornam"}


def test_the_site_carries_nothing_that_no_page_uses(site):
    size = sum(p.stat().st_size for p in (site / "_static").rglob("*"))
    assert size < 400_000
