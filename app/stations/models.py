"""Polling stations (현장투표소): where residents of a round vote in person, when, with whom, on which devices."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of
from app.people.models import Account
from app.programmes.models import Area
from app.roll.models import RollEntry
from app.rounds.models import Round
from app.stations import rules


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


class StationDay(db.Model):
    """A day on which residents can vote there: from when to when."""

    __tablename__ = "station_day"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="hours_in_order"),)

    station_id: Mapped[int] = mapped_column(Id, ForeignKey("polling_station.id"), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    opens_at: Mapped[datetime] = mapped_column(Instant)
    closes_at: Mapped[datetime] = mapped_column(Instant)

    station: Mapped[PollingStation] = relationship()


class Kiosk(db.Model):
    """A device on which one votes alone. It knows itself by a token; here is only its SHA-256. `wrong_pins` in a row
    since the last right one, or since the last pause."""

    __tablename__ = "kiosk"
    __table_args__ = (CheckConstraint(f"wrong_pins BETWEEN 0 AND {rules.WRONG_PINS}", name="wrong_pins_in_range"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    station_id: Mapped[int] = mapped_column(Id, ForeignKey("polling_station.id"), index=True)
    name: Mapped[str] = mapped_column(String(rules.KIOSK_NAME_MAX))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    wrong_pins: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None] = mapped_column(Instant)

    station: Mapped[PollingStation] = relationship()


class DeskPin(db.Model):
    """A one-time PIN that waits to be used; the vote takes the row away with it. One of an entry at a time.

    `pin_hash`: HMAC of round and digits. `help`: why the voter is helped, or ALONE. `kiosk`: that which has taken it.
    """

    __tablename__ = "desk_pin"
    __table_args__ = (one_of("help", rules.HELP),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    station_id: Mapped[int] = mapped_column(Id, ForeignKey("polling_station.id"), index=True)
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("roll_entry.id", ondelete="CASCADE"), unique=True)
    kiosk_id: Mapped[int | None] = mapped_column(Id, ForeignKey("kiosk.id"))
    pin_hash: Mapped[str] = mapped_column(String(64), unique=True)
    help: Mapped[str] = mapped_column(String(8))
    expires_at: Mapped[datetime] = mapped_column(Instant)

    station: Mapped[PollingStation] = relationship()
    entry: Mapped[RollEntry] = relationship()


class PinCount(db.Model):
    """How many PINs a station issued on a day, and how many votes came of them; by why the voters were helped. Nobody
    is named: reasons are counted, never beside a person."""

    __tablename__ = "pin_count"
    __table_args__ = (
        one_of("help", rules.HELP),
        CheckConstraint("issued >= 0", name="issued_not_negative"),
        CheckConstraint("spent >= 0", name="spent_not_negative"),
    )

    station_id: Mapped[int] = mapped_column(Id, ForeignKey("polling_station.id"), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    help: Mapped[str] = mapped_column(String(8), primary_key=True)
    issued: Mapped[int] = mapped_column(default=0)
    spent: Mapped[int] = mapped_column(default=0)
