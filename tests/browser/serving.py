"""An application on a free port of this machine."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.serving import make_server


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Its address. Requests are answered in threads, each body as a whole: the development server does not close what
    it is still sending when a browser hangs up, and an open file is a warning, which is an error."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request would hide what failed
    running = make_server("127.0.0.1", 0, lambda environ, start: [_whole(app, environ, start)], threaded=True)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


def _whole(app: Flask, environ: dict[str, Any], start: Any) -> bytes:
    parts = app(environ, start)
    try:
        return b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
