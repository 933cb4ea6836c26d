"""What bars a member from a proposal: interests that were declared, and challenges (기피신청) with the vote on them."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of, state_column
from app.people.models import Account
from app.proposals.models import Proposal
from app.reviews import recusal_rules as rules
from app.rounds.models import Round


class Interest(db.Model):
    """What a member declares for a round. `phone_key` as a resident's: with it the rules find what the member proposed
    themselves; the number is not kept. `departments`: ids of those the member works for."""

    __tablename__ = "interest"

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), primary_key=True, index=True)
    phone_key: Mapped[str | None] = mapped_column(String(64), index=True)
    departments: Mapped[list[int]] = mapped_column(JSON, default=list)
    bodies: Mapped[str] = mapped_column(Text, default="")  # organisations, in the member's words
    declared_at: Mapped[datetime] = mapped_column(Instant)

    round: Mapped[Round] = relationship()
    account: Mapped[Account] = relationship()


class Challenge(db.Model):
    """기피신청: a proposer asks that a member be barred; the committee votes on it in writing, without that member.

    Who has voted is kept (`ChallengeVoter`), and how many for and against; never who how. `entitled`: how many could
    vote when it was closed. Too few of them in time, it has lapsed.
    """

    __tablename__ = "challenge"
    __table_args__ = (
        UniqueConstraint("proposal_id", "account_id"),
        one_of("state", rules.CHALLENGE_STATES),
        CheckConstraint("reason <> ''", name="reason_said"),
        CheckConstraint("votes_for >= 0 AND votes_against >= 0 AND abstained >= 0", name="votes_not_negative"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_with_instant"),
        CheckConstraint("(state = 'open') = (entitled IS NULL)", name="closed_with_number"),
        CheckConstraint("state = 'open' OR answer <> ''", name="closed_with_answer"),
        CheckConstraint(
            "state <> 'accepted' OR (votes_for + votes_against + abstained) * 2 > entitled"
            " AND votes_for * 2 > votes_for + votes_against + abstained",
            name="accepted_by_majority",
        ),
        CheckConstraint(
            "state <> 'rejected' OR (votes_for + votes_against + abstained) * 2 > entitled"
            " AND votes_for * 2 <= votes_for + votes_against + abstained",
            name="rejected_with_quorum",
        ),
        CheckConstraint(
            "state <> 'lapsed' OR (votes_for + votes_against + abstained) * 2 <= entitled",
            name="lapsed_without_quorum",
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"))
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = state_column(default=rules.OPEN)
    filed_at: Mapped[datetime] = mapped_column(Instant)
    votes_for: Mapped[int] = mapped_column(default=0)
    votes_against: Mapped[int] = mapped_column(default=0)
    abstained: Mapped[int] = mapped_column(default=0)
    entitled: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    proposal: Mapped[Proposal] = relationship()
    account: Mapped[Account] = relationship()

    @property
    def cast(self) -> int:
        return self.votes_for + self.votes_against + self.abstained

    @property
    def vote_until(self) -> datetime:
        return rules.voting_end(self.filed_at)


class ChallengeVoter(db.Model):
    """That a member has voted on a challenge, once."""

    __tablename__ = "challenge_voter"

    challenge_id: Mapped[int] = mapped_column(Id, ForeignKey("challenge.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
