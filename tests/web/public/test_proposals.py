"""Proposals as everybody sees them."""

import pytest
from flask import Flask

from app.proposals import rules
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.questions import questions


@pytest.fixture
def round_(app: Flask) -> Round:
    return factories.round_(running=rounds.SITE_VISIT)


def test_the_list_shows_what_is_public_and_nothing_else(app: Flask, round_: Round) -> None:
    for state in rules.STATES:
        factories.proposal(round_, state=state, title=f"제안 {state}", cost_won=120_000_000)
    rows = Person(app).get("/proposals").table("제안 목록")
    assert [row["제목"] for row in rows] == [f"제안 {state}" for state in rules.LISTED]
    assert rows[0]["예상 사업비"] == "1억 2,000만원" and rows[0]["상태"] == "접수됨" and rows[0]["동"] == "가산동"


def test_the_list_is_searched_and_narrowed_by_its_form(app: Flask, round_: Round) -> None:
    factories.proposal(round_, title="그늘 쉼터", section_id=round_.sections[1].id)
    factories.proposal(round_, title="보안등", area=None)
    person = Person(app)
    form = person.get("/proposals").form()
    for asked, title in (({"words": "쉼터"}, "그늘 쉼터"), ({"area": "0"}, "보안등")):
        page = person.get(f"/proposals?round_id={round_.id}&{'&'.join(f'{k}={v}' for k, v in asked.items())}")
        assert [row["제목"] for row in page.table("제안 목록")] == [title]
        assert page.form().data[next(iter(asked))] == list(asked.values())
    assert form.method == "get"


def test_a_search_without_a_hit_says_so_and_shows_a_way_on(app: Flask, round_: Round) -> None:
    page = Person(app).get(f"/proposals?round_id={round_.id}&words=없는말")
    assert page.has("조건에 맞는 제안이 없습니다")
    assert page.link("이 회차의 제안 모두 보기") == f"/proposals?round_id={round_.id}"


@pytest.mark.parametrize(
    "query",
    ["section=999&area=x&state=draft&sort=password&page=-3", "words=%25%00'--&page=99999999999999999999", "sort=-"],
)
def test_an_address_with_nonsense_is_read_as_if_it_were_not_there(app: Flask, round_: Round, query: str) -> None:
    factories.proposal(round_, state=rules.DRAFT, title="비밀 초안")
    page = Person(app).get(f"/proposals?{query}")
    assert page.status == 200 and not page.has("비밀 초안")


def test_a_round_that_is_not_public_is_not_found(app: Flask, round_: Round) -> None:
    hidden = factories.round_(state=rounds.DRAFT)
    assert Person(app).status(f"/proposals?round_id={hidden.id}") == 404
    assert Person(app).status("/proposals?round_id=abc") == 404


def test_an_empty_site_says_that_nothing_is_public_yet(app: Flask) -> None:
    assert Person(app).get("/proposals").has("아직 공개된 제안이 없습니다")


def test_a_long_list_has_pages_that_keep_the_search(app: Flask, round_: Round) -> None:
    for number in range(1, 23):
        factories.proposal(round_, title=f"쉼터 {number}")
    page = Person(app).get(f"/proposals?round_id={round_.id}&words=쉼터")
    assert len(page.table("제안 목록")) == 20
    page = Person(app).get(page.link("다음"))
    assert [row["제목"] for row in page.table("제안 목록")] == ["쉼터 21", "쉼터 22"]


def test_a_proposal_shows_everything_but_who_its_proposer_is(app: Flask, round_: Round) -> None:
    by = factories.resident(name="홍길동", phone="010-1234-5678")
    proposal = factories.proposal(round_, by=by, need="첫째 줄\n둘째 <b>줄</b>", state=rules.ELIGIBLE)
    page = Person(app).get(f"/proposals/{proposal.id}")
    assert page.h1 == proposal.title
    assert page.summary()["제안하신 분"] == "홍○동"
    assert page.has("둘째 <b>줄</b>") and page.has("현장심사")
    html = page.response.get_data(as_text=True)
    assert "홍길동" not in html and "1234-5678" not in html
    assert page.soup.select_one(".programme").text.strip().startswith("주민참여예산")


@pytest.mark.parametrize("state", [rules.DRAFT, rules.WITHDRAWN])
def test_drafts_and_withdrawn_proposals_are_not_found(app: Flask, round_: Round, state: str) -> None:
    assert Person(app).status(f"/proposals/{factories.proposal(round_, state=state).id}") == 404


def test_the_list_invites_to_propose_only_while_intake_runs(app: Flask, round_: Round) -> None:
    assert not Person(app).get(f"/proposals?round_id={round_.id}").has("나도 제안하기")
    taking = factories.round_(running=rounds.INTAKE)
    assert Person(app).get(f"/proposals?round_id={taking.id}").has("나도 제안하기")


def test_what_the_reviews_found_shows_once_it_is_released(app: Flask, round_: Round) -> None:
    proposal = factories.proposal(round_, state=rules.VISITED)
    factories.check(proposal, state="decided")
    factories.visit(proposal, state="recorded")
    page = Person(app).get(f"/proposals/{proposal.id}")
    assert not page.has("그늘이 없음을 확인함") and not page.has("공원녹지과")
    shown = factories.proposal(round_, state=rules.VISITED)
    factories.check(shown, state="released")
    factories.visit(shown)
    page = Person(app).get(f"/proposals/{shown.id}")
    assert page.has("그늘이 없음을 확인함") and page.has("공원녹지과")


def test_the_list_asks_the_database_as_often_for_many_proposals_as_for_one(app: Flask, round_: Round) -> None:
    factories.proposal(round_)
    reader, address = Person(app), f"/proposals?round_id={round_.id}"
    with questions() as for_one:
        reader.get(address)
    for n in range(12):
        dong = factories.area(f"dong{n}", name_ko=f"{n}동")
        factories.proposal(round_, section_id=round_.sections[n % 2].id, area=dong, state=rules.PUBLIC[n % 6])
    with questions() as for_many:
        assert len(reader.get(address).table("제안 목록")) == 13
    assert 1 <= len(for_many) == len(for_one) <= 8, for_many
    assert not any("proposal.need" in question for question in for_many)


@pytest.mark.parametrize(
    ("asked", "open_"),
    [("", False), ("&words=", False), ("&words=쉼터", True), ("&sort=cost", True), ("&area=0", True)],
)
def test_the_filters_are_folded_away_until_one_is_used(app: Flask, round_: Round, asked: str, open_: bool) -> None:
    factories.proposal(round_)
    page = Person(app).get(f"/proposals?round_id={round_.id}{asked}")
    folded = page.soup.select_one("form[role=search]").find_parent("details")
    assert folded.has_attr("open") is open_
    assert folded.summary.text == "찾기, 회차 바꾸기"


def test_a_proposal_in_korean_is_marked_on_an_english_page_but_not_in_its_title(app: Flask, round_: Round) -> None:
    proposal = factories.proposal(round_, title="LED 보안등 <새것>", need="첫째 줄")
    page = Person(app, locale="en").get(f"/proposals/{proposal.id}")
    assert page.soup.h1.find(lang="ko").text == "보안등 <새것>" and page.h1 == "LED 보안등 <새것>"
    assert page.title.startswith("LED 보안등 <새것>")
    assert "lang=" not in str(Person(app).get(f"/proposals/{proposal.id}").soup.main)
