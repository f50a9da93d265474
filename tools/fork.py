"""Keep some chapters of the book and take the others out, everywhere.

    python -m tools.fork CHAPTER [CHAPTER ...]

What goes with a chapter: its folder, its lines in `_toc.yml`, its sections
in the appendix and its row in the README; then the parts of the package that
no page left uses, with their tests and benchmarks, and the sources that none
cites.  Links to its pages need no change: the site shows them as text
(tools/chapter_links.py).
"""

from __future__ import annotations

import argparse
import ast
import functools
import json
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
APPENDIX = "appendix"
_CITATION = re.compile(r"\{cite:[tp]\}`([^`]+)`")
_SOURCE = re.compile(r"^(?=@)", re.MULTILINE)


def chapters(root: Path) -> list[str]:
    """Return the names of the chapters, in the order of the contents."""
    found: dict[str, None] = {}
    for name in re.findall(
        r"file: chapters/(\w+)/", (root / "_toc.yml").read_text()
    ):
        if name != APPENDIX:
            found[name] = None
    return list(found)


def prune(root: Path, keep: Iterable[str]) -> list[str]:
    """Take out every chapter that is not kept; return what was taken out.

    Raises
    ------
    ValueError
        If a name is not a chapter's, or none is given.
    """
    keep = list(keep)
    there = chapters(root)
    if not keep or not set(keep) <= set(there):
        raise ValueError(
            f"keep one or more of {', '.join(there)}; got "
            f"{', '.join(keep) or 'none'}"
        )
    gone = [name for name in there if name not in keep]
    titles = {_title(root / "chapters" / name / "index.md") for name in gone}
    for name in gone:
        shutil.rmtree(root / "chapters" / name)
    _prune_contents(root, gone)
    _prune_package(root)
    _prune_moving(root)
    titles |= {f"`{m}`" for m in _documented(root) if not _exists(root, m)}
    appendix = root / "chapters" / APPENDIX
    for path in (*appendix.rglob("*.md"), root / "README.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(_without(text, titles), encoding="utf-8")
    _prune_api(root)
    _prune_sources(root)
    return gone


def _prune_api(root: Path) -> None:
    """Drop the appendix's pages on parts of the package that are gone."""
    overview = root / "chapters" / APPENDIX / "api.md"
    contents = root / "_toc.yml"
    for page in (root / "chapters" / APPENDIX / "api").glob("*.md"):
        if "\n## " in page.read_text():
            continue
        page.unlink()
        for path, mention in (
            (overview, f"(api/{page.name})"),
            (contents, f"file: chapters/{APPENDIX}/api/{page.stem}\n"),
        ):
            lines = path.read_text().splitlines(keepends=True)
            path.write_text("".join(x for x in lines if mention not in x))


def _prune_sources(root: Path) -> None:
    """Drop the sources that no page left cites."""
    pages = (p for p in (root / "chapters").rglob("*.*") if p.is_file())
    cited = {
        key.strip()
        for page in pages
        if page.suffix in {".md", ".ipynb"}
        for keys in _CITATION.findall(page.read_text(encoding="utf-8"))
        for key in keys.split(",")
    }
    path = root / "references.bib"
    head, *sources = _SOURCE.split(path.read_text(encoding="utf-8"))
    kept = [s for s in sources if s.partition("{")[2].split(",")[0] in cited]
    text = "".join([head, *kept]).rstrip("\n") + "\n"
    path.write_text(text, encoding="utf-8")


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n# ")[2].split("\n")[0]


def _cells(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return cells


def _prune_contents(root: Path, gone: list[str]) -> None:
    path = root / "_toc.yml"
    contents = yaml.safe_load(path.read_text())
    for part in contents["parts"]:
        part["chapters"] = [
            entry
            for entry in part["chapters"]
            if entry["file"].split("/")[1] not in gone
        ]
    path.write_text(yaml.safe_dump(contents, sort_keys=False))


def _without(text: str, titles: set[str]) -> str:
    """Drop the sections and the table rows that bear one of the titles."""
    kept = []
    dropping = False
    for line in text.splitlines(keepends=True):
        if line.startswith("## "):
            dropping = line[3:].strip() in titles
        row = line.split("|")[1].strip() if line.startswith("|") else None
        if not dropping and row not in titles:
            kept.append(line)
    return "".join(kept).rstrip("\n") + "\n"


# --- The package that is left ------------------------------------------------


def _documented(root: Path) -> list[str]:
    """Return the modules that have a section in the appendix."""
    pages = (root / "chapters" / APPENDIX / "api").glob("*.md")
    text = "\n".join(page.read_text() for page in pages)
    return re.findall(r"^## `(byhand[.\w]*)`", text, re.MULTILINE)


def _prune_package(root: Path) -> None:
    """Delete what no page left uses, with its tests and benchmarks."""
    package = root / "code" / "byhand"
    used = _reached(root)
    for folder in sorted(p for p in package.iterdir() if p.is_dir()):
        modules = sorted(set(folder.glob("*.py")) - {folder / "__init__.py"})
        names = [f"byhand.{folder.name}.{m.stem}" for m in modules]
        if folder.name in {"checks", "figures"}:
            for module, name in zip(modules, names, strict=True):
                if name not in used and not module.stem.startswith("_"):
                    module.unlink()
        elif not used & {*names, f"byhand.{folder.name}"}:
            shutil.rmtree(folder)
    while _prune_modules(root):
        pass
    for folder in (root / "tests").iterdir():
        if folder.is_dir() and not any(folder.glob("test_*.py")):
            shutil.rmtree(folder)


def _prune_moving(root: Path) -> None:
    """Delete the scripts of moving figures that no page left has."""
    left = {
        cell["metadata"].get("moving", {}).get("kind")
        for path in (root / "chapters").rglob("*.ipynb")
        for cell in _cells(path)
    }
    scripts = root / "tools" / "booksite" / "assets" / "moving"
    for script in scripts.glob("*.mjs"):
        if script.stem not in left | {"start", "frame"}:
            script.unlink()


def _prune_modules(root: Path) -> bool:
    """Delete what imports what is gone; return whether there was any.

    What serves the checkers of several pages stays while its imports do.
    """
    lost = [
        path
        for path in (
            *(root / "code" / "byhand" / "checks").glob("_[a-z]*.py"),
            *(root / "tests").rglob("*.py"),
            *(root / "bench").glob("*.py"),
        )
        if not all(
            _exists(root, name)
            for name in _imports(path.read_text(encoding="utf-8"), root)
        )
    ]
    for path in lost:
        path.unlink()
    return bool(lost)


def _reached(root: Path) -> set[str]:
    """Return the modules of the package that the pages lead to."""
    package = root / "code"
    found: set[str] = set()
    todo = {
        name
        for path in (root / "chapters").rglob("*.ipynb")
        for cell in _cells(path)
        if cell["cell_type"] == "code"
        for name in _imports("".join(cell["source"]), root)
    }
    while todo:
        name = todo.pop()
        found.add(name)
        path = package.joinpath(*name.split("."))
        source = (
            path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        )
        if source.exists():
            todo |= _imports(source.read_text(), root) - found
    return found


def _imports(source: str, root: Path) -> set[str]:
    """Return the modules of the package that a source imports."""
    modules, perhaps = _named(source)
    return modules | {name for name in perhaps if _exists(root, name)}


@functools.cache
def _named(source: str) -> tuple[set[str], set[str]]:
    """Return what a source imports of the book: modules, and perhaps some.

    `from byhand.tape import printing` may name a module.
    """
    modules: set[str] = set()
    perhaps: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
            perhaps |= {f"{node.module}.{alias.name}" for alias in node.names}

    def of_book(names: set[str]) -> set[str]:
        return {n for n in names if n.split(".")[0] in {"byhand", "tests"}}

    return of_book(modules), of_book(perhaps)


def _exists(root: Path, name: str) -> bool:
    top, *rest = name.split(".")
    folder = root / "code" if top == "byhand" else root
    path = folder.joinpath(top, *rest)
    return path.is_dir() or path.with_suffix(".py").exists()


def main() -> int:
    """Prune this checkout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapters", nargs="+", metavar="CHAPTER")
    try:
        gone = prune(ROOT, parser.parse_args().chapters)
    except ValueError as reason:
        print(reason)
        return 2
    print(f"Taken out: {', '.join(gone) or 'nothing'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
