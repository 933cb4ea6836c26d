"""Inviting the committee, or a sub-committee, to a meeting (소집 통지). Members find the invitation on their own pages,
to print or to take into their calendar, and are told of it."""

from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.clock import seoul_day
from app.committee import queries, rules
from app.committee.models import Invitation, Meeting
from app.committee.subcommittee_rules import ensure_standing
from app.committee.telling import tell_body
from app.database import db, lock, transaction
from app.notices import kinds
from app.notices.letter_services import settle

INVITE = audit.declare("meeting.invite", "meeting", "number", "members", "place", "starts_at")


def send_invitation(meeting: Meeting, *, at: datetime, by: Actor) -> Invitation:
    """To all who belong to the body now; sent again, the notice begins again. Raises WrongState, SubcommitteeOver,
    NobodyToInvite."""
    with transaction():
        lock(meeting)
        if meeting.state != rules.PLANNED:
            raise rules.WrongState(meeting.state, rules.PLANNED)
        return send(meeting, at=at, by=by)


def send(meeting: Meeting, *, at: datetime, by: Actor) -> Invitation:
    """The step itself, within the caller's transaction. Raises SubcommitteeOver, NobodyToInvite."""
    ensure_standing(meeting.subcommittee, seoul_day(at))
    members = queries.count_summoned(meeting, seoul_day(at))
    if not members:
        raise rules.NobodyToInvite
    before = meeting.invitation
    number, place, starts_at = len(meeting.invitations) + 1, meeting.place, meeting.starts_at
    sent = Invitation(number=number, sent_at=at, members=members, place=place, starts_at=starts_at)
    meeting.invitations.append(sent)
    db.session.flush()
    facts = {"number": number, "members": members, "place": place, "starts_at": starts_at.isoformat()}
    audit.record(INVITE, meeting.id, at=at, by=by, **facts)
    _tell(meeting, before, sent)
    return sent


def _tell(meeting: Meeting, before: Invitation | None, sent: Invitation) -> None:
    """What has not gone out of an earlier invitation is not true any more."""
    settle(*kinds.OF_INVITATION, kinds.MEETING_CANCELLED, meeting_id=meeting.id)
    moved = before is not None and (before.place, before.starts_at) != (sent.place, sent.starts_at)
    facts = {"starts_at": sent.starts_at.isoformat(), "invitation": str(sent.number)}
    tell_body(meeting, kinds.MEETING_MOVED if moved else kinds.MEETING_CALLED, at=sent.sent_at, **facts)
