"""How the site is served: few processes with threads; SQLite likes few writers, PostgreSQL keeps its connections.

The application is loaded once, before the workers are: what they all only read stands in memory once. It opens no
connection and begins no thread until a worker has a request.
"""

import gc
from typing import Any

worker_class = "gthread"
threads = 8
timeout = 30
graceful_timeout = 30
keepalive = 5
preload_app = True
# No addresses, no times, no paths of voting pages are kept: there is no access log at all.
accesslog = None
errorlog = "-"
loglevel = "warning"


def pre_fork(_server: Any, _worker: Any) -> None:
    """The collector writes into what it looks at, and what is written is shared no more: it leaves alone what there is
    by now."""
    gc.freeze()
