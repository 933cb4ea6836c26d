"""Who is enrolled, who is here, and whether that is enough to decide."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.clock import seoul_day
from app.committee import agenda_rules, rules
from app.committee.models import (
    AgendaItem,
    Attendance,
    CommitteeMeeting,
    CommitteeMember,
    GeneralMeeting,
    Meeting,
    MeetingTablet,
    Subcommittee,
    SubcommitteeSeat,
)
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


def is_appointed(programme_id: int, account_id: int, on: date) -> bool:
    """Whether the account has a seat on this day or one that is still to come."""
    of = select(CommitteeMember.id).filter_by(programme_id=programme_id, account_id=account_id)
    return db.session.scalar(of.where(_is_not_over(on)).limit(1)) is not None


def list_newly_over(on: date) -> Sequence[CommitteeMember]:
    """Seats that are over by this day, and whose role nobody has looked at since."""
    over = select(CommitteeMember).where(~_is_not_over(on), CommitteeMember.role_settled_at.is_(None))
    return db.session.scalars(over.order_by(CommitteeMember.id)).all()


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


def composition(programme_id: int, on: date) -> rules.Composition:
    """What the quotas look at, of those enrolled on a day."""
    members = list_members(programme_id, on)
    return rules.Composition(
        enrolled=len(members),
        women=sum(one.sex == "f" for one in members),
        men=sum(one.sex == "m" for one in members),
        vulnerable=sum(one.is_vulnerable for one in members),
        youth=sum(one.is_youth for one in members),
        open_call=sum(one.route == "open_call" for one in members),
        recommended=sum(one.route == "recommended" for one in members),
    )


def find_letter(number: str) -> CommitteeMember | None:
    """The appointment whose letter has this number."""
    return db.session.scalar(select(CommitteeMember).where(CommitteeMember.letter_number == number))


def count_enrolled(programme_id: int, on: date) -> int:
    return db.session.scalar(select(func.count(CommitteeMember.id)).where(_enrolled(programme_id, on))) or 0


def list_eligible_accounts(programme_id: int) -> Sequence[Account]:
    """Accounts that hold the committee's role. Also of those who sit: another term may follow theirs."""
    return db.session.scalars(
        select(Account)
        .join(RoleGrant)
        .where(RoleGrant.role == COMMITTEE_ROLE, RoleGrant.programme_id == programme_id)
        .where(Account.ended_at.is_(None))
        .order_by(Account.name, Account.id)
    ).all()


def find_meeting(round_id: int) -> GeneralMeeting | None:
    return db.session.scalar(select(GeneralMeeting).where(GeneralMeeting.round_id == round_id))


def get_meeting(round_id: int) -> GeneralMeeting:
    return find_meeting(round_id) or _missing(f"meeting of round {round_id}")


def get_committee_meeting(meeting_id: int) -> CommitteeMeeting:
    """One that is no general meeting."""
    return db.session.get(CommitteeMeeting, meeting_id) or _missing(f"meeting {meeting_id}")


def get_any_meeting(meeting_id: int) -> Meeting:
    """Of a round or not."""
    return db.session.get(Meeting, meeting_id) or _missing(f"meeting {meeting_id}")


def list_meetings_by_ids(meeting_ids: Collection[int]) -> Sequence[Meeting]:
    """With their invitations."""
    found = select(Meeting).where(Meeting.id.in_(meeting_ids)).options(selectinload(Meeting.invitations))
    return db.session.scalars(found.order_by(Meeting.id)).all()


def list_planned_between(start: datetime, end: datetime) -> Sequence[Meeting]:
    """That begin after `start`, and by `end`; with their invitations."""
    soon = select(Meeting).where(Meeting.state == rules.PLANNED, Meeting.starts_at > start, Meeting.starts_at <= end)
    return db.session.scalars(soon.options(selectinload(Meeting.invitations)).order_by(Meeting.id)).all()


def list_committee_meetings(programme_id: int) -> Sequence[CommitteeMeeting]:
    """All but the general ones, the latest first."""
    return db.session.scalars(
        select(CommitteeMeeting)
        .where(CommitteeMeeting.programme_id == programme_id)
        .order_by(CommitteeMeeting.starts_at.desc(), CommitteeMeeting.id.desc())
    ).all()


def list_announced(programme_id: int) -> Sequence[CommitteeMeeting]:
    """Those of which everybody may know: to which somebody has been invited. With whose they are, the latest first."""
    return db.session.scalars(
        select(CommitteeMeeting)
        .where(CommitteeMeeting.programme_id == programme_id, CommitteeMeeting.invitations.any())
        .options(joinedload(CommitteeMeeting.subcommittee))
        .order_by(CommitteeMeeting.starts_at.desc(), CommitteeMeeting.id.desc())
    ).all()


def list_unpublished(programme_id: int) -> Sequence[CommitteeMeeting]:
    """Meetings of which the invitation has been sent and the minutes are not out."""
    return db.session.scalars(
        select(CommitteeMeeting).where(
            CommitteeMeeting.programme_id == programme_id,
            CommitteeMeeting.state != rules.NOT_HELD,
            CommitteeMeeting.minutes_published_at.is_(None),
            CommitteeMeeting.invitations.any(),
        )
    ).all()


def list_summoned(meeting: Meeting, on: date) -> Sequence[CommitteeMember]:
    """The members of the meeting's body on a day, by name: of the committee, or of the sub-committee."""
    return db.session.scalars(
        select(CommitteeMember).join(Account).where(_summoned(meeting, on)).order_by(Account.name, Account.id)
    ).all()


def count_summoned(meeting: Meeting, on: date) -> int:
    return db.session.scalar(select(func.count(CommitteeMember.id)).where(_summoned(meeting, on))) or 0


def is_summoned(meeting: Meeting, member: CommitteeMember, on: date) -> bool:
    found = select(CommitteeMember.id).where(_summoned(meeting, on), CommitteeMember.id == member.id)
    return db.session.scalar(found) is not None


def presence(meeting: Meeting, at: datetime) -> Presence:
    """Counts only members of the body on that day: one who was dismissed or has left makes no quorum at the door."""
    day = seoul_day(at)
    here = (
        select(func.count())
        .select_from(Attendance)
        .join(CommitteeMember)
        .where(Attendance.meeting_id == meeting.id, Attendance.left_at.is_(None), _summoned(meeting, day))
    )
    return Presence(enrolled=count_summoned(meeting, day), present=db.session.scalar(here) or 0)


def list_at_the_door(meeting: Meeting, at: datetime) -> list[AtTheDoor]:
    """Every member of the body, with their attendance where there is one."""
    rows = db.session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id)).all()
    signed = {row.member_id: row for row in rows}
    members = list_summoned(meeting, seoul_day(at))
    return [AtTheDoor(member, signed.get(member.id)) for member in members]


def is_present(meeting: Meeting, member: CommitteeMember) -> bool:
    attendance = db.session.get(Attendance, (meeting.id, member.id), populate_existing=True)
    return attendance is not None and attendance.left_at is None


def list_present(meeting: Meeting, at: datetime) -> Sequence[CommitteeMember]:
    """Those whom `presence` counts, by name."""
    here = select(Attendance.member_id).where(Attendance.meeting_id == meeting.id, Attendance.left_at.is_(None))
    present = set(db.session.scalars(here))
    return [member for member in list_summoned(meeting, seoul_day(at)) if member.id in present]


def get_item(item_id: int) -> AgendaItem:
    return db.session.get(AgendaItem, item_id) or _missing(f"agenda item {item_id}")


def list_items(meeting: Meeting) -> Sequence[AgendaItem]:
    """In order."""
    return db.session.scalars(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting.id).order_by(AgendaItem.position, AgendaItem.id)
    ).all()


def find_item_up(meeting: Meeting) -> AgendaItem | None:
    """The item under discussion."""
    return db.session.scalar(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.state == agenda_rules.UNDER_DISCUSSION)
    )


def ensure_ballot_is_up(meeting: GeneralMeeting) -> None:
    """Where there is an agenda, the vote on the projects is held at its turn. Raises BallotNotUp."""
    items = db.session.execute(
        select(AgendaItem.kind, AgendaItem.state).where(AgendaItem.meeting_id == meeting.id)
    ).all()
    states = [state for kind, state in items if kind == agenda_rules.BALLOT]
    if items and states != [agenda_rules.UNDER_DISCUSSION]:
        raise agenda_rules.BallotNotUp(states[0] if states else agenda_rules.TO_COME)


def list_tablets(meeting: Meeting) -> Sequence[MeetingTablet]:
    """Those in use, in the order in which they were made."""
    return db.session.scalars(
        select(MeetingTablet)
        .where(MeetingTablet.meeting_id == meeting.id, MeetingTablet.ended_at.is_(None))
        .order_by(MeetingTablet.id)
    ).all()


def get_tablet(tablet_id: int) -> MeetingTablet:
    return db.session.get(MeetingTablet, tablet_id) or _missing(f"tablet {tablet_id}")


def general_meeting_of(tablet: MeetingTablet) -> GeneralMeeting:
    """At which votes are cast on the tablet. Raises NotFound for a device of another meeting: nobody votes there."""
    meeting = tablet.meeting
    return meeting if isinstance(meeting, GeneralMeeting) else _missing(f"ballots of meeting {meeting.id}")


def find_tablet(token_key: str) -> MeetingTablet | None:
    """The device in use that carries the token of this key."""
    return db.session.scalar(
        select(MeetingTablet).where(MeetingTablet.token_key == token_key, MeetingTablet.ended_at.is_(None))
    )


def ensure_may_vote(meeting: GeneralMeeting, account_id: int, at: datetime) -> CommitteeMember:
    """The member, if this account may cast at this instant. The quorum is asked again at every vote (2013: a
    decision with 18 of 40 was void). Raises MeetingNotOpen, BallotNotUp, NotAMember, NotPresent, NoQuorum."""
    if meeting.state != rules.OPEN:
        raise rules.MeetingNotOpen
    ensure_ballot_is_up(meeting)
    member = find_member(meeting.programme_id, account_id, seoul_day(at))
    if member is None:
        raise rules.NotAMember
    if not is_present(meeting, member):
        raise rules.NotPresent
    ensure_quorum(meeting, at)
    return member


def ensure_notice(meeting: Meeting, at: datetime) -> None:
    """Whether it could be opened at this instant without a reason: on an earlier day than planned, the notice counts
    for that day. Raises NoticeTooShort."""
    sent_at = meeting.invitation.sent_at if meeting.invitation else None
    agenda_rules.ensure_in_time(sent_at, min(at, meeting.starts_at), meeting.notice_days)


def ensure_quorum(meeting: Meeting, at: datetime) -> None:
    here = presence(meeting, at)
    if not here.is_quorate:
        raise rules.NoQuorum(here.present, here.needed, here.enrolled)


def count_came(meeting: Meeting) -> int:
    """People who were there, whether or not they stayed; one whose term was renewed meanwhile is one."""
    came = select(func.count(CommitteeMember.account_id.distinct())).join(Attendance)
    return db.session.scalar(came.where(Attendance.meeting_id == meeting.id)) or 0


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
    """Account ids of all who were at the round's meeting, each once, whether or not they stayed."""
    return db.session.scalars(
        select(CommitteeMember.account_id)
        .distinct()
        .join(Attendance, Attendance.member_id == CommitteeMember.id)
        .join(GeneralMeeting, GeneralMeeting.id == Attendance.meeting_id)
        .where(GeneralMeeting.round_id == round_id)
    ).all()


def _summoned(meeting: Meeting, on: date) -> ColumnElement[bool]:
    """Of whom the quorum is reckoned: who is enrolled, and sits in the sub-committee where it is one's meeting. In one
    that is over nobody sits."""
    enrolled = _enrolled(meeting.programme_id, on)
    if meeting.subcommittee_id is None:
        return enrolled
    return enrolled & CommitteeMember.id.in_(
        select(SubcommitteeSeat.member_id)
        .join(Subcommittee)
        .where(Subcommittee.id == meeting.subcommittee_id, Subcommittee.starts_on <= on, Subcommittee.ends_on > on)
        .where(seat_holds(on))
    )


def seat_holds(on: date) -> ColumnElement[bool]:
    """`subcommittee_rules.holds`, asked of the database."""
    return (SubcommitteeSeat.joined_on <= on) & or_(SubcommitteeSeat.left_on.is_(None), SubcommitteeSeat.left_on > on)


def _enrolled(programme_id: int, on: date) -> ColumnElement[bool]:
    """`rules.is_enrolled`, asked of the database."""
    return (CommitteeMember.programme_id == programme_id) & (CommitteeMember.appointed_on <= on) & _is_not_over(on)


def _is_not_over(on: date) -> ColumnElement[bool]:
    stays = or_(CommitteeMember.dismissed_on.is_(None), CommitteeMember.dismissed_on > on)
    return (CommitteeMember.term_ends_on > on) & stays


def _missing(what: str) -> NoReturn:
    raise NotFound(what)
