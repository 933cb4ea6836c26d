"""What a department and the staff may do with a check before it is decided, and until when it is to be."""

from datetime import date, timedelta

from app.reviews import rules

CHECK_DAYS = 14  # from the day of the assignment, unless staff say another day
SOON_DAYS = 3  # a check that is due within so many days is one to be reminded of


class CheckMoved(rules.ReviewError):
    """Somebody has written, forwarded, returned or released the check since the page was opened."""


class ProposalMoved(rules.ReviewError):
    """The proposal has changed since the department read it."""


class SameDepartment(rules.ReviewError):
    """It lies with this department already."""


class NotAnOfficer(rules.ReviewError):
    """The account does not work for the department in this programme."""


class DuePast(rules.ReviewError):
    """The day by which an opinion is wanted is gone already."""


class CostReasonNeeded(rules.ReviewError):
    """An adjusted cost without a reason, or a reason without an adjusted cost."""


def due_on(assigned_on: date) -> date:
    return assigned_on + timedelta(days=CHECK_DAYS)


def due_after(due: date, today: date) -> date:
    """The day for a department that takes a check over: the same, unless it is gone already."""
    return due if due >= today else due_on(today)


def ensure_due(due: date, today: date) -> None:
    if due < today:
        raise DuePast


def ensure_undecided(state: str, is_returned: bool) -> None:
    """Only what lies with a department and is not decided is handed on or back. Raises WrongState."""
    if state != rules.ASSIGNED or is_returned:
        raise rules.WrongState(state, rules.ASSIGNED)
