"""Imported before Matplotlib: it need not speak of its cache.

Where no home can be written it takes a temporary folder and warns, and on a
slow machine it warns that it looks for fonts; what a page says would depend
on the machine.
"""

from __future__ import annotations

import logging

_ITS_CACHE = (
    "temporary cache directory",
    "mkdir -p failed for path",
    "building the font cache",
)


def is_of_interest(record: logging.LogRecord) -> bool:
    """Return whether a message is about more than Matplotlib's own cache."""
    message = record.getMessage()
    return not any(words in message for words in _ITS_CACHE)


for _name in ("matplotlib", "matplotlib.font_manager"):
    logging.getLogger(_name).addFilter(is_of_interest)
