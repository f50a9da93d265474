"""Matplotlib asks which windows it may open: none."""

backend2gui: dict[str, str] = {}
