"""For every test: the strict comparison of notebooks, quiet Hypothesis."""

from hypothesis import settings

pytest_plugins = ["tools.nbval_strict"]

# A deadline measures the machine's load, not the code.
settings.register_profile("byhand", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile("byhand")
