"""Telling those who proposed it of a step: one line in the use case that takes it."""

from datetime import date, datetime

from app.notices import letter_services as letters
from app.proposals.models import Proposal
from app.proposals.queries import list_proposer_ids


def tell_proposer(proposal: Proposal, kind: str, *, at: datetime, **facts: str | date | None) -> None:
    """And all who propose it together, inside the step's transaction; of a proposal from history nobody is told. `kind`
    of app.notices.letter_rules.KINDS; `facts`: what the proposal does not say by itself, by the names that
    `app.web.letter_view` reads."""
    plain = {name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in facts.items()}
    for resident_id in list_proposer_ids(proposal):
        letters.tell(kind, resident_id=resident_id, proposal_id=proposal.id, at=at, **plain)
