"""How a round stands, gathered from the rooms for `next_action`: only what its state can be asked about."""

from collections import Counter
from datetime import datetime
from typing import Any

from app.ballots import draft_queries as drafts
from app.ballots import queries as ballots
from app.committee import queries as committee
from app.committee.rules import CANCELLED
from app.proposals import conflict_queries as conflicts
from app.proposals import queries as proposals
from app.proposals.waiting import fits
from app.reviews import objection_queries as objections
from app.reviews import objection_rules
from app.reviews import recusal_queries as recusals
from app.reviews import sheet_queries as sheets
from app.rounds import queries, rules
from app.rounds.models import Round
from app.web.office.next_action import Facts


def gather_facts(round_: Round, at: datetime) -> Facts:
    phases = {phase.kind: (phase.starts_at, phase.ends_at) for phase in round_.phases}
    to_tell = proposals.count_to_tell(round_.id)
    return Facts(state=round_.state, at=at, phases=phases, to_tell=to_tell, **_of_state(round_, at))


def _of_state(round_: Round, at: datetime) -> dict[str, Any]:
    if round_.state == rules.DRAFT:
        return {"missing_steps": tuple(queries.list_missing(round_, at))}
    if round_.state == rules.CALLED:
        return _of_called(round_, at)
    if round_.state == rules.BALLOT_PUBLISHED:
        meeting = committee.find_meeting(round_.id)
        return {"meeting": meeting.state if meeting and meeting.state != CANCELLED else None}
    if round_.state == rules.CLOSED:
        return {"is_sealed": ballots.is_sealed(round_.id)}
    return {}


def _of_called(round_: Round, at: datetime) -> dict[str, Any]:
    against = () if sheets.is_shortlist_decided(round_.id) else (objection_rules.CHECK,)
    waiting = objections.find_waiting(round_, at, *against)
    numbers = Counter(proposal.state for proposal in proposals.list_submitted(round_, proposals.Filters()))
    return {
        "proposals": dict(numbers),
        "carried_on_paper": sum(not fits(one) for one in proposals.list_carried_on_paper(round_.id)),
        "has_criteria": bool(sheets.list_criteria(round_.id)),
        "sheets_missing": sheets.progress(round_).missing if numbers["visited"] else 0,
        "challenges_open": recusals.count_open_challenges(round_.id),
        "objections_open": waiting.open,
        "objections_running": waiting.until is not None,
        "ballot_faults": len(ballots.preview(round_).faults) if numbers["shortlisted"] else 0,
        "conflicts": conflicts.count_before_the_ballot(round_.id),
        "key_ready": ballots.is_key_ready(round_.id),
        **_of_prepared(round_),
    }


def _of_prepared(round_: Round) -> dict[str, Any]:
    prepared = drafts.find_prepared(round_.id)
    if prepared is None:
        return {}
    moved = drafts.list_moved(prepared, drafts.draw_again(prepared))
    return {"signed": tuple(one.role for one in prepared.signatures), "ballot_moved": bool(moved)}
