"""Every file that the site ships is in the table of licenses."""

import re
from fnmatch import fnmatch

import pytest

pytestmark = pytest.mark.slow

#: Written by the builder for itself, without content of anybody.
BOOKKEEPING = {".buildinfo", ".nojekyll"}


@pytest.fixture(scope="module")
def table(root):
    text = (root / "THIRD_PARTY.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines()
            if line.startswith("| ")]  # fmt: skip
    return [[cell.strip() for cell in row] for row in rows[2:]]


def files(table):
    return {name for row in table for name in re.findall(r"`([^`]+)`", row[0])}


def test_nothing_shipped_is_missing(site, table):
    listed = files(table)
    for path in site.rglob("*"):
        name = str(path.relative_to(site).as_posix())
        if path.is_dir() or path.suffix == ".html" or name in BOOKKEEPING:
            continue
        assert any(
            fnmatch(name, f"{known}*" if known.endswith("/") else known)
            for known in listed
        ), f"{name} is shipped: name it in THIRD_PARTY.md"


def test_nothing_is_listed_that_is_not_shipped(site, table):
    for name in files(table):
        # A build that reaches no network has no Python in the page.
        if (site / "live").exists() or not name.startswith("live/"):
            assert any(site.glob(name)), name


def test_every_row_names_a_license(root, table):
    for _, what, whose, license_ in table:
        assert what
        assert whose
        assert re.search(r"License|MIT|BSD|CC BY|Vera", license_)
        for path in re.findall(r"`([^`]+)`", license_):
            assert (root / path).is_file(), path


def test_what_is_vendored_has_its_license(root, table):
    text = "\n".join(" ".join(row) for row in table)
    for folder in (root / "vendor").iterdir():
        assert f"vendor/{folder.name}/LICENSE" in text
        assert (folder / "LICENSE").is_file()


def test_pages_load_nothing_from_elsewhere(site):
    """A script or style of another site would be shipped by it, unlisted."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for tag in re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", text):
            if 'rel="canonical"' not in tag and 'rel="license"' not in tag:
                assert not re.search(r"(?:src|href)=\"(?:https?:)?//", tag), (
                    path, tag
                )  # fmt: skip
