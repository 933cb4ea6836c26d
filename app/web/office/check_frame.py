"""Who may work on a department check, and what frames its pages."""

from typing import Any

from flask import abort

from app import clock
from app.people.models import DEPARTMENT_ROLE, STAFF_ROLE, Account
from app.proposals.models import Proposal
from app.reviews import queries
from app.reviews.models import DepartmentCheck
from app.rounds import rules as rounds
from app.web import guard
from app.web.navigation import programme_frame


def get_for_staff(proposal_id: int) -> Proposal:
    proposal = queries.get_proposal(proposal_id)
    guard.ensure_role(proposal.round.programme, STAFF_ROLE)
    return proposal


def get_own(proposal_id: int) -> DepartmentCheck:
    """A check that lies with the officer's own department; others' do not exist."""
    check = queries.get_check(queries.get_proposal(proposal_id).id)
    return check if is_officer(check) else abort(404)


def get_worked_on(proposal_id: int) -> DepartmentCheck:
    """A check, for the staff and for the officers of the department that has it."""
    check = queries.get_check(queries.get_proposal(proposal_id).id)
    is_staff = guard.has_role(STAFF_ROLE, check.proposal.round.programme)
    return check if is_staff or is_officer(check) else abort(404)


def posts(account: Account) -> set[tuple[int, int]]:
    """(department id, programme id) of every post that the account holds as an officer."""
    return {
        (grant.department_id, grant.programme_id)
        for grant in account.roles
        if grant.role == DEPARTMENT_ROLE and grant.department_id and grant.programme_id
    }


def is_officer(check: DepartmentCheck | None) -> bool:
    if check is None or check.is_returned:
        return False
    return (check.department_id, check.proposal.round.programme_id) in posts(guard.get_account())


def check_frame(proposal: Proposal) -> dict[str, Any]:
    period = rounds.find_period(proposal.round.phases, rounds.DEPARTMENT_CHECK)
    return {
        "proposal": proposal,
        "programme": programme_frame(proposal.round.programme),
        "period": period,
        "is_running": period is not None and rounds.is_running(period, clock.now()),
        "today": clock.seoul_day(clock.now()),
    }
