"""Renew constraints.txt: one version of every package, for every Python.

`make lock` resolves requirements.txt for Python 3.11 and newer on every
platform and writes the newest versions that fit together.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER = "# Every version, locked.  Written by `make lock`; do not edit.\n"


def resolve(requirements: str) -> str:
    """Return the lines of constraints.txt for the given requirements."""
    command = [
        sys.executable, "-m", "uv", "pip", "compile", "--quiet",
        "--universal", "--python-version", "3.11",
        "--fork-strategy", "fewest", "--upgrade",
        "--no-header", "--no-annotate", "--no-emit-package", "byhand", "-",
    ]  # fmt: skip
    # The old lock must not constrain the new one.
    free = "\n".join(
        line for line in requirements.splitlines() if not line.startswith("-c")
    )
    return subprocess.run(
        command, input=free, text=True, cwd=ROOT, check=True,
        stdout=subprocess.PIPE,
    ).stdout  # fmt: skip


def main() -> None:
    """Write constraints.txt next to requirements.txt."""
    locked = resolve((ROOT / "requirements.txt").read_text())
    (ROOT / "constraints.txt").write_text(HEADER + locked)
    count = len(locked.splitlines())
    print(f"constraints.txt holds {count} packages")


if __name__ == "__main__":
    main()
