"""A process of its own that opens a large box: neither the request with the words nor the server has to last so long.

What it needs, the private key too, comes through its standard input; `app.web.office.opener` starts it.
"""

import pickle
import sys

from app.ballots import ceremony
from app.clock import now
from app.factory import create_app


def main() -> None:
    config, clock, attempt, by = pickle.load(sys.stdin.buffer)
    with create_app(config, clock).app_context():
        ceremony.finish_opening(attempt, at=now, by=by)
