"""Neural networks by hand, checked by machine: the package of the book."""

__version__ = "0.1.0"
