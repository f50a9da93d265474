"""Start a page: a notebook that passes every test, its checkers, their tests.

    python -m tools.page CHAPTER/NAME "The title"

The files of tools/template are copied with the name and the title filled in,
and the page is listed at the end of its chapter in `_toc.yml`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.fork import chapters

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "tools" / "template"


def start(root: Path, chapter: str, name: str, title: str) -> list[Path]:
    """Write the files of a new page; return their paths.

    Raises
    ------
    ValueError
        If there is no such chapter, or the name cannot be a module's.
    FileExistsError
        If one of the files is there already; then nothing is written.
    """
    if chapter not in chapters(root):
        raise ValueError(
            f"chapter must be one of {', '.join(chapters(root))}, got "
            f"{chapter!r}"
        )
    if not name.isidentifier() or name != name.lower():
        raise ValueError(
            f"a page is named like a module, such as my_page; got {name!r}"
        )
    made = {
        root / "chapters" / chapter / f"{name}.ipynb": "page.ipynb",
        root / "code" / "byhand" / "checks" / f"{name}.py": "checks.py",
        root / "tests" / "checks" / f"test_{name}.py": "test_checks.py",
    }
    for path in made:
        if path.exists():
            raise FileExistsError(f"{path.relative_to(root)} is there already")
    for path, source in made.items():
        text = (TEMPLATE / source).read_text(encoding="utf-8")
        text = text.replace("NAME", name).replace("TITLE", title)
        path.write_text(text, encoding="utf-8")
    contents = root / "_toc.yml"
    lines = contents.read_text(encoding="utf-8").splitlines(keepends=True)
    last = max(i for i, s in enumerate(lines) if f"chapters/{chapter}/" in s)
    before, _, _ = lines[last].partition("- file:")
    lines.insert(last + 1, f"{before}- file: chapters/{chapter}/{name}\n")
    contents.write_text("".join(lines), encoding="utf-8")
    return list(made)


def main() -> int:
    """Start a page in this checkout and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", metavar="CHAPTER/NAME")
    parser.add_argument("title")
    given = parser.parse_args()
    chapter, _, name = given.page.partition("/")
    try:
        made = start(ROOT, chapter, name, given.title)
    except (ValueError, FileExistsError) as reason:
        print(reason)
        return 2
    for path in made:
        print(f"wrote {path.relative_to(ROOT)}")
    print("Now: make notebooks, then make check and make book")
    return 0


if __name__ == "__main__":
    sys.exit(main())
