"""Which printed code this browser has typed: kept beside the right that it gave, until its vote spends it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from flask import session

from app import clock
from app.codes import services
from app.codes.models import VotingCode
from app.roll.models import RollEntry
from app.web.voting import who


class Typed(NamedTuple):
    """Where the code stands among those that were made. The code itself is kept nowhere."""

    batch_id: int
    number: int


def keep(round_id: int, code: VotingCode) -> None:
    session[_slot(round_id)] = [code.batch_id, code.number, (clock.now() + who.RIGHT_LASTS).isoformat()]


def find(round_id: int) -> Typed | None:
    kept = session.get(_slot(round_id))
    if not kept or datetime.fromisoformat(kept[2]) <= clock.now():
        return None
    return Typed(int(kept[0]), int(kept[1]))


def drop(round_id: int) -> None:
    session.pop(_slot(round_id), None)


def spender(round_id: int, entry: RollEntry) -> Callable[[datetime], None]:
    """What a cast asks beside the rules of every vote: where a code gave the right to it, that this code is spent."""
    typed, entry_id = find(round_id) if who.has_right(round_id) else None, entry.id

    def spend(_at: datetime) -> None:
        if typed is not None:
            services.spend(round_id, typed.batch_id, typed.number, entry_id)

    return spend


def _slot(round_id: int) -> str:
    return f"code-{round_id}"
