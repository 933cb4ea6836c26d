"""Reading what somebody sent, in a process of its own: `worker` is started, told, and believed within bounds."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import IO, Any

from app.config import ROOT
from app.files import photo_headers, rules
from app.files.rules import Busy, Document, Photo, Picture, Refused

BEGIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from app.files.worker import main; main()"
COMMAND = (sys.executable, "-I", "-W", "ignore", "-c", BEGIN)
PATIENCE = 20.0  # seconds that one waits for its turn, and then for its process on a machine that is busy
AT_ONCE = 2  # in each process of the server, so that memory is bounded
_turns = BoundedSemaphore(AT_ONCE)


class WorkerFailed(RuntimeError):
    """A fault of ours, never of the file; with what the process said."""


def read_photo(sent: IO[bytes]) -> Photo:
    """Made anew, with nothing of the bytes that were sent. Takes up to a second: not to be called within a transaction.

    Raises Refused, Busy.
    """
    data = _read(sent, rules.PHOTO)
    photo_headers.read(data)  # most of what is no photo needs no process
    large, small = _ask(rules.PHOTO, data)
    return Photo(large, small)


def read_document(sent: IO[bytes], name: str | None) -> Document:
    """Looked at, and as it was sent. Raises Refused, Busy."""
    data = _read(sent, rules.DOCUMENT)
    _ask(rules.DOCUMENT, data)
    return Document(data, rules.tidy_name(name))


def _read(sent: IO[bytes], kind: str) -> bytes:
    data = sent.read(rules.BYTES_MAX[kind] + 1)
    rules.ensure_size(len(data), kind)
    return data


def _ask(kind: str, data: bytes) -> list[Picture]:
    with _turn():
        try:
            done = subprocess.run(
                (*COMMAND, kind), input=data, capture_output=True, timeout=PATIENCE, cwd="/", env={}, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Busy from error
    if done.returncode < 0:
        was_slow = -done.returncode in (signal.SIGPROF, signal.SIGXCPU, signal.SIGKILL)
        raise Refused(rules.TOO_COMPLEX if was_slow else rules.BROKEN, kind)
    if done.returncode:
        raise WorkerFailed(done.stderr.decode(errors="replace"))
    told, _, rest = done.stdout.partition(b"\n")
    return _understood(json.loads(told), rest, kind)


def _understood(told: dict[str, Any], rest: bytes, kind: str) -> list[Picture]:
    if "refused" in told:
        raise Refused(told["refused"], kind)
    pictures = []
    for size, width, height in told["pictures"]:
        pictures.append(Picture(rest[:size], width, height))
        rest = rest[size:]
    return pictures


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _turns.release()
