"""What the reviews know: checks, visits, sheets, recusals, and what they come to."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import Select, case, select, tuple_

from app.database import db
from app.errors import NotFound
from app.people.models import DEPARTMENT_ROLE, Account, Department, RoleGrant
from app.programmes.models import Programme
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import rules, scoring
from app.reviews.models import (
    DepartmentCheck,
    Recusal,
    ShortlistDecision,
)
from app.reviews.visit_models import SiteVisit
from app.rounds.models import Round

T = TypeVar("T")


# Department check


def get_check(proposal_id: int) -> DepartmentCheck:
    return _found(find_check(proposal_id))


def find_check(proposal_id: int) -> DepartmentCheck | None:
    return db.session.scalar(select(DepartmentCheck).filter_by(proposal_id=proposal_id))


def has_releases(round_id: int) -> bool:
    """Whether the opinion on any proposal of the round is public."""
    statement = select(DepartmentCheck.id).join(DepartmentCheck.proposal).where(Proposal.round_id == round_id)
    return db.session.scalar(statement.where(DepartmentCheck.state == rules.RELEASED).limit(1)) is not None


class ToCheck(NamedTuple):
    proposal: Proposal
    check: DepartmentCheck | None


def list_checks(departments: Iterable[tuple[int, int]]) -> list[ToCheck]:
    """Those of (department id, programme id) pairs: what an officer may see. Newest round first, in it what waits for
    an opinion, then what can still be changed."""
    order = case({state: place for place, state in enumerate(rules.CHECK_STATES)}, value=DepartmentCheck.state)
    rows = db.session.execute(
        select(Proposal, DepartmentCheck)
        .join(DepartmentCheck, DepartmentCheck.proposal_id == Proposal.id)
        .join(Proposal.round)
        .where(tuple_(DepartmentCheck.department_id, Round.programme_id).in_(list(departments)))
        .where(Proposal.state.not_in((proposals.WITHDRAWN, *proposals.GONE)), DepartmentCheck.returned_at.is_(None))
        .order_by(Round.fiscal_year.desc(), Round.id, order, Proposal.number)
    )
    return [ToCheck(proposal, check) for proposal, check in rows]


def list_to_check(programme_ids: Iterable[int]) -> list[ToCheck]:
    """What staff of these programmes must still see through: received, and not yet released."""
    rows = db.session.execute(
        select(Proposal, DepartmentCheck)
        .outerjoin(DepartmentCheck, DepartmentCheck.proposal_id == Proposal.id)
        .join(Proposal.round)
        .where(Round.programme_id.in_(list(programme_ids)), Proposal.state == proposals.SUBMITTED)
        .where(Round.source == "held")
        .order_by(Round.fiscal_year.desc(), Round.id, Proposal.number)
    )
    return [ToCheck(proposal, check) for proposal, check in rows]


def list_departments_of(programme: Programme) -> list[Department]:
    """Those with an officer in this programme: a check given to another would lie there."""
    return list(
        db.session.scalars(
            select(Department)
            .where(
                Department.id.in_(role_grants(programme, DEPARTMENT_ROLE).with_only_columns(RoleGrant.department_id))
            )
            .order_by(Department.name_ko)
        )
    )


def ballot_cost(proposal: Proposal) -> int | None:
    """What the project costs on the ballot: the department's adjusted cost once released, else as proposed."""
    return ballot_costs([proposal])[proposal.id]


def ballot_costs(proposals: Sequence[Proposal]) -> dict[int, int | None]:
    """Of many, in one question: proposal → cost."""
    released = select(DepartmentCheck.proposal_id, DepartmentCheck.adjusted_cost_won).where(
        DepartmentCheck.proposal_id.in_([proposal.id for proposal in proposals]),
        DepartmentCheck.state == rules.RELEASED,
        DepartmentCheck.adjusted_cost_won.is_not(None),
    )
    as_proposed = {proposal.id: proposal.cost_won for proposal in proposals}
    return as_proposed | {row.proposal_id: row.adjusted_cost_won for row in db.session.execute(released)}


# On-site review


def get_visit(proposal_id: int) -> SiteVisit:
    return _found(find_visit(proposal_id))


def find_visit(proposal_id: int) -> SiteVisit | None:
    return db.session.scalar(select(SiteVisit).filter_by(proposal_id=proposal_id))


def waits_for_visit(round_id: int) -> bool:
    """Whether an eligible proposal has not been through its on-site review."""
    waiting = select(Proposal.id).filter_by(round_id=round_id, state=proposals.ELIGIBLE)
    return db.session.scalar(waiting.limit(1)) is not None


# Recusals


def find_recusal(proposal_id: int, account_id: int) -> Recusal | None:
    return db.session.get(Recusal, (proposal_id, account_id))


def list_recusals(round_id: int) -> list[Recusal]:
    return list(
        db.session.scalars(
            select(Recusal)
            .join(Recusal.proposal)
            .where(Proposal.round_id == round_id)
            .order_by(Proposal.number, Recusal.declared_at)
        )
    )


# What everybody sees


class PublicFindings(NamedTuple):
    """Nothing of a check before its release, of a visit before its sign-off, of scores before the decision."""

    check: DepartmentCheck | None
    visit: SiteVisit | None
    decision: ShortlistDecision | None
    mean: str | None  # of the sheets, for reading


def find_decision(proposal_id: int) -> ShortlistDecision | None:
    return db.session.get(ShortlistDecision, proposal_id)


def public_findings(proposal_id: int) -> PublicFindings:
    check, visit, decision = find_check(proposal_id), find_visit(proposal_id), find_decision(proposal_id)
    return PublicFindings(
        check=check if check is not None and check.state == rules.RELEASED else None,
        visit=visit if visit is not None and visit.state == rules.SIGNED_OFF else None,
        decision=decision,
        mean=scoring.say_mean(decision.mean) if decision is not None and decision.sheets else None,
    )


def get_proposal(proposal_id: int) -> Proposal:
    """One that has been received: drafts and withdrawn ones are nobody's business here."""
    proposal = _found(db.session.get(Proposal, proposal_id))
    if proposal.state not in proposals.PUBLIC:
        raise NotFound
    return proposal


def role_grants(programme: Programme, *roles: str) -> Select[tuple[int]]:
    """Ids of the accounts that hold one of `roles` in the programme and have not ended."""
    return (
        select(RoleGrant.account_id)
        .join(RoleGrant.account)
        .where(RoleGrant.programme_id == programme.id, RoleGrant.role.in_(roles), Account.ended_at.is_(None))
    )


def _found(row: T | None) -> T:
    if row is None:
        raise NotFound
    return row
