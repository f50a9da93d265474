"""What comparing costs: notebooks under nbval beside bare execution.

Bare is nbclient, which runs the same cells in fresh kernels and compares
nothing.  Both run in one process, page after page.

    python bench/overhead.py [PAGE ...]      (default: every page)
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: The goal: nbval takes at most so many times as long.
GOAL = 1.25
BARE = """
import sys
from pathlib import Path
import nbformat
from tools.notebooks import execute
for name in sys.argv[1:]:
    path = Path(name)
    execute(nbformat.read(path, as_version=4), path.parent)
"""


def measured(command: list[str]) -> tuple[float, float]:
    """Return the seconds by the clock and those of computing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'code'}"},
    )  # fmt: skip
    clock = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, sum(
        getattr(after, name) - getattr(before, name)
        for name in ("ru_utime", "ru_stime")
    )


def main() -> None:
    """Measure both, in turn and twice, and print the better of each."""
    pages = sys.argv[1:] or [
        str(p.relative_to(ROOT))
        for p in sorted((ROOT / "chapters").rglob("*.ipynb"))
    ]
    commands = {
        "bare": [sys.executable, "-c", BARE, *pages],
        "nbval": [sys.executable, "-m", "pytest", "-q", "-p",
                  "no:cacheprovider", "-p", "no:xdist", *pages],
    }  # fmt: skip
    best = dict.fromkeys(commands, (float("inf"), float("inf")))
    for _ in range(2):
        for name, command in commands.items():
            best[name] = tuple(map(min, best[name], measured(command)))
    print(f"{len(pages)} pages{'seconds':>14}{'computing':>12}")
    for name, (clock, computing) in best.items():
        print(f"{name:<9}{clock:>12.1f}{computing:>12.1f}")
    clock, computing = (
        a / b for a, b in zip(best["nbval"], best["bare"], strict=True)
    )
    print(f"{'ratio':<9}{clock:>12.2f}{computing:>12.2f}   (goal {GOAL})")


if __name__ == "__main__":
    main()
