"""The finished rounds of the plan say what the plan says, and call made up what is."""

import json
from typing import Any

import pytest

from app.ballots import queries as ballots
from app.database import db
from app.demo import history
from app.figures.models import YearFigures
from app.programmes.queries import get_programme_by_slug
from app.results import queries as results
from app.rounds.models import Round
from app.rounds.queries import find_round
from tests.demo.conftest import Told

YEARS = {  # P1, P2, P4 of the plan, in million won; items and rule of the press
    2016: {"cap": 800, "allocated": 708, "voters": 1136, "target": 1000, "proposed": 2159, "items": 50, "fields": 8},
    2017: {"cap": 900, "allocated": 727, "voters": 1963, "target": 1500, "proposed": 2415, "items": 41, "fields": 5},
    2018: {"cap": 1000, "allocated": 915, "voters": 2699, "target": 2000, "proposed": 4672, "items": 56, "fields": 5},
}
PICKS = {2016: 10, 2017: 5, 2018: 10}
years = pytest.mark.parametrize("year", YEARS)


def of(year: int) -> Round:
    round_ = find_round(get_programme_by_slug("gu"), year)
    assert round_ is not None
    return round_


def result_of(year: int) -> Any:
    return json.loads(results.get_published(of(year).id).body)


@years
def test_exactly_the_allocated_sum_is_funded_under_the_base_amount(told: Told, year: int) -> None:
    (pot,) = result_of(year)["pots"]
    assert (pot["cap"], pot["funded"]) == (YEARS[year]["cap"] * 10**6, YEARS[year]["allocated"] * 10**6)


@years
def test_as_many_people_voted_as_the_plan_says_and_every_ballot_keeps_the_rule_of_its_year(
    told: Told, year: int
) -> None:
    residents, committee = result_of(year)["chambers"]
    assert (residents["cast"], residents["valid"], residents["void"]) == (YEARS[year]["voters"],) * 2 + ({},)
    assert (committee["cast"], committee["valid"]) == (40, 40)
    assert residents["picks"] == YEARS[year]["voters"] * PICKS[year]
    assert of(year).turnout_target == YEARS[year]["target"]


@years
def test_the_ballot_has_the_year_s_projects_and_they_cost_no_more_than_all_that_was_proposed(
    told: Told, year: int
) -> None:
    items = ballots.list_items(of(year).id)
    assert (len(items), len(of(year).sections)) == (YEARS[year]["items"], YEARS[year]["fields"])
    assert sum(item.cost_won for item in items) <= YEARS[year]["proposed"] * 10**6


@years
def test_what_is_known_has_its_name_and_everything_says_that_it_is_made_up(told: Told, year: int) -> None:
    facts = next(row for row in history.FACTS["rounds"] if row["fiscal_year"] == year)
    items = {item.title_ko: item for item in ballots.list_items(of(year).id)}
    assert {known["ko"] for known in facts["known"]} <= items.keys()
    unknown = [title for title in items if title.startswith("공개되지 않은 사업 ")]
    assert len(unknown) == len(items) - len(facts["known"])
    assert all("지어낸 것" in item.summary for item in items.values())
    assert "지어낸 것" in (of(year).note_ko or "") and "made up" in (of(year).note_en or "")
    assert of(year).source == "history"
    assert ballots.participations(of(year).id).keys() == {"residents", "committee"}
    assert all(set(channels) == {"made_up"} for channels in ballots.participations(of(year).id).values())


def test_the_figures_of_the_plan_are_kept_with_their_source(told: Told) -> None:
    rows = db.session.query(YearFigures).order_by(YearFigures.fiscal_year).all()
    assert [(row.fiscal_year, row.proposals, row.base_won, row.allocated_won) for row in rows] == [
        (2015, 50, 800_000_000, 775_000_000),
        (2016, 58, 800_000_000, 708_000_000),
        (2017, 60, 900_000_000, 727_000_000),
        (2018, 142, 1_000_000_000, 915_000_000),
        (2019, None, None, None),
        (2020, None, None, None),
    ]
    assert [(row.voters_target, row.voters) for row in rows] == [
        (100, 100), (1000, 1136), (1500, 1963), (2000, 2699), (2500, None), (3000, None),
    ]  # fmt: skip
    assert {row.source for row in rows} == {"금천구 2018년 주요업무계획, 기획예산과 3"}
