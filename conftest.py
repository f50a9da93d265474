"""Every notebook is run under the strict comparison of tools.nbval_strict."""

pytest_plugins = ["tools.nbval_strict"]
