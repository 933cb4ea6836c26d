"""Proposals as staff see them."""

import csv
import io

import pytest
from flask import Flask

from app.people.models import ADMIN_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from app.proposals import rules
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.page import Page


@pytest.fixture
def round_(app: Flask) -> Round:
    return factories.round_(running=rounds.DEPARTMENT_CHECK)


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def titles(page: Page) -> list[str]:
    return [next(iter(row.values())) for row in page.table("접수된 제안")]


def test_staff_see_all_but_drafts_sorted_as_they_like(staff: Person, round_: Round) -> None:
    for cost, state in enumerate(rules.STATES, start=1):
        factories.proposal(round_, state=state, title=state, cost_won=cost * 1_000_000)
    page = staff.get(f"/office/rounds/{round_.id}/proposals")
    assert titles(page) == [state for state in rules.STATES if state != rules.DRAFT]
    page = staff.get(staff.get(page.link("예상 사업비")).link("예상 사업비"))
    assert titles(page)[0] == rules.STATES[-1]
    assert page.soup.select_one("th[aria-sort=descending]").text.startswith("예상 사업비")


def test_the_export_holds_what_the_list_was_narrowed_to_and_no_formula(staff: Person, round_: Round) -> None:
    factories.proposal(round_, title="=1+1", state=rules.ELIGIBLE, by=factories.resident(name="홍길동"))
    factories.proposal(round_, title="다른 것")
    page = staff.get(f"/office/rounds/{round_.id}/proposals?state=eligible")
    answer = staff.client.get(page.link("CSV"))
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [(row["제목"], row["예상 사업비(원)"], row["상태"]) for row in rows] == [("'=1+1", "50000000", "적격")]
    assert "홍길동" not in answer.get_data(as_text=True)


def test_the_detail_shows_staff_how_to_reach_the_proposer(staff: Person, round_: Round) -> None:
    by = factories.resident(name="홍길동", phone="010-1234-5678")
    page = staff.get(f"/office/proposals/{factories.proposal(round_, by=by).id}")
    assert (page.summary()["제안하신 분"], page.summary()["연락받을 전화번호"]) == ("홍길동", "010-1234-5678")


def test_a_draft_is_its_writers_alone(staff: Person, round_: Round) -> None:
    assert staff.status(f"/office/proposals/{factories.proposal(round_, state=rules.DRAFT).id}") == 404


def test_who_is_not_staff_of_the_programme_finds_nothing(app: Flask, round_: Round) -> None:
    proposal = factories.proposal(round_)
    others = [factories.account(role) for role in (COMMITTEE_ROLE, DEPARTMENT_ROLE, ADMIN_ROLE)]
    others.append(factories.account(STAFF_ROLE, of=factories.programme("city")))
    paths = [f"/office/rounds/{round_.id}/proposals{end}" for end in ("", ".csv")] + [
        f"/office/proposals/{proposal.id}"
    ]
    for account in others:
        assert [Person(app, account).status(path) for path in paths] == [404, 404, 404]
    assert [Person(app, factories.resident()).status(path) for path in paths] == [302, 302, 302]
