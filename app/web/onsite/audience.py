"""Members and staff on the spot of an on-site review. A member is let in to the outings they go on."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort

from app.people.models import COMMITTEE_ROLE, STAFF_ROLE
from app.proposals.models import Proposal
from app.reviews import queries, recusal_queries, rules, visit_queries
from app.reviews.visit_models import Outing, SiteVisit
from app.rounds.models import Round
from app.web import guard
from app.web.committee.blinded import Blinds
from app.web.guard import account_door

wing = guard.guard(Blueprint("onsite", __name__, url_prefix="/onsite"), account_door(COMMITTEE_ROLE, STAFF_ROLE))


def blinds(round_: Round) -> Callable[..., Any]:
    """What members read here is without its proposers, as where they score it (`Blinds`); staff know them."""
    return _as_it_is if guard.has_role(STAFF_ROLE, round_.programme) else Blinds(round_)


def _as_it_is(proposal: Proposal, row: Any = None) -> Any:
    return proposal if row is None else row


def get_outing(outing_id: int) -> Outing:
    """For the staff of its programme, and for the members who go."""
    outing = visit_queries.get_outing(outing_id)
    account = guard.ensure_role(outing.round.programme, COMMITTEE_ROLE, STAFF_ROLE)
    goes = account.id in {one.account_id for one in outing.companions}
    return outing if goes or guard.has_role(STAFF_ROLE, outing.round.programme) else abort(404)


def get_visit(proposal_id: int) -> SiteVisit:
    """For the staff of its programme, and for the members who go or went, unless they are recused from it."""
    proposal, visit = queries.get_proposal(proposal_id), queries.get_visit(proposal_id)
    account = guard.ensure_role(proposal.round.programme, COMMITTEE_ROLE, STAFF_ROLE)
    was_there = account.id in {one.account_id for one in visit.visitors}
    goes = was_there or visit_queries.goes_along(visit, account.id)
    if visit.is_impossible or not (goes or guard.has_role(STAFF_ROLE, proposal.round.programme)):
        abort(404)
    if recusal_queries.is_barred(proposal, account.id):
        raise rules.Recused
    return visit
