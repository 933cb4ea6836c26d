"""Where one votes in person, and who serves there when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.errors import NotFound
from app.stations.models import PollingStation, StationShift


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
