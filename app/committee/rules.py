"""The committee's words (ordinance 9–19조). The quorum itself is counted in `app.tally.quorum`."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

ROUTES = ("open_call", "recommended")
OFFICES = ("chair", "vice_chair", "secretary", "member")
SEATS = 40

PLANNED = "planned"
OPEN = "open"
ENDED = "ended"
NOT_HELD = "not_held"  # 유회: the committee's phase went by without a quorum
MEETING_STATES = (PLANNED, OPEN, ENDED, NOT_HELD)
MEETING_TRANSITIONS: dict[str, tuple[str, ...]] = {
    PLANNED: (OPEN, NOT_HELD),
    OPEN: (ENDED,),
    ENDED: (),
    NOT_HELD: (),
}


class Term(Protocol):
    """An appointment: `term_ends_on` and `dismissed_on` are the first days on which it no longer holds."""

    appointed_on: date
    term_ends_on: date
    dismissed_on: date | None


class CommitteeError(Exception):
    """A rule of the committee was not kept."""


class NoQuorum(CommitteeError):
    """Fewer than a majority of those enrolled are present, so nothing can be decided."""

    def __init__(self, present: int, needed: int, enrolled: int) -> None:
        super().__init__(f"{present} of {enrolled}, {needed} needed")
        self.present, self.needed, self.enrolled = present, needed, enrolled


class NotPresent(CommitteeError):
    """The member is not signed in at the meeting."""


class NotAMember(CommitteeError):
    """The account is not enrolled in this programme's committee."""


class MeetingNotOpen(CommitteeError):
    """The general meeting has not been opened, or has ended."""


class MayStillMeet(CommitteeError):
    """The committee's phase is not over: the meeting can still be opened."""


class WrongState(CommitteeError):
    """The meeting has moved on: from where it is now, this cannot happen."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"{state} → {wanted}")
        self.state, self.wanted = state, wanted


class MeetingPlanned(CommitteeError):
    """The round has its general meeting already."""


class SeatsTaken(CommitteeError):
    """On some day of the term all SEATS are taken."""


class AlreadyEnrolled(CommitteeError):
    """The account has another appointment within this term."""


class TermBackwards(CommitteeError):
    """A term, or its early end, that does not come after its beginning."""


def may_become(state: str, wanted: str) -> bool:
    return wanted in MEETING_TRANSITIONS[state]


def ensure_may_become(state: str, wanted: str) -> None:
    if not may_become(state, wanted):
        raise WrongState(state, wanted)


def ends_on(term: Term) -> date:
    """The first day after it."""
    return term.term_ends_on if term.dismissed_on is None else min(term.term_ends_on, term.dismissed_on)


def is_enrolled(term: Term, on: date) -> bool:
    return term.appointed_on <= on < ends_on(term)


def most_enrolled(terms: Iterable[Term], start: date, end: date) -> int:
    """The most terms that hold on one day of `[start, end)`. It is reached on `start` or where another begins."""
    terms = list(terms)
    days = {start} | {term.appointed_on for term in terms if start < term.appointed_on < end}
    return max(sum(is_enrolled(term, day) for term in terms) for day in days)
