"""Calling the committee, or a sub-committee, to a meeting other than the general one. Everything after that is the same
for all meetings: `agenda`, `invitations`, `services`, `minutes`."""

from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.clock import seoul_day
from app.committee import agenda_rules, rules
from app.committee.invitations import send
from app.committee.models import CommitteeMeeting, Subcommittee
from app.committee.services import sign_all_out
from app.committee.subcommittee_rules import ensure_standing
from app.database import db, lock, transaction
from app.programmes.models import Programme

CONVENE = audit.declare(
    "meeting.convene", "meeting", "programme", "subcommittee", "title", "place", "starts_at", "notice_days"
)
CHANGE = audit.declare("meeting.change", "meeting", "title", "place", "starts_at", "notice_days", "signed_out")


def convene_meeting(
    programme: Programme,
    *,
    subcommittee: Subcommittee | None = None,
    title: str,
    place: str,
    starts_at: datetime,
    notice_days: int,
    at: datetime,
    by: Actor,
) -> CommitteeMeeting:
    """Of the whole committee, or of one of its sub-committees. Raises MeetingInThePast, SubcommitteeOver."""
    with transaction():
        _ensure_time(subcommittee, starts_at, at)
        given = {"title": title, "place": place, "starts_at": starts_at, "notice_days": notice_days}
        body = subcommittee.id if subcommittee else None
        meeting = CommitteeMeeting(programme_id=programme.id, subcommittee_id=body, **given)
        db.session.add(meeting)
        db.session.flush()
        facts = {**given, "starts_at": starts_at.isoformat()}
        audit.record(CONVENE, meeting.id, at=at, by=by, programme=programme.slug, subcommittee=body, **facts)
    return meeting


def change_meeting(
    meeting: CommitteeMeeting,
    *,
    title: str,
    place: str,
    starts_at: datetime,
    notice_days: int,
    at: datetime,
    by: Actor,
) -> None:
    """Until it is opened. With another place or hour whoever was invited is invited anew, and the notice begins again;
    whoever had signed in has not come to what is held now. Raises WrongState, MeetingInThePast, SubcommitteeOver,
    NoticeLowered, NobodyToInvite (see `send`)."""
    with transaction():
        if lock(meeting).state != rules.PLANNED:
            raise rules.WrongState(meeting.state, rules.PLANNED)
        moves = (meeting.place, meeting.starts_at) != (place, starts_at)
        if moves:
            _ensure_time(meeting.subcommittee, starts_at, at)
        elif meeting.invitation is not None:
            agenda_rules.ensure_not_lowered(meeting.notice_days, notice_days)
        meeting.title, meeting.place, meeting.starts_at, meeting.notice_days = title, place, starts_at, notice_days
        facts = {"title": title, "place": place, "starts_at": starts_at.isoformat(), "notice_days": notice_days}
        audit.record(CHANGE, meeting.id, at=at, by=by, signed_out=sign_all_out(meeting) if moves else 0, **facts)
        if moves and meeting.invitation is not None:
            send(meeting, at=at, by=by)


def _ensure_time(subcommittee: Subcommittee | None, starts_at: datetime, at: datetime) -> None:
    if starts_at <= at:
        raise rules.MeetingInThePast
    ensure_standing(subcommittee, seoul_day(starts_at))
