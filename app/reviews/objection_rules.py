"""이의신청: against what a review came to, once, within days, decided by somebody else. Pure."""

from datetime import datetime, timedelta

from app.clock import seoul_day, start_of_day
from app.reviews.rules import ReviewError

CHECK = "check"  # the department found it ineligible
SHORTLIST = "shortlist"  # the written review left it out
AGAINST = (CHECK, SHORTLIST)

OPEN = "open"
UPHELD = "upheld"
REJECTED = "rejected"
OBJECTION_STATES = (OPEN, UPHELD, REJECTED)
OBJECTION_TRANSITIONS: dict[str, tuple[str, ...]] = {OPEN: (UPHELD, REJECTED), UPHELD: (), REJECTED: ()}


class NothingToObjectTo(ReviewError):
    """The proposal is neither ineligible nor left out, or what was decided is not released."""


class ObjectionTooLate(ReviewError):
    """`until`: when the days ended; None: this round takes no objections."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__(str(until))
        self.until = until


class AlreadyObjected(ReviewError):
    """Once against each decision."""


class NotImpartial(ReviewError):
    """Whoever had a part in the decision does not decide on the objection to it."""


class ObjectionsOpen(ReviewError):
    """`count` objections are not decided, or until `until` more can come: what rests on them waits."""

    def __init__(self, count: int, until: datetime | None) -> None:
        super().__init__(f"{count}, until {until}")
        self.count, self.until = count, until


class VisitOwed(ReviewError):
    """`count` proposals are eligible, and their visits are not signed off: the shortlist would be decided without them,
    and they could never come on it, with nothing said that they could object to."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


def find_end(released_at: datetime, days: int) -> datetime | None:
    """When it is too late to object; None: the round takes no objections."""
    return window_end(released_at, days) if days else None


def window_end(released_at: datetime, days: int) -> datetime:
    """The end of the last of so many whole days in Seoul after the day of the release, which is not counted
    (Civil Act, art. 157)."""
    return start_of_day(seoul_day(released_at) + timedelta(days=days + 1))
