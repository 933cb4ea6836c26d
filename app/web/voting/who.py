"""Who votes: the resident themselves where a round asks for nothing but a phone, else their entry on its roll.

Whoever proved to be on the roll without a phone (a printed code, an identity provider) has the right to their entry in
their session, for this round and a while only.
"""

from datetime import datetime, timedelta

from flask import session

from app import clock
from app.people.models import Resident
from app.roll import queries as roll
from app.roll.models import RollEntry
from app.roll.rules import NotOnTheRoll
from app.web import guard

RIGHT_LASTS = timedelta(minutes=30)


def keep_right(entry: RollEntry) -> None:
    """For whoever has just proved to be this entry."""
    session[_slot(entry.round_id)] = [entry.id, (clock.now() + RIGHT_LASTS).isoformat()]


def drop_right(round_id: int) -> None:
    session.pop(_slot(round_id), None)


def has_right(round_id: int) -> bool:
    return _entry_id(round_id) is not None


def find_entry(round_id: int) -> RollEntry | None:
    """Whose turn it is in this browser, of those on the round's roll."""
    entry_id = _entry_id(round_id)
    if entry_id is not None:
        try:
            return roll.get_entry(round_id, entry_id)
        except NotOnTheRoll:
            return None
    resident = guard.find_resident()
    return roll.find_by_phone(round_id, resident.phone_key) if resident else None


def find_voter(round_id: int, asks_for_entry: bool) -> Resident | RollEntry | None:
    return find_entry(round_id) if asks_for_entry else guard.find_resident()


def _entry_id(round_id: int) -> int | None:
    kept = session.get(_slot(round_id))
    if not kept or datetime.fromisoformat(kept[1]) <= clock.now():
        return None
    return int(kept[0])


def _slot(round_id: int) -> str:
    return f"entry-{round_id}"
