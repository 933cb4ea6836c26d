"""Servers of somebody else, as the application meets them: over a real socket, for the length of a test."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Quiet(BaseHTTPRequestHandler):
    """Says nothing on the screen, and minds nobody who hangs up."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked did not wait

    def log_message(self, format: str, *args: Any) -> None:
        return None


@contextmanager
def serving(handler: type[Quiet], release: Callable[[], None]) -> Iterator[str]:
    """Its address. `release` lets go at the end whoever is still kept waiting."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        release()
        server.shutdown()
        server.server_close()
        thread.join()
