"""Build the site, with the repository's address taken from one place.

`_config.yml` names the repository once.  A workflow overrides it for a fork
through the environment:

BOOK_REPOSITORY  address of the repository, https://github.com/owner/name
BOOK_BRANCH      branch that edit links point to
BOOK_HUB         address of a JupyterHub, for a launch button
BOOK_URL         address that the site will have, for link previews
BOOK_RUNTIME     folder with the files of Python in the page (tools/runtime.py)

Launch buttons open the student edition, on a branch of its own, and the
download button of a page hands out the notebook of that edition.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]


def configuration(
    config: dict[str, Any], environment: Mapping[str, str]
) -> dict[str, Any]:
    """Return ``_config.yml``'s content with the environment's addresses."""
    config = config | {
        "repository": dict(config["repository"]),
        "launch_buttons": dict(config.get("launch_buttons", {})),
        "html": dict(config["html"]),
        "sphinx": dict(config["sphinx"]),
    }
    if url := environment.get("BOOK_REPOSITORY"):
        config["repository"]["url"] = url.removesuffix(".git").rstrip("/")
    if branch := environment.get("BOOK_BRANCH"):
        config["repository"]["branch"] = branch
    if hub := environment.get("BOOK_HUB"):
        config["launch_buttons"]["jupyterhub_url"] = hub.rstrip("/")
    if site := environment.get("BOOK_URL"):
        config["html"]["baseurl"] = site.rstrip("/") + "/"
    # Paths in a configuration are relative to its file, which has moved.
    config["sphinx"]["local_extensions"] = {
        name: str(ROOT / path)
        for name, path in config["sphinx"]["local_extensions"].items()
    }
    return config


def build(
    output: Path,
    environment: Mapping[str, str],
    *,
    pdf: bool = False,
    live: str = "",
) -> int:
    """Build the book into ``output``/html; return the exit code.

    With ``pdf`` the pages link to the PDFs that :mod:`tools.paper` prints;
    ``live`` names the folder of what runs cells in a page (tools/live.py).
    """
    output.mkdir(parents=True, exist_ok=True)
    original = yaml.safe_load((ROOT / "_config.yml").read_text())
    final = output / "_config.yml"
    config = configuration(original, environment)
    config["sphinx"].setdefault("config", {}).update(
        booksite_pdf=pdf, booksite_live=live
    )
    final.write_text(yaml.safe_dump(config))
    command = [
        Path(sys.executable).with_name("jupyter-book"), "build",
        "-W", "-n", "--keep-going", "--quiet",
        "--config", final, "--toc", ROOT / "_toc.yml",
        "--path-output", output.parent, ROOT,
    ]  # fmt: skip
    # Jupyter Book appends _build to the path that it is given.
    code = subprocess.run(command, check=False).returncode
    if code:
        # Pages that it keeps it would not read again, nor warn of again.
        shutil.rmtree(output / ".doctrees", ignore_errors=True)
    return code


def hand_out(html: Path) -> None:
    """Put the notebooks of the student edition behind the download buttons."""
    # The edition takes its addresses from this module.
    from tools.student import edition  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        for notebook in edition().write(Path(folder)):
            place = html / "_sources" / notebook.relative_to(folder)
            if place.exists():
                shutil.copy(notebook, place)


def main() -> int:
    """Build the book and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--output", type=Path, default=ROOT,
        help="folder in which _build is made (default: the repository)",
    )  # fmt: skip
    parser.add_argument(
        "--pdf", action="store_true",
        help="print a PDF of each chapter and of the book too",
    )  # fmt: skip
    given = parser.parse_args()
    from tools import live, runtime  # noqa: PLC0415 - they need this module

    folder = given.output.resolve() / "_build"
    try:
        files = runtime.fetch(runtime.pinned())
    except runtime.Unreachable as reason:
        files = {}
        print(f"Cells of this site will not run in the page: {reason}.")
    if code := build(
        folder, os.environ, pdf=given.pdf, live=live.digest() if files else ""
    ):
        print("The book was not built: see the warnings above.")
        return code
    hand_out(folder / "html")
    if files:
        live.publish(folder / "html", files)
    if given.pdf:
        from tools.paper import print_all  # noqa: PLC0415

        print_all(folder / "html", os.environ.get("BOOK_URL"))
    index = folder / "html" / "index.html"
    shown = index.relative_to(ROOT) if index.is_relative_to(ROOT) else index
    print(f"The book is at {shown} (make serve shows it in a browser)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
