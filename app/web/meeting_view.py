"""The facts of a general meeting as its minutes tell them: numbers and outcomes, and nothing of what anybody chose."""

from typing import Any

from app.ballots import queries as ballots
from app.committee import agenda_rules as rules
from app.committee import queries
from app.committee.models import GeneralMeeting
from app.rounds.rules import COMMITTEE
from app.tally.quorum import is_quorate


def minutes_facts(meeting: GeneralMeeting) -> dict[str, Any]:
    """For the macro `minutes`: `items` with `is_late` where one was put on the agenda after the invitation,
    `is_quorate` at its closing, and `after_ballot` where it was decided when the projects had been voted on."""
    invitation = meeting.invitation
    items = queries.list_items(meeting)
    ballot = next((item for item in items if item.kind == rules.BALLOT), None)
    return {
        "meeting": meeting,
        "invitations": meeting.invitations,
        "came": len(queries.list_attended(meeting.round_id)),
        "voted": sum(ballots.participations(meeting.round_id).get(COMMITTEE, {}).values()),
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


def _is_after(item: Any, ballot: Any) -> bool:
    if ballot is None or ballot.closed_at is None or item.kind != rules.DECISION or item.closed_at is None:
        return False
    return bool(item.closed_at >= ballot.closed_at)
