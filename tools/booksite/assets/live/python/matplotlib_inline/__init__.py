"""Stands in for matplotlib-inline in the page."""
