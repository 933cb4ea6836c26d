"""Turning settings into rows. Called by services, inside their transactions and after their guards."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from sqlalchemy.exc import IntegrityError

from app.database import db
from app.rounds import rules
from app.rounds.models import Chamber, Phase, PickRule, Pot, Round, Section
from app.rounds.settings import (
    BallotPlan,
    Basics,
    CountingPlan,
    PhasePlan,
    PotPlan,
    ReviewPlan,
    VotersPlan,
    fraction_text,
)
from app.tally import exact
from app.tally.faults import Fault

CHAMBER_NAMES = {
    rules.RESIDENTS: ("주민", "Residents"),
    rules.COMMITTEE: ("주민참여예산위원회", "Committee"),
}


class Plan(Protocol):
    @property
    def id(self) -> int | None: ...


def store_basics(round_: Round, plan: Basics) -> None:
    for name in plan.__dataclass_fields__:
        setattr(round_, name, getattr(plan, name))


def store_pots(round_: Round, plans: Sequence[PotPlan]) -> None:
    rows = _merge("pots", Pot, round_, list(round_.pots), plans)
    for row, plan in zip(rows, plans, strict=True):
        row.name_ko, row.name_en, row.cap_won = plan.name_ko, plan.name_en, plan.cap_won
    _finish("pots", round_)


def store_sections(round_: Round, plan: BallotPlan) -> None:
    for chamber in round_.chambers:
        kept = {section.id for section in plan.sections}
        chamber.picks = [rule for rule in chamber.picks if rule.section_id in kept]
        total = plan.totals.get(chamber.code)
        chamber.total_min, chamber.total_max = total or (None, None)
    rows = _merge("sections", Section, round_, list(round_.sections), plan.sections)
    for row, section in zip(rows, plan.sections, strict=True):
        row.name_ko, row.name_en, row.pot_id = section.name_ko, section.name_en, section.pot
        row.area_id = section.area
    _finish("sections", round_)
    for row, section in zip(rows, plan.sections, strict=True):
        for chamber in round_.chambers:
            _store_picks(chamber, row, section.picks[chamber.code])


def store_counting(round_: Round, plan: CountingPlan) -> None:
    _settle_who_votes(round_, plan.chambers)
    for chamber in round_.chambers:
        wanted = plan.chambers[chamber.code]
        chamber.weight = exact.text(wanted.weight)
        chamber.normalisation, chamber.scope = wanted.normalisation, wanted.scope
        chamber.threshold_votes = wanted.threshold_votes
        chamber.threshold_share = fraction_text(wanted.threshold_share)
    round_.cap_policy, round_.near_cover = plan.cap_policy, fraction_text(plan.near_cover)
    round_.tie_order, round_.quotas = list(plan.tie_order), dict(plan.quotas)
    round_.opening = plan.opening


def store_phases(round_: Round, plans: Sequence[PhasePlan]) -> None:
    rows = {phase.kind: phase for phase in round_.phases}
    for plan in plans:
        row = rows.pop(plan.kind, None)
        if row is None:
            db.session.add(Phase(round_id=round_.id, kind=plan.kind, starts_at=plan.starts_at, ends_at=plan.ends_at))
        else:
            row.starts_at, row.ends_at = plan.starts_at, plan.ends_at
    for row in rows.values():
        db.session.delete(row)


def store_voters(round_: Round, plan: VotersPlan) -> None:
    round_.voters, round_.age_min, round_.bases = plan.voters, plan.age_min, list(plan.bases)


def store_review(round_: Round, plan: ReviewPlan) -> None:
    round_.visitors_needed, round_.drops_extremes = plan.visitors_needed, plan.drops_extremes
    round_.shortlist_places = plan.shortlist_places
    round_.shortlist_threshold = fraction_text(plan.shortlist_threshold)
    round_.sheets_needed, round_.hides_proposer = plan.sheets_needed, plan.hides_proposer
    round_.review_objection_days = plan.review_objection_days


def _settle_who_votes(round_: Round, codes: Collection[str]) -> None:
    """A chamber that does not vote takes its picks and its phase with it."""
    there = {chamber.code: chamber for chamber in round_.chambers}
    for code, chamber in there.items():
        if code not in codes:
            db.session.delete(chamber)
            round_.chambers.remove(chamber)
            for phase in (phase for phase in round_.phases if phase.kind == rules.CHAMBER_PHASE[code]):
                db.session.delete(phase)
    for code in codes:
        if code not in there:
            round_.chambers.append(_new_chamber(code, there.get(rules.RESIDENTS)))


def _new_chamber(code: str, model: Chamber | None) -> Chamber:
    """It picks as `model` does, until its own numbers are typed."""
    name_ko, name_en = CHAMBER_NAMES[code]
    place = rules.CHAMBERS.index(code) + 1
    chamber = Chamber(code=code, name_ko=name_ko, name_en=name_en, weight="", position=place)
    if model is not None:
        chamber.total_min, chamber.total_max = model.total_min, model.total_max
        for rule in model.picks:
            chamber.picks.append(PickRule(section=rule.section, pick_min=rule.pick_min, pick_max=rule.pick_max))
    return chamber


def _merge(what: str, model: Any, round_: Round, rows: list[Any], plans: Sequence[Plan]) -> list[Any]:
    """A row for every plan, in their order: the one it names, or a new one with a code of its own."""
    left = {row.id: row for row in rows}
    highest = max((int(row.code[1:]) for row in rows if row.code[1:].isdecimal()), default=0)
    merged = []
    for position, plan in enumerate(plans, start=1):
        if plan.id is None:
            highest += 1
            row = model(round_id=round_.id, code=f"{what[0]}{highest}")
            db.session.add(row)
        else:
            row = left.pop(plan.id, None)
            if row is None:
                raise rules.Unsound((Fault("row_gone", f"{what}.{position - 1}.name_ko"),))
        row.position = position
        merged.append(row)
    for gone in left.values():
        db.session.delete(gone)
    return merged


def _finish(what: str, round_: Round) -> None:
    """Write them, so that new ones have their ids. A row that something hangs on cannot go."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise rules.StillUsed(what) from error
    db.session.expire(round_, [what])


def _store_picks(chamber: Chamber, section: Section, picks: tuple[int, int]) -> None:
    rule = next((rule for rule in chamber.picks if rule.section_id == section.id), None)
    if rule is None:
        rule = PickRule(section_id=section.id)
        chamber.picks.append(rule)
    rule.pick_min, rule.pick_max = picks
