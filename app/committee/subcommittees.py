"""Setting up sub-committees, and who belongs to them."""

from datetime import date, datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.committee import rules as committee
from app.committee import subcommittee_queries as queries
from app.committee import subcommittee_rules as rules
from app.committee.models import CommitteeMember, CommitteeSettings, Subcommittee, SubcommitteeSeat
from app.committee.telling import tell_member
from app.database import db, lock, transaction
from app.notices import kinds
from app.programmes.models import Programme

SET = audit.declare("committee.set", "programme", "notice_days", "one_subcommittee", "before")
CREATE = audit.declare("subcommittee.create", "subcommittee", "programme", "name", "starts_on", "ends_on")
JOIN = audit.declare("subcommittee.join", "subcommittee", "seat", "member", "on", "ground")
LEAVE = audit.declare("subcommittee.leave", "subcommittee", "seat", "member", "on", "ground")
CHAIR = audit.declare("subcommittee.chair", "subcommittee", "seat", "member")


def set_settings(
    programme: Programme, *, notice_days: int, one_subcommittee: bool, at: datetime, by: Actor
) -> CommitteeSettings:
    """Meetings that are called for already keep their notice; who belongs to several sub-committees stays in them."""
    with transaction():
        lock(programme)
        row = queries.get_settings(programme.id)
        before = f"{row.notice_days} {row.one_subcommittee}"
        row.notice_days, row.one_subcommittee = notice_days, one_subcommittee
        db.session.add(row)
        given = {"notice_days": notice_days, "one_subcommittee": one_subcommittee}
        audit.record(SET, programme.id, at=at, by=by, **given, before=before)
    return row


def create_subcommittee(
    programme: Programme, *, name_ko: str, name_en: str, starts_on: date, ends_on: date, at: datetime, by: Actor
) -> Subcommittee:
    """Raises TermBackwards, TermTooLong (it is set up for a term of the committee), SubcommitteeThere."""
    with transaction():
        lock(programme)
        committee.ensure_term(starts_on, ends_on)
        if any((one.name_ko, one.starts_on) == (name_ko, starts_on) for one in _all(programme)):
            raise rules.SubcommitteeThere
        days = {"starts_on": starts_on, "ends_on": ends_on}
        row = Subcommittee(programme_id=programme.id, name_ko=name_ko, name_en=name_en, **days)
        db.session.add(row)
        db.session.flush()
        said = {name: day.isoformat() for name, day in days.items()}
        audit.record(CREATE, row.id, at=at, by=by, programme=programme.slug, name=name_ko, **said)
    return row


def _all(programme: Programme) -> list[Subcommittee]:
    return list(queries.list_subcommittees(programme.id))


def join(
    row: Subcommittee, member: CommitteeMember, *, on: date, ground: str, at: datetime, by: Actor
) -> SubcommitteeSeat:
    """From this day on the member belongs to it. The programme's row is held: two sub-committees at once ask the one
    setting. Raises NotAMember, SubcommitteeOver, SeatsSettled, SeatTaken, OneSubcommittee."""
    with transaction():
        lock(row.programme)
        lock(row)
        if member.programme_id != row.programme_id or not committee.is_enrolled(member, on):
            raise committee.NotAMember
        rules.ensure_standing(row, on)
        rules.ensure_unsettled(on, queries.last_meeting_on(row))
        _ensure_free(row, member, on)
        seat = SubcommitteeSeat(subcommittee_id=row.id, member_id=member.id, joined_on=on, joined_ground=ground)
        db.session.add(seat)
        db.session.flush()
        audit.record(JOIN, row.id, at=at, by=by, seat=seat.id, member=member.id, on=on.isoformat(), ground=ground)
        tell_member(member, kinds.SUBCOMMITTEE_JOINED, at=at, subcommittee=str(row.id), on=on)
    return seat


def _ensure_free(row: Subcommittee, member: CommitteeMember, on: date) -> None:
    seats = queries.list_open_seats(member, on)
    if any(seat.subcommittee_id == row.id for seat in seats):
        raise rules.SeatTaken
    overlapping = [seat for seat in seats if max(seat.joined_on, seat.subcommittee.starts_on) < row.ends_on]
    if overlapping and queries.get_settings(row.programme_id).one_subcommittee:
        raise rules.OneSubcommittee


def leave(seat: SubcommitteeSeat, *, on: date, ground: str, at: datetime, by: Actor) -> None:
    """From this day on the member no longer belongs to it. Raises SeatLeft, LeavesBeforeJoining,
    SeatsSettled."""
    with transaction():
        lock(seat.subcommittee)
        if lock(seat).left_on is not None:
            raise rules.SeatLeft
        if on < seat.joined_on:
            raise rules.LeavesBeforeJoining
        rules.ensure_unsettled(on, queries.last_meeting_on(seat.subcommittee))
        seat.left_on, seat.left_ground = on, ground
        facts = {"seat": seat.id, "member": seat.member_id, "on": on.isoformat(), "ground": ground}
        audit.record(LEAVE, seat.subcommittee_id, at=at, by=by, **facts)
        tell_member(seat.member, kinds.SUBCOMMITTEE_LEFT, at=at, subcommittee=str(seat.subcommittee_id), on=on)


def name_chair(seat: SubcommitteeSeat, *, at: datetime, by: Actor) -> None:
    """The one before is the chair no longer. Named twice, nothing changes. Raises SeatLeft."""
    with transaction():
        lock(seat.subcommittee)
        if lock(seat).left_on is not None:
            raise rules.SeatLeft
        if seat.is_chair:
            return
        for other in seat.subcommittee.seats:
            other.is_chair = False
        db.session.flush()  # one at a time: the key knows no order within a statement
        seat.is_chair = True
        audit.record(CHAIR, seat.subcommittee_id, at=at, by=by, seat=seat.id, member=seat.member_id)
        tell_member(seat.member, kinds.SUBCOMMITTEE_CHAIR, at=at, subcommittee=str(seat.subcommittee_id))
