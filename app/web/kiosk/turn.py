"""Whose turn it is at a kiosk: kept in the device's session from the PIN on, gone with the start page."""

from datetime import datetime
from typing import NamedTuple

from flask import session

from app import clock
from app.roll import queries as roll
from app.roll.models import RollEntry
from app.roll.rules import NotOnTheRoll
from app.stations import queries, rules
from app.stations.models import DeskPin
from app.stations.pins import Taken

SLOT = "kiosk-turn"


class Turn(NamedTuple):
    """`pin` is None once it is spent, replaced or overdue."""

    pin_id: int
    entry: RollEntry
    pin: DeskPin | None


def begin(taken: Taken, locale: str | None) -> None:
    """Nothing of whoever was here before is left."""
    end(locale)
    session[SLOT] = [*taken, (clock.now() + rules.TURN_LASTS).isoformat()]


def end(locale: str | None = None) -> None:
    session.clear()
    if locale:
        session["locale"] = locale


def find(round_id: int, kiosk_id: int) -> Turn | None:
    at, kept = clock.now(), session.get(SLOT)
    if not kept or datetime.fromisoformat(kept[2]) <= at:
        return None
    try:
        entry = roll.get_entry(round_id, int(kept[1]))
    except NotOnTheRoll:
        return None
    return Turn(int(kept[0]), entry, queries.find_taken_pin(int(kept[0]), kiosk_id, at))
