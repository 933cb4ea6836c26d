"""The open call (공개모집) for the committee: its states, its applications', and what its quotas are. The numbers that
stand here are ours where the ordinance gives none; each call sets its own."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol

from app.clock import seoul_day, start_of_day
from app.committee.rules import ROUTE_SEATS, SEX_MOST, SEX_TENTHS, SEXES, most_of_one_sex
from app.rounds.rules import BASES
from app.tally.draw import GROUPS, VULNERABLE, YOUTH, Applicant, Call

__all__ = ["BASES", "GROUPS", "SEXES"]

DRAFT = "draft"
CALLED = "called"  # announced; applications are taken in its period, by the clock
FIXED = "fixed"  # the list to draw from is published, with its hash, before anybody can know the seed
DRAWN = "drawn"
CANCELLED = "cancelled"
STATES = (DRAFT, CALLED, FIXED, DRAWN, CANCELLED)
TRANSITIONS: dict[str, tuple[str, ...]] = {
    DRAFT: (CALLED,),
    CALLED: (FIXED, CANCELLED),
    FIXED: (DRAWN, CANCELLED),  # before the day of the seed: nobody takes back what it would have drawn
    DRAWN: (),
    CANCELLED: (),
}
EXTEND, CANCEL = CHANGE_ACTS = ("extend", "cancel")

SUBMITTED = "submitted"
WITHDRAWN = "withdrawn"
ELIGIBLE = "eligible"
INELIGIBLE = "ineligible"
SELECTED = "selected"  # by lot, or offered from the reserve list
RESERVE = "reserve"
APPOINTED = "appointed"
DECLINED = "declined"
APPLICATION_STATES = (SUBMITTED, WITHDRAWN, ELIGIBLE, INELIGIBLE, SELECTED, RESERVE, APPOINTED, DECLINED)
APPLICATION_TRANSITIONS: dict[str, tuple[str, ...]] = {
    SUBMITTED: (WITHDRAWN, ELIGIBLE, INELIGIBLE),
    ELIGIBLE: (WITHDRAWN, INELIGIBLE, SELECTED, RESERVE),
    INELIGIBLE: (WITHDRAWN, ELIGIBLE),
    SELECTED: (APPOINTED, DECLINED),
    RESERVE: (SELECTED, DECLINED),
    WITHDRAWN: (),
    APPOINTED: (),
    DECLINED: (WITHDRAWN,),
}
PASSED_BY = (INELIGIBLE, DECLINED)  # on no list that is drawn from, or on it no longer

SEATS_MOST = ROUTE_SEATS["open_call"]
RECOMMENDED_MOST = ROUTE_SEATS["recommended"]
DEFAULT_SEX_TENTHS = SEX_TENTHS
DEFAULT_VULNERABLE_LEAST = 1  # ours
DEFAULT_YOUTH_LEAST = 1  # ours
DEFAULT_YOUTH_UNTIL = 39  # ours: full years on the first day of the term, reckoned by the year of birth
DEFAULT_PER_DONG = 2
DEFAULT_KEPT_DAYS = 180  # ours: until then the reserve list can be asked
CANCELLED_KEPT_DAYS = 14  # ours: so long whoever applied can read that the call was cancelled
KEPT_DAYS_MOST = 730
TITLE_MAX, TEXT_MAX, SOURCE_MAX = 120, 4000, 200
NAME_MAX, MOTIVE_MAX, REASON_MAX, BODY_MAX = 60, 1000, 500, 120
SEED_MAX = 120
SEED_TYPED_MAX = 40  # a sign such as ⒇ becomes two digits and a blank
OLDEST, YOUNGEST = 120, 14


class RecruitmentError(Exception):
    """A rule of the open call was not kept."""


class WrongState(RecruitmentError):
    """The call has moved on: from where it is now, this cannot happen."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"{state} → {wanted}")
        self.state, self.wanted = state, wanted


class ApplicationWrongState(WrongState):
    """The application has moved on."""


class PeriodBackwards(RecruitmentError):
    """Applications end after they begin, the seed is drawn after that, and the term begins no earlier than the draw."""


class NotExtended(RecruitmentError):
    """An extension ends later than now, and than the applications would have ended without it."""


class CallTooLate(RecruitmentError):
    """A call is announced before its applications end."""


class NotTaking(RecruitmentError):
    """Applications are not taken at this instant."""

    def __init__(self, opens_at: datetime, closes_at: datetime) -> None:
        super().__init__(f"{opens_at} – {closes_at}")
        self.opens_at, self.closes_at = opens_at, closes_at


class AppliedAlready(RecruitmentError):
    """One application each."""


class BirthYearUnfit(RecruitmentError):
    """In the future, too young, or longer ago than anybody has lived."""


class StillTaking(RecruitmentError):
    """The period of applications is not over."""


class Undecided(RecruitmentError):
    """Applications whose eligibility nobody has decided. `count`: how many."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


class SeedOutAlready(RecruitmentError):
    """The day of the announced seed has come: who fixes the list now might know it. Another seed is announced first."""


class CancelledTooLate(RecruitmentError):
    """The list is published and the day of its seed has come: what it draws can be known, and stands."""


class SeedNotOutYet(RecruitmentError):
    """The day of the announced seed has not come."""


class SeedWithoutNumbers(RecruitmentError):
    """What was typed has no number in it."""


class SeedEarly(RecruitmentError):
    """The day of a seed lies after today, and after the applications end."""


class NoSeedYet(RecruitmentError):
    """Nobody has typed a seed that could be confirmed."""


class SeedDiffers(RecruitmentError):
    """The second person typed another seed than the first."""


class SamePerson(RecruitmentError):
    """The one who typed the seed cannot confirm it."""


class NoVacancy(RecruitmentError):
    """All seats of the call are taken or offered."""


class NobodyInReserve(RecruitmentError):
    """Nobody is on the reserve list, or nobody who can be offered the seat within the limit of the sexes."""


class DongSeatsTaken(RecruitmentError):
    """The residents' council of this dong has recommended as many as it may."""

    def __init__(self, per_dong: int) -> None:
        super().__init__(str(per_dong))
        self.per_dong = per_dong


class RecommendedAlready(RecruitmentError):
    """Who was appointed on a recommendation is dismissed, and no longer taken off the list."""


class StillKept(RecruitmentError):
    """The period for which applications are kept is not over."""


class SeatsPromised(RecruitmentError):
    """The seats of this route that are left are those of a call."""


class ReasonNeeded(RecruitmentError):
    """While a call stands, somebody is appointed beside it with a reason only."""


class ErasedAlready(RecruitmentError):
    """What people told of themselves is gone: the call can be neither decided nor drawn any more."""


class Quotas(Protocol):
    """The settings of a call that its draw goes by."""

    seats: int
    sex_tenths: int
    vulnerable_least: int
    youth_least: int
    youth_until: int
    term_starts_on: date


class Applied(Protocol):
    """What the draw knows of an application."""

    number: int
    sex: str | None
    birth_year: int | None
    is_vulnerable: bool


class Outlook(NamedTuple):
    """The whole committee in the term of a call, as far as it is known: those who sit then, are recommended, or were
    drawn. `to_draw`: seats that nobody is drawn for yet; `draw_most`: of them, what one sex may take at most."""

    women: int
    men: int
    vulnerable: int
    youth: int
    to_draw: int
    draw_most: int

    @property
    def passes(self) -> bool:
        """Whether one sex has more than SEX_MOST seats already: the last of them cannot be appointed."""
        return max(self.women, self.men) > SEX_MOST

    @property
    def may_pass(self) -> bool:
        """Whether the draw can make it so."""
        return max(self.women, self.men) + self.draw_most > SEX_MOST


def ensure_may_become(state: str, wanted: str) -> None:
    if wanted not in TRANSITIONS[state]:
        raise WrongState(state, wanted)


def ensure_application_may_become(state: str, wanted: str) -> None:
    if wanted not in APPLICATION_TRANSITIONS[state]:
        raise ApplicationWrongState(state, wanted)


def may_withdraw(call_state: str, state: str) -> bool:
    """Whoever stands on the list that is drawn from cannot be taken off it; it needs nothing of the others."""
    is_free = call_state in (CALLED, CANCELLED) or state in PASSED_BY
    return WITHDRAWN in APPLICATION_TRANSITIONS[state] and is_free


def ensure_period(opens_at: datetime, closes_at: datetime, draw_on: date, term_starts_on: date) -> None:
    """Raises PeriodBackwards."""
    if not opens_at < closes_at or draw_on <= seoul_day(closes_at) or term_starts_on < draw_on:
        raise PeriodBackwards


def is_taking(state: str, opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    return state == CALLED and opens_at <= at < closes_at


def ensure_birth_year(year: int, on: date) -> None:
    if not YOUNGEST <= on.year - year <= OLDEST:
        raise BirthYearUnfit


def sex_most(quotas: Quotas) -> int:
    """Seats that one sex may take at most."""
    return most_of_one_sex(quotas.seats, quotas.sex_tenths)


def is_youth(birth_year: int, term_starts_on: date, until: int) -> bool:
    """Full years on the first day of the term, reckoned by the year of birth."""
    return term_starts_on.year - birth_year <= until


def groups_of(one: Applied, quotas: Quotas) -> tuple[str, ...]:
    youth = one.birth_year is not None and is_youth(one.birth_year, quotas.term_starts_on, quotas.youth_until)
    return tuple(group for group, holds in ((VULNERABLE, one.is_vulnerable), (YOUTH, youth)) if holds)


def call_of(name: str, quotas: Quotas, applications: Iterable[Applied]) -> Call:
    """What is drawn from: numbers, and what the quotas ask; no names."""
    least = {VULNERABLE: quotas.vulnerable_least, YOUTH: quotas.youth_least}
    rows = sorted(Applicant(one.number, str(one.sex), groups_of(one, quotas)) for one in applications)
    return Call(name, quotas.seats, sex_most(quotas), least, tuple(rows))


def erase_at(
    drawn_at: datetime | None,
    closes_at: datetime,
    draw_on: date,
    kept_days: int,
    cancelled_at: datetime | None = None,
) -> datetime:
    """From when on the applications are erased: counted from the draw, and while there was none from the end of the day
    on which it was announced for; soon after the call was cancelled."""
    if cancelled_at is not None:
        return cancelled_at + timedelta(days=min(kept_days, CANCELLED_KEPT_DAYS))
    since = drawn_at or max(closes_at, start_of_day(draw_on + timedelta(days=1)))
    return since + timedelta(days=kept_days)
