"""Telling members of a step: one line in the use case that takes it."""

from collections.abc import Mapping
from datetime import date, datetime

from app.clock import seoul_day
from app.committee import queries
from app.committee.models import CommitteeMember, Meeting
from app.notices import letter_services as letters
from app.notices.delivery_rules import Person
from app.notices.letter_models import About


def tell_member(
    member: CommitteeMember, kind: str, *, once: str | None = None, at: datetime, **facts: str | date
) -> None:
    """Inside the step's transaction. `kind` of app.notices.kinds; `facts`: by the names that `app.web.letter_view`
    reads. `once`: a mark, under which it is told a single time."""
    _tell(member, kind, About(programme_id=member.programme_id), at, facts, once)


def tell_of_meeting(
    member: CommitteeMember, kind: str, meeting: Meeting, *, once: str | None = None, at: datetime, **facts: str
) -> None:
    """As `tell_member`."""
    _tell(member, kind, About(programme_id=meeting.programme_id, meeting_id=meeting.id), at, facts, once)


def tell_body(meeting: Meeting, kind: str, *, at: datetime, **facts: str) -> None:
    """All who belong to the meeting's body now."""
    for member in queries.list_summoned(meeting, seoul_day(at)):
        tell_of_meeting(member, kind, meeting, at=at, **facts)


def _tell(
    member: CommitteeMember,
    kind: str,
    about: About,
    at: datetime,
    facts: Mapping[str, str | date],
    once: str | None = None,
) -> None:
    plain = {name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in facts.items()}
    letters.tell(kind, Person(account_id=member.account_id), about, once=once, at=at, **plain)
