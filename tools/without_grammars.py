"""Pytest plugin: start a second sooner, in each process.

Before a notebook is checked, jsonschema compiles 38 grammars of addresses
with foreign letters, which no notebook has.  It does without them if their
module is missing, and this plugin is loaded before nbval imports jsonschema.
"""

import sys

sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
