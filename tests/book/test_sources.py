"""The bibliography: every source whole, within reach, and cited."""

import re
import unicodedata

import pytest
from pybtex.backends.plaintext import Backend
from pybtex.database import parse_file, parse_string
from pybtex.richtext import Text

from tests.book.conftest import parsed
from tools.notebooks import ROOT

NEEDED = {
    "article": {"author", "title", "journal", "volume", "pages", "year"},
    "book": {"author", "title", "publisher", "year"},
    "inproceedings": {"author", "title", "booktitle", "year"},
    # A preprint.
    "misc": {"author", "title", "eprint", "year"},
}
LINKS = {
    "doi": r"10\.\d{4,9}/\S+",
    "eprint": r"\d{4}\.\d{4,5}",
    "url": r"https://\S+",
}
ROLE = re.compile(r"\{cite([:\w]*)\}`([^`]+)`")
PLAIN = Backend()
SOURCES = parse_file(ROOT / "references.bib").entries


def written(latex):
    """Return the characters that LaTeX stands for."""
    return Text.from_latex(latex).render(PLAIN)


def expected_key(entry):
    """Return the first author's last name and the year, in plain letters."""
    name = written(" ".join(entry.persons["author"][0].last_names))
    plain = unicodedata.normalize("NFKD", name.lower())
    return re.sub("[^a-z]", "", plain) + entry.fields["year"]


def capitals_at_risk(title):
    """Return the capitals that a style which lowers titles would lose."""
    while (bare := re.sub(r"\{[^{}]*\}", "", title)) != title:
        title = bare
    return re.findall(r"(?<!^)[A-Z]", title)


def faults(key, entry):
    """Return what is wrong with an entry, in words."""
    fields = entry.fields
    there = set(fields) | set(entry.persons)
    if missing := NEEDED[entry.type] - there:
        return [f"lacks {', '.join(sorted(missing))}"]
    found = []
    people = entry.persons["author"]
    if not all(p.first_names and p.last_names for p in people):
        found.append("an author without a first or a last name")
    if key != expected_key(entry):
        found.append(f"the key should be {expected_key(entry)}")
    if entry.type != "book" and (lost := capitals_at_risk(fields["title"])):
        found.append(f"capitals without braces: {', '.join(lost)}")
    if any("$" in value for value in fields.values()):
        found.append("a formula, which the site would not set")
    if "pages" in fields:
        span = re.fullmatch(r"(\d+)--(\d+)|e\d+", fields["pages"])
        if not span or (span[1] and int(span[1]) > int(span[2])):
            found.append(f"pages {fields['pages']}")
    found += [
        f"{name} {fields[name]}"
        for name in LINKS.keys() & there
        if not re.fullmatch(LINKS[name], fields[name])
    ]
    if ("nodoi" in there) == bool(LINKS.keys() & there):
        found.append("needs either a link or a reason why it has none")
    return found


@pytest.mark.parametrize("key", SOURCES)
def test_every_source_is_whole_and_within_reach(key):
    assert faults(key, SOURCES[key]) == []


WHOLE = """@article{muller1999, author = {M{\\"u}ller, Ada},
  title = {On {ReLU}}, journal = {J}, volume = {1}, pages = {2--10},
  year = {1999}, doi = {10.1000/1}}"""


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("volume = {1},", "", "lacks volume"),
        ("pages = {2--10},", "", "lacks pages"),
        ("M{\\\"u}ller, Ada", "M{\\\"u}ller", "without a first"),
        ("muller1999", "mueller1999", "the key should be muller1999"),
        ("year = {1999}", "year = {1998}", "the key should be muller1998"),
        ("{ReLU}", "ReLU", "capitals without braces: R, L, U"),
        ("{ReLU}", "$n$-cubes", "a formula"),
        ("2--10", "2-10", "pages 2-10"),
        ("2--10", "20--10", "pages 20--10"),
        ("10.1000/1", "https://doi.org/10.1000/1", "doi https"),
        ("doi = {10.1000/1}", "", "needs either a link or a reason"),
        ("doi =", "nodoi = {a book}, doi =", "needs either a link or"),
        ("doi = {10.1000/1}", "eprint = {cs/1}", "eprint cs/1"),
    ],
)  # fmt: skip
def test_a_fault_is_found(right, wrong, fault):
    [(key, entry)] = parse_string(WHOLE, "bibtex").entries.items()
    assert faults(key, entry) == []
    broken = parse_string(WHOLE.replace(right, wrong), "bibtex").entries
    [(key, entry)] = broken.items()
    assert any(fault in found for found in faults(key, entry))


def test_no_source_is_listed_twice():
    for field in ("title", "doi", "eprint", "url"):
        values = [
            re.sub("[{}]", "", entry.fields[field]).lower()
            for entry in SOURCES.values()
            if field in entry.fields
        ]
        assert len(values) == len(set(values)), field


def citations():
    """Yield the page, the role and the key of every citation."""
    for path in sorted((ROOT / "chapters").rglob("*.*")):
        if path.suffix == ".md":
            texts = [path.read_text(encoding="utf-8")]
        elif path.suffix == ".ipynb":
            cells = parsed(path).cells
            texts = [c.source for c in cells if c.cell_type == "markdown"]
        else:
            continue
        for role, keys in ROLE.findall("\n".join(texts)):
            yield from ((path.name, role, k.strip()) for k in keys.split(","))


def test_every_citation_has_its_source():
    for page, _, key in citations():
        assert key in SOURCES, page
    # The roles that the notebooks' edition knows (tools/plain.py).
    assert {role for _, role, _ in citations()} <= {":t", ":p"}


def test_every_source_is_cited():
    assert set(SOURCES) - {key for _, _, key in citations()} == set()
