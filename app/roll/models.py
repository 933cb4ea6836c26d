"""The roll (명부) of a round: who may vote in its residents' chamber, as keys that name nobody."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of, state_column
from app.programmes.models import Area
from app.roll import list_rules, rules
from app.rounds.models import Round
from app.rounds.rules import BASES


class RollEntry(db.Model):
    """A person on the roll. All ways of voting lead to one entry, and the entry votes once.

    `person_key`: HMAC of round, name and birth date. `twin`: 0, or a count where an officer has seen the identity card
    of somebody else of the same name and birth date. `phone_key`: as of `Resident`. `area`: the dong, whose own ballot
    it is. `entered_at` is cut to the hour. Gone when it is erased who took part.
    """

    __tablename__ = "roll_entry"
    __table_args__ = (
        UniqueConstraint("round_id", "person_key", "twin"),
        UniqueConstraint("round_id", "phone_key"),
        one_of("source", rules.SOURCES),
        one_of("basis", BASES),
        one_of("age_band", rules.BANDS),
        one_of("guardian", rules.GUARDIANS, nullable=True),
        CheckConstraint("twin >= 0", name="twin_not_negative"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    person_key: Mapped[str] = mapped_column(String(64))
    twin: Mapped[int] = mapped_column(default=0)
    phone_key: Mapped[str | None] = mapped_column(String(64))
    area_id: Mapped[int | None] = mapped_column(Id, ForeignKey("area.id"))
    age_band: Mapped[str] = mapped_column(String(8))
    basis: Mapped[str] = mapped_column(String(12))
    guardian: Mapped[str | None] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(8))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    round: Mapped[Round] = relationship()
    area: Mapped[Area | None] = relationship()


class RollClaim(db.Model):
    """Somebody said from this phone to be a person who is on the roll already. `claim_key`: HMAC of phone and person,
    so that it stands for nobody by itself. Gone when this phone comes onto the roll, or it is erased who took part."""

    __tablename__ = "roll_claim"
    __table_args__ = (Index("ix_roll_claim_day", "round_id", "on_day"), {"sqlite_with_rowid": False})

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    phone_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    claim_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    on_day: Mapped[date]


class RollUpload(db.Model):
    """The latest list that was uploaded for a round, and what became of it. `token`: of this file. `lines`: read so
    far, of about `expected`. `found`: fault or doubt → lines. `shown`: the first lines, masked; emptied with the lines
    themselves. `refusal` and `detail`: why nothing of the file can be read."""

    __tablename__ = "roll_upload"
    __table_args__ = (
        one_of("state", list_rules.STATES),
        CheckConstraint("lines >= 0", name="lines_not_negative"),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refused_has_its_reason"),
        CheckConstraint("(state = 'taken') = (taken IS NOT NULL)", name="taken_has_its_number"),
    )

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = state_column()
    began_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expected: Mapped[int | None]
    lines: Mapped[int] = mapped_column(default=0)
    found: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    shown: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    taken: Mapped[int | None]
    refusal: Mapped[str | None] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    round: Mapped[Round] = relationship()

    def is_running(self, at: datetime) -> bool:
        """Whether somebody is at it: who has not been heard of for long has ended."""
        patience = list_rules.UNHEARD_OF_TAKING if self.state == list_rules.TAKING else list_rules.UNHEARD_OF
        return self.state in list_rules.AT_WORK and at - self.seen_at < patience


class StagedLine(db.Model):
    """A line of an uploaded list until it is decided on, as keys: what a `RollEntry` would be, or its `fault`.
    `doubts`: bits of `list_rules.BIT`. On PostgreSQL it is in no write-ahead log, and empty after a crash."""

    __tablename__ = "roll_staged"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(Id, primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    fault: Mapped[str | None] = mapped_column(String(20))
    doubts: Mapped[int]
    person_key: Mapped[str | None] = mapped_column(String(64))
    phone_key: Mapped[str | None] = mapped_column(String(64))
    area_id: Mapped[int | None] = mapped_column(Id)
    age_band: Mapped[str | None] = mapped_column(String(8))
    basis: Mapped[str | None] = mapped_column(String(12))
    guardian: Mapped[str | None] = mapped_column(String(8))
