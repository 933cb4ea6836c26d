"""Telling a department of a step: one line in the use case that takes it."""

from datetime import date, datetime

from app.notices.delivery_rules import Person
from app.people.models import Account, Department
from app.proposals.models import Proposal
from app.proposals.telling import tell_of
from app.reviews.check_queries import list_officers, pick_asked


def tell_department(
    proposal: Proposal,
    department: Department,
    kind: str,
    *,
    officer: Account | None = None,
    at: datetime,
    **facts: str | date,
) -> None:
    """`officer`, or all who work for the department in the proposal's programme, inside the step's transaction."""
    for one in pick_asked(list_officers(proposal.round.programme, department), officer):
        tell_of(proposal, kind, Person(account_id=one.id), at=at, **facts)
