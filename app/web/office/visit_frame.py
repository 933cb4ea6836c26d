"""What frames the pages of the on-site review: whose proposal it is, and whether the phase runs."""

from typing import Any

from app import clock
from app.people.models import STAFF_ROLE
from app.proposals.models import Proposal
from app.reviews import queries, recusal_queries
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.web import guard
from app.web.office.round_frame import round_frame


def get_proposal(proposal_id: int, *roles: str) -> Proposal:
    """For one who holds one of `roles` (default: staff) in its programme; else 404. Raises Recused where they review in
    the committee as well, and are barred from it."""
    proposal = queries.get_proposal(proposal_id)
    account = guard.ensure_role(proposal.round.programme, *(roles or (STAFF_ROLE,)))
    recusal_queries.ensure_not_barred(proposal, account.actor)
    return proposal


def visit_frame(proposal: Proposal) -> dict[str, Any]:
    return {"proposal": proposal, **phase_frame(proposal.round)}


def phase_frame(round_: Round) -> dict[str, Any]:
    period = rounds.find_period(round_.phases, rounds.SITE_VISIT)
    is_running = period is not None and rounds.is_running(period, clock.now())
    return {**round_frame(round_), "period": period, "is_running": is_running}
