"""See IPython."""
