"""Setting up polling stations: where they are, when they are open, who serves there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.audit import services as audit
from app.audit.models import Actor
from app.clock import seoul_day
from app.database import db, lock, lock_name, transaction
from app.people.models import Account
from app.programmes.models import Area
from app.rounds.models import Round
from app.rounds.rules import ANYBODY
from app.stations import queries, rules
from app.stations.models import PollingStation, StationDay, StationShift

ADD = audit.declare("station.add", "round", "station", "name", "address")
CHANGE = audit.declare("station.change", "station", "name", "address")
REMOVE = audit.declare("station.remove", "round", "station", "name")
SET_DAY = audit.declare("station.set_day", "station", "on_day", "opens_at", "closes_at")
DROP_DAY = audit.declare("station.drop_day", "station", "on_day")
ADD_SHIFT = audit.declare("shift.add", "station", "officer", "starts_at", "ends_at")
DROP_SHIFT = audit.declare("shift.drop", "station", "officer", "starts_at")


@dataclass(frozen=True)
class Place:
    """What staff say of a station. `point`: latitude and longitude in degrees (WGS 84)."""

    name_ko: str
    name_en: str
    address: str
    area: Area | None = None
    point: tuple[float, float] | None = None


def add_station(round_: Round, place: Place, *, at: datetime, by: Actor) -> PollingStation:
    """Raises NoRoll, NameTaken."""
    if round_.voters == ANYBODY:
        raise rules.NoRoll
    station = PollingStation(round_id=round_.id)
    _put(station, place)
    try:
        with transaction():
            db.session.add(station)
            db.session.flush()
            audit.record(
                ADD, station.round_id, at=at, by=by, station=station.id, name=place.name_ko, address=place.address
            )
    except IntegrityError as error:
        raise rules.NameTaken from error
    return station


def change_station(station: PollingStation, place: Place, *, at: datetime, by: Actor) -> None:
    """Raises NameTaken."""
    try:
        with transaction():
            _put(lock(station), place)
            db.session.flush()
            audit.record(CHANGE, station.id, at=at, by=by, name=place.name_ko, address=place.address)
    except IntegrityError as error:
        raise rules.NameTaken from error


def remove_station(station: PollingStation, *, at: datetime, by: Actor) -> None:
    """With its days and shifts. Raises StationUsed where a device was set up, a PIN issued or a vote cast: whatever
    knows the station keeps it, by its foreign key."""
    try:
        with transaction():
            lock(station)
            audit.record(REMOVE, station.round_id, at=at, by=by, station=station.id, name=station.name_ko)
            for table in (StationDay, StationShift):
                db.session.execute(delete(table).where(table.station_id == station.id))
            db.session.delete(station)
            db.session.flush()
    except IntegrityError as error:
        raise rules.StationUsed from error


def set_day(station: PollingStation, opens_at: datetime, closes_at: datetime, *, at: datetime, by: Actor) -> None:
    """Adds the day, or changes its hours. Raises HoursBackwards."""
    rules.ensure_in_order(opens_at, closes_at)
    on_day, station_id = seoul_day(opens_at), station.id
    if seoul_day(closes_at) != on_day:
        raise rules.HoursBackwards
    with transaction():
        lock(station)
        day = db.session.get(StationDay, (station_id, on_day)) or StationDay(station_id=station_id, on_day=on_day)
        day.opens_at, day.closes_at = opens_at, closes_at
        db.session.add(day)
        audit.record(
            SET_DAY,
            station_id,
            at=at,
            by=by,
            on_day=on_day.isoformat(),
            opens_at=opens_at.isoformat(),
            closes_at=closes_at.isoformat(),
        )


def drop_day(day: StationDay, *, at: datetime, by: Actor) -> None:
    """Raises StationUsed where something was recorded of the day."""
    try:
        with transaction():
            lock(day)
            audit.record(DROP_DAY, day.station_id, at=at, by=by, on_day=day.on_day.isoformat())
            db.session.delete(day)
            db.session.flush()
    except IntegrityError as error:
        raise rules.StationUsed from error


def add_shift(
    station: PollingStation, officer: Account, starts_at: datetime, ends_at: datetime, *, at: datetime, by: Actor
) -> StationShift:
    """Raises HoursBackwards, NotAnOfficer, ShiftOverlaps."""
    rules.ensure_in_order(starts_at, ends_at)
    station_id, account_id, programme_id = station.id, officer.id, station.round.programme_id
    with transaction():
        lock_name(f"shifts:{account_id}")
        if account_id not in {one.id for one in queries.list_officers(programme_id)}:
            raise rules.NotAnOfficer
        if queries.serves_between(account_id, starts_at, ends_at):
            raise rules.ShiftOverlaps
        shift = StationShift(station_id=station_id, account_id=account_id, starts_at=starts_at, ends_at=ends_at)
        db.session.add(shift)
        db.session.flush()
        audit.record(
            ADD_SHIFT,
            station_id,
            at=at,
            by=by,
            officer=account_id,
            starts_at=starts_at.isoformat(),
            ends_at=ends_at.isoformat(),
        )
    return shift


def drop_shift(shift: StationShift, *, at: datetime, by: Actor) -> None:
    with transaction():
        lock(shift)
        said = {"officer": shift.account_id, "starts_at": shift.starts_at.isoformat()}
        audit.record(DROP_SHIFT, shift.station_id, at=at, by=by, **said)
        db.session.delete(shift)


def _put(station: PollingStation, place: Place) -> None:
    station.name_ko, station.name_en, station.address = place.name_ko, place.name_en, place.address
    station.area_id = place.area.id if place.area else None
    station.latitude, station.longitude = place.point or (None, None)
