"""Polling stations (현장투표소): where residents of a round vote in person."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db
from app.people.models import Account
from app.programmes.models import Area
from app.rounds.models import Round


class PollingStation(db.Model):
    """A place with a name of its own in the round. `latitude` and `longitude`: both or neither, in degrees (WGS 84)."""

    __tablename__ = "polling_station"
    __table_args__ = (
        UniqueConstraint("round_id", "name_ko"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="point_both_or_neither"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_in_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_in_range"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    area_id: Mapped[int | None] = mapped_column(Id, ForeignKey("area.id"))
    name_ko: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(200))
    latitude: Mapped[float | None] = mapped_column(Numeric(9, 6, asdecimal=False))
    longitude: Mapped[float | None] = mapped_column(Numeric(9, 6, asdecimal=False))

    round: Mapped[Round] = relationship()
    area: Mapped[Area | None] = relationship()


class StationShift(db.Model):
    """An officer's turn at a station, half-open. Outside of it the officer does nothing there."""

    __tablename__ = "station_shift"
    __table_args__ = (
        UniqueConstraint("station_id", "account_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="shift_in_order"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    station_id: Mapped[int] = mapped_column(Id, ForeignKey("polling_station.id"))
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)

    station: Mapped[PollingStation] = relationship()
    account: Mapped[Account] = relationship()
