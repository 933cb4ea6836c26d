"""Telling those who proposed it, or who run its programme, of a step: one line in the use case that takes it."""

from collections.abc import Mapping
from datetime import date, datetime

from app.audit.models import Actor
from app.database import db
from app.notices import letter_services as letters
from app.notices.delivery_rules import Person
from app.notices.letter_models import About
from app.people.models import STAFF_ROLE
from app.people.queries import list_holders
from app.proposals.models import PaperNotice, Proposal
from app.proposals.queries import list_proposer_ids

OF_THE_LEAD = {"objection_until"}  # facts that call for what co-proposers cannot do


def tell_proposer(proposal: Proposal, kind: str, *, at: datetime, **facts: str | date | None) -> None:
    """And all who propose it together, inside the step's transaction; of a proposal from history nobody is told. `kind`
    of app.notices.letter_rules.KINDS; `facts`: what the proposal does not say by itself, by the names that
    `app.web.letter_view` reads."""
    for resident_id in list_proposer_ids(proposal):
        own = {} if resident_id == proposal.resident_id else dict.fromkeys(OF_THE_LEAD & facts.keys())
        tell_of(proposal, kind, Person(resident_id), at=at, **facts | own)
    if proposal.resident_id is None:
        tell_on_paper(proposal, kind, at=at, **facts)


def tell_on_paper(proposal: Proposal, kind: str, *, at: datetime, **facts: str | date | None) -> None:
    """Who has no account is told by staff, who find here what. Of a proposal that did not come on paper: nothing."""
    if proposal.filing is not None:
        about = {"proposal_id": proposal.id, "round_id": proposal.round_id}
        db.session.add(PaperNotice(kind=kind, facts=_plain(facts), made_at=at, **about))


def tell_staff(
    proposal: Proposal, kind: str, *, by: Actor | None = None, at: datetime, **facts: str | date | None
) -> None:
    """All staff of its programme, inside the step's transaction; but not the one of them by whom the step is taken."""
    taken_by = by.id if by is not None and by.kind == "account" else None
    for account_id in list_holders(proposal.round.programme_id, STAFF_ROLE):
        if account_id != taken_by:
            tell_of(proposal, kind, Person(account_id=account_id), at=at, **facts)


def tell_of(
    proposal: Proposal, kind: str, person: Person, *, at: datetime, once: str | None = None, **facts: str | date | None
) -> None:
    """Likewise one person, who need not propose it. `once`: a mark, under which it is told a single time."""
    letters.tell(kind, person, About(proposal.round_id, proposal.id), once=once, at=at, **_plain(facts))


def _plain(facts: Mapping[str, str | date | None]) -> dict[str, str | None]:
    return {name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in facts.items()}
