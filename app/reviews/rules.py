"""The words and state tables of the reviews (plan 2018 §3; ordinance 13조의2), and what their papers must hold."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

TEXT_MAX = 2000

# Department check
ASSIGNED = "assigned"
DECIDED = "decided"
RELEASED = "released"
CHECK_STATES = (ASSIGNED, DECIDED, RELEASED)
CHECK_TRANSITIONS: dict[str, tuple[str, ...]] = {
    ASSIGNED: (ASSIGNED, DECIDED),  # forwarded to another department before anything is decided
    DECIDED: (DECIDED, RELEASED),
    RELEASED: (),
}
ELIGIBLE = "eligible"
INELIGIBLE = "ineligible"
VERDICTS = (ELIGIBLE, INELIGIBLE)
GROUNDS = (
    "against_law",
    "not_our_business",
    "duplicate",
    "more_than_a_year",
    "benefit_of_one",
    "complaint_without_budget",
    "personnel_costs",
    "running_costs_of_facility",
    "matching_funds",
    "presupposes_outsourcing",
    "sale_of_product",
    "prior_procedure_missing",
)
OPINIONS = ("soundness", "urgency", "effect", "reach")  # 타당성·시급성·효과·수혜범위

# On-site review
PLANNED = "planned"
RECORDED = "recorded"
ANSWERED = "answered"
SIGNED_OFF = "signed_off"
VISIT_STATES = (PLANNED, RECORDED, ANSWERED, SIGNED_OFF)
VISIT_TRANSITIONS: dict[str, tuple[str, ...]] = {
    PLANNED: (PLANNED, RECORDED),
    RECORDED: (RECORDED, ANSWERED, SIGNED_OFF),  # a proposer who does not answer cannot stop the round
    ANSWERED: (RECORDED, ANSWERED, SIGNED_OFF),  # opened again, what was found can be written anew
    SIGNED_OFF: (),
}

# Written review
BEGUN = "begun"
SUBMITTED = "submitted"
SHEET_STATES = (BEGUN, SUBMITTED)
SHEET_TRANSITIONS: dict[str, tuple[str, ...]] = {BEGUN: (BEGUN, SUBMITTED), SUBMITTED: ()}

EXCLUDED = "excluded"  # 제척: by the ordinance
CHALLENGED = "challenged"  # 기피: at the proposer's request
STEPPED_BACK = "stepped_back"  # 회피: on the member's own word
RECUSAL_KINDS = (EXCLUDED, CHALLENGED, STEPPED_BACK)
RECORDED_KINDS = (EXCLUDED, STEPPED_BACK)  # by somebody; a challenge is decided by vote


class CheckDecision(NamedTuple):
    """What a department writes. `grounds`: of GROUNDS, each with a sentence that says why; `opinions` are of OPINIONS,
    each may be empty; no adjusted cost = as proposed, and `cost_reason` says why it is adjusted."""

    verdict: str
    grounds: Mapping[str, str] = {}
    opinions: Mapping[str, str] = {}
    reason: str = ""
    adjusted_cost_won: int | None = None
    cost_reason: str = ""


class ReviewError(Exception):
    """A rule of the reviews was not kept."""


class WrongState(ReviewError):
    """The review has moved on: from where it is now, this cannot happen."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"{state} → {wanted}")
        self.state, self.wanted = state, wanted


class NotVisitedYet(ReviewError):
    """The written review comes after the on-site review (P7)."""


class Recused(ReviewError):
    """The member is barred from this proposal."""


class TooFewVisitors(ReviewError):
    def __init__(self, present: int, needed: int) -> None:
        super().__init__(f"{present} of {needed}")
        self.present, self.needed = present, needed


class GroundsNeeded(ReviewError):
    """Ineligible without a ground, or eligible with one."""


class ScoresMissing(ReviewError):
    """A sheet is submitted only when every criterion has its points. `missing` holds criterion ids."""

    def __init__(self, missing: tuple[int, ...]) -> None:
        super().__init__(", ".join(map(str, missing)))
        self.missing = missing


class PointsOutOfRange(ReviewError):
    def __init__(self, criterion_id: int, points_max: int) -> None:
        super().__init__(f"criterion {criterion_id}: 0 to {points_max}")
        self.criterion_id, self.points_max = criterion_id, points_max


class RecusalTooLate(ReviewError):
    """The committee has begun to vote: a recusal now could not take back what may have been cast."""


class AlreadyRecused(ReviewError):
    """The member is barred from this proposal already."""


class TextMissing(ReviewError):
    """Words that must be there are not. `field` names them."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class TextTooLong(TextMissing):
    """More than TEXT_MAX letters."""


class CostOutOfRange(ReviewError):
    """An adjusted cost is above 0 and within the round's limit per project (None: there is no limit)."""

    def __init__(self, limit_won: int | None) -> None:
        super().__init__(str(limit_won))
        self.limit_won = limit_won


class NotOnTheList(ReviewError):
    """A ground, verdict, answer or kind of recusal that the rules do not know."""


class VisitDayOutside(ReviewError):
    """The day is outside the phase of on-site reviews, whose first and last days are named."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"{first} to {last}")
        self.first, self.last = first, last


class VisitToCome(ReviewError):
    """Nothing is recorded before the day of the visit."""

    def __init__(self, visit_on: date) -> None:
        super().__init__(str(visit_on))
        self.visit_on = visit_on


class NotAVisitor(ReviewError):
    """Somebody listed is neither a member nor staff of the programme."""


class NoCriteria(ReviewError):
    """The round has no scoring sheet yet."""


class SheetsExist(ReviewError):
    """Members have begun to score, so the criteria stay as they are."""


class SheetsMissing(ReviewError):
    """The written review is still running and `count` sheets are not submitted."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


class NoSheets(ReviewError):
    """Nobody's sheet counts: a shortlist decided now would leave out every proposal for ever."""


class TooFewSheets(ReviewError):
    """Some proposals have fewer sheets that count than the round asks for. `lacking`: their numbers → sheets."""

    def __init__(self, lacking: Mapping[int, int], needed: int) -> None:
        super().__init__(f"{dict(lacking)} of {needed}")
        self.lacking, self.needed = lacking, needed


class AlreadyDecided(ReviewError):
    """The shortlist of this round has been decided."""


class NothingToDecide(ReviewError):
    """No proposal of this round has been visited."""


class StandingsMoved(ReviewError):
    """What would be decided is no longer what was shown."""


def ensure_may_become(table: Mapping[str, tuple[str, ...]], state: str, wanted: str) -> None:
    if wanted not in table[state]:
        raise WrongState(state, wanted)


def ensure_text(field: str, text: str) -> None:
    if not text:
        raise TextMissing(field)
    ensure_not_too_long(field, text)


def ensure_not_too_long(field: str, text: str) -> None:
    if len(text) > TEXT_MAX:
        raise TextTooLong(field)


def ensure_listed(words: Iterable[str], known: tuple[str, ...]) -> None:
    if not set(words) <= set(known):
        raise NotOnTheList


def ensure_decision(decision: CheckDecision, limit_won: int | None) -> None:
    """Grounds go with 부적격 and only with it. Raises the error of what is amiss."""
    ensure_listed([decision.verdict], VERDICTS)
    ensure_listed(decision.grounds, GROUNDS)
    ensure_listed(decision.opinions, OPINIONS)
    if (decision.verdict == INELIGIBLE) != bool(decision.grounds):
        raise GroundsNeeded
    ensure_text("reason", decision.reason)
    ensure_not_too_long("cost_reason", decision.cost_reason)
    for ground, words in decision.grounds.items():
        ensure_text(ground, words)
    for name, opinion in decision.opinions.items():
        ensure_not_too_long(name, opinion)
    cost = decision.adjusted_cost_won
    if cost is not None and (cost <= 0 or (limit_won is not None and cost > limit_won)):
        raise CostOutOfRange(limit_won)


def ensure_enough_visitors(members: int, needed: int) -> None:
    """`members`: those of the committee who were there; the staff who come along are not counted."""
    if members < needed:
        raise TooFewVisitors(members, needed)
