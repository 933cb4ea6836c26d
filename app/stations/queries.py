"""Where one votes in person, and who serves there when."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, func, select

from app.database import db
from app.errors import NotFound
from app.people.models import DESK_ROLE, Account, RoleGrant
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.stations.models import DeskPin, Kiosk, PinCount, PollingStation, StationDay, StationShift

_OPEN = (rounds.CALLED, rounds.BALLOT_PUBLISHED)


def get_station(station_id: int) -> PollingStation:
    """Raises NotFound."""
    station = db.session.get(PollingStation, station_id)
    if station is None:
        raise NotFound(f"station {station_id}")
    return station


def list_stations(round_id: int) -> Sequence[PollingStation]:
    return db.session.scalars(
        select(PollingStation).where(PollingStation.round_id == round_id).order_by(PollingStation.name_ko)
    ).all()


def has_stations(round_id: int) -> bool:
    return db.session.scalar(select(exists().where(PollingStation.round_id == round_id))) or False


def has_any() -> bool:
    """Whether there is a station in a round that can be voted in, now or later."""
    open_rounds = select(PollingStation.id).join(Round).where(Round.state.in_(_OPEN))
    return db.session.scalar(select(open_rounds.exists())) or False


def find_shift(station_id: int, account_id: int, at: datetime) -> StationShift | None:
    """The officer's turn that runs at this instant."""
    return db.session.scalar(
        select(StationShift)
        .where(StationShift.station_id == station_id, StationShift.account_id == account_id)
        .where(StationShift.starts_at <= at, StationShift.ends_at > at)
    )


def list_shifts_of(account_id: int, at: datetime) -> Sequence[StationShift]:
    """The turns of an officer that run at this instant."""
    return db.session.scalars(
        select(StationShift)
        .where(StationShift.account_id == account_id, StationShift.starts_at <= at, StationShift.ends_at > at)
        .order_by(StationShift.starts_at, StationShift.id)
    ).all()


class PinNumbers(NamedTuple):
    """Of a station's day, by why the voters were helped: PINs issued, and votes that came of them."""

    help: str
    issued: int
    spent: int


def list_days(station_id: int) -> Sequence[StationDay]:
    return db.session.scalars(
        select(StationDay).where(StationDay.station_id == station_id).order_by(StationDay.on_day)
    ).all()


def get_day(station_id: int, on_day: date) -> StationDay:
    """Raises NotFound."""
    day = db.session.get(StationDay, (station_id, on_day))
    if day is None:
        raise NotFound(f"station {station_id} on {on_day}")
    return day


def list_shifts(station_id: int) -> Sequence[StationShift]:
    return db.session.scalars(
        select(StationShift)
        .where(StationShift.station_id == station_id)
        .order_by(StationShift.starts_at, StationShift.id)
    ).all()


def get_shift(station_id: int, shift_id: int) -> StationShift:
    """Raises NotFound."""
    shift = db.session.get(StationShift, shift_id)
    if shift is None or shift.station_id != station_id:
        raise NotFound(f"shift {shift_id}")
    return shift


def find_next_shift(account_id: int, at: datetime) -> StationShift | None:
    """The officer's first turn that is still to begin."""
    return db.session.scalars(
        select(StationShift)
        .where(StationShift.account_id == account_id, StationShift.starts_at > at)
        .order_by(StationShift.starts_at)
        .limit(1)
    ).first()


def serves_between(account_id: int, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the officer has a turn, at any station, that overlaps with this one."""
    turns = select(StationShift.id).where(
        StationShift.account_id == account_id, StationShift.starts_at < ends_at, StationShift.ends_at > starts_at
    )
    return db.session.scalars(turns.limit(1)).first() is not None


def list_officers(programme_id: int) -> Sequence[Account]:
    """Who may serve at the programme's stations, by name."""
    held = select(RoleGrant.account_id).where(RoleGrant.role == DESK_ROLE, RoleGrant.programme_id == programme_id)
    return db.session.scalars(
        select(Account).where(Account.id.in_(held), Account.ended_at.is_(None)).order_by(Account.name, Account.id)
    ).all()


def list_kiosks(station_id: int) -> Sequence[Kiosk]:
    """The devices at work there."""
    return db.session.scalars(
        select(Kiosk).where(Kiosk.station_id == station_id, Kiosk.revoked_at.is_(None)).order_by(Kiosk.name, Kiosk.id)
    ).all()


def get_kiosk(station_id: int, kiosk_id: int) -> Kiosk:
    """Raises NotFound."""
    kiosk = db.session.get(Kiosk, kiosk_id)
    if kiosk is None or kiosk.station_id != station_id:
        raise NotFound(f"kiosk {kiosk_id}")
    return kiosk


def find_taken_pin(pin_id: int, kiosk_id: int, at: datetime) -> DeskPin | None:
    """The PIN that this kiosk has taken, while it can still be voted with."""
    return db.session.scalar(
        select(DeskPin).where(DeskPin.id == pin_id, DeskPin.kiosk_id == kiosk_id, DeskPin.expires_at > at)
    )


def list_pin_numbers(station_id: int, on_day: date) -> Sequence[PinNumbers]:
    rows = select(PinCount.help, PinCount.issued, PinCount.spent).where(
        PinCount.station_id == station_id, PinCount.on_day == on_day
    )
    return [PinNumbers(*row) for row in db.session.execute(rows.order_by(PinCount.help))]


def count_open_pins(station_id: int, at: datetime) -> int:
    """Those that can still be voted with."""
    still = select(func.count()).where(DeskPin.station_id == station_id, DeskPin.expires_at > at)
    return db.session.scalar(still) or 0
