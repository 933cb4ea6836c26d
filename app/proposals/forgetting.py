"""지워 달라는 요청: the name and phone of whoever proposed, at their wish, once nothing of theirs is on its way."""

from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.proposals import queries, rules
from app.proposals.mask_rules import MARK
from app.proposals.models import Proposal
from app.rounds.rules import BALLOT_PUBLISHED, CALLED

FORGET = audit.declare("proposal.forget_proposer", "proposal", "proposals")
ON_ITS_WAY = (rules.SUBMITTED, rules.ELIGIBLE, rules.VISITED, rules.SHORTLISTED)


def forget_proposer(proposal: Proposal, *, at: datetime, by: Actor) -> int:
    """Of all that the same person has proposed, alone or with others, and of their sheets of paper: no name and no
    phone is left, and drafts need their consent anew. How many proposals. Raises StillNeeded."""
    with transaction():
        sheet = (proposal.filing.name, proposal.filing.phone) if proposal.filing is not None else None
        theirs = [lock(one) for one in sorted(_list_theirs(proposal), key=lambda one: one.id)]
        for one in theirs:
            if is_on_its_way(one, at):
                raise rules.StillNeeded(one.number)
        for one in theirs:
            is_theirs = one.resident_id == proposal.resident_id is not None
            if one.filing is not None and (is_theirs or (one.filing.name, one.filing.phone) == sheet):
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
    if proposal.state not in ON_ITS_WAY or proposal.round.state not in (CALLED, BALLOT_PUBLISHED):
        return False
    return any(at < phase.ends_at for phase in proposal.round.phases)


def _list_theirs(proposal: Proposal) -> list[Proposal]:
    if proposal.resident is None:
        return queries.list_same_sheet(proposal)
    return [*queries.list_own(proposal.resident), *queries.list_joined(proposal.resident)]
