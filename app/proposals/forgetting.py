"""지워 달라는 요청: the name and phone of whoever proposed, at their wish, once nothing of theirs is on its way."""

from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.proposals import queries, rules
from app.proposals.mask_rules import MARK
from app.proposals.models import Proposal
from app.rounds.rules import CALLED

FORGET = audit.declare("proposal.forget_proposer", "proposal", "proposals")
ON_ITS_WAY = (rules.SUBMITTED, rules.ELIGIBLE, rules.VISITED, rules.SHORTLISTED)


def forget_proposer(proposal: Proposal, *, at: datetime, by: Actor) -> int:
    """Of all that the same person has proposed, alone or with others, and of their sheets of paper: no name and no
    phone is left, and drafts need their consent anew. How many proposals. Raises StillNeeded."""
    with transaction():
        lock(proposal)
        theirs = _list_theirs(proposal)
        for one in theirs:
            if is_on_its_way(one, at):
                raise rules.StillNeeded(one.number)
        for one in theirs:
            if one.resident_id == proposal.resident_id and one.filing is not None:
                one.filing.name, one.filing.phone = MARK, None
            if one.state == rules.DRAFT:
                one.consented_at = one.waiting_since = None
        if proposal.resident is not None:
            proposal.resident.name = proposal.resident.phone = None
        db.session.flush()
        audit.record(FORGET, proposal.id, at=at, by=by, proposals=len(theirs))
    return len(theirs)


def is_on_its_way(proposal: Proposal, at: datetime) -> bool:
    """Whether those who review it may have to ask something, or owe an answer."""
    is_held = proposal.round.state == CALLED and any(at < phase.ends_at for phase in proposal.round.phases)
    return proposal.state in ON_ITS_WAY and is_held


def _list_theirs(proposal: Proposal) -> list[Proposal]:
    if proposal.resident is None:
        return [proposal]
    return [*queries.list_own(proposal.resident), *queries.list_joined(proposal.resident)]
