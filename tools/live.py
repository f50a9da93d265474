"""Publish what Python in the page needs, below the site's folder `live`.

    live/pyodide-…/   CPython for browsers and its packages, as upstream
                      has them
    live/<digest>/    the scripts of booksite/assets/live, the editor, the
                      package, and for each page its cells

A page asks for nothing of this before somebody clicks on "Run" or "Try it".
The cells are those of the student edition.  A cell whose metadata say
``"browser": "needs …"`` cannot run there; the text says why.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
from byhand.checks._cells import defined
from nbformat import NotebookNode

from tools.notebooks import notebooks
from tools.runtime import MANIFEST, Pinned
from tools.student import EXERCISE, without_solution

ROOT = Path(__file__).resolve().parents[1]
ASSETS = Path(__file__).parent / "booksite" / "assets" / "live"
PACKAGE = ROOT / "code" / "byhand"
#: What Pyodide's packages name and the book's cells never reach: writers of
#: PDF, and drawing into a window.
UNUSED = {"fonttools", "matplotlib-pyodide", "pytz"}


def printer() -> Path:
    """Return IPython's module that writes values, which stands alone."""
    spec = find_spec("IPython.lib.pretty")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("IPython.lib.pretty")
    return Path(spec.origin)


@functools.cache
def digest() -> str:
    """Return a mark that changes with whatever is below `live`."""
    parts = [MANIFEST, Path(__file__), printer(), *notebooks()]
    for folder in (ASSETS, PACKAGE):
        parts += sorted(
            p for p in folder.rglob("*") if p.suffix in {".py", ".js", ".css"}
        )
    made = hashlib.sha256()
    for part in parts:
        made.update(part.read_bytes())
    return made.hexdigest()[:8]


def cells_of(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return the code cells of a page as a learner meets them."""
    title, found = "", []
    code = 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            if titles := EXERCISE.findall(cell.source):
                title = titles[-1].strip()
            continue
        code += 1
        tags = set(cell.metadata.get("tags", []))
        source, exercise = cell.source, None
        if tags & {"exercise", "solution"}:
            source = without_solution(source, title, whole="solution" in tags)
            about = cell.metadata.get("exercise", {})
            checker = re.search(r"\bcheck_\w+", source)
            exercise = {
                "title": title,
                "label": about.get("label", ""),
                "points": about.get("points", 0),
                "checker": checker[0] if checker else "",
            }
        found.append({
            "id": cell.id,
            "number": code,
            "source": source,
            "shown": "remove-cell" not in tags,
            "exercise": exercise,
            "defines": sorted(defined(source)),
            "cannot": cell.metadata.get("browser", ""),
        })  # fmt: skip
    return found


def needs(package: Path = PACKAGE) -> dict[str, list[str]]:
    """Return, for each module of the package, what it imports from others.

    Imports inside functions count: the package loads them when it must.
    """
    modules = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        modules[name] = set(imported(ast.parse(path.read_text())))
    own = {
        name: {
            part
            for wanted in found
            for part in _parents(wanted)
            if part in modules
        } | set(_parents(name)) & modules.keys()
        for name, found in modules.items()
    }  # fmt: skip
    others = {
        name: {w.split(".")[0] for w in found if w.split(".")[0] != "byhand"}
        for name, found in modules.items()
    }
    changed = True
    while changed:
        changed = False
        for name, wanted in own.items():
            more = set().union(*(others[w] for w in wanted)) - others[name]
            changed |= bool(more)
            others[name] |= more
    known = {"numpy", "matplotlib", "sympy", "mpmath"}
    return {n: sorted(w & known - {"numpy"}) for n, w in others.items()}


def _parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        yield ".".join(parts[:end])


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield what a module imports, but for types."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def python() -> bytes:
    """Return the package, the kernel and IPython's printer, as a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder, base in (
            (PACKAGE, PACKAGE.parent),
            (ASSETS / "python",) * 2,
        ):
            for path in sorted(folder.rglob("*.py")):
                archive.write(path, path.relative_to(base))
        archive.writestr("IPython/lib/__init__.py", "")
        archive.write(printer(), "IPython/lib/pretty.py")
    return packed.getvalue()


def trimmed(lock: dict[str, Any], files: list[Pinned]) -> dict[str, Any]:
    """Return Pyodide's list of packages, with those that are here alone."""
    present = {f.name: f for f in files if f.name.endswith(".whl")}
    packages = {
        name: package | {
            "sha256": present[package["file_name"]].sha256,
            "depends": [d for d in package["depends"] if d not in UNUSED],
        }
        for name, package in lock["packages"].items()
        if package["file_name"] in present
    }  # fmt: skip
    return lock | {"packages": packages}


def publish(html: Path, files: dict[Pinned, Path]) -> None:
    """Write the folder `live` of a site that has been built.

    Raises
    ------
    ValueError
        If a page does not show the code cells that its notebook has.
    """
    live = html / "live"
    shutil.rmtree(live, ignore_errors=True)
    own = live / digest()
    own.mkdir(parents=True)
    for file, path in files.items():
        if file.folder == "codemirror":
            text = path.read_text(encoding="utf-8")
            (own / "codemirror").mkdir(exist_ok=True)
            (own / "codemirror" / file.name).write_text(
                relative(text), encoding="utf-8"
            )
        elif file.name == "pyodide-lock.json":
            lock = trimmed(json.loads(path.read_text()), list(files))
            _place(live, file).write_text(json.dumps(lock))
        else:
            shutil.copyfile(path, _place(live, file))
    for path in ASSETS.glob("*.*"):
        if path.stem != "stub":
            shutil.copy(path, own)
    shutil.copy(ROOT / "vendor" / "temml" / "temml.min.js", own)
    (own / "python.zip").write_bytes(python())
    (own / "needs.json").write_text(json.dumps(needs()))
    course = {}
    for path in notebooks():
        name = path.relative_to(ROOT).with_suffix("").as_posix()
        if not (built := html / f"{name}.html").exists():
            continue
        notebook = nbformat.read(path, as_version=4)
        cells = cells_of(notebook)
        seen = len(re.findall(r'<div class="cell[ "]', built.read_text()))
        if seen != sum(c["shown"] for c in cells):
            raise ValueError(f"{name} shows {seen} code cells")
        place = own / f"{name}.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps({"name": path.stem, "cells": cells}))
        course[name] = {
            c["id"]: c["exercise"]["points"] for c in cells if c["exercise"]
        }
    (own / "course.json").write_text(json.dumps(course))


def _place(live: Path, file: Pinned) -> Path:
    folder = live / file.folder
    folder.mkdir(exist_ok=True)
    return folder / file.name


def relative(text: str) -> str:
    """Return a module of the editor that imports its neighbors by address."""
    return re.sub(
        r"""(\bfrom\s*)(['"])(@?)([\w-]+)(?:/([\w-]+))?\2""",
        lambda m: f'{m[1]}"./{m[4]}' + (f"-{m[5]}" if m[5] else "") + '.js"',
        text,
    )
