"""A process for one file that nobody trusts. It holds none of our secrets, and may lose itself: it has a second of
computing time and some memory, may write to no file, and says what came out through its standard output.

`cleaning` starts it. It imports neither Flask nor the database, so that it is there in a twentieth of a second.
"""

import json
import resource
import signal
import sys

from app.files import documents, photos, rules
from app.files.rules import Picture, Refused

SECONDS = 1.0  # of computing
MEMORY = 640 << 20  # bytes of addresses, with the libraries


def main() -> None:
    """Argument: the kind. First a line of JSON, then the bytes of each picture."""
    _limit()
    kind = sys.argv[1]
    try:
        pictures = _make(kind, sys.stdin.buffer.read(rules.BYTES_MAX[kind] + 1))
        told: dict[str, object] = {"pictures": [(len(one.data), one.width, one.height) for one in pictures]}
    except (Refused, MemoryError) as error:
        pictures = ()
        told = {"refused": error.reason if isinstance(error, Refused) else rules.TOO_COMPLEX}
    sys.stdout.buffer.write(b"".join((json.dumps(told).encode(), b"\n", *(one.data for one in pictures))))


def _limit() -> None:
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # SIGPROF ends it
    resource.setrlimit(resource.RLIMIT_CPU, (2, 2))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(kind, (0, 0))


def _make(kind: str, data: bytes) -> tuple[Picture, ...]:
    if kind == rules.DOCUMENT:
        documents.look(data)
        return ()
    photo = photos.remake(data)
    return photo.large, photo.small
