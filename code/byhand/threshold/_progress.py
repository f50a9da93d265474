"""A progress bar for work that lasts, silent for work that does not."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any, TextIO


def progress(
    blocks: Iterable[Any],
    total: int,
    *,
    show: bool | None = None,
    stream: TextIO | None = None,
) -> Iterator[Any]:
    """Pass on blocks, with a bar once a second has gone by.

    Parameters
    ----------
    blocks
        Sized blocks of work.
    total
        The sum of their sizes.
    show
        True or False, or None to show the bar on a terminal only, so that
        nothing is written in notebooks and logs.
    stream
        Where to write; standard error by default.
    """
    stream = sys.stderr if stream is None else stream
    if show is None:
        show = stream.isatty()
    start = last = time.monotonic()
    done, drawn = 0, False
    try:
        for block in blocks:
            yield block
            done += len(block)
            now = time.monotonic()
            if show and now - start > 1 and now - last > 0.1:
                filled = 30 * done // total
                bar = "#" * filled + "." * (30 - filled)
                stream.write(f"\r[{bar}] {done:,} of {total:,}")
                stream.flush()
                last, drawn = now, True
    finally:
        if drawn:
            stream.write("\n")
            stream.flush()
