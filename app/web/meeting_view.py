"""The facts of a meeting as its minutes tell them: numbers and outcomes, and nothing of what anybody chose."""

from typing import Any

from flask_babel import gettext as _

from app.ballots import queries as ballots
from app.committee import agenda_rules as rules
from app.committee import queries
from app.committee.models import GeneralMeeting, Meeting
from app.rounds.rules import COMMITTEE
from app.tally.quorum import is_quorate
from app.web.words import said


def body_name(meeting: Meeting) -> str:
    """Whose meeting it is; a general meeting is known by its round."""
    if isinstance(meeting, GeneralMeeting):
        return said(meeting.round, "title")
    return said(meeting.subcommittee, "name") if meeting.subcommittee else _("위원회")


def full_name(meeting: Meeting) -> str:
    """By which it is known outside its own page."""
    if isinstance(meeting, GeneralMeeting):
        return _("%(round)s 총회", round=said(meeting.round, "title"))
    return f"{body_name(meeting)} {meeting.title}"


def minutes_facts(meeting: Meeting) -> dict[str, Any]:
    """For the macro `minutes`: `items` with `is_late` where one was put on the agenda after the invitation,
    `is_quorate` at its closing, and `after_ballot` where it was decided when the projects had been voted on. `voted`:
    None where no projects are voted on."""
    invitation = meeting.invitation
    items = queries.list_items(meeting)
    ballot = next((item for item in items if item.kind == rules.BALLOT), None)
    return {
        "meeting": meeting,
        "invitations": meeting.invitations,
        "came": queries.count_came(meeting),
        "voted": _count_voted(meeting),
        "items": [
            {
                "row": item,
                "is_late": invitation is not None and item.added_at > invitation.sent_at,
                "is_quorate": item.closed_at is not None and is_quorate(item.may_vote or 0, item.enrolled or 0),
                "after_ballot": _is_after(item, ballot),
            }
            for item in items
        ],
    }


def _count_voted(meeting: Meeting) -> int | None:
    if not isinstance(meeting, GeneralMeeting):
        return None
    return sum(ballots.participations(meeting.round_id).get(COMMITTEE, {}).values())


def _is_after(item: Any, ballot: Any) -> bool:
    if ballot is None or ballot.closed_at is None or item.kind != rules.DECISION or item.closed_at is None:
        return False
    return bool(item.closed_at >= ballot.closed_at)


def attendance_by_item(meeting: Meeting) -> list[dict[str, Any]]:
    """Who came, by name, with the numbers of the items at which they were present, and of those of them recused from:
    for staff, who reckon fees by it."""
    numbered = list(enumerate(queries.list_items(meeting), start=1))
    seen = {(one.member_id, number): one.is_recused for number, item in numbered for one in item.attendances}
    members = sorted((one.member for one in meeting.attendances), key=lambda one: (one.account.name, one.id))
    return [
        {
            "member": member,
            "present": [number for number, _item in numbered if (member.id, number) in seen],
            "recused": [number for number, _item in numbered if seen.get((member.id, number))],
        }
        for member in members
    ]
