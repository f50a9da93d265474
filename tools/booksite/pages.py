"""The page around the text: head, tools, contents, old addresses.

The theme collects contents and launch buttons; the templates beside this
module lay them out, without the theme's own styles and scripts.
"""

from __future__ import annotations

import functools
import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
#: Old address, new address, both without suffix.
MOVED = HERE / "redirects.yml"
#: What Sphinx and the theme put into _static that a page can ask for.
KEPT = {
    "book.css", "site.js", "icons.svg", "math.css", "pygments.css",
    "moving", "doctools.js", "documentation_options.js", "language_data.js",
    "searchtools.js", "sphinx_highlight.js",
}  # fmt: skip

LOGGER = logging.getLogger(__name__)


def use_templates(_app: Sphinx, config: Config) -> None:
    """Put the templates before the theme's, and the assets into _static."""
    config.templates_path.insert(0, str(HERE / "templates"))
    config.html_static_path.append(str(ASSETS))
    config.html_search_scorer = str(HERE / "scorer.js")


@functools.cache
def asset_digest(name: str) -> str:
    """Return a mark that changes with a file, for the browser's cache."""
    return hashlib.sha1((ASSETS / name).read_bytes()).hexdigest()[:8]  # noqa: S324


def links(buttons: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the theme's buttons, out of their groups."""
    for button in buttons:
        if button["type"] == "group":
            yield from links(button["buttons"])
        elif button["type"] == "link":
            yield button


#: Where a notebook can be run, by what its address holds.
LAUNCH = {
    "mybinder.org": "Binder",
    "colab.": "Colab",
    "git-pull": "JupyterHub",
}


def tools(
    app: Sphinx, pagename: str, context: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return what a reader can do with a page besides reading it."""
    found = []
    for link in links(context.get("header_buttons", [])):
        place = next(
            (p for mark, p in LAUNCH.items() if mark in link["url"]), ""
        )
        if place:
            found.append(
                {"text": f"Run in {place}", "icon": "run", "url": link["url"]}
            )
        elif link.get("label") == "download-source-button" and link[
            "url"
        ].endswith(".ipynb"):
            found.append({
                "text": "Notebook", "icon": "download",
                "url": link["url"], "download": True,
            })  # fmt: skip
    chapter = re.match(r"chapters/(\w+)/", pagename)
    if chapter and chapter[1] != "appendix" and app.config.booksite_pdf:
        found.append({
            "text": "Chapter as PDF", "icon": "paper",
            "url": context["pathto"](f"pdf/{chapter[1]}.pdf", 1),
        })  # fmt: skip
    return found


def repository_links(
    app: Sphinx, pagename: str, context: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return links to the source that lead to something useful.

    A notebook's JSON cannot be edited by hand: its link opens an editor that
    shows notebooks.  A report starts with the page and the two questions.
    """
    settings = context
    if "github_user" not in settings:
        return []
    repository = "{github_url}/{github_user}/{github_repo}".format(**settings)
    branch = settings["github_version"]
    source = app.env.doc2path(pagename, base=False)
    path = f"{settings.get('doc_path') or ''}/{source}".strip("/")
    if path.endswith(".ipynb") and "github.com" in repository:
        edit = f"{repository}/blob/{branch}/{path}".replace(
            "github.com", "github.dev"
        )
    else:
        edit = f"{repository}/edit/{branch}/{path}"
    title = app.env.titles[pagename].astext()
    address = context.get("pageurl") or path
    body = (
        f"Page: {address}\n\nWhat does it say, and where?\n\n\n"
        "What is true instead, and how did you find out?\n\n"
    )
    report = (
        f"{repository}/issues/new?title={quote(f'{title}: ')}"
        f"&body={quote(body)}"
    )
    return [
        {"text": "Source", "icon": "code", "url": repository},
        {"text": "Suggest a change", "icon": "edit", "url": edit},
        {"text": "Report a mistake", "icon": "report", "url": report},
    ]


def around(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Add what the templates need."""
    body = context.get("body") or ""
    project = app.config.project
    names = {"search": "Search", "404": "No such page", "genindex": "Index"}
    title = (
        app.env.titles[pagename].astext()
        if pagename in app.env.titles
        else names.get(pagename, nodes.Text(context.get("title", "")).astext())
    )
    context["page_title"] = title
    context["head_title"] = (
        project if title in {project, ""} else f"{title} · {project}"
    )
    context["asset_digest"] = asset_digest
    context["has_code"] = 'class="highlight' in body
    context["has_formulas"] = "<math" in body
    context["book_contents"] = re.sub(
        r' (?:role="heading"|aria-level="\d")', "",
        context["toctree"](
            maxdepth=2, collapse=True, includehidden=True, titles_only=True
        ) or "",
    )  # fmt: skip
    contents = context.get("generate_toc_html")
    context["page_contents"] = (
        str(contents() or "") if doctree is not None and contents else ""
    )
    if (
        "<li" not in context["page_contents"]
        or pagename == app.config.root_doc
    ):
        context["page_contents"] = ""
    context["crumbs"] = context.get("parents", [])
    if doctree is None:
        context["robots"] = "noindex"
        return
    context["book_pdf"] = app.config.booksite_pdf
    context["page_tools"] = tools(app, pagename, context)
    context["page_links"] = repository_links(app, pagename, context)


def extra_pages(
    app: Sphinx,
) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page for wrong addresses, and one for each old address."""
    base = urlsplit(app.config.html_baseurl or "").path
    yield "404", {"base": base, "title": "No such page"}, "404.html"
    moved = yaml.safe_load(MOVED.read_text()) or {}
    for old, new in moved.items():
        # A fork may have dropped the chapter.
        folder = new.rpartition("/")[0]
        there = {name.rpartition("/")[0] for name in app.env.found_docs}
        if old in app.env.found_docs or folder not in there:
            continue
        if new not in app.env.found_docs:
            LOGGER.warning("%s leads to %s, which is no page", MOVED.name, new)
            continue
        target = app.builder.get_relative_uri(old, new)
        context = {
            "target": target,
            "canonical": app.config.html_baseurl
            and f"{app.config.html_baseurl}{new}.html",
            "title": app.env.titles[new].astext(),
        }
        yield old, context, "redirect.html"


def without_remarks(text: str) -> str:
    """Return a script or a style sheet without remarks and indentation.

    A remark of a script has its lines for itself.
    """
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    lines = (line.strip() for line in text.splitlines())
    kept = (line for line in lines if line and not line.startswith("//"))
    return "\n".join(kept) + "\n"


def finish(app: Sphinx, error: Exception | None) -> None:
    """Write the site's map, and drop what no page uses."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    kept = KEPT | {
        Path(str(name)).name
        for name in (app.config.html_logo, app.config.html_favicon)
        if name
    }
    for path in (out / "_static").iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in ("site.js", "book.css"):
        path = out / "_static" / name
        path.write_text(without_remarks(path.read_text(encoding="utf-8")))
    base = app.config.html_baseurl
    if not base:
        return
    places = "".join(
        f"<url><loc>{base}{name}.html</loc></url>\n"
        for name in sorted(app.env.found_docs)
    )
    (out / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{places}</urlset>\n"
    )
    (out / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n"
    )


def setup(app: Sphinx) -> None:
    """Register the templates and the pages that have no source."""
    # Whether PDFs are printed of the site that is being built.
    app.add_config_value("booksite_pdf", default=False, rebuild="env")
    app.connect("config-inited", use_templates)
    app.connect("html-page-context", around, priority=900)
    app.connect("html-collect-pages", extra_pages)
    app.connect("build-finished", finish)
