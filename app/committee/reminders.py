"""That a meeting is soon, to whoever belongs to its body then; and that one's own term ends soon."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from app.clock import seoul_day
from app.committee import queries
from app.committee.models import CommitteeMember, Invitation, Meeting
from app.committee.telling import tell_member, tell_of_meeting
from app.notices import kinds
from app.notices.delivery_rules import A_DAY
from app.notices.reminders import Reminder


def due(at: datetime) -> Iterator[Reminder]:
    yield from _meetings(at)
    for member in queries.list_ending(seoul_day(at)):
        last = member.term_ends_on - A_DAY
        once = f"{kinds.TERM_ENDING}:{member.id}:{last}"
        yield Reminder(once, partial(tell_member, member, kinds.TERM_ENDING, once=once, at=at, due_on=last))


def _meetings(at: datetime) -> Iterator[Reminder]:
    """Not of a meeting to which people were invited only within the last day."""
    for meeting in queries.list_planned_between(at, at + A_DAY):
        invitation = meeting.invitation
        if invitation is not None and invitation.sent_at <= at - A_DAY:
            for member in queries.list_summoned(meeting, seoul_day(at)):
                yield _of(meeting, invitation, member, at)


def _of(meeting: Meeting, invitation: Invitation, member: CommitteeMember, at: datetime) -> Reminder:
    once = f"{kinds.MEETING_SOON}:{meeting.id}:{invitation.number}:{member.account_id}"
    facts = {"starts_at": invitation.starts_at.isoformat(), "invitation": str(invitation.number)}
    return Reminder(once, partial(tell_of_meeting, member, kinds.MEETING_SOON, meeting, once=once, at=at, **facts))
