"""A server like that of GitHub Pages, and how Chromium is started."""

from __future__ import annotations

import functools
import gzip
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
TEXT = {".html", ".css", ".js", ".svg", ".json", ".txt", ".xml", ".ipynb"}


class Gzipped(http.server.SimpleHTTPRequestHandler):
    """Serve a folder as GitHub Pages does: compressed, cached 10 minutes."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Send the file, text compressed."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        body = compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in TEXT:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            # A page that is left asks for no more of its files.
            self.wfile.write(body)


@functools.cache
def compressed(path: Path) -> bytes:
    """Return what is sent over the wire for a file."""
    raw = path.read_bytes()
    return gzip.compress(raw, mtime=0) if path.suffix in TEXT else raw


@contextmanager
def served(
    folder: Path, handler: Callable[..., Any] = Gzipped
) -> Iterator[str]:
    """Serve a folder on a free port; give its address."""
    make = functools.partial(handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), make)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
