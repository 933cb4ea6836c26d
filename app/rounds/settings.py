"""The settings of a round as plain values, one class for each step of the set-up.

Forms fill them, `soundness` judges them, services store them, a duplicate copies them, and audit lines tell
what they were before and after. Shares are exact fractions, amounts whole won.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from app.rounds.models import Chamber, Round, Section
from app.rounds.rules import ANYBODY, CHAMBERS, OBSERVER, USUAL_OBJECTION_DAYS, USUAL_REVIEW_OBJECTION_DAYS
from app.tally import exact

Range = tuple[int, int]  # fewest, most; both included

NO_QUOTAS: dict[str, Any] = {
    "per_dong": None,
    "per_section": None,
    "per_proposer": None,
    "at_least_one_per_section": False,
}
USUAL_TIE_ORDER = ("residents", "cheaper", "ballot-number")


@dataclass(frozen=True)
class Basics:
    fiscal_year: int
    title_ko: str
    title_en: str
    turnout_target: int | None = None
    per_project_limit_won: int | None = None
    objection_days: int = USUAL_OBJECTION_DAYS


@dataclass(frozen=True)
class PotPlan:
    """`id` of the pot that is changed; None makes a new one."""

    name_ko: str
    name_en: str
    cap_won: int
    id: int | None = None


@dataclass(frozen=True)
class SectionPlan:
    """`pot` is the id of a pot of this round; `picks` holds a rule for every chamber that votes, (0, 0): not here.
    `area`: id of the dong on whose own ballot it stands, None for everybody's."""

    name_ko: str
    name_en: str
    pot: int
    picks: Mapping[str, Range]
    id: int | None = None
    area: int | None = None


@dataclass(frozen=True)
class BallotPlan:
    """The paper: its sections, and how many picks in all a ballot of each chamber must have (None: any number)."""

    sections: tuple[SectionPlan, ...] = ()
    totals: Mapping[str, Range | None] = field(default_factory=lambda: dict.fromkeys(CHAMBERS))


@dataclass(frozen=True)
class ChamberPlan:
    """At most one of the two thresholds."""

    weight: Fraction = Fraction(1, 2)
    normalisation: str = "share"
    scope: str = "ballot"
    threshold_votes: int | None = None
    threshold_share: Fraction | None = None


@dataclass(frozen=True)
class CountingPlan:
    """`chambers` are those that vote: both, or the residents alone. `quotas` in the shape of the tally's manifest;
    `near_cover` goes with the policy "near" and no other."""

    chambers: Mapping[str, ChamberPlan] = field(default_factory=lambda: {code: ChamberPlan() for code in CHAMBERS})
    cap_policy: str = "skip"
    near_cover: Fraction | None = None
    tie_order: tuple[str, ...] = USUAL_TIE_ORDER
    quotas: Mapping[str, Any] = field(default_factory=lambda: dict(NO_QUOTAS))
    opening: str = OBSERVER


@dataclass(frozen=True)
class VotersPlan:
    """Which residents may vote. `voters`: one of `rules.VOTERS`; `age_min` in full years, None: any age; `bases`: what
    may tie them to the area, of `rules.BASES`. Under `open` neither is asked."""

    voters: str = ANYBODY
    age_min: int | None = None
    bases: tuple[str, ...] = ("address",)


@dataclass(frozen=True)
class PhasePlan:
    kind: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class ReviewPlan:
    """`places` per section, `threshold` (least mean score) and `sheets_needed` may be None: no limit.
    `review_objection_days`: from the release of what a review came to; 0: no objection is taken."""

    visitors_needed: int = 2
    drops_extremes: bool = False
    shortlist_places: int | None = None
    shortlist_threshold: Fraction | None = None
    sheets_needed: int | None = None
    hides_proposer: bool = True
    review_objection_days: int = USUAL_REVIEW_OBJECTION_DAYS


@dataclass(frozen=True)
class RoundPlan:
    """All steps, by the names of `soundness.STEPS`."""

    basics: Basics
    pots: tuple[PotPlan, ...]
    sections: BallotPlan
    counting: CountingPlan
    voters: VotersPlan
    phases: tuple[PhasePlan, ...]
    review: ReviewPlan


def of(round_: Round) -> RoundPlan:
    """The round's settings as they are stored now."""
    return RoundPlan(
        basics=Basics(**_same(round_, Basics)),
        pots=tuple(PotPlan(**_same(pot, PotPlan)) for pot in round_.pots),
        sections=BallotPlan(
            tuple(_section(section, round_.chambers) for section in round_.sections),
            {chamber.code: _total(chamber) for chamber in round_.chambers},
        ),
        counting=CountingPlan(
            chambers={chamber.code: _chamber(chamber) for chamber in round_.chambers},
            cap_policy=round_.cap_policy,
            near_cover=fraction(round_.near_cover),
            tie_order=tuple(round_.tie_order),
            quotas={**NO_QUOTAS, **round_.quotas},
            opening=round_.opening,
        ),
        voters=VotersPlan(round_.voters, round_.age_min, tuple(round_.bases)),
        phases=tuple(PhasePlan(**_same(phase, PhasePlan)) for phase in round_.phases),
        review=ReviewPlan(**{**_same(round_, ReviewPlan), "shortlist_threshold": fraction(round_.shortlist_threshold)}),
    )


def as_json(plan: Any) -> str:
    """A part of a plan as one line of JSON, for an audit line."""
    parts = [asdict(one) for one in plan] if isinstance(plan, tuple) else asdict(plan)
    return json.dumps(parts, default=_plain, ensure_ascii=False, sort_keys=True)


def fraction(stored: str | None) -> Fraction | None:
    return None if stored is None else exact.parse(stored)


def fraction_text(value: Fraction | None) -> str | None:
    return None if value is None else exact.text(value)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _same(row: Any, plan: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in plan.__dataclass_fields__}


def _section(section: Section, chambers: list[Chamber]) -> SectionPlan:
    picks = {
        chamber.code: (rule.pick_min, rule.pick_max)
        for chamber in chambers
        for rule in chamber.picks
        if rule.section_id == section.id
    }
    return SectionPlan(section.name_ko, section.name_en, section.pot_id, picks, section.id, section.area_id)


def _total(chamber: Chamber) -> Range | None:
    if chamber.total_min is None or chamber.total_max is None:
        return None
    return chamber.total_min, chamber.total_max


def _chamber(chamber: Chamber) -> ChamberPlan:
    return ChamberPlan(
        weight=exact.parse(chamber.weight),
        normalisation=chamber.normalisation,
        scope=chamber.scope,
        threshold_votes=chamber.threshold_votes,
        threshold_share=fraction(chamber.threshold_share),
    )
