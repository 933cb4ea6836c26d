"""One-time PINs: issued to a person on the roll, taken by a kiosk, spent by the vote itself."""

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.clock import seoul_day
from app.database import db, lock, lock_name, transaction
from app.people import identity
from app.people.models import Account
from app.roll.models import RollEntry
from app.stations import queries, rules
from app.stations.models import DeskPin, Kiosk, PinCount, PollingStation

# None of these names the entry: beside the hour of a vote it would tell who voted.
LOOK_UP = audit.declare("desk.look_up", "station", "found", "voted")
ISSUE = audit.declare("pin.issue", "station")
ISSUE_HELPED = audit.declare("pin.issue_helped", "station", "reason", "second")
TRY = audit.declare("pin.try", "kiosk", "taken")


class Helped(NamedTuple):
    """Why a voter is helped, and the second officer, who has just shown to be there."""

    reason: str
    second: Account


class Taken(NamedTuple):
    """What the kiosk keeps of a PIN while somebody votes with it."""

    pin_id: int
    entry_id: int


def record_look_up(station: PollingStation, found: int, voted: int, *, at: datetime, by: Actor) -> None:
    """That an officer typed a person, how many were found, and of how many it was said that they had voted."""
    with transaction():
        audit.record(LOOK_UP, station.id, at=_hour(at), by=by, found=found, voted=voted)


def issue_pin(
    station: PollingStation, entry: RollEntry, officer: Account, helped: Helped | None, *, key: str, at: datetime
) -> str:
    """Its digits, which are shown once and kept nowhere. An older PIN of the entry is void from now on.

    Raises NotOnDuty, SameOfficer.
    """
    station_id, round_id, entry_id, by = station.id, station.round_id, entry.id, officer.actor
    reason = helped.reason if helped else rules.ALONE
    rules.ensure_help_known(reason, rules.REASONS if helped else rules.HELP)
    _ensure_on_duty(station_id, officer, helped, at)
    second = helped.second.id if helped else None
    with transaction():
        lock_name(f"pins:{round_id}")
        overdue = DeskPin.expires_at < at - rules.SPENT_IS_TOLD
        db.session.execute(delete(DeskPin).where((DeskPin.entry_id == entry_id) | overdue))
        digits = _fresh_digits(round_id, key)
        db.session.add(
            DeskPin(
                station_id=station_id,
                entry_id=entry_id,
                pin_hash=pin_hash(round_id, digits, key=key),
                help=reason,
                expires_at=at + rules.PIN_LASTS,
            )
        )
        _counts(station_id, reason, at).issued += 1
        if second is None:
            audit.record(ISSUE, station_id, at=_hour(at), by=by)
        else:
            audit.record(ISSUE_HELPED, station_id, at=_hour(at), by=by, reason=reason, second=second)
    return digits


def take_pin(kiosk: Kiosk, digits: str, *, key: str, at: datetime) -> Taken:
    """The kiosk holds on to it: it is good on no other one. The same kiosk may take it again, for power may fail.

    Raises KioskPaused, WrongPin, PinOverdue, PinOfAnotherStation, PinTakenElsewhere; each counts as a wrong one but
    the first.
    """
    with transaction():
        lock(kiosk)
        if kiosk.paused_until is not None and kiosk.paused_until > at:
            raise rules.KioskPaused(kiosk.paused_until)
        found = pin_hash(kiosk.station.round_id, digits, key=key)
        pin = db.session.scalar(select(DeskPin).where(DeskPin.pin_hash == found).with_for_update())
        refusal = _refusal(pin, kiosk, at)
        if pin is None or refusal is not None:
            _count_wrong(kiosk, at)
        else:
            kiosk.wrong_pins, kiosk.paused_until = 0, None
            pin.expires_at = pin.expires_at if pin.kiosk_id else at + rules.TURN_LASTS
            pin.kiosk_id = kiosk.id
            taken = Taken(pin.id, pin.entry_id)
        audit.record(TRY, kiosk.id, at=_hour(at), by=SYSTEM, taken=refusal is None)
    if refusal is not None:
        raise refusal
    return taken


def spend_pin(pin_id: int, kiosk_id: int, at: datetime) -> None:
    """Within the cast's transaction, which takes back all of it when it refuses. Raises WrongPin, PinOverdue."""
    mine = select(DeskPin).where(DeskPin.id == pin_id, DeskPin.kiosk_id == kiosk_id).with_for_update()
    pin = db.session.scalar(mine)
    if pin is None:
        raise rules.WrongPin
    if pin.expires_at <= at:
        raise rules.PinOverdue
    counts = _counts(pin.station_id, pin.help, at)
    counts.spent += 1
    db.session.delete(pin)
    db.session.flush()


def pin_hash(round_id: int, digits: str, *, key: str) -> str:
    return identity.pin_key(key, f"{round_id}:{digits}")


def _refusal(pin: DeskPin | None, kiosk: Kiosk, at: datetime) -> rules.StationError | None:
    if pin is None:
        return rules.WrongPin()
    if pin.station_id != kiosk.station_id:
        return rules.PinOfAnotherStation()
    if pin.expires_at <= at:
        return rules.PinOverdue()
    if pin.kiosk_id not in (None, kiosk.id):
        return rules.PinTakenElsewhere()
    return None


def _count_wrong(kiosk: Kiosk, at: datetime) -> None:
    kiosk.wrong_pins += 1
    if kiosk.wrong_pins == rules.WRONG_PINS:
        kiosk.wrong_pins, kiosk.paused_until = 0, at + rules.PAUSE


def _ensure_on_duty(station_id: int, officer: Account, helped: Helped | None, at: datetime) -> None:
    if helped and helped.second.id == officer.id:
        raise rules.SameOfficer
    for one in (officer, *([helped.second] if helped else ())):
        if queries.find_shift(station_id, one.id, at) is None:
            raise rules.NotOnDuty


def _fresh_digits(round_id: int, key: str) -> str:
    """Such as nobody else in the round has just now."""
    while True:
        digits = f"{secrets.randbelow(10**rules.PIN_DIGITS):0{rules.PIN_DIGITS}}"
        taken = select(DeskPin.id).where(DeskPin.pin_hash == pin_hash(round_id, digits, key=key))
        if db.session.scalar(taken) is None:
            return digits


def _counts(station_id: int, reason: str, at: datetime) -> PinCount:
    """The day's row, held until the commit."""
    lock_name(f"pin_count:{station_id}")
    day = seoul_day(at)
    counts = db.session.get(PinCount, (station_id, day, reason), populate_existing=True)
    if counts is None:
        counts = PinCount(station_id=station_id, on_day=day, help=reason, issued=0, spent=0)
        db.session.add(counts)
    return counts


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
