"""What is known of department checks beyond their opinion: where they lie, until when, and what was noted."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.database import db
from app.people.models import DEPARTMENT_ROLE, Account, Department, RoleGrant
from app.programmes.models import Programme
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import check_rules, queries, rules
from app.reviews.check_models import CheckMove, CheckNote
from app.reviews.models import DepartmentCheck
from app.rounds.models import Round


def list_moves(check_id: int) -> Sequence[CheckMove]:
    """From the first to the latest."""
    return db.session.scalars(select(CheckMove).filter_by(check_id=check_id).order_by(CheckMove.number)).all()


def count_moves(check_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(CheckMove).filter_by(check_id=check_id)) or 0


def list_notes(check_id: int) -> Sequence[CheckNote]:
    """As they were written."""
    notes = select(CheckNote).filter_by(check_id=check_id).options(joinedload(CheckNote.account))
    return db.session.scalars(notes.order_by(CheckNote.id)).all()


def list_officers(programme: Programme, department: Department) -> Sequence[Account]:
    """Who works for the department in this programme."""
    grants = queries.role_grants(programme, DEPARTMENT_ROLE).where(RoleGrant.department_id == department.id)
    return db.session.scalars(select(Account).where(Account.id.in_(grants)).order_by(Account.name, Account.id)).all()


def pick_asked(officers: Sequence[Account], officer: Account | None) -> Sequence[Account]:
    """Of those who work for a department, whom a check concerns: who has taken it on, or all where nobody has who still
    works there."""
    return [one for one in officers if officer is not None and one.id == officer.id] or officers


def due_soon(today: date, within: int = check_rules.SOON_DAYS) -> Sequence[DepartmentCheck]:
    """Those that lie undecided with a department and are due within so many days, or were; the earliest first: whom to
    remind. With officer and department, and the proposal's programme."""
    waiting = select(DepartmentCheck).join(DepartmentCheck.proposal)
    waiting = waiting.options(
        contains_eager(DepartmentCheck.proposal).joinedload(Proposal.round).joinedload(Round.programme),
        joinedload(DepartmentCheck.officer),
        joinedload(DepartmentCheck.department),
    )
    waiting = waiting.where(
        Proposal.state == proposals.SUBMITTED,
        DepartmentCheck.state == rules.ASSIGNED,
        DepartmentCheck.returned_at.is_(None),
        DepartmentCheck.due_on <= today + timedelta(days=within),
    )
    return db.session.scalars(waiting.order_by(DepartmentCheck.due_on, DepartmentCheck.id)).all()


def by_due_day(found: Sequence[queries.ToCheck]) -> list[queries.ToCheck]:
    """What is waited for first, by its day; then what no department has, then what is decided."""
    return sorted(found, key=_when)


def _when(one: queries.ToCheck) -> tuple[int, date]:
    if one.check is None or one.check.is_returned:
        return 1, date.max
    return (0 if one.check.state == rules.ASSIGNED else 2), one.check.due_on
