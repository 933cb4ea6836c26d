"""Support and comments of residents. Neither says a name; who it was is forgotten with who voted."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of, state_column
from app.people.models import Account, Resident
from app.proposals.models import Proposal
from app.voices import rules


class Support(db.Model):
    """A resident would like to see this proposal done. It counts for nothing but to be seen."""

    __tablename__ = "proposal_support"
    __table_args__ = (Index("ix_proposal_support_resident", "resident_id"), {"sqlite_with_rowid": False})

    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(Id, ForeignKey("resident.id"), primary_key=True)


class KeptSupport(db.Model):
    """How many they were, once it is forgotten who."""

    __tablename__ = "kept_support"
    __table_args__ = (CheckConstraint("people > 0", name="people_positive"),)

    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), primary_key=True)
    people: Mapped[int]


class Comment(db.Model):
    """`voice`: from 1, the how many-th resident who wrote something to this proposal; one person is one voice there,
    and another elsewhere. 0 is a proposer. `version` counts decisions. What is withdrawn is empty."""

    __tablename__ = "comment"
    __table_args__ = (
        one_of("state", rules.COMMENT_STATES),
        one_of("ground", rules.GROUNDS, nullable=True),
        CheckConstraint("(state = 'withdrawn') = (body = '')", name="empty_when_withdrawn"),
        CheckConstraint("state <> 'hidden' OR (ground IS NOT NULL AND reason <> '')", name="hidden_with_reason"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_by_somebody"),
        CheckConstraint("voice >= 0", name="voice_not_negative"),
        Index("ix_comment_proposal", "proposal_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"))
    resident_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resident.id"), index=True)
    voice: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = state_column(default=rules.SHOWN)
    ground: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    proposal: Mapped[Proposal] = relationship()
    resident: Mapped[Resident | None] = relationship()
    decider: Mapped[Account | None] = relationship()
    reports: Mapped[list["CommentReport"]] = relationship(
        back_populates="comment", order_by="CommentReport.reported_at"
    )


class CommentReport(db.Model):
    """A resident thinks that a comment should not stand. Gone when it is decided, so that nobody is known for it."""

    __tablename__ = "comment_report"
    __table_args__ = (one_of("ground", rules.GROUNDS), {"sqlite_with_rowid": False})

    comment_id: Mapped[int] = mapped_column(Id, ForeignKey("comment.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(Id, ForeignKey("resident.id"), primary_key=True)
    ground: Mapped[str] = mapped_column(String(16))
    remark: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime] = mapped_column(Instant)

    comment: Mapped[Comment] = relationship(back_populates="reports")


class CommentBar(db.Model):
    """A resident who writes no comments until then. Why is with the comment."""

    __tablename__ = "comment_bar"

    resident_id: Mapped[int] = mapped_column(Id, ForeignKey("resident.id"), primary_key=True)
    until: Mapped[datetime] = mapped_column(Instant)
