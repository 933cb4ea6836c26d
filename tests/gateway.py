"""A company that sends text messages, over a real socket: it takes them, refuses them, or is slow."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.outside import Quiet, serving


class Gateway:
    """`status` is what it answers; it answers nothing until `held` is set."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.status = 200
        self.retry_after = ""
        self.held = threading.Event()
        self.held.set()
        self.url = ""


@contextmanager
def running_gateway() -> Iterator[Gateway]:
    gateway = Gateway()

    class Handler(Quiet):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not gateway.held.wait(30):
                return
            gateway.taken.append(message)
            gateway.tokens.append(self.headers["Authorization"])
            self.send_response(gateway.status)
            if gateway.retry_after:
                self.send_header("Retry-After", gateway.retry_after)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self) -> None:
            self.send_response(gateway.status)
            self.end_headers()

    with serving(Handler, gateway.held.set) as url:
        gateway.url = f"{url}/send"
        yield gateway
