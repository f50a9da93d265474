"""Sphinx extension: a link into a chapter that a fork has dropped is text.

A page may link to a page of another chapter, with words of its own:
``{doc}`the page on the tape <../backprop/tape>` `` or a Markdown link.  In a
book without any page in that folder the words stay, and the link goes.  A
link to a page that is missing from a chapter of the book is a warning, as
ever, and so is one without words.
"""

from __future__ import annotations

import posixpath

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform


class LinksToAbsentChapters(SphinxPostTransform):
    """Replace such links by their words, before links are resolved."""

    default_priority = 5

    def run(self, **_options: object) -> None:
        """Visit all links of a page."""
        folders = {posixpath.dirname(page) for page in self.env.found_docs}
        for link in list(self.document.findall(addnodes.pending_xref)):
            page = self._page(link)
            if (
                page is not None
                and posixpath.dirname(page) not in folders
                and link["refexplicit"]
            ):
                link.replace_self(nodes.inline("", link.astext()))

    def _page(self, link: addnodes.pending_xref) -> str | None:
        """Return the page that a link leads to, from the book's root."""
        target = str(link["reftarget"]).partition("#")[0]
        here = posixpath.dirname(self.env.docname)
        if link["reftype"] == "doc":
            return posixpath.normpath(posixpath.join("/", here, target))[1:]
        if link["reftype"] == "myst" and target.endswith((".ipynb", ".md")):
            path = posixpath.join("/", here, posixpath.splitext(target)[0])
            return posixpath.normpath(path)[1:]
        if link["reftype"] == "myst" and link.get("refdomain") == "doc":
            return target  # the file is there, and not in the contents
        return None


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.add_post_transform(LinksToAbsentChapters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
