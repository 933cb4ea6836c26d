"""The minutes (회의록): the facts write themselves; staff add words, and publish both once the meeting is over."""

from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.committee import agenda_rules as rules
from app.committee.models import GeneralMeeting
from app.committee.rules import ENDED
from app.database import lock, transaction

WRITE = audit.declare("minutes.write", "general_meeting", "letters")
PUBLISH = audit.declare("minutes.publish", "general_meeting")


def write_minutes(meeting: GeneralMeeting, words: str, *, at: datetime, by: Actor) -> None:
    """Raises MinutesTooEarly, MinutesPublished."""
    with transaction():
        _ensure_draft(meeting)
        meeting.minutes = words
        audit.record(WRITE, meeting.id, at=at, by=by, letters=len(words))


def publish_minutes(meeting: GeneralMeeting, *, at: datetime, by: Actor) -> None:
    """For everybody, and not to be changed. Raises MinutesTooEarly, MinutesPublished."""
    with transaction():
        _ensure_draft(meeting)
        meeting.minutes_published_at = at
        audit.record(PUBLISH, meeting.id, at=at, by=by)


def _ensure_draft(meeting: GeneralMeeting) -> None:
    if lock(meeting).state != ENDED:
        raise rules.MinutesTooEarly
    if meeting.minutes_published_at is not None:
        raise rules.MinutesPublished
