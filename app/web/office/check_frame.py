"""Who may work on a department check, and what frames its pages."""

from collections.abc import Callable
from typing import Any

from flask import abort, request

from app import clock
from app.people.models import DEPARTMENT_ROLE, STAFF_ROLE, Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import check_queries, check_rules, queries
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
    return _get(proposal_id, is_officer)


def get_worked_on(proposal_id: int) -> DepartmentCheck:
    """A check, for the staff and for the officers of the department that has it."""
    return _get(proposal_id, lambda one: guard.has_role(STAFF_ROLE, one.proposal.round.programme) or is_officer(one))


def _get(proposal_id: int, may: Callable[[DepartmentCheck], bool]) -> DepartmentCheck:
    """Who sends something to a check that was theirs learns that it has moved on; to all others it does not exist."""
    check = queries.find_check(proposal_id)
    if check is None:
        abort(404)
    state = check.proposal.state
    if state in proposals.PUBLIC and may(check):
        return check
    if request.method != "POST" or not _had(check):
        abort(404)
    raise check_rules.CheckMoved if state in proposals.PUBLIC else proposals.WrongState(state, proposals.ELIGIBLE)


def _had(check: DepartmentCheck) -> bool:
    """Whether it lies, or lay, with a department of theirs."""
    departments = {check.department_id, *(one.from_department_id for one in check_queries.list_moves(check.id))}
    return any((one, check.proposal.round.programme_id) in posts(guard.get_account()) for one in departments)


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
