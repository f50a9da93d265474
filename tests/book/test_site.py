"""The built site: complete, and the same in any folder."""

import html
import re
import shutil

import pytest
import yaml

from tools.book import configuration

pytestmark = pytest.mark.slow

FORK = "https://github.com/some-instructor/our-course"


def toc_files(root):
    def files(node):
        if isinstance(node, dict):
            yield from (node[k] for k in ("root", "file") if k in node)
            node = list(node.values())
        if isinstance(node, list):
            for child in node:
                yield from files(child)

    return list(files(yaml.safe_load((root / "_toc.yml").read_text())))


def test_every_page_of_the_contents_is_built(root, pages):
    assert {f"{name}.html" for name in toc_files(root)} == set(pages)


def test_every_notebook_is_in_the_contents(root):
    notebooks = {
        str(p.relative_to(root).with_suffix(""))
        for p in (root / "chapters").rglob("*.ipynb")
    }
    assert notebooks <= set(toc_files(root))


def test_no_page_asks_another_host_for_anything(pages):
    loaded = re.compile(
        r"<(?:script|img|iframe|source)[^>]*\ssrc=\"(https?:)?//"
        r"|<link[^>]*rel=\"(?:stylesheet|preload|icon)\"[^>]*href=\"https?:"
    )
    for name, text in pages.items():
        assert not loaded.search(text), (name, loaded.search(text))
        assert "thebe" not in text.lower(), name


def test_every_page_has_a_description_and_a_preview(pages):
    seen = {}
    for name, text in pages.items():
        found = re.search(r'<meta content="([^"]+)" name="description"', text)
        assert found, f"{name} has no description"
        description = html.unescape(found[1])
        assert 50 <= len(description) <= 160, (name, len(description))
        assert description not in seen, (name, seen.get(description))
        seen[description] = name
        preview = re.search(r'og:description" content="([^"]+)"', text)
        assert html.unescape(preview[1]) == description
        assert '<meta property="og:title" content="' in text
        assert "https://some-instructor.github.io/our-course/" in text


def test_a_fork_points_to_the_fork(root, pages):
    upstream = yaml.safe_load((root / "_config.yml").read_text())[
        "repository"
    ]["url"].removeprefix("https://github.com/")
    for name, text in pages.items():
        assert upstream not in text, name
        source = name.removesuffix(".html")
        if (root / f"{source}.ipynb").exists():
            # Nobody edits a notebook's JSON: this editor shows notebooks.
            edit = FORK.replace("github.com", "github.dev")
            assert f"{edit}/blob/spring/{source}.ipynb" in text, name
        else:
            assert f"{FORK}/edit/spring/{source}.md" in text, name
        assert f"{FORK}/issues/new?title=" in text, name
    for name in (n for n in toc_files(root) if (root / f"{n}.ipynb").exists()):
        text = pages[f"{name}.html"]
        launch = "mybinder.org/v2/gh/some-instructor/our-course/student"
        assert f"{launch}?urlpath=lab/tree/{name}.ipynb" in text
        colab = "/github/some-instructor/our-course/blob/student/"
        assert f"{colab}{name}.ipynb" in text
        pulled = (
            "https://hub.example.org/hub/user-redirect/git-pull?repo=https"
            "%3A//github.com/some-instructor/our-course&urlpath="
            f"lab/tree/our-course/{name}.ipynb&branch=student"
        )
        assert pulled in html.unescape(text)
        assert f'href="{"../" * name.count("/")}_sources/{name}.ipynb"' in text


def test_an_address_may_end_in_git_or_in_a_slash():
    config = {
        "repository": {"url": "x", "branch": "main"},
        "html": {},
        "sphinx": {"local_extensions": {"booksite": "tools"}},
    }
    for address in (FORK, FORK + ".git", FORK + "/"):
        made = configuration(config, {"BOOK_REPOSITORY": address})
        assert made["repository"] == {"url": FORK, "branch": "main"}
    assert configuration(config, {})["repository"]["url"] == "x"
    assert config["repository"]["url"] == "x"


def test_the_download_button_hands_out_no_solution(root, site):
    for path in (root / "chapters").rglob("*.ipynb"):
        sent = site / "_sources" / path.relative_to(root)
        assert "# solution" not in sent.read_text(encoding="utf-8")
        assert "Installs the package" in sent.read_text(encoding="utf-8")


def test_solutions_are_folded(root, pages):
    for name in toc_files(root):
        source = root / f"{name}.ipynb"
        if source.exists() and "# solution" in source.read_text():
            assert "Show a solution" in pages[f"{name}.html"]


def test_no_cell_output_is_missing_and_nothing_failed(pages):
    for name, text in pages.items():
        assert "NotImplementedError: Exercise" not in text, name
        assert "system-message" not in text, name


def test_the_site_works_from_any_folder(site, browser, served, tmp_path):
    """Below another path, as on a USB stick or a project's page."""
    shutil.copytree(site, tmp_path / "deep" / "book")
    with served(tmp_path) as address:
        page = browser.new_page()
        failed = []
        page.on("response", lambda r: r.status < 400 or failed.append(r.url))
        page.goto(f"{address}/deep/book/")
        page.wait_for_url("**/intro.html")
        page.wait_for_load_state("networkidle")
        page.close()
    assert not failed
