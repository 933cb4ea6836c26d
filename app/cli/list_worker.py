"""A process of its own for a large list: neither the request nor the server has to last so long.

What it needs comes through its standard input; `app.web.office.list_worker` starts it, with the file open.
"""

import os
import pickle
import sys
from contextlib import suppress

from app.audit.models import Actor
from app.clock import now
from app.database import db
from app.factory import create_app
from app.roll import list_rules as rules
from app.roll import list_services as services
from app.roll.list_services import Upload
from app.rounds.models import Round


def main() -> None:
    config, clock, (what, *task) = pickle.load(sys.stdin.buffer)
    with create_app(config, clock).app_context(), suppress(rules.ListGone):  # somebody dropped it meanwhile
        if what == "read":
            read(*task, config.identity_key)
        else:
            take(*task)


def read(upload: Upload, file: int, key: str) -> None:
    with os.fdopen(file, "rb") as opened:
        services.read_upload(upload, opened, key=key, at=now)


def take(upload: Upload, doubts: tuple[str, ...], by: Actor) -> None:
    try:
        round_ = db.session.get_one(Round, upload.round_id)
        services.take_list(round_, upload.token, doubts, at=now(), by=by)
    except BaseException:
        services.give_up_taking(upload, at=now())
        raise
