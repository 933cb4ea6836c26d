"""Messages to people: queued in the transaction that causes them, sent afterwards."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Instant, db, one_of, state_column

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
