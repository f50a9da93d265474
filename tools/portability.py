"""Execute every notebook on many platforms, and compare every output.

    python -m tools.portability [--pages TEXT ...] [--rows TEXT ...] [--list]

A platform is a Python on this machine with the oldest supported, the locked
or the newest NumPy and SymPy; or, with what is locked, another kernel of the
linear algebra library, a number of threads, a locale, a time zone, a hash
seed, a place of the checkout or of the home folder.  Matplotlib stays at its
locked version: figures are only stable within one.

`--pages` and `--rows` take those whose name contains a text.  Environments
are kept in `_build/.portability` and made again when requirements change.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.notebooks import notebooks

ROOT = Path(__file__).resolve().parents[1]
HERE = "{}.{}".format(*sys.version_info)
ENVIRONMENTS = ROOT / "_build" / ".portability"
#: What executing and comparing a notebook takes.
NEEDED = ("matplotlib", "nbval", "ipykernel", "pytest", "hypothesis")
VARIED = ("numpy", "sympy")

#: The kernels that NumPy's OpenBLAS may hold, and the features of a processor
#: that each takes: one that is asked for without them ends in a crash.
KERNELS = {
    "Prescott": {"pni"},
    "Nehalem": {"ssse3", "sse4_1", "sse4_2"},
    "Sandybridge": {"avx"},
    "Haswell": {"avx2", "fma"},
    "Zen": {"avx2", "fma"},
    "SkylakeX": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
    "Cooperlake": {
        "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl",
        "avx512_bf16",
    },
    "SapphireRapids": {
        "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl",
        "avx512_bf16", "amx_tile", "amx_bf16",
    },
    "ARMV8": {"asimd"},
    "NEOVERSEN1": {"asimd", "asimddp"},
    "NEOVERSEV1": {"asimd", "asimddp", "sve"},
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A platform: a Python, versions, an environment, a place."""

    name: str
    python: str = ""
    versions: str = "locked"
    environment: dict[str, str | None] = field(default_factory=dict)
    place: str = "here"


# ---- which platforms there are ---------------------------------------------


@functools.cache
def pythons() -> dict[str, str]:
    """Return the Pythons from 3.11 on that this machine has, by version."""
    run = subprocess.run(
        [sys.executable, "-m", "uv", "python", "list", "--only-installed",
         "--offline", "--output-format", "json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, str] = {}
    for one in json.loads(run.stdout):
        parts = one["version_parts"]
        usual = one["implementation"] == "cpython" and one["variant"] in {
            "default", None,
        }  # fmt: skip
        if usual and (parts["major"], parts["minor"]) >= (3, 11):
            version = f"{parts['major']}.{parts['minor']}"
            found.setdefault(version, one["path"])
    # Those that pyenv or a build server keeps beside the path.
    for python in _kept_beside():
        version = _version_of(python)
        if version and _order(version) >= (3, 11):
            found.setdefault(version, str(python))
    found.setdefault(HERE, sys.executable)
    return dict(sorted(found.items(), key=lambda item: _order(item[0])))


def _kept_beside() -> Iterator[Path]:
    if pyenv := shutil.which("pyenv"):
        run = subprocess.run(
            [pyenv, "root"], capture_output=True, text=True, check=True
        )
        yield from Path(run.stdout.strip()).glob("versions/*/bin/python3")
    if tools := os.environ.get("RUNNER_TOOL_CACHE"):
        yield from Path(tools).glob("Python/*/*/bin/python3")


def _version_of(python: Path) -> str:
    program = "import sys; print('{}.{}'.format(*sys.version_info))"
    try:
        return subprocess.run(
            [python, "-c", program],
            capture_output=True, text=True, check=True, timeout=60,
        ).stdout.strip()  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def features(cpuinfo: Path = Path("/proc/cpuinfo")) -> set[str]:
    """Return what the processor can, in the words of Linux."""
    try:
        text = cpuinfo.read_text()
    except OSError:
        return set()
    line = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    return set(line[1].split()) if line else set()


def runnable(having: set[str]) -> list[str]:
    """Return the kernels that a processor with such features can run."""
    return [name for name, needs in KERNELS.items() if needs <= having]


def kernel_that_runs(python: Path, name: str) -> str:
    """Return which kernel the library takes when it is asked for one.

    A kernel that was not built in is silently replaced by another.
    """
    run = subprocess.run(
        [python, "-c", "import numpy"],
        env=os.environ | {"OPENBLAS_CORETYPE": name, "OPENBLAS_VERBOSE": "2"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"Core: (\w+)", run.stdout + run.stderr)
    return found[1] if found else "none"


def locales() -> list[str]:
    """Return locales that write numbers or sort otherwise, as installed."""
    try:
        there = subprocess.run(
            ["locale", "-a"], capture_output=True, text=True, check=False
        ).stdout.split()
    except OSError:
        there = []
    wanted = ("de_DE", "fr_FR", "tr_TR")
    return ["C", *(one for one in there if one.startswith(wanted))]


def all_rows() -> list[Row]:
    """Return every platform to try, the usual one first."""
    rows = [
        Row(f"Python {python}, {versions} NumPy and SymPy", python, versions)
        for python in sorted(pythons(), key=lambda v: (v != HERE, _order(v)))
        for versions in ("locked", "oldest", "newest")
    ]

    def more(
        name: str, place: str = "here", **environment: str | None
    ) -> None:
        rows.append(Row(name, HERE, "locked", environment, place))

    for kernel in runnable(features()):
        more(f"kernel {kernel}", OPENBLAS_CORETYPE=kernel)
    for threads in ("1", "2"):
        more(f"{threads} BLAS threads", OPENBLAS_NUM_THREADS=threads)
    for name in locales():
        more(f"locale {name}", LC_ALL=name)
    more("time zone of Chatham", TZ="Pacific/Chatham")
    more("hash seed 1", PYTHONHASHSEED="1")
    more("no home", HOME=None)
    more("a home that cannot be written", HOME="/proc/nowhere")
    if can_refuse_writing():
        more("a read-only checkout", place="read-only")
    more("a path with a space and an umlaut", place="ein schöner Ordner")
    return rows


# ---- making them -----------------------------------------------------------


def environment_of(row: Row) -> Path:
    """Return the Python of a row's environment, made if it is not there."""
    folder = ENVIRONMENTS / f"{row.python}-{row.versions}"
    binary = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    python, done = folder / binary, folder / "installed"
    project = tomllib.loads((ROOT / "code" / "pyproject.toml").read_text())
    floors = [
        wanted
        for wanted in project["project"]["dependencies"]
        if wanted.startswith(VARIED)
    ]
    locked = [
        line
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if row.versions == "locked" or not line.startswith(VARIED)
    ]
    asked = "\n".join([row.python, row.versions, *floors, *locked])
    if done.exists() and done.read_text() == asked:
        return python
    uv = [sys.executable, "-m", "uv"]
    subprocess.run(
        [*uv, "venv", "--quiet", "--clear", "--python", pythons()[row.python],
         folder],
        check=True,
    )  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.write("\n".join(locked))
        constraints.flush()
        subprocess.run(
            [*uv, "pip", "install", "--quiet", "--python", python,
             "--constraint", constraints.name, "--only-binary", "numpy",
             "--resolution",
             "lowest-direct" if row.versions == "oldest" else "highest",
             *floors, *NEEDED],
            check=True,
        )  # fmt: skip
    done.write_text(asked)
    return python


def versions_in(python: Path) -> str:
    """Return the versions that a row stands for."""
    program = (
        "import numpy, sympy, sys; print('%d.%d.%d' % sys.version_info[:3], "
        "numpy.__version__, sympy.__version__)"
    )
    return subprocess.run(
        [python, "-c", program], capture_output=True, text=True, check=True
    ).stdout.strip()


_READ_ONLY = (
    'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && '
    'exec "$@"'
)


def can_refuse_writing() -> bool:
    """Return whether a checkout can be made read-only here."""
    if os.name == "nt":
        return False
    if os.geteuid():
        return True
    # Root may write anywhere but on a mount that says no.
    command = ["unshare", "--mount", "true"]
    return bool(shutil.which("unshare")) and not subprocess.call(command)


@contextlib.contextmanager
def checkout(place: str) -> Iterator[tuple[Path, list[str]]]:
    """Give a row's checkout, and what stands before a command in it."""
    if place == "here":
        yield ROOT, []
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / place
        shutil.copytree(
            ROOT, folder,
            ignore=shutil.ignore_patterns(".venv", "_build", ".git", "vendor"),
        )  # fmt: skip
        if place != "read-only":
            yield folder, []
        elif os.geteuid() == 0:
            yield (
                folder,
                ["unshare", "--mount", "sh", "-c", _READ_ONLY, str(folder)],
            )
        else:
            everything = [folder, *folder.rglob("*")]
            for path in everything:
                path.chmod(path.stat().st_mode & ~0o222)
            try:
                yield folder, []
            finally:
                for path in everything:
                    path.chmod(path.stat().st_mode | 0o200)


# ---- running them ----------------------------------------------------------


@dataclass
class Outcome:
    """How many cells of each page passed, and how many did not."""

    passed: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)


_LINE = re.compile(r"^(\S.*)::ipynb::.* (PASSED|FAILED|ERROR)")


def run(
    row: Row, pages: Sequence[str], *, python: Path | None = None
) -> Outcome:
    """Execute pages on a platform."""
    python = python or environment_of(row)
    environment = dict(os.environ)
    for name in ("PYTEST_ADDOPTS", "PYTHONHASHSEED", "PYTEST_XDIST_WORKER"):
        environment.pop(name, None)
    environment["OPENBLAS_NUM_THREADS"] = "1"
    for name, value in row.environment.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    outcome = Outcome()
    with checkout(row.place) as (folder, before):
        environment["PYTHONPATH"] = str(folder / "code")
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        command = [
            *before, python, "-m", "pytest", "-v", "--color=no", "--tb=short",
            # Neither writes into the checkout.
            "-p", "no:cacheprovider", "-p", "no:hypothesispytest",
            "-o", "addopts=", "--nbval",
            "--nbval-current-env", "--nbval-cell-timeout=300", *pages,
        ]  # fmt: skip
        with subprocess.Popen(
            command, cwd=folder, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            for line in process.stdout or ():
                outcome.said.append(line)
                if found := _LINE.match(line):
                    page = f"{found[1]}.ipynb"
                    passed = found[2] == "PASSED"
                    (outcome.passed if passed else outcome.failed)[page] += 1
                    if sys.stdout.isatty():
                        print(f"\r  {page:<60}", end="", flush=True)
    if sys.stdout.isatty():
        print("\r" + " " * 64 + "\r", end="")
    return outcome


def mark(outcome: Outcome, page: str) -> str:
    """Say in one character what became of a page."""
    if outcome.failed[page]:
        return "F"
    return "." if outcome.passed[page] else "?"


def main() -> int:
    """Run the rows, print the table, and return 1 if anything differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pages", nargs="+", default=[""])
    parser.add_argument("--rows", nargs="+", default=[""])
    parser.add_argument("--list", action="store_true", help="name the rows")
    options = parser.parse_args()
    pages = [
        name
        for path in notebooks()
        for name in [path.relative_to(ROOT).as_posix()]
        if any(text in name for text in options.pages)
    ]
    rows = [
        row for row in all_rows() if any(t in row.name for t in options.rows)
    ]
    if options.list:
        print("\n".join(row.name for row in rows))
        return 0
    lacking = sorted(set(KERNELS) - set(runnable(features())))
    print(f"{platform.machine()}; this processor cannot run {lacking}")
    print("Pages, from left to right: " + ", ".join(pages))
    wide = max(len(row.name) for row in rows)
    kernels: set[str] = set()
    bad = total = 0
    for row in rows:
        start = time.monotonic()
        note = ""
        python = environment_of(row)
        if asked := row.environment.get("OPENBLAS_CORETYPE"):
            note = kernel_that_runs(python, asked)
            if note in kernels:
                print(f"{row.name:<{wide}}  not built in: {note} would run")
                continue
            kernels.add(note)
        if row.name.startswith("Python"):
            note = versions_in(python)
        outcome = run(row, pages, python=python)
        marks = "".join(mark(outcome, page) for page in pages)
        print(
            f"{row.name:<{wide}}  {marks}  {outcome.passed.total():>4} passed "
            f"{outcome.failed.total():>3} failed  "
            f"{time.monotonic() - start:4.0f} s  {note}",
            flush=True,
        )
        total += outcome.passed.total() + outcome.failed.total()
        if set(marks) != {"."}:
            bad += 1
            at = next(
                (i for i, x in enumerate(outcome.said) if " FAILURES " in x), 0
            )
            print("".join(outcome.said[at : at + 60]))
    print(f"{total:,} cells on {len(rows)} platforms, {bad} with differences")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
