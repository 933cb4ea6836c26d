"""The life of a round (ordinance's order; work plan 2018 §3): states, phases, and what may happen when."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from app.tally.faults import Fault

DRAFT = "draft"  # staff are setting it up
CALLED = "called"  # 공고: the call is out, intake and reviews run by their phases
BALLOT_PUBLISHED = "ballot_published"  # rules and items are frozen
CLOSED = "closed"  # voting is over and the box is shut
COUNTED = "counted"  # a result exists, seen by the two who must sign it
RESULTS_PUBLISHED = "results_published"

STATES = (DRAFT, CALLED, BALLOT_PUBLISHED, CLOSED, COUNTED, RESULTS_PUBLISHED)
TRANSITIONS: dict[str, tuple[str, ...]] = {
    DRAFT: (CALLED,),
    CALLED: (BALLOT_PUBLISHED,),
    BALLOT_PUBLISHED: (CLOSED,),
    CLOSED: (COUNTED,),
    COUNTED: (RESULTS_PUBLISHED, CLOSED),  # back to closed: a count that was not signed is done again
    RESULTS_PUBLISHED: (),
}
FROZEN = (BALLOT_PUBLISHED, CLOSED, COUNTED, RESULTS_PUBLISHED)

INTAKE = "intake"
DEPARTMENT_CHECK = "department_check"
SITE_VISIT = "site_visit"
WRITTEN_REVIEW = "written_review"
VOTING = "voting"
COMMITTEE_VOTE = "committee_vote"
# In the order in which they must begin: the visit comes before the written review (P7).
PHASES = (INTAKE, DEPARTMENT_CHECK, SITE_VISIT, WRITTEN_REVIEW, VOTING, COMMITTEE_VOTE)

RESIDENTS = "residents"
COMMITTEE = "committee"
CHAMBERS = (RESIDENTS, COMMITTEE)
WHO_VOTES = ({RESIDENTS, COMMITTEE}, {RESIDENTS})  # the committee may leave the vote to the residents
CHAMBER_PHASE = {RESIDENTS: VOTING, COMMITTEE: COMMITTEE_VOTE}

HELD = "held"  # here, by people who sign in
HISTORY = "history"  # figures of a plan; the votes are made up, and say so
PABULIB = "pabulib"  # another city's election, out of a file
SOURCES = (HELD, HISTORY, PABULIB)

# How the sealed box is opened. `open`: afterwards everybody can open every sealed ballot, so that a receipt proves what
# was chosen.
OBSERVER = "observer"  # the key stays with the trustees; observers watch them open it
OPEN = "open"  # the private key is published with the result
OPENINGS = (OBSERVER, OPEN)

# How a round asks its residents whether they may vote.
ANYBODY = "open"  # whoever has a Korean mobile phone; nothing else is asked
REGISTER = "register"  # whoever says who they are and why they belong here; the roll grows as people come
LIST = "list"  # those on a list that was uploaded before
VOTERS = (ANYBODY, REGISTER, LIST)
BASES = ("address", "workplace", "school")  # what ties a voter to the area

USUAL_OBJECTION_DAYS = 14  # a first value to think about, and no rule of any district's
USUAL_REVIEW_OBJECTION_DAYS = 7  # likewise: to what a review came to


class Period(Protocol):
    """Half-open: `starts_at` is inside, `ends_at` is not."""

    kind: str
    starts_at: datetime
    ends_at: datetime


class RoundError(Exception):
    """A rule of a round was not kept."""


class WrongState(RoundError):
    """The round is not in a state from which this may happen."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"{state} → {wanted}")
        self.state, self.wanted = state, wanted


class Frozen(RoundError):
    """The ballot is published: rules and items can no longer change."""


class OutsidePhase(RoundError):
    """This phase is not running now."""

    def __init__(self, kind: str, period: Period | None) -> None:
        super().__init__(kind)
        self.kind, self.period = kind, period


class PhasesOutOfOrder(RoundError):
    """A phase begins before the one that must come before it, or ends before it begins."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class PhaseBegun(RoundError):
    """A phase that has begun keeps its beginning: nobody reorders history."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class PhasePast(RoundError):
    """A phase cannot be made to begin or end at an instant that has passed."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class YearTaken(RoundError):
    """The programme has a round of this fiscal year already."""

    def __init__(self, fiscal_year: int) -> None:
        super().__init__(str(fiscal_year))
        self.fiscal_year = fiscal_year


class NotOurs(RoundError):
    """Another city's election is no model for a round of ours."""


class Unsound(RoundError):
    """Settings that cannot be kept; nothing of them was. `faults` as `app.rounds.soundness` finds them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(f"{fault.where}: {fault.code}" for fault in faults))
        self.faults = faults


class Incomplete(RoundError):
    """What a round that is called must have is missing or wrong: step of the set-up → faults."""

    def __init__(self, faults: Mapping[str, tuple[Fault, ...]]) -> None:
        super().__init__(", ".join(f"{step}: {fault.code}" for step, found in faults.items() for fault in found))
        self.faults = faults


class StillUsed(RoundError):
    """A pot or section cannot go while something hangs on it. `what`: "pots" or "sections"."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def list_phases(chambers: Collection[str]) -> tuple[str, ...]:
    """The phases of a round in which these chambers vote, in their order."""
    of_others = {kind for chamber, kind in CHAMBER_PHASE.items() if chamber not in chambers}
    return tuple(kind for kind in PHASES if kind not in of_others)


def may_become(state: str, wanted: str) -> bool:
    return wanted in TRANSITIONS[state]


def ensure_state(state: str, wanted: str) -> None:
    """Raises WrongState."""
    if state != wanted:
        raise WrongState(state, wanted)


def ensure_may_become(state: str, wanted: str) -> None:
    if not may_become(state, wanted):
        raise WrongState(state, wanted)


def ensure_open_to_change(state: str) -> None:
    if state in FROZEN:
        raise Frozen


def is_running(period: Period, at: datetime) -> bool:
    return period.starts_at <= at < period.ends_at


def find_period(periods: Iterable[Period], kind: str) -> Period | None:
    return next((period for period in periods if period.kind == kind), None)


def ensure_running(periods: Iterable[Period], kind: str, at: datetime) -> None:
    period = find_period(periods, kind)
    if period is None or not is_running(period, at):
        raise OutsidePhase(kind, period)


def ensure_in_order(periods: Iterable[Period]) -> None:
    """Every period ends after it begins, and they begin in the order of PHASES."""
    latest: datetime | None = None
    for period in sorted(periods, key=lambda period: PHASES.index(period.kind)):
        if period.starts_at >= period.ends_at or (latest is not None and period.starts_at < latest):
            raise PhasesOutOfOrder(period.kind)
        latest = period.starts_at


def ensure_history_kept(
    before: Iterable[Period], after: Iterable[Period], at: datetime, reopened: Collection[str] = ()
) -> None:
    """What has begun keeps its beginning, what has ended its end, and nothing is moved into the past.

    Voting is no history while there is no ballot: this is asked only before the ballot is published, and a vote
    whose day came too early must still find another. `reopened`: phases that may end anew though they are over.
    Raises PhaseBegun, PhasePast.
    """
    wanted = {period.kind: period for period in after}
    for old in before:
        new = wanted.pop(old.kind, None)
        if old.kind not in CHAMBER_PHASE.values():
            _ensure_begun_is_kept(old, new, at, may_end_anew=old.kind in reopened)
        if new is not None and (
            _moved_to_past(old.starts_at, new.starts_at, at) or _moved_to_past(old.ends_at, new.ends_at, at)
        ):
            raise PhasePast(old.kind)
    for new in wanted.values():
        if new.starts_at <= at:
            raise PhasePast(new.kind)


def _ensure_begun_is_kept(old: Period, new: Period | None, at: datetime, *, may_end_anew: bool) -> None:
    if old.starts_at <= at and (new is None or new.starts_at != old.starts_at):
        raise PhaseBegun(old.kind)
    if old.ends_at <= at and not may_end_anew and (new is None or new.ends_at != old.ends_at):
        raise PhaseBegun(old.kind)


def _moved_to_past(old: datetime, new: datetime, at: datetime) -> bool:
    return new != old and new <= at
