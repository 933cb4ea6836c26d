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
    """An SMS or a mail. Once sent or given up, `recipient`, `subject`, `body` and `unsubscribe` are emptied (the demo's
    outbox keeps them, to show them).

    `due_at`: not to be tried before; whoever tries moves it on, so that no two try at once. `fault`: of the last try
    that failed. `unsubscribe`: the address that ends mails like this one. `tag`: an HMAC by which messages to one
    number are counted, for as long as they are counted.
    """

    __tablename__ = "message"
    __table_args__ = (
        one_of("state", (QUEUED, SENT, FAILED)),
        one_of("channel", rules.CHANNELS),
        one_of("fault", rules.FAULTS, nullable=True),
        CheckConstraint("attempts >= 0 AND attempts <= most_attempts", name="attempts_in_range"),
        Index("ix_message_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(4), default=rules.SMS)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text)
    unsubscribe: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = state_column(default=QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    most_attempts: Mapped[int] = mapped_column(default=rules.MOST_ATTEMPTS)
    fault: Mapped[str | None] = mapped_column(String(12))
    tag: Mapped[str | None] = mapped_column(String(64), index=True)
    queued_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)


class SmsBreaker(db.Model):
    """The row of a channel (`rules.BREAKERS`) that all processes look at before they send. `failures`: in a row.
    `shut_until`: nothing is sent, and nothing more is taken on, before; then one message tries, and the row is shut for
    so long as that may take."""

    __tablename__ = "sms_breaker"
    __table_args__ = (
        CheckConstraint("id IN (1, 2)", name="one_a_channel"),
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
