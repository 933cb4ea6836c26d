"""다시 제안하기: what was left out or not funded is written anew by its proposer, as an ordinary proposal that says
which one it follows."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.audit import services as audit
from app.database import db, lock, transaction
from app.people.models import Resident
from app.proposals import file_services as hanging
from app.proposals import rules, services
from app.proposals.models import Proposal
from app.proposals.queries import may_begin
from app.proposals.waiting import find_section
from app.results import handing_queries
from app.rounds import rules as rounds
from app.rounds.models import Round

AGAIN = audit.declare("proposal.again", "proposal", "round_id", "follows")


def is_lost(proposal: Proposal) -> bool:
    """Left out of a ballot that is out, or on it and not funded."""
    if proposal.state == rules.LEFT_OUT:
        return proposal.round.state in rounds.FROZEN and proposal.round.source == rounds.HELD
    return proposal.state == rules.SHORTLISTED and proposal in handing_queries.list_losers(proposal.round)


def propose_again(proposal: Proposal, resident: Resident, *, at: datetime) -> Proposal:
    """A draft of the same in the round that takes proposals, or that waits for the next call; what that round has not,
    its section or as high a limit, is left open. Asked again, the draft or proposal that is there already.

    Raises NotTheProposer, NotLost, OutsidePhase.
    """
    actor, resident_id = resident.actor, resident.id
    with transaction():
        lock(proposal)
        if proposal.resident_id != resident_id:
            raise rules.NotTheProposer
        if not is_lost(proposal):
            raise rules.NotLost
        there = find_next(proposal.id)
        if there is not None:
            return there
        round_ = _find_round(proposal, at)
        draft = services.write_new(round_, _changes(proposal, round_), proposal.resident, at)
        draft.follows_id = proposal.id
        hanging.copy_files(draft, [proposal], at=at)
        audit.record(AGAIN, draft.id, at=at, by=actor, round_id=round_.id, follows=proposal.id)
    return draft


def find_next(proposal_id: int) -> Proposal | None:
    """The one that follows it, unless that was withdrawn."""
    follows = select(Proposal).where(Proposal.follows_id == proposal_id, Proposal.state != rules.WITHDRAWN)
    return db.session.scalar(follows.order_by(Proposal.id).limit(1))


def _find_round(proposal: Proposal, at: datetime) -> Round:
    query = select(Round).where(
        Round.programme_id == proposal.round.programme_id, Round.state != rounds.DRAFT, Round.source == rounds.HELD
    )
    newest = db.session.scalars(query.order_by(Round.fiscal_year.desc(), Round.id.desc())).all()
    found = next((one for one in newest if may_begin(one, at)), None)
    if found is None:
        raise rounds.OutsidePhase(rounds.INTAKE, None)
    return found


def _changes(proposal: Proposal, round_: Round) -> dict[str, Any]:
    changes = {name: getattr(proposal, name) for name in rules.FIELDS}
    section = find_section(round_, proposal.section)
    changes["section_id"] = section and section.id
    limit = round_.per_project_limit_won
    if limit is not None and (proposal.cost_won or 0) > limit:
        changes |= {"cost_won": None, "cost_lines": ()}
    return changes
