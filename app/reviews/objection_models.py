"""Objections to what a review came to, and the record of a written review from which it can be counted again."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of, state_column
from app.people.models import Account
from app.proposals.models import Proposal
from app.reviews import objection_rules as rules
from app.rounds.models import Round


class Objection(db.Model):
    """이의신청. Nothing of it is public before it is decided; then it stays as it is."""

    __tablename__ = "objection"
    __table_args__ = (
        UniqueConstraint("proposal_id", "against"),
        one_of("against", rules.AGAINST),
        one_of("state", rules.OBJECTION_STATES),
        CheckConstraint("reason <> ''", name="reason_said"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_with_instant"),
        CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("state = 'open' OR answer <> ''", name="decided_with_answer"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"))
    against: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = state_column(default=rules.OPEN)
    reason: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(Instant)

    proposal: Mapped[Proposal] = relationship()
    decider: Mapped[Account | None] = relationship()


class ShortlistRecord(db.Model):
    """The written review of a round as it was decided: its file (`app/tally/written_file.py`), which never changes.

    Reviewers are numbers in it that were drawn when it was made; whose they are is written nowhere.
    """

    __tablename__ = "shortlist_record"

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    decided_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    decided_at: Mapped[datetime] = mapped_column(Instant)

    round: Mapped[Round] = relationship()
