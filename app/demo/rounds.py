"""A round set up, marked as made up and called, the way staff do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from app.audit import services as audit
from app.audit.models import Actor
from app.database import lock, transaction
from app.programmes import queries as programmes
from app.reviews import sheet_services as sheets
from app.reviews.sheet_rules import CriterionLine
from app.rounds import queries, rules, services
from app.rounds.models import Round
from app.rounds.settings import (
    USUAL_TIE_ORDER,
    BallotPlan,
    Basics,
    CountingPlan,
    PhasePlan,
    PotPlan,
    Range,
    ReviewPlan,
    SectionPlan,
    VotersPlan,
)

MARK = audit.declare("demo.mark", "round", "source", "note")

ANCHORS = (
    {"0": "전혀 아니다", "5": "보통이다", "10": "매우 그렇다"},
    {"0": "not at all", "5": "fairly", "10": "very much so"},
)
CRITERIA = (
    CriterionLine(
        "필요성", "Need", "주민에게 정말 필요한 사업인가요?", "Do residents really need it?", 10, 3, *ANCHORS
    ),
    CriterionLine("시급성", "Urgency", "지금 해야 하는 사업인가요?", "Must it be done now?", 10, 2, *ANCHORS),
    CriterionLine("효과성", "Effect", "여러 주민에게 도움이 되나요?", "Does it help many residents?", 10, 3, *ANCHORS),
    CriterionLine(
        "실현가능성", "Feasibility", "1년 안에 할 수 있나요?", "Can it be done within a year?", 10, 2, *ANCHORS
    ),
)


@dataclass(frozen=True)
class Field:
    """A section of the ballot: `pot` is its place among the pots, `picks` the rule for both chambers."""

    name_ko: str
    name_en: str
    picks: Range
    pot: int = 0


@dataclass(frozen=True)
class Plan:
    """`total`: picks in all, None where the sections say it. `note_ko`, `note_en` say what of it is made up."""

    programme: str
    basics: Basics
    pots: tuple[PotPlan, ...]
    fields: tuple[Field, ...]
    phases: tuple[PhasePlan, ...]
    note_ko: str
    note_en: str
    total: int | None = None
    review: ReviewPlan = ReviewPlan(shortlist_threshold=None)
    tie_order: tuple[str, ...] = USUAL_TIE_ORDER
    source: str = rules.HELD
    voters: VotersPlan = VotersPlan()


def plan_of(programme: str, told: Mapping[str, Any], fiscal_year: int, phases: tuple[PhasePlan, ...]) -> Plan:
    """A round as its data file tells it; "{year}" in its texts is the fiscal year."""
    return Plan(
        programme=programme,
        basics=Basics(
            fiscal_year=fiscal_year,
            title_ko=told["title_ko"].format(year=fiscal_year),
            title_en=told["title_en"].format(year=fiscal_year),
            turnout_target=told["turnout_target"],
            per_project_limit_won=told["per_project_limit_won"],
        ),
        pots=tuple(PotPlan(pot["ko"], pot["en"], pot["cap_won"]) for pot in told["pots"]),
        fields=tuple(
            Field(field["ko"], field["en"], tuple(field["picks"]), field.get("pot", 0)) for field in told["fields"]
        ),
        total=told["total"],
        phases=phases,
        note_ko=told["note_ko"],
        note_en=told["note_en"],
        review=ReviewPlan(shortlist_threshold=Fraction(60)),
        voters=VotersPlan(**told.get("voters", {})),
    )


def exists(slug: str, fiscal_year: int) -> bool:
    return queries.find_round(programmes.get_programme_by_slug(slug), fiscal_year) is not None


def call(plan: Plan, *, at: datetime, by: Actor) -> Round:
    """A round that is called, with its scoring sheet."""
    round_ = services.create_round(programmes.get_programme_by_slug(plan.programme), plan.basics, at=at, by=by)
    services.set_pots(round_, plan.pots, at=at, by=by)
    services.set_sections(round_, _ballot(round_, plan), at=at, by=by)
    services.set_counting(round_, CountingPlan(tie_order=plan.tie_order), at=at, by=by)
    services.set_voters(round_, plan.voters, at=at, by=by)
    services.set_phases(round_, plan.phases, at=at, by=by)
    sheets.set_review(round_, plan.review, at=at, by=by)
    sheets.set_criteria(round_, CRITERIA, at=at, by=by)
    _mark(round_, plan, at=at, by=by)
    services.call_round(round_, at=at, by=by)
    return round_


def _ballot(round_: Round, plan: Plan) -> BallotPlan:
    sections = tuple(
        SectionPlan(field.name_ko, field.name_en, round_.pots[field.pot].id, dict.fromkeys(rules.CHAMBERS, field.picks))
        for field in plan.fields
    )
    total = None if plan.total is None else (plan.total, plan.total)
    return BallotPlan(sections, dict.fromkeys(rules.CHAMBERS, total))


def _mark(round_: Round, plan: Plan, *, at: datetime, by: Actor) -> None:
    """Every page of the round says what of it is made up."""
    with transaction():
        lock(round_)
        round_.source, round_.note_ko, round_.note_en = plan.source, plan.note_ko, plan.note_en
        audit.record(MARK, round_.id, at=at, by=by, source=plan.source, note=plan.note_ko)
