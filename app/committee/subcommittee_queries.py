"""Which sub-committees there are, and who belongs to them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.clock import seoul_day
from app.committee.agenda_rules import USUAL_NOTICE_DAYS
from app.committee.models import CommitteeMember, CommitteeSettings, Meeting, Subcommittee, SubcommitteeSeat
from app.committee.queries import is_summoned, seat_holds
from app.committee.rules import is_enrolled
from app.database import db
from app.errors import NotFound


def get_settings(programme_id: int) -> CommitteeSettings:
    """What holds: the row, or the defaults while there is none."""
    defaults = {"notice_days": USUAL_NOTICE_DAYS, "one_subcommittee": False}
    return db.session.get(CommitteeSettings, programme_id) or CommitteeSettings(programme_id=programme_id, **defaults)


def get_subcommittee(subcommittee_id: int) -> Subcommittee:
    row = db.session.get(Subcommittee, subcommittee_id)
    if row is None:
        raise NotFound(f"sub-committee {subcommittee_id}")
    return row


def list_subcommittees_by_ids(subcommittee_ids: Collection[int]) -> Sequence[Subcommittee]:
    found = select(Subcommittee).where(Subcommittee.id.in_(subcommittee_ids))
    return db.session.scalars(found.order_by(Subcommittee.id)).all()


def get_seat(subcommittee: Subcommittee, seat_id: int) -> SubcommitteeSeat:
    row = db.session.get(SubcommitteeSeat, seat_id)
    if row is None or row.subcommittee_id != subcommittee.id:
        raise NotFound(f"seat {seat_id}")
    return row


def list_subcommittees(programme_id: int) -> Sequence[Subcommittee]:
    """All there ever were, the latest first."""
    return db.session.scalars(
        select(Subcommittee)
        .where(Subcommittee.programme_id == programme_id)
        .order_by(Subcommittee.starts_on.desc(), Subcommittee.id)
    ).all()


def list_standing(programme_id: int, on: date) -> Sequence[Subcommittee]:
    """Those that are set up on a day, in the order in which they were made."""
    return db.session.scalars(
        select(Subcommittee)
        .where(Subcommittee.programme_id == programme_id, Subcommittee.starts_on <= on, Subcommittee.ends_on > on)
        .order_by(Subcommittee.id)
    ).all()


def list_held_seats(subcommittee: Subcommittee, on: date) -> list[SubcommitteeSeat]:
    """Of those who belong to it on a day, and are in office; the chair first, then by name."""
    seats = db.session.scalars(
        select(SubcommitteeSeat)
        .where(SubcommitteeSeat.subcommittee_id == subcommittee.id, seat_holds(on))
        .options(joinedload(SubcommitteeSeat.member).joinedload(CommitteeMember.account))
    ).all()
    held = [seat for seat in seats if is_enrolled(seat.member, on)]
    return sorted(held, key=lambda seat: (not seat.is_chair, seat.member.account.name, seat.id))


def find_chair(subcommittee: Subcommittee, on: date) -> CommitteeMember | None:
    return next((seat.member for seat in list_held_seats(subcommittee, on) if seat.is_chair), None)


def list_open_seats(member: CommitteeMember, from_on: date) -> list[SubcommitteeSeat]:
    """The member's seats that hold on this day or later, in sub-committees that are still there then."""
    seats = db.session.scalars(select(SubcommitteeSeat).where(SubcommitteeSeat.member_id == member.id)).all()
    return [
        seat
        for seat in seats
        if (seat.left_on is None or seat.left_on > from_on) and seat.subcommittee.ends_on > from_on
    ]


def last_meeting_on(subcommittee: Subcommittee) -> date | None:
    """The latest day on which a meeting of it was opened."""
    last: datetime | None = db.session.scalar(
        select(func.max(Meeting.opened_at)).where(Meeting.subcommittee_id == subcommittee.id)
    )
    return None if last is None else seoul_day(last)


def may_read(meeting: Meeting, member: CommitteeMember, today: date) -> bool:
    """Whether the meeting is the member's: who belongs to its body today or on its day. To others it does not exist."""
    days = (today, seoul_day(meeting.starts_at))
    return any(is_summoned(meeting, member, day) for day in days)
