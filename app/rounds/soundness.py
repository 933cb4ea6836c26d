"""Whether settings of a round can be kept, and whether there are enough of them to call it. Pure.

A fault's `where` is a path in its step: "title_ko", "pots.0.cap_won", "sections.2.committee", "totals.residents".
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from app.money import LARGEST_WON
from app.rounds import rules
from app.rounds.models import CAP_POLICIES, NORMALISATIONS
from app.rounds.settings import (
    BallotPlan,
    Basics,
    ChamberPlan,
    CountingPlan,
    PhasePlan,
    PotPlan,
    Range,
    ReviewPlan,
    RoundPlan,
    VotersPlan,
)
from app.tally.faults import Fault

STEPS = ("basics", "pots", "sections", "counting", "voters", "phases", "review")

TITLE_MAX = 120
NAME_MAX = 80
YEARS = (2000, 2100)
OBJECTION_DAYS = (1, 365)
REVIEW_OBJECTION_DAYS = (0, 60)
TIE_RULES = ("residents", "committee", "cheaper", "dearer", "ballot-number", "lot")
DECIDING_TIE_RULES = ("ballot-number", "lot")
QUOTAS = ("per_dong", "per_section", "per_proposer")
MANY = 10_000_000
OLDEST = 130
FARTHEST = timedelta(days=3653)  # ten years


def faults_by_step(plan: RoundPlan) -> dict[str, tuple[Fault, ...]]:
    """All that keeps this round from being called; empty when it may be."""
    kinds = rules.list_phases(plan.counting.chambers)
    found = {
        "basics": tuple(basics(plan.basics)),
        "pots": tuple(pots(plan.pots)) or _none("no_pots", plan.pots),
        "sections": tuple(sections(plan.sections, plan.pots, plan.counting.chambers))
        or _none("no_sections", plan.sections.sections),
        "counting": tuple(counting(plan.counting)),
        "voters": (*voters(plan.voters), *dongs_asked(plan.voters, plan.sections)),
        "phases": (*phases(plan.phases, kinds), *_phases_missing(plan.phases, kinds)),
        "review": tuple(review(plan.review)),
    }
    return {step: faults for step, faults in found.items() if faults}


def phases_over(plans: Sequence[PhasePlan], at: datetime) -> tuple[Fault, ...]:
    """A round cannot be called for a phase that is over."""
    return tuple(
        Fault("phase_over", f"phases.{plan.kind}", {"phase": plan.kind}) for plan in plans if plan.ends_at <= at
    )


def phases_far(plans: Sequence[PhasePlan], at: datetime) -> Iterator[Fault]:
    """A year typed wrong would keep a phase open for good."""
    for plan in plans:
        if plan.ends_at > at + FARTHEST:
            yield Fault("phase_far", f"phases.{plan.kind}.ends_at", {"phase": plan.kind})


def basics(plan: Basics) -> Iterator[Fault]:
    yield from _text(plan.title_ko, TITLE_MAX, "title_ko")
    yield from _text(plan.title_en, TITLE_MAX, "title_en")
    yield from _between(plan.fiscal_year, *YEARS, where="fiscal_year")
    yield from _between(plan.turnout_target, 0, MANY, where="turnout_target")
    yield from _between(plan.per_project_limit_won, 1, LARGEST_WON, where="per_project_limit_won")
    yield from _between(plan.objection_days, *OBJECTION_DAYS, where="objection_days")


def pots(plans: Sequence[PotPlan]) -> Iterator[Fault]:
    for place, plan in enumerate(plans):
        yield from _text(plan.name_ko, NAME_MAX, f"pots.{place}.name_ko")
        yield from _text(plan.name_en, NAME_MAX, f"pots.{place}.name_en")
        yield from _between(plan.cap_won, 1, LARGEST_WON, where=f"pots.{place}.cap_won")


def sections(plan: BallotPlan, pots_: Sequence[PotPlan], chambers: Collection[str]) -> Iterator[Fault]:
    """`chambers`: those that vote, each of which needs its picks."""
    known = {pot.id for pot in pots_}
    for place, section in enumerate(plan.sections):
        where = f"sections.{place}"
        yield from _text(section.name_ko, NAME_MAX, f"{where}.name_ko")
        yield from _text(section.name_en, NAME_MAX, f"{where}.name_en")
        if section.pot not in known:
            yield Fault("unknown_pot", f"{where}.pot")
        for code in chambers:
            yield from _picks(section.picks.get(code), f"{where}.{code}")
    for code in chambers:
        yield from _total(plan, code)


def counting(plan: CountingPlan) -> Iterator[Fault]:
    if set(plan.chambers) not in rules.WHO_VOTES:
        yield Fault("other_chambers", "weights")
    weights = [chamber.weight for chamber in plan.chambers.values()]
    if sum(weights, Fraction(0)) != 1:
        yield Fault("weights_not_one", "weights", {"sum": str(sum(weights, Fraction(0)))})
    for code, chamber in plan.chambers.items():
        yield from _chamber(chamber, f"chambers.{code}")
    if plan.cap_policy not in CAP_POLICIES or (plan.cap_policy == "near") != (plan.near_cover is not None):
        yield Fault("near_cover_mismatch", "near_cover")
    elif plan.near_cover is not None and not 0 < plan.near_cover <= 1:
        yield Fault("share_out_of_range", "near_cover")
    yield from _tie_order(plan)
    yield from _quotas(plan.quotas)
    if plan.opening not in rules.OPENINGS:
        yield Fault("unknown_opening", "opening")


def who_votes_kept(before: CountingPlan, after: CountingPlan) -> Iterator[Fault]:
    """The call has said who votes."""
    if set(before.chambers) != set(after.chambers):
        yield Fault("who_votes_called", f"chambers.{rules.COMMITTEE}.weight")


def voters(plan: VotersPlan) -> Iterator[Fault]:
    if plan.voters not in rules.VOTERS:
        yield Fault("unknown_voters", "voters")
    yield from _between(plan.age_min, 0, OLDEST, where="age_min")
    if not plan.bases or not set(plan.bases) <= set(rules.BASES):
        yield Fault("bases_missing", "bases")


def dongs_asked(plan: VotersPlan, ballot: BallotPlan) -> Iterator[Fault]:
    """A section on one dong's own ballot needs voters of whom it is known where they belong."""
    if plan.voters == rules.ANYBODY and any(section.area is not None for section in ballot.sections):
        yield Fault("dong_unknown", "voters")


def phases(plans: Sequence[PhasePlan], kinds: Sequence[str]) -> Iterator[Fault]:
    """`kinds`: those that this round has."""
    for kind, times in Counter(plan.kind for plan in plans).items():
        if kind not in kinds or times > 1:
            yield Fault("unknown_phase", f"phases.{kind}", {"phase": kind})
            return
    try:
        rules.ensure_in_order(plans)
    except rules.PhasesOutOfOrder as error:
        yield _out_of_order({plan.kind: plan for plan in plans}, error.kind)


def review(plan: ReviewPlan) -> Iterator[Fault]:
    yield from _between(plan.visitors_needed, 1, 100, where="visitors_needed")
    yield from _between(plan.shortlist_places, 1, 1000, where="shortlist_places")
    yield from _between(plan.sheets_needed, 1, 100, where="sheets_needed")
    yield from _between(plan.review_objection_days, *REVIEW_OBJECTION_DAYS, where="review_objection_days")
    if plan.shortlist_threshold is not None and plan.shortlist_threshold < 0:
        yield Fault("too_small", "shortlist_threshold", {"least": 0})


def review_kept(
    before: ReviewPlan, after: ReviewPlan, *, has_sheets: bool, has_records: bool, has_releases: bool
) -> Iterator[Fault]:
    """What somebody already goes by stays. Once a sheet is begun the cut stands, for its outcome can be foreseen; fewer
    sheets may still be asked for, as no mean is seen before there are enough. Whoever may object has the days that were
    promised, or more."""
    for name in ("drops_extremes", "shortlist_places", "shortlist_threshold"):
        if has_sheets and getattr(before, name) != getattr(after, name):
            yield Fault("sheets_begun", name)
    if has_sheets and (after.sheets_needed or 0) > (before.sheets_needed or 0):
        yield Fault("sheets_only_fewer", "sheets_needed")
    if has_records and before.visitors_needed != after.visitors_needed:
        yield Fault("visits_recorded", "visitors_needed")
    if has_releases and after.review_objection_days < before.review_objection_days:
        yield Fault("days_promised", "review_objection_days", {"least": before.review_objection_days})


def _none(code: str, plans: Sequence[Any]) -> tuple[Fault, ...]:
    return () if plans else (Fault(code, ""),)


def _phases_missing(plans: Sequence[PhasePlan], kinds: Sequence[str]) -> Iterator[Fault]:
    planned = {plan.kind for plan in plans}
    for kind in kinds:
        if kind not in planned:
            yield Fault("phase_missing", f"phases.{kind}", {"phase": kind})


def _out_of_order(plans: Mapping[str, PhasePlan], kind: str) -> Fault:
    """Which of the two it is: it ends before it begins, or it begins before the one that comes first."""
    if plans[kind].ends_at <= plans[kind].starts_at:
        return Fault("phase_backwards", f"phases.{kind}.ends_at", {"phase": kind})
    before = [one for one in rules.PHASES[: rules.PHASES.index(kind)] if one in plans][-1]
    return Fault("phase_too_early", f"phases.{kind}.starts_at", {"phase": kind, "before": before})


def _text(value: str, most: int, where: str) -> Iterator[Fault]:
    if not value.strip():
        yield Fault("text_empty", where)
    elif len(value) > most:
        yield Fault("text_too_long", where, {"most": most})


def _between(value: int | None, least: int, most: int, *, where: str) -> Iterator[Fault]:
    if value is not None and value < least:
        yield Fault("too_small", where, {"least": least})
    elif value is not None and value > most:
        yield Fault("too_large", where, {"most": most})


def _picks(picks: Range | None, where: str) -> Iterator[Fault]:
    if picks is None:
        yield Fault("picks_missing", where)
    elif not 0 <= picks[0] <= picks[1] <= MANY:
        yield Fault("range_backwards", where, {"min": picks[0], "max": picks[1]})


def _total(plan: BallotPlan, code: str) -> Iterator[Fault]:
    """There must be a way to fill in the ballot as a whole."""
    where = f"totals.{code}"
    picks = [section.picks[code] for section in plan.sections if code in section.picks]
    least, most = sum(low for low, _ in picks), sum(high for _, high in picks)
    total = plan.totals.get(code)
    if picks and most == 0:
        yield Fault("picks_nothing", where)
    if total is None:
        return
    low, high = total
    if not 0 <= low <= high:
        yield Fault("range_backwards", where, {"min": low, "max": high})
    elif picks and least <= most and max(low, least) > min(high, most):
        yield Fault("total_impossible", where, {"min": low, "max": high, "least": least, "most": most})


def _chamber(plan: ChamberPlan, where: str) -> Iterator[Fault]:
    if not 0 < plan.weight <= 1:
        yield Fault("share_out_of_range", f"{where}.weight")
    if plan.normalisation not in NORMALISATIONS or plan.scope not in ("ballot", "section"):
        yield Fault("unknown_normalisation", f"{where}.normalisation")
    if plan.threshold_votes is not None and plan.threshold_share is not None:
        yield Fault("two_thresholds", f"{where}.threshold_share")
    yield from _between(plan.threshold_votes, 1, MANY, where=f"{where}.threshold_votes")
    if plan.threshold_share is not None and not 0 < plan.threshold_share <= 1:
        yield Fault("share_out_of_range", f"{where}.threshold_share")


def _tie_order(plan: CountingPlan) -> Iterator[Fault]:
    order = plan.tie_order
    if any(rule in rules.CHAMBERS and rule not in plan.chambers for rule in order):
        yield Fault("tie_rule_of_nobody", "tie_order")
    for rule, times in Counter(order).items():
        if rule not in TIE_RULES or times > 1:
            yield Fault("tie_rule_repeated", "tie_order")
            return
    if not set(order) & set(DECIDING_TIE_RULES):
        yield Fault("tie_order_undecided", "tie_order")


def _quotas(quotas: Mapping[str, Any]) -> Iterator[Fault]:
    for name in QUOTAS:
        for key, most in (("count", MANY), ("cost", LARGEST_WON)):
            yield from _between((quotas.get(name) or {}).get(key), 1, most, where=f"quotas.{name}.{key}")
