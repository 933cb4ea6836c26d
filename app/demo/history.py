"""The finished rounds of the plan (2018 §3: P1, P2, P4): its figures, and votes and costs made up to fit them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count, groupby, pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from app.audit.models import Actor
from app.ballots import bulk
from app.ballots.bulk import ItemPlan
from app.ballots.rules import MADE_UP
from app.clock import SEOUL
from app.demo import made_up
from app.demo.rounds import Field, Plan, call
from app.figures import queries as figure_queries
from app.figures import services as figure_services
from app.figures.rules import Figures
from app.programmes import queries as programmes
from app.results import services as results
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.rounds.settings import Basics, PhasePlan, PotPlan

FACTS: Mapping[str, Any] = json.loads(Path(__file__).with_name("history.json").read_text(encoding="utf-8"))
PROGRAMME = "gu"
MILLION = 1_000_000
# Nobody has told how many projects were chosen: so many that all on the ballot cost less than all that was proposed.
FUNDED_OF_YEAR = {2016: 40, 2017: 35, 2018: 36}
SPREAD_OF_MEMBERS = 0.5

NOTE_KO = (
    "기준액, 편성금액, 투표한 주민 수, 위원 수, 분야와 투표 규칙, 이름이 나온 사업은 "
    "금천구 업무계획과 보도에 나온 사실입니다. 사업비와 표, 그에 따른 선정 결과는 시연을 위해 지어낸 것입니다. "
    "공개되지 않은 사업과 분야별 구성, 날짜도 임의로 채웠습니다."
)
NOTE_EN = (
    "Base amount, amount allocated, number of voters and members, fields, pick rule and the projects with a name are "
    "facts from the district's work plan and the press. Costs and votes, and so the projects chosen, are made up for "
    "this demo. Projects, fields and dates that were never published have been filled in, too."
)
KNOWN = "언론에 이름이 나온 사업입니다. 사업비와 표는 지어낸 것입니다."
UNKNOWN = "이름이 공개되지 않은 사업입니다. 사업비와 표는 지어낸 것입니다."


class Title(NamedTuple):
    ko: str
    en: str
    summary: str


def figures_of(fiscal_year: int) -> Mapping[str, Any]:
    return next(row for row in FACTS["figures"] if row["fiscal_year"] == fiscal_year)


def has_figures() -> bool:
    return any(programme.slug == PROGRAMME for programme in figure_queries.list_year_figures())


def set_figures(*, at: datetime, by: Actor) -> None:
    programme = programmes.get_programme_by_slug(PROGRAMME)
    for row in FACTS["figures"]:
        figures = Figures(
            proposals=row["proposals"],
            proposed_won=_won(row["proposed_million_won"]),
            base_won=_won(row["base_million_won"]),
            allocated_won=_won(row["allocated_million_won"]),
            voters_target=row["voters_target"],
            voters=row["voters"],
        )
        figure_services.set_year_figures(programme, row["fiscal_year"], figures, source=FACTS["plan"], at=at, by=by)


def _won(millions: int | None) -> int | None:
    return None if millions is None else millions * MILLION


def tell(facts: Mapping[str, Any], *, by: Actor) -> Round:
    """One finished round, from its call to its published result, at the hours of its own year."""
    plan = plan_of(facts)
    times = {phase.kind: phase for phase in plan.phases}
    round_ = call(plan, at=times[rounds.INTAKE].starts_at, by=by)
    rng = Random(facts["fiscal_year"])
    items = _projects(facts)
    boxes = _boxes(facts, items, rng)
    published = times[rounds.WRITTEN_REVIEW].ends_at
    bulk.publish_items(round_, _priced(facts, items, boxes, rng), at=published, by=by)
    for chamber, box in boxes.items():
        ended = times[rounds.CHAMBER_PHASE[chamber]].ends_at
        bulk.pour_ballots(round_, chamber, box, MADE_UP, at=ended, by=by)
    over = times[rounds.COMMITTEE_VOTE].ends_at
    results.close_round(round_, at=over, by=by)
    results.publish_record(results.count_round(round_, at=over, by=by), at=over, by=by)
    return round_


def plan_of(facts: Mapping[str, Any]) -> Plan:
    year, figures = facts["fiscal_year"], figures_of(facts["fiscal_year"])
    return Plan(
        programme=PROGRAMME,
        basics=Basics(
            fiscal_year=year,
            title_ko=f"{year}년 주민참여예산",
            title_en=f"{year} Residents' Participatory Budget",
            turnout_target=figures["voters_target"],
        ),
        pots=(PotPlan("구비", "District budget", figures["base_million_won"] * MILLION),),
        fields=tuple(Field(field["ko"], field["en"], tuple(facts["picks"]["each"])) for field in facts["fields"]),
        total=facts["picks"]["total"],
        phases=_phases(facts),
        note_ko=NOTE_KO,
        note_en=NOTE_EN,
        tie_order=("residents", "ballot-number"),
        source=rounds.HISTORY,
    )


def _phases(facts: Mapping[str, Any]) -> tuple[PhasePlan, ...]:
    """Before the vote: the plan's months, intake in the first half of the year and review in July."""
    year = facts["fiscal_year"] - 1
    marks = [datetime(year, month, day, tzinfo=SEOUL) for month, day in ((1, 2), (7, 1), (7, 11), (7, 21), (8, 1))]
    voting = _instant(facts["voting_from"]), _instant(facts["voting_until"])
    meeting = _instant(f"{facts['meeting_on']}T09:00"), _instant(f"{facts['meeting_on']}T18:00")
    edges = [*pairwise(marks), voting, meeting]
    return tuple(PhasePlan(kind, *edge) for kind, edge in zip(rounds.PHASES, edges, strict=True))


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=SEOUL)


def _projects(facts: Mapping[str, Any]) -> list[ItemPlan]:
    """Field by field, the known ones first; not yet with their costs."""
    unknown = count(1)
    titles: list[list[Title]] = [[] for _ in facts["fields"]]
    for known in facts["known"]:
        place = known["field"] if "field" in known else known["guessed_field"]
        titles[place].append(Title(known["ko"], known["en"], KNOWN))
    while sum(map(len, titles)) < facts["on_ballot"]:
        number = next(unknown)
        title = Title(f"공개되지 않은 사업 {number:02d}", f"Unpublished project {number:02d}", UNKNOWN)
        min(titles, key=len).append(title)
    numbered = enumerate(((place, title) for place, part in enumerate(titles, start=1) for title in part), start=1)
    return [
        ItemPlan(str(number), number, f"s{place}", title.ko, title.en, cost_won=1, summary=title.summary)
        for number, (place, title) in numbered
    ]


def _boxes(facts: Mapping[str, Any], items: Sequence[ItemPlan], rng: Random) -> dict[str, made_up.Box]:
    """Exactly as many ballots as people voted, each by the year's own rule."""
    pools, codes = _pools(facts, items), [item.code for item in items]
    liking = made_up.popularity(codes, rng)
    taste = made_up.popularity(codes, rng, SPREAD_OF_MEMBERS)
    members = {code: liking[code] ** 0.5 * taste[code] for code in codes}
    voters = figures_of(facts["fiscal_year"])["voters"]
    return {
        rounds.RESIDENTS: made_up.ballots(pools, liking, voters, rng),
        rounds.COMMITTEE: made_up.ballots(pools, members, FACTS["committee"], rng),
    }


def _pools(facts: Mapping[str, Any], items: Sequence[ItemPlan]) -> list[made_up.Pool]:
    if facts["picks"]["total"]:
        return [made_up.Pool([item.code for item in items], facts["picks"]["total"])]
    by_field = groupby(items, key=lambda item: item.section_code)
    return [made_up.Pool([item.code for item in group], facts["picks"]["each"][1]) for _, group in by_field]


def _priced(
    facts: Mapping[str, Any], items: Sequence[ItemPlan], boxes: Mapping[str, made_up.Box], rng: Random
) -> list[ItemPlan]:
    """With costs of which exactly the allocated sum is funded under the base amount."""
    year, figures = facts["fiscal_year"], figures_of(facts["fiscal_year"])
    order = made_up.best_first([item.code for item in items], boxes[rounds.RESIDENTS], boxes[rounds.COMMITTEE])
    costs = made_up.costs(
        order,
        cap_won=figures["base_million_won"] * MILLION,
        spend_won=figures["allocated_million_won"] * MILLION,
        funded=FUNDED_OF_YEAR[year],
        rng=rng,
    )
    return [replace(item, cost_won=costs[item.code]) for item in items]
