"""Every pick rule that Geumcheon has used (`docs/rounds.md`) is set up on the pages and asks for just that."""

from typing import NamedTuple

import pytest
from flask import Flask

from app.ballots import manifest
from app.database import db
from app.people.models import STAFF_ROLE
from app.rounds.models import Round
from app.tally.paper import Paper
from tests import factories
from tests.actors import Person
from tests.rounds import plans

Picks = tuple[int, int]


class Year(NamedTuple):
    """Pick rules section by section; the whole ballot's (None: what the sections add up to); a ballot by how many
    it picks in each section that is valid, and some that are not."""

    picks: list[Picks]
    total: Picks | None
    valid: list[list[int]]
    void: list[list[int]]


YEARS = {
    "2015: any 10 of 50 in 8 fields": Year(
        [(0, 10)] * 8,
        (10, 10),
        valid=[[7, 3, 0, 0, 0, 0, 0, 0], [2, 2, 1, 1, 1, 1, 1, 1]],
        void=[[7, 2, 0, 0, 0, 0, 0, 0], [7, 4, 0, 0, 0, 0, 0, 0]],
    ),
    "2016: 1 in each of 5 fields": Year(
        [(1, 1)] * 5, None, valid=[[1, 1, 1, 1, 1]], void=[[1, 1, 1, 1, 0], [2, 1, 1, 1, 0], [2, 1, 1, 1, 1]]
    ),
    "2017: 2 in each of 5 fields": Year(
        [(2, 2)] * 5, None, valid=[[2, 2, 2, 2, 2]], void=[[2, 2, 2, 2, 1], [3, 2, 2, 2, 1]]
    ),
    "2018: 2 in each of 4 fields": Year([(2, 2)] * 4, None, valid=[[2, 2, 2, 2]], void=[[2, 2, 2, 0], [2, 2, 2, 3]]),
    "2023: 1 or 2 in each of 5 fields, 9 in all, and 2 + 2": Year(
        [(1, 2)] * 5 + [(2, 2)] * 2,
        (13, 13),
        valid=[[2, 2, 2, 2, 1, 2, 2], [1, 2, 2, 2, 2, 2, 2]],
        void=[[2, 2, 2, 2, 2, 2, 2], [2, 2, 2, 1, 1, 2, 2], [2, 2, 2, 2, 2, 2, 1], [3, 2, 2, 1, 1, 2, 2]],
    ),
    "2025: 5 in any field, and 2 + 2": Year(
        [(0, 5)] * 5 + [(2, 2)] * 2,
        (9, 9),
        valid=[[5, 0, 0, 0, 0, 2, 2], [1, 1, 1, 1, 1, 2, 2]],
        void=[[4, 0, 0, 0, 0, 2, 2], [5, 1, 0, 0, 0, 2, 2], [5, 0, 0, 0, 0, 3, 1]],
    ),
}


def set_up(staff: Person, round_: Round, year: Year) -> None:
    page = staff.get(f"/office/rounds/{round_.id}/settings/sections")
    while len(page.soup.select("[name$=name_ko]")) < len(year.picks):
        page = staff.submit(page, button="칸 더하기")
    fields = {f"rows-{n}-name_ko": f"분야 {n}" for n in range(len(year.picks))}
    fields |= {f"rows-{n}-name_en": f"Field {n}" for n in range(len(year.picks))}
    fields |= {f"rows-{n}-pick_min": str(least) for n, (least, _most) in enumerate(year.picks)}
    fields |= {f"rows-{n}-pick_max": str(most) for n, (_least, most) in enumerate(year.picks)}
    if year.total:
        fields |= dict(zip(("total_min", "total_max"), map(str, year.total), strict=True))
    page = staff.submit(page, button="저장하고 다음", **fields)
    assert page.status == 200 and page.errors == []


@pytest.mark.parametrize("year", YEARS.values(), ids=YEARS.keys())
def test_a_year_of_geumcheon_is_set_up_without_code(app: Flask, year: Year) -> None:
    round_ = plans.complete_draft([(0, 1)])
    set_up(Person(app, factories.account(STAFF_ROLE)), round_, year)
    db.session.rollback()
    items = [factories.ballot_item(round_, section=section) for section in round_.sections for _ in range(8)]
    read = manifest.read(round_, items, b"secret")

    for chamber in ("residents", "committee"):
        paper = Paper(read, read.chamber(chamber))
        verdicts = [paper.read(ballot(items, numbers)).valid for numbers in year.valid + year.void]
        assert verdicts == [True] * len(year.valid) + [False] * len(year.void)


def ballot(items: list, numbers: list[int]) -> list[str]:
    """The first so many projects of each section of eight."""
    return [items[8 * place + n].code for place, number in enumerate(numbers) for n in range(number)]
