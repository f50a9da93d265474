"""Sphinx extension: launch buttons and edit links open different branches.

Binder, Colab and a JupyterHub open the student edition, on the branch that
``launch_buttons: branch:`` in ``_config.yml`` names; edit links lead to the
branch that the book is built from.  The theme knows one branch for both.
"""

from __future__ import annotations

from sphinx.application import Sphinx


def use_student_branch(app: Sphinx) -> None:
    """Change the branch that the theme gives to launch buttons."""
    options = app.config.html_theme_options
    if branch := options.get("launch_buttons", {}).get("branch"):
        options["repository_branch"] = branch


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    # The theme has read the branch for edit links by then, at 500.
    app.connect("builder-inited", use_student_branch, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
