"""The words of staff for what people are told, and the notices themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Instant, db, one_of
from app.notices.letter_rules import KINDS


class LetterTemplate(db.Model):
    """One version of a programme's text for a kind of notice; none is ever changed. Empty: from here on, the
    product's own words again."""

    __tablename__ = "letter_template"
    __table_args__ = (
        one_of("kind", tuple(KINDS)),
        UniqueConstraint("programme_id", "kind", "version"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("(body_ko = '') = (body_en = '')", name="both_languages"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"))
    kind: Mapped[str] = mapped_column(String(24))
    version: Mapped[int]
    body_ko: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Instant)
    saved_by: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))


class Notice(db.Model):
    """A resident is told of a step of their proposal, in the transaction of the step. `facts` holds what the proposal
    does not say by itself (a verdict, a day), as the machine writes it; no words of anybody, no name. It reads as the
    text of `made_at` had it."""

    __tablename__ = "notice"
    __table_args__ = (
        one_of("kind", tuple(KINDS)),
        Index("ix_notice_resident", "resident_id", "id"),
        CheckConstraint("seen_at IS NULL OR seen_at >= made_at", name="seen_when_made"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resident_id: Mapped[int] = mapped_column(Id, ForeignKey("resident.id"))
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
