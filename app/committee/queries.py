"""Who is enrolled, who is here, and whether that is enough to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from sqlalchemy import ColumnElement, func, or_, select

from app.clock import seoul_day
from app.committee import rules
from app.committee.models import Attendance, CommitteeMember, GeneralMeeting
from app.database import db
from app.errors import NotFound
from app.people.models import COMMITTEE_ROLE, Account, RoleGrant
from app.proposals.models import Proposal
from app.reviews.models import Recusal
from app.tally.quorum import is_quorate, quorum_of


@dataclass(frozen=True)
class Presence:
    """The three numbers that stand over every decision: 재적, 필요, 참석."""

    enrolled: int
    present: int

    @property
    def needed(self) -> int:
        return quorum_of(self.enrolled)

    @property
    def is_quorate(self) -> bool:
        return is_quorate(self.present, self.enrolled)


@dataclass(frozen=True)
class AtTheDoor:
    """A line of the attendance list."""

    member: CommitteeMember
    attendance: Attendance | None

    @property
    def is_present(self) -> bool:
        return self.attendance is not None and self.attendance.left_at is None


def get_member(member_id: int) -> CommitteeMember:
    return db.session.get(CommitteeMember, member_id) or _missing(f"member {member_id}")


def find_member(programme_id: int, account_id: int, on: date) -> CommitteeMember | None:
    """The appointment of the account that holds on this day."""
    return db.session.scalar(
        select(CommitteeMember).where(_enrolled(programme_id, on), CommitteeMember.account_id == account_id)
    )


def list_members(programme_id: int, on: date) -> Sequence[CommitteeMember]:
    """Those enrolled on a day, by name."""
    return db.session.scalars(
        select(CommitteeMember).join(Account).where(_enrolled(programme_id, on)).order_by(Account.name, Account.id)
    ).all()


def list_appointments(programme_id: int) -> Sequence[CommitteeMember]:
    """All there ever were, the latest first."""
    return db.session.scalars(
        select(CommitteeMember)
        .where(CommitteeMember.programme_id == programme_id)
        .order_by(CommitteeMember.appointed_on.desc(), CommitteeMember.id)
    ).all()


def count_enrolled(programme_id: int, on: date) -> int:
    return db.session.scalar(select(func.count(CommitteeMember.id)).where(_enrolled(programme_id, on))) or 0


def list_eligible_accounts(programme_id: int, on: date) -> Sequence[Account]:
    """Accounts that hold the committee's role and no seat on this day."""
    seated = select(CommitteeMember.account_id).where(_enrolled(programme_id, on))
    return db.session.scalars(
        select(Account)
        .join(RoleGrant)
        .where(RoleGrant.role == COMMITTEE_ROLE, RoleGrant.programme_id == programme_id)
        .where(Account.ended_at.is_(None), Account.id.not_in(seated))
        .order_by(Account.name, Account.id)
    ).all()


def find_meeting(round_id: int) -> GeneralMeeting | None:
    return db.session.scalar(select(GeneralMeeting).where(GeneralMeeting.round_id == round_id))


def get_meeting(round_id: int) -> GeneralMeeting:
    return find_meeting(round_id) or _missing(f"meeting of round {round_id}")


def presence(meeting: GeneralMeeting, at: datetime) -> Presence:
    """Counts only members who are enrolled on that day: a dismissed one at the door makes no quorum."""
    programme_id, day = meeting.round.programme_id, seoul_day(at)
    here = (
        select(func.count())
        .select_from(Attendance)
        .join(CommitteeMember)
        .where(Attendance.meeting_id == meeting.id, Attendance.left_at.is_(None), _enrolled(programme_id, day))
    )
    return Presence(enrolled=count_enrolled(programme_id, day), present=db.session.scalar(here) or 0)


def list_at_the_door(meeting: GeneralMeeting, at: datetime) -> list[AtTheDoor]:
    """Every enrolled member, with their attendance where there is one."""
    rows = db.session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id)).all()
    signed = {row.member_id: row for row in rows}
    members = list_members(meeting.round.programme_id, seoul_day(at))
    return [AtTheDoor(member, signed.get(member.id)) for member in members]


def is_present(meeting: GeneralMeeting, member: CommitteeMember) -> bool:
    attendance = db.session.get(Attendance, (meeting.id, member.id), populate_existing=True)
    return attendance is not None and attendance.left_at is None


def ensure_may_vote(meeting: GeneralMeeting, account_id: int, at: datetime) -> CommitteeMember:
    """The member, if this account may cast at this instant. The quorum is asked again at every vote (2013: a
    decision with 18 of 40 was void). Raises MeetingNotOpen, NotAMember, NotPresent, NoQuorum."""
    if meeting.state != rules.OPEN:
        raise rules.MeetingNotOpen
    member = find_member(meeting.round.programme_id, account_id, seoul_day(at))
    if member is None:
        raise rules.NotAMember
    if not is_present(meeting, member):
        raise rules.NotPresent
    ensure_quorum(meeting, at)
    return member


def ensure_quorum(meeting: GeneralMeeting, at: datetime) -> None:
    here = presence(meeting, at)
    if not here.is_quorate:
        raise rules.NoQuorum(here.present, here.needed, here.enrolled)


def list_barred(round_id: int, account_id: int) -> frozenset[int]:
    """The proposals of the round from whose decision the account is recused, by id."""
    return frozenset(
        db.session.scalars(
            select(Recusal.proposal_id)
            .join(Proposal)
            .where(Proposal.round_id == round_id, Recusal.account_id == account_id)
        )
    )


def list_attended(round_id: int) -> Sequence[int]:
    """Account ids of all who were at the round's meeting, whether or not they stayed."""
    return db.session.scalars(
        select(CommitteeMember.account_id)
        .join(Attendance, Attendance.member_id == CommitteeMember.id)
        .join(GeneralMeeting, GeneralMeeting.id == Attendance.meeting_id)
        .where(GeneralMeeting.round_id == round_id)
    ).all()


def _enrolled(programme_id: int, on: date) -> ColumnElement[bool]:
    """`rules.is_enrolled`, asked of the database."""
    return (
        (CommitteeMember.programme_id == programme_id)
        & (CommitteeMember.appointed_on <= on)
        & (CommitteeMember.term_ends_on > on)
        & or_(CommitteeMember.dismissed_on.is_(None), CommitteeMember.dismissed_on > on)
    )


def _missing(what: str) -> NoReturn:
    raise NotFound(what)
