"""The committee's words (ordinance 9–19조). The quorum itself is counted in `app.tally.quorum`."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple, Protocol

ROUTES = ("open_call", "recommended")
OFFICES = ("chair", "vice_chair", "secretary", "member")
SEATS = 40
ROUTE_SEATS = {"open_call": 20, "recommended": 20}
SEXES = ("f", "m")
SEX_TENTHS = 6  # of one sex at most so many tenths
SEX_MOST = SEATS * SEX_TENTHS // 10
TERM_YEARS = 2
TERMS_IN_A_ROW = 2  # one renewal
TERM_ENDS_SOON = timedelta(days=60)  # ours
BREAK = timedelta(days=365)  # ours: a shorter break does not make a new beginning

# Usual grounds of such ordinances; the reason is said beside the ground.
DISMISSAL_GROUNDS = ("own_wish", "moved_away", "absent", "unable", "disgrace", "secrecy", "interest")
LETTER_NUMBER_MAX = 24

GENERAL = "general"  # votes on a round's projects
COMMITTEE = "committee"  # any other, of the whole committee or of a sub-committee
MEETING_KINDS = (GENERAL, COMMITTEE)
MEETING_TITLE_MAX = 120

PLANNED = "planned"
OPEN = "open"
ENDED = "ended"
CANCELLED = "cancelled"  # called off before it began
NOT_HELD = "not_held"  # 유회: its time (of a general meeting the committee's phase) went by without a quorum
MEETING_STATES = (PLANNED, OPEN, ENDED, NOT_HELD, CANCELLED)
MEETING_TRANSITIONS: dict[str, tuple[str, ...]] = {
    PLANNED: (OPEN, NOT_HELD, CANCELLED),
    OPEN: (ENDED,),
    ENDED: (),
    NOT_HELD: (),
    CANCELLED: (PLANNED, NOT_HELD),  # both of a general meeting only: its round needs one
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


class NotSummoned(NotAMember):
    """The member does not belong to the body that meets, today."""


class NobodyToInvite(CommitteeError):
    """Nobody belongs to the body that is to meet."""


class MeetingNotOpen(CommitteeError):
    """The meeting has not been opened, or has ended."""


class MayStillMeet(CommitteeError):
    """The committee's phase, or the day of the meeting, is not over: it can still be opened."""


class NotTheDay(CommitteeError):
    """Nobody comes to a meeting before its day."""


class MeetingInThePast(CommitteeError):
    """A meeting is called for a time to come."""


class NotPresiding(CommitteeError):
    """Only the chair approves the minutes: of the committee its chair or vice-chair, of a sub-committee its own while
    it has one."""


class WrongState(CommitteeError):
    """The meeting has moved on: from where it is now, this cannot happen."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"{state} → {wanted}")
        self.state, self.wanted = state, wanted


class MeetingPlanned(CommitteeError):
    """The round has its general meeting already."""


class SeatsTaken(CommitteeError):
    """On some day of the term all SEATS are taken."""


class RouteSeatsTaken(SeatsTaken):
    """On some day of the term all seats of this route are taken."""

    def __init__(self, route: str) -> None:
        super().__init__(route)
        self.route = route


class SexLimit(CommitteeError):
    """On some day of the term more than SEX_TENTHS of all seats would be held by one sex."""


class TermTooLong(CommitteeError):
    """A term has at most TERM_YEARS."""


class RenewedAlready(CommitteeError):
    """The account would have more than TERMS_IN_A_ROW terms one after another."""


class AlreadyEnrolled(CommitteeError):
    """The account has another appointment within this term."""


class TermBackwards(CommitteeError):
    """A term, or its early end, that does not come after its beginning."""


class Span(NamedTuple):
    """A term that is not there yet."""

    appointed_on: date
    term_ends_on: date
    dismissed_on: date | None = None


class Composition(NamedTuple):
    """Who sits on a day, in numbers. `unknown`: of whom the sex is not recorded."""

    enrolled: int
    women: int
    men: int
    vulnerable: int
    youth: int
    open_call: int
    recommended: int

    @property
    def unknown(self) -> int:
        return self.enrolled - self.women - self.men

    @property
    def is_lopsided(self) -> bool:
        """Whether one sex has more than SEX_TENTHS of those who sit now."""
        return max(self.women, self.men) > most_of_one_sex(self.enrolled, SEX_TENTHS)


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


def is_to_come(term: Term, on: date) -> bool:
    """Whether it begins after this day, and was not undone."""
    return on < term.appointed_on < ends_on(term)


def most_enrolled(terms: Iterable[Term], start: date, end: date) -> int:
    """The most terms that hold on one day of `[start, end)`. It is reached on `start` or where another begins."""
    terms = list(terms)
    days = {start} | {term.appointed_on for term in terms if start < term.appointed_on < end}
    return max(sum(is_enrolled(term, day) for term in terms) for day in days)


def most_of_one_sex(seats: int, tenths: int) -> int:
    """How many seats one sex may have: so many tenths, and never less than half of them, rounded up, with which alone
    few seats can be filled at all (3: 2, though 6/10 of it is less)."""
    return max(seats * tenths // 10, (seats + 1) // 2)


def longest_end(start: date) -> date:
    """The last day on which a term that begins on `start` may end (the first on which it no longer holds)."""
    try:
        return start.replace(year=start.year + TERM_YEARS)
    except ValueError:  # of 29 February
        return date(start.year + TERM_YEARS, 3, 1)


def ensure_term(start: date, end: date) -> None:
    """Raises TermBackwards, TermTooLong."""
    if end <= start:
        raise TermBackwards
    if end > longest_end(start):
        raise TermTooLong


def is_renewable(terms: Sequence[Term], term: Term) -> bool:
    """Whether another may follow: `term` was not cut short, nothing follows it yet, and it is not a renewal itself.
    `terms`: all of the account's."""
    start, end = term.term_ends_on, longest_end(term.term_ends_on)
    try:
        ensure_renewable(terms, start, end)
    except RenewedAlready:
        return False
    return term.dismissed_on is None and not most_enrolled(terms, start, end)


def ensure_renewable(terms: Sequence[Term], start: date, end: date) -> None:
    """`terms`: all of the account's; one that was undone before it began is none. Raises RenewedAlready."""
    held = ((one.appointed_on, ends_on(one)) for one in terms)
    spans = sorted([*(span for span in held if span[0] < span[1]), (start, end)])
    in_a_row = 1
    for (_, ended), (begins, _) in pairwise(spans):
        in_a_row = in_a_row + 1 if begins - ended <= BREAK else 1
        if in_a_row > TERMS_IN_A_ROW:
            raise RenewedAlready
