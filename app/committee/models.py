"""The committee (위원회) and its general meeting (총회)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.committee import rules
from app.database import Id, Instant, db, one_of, state_column
from app.people.models import Account
from app.programmes.models import Programme
from app.rounds.models import Round


class CommitteeMember(db.Model):
    """An appointment (위촉). Those enrolled on a day are the base of the quorum."""

    __tablename__ = "committee_member"
    __table_args__ = (
        UniqueConstraint("programme_id", "account_id", "appointed_on"),
        CheckConstraint("term_ends_on > appointed_on", name="term_in_order"),
        one_of("route", rules.ROUTES),
        one_of("office", rules.OFFICES),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"))
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    route: Mapped[str] = mapped_column(String(16))
    office: Mapped[str] = mapped_column(String(12), default="member")
    appointed_on: Mapped[date]
    term_ends_on: Mapped[date]
    dismissed_on: Mapped[date | None]

    programme: Mapped[Programme] = relationship()
    account: Mapped[Account] = relationship()


class GeneralMeeting(db.Model):
    """The meeting at which the committee votes on one round."""

    __tablename__ = "general_meeting"
    __table_args__ = (
        one_of("state", rules.MEETING_STATES),
        CheckConstraint("(state IN ('planned', 'not_held')) = (opened_at IS NULL)", name="opened_unless_planned"),
        CheckConstraint("(state IN ('ended', 'not_held')) = (ended_at IS NOT NULL)", name="ended_with_instant"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), unique=True)
    place: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = state_column(default=rules.PLANNED)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    enrolled_at_close: Mapped[int | None]
    present_at_close: Mapped[int | None]

    round: Mapped[Round] = relationship()
    attendances: Mapped[list["Attendance"]] = relationship(back_populates="meeting")


class Attendance(db.Model):
    """A member signed in at the door; `left_at` is set when they go."""

    __tablename__ = "attendance"
    __table_args__ = (CheckConstraint("left_at IS NULL OR left_at >= arrived_at", name="leaves_after_arriving"),)

    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("general_meeting.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("committee_member.id"), primary_key=True)
    arrived_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)

    meeting: Mapped[GeneralMeeting] = relationship(back_populates="attendances")
    member: Mapped[CommitteeMember] = relationship()
