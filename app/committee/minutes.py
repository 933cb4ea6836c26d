"""The minutes (회의록): the facts write themselves; staff add words, the chair approves them, and staff publish both
once the meeting is over. (Those of the general meeting are published without an approval here.) What is out is never
changed: an addendum below it corrects it."""

from datetime import datetime
from hashlib import sha256

from app.audit import services as audit
from app.audit.models import Actor
from app.clock import seoul_day
from app.committee import agenda_rules as rules
from app.committee import queries, subcommittee_queries
from app.committee.models import CommitteeMember, Meeting, MinutesAddendum
from app.committee.rules import ENDED, GENERAL, NotPresiding
from app.committee.telling import tell_body, tell_of_meeting
from app.database import db, lock, transaction
from app.notices import kinds
from app.notices.letter_services import settle
from app.people.models import Account

WRITE = audit.declare("minutes.write", "meeting", "letters")
APPROVE = audit.declare("minutes.approve", "meeting", "sha256")
PUBLISH = audit.declare("minutes.publish", "meeting")
ADD = audit.declare("minutes.add", "meeting", "number", "letters", "sha256")


def write_minutes(meeting: Meeting, words: str, *, at: datetime, by: Actor) -> None:
    """Words that were approved before have to be approved anew. Raises MinutesTooEarly, MinutesPublished."""
    with transaction():
        _ensure_draft(meeting)
        are_new = not meeting.minutes or meeting.minutes_approved_at is not None
        meeting.minutes, meeting.minutes_approved_at, meeting.minutes_approved_by = words, None, None
        audit.record(WRITE, meeting.id, at=at, by=by, letters=len(words))
        if words and are_new and meeting.kind != GENERAL:
            for member in _list_presiding(meeting, at):
                tell_of_meeting(member, kinds.MINUTES_WAITING, meeting, at=at)


def digest(words: str) -> str:
    """By which words are known to be those that were read."""
    return sha256(words.encode()).hexdigest()


def approve_minutes(meeting: Meeting, account: Account, *, read: str, at: datetime) -> None:
    """`read`: the digest of the words that the chair has read. Approving the same twice changes nothing.
    Raises MinutesTooEarly, MinutesPublished, NotPresiding, MinutesChanged."""
    with transaction():
        _ensure_draft(meeting)
        if not may_approve(meeting, account, at):
            raise NotPresiding
        if read != digest(meeting.minutes):
            raise rules.MinutesChanged
        if meeting.minutes_approved_at is None:
            meeting.minutes_approved_at, meeting.minutes_approved_by = at, account.id
            audit.record(APPROVE, meeting.id, at=at, by=account.actor, sha256=read)
            settle(kinds.MINUTES_WAITING, meeting_id=meeting.id)


def may_approve(meeting: Meeting, account: Account, at: datetime) -> bool:
    """Whether the account presides over the meeting's body today."""
    return any(member.account_id == account.id for member in _list_presiding(meeting, at))


def _list_presiding(meeting: Meeting, at: datetime) -> list[CommitteeMember]:
    """The sub-committee's chair; where it has none any more, who presides over the committee: its last minutes would
    stay shut."""
    body, today = meeting.subcommittee, seoul_day(at)
    chair = subcommittee_queries.find_chair(body, today) if body else None
    if chair is not None:
        return [chair]
    members = queries.list_members(meeting.programme_id, today)
    return [member for member in members if member.office in ("chair", "vice_chair")]


def publish_minutes(meeting: Meeting, *, at: datetime, by: Actor) -> None:
    """For everybody, and not to be changed. Raises MinutesTooEarly, MinutesPublished, MinutesNotApproved."""
    with transaction():
        _ensure_draft(meeting)
        if meeting.kind != GENERAL and meeting.minutes_approved_at is None:
            raise rules.MinutesNotApproved
        meeting.minutes_published_at = at
        audit.record(PUBLISH, meeting.id, at=at, by=by)
        tell_body(meeting, kinds.MINUTES_OUT, at=at)


def add_to_minutes(meeting: Meeting, words: str, *, at: datetime, by: Actor) -> MinutesAddendum:
    """An addendum (정정·추가) to what is out; it is out at once, and the page says that no chair has approved it.
    Raises MinutesUnpublished."""
    with transaction():
        if lock(meeting).minutes_published_at is None:
            raise rules.MinutesUnpublished
        addendum = MinutesAddendum(number=len(meeting.addenda) + 1, added_at=at, words=words)
        meeting.addenda.append(addendum)
        db.session.flush()
        facts = {"number": addendum.number, "letters": len(words), "sha256": digest(words)}
        audit.record(ADD, meeting.id, at=at, by=by, **facts)
    return addendum


def _ensure_draft(meeting: Meeting) -> None:
    if lock(meeting).state != ENDED:
        raise rules.MinutesTooEarly
    if meeting.minutes_published_at is not None:
        raise rules.MinutesPublished
