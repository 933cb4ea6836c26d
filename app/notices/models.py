"""Messages to people: queued in the transaction that causes them, sent afterwards; and whether any go now."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Instant, db, one_of, state_column
from app.notices import rules

QUEUED = "queued"
SENT = "sent"
FAILED = "failed"


class Message(db.Model):
    """Once sent or given up, `recipient` and `body` are emptied (the demo's outbox keeps them, to show them).

    `due_at`: not to be tried before; whoever tries moves it on, so that no two try at once.
    """

    __tablename__ = "message"
    __table_args__ = (
        one_of("state", (QUEUED, SENT, FAILED)),
        CheckConstraint("attempts >= 0 AND attempts <= 3", name="attempts_in_range"),
        Index("ix_message_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    recipient: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = state_column(default=QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)


class SmsBreaker(db.Model):
    """The one row that all processes look at before they send. `failures`: in a row. `shut_until`: nothing is sent, and
    nothing more is taken on, before; then one message tries, and the row is shut for so long as that may take."""

    __tablename__ = "sms_breaker"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("failures >= 0", name="failures_counted"),
        CheckConstraint("(shut_until IS NULL) = (reason IS NULL)", name="shut_for_a_reason"),
        one_of("reason", rules.SHUT_FOR, nullable=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    failures: Mapped[int] = mapped_column(default=0)
    shut_until: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(12))


class SmsOutage(db.Model):
    """How many asked for a code in an hour and got none, and why. Nothing says who."""

    __tablename__ = "sms_outage"
    __table_args__ = (one_of("reason", rules.UNSERVED_FOR), CheckConstraint("people > 0", name="people_positive"))

    hour: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    reason: Mapped[str] = mapped_column(String(12), primary_key=True)
    people: Mapped[int]
