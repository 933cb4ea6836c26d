"""Starts `app.cli.opener`, which opens a box that is too large to be opened within a request."""

import pickle
import subprocess
import sys
from threading import Thread

from flask import current_app

from app.audit.models import Actor
from app.ballots import ceremony
from app.ballots.ceremony import Attempt
from app.clock import now
from app.config import ROOT

# Not `-m`: the helpers that it starts would then load the whole application, too.
COMMAND = (sys.executable, "-c", "from app.cli.opener import main; main()")


def start(attempt: Attempt, by: Actor) -> None:
    """It goes on when this process ends, and nobody waits for it: what became of it is in the database. The pipe is
    all that the key goes through. Raises OSError, and then the next attempt need not wait."""
    told = pickle.dumps((current_app.extensions["hanpyo"], current_app.extensions["clock"], attempt, by))
    try:
        process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, cwd=ROOT, start_new_session=True)
    except OSError:
        ceremony.give_up(attempt, at=now())
        raise
    Thread(target=process.communicate, args=(told,), daemon=True).start()
