"""Write the book's MyST as plain Markdown, for front ends that know no MyST.

JupyterLab, Colab and VS Code show a role such as ``{eq}`eq-loss` `` as it
stands.  Here every reference becomes the words that the site shows: the
number of a theorem or an equation, the title of a page, author and year.
Numbers are those of the whole book, so that a chapter alone, the site and
the edition agree.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Set
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import yaml
from nbformat import NotebookNode
from pybtex.backends.markdown import Backend
from pybtex.database import parse_file
from pybtex.style.formatting.plain import Style

#: Directives that are numbered, each kind on its own.
_NUMBERED = {
    "exercise": "Exercise",
    **{
        f"prf:{kind}": kind.capitalize()
        for kind in (
            "algorithm", "axiom", "conjecture", "corollary", "criterion",
            "definition", "example", "lemma", "observation", "property",
            "proposition", "remark", "theorem",
        )
    },
}  # fmt: skip
_BOXES = {"admonition", "note", "tip", "hint", "important", "warning"}
_FENCE = re.compile(
    r"^\s*(:{3,}|`{3,}|~{3,})(?:\{([\w:-]+)\}[ \t]*(.*))?(.*)$"
)
_OPTION = re.compile(r"^\s*:([\w-]+):[ \t]*(.*)$")
_EQUATION = re.compile(
    r"^([ \t]*)(.*?)[ \t]*\$\$[ \t]*\(([\w-]+)\)[ \t]*$", re.MULTILINE
)
_ROLE = re.compile(r"\{(eq|ref|numref|doc|prf:ref|cite:[tp])\}`([^`]+)`")
_LINK = re.compile(r"(?<!!)\[([^][]*)\]\(([^()\s#]+)(#[^()\s]*)?\)")
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_BOOK_ONLY = re.compile(
    r"^% book only\n.*?((?:^%.*\n)*)^% end$", re.DOTALL | re.MULTILINE
)
_DEFINED = re.compile(r"(?<=\S)\n: +(?=\S)")
_LEFT = re.compile(r"^\s*:::|\{[\w:-]+\}`|^\s*```\{", re.MULTILINE)


class _Unescaped(Backend):
    """Markdown whose formulas stay as they are in the titles."""

    def format_str(self, text: str) -> str:
        return text


class Target(NamedTuple):
    """What a label stands for: its page, its number, its title."""

    page: str
    text: str
    title: str = ""


class Book:
    """The pages of the book, in order, and what their labels stand for.

    Parameters
    ----------
    root
        The folder with ``_toc.yml``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        contents = yaml.safe_load((root / "_toc.yml").read_text())
        self.pages = list(_files(contents))
        self.titles: dict[str, str] = {}
        self.labels: dict[str, Target] = {}
        counts: Counter[str] = Counter()
        for page in self.pages:
            for source, figure in self._parts(page):
                self._collect(page, source, figure, counts)

    def file(self, page: str) -> Path:
        """Return the file of a page."""
        path = self.root / f"{page}.ipynb"
        return path if path.exists() else path.with_suffix(".md")

    def indent(self, page: str) -> str:
        """Return the indent of a page in a list: none for a chapter's first.

        The pages of a folder without an index, such as the appendix, are
        chapters of their own.
        """
        index = f"{posixpath.dirname(page)}/index"
        return "  " if index in self.pages and index != page else ""

    def _parts(self, page: str) -> Iterator[tuple[str, str]]:
        """Yield the texts of a page and the names of its figures."""
        path = self.file(page)
        if path.suffix == ".md":
            yield _FRONT.sub("", path.read_text(encoding="utf-8")), ""
            return
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                yield cell.source, ""
            elif figure := figure_of(cell):
                yield "", str(figure.get("name", ""))

    def _collect(
        self, page: str, source: str, figure: str, counts: Counter[str]
    ) -> None:
        if figure:
            counts["Fig."] += 1
            self.labels[figure] = Target(page, f"Fig. {counts['Fig.']}")
        if page not in self.titles and (
            title := re.search(r"^# (.*)$", source, re.MULTILINE)
        ):
            self.titles[page] = title[1].strip()
        lines = source.split("\n")
        for position, line in enumerate(lines):
            fence = _FENCE.match(line)
            if not fence or fence[2] not in _NUMBERED:
                continue
            name = _NUMBERED[fence[2]]
            counts[name] += 1
            options = _options(lines[position + 1 :])
            if "label" in options:
                self.labels[options["label"]] = Target(
                    page, f"{name} {counts[name]}", fence[3].strip()
                )
        for _, _, label in _EQUATION.findall(source):
            counts["equation"] += 1
            self.labels[label] = Target(page, f"({counts['equation']})")

    @functools.cached_property
    def sources(self) -> dict[str, Any]:
        """The entries of the bibliography, by key."""
        return dict(parse_file(self.root / "references.bib").entries)

    def cited(self, key: str) -> tuple[str, str]:
        """Return the authors of a source, in short, and its year.

        Raises
        ------
        ValueError
            If ``references.bib`` lacks the source.
        """
        if key not in self.sources:
            raise ValueError(f"references.bib has no entry {key!r}")
        entry = self.sources[key]
        people = entry.persons.get("author") or entry.persons["editor"]
        names = [_untexed(" ".join(p.last_names)) for p in people]
        if len(names) > 2:
            names = [f"{names[0]} et al."]
        return " and ".join(names), entry.fields["year"]

    def listed(self, keys: Set[str]) -> str:
        """Return the sources with these keys as a list, in the plain style."""
        entries = [self.sources[key] for key in sorted(keys)]
        formatted = _style().format_entries(entries)
        return "\n".join(
            "- " + " ".join(entry.text.render(_Unescaped()).split())
            for entry in formatted
        )


@functools.cache
def _style() -> Style:
    # It looks for its parts among all packages that are installed.
    return Style()


def _files(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (node[key] for key in ("root", "file") if key in node)
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _files(child)


def _untexed(name: str) -> str:
    return name.replace("{", "").replace("}", "")


def _options(lines: list[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        if not (option := _OPTION.match(line)):
            break
        found[option[1]] = option[2].strip()
    return found


def figure_of(cell: NotebookNode) -> dict[str, Any]:
    """Return name and caption of the figure that a cell draws, if any."""
    return dict(cell.metadata.get("mystnb", {}).get("figure", {}))


class Writer:
    """Writes the texts of one page.

    Parameters
    ----------
    book
        The whole book.
    page
        The page, as in ``_toc.yml``.
    present
        The pages that a link may lead to; a link to another one becomes text.

    Attributes
    ----------
    cited
        The keys of the sources that the page has cited so far.
    """

    def __init__(self, book: Book, page: str, present: Set[str]) -> None:
        self.book, self.page, self.present = book, page, present
        self.cited: set[str] = set()

    def plain(self, source: str) -> str:
        """Return a text without roles, directives and front matter.

        Raises
        ------
        ValueError
            If the text has a role or a directive that is not known here, or
            refers to a label, a page or a source that does not exist.
        """
        source = _BOOK_ONLY.sub(_instead, _FRONT.sub("", source))
        written = re.sub(
            r"\n{3,}", "\n\n", "\n".join(self._lines(source.split("\n")))
        ).strip("\n")
        prose = re.sub(r"^```[^{].*?^```", "", written, flags=re.M | re.S)
        if left := _LEFT.search(prose):
            raise ValueError(
                f"{self.page}: tools/plain.py does not know {left[0]!r}"
            )
        return written

    def _lines(self, lines: list[str]) -> Iterator[str]:
        """Yield the lines with directives replaced, fence by fence."""
        text: list[str] = []
        position = 0
        while position < len(lines):
            fence = _FENCE.match(lines[position])
            if not fence:
                text.append(lines[position])
                position += 1
                continue
            yield self._inline("\n".join(text))
            text = []
            end = _end(lines, position, fence[1])
            inside = lines[position + 1 : end]
            if fence[2]:
                yield from self._directive(fence[2], fence[3].strip(), inside)
            else:
                yield from lines[position : end + 1]
            position = end + 1
        yield self._inline("\n".join(text))

    def _directive(
        self, name: str, title: str, inside: list[str]
    ) -> Iterator[str]:
        options = _options(inside)
        body = list(self._lines(inside[len(options) :]))
        title = self._inline(title)
        yield ""
        if name in _NUMBERED:
            number = self.book.labels.get(options.get("label", ""))
            heading = number.text if number else _NUMBERED[name]
            yield f"**{heading}**" + (f" ({title})" if title else "")
            yield from ("", *body)
        elif name == "prf:proof":
            proof = "\n".join(body).strip("\n")
            # A displayed formula ends with a fence of its own.
            end = " ∎" if proof.endswith(".") else "\n\n∎"
            yield from ("*Proof.*", "", proof + end)
        elif name in _BOXES:
            yield f"**{title or name.capitalize()}**"
            yield from ("", *body)
        elif name == "tableofcontents":
            yield self._contents()
        elif name == "bibliography":
            yield self.book.listed(self.cited or set(self.book.sources))
        else:
            raise ValueError(
                f"{self.page}: tools/plain.py does not know the directive "
                f"{name!r}"
            )
        yield ""

    def _contents(self) -> str:
        return "\n".join(
            f"{self.book.indent(page)}- "
            + self._link(page, self.book.titles[page])
            for page in self.book.pages[1:]
            if page in self.present
        )

    def _inline(self, text: str) -> str:
        text = _DEFINED.sub("\n", text)
        text = _EQUATION.sub(self._equation, text)
        text = _LINK.sub(self._markdown_link, text)
        return _ROLE.sub(self._role, text)

    def _equation(self, end: re.Match[str]) -> str:
        indent, formula, label = end.groups()
        tag = rf"\tag{{{self._target(label).text[1:-1]}}}"
        if formula:
            return f"{indent}{formula} {tag} $$"
        return f"{indent}{tag}\n{indent}$$"

    def _role(self, role: re.Match[str]) -> str:
        writers: dict[str, Callable[[str], str]] = {
            "doc": self._doc,
            "cite:t": lambda keys: self._citation(keys, "{} ({})", ""),
            "cite:p": lambda keys: self._citation(keys, "{}, {}", "()"),
        }
        return writers.get(role[1], lambda label: self._label(role[1], label))(
            role[2]
        )

    def _citation(self, keys: str, form: str, around: str) -> str:
        found = [key.strip() for key in keys.split(",")]
        self.cited.update(found)
        said = "; ".join(form.format(*self.book.cited(k)) for k in found)
        return said.join(around) if around else said

    def _doc(self, argument: str) -> str:
        words, name = _explicit(argument)
        page = posixpath.normpath(
            posixpath.join("/", posixpath.dirname(self.page), name)
        )[1:]
        if page not in self.book.titles and not words:
            raise ValueError(f"{self.page}: there is no page {page!r}")
        return self._link(page, words or self.book.titles[page])

    def _label(self, role: str, argument: str) -> str:
        words, label = _explicit(argument)
        target = self._target(label)
        text = words or target.text
        if role == "ref" and target.title and not words:
            text += f" ({target.title})"
        return self._link(target.page, text)

    def _target(self, label: str) -> Target:
        if label not in self.book.labels:
            raise ValueError(f"{self.page}: there is no label {label!r}")
        return self.book.labels[label]

    def _markdown_link(self, link: re.Match[str]) -> str:
        words, address = link[1], link[2]
        if re.match(r"[a-z]+:", address):
            return link[0]
        page = posixpath.splitext(
            posixpath.normpath(
                posixpath.join("/", posixpath.dirname(self.page), address)
            )[1:]
        )[0]
        if not words and page not in self.book.titles:
            raise ValueError(f"{self.page}: there is no page {page!r}")
        return self._link(page, words or self.book.titles[page])

    def _link(self, page: str, words: str) -> str:
        """Return a link to a page that is there, otherwise the words."""
        if page == self.page or page not in self.present:
            return words
        address = posixpath.relpath(page, posixpath.dirname(self.page) or ".")
        return f"[{words}]({address}{self.book.file(page).suffix})"


def _instead(passage: re.Match[str]) -> str:
    """Return what stands in the edition instead of a passage of the book.

    The passage is between the comments ``% book only`` and ``% end``; lines
    of comment just before the end are the text of the edition.
    """
    return "\n".join(
        line[1:].removeprefix(" ") for line in passage[1].splitlines()
    )


def _explicit(argument: str) -> tuple[str, str]:
    """Split ``words <target>``; without words, they are empty."""
    if given := re.fullmatch(r"(.*?)\s*<([^<>]+)>", argument, re.DOTALL):
        return given[1], given[2]
    return "", argument


def _end(lines: list[str], start: int, fence: str) -> int:
    """Return the line that closes the fence opened at ``start``."""
    for position in range(start + 1, len(lines)):
        if lines[position].strip() == fence:
            return position
    return len(lines)
