"""개인정보 가리기: that something was masked, by whom and why. What was masked is kept nowhere."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Instant, db, one_of, state_column
from app.files.rules import KINDS
from app.proposals import mask_rules


class Mask(db.Model):
    """Never changed (trigger). `what`: words of its texts, a photo or a document. `ground` is public, `reason` is for
    staff."""

    __tablename__ = "mask"
    __table_args__ = (
        one_of("what", (mask_rules.WORDS, *KINDS)),
        one_of("ground", mask_rules.GROUNDS),
        CheckConstraint("reason <> ''", name="reason_said"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = state_column()
    ground: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    masked_at: Mapped[datetime] = mapped_column(Instant)
    masked_by: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))


class MaskedText(db.Model):
    """What stands since then in one answer of one version. The trigger that keeps versions lets this one change pass,
    to `shown` and to nothing else, so that the words themselves are gone from the database. Never changed (trigger)."""

    __tablename__ = "masked_text"
    __table_args__ = (
        ForeignKeyConstraint(["proposal_id", "number"], ["proposal_version.proposal_id", "proposal_version.number"]),
    )

    mask_id: Mapped[int] = mapped_column(Id, ForeignKey("mask.id"), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(16), primary_key=True)
    shown: Mapped[Any] = mapped_column(JSON)
