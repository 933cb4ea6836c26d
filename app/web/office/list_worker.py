"""Starts `app.cli.list_worker`, which reads or takes over a list that is too large for a request."""

import pickle
import subprocess
import sys
from threading import Thread
from typing import IO

from flask import current_app

from app.audit.models import Actor
from app.config import ROOT
from app.roll.list_services import Upload

COMMAND = (sys.executable, "-c", "from app.cli.list_worker import main; main()")


def read(upload: Upload, file: IO[bytes]) -> None:
    """`file` has no name in any folder: it is gone when the last process that has it open ends, however it ends. Raises
    OSError."""
    _start(("read", upload, file.fileno()), file.fileno())


def take(upload: Upload, doubts: tuple[str, ...], by: Actor) -> None:
    """Raises OSError."""
    _start(("take", upload, doubts, by))


def _start(task: tuple[object, ...], *files: int) -> None:
    """It goes on when this process ends, and nobody waits for it: what became of it is in the database."""
    told = pickle.dumps((current_app.extensions["hanpyo"], current_app.extensions["clock"], task))
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, cwd=ROOT, start_new_session=True, pass_fds=files)
    Thread(target=process.communicate, args=(told,), daemon=True).start()
