"""Devices in the hall that are nobody's: made on the device itself by staff, given up at the table."""

import secrets
from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.committee import rules
from app.committee import tablet_rules as tablets
from app.committee.models import Meeting, MeetingTablet
from app.database import db, lock, transaction

MAKE = audit.declare("meeting_tablet.make", "meeting", "tablet", "name", "use")
END = audit.declare("meeting_tablet.end", "meeting", "tablet")


def make_tablet(meeting: Meeting, *, name: str, use: str, key: str, at: datetime, by: Actor) -> str:
    """The token that the device is to carry: it is nowhere else. Raises WrongState when the meeting is over,
    NoBooth: ballots are cast at the general meeting only."""
    token = secrets.token_urlsafe(tablets.TOKEN_BYTES)
    with transaction():
        if lock(meeting).state not in (rules.PLANNED, rules.OPEN):
            raise rules.WrongState(meeting.state, rules.OPEN)
        if use == tablets.BOOTH and meeting.kind != rules.GENERAL:
            raise tablets.NoBooth
        row = MeetingTablet(meeting_id=meeting.id, name=name, use=use, token_key=token_key(key, token), made_at=at)
        db.session.add(row)
        db.session.flush()
        audit.record(MAKE, meeting.id, at=at, by=by, tablet=row.id, name=name, use=use)
    return token


def end_tablet(tablet: MeetingTablet, *, at: datetime, by: Actor) -> None:
    """From now on it is any device. Given up twice, it stays given up. Raises nothing."""
    with transaction():
        lock(tablet)
        if tablet.ended_at is None:
            tablet.ended_at = at
            audit.record(END, tablet.meeting_id, at=at, by=by, tablet=tablet.id)


def token_key(key: str, token: str) -> str:
    return tablets.keyed(key, "tablet", token)
