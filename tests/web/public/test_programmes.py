"""What residents see of programmes and rounds, so that nobody takes the gu's for the city's (P8)."""

import json

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import now
from app.database import db
from app.programmes import queries, services
from app.rounds import rules
from tests import factories
from tests.actors import Person
from tests.page import words


@pytest.fixture
def geumcheon(app: Flask) -> Flask:
    services.load_district(json.loads(services.GEUMCHEON.read_text(encoding="utf-8")), at=now(), by=SYSTEM)
    return app


def test_the_five_programmes_differ_in_name_owner_and_colour(geumcheon: Flask) -> None:
    page = Person(geumcheon).get("/programmes")

    cards = page.soup.select("article")
    facts = [{words(dt): words(dt.find_next_sibling("dd")) for dt in card.select("dt")} for card in cards]
    assert [one["한 해 예산"] for one in facts] == ["10억원", "2억 5,000만원", "350억원", "10억원", "1억 8,000만원"]
    assert [one["예산의 출처"] for one in facts] == ["구비", "구비", "시비", "시비", "시비"]
    assert len({one["운영"] for one in facts}) == 5
    assert facts[3]["누가 제안하나요"] == "자체 조사와 주민 제안"
    colours = [card.select_one("[class*=programme--]")["class"][-1] for card in cards]
    assert len(set(colours)) == 5
    names = [words(card.h2) for card in cards]
    assert [words(card).count(name) for card, name in zip(cards, names, strict=True)] == [1] * 5


def test_each_programmes_page_leads_to_the_other_four(geumcheon: Flask) -> None:
    page = Person(geumcheon).get("/programmes/gu")

    assert page.h1 == "주민참여예산"
    links = {link["href"] for link in page.soup.select("main article a")}
    assert links == {f"/programmes/{slug}" for slug in ("dong", "city", "joint", "plan")}


def test_the_calendar_is_shared_and_says_whose_each_line_is(geumcheon: Flask) -> None:
    gu, city = queries.get_programme_by_slug("gu"), queries.get_programme_by_slug("city")
    factories.round_(of=gu, running=rules.INTAKE)
    factories.round_(of=city, running=rules.VOTING, state=rules.BALLOT_PUBLISHED)
    factories.round_(of=city, running=rules.INTAKE, state=rules.DRAFT)

    rows = Person(geumcheon).get("/programmes").table("모든 사업의 일정")

    assert len(rows) == 6 + 2  # the gu's all to come or running; the city's last two; no draft's
    running = {(row["단계"], row["참여예산 사업"].split(" 2027")[0]) for row in rows if row["상태"] == "진행 중"}
    assert running == {("제안 접수", "주민참여예산"), ("주민 투표", "시민참여예산 시정분야")}


def test_a_rounds_page_says_its_phases_rules_and_money(app: Flask) -> None:
    round_ = factories.round_(running=rules.INTAKE, picks=(0, 2), turnout_target=3000)

    page = Person(app).get(f"/rounds/{round_.id}")

    assert page.table("재원과 한도") == [{"재원": "구비", "한도": "10억원"}]
    assert [row["분야"] for row in page.table("분야와 고르는 수")] == ["분야1", "분야2"]
    assert page.has("2개까지")
    assert page.has(
        "점수가 똑같으면 이 순서로 정합니다: 주민 득표가 많은 사업 → 사업비가 적은 사업 → 투표 번호가 앞선 사업"
    )
    assert page.has("이번 주민 투표의 목표는 3,000명입니다.")
    assert page.has("제안 접수 진행 중")


def test_a_rounds_page_leads_to_its_proposals_where_there_are_any(app: Flask) -> None:
    running, past = factories.round_(running=rules.INTAKE), factories.round_(source="history", state=rules.CLOSED)
    person = Person(app)

    assert person.status(person.get(f"/rounds/{running.id}").link("제안 보기")) == 200
    assert person.get(f"/rounds/{past.id}").soup.select("main a[href*='/proposals']") == []


def test_another_citys_money_is_not_called_won(app: Flask) -> None:
    round_ = factories.round_(source="pabulib", currency="PLN/100", cap_won=12_345_600)

    assert Person(app).get(f"/rounds/{round_.id}").table("재원과 한도") == [{"재원": "구비", "한도": "PLN 123,456.00"}]


def test_a_note_of_a_round_is_shown_wherever_it_is(app: Flask) -> None:
    round_ = factories.round_(note_ko="표는 지어낸 것입니다.", note_en="Votes are made up.")

    assert Person(app).get(f"/rounds/{round_.id}").has("표는 지어낸 것입니다.")
    assert Person(app, locale="en").get(f"/rounds/{round_.id}").has("Votes are made up.")


def test_a_draft_is_nobodys_business(app: Flask) -> None:
    round_ = factories.round_(state=rules.DRAFT)
    person = Person(app)

    assert person.status(f"/rounds/{round_.id}") == 404
    assert person.status("/rounds/999999") == 404
    assert person.status("/programmes/nothing") == 404
    assert round_.title_ko not in person.get(f"/programmes/{round_.programme.slug}").text


def test_pages_stand_without_any_programme_or_round(app: Flask) -> None:
    assert Person(app).get("/programmes").has("등록된 사업이 아직 없습니다.")
    assert db.session.query(type(factories.programme())).count() == 1
    assert Person(app).get("/programmes/gu").has("공고된 회차가 아직 없습니다.")
