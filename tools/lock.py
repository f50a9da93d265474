"""Renew the lock: one version of every package, for every Python.

`make lock` resolves requirements.txt for Python 3.11 and newer on every
platform and writes the newest versions that fit together: with the hashes of
their files into requirements.lock, from which `make` installs, and without
into constraints.txt, which pip, Binder and a fork's new packages go by.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER = "# Every version, locked.  Written by `make lock`; do not edit.\n"
WITH_HASHES = HEADER.replace("locked", "locked, with its files' hashes")


def resolve(requirements: str, *options: str) -> str:
    """Return the lines of requirements.lock for the given requirements."""
    command = [
        sys.executable, "-m", "uv", "pip", "compile", "--quiet",
        "--universal", "--python-version", "3.11",
        "--fork-strategy", "fewest", "--generate-hashes",
        "--no-header", "--no-annotate", "--no-emit-package", "byhand",
        *options, "-",
    ]  # fmt: skip
    # The old lock must not constrain the new one.
    free = "\n".join(
        line for line in requirements.splitlines() if not line.startswith("-c")
    )
    return subprocess.run(
        command, input=free, text=True, cwd=ROOT, check=True,
        stdout=subprocess.PIPE,
    ).stdout  # fmt: skip


def without_hashes(locked: str) -> str:
    """Return the lines of constraints.txt for those of requirements.lock."""
    return re.sub(r"(?: \\\n +--hash=\S+)+", "", locked)


def main() -> None:
    """Write both files next to requirements.txt."""
    locked = resolve((ROOT / "requirements.txt").read_text(), "--upgrade")
    (ROOT / "requirements.lock").write_text(WITH_HASHES + locked)
    plain = without_hashes(locked)
    (ROOT / "constraints.txt").write_text(HEADER + plain)
    print(f"{len(plain.splitlines())} packages are locked")


if __name__ == "__main__":
    main()
