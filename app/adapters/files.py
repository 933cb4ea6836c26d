"""The folder of kept files. A file is named by the SHA-256 of its bytes, so that no name comes from outside, nothing is
ever written over, and a backup can be checked by anybody.

A file is there whole or not at all: it is written beside its place, forced to the disk, and renamed.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from flask import Flask, current_app

SHA256 = re.compile(r"[0-9a-f]{64}")
UNFINISHED = ".new-"


class CannotKeep(OSError):
    """The folder is full or cannot be written to; nothing of the file is left there."""


class Folder:
    """Made when the first file comes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, data: bytes) -> str:
        """The SHA-256 under which `data` is found from now on, be the power cut at once. Raises CannotKeep."""
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            place = self._place(sha256)
            place.parent.mkdir(parents=True, exist_ok=True)
            with self._lock(fcntl.LOCK_SH):
                self._write(place, data)
            for folder in (place.parent, self.path):
                _force(folder)
        except OSError as error:
            raise CannotKeep(error.errno, error.strerror) from error
        return sha256

    def read(self, sha256: str) -> bytes | None:
        """None where it is not there."""
        try:
            return self._place(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def sweep(self, is_kept: Callable[[str], bool], *, before: datetime) -> int:
        """Removes what was last put before then and is not kept, and what was never finished. How many files."""
        swept = 0
        for path in self._files():
            if SHA256.fullmatch(path.name) and is_kept(path.name):
                continue
            with self._lock(fcntl.LOCK_EX), contextlib.suppress(FileNotFoundError):
                # Asked under the lock: whoever puts the same bytes meanwhile makes the file young.
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    swept += 1
        return swept

    def _place(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self.path / sha256[:2] / sha256

    def _files(self) -> Iterator[Path]:
        yield from self.path.glob("[0-9a-f][0-9a-f]/*")  # with those that begin with a dot

    def _write(self, place: Path, data: bytes) -> None:
        number, name = tempfile.mkstemp(prefix=UNFINISHED, dir=place.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, place)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise

    @contextlib.contextmanager
    def _lock(self, how: int) -> Iterator[None]:
        """Many put at once; none while a file is being removed."""
        with (self.path / ".lock").open("ab") as file:
            fcntl.flock(file, how)
            yield


def _force(folder: Path) -> None:
    """A new name in a folder lasts when the folder has been written, too."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def register(app: Flask) -> None:
    app.extensions["files"] = Folder(app.extensions["hanpyo"].files_folder)


def folder() -> Folder:
    found: Folder = current_app.extensions["files"]
    return found
