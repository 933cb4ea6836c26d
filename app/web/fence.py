"""The outer fence: so many requests a minute from one address, as each process counts them for itself.

Limits per phone and per code are kept in a table of their own. Flask-Limiter does the same with a Redis beside it; its
memory starts a thread at nearly every request, which cost more than the rest of a small page.
"""

from collections import Counter
from datetime import datetime
from threading import Lock

from flask import Flask, abort, request

from app import clock
from app.config import Config


class Fence:
    def __init__(self, limit: int) -> None:
        self.limit, self.minute, self.lock = limit, 0, Lock()
        self.seen = Counter[str]()

    def admits(self, address: str, at: datetime) -> bool:
        """Whether one more request is within the limit of its minute. It counts as well when it is not."""
        minute = int(at.timestamp() // 60)
        with self.lock:
            if minute != self.minute:
                self.minute, self.seen = minute, Counter()
            self.seen[address] += 1
            return self.seen[address] <= self.limit


def register(app: Flask) -> None:
    config: Config = app.extensions["hanpyo"]
    fence = Fence(config.limit_per_address)

    @app.before_request
    def stop_at_the_fence() -> None:
        if not fence.admits(request.remote_addr or "", clock.now()):
            abort(429)
