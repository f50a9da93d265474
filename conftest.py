"""For every test: the strict comparison of notebooks, quiet Hypothesis."""

from hypothesis import settings

pytest_plugins = ["tools.nbval_strict"]

# A deadline measures the machine's load, not the code.
settings.register_profile("byhand", deadline=None)
settings.load_profile("byhand")
