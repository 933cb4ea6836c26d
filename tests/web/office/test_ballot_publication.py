"""Publishing the ballot from the console."""

import hashlib
import json
from dataclasses import replace

import pytest
from flask import Flask

from app.ballots import draft_queries as drafts
from app.ballots import queries
from app.ballots.models import BallotItem
from app.clock import Clock
from app.database import db
from app.people.models import ADMIN_ROLE, APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, RoleGrant
from app.proposals import rules as proposals
from app.rounds import rules as rounds
from app.rounds.models import PickRule, Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import give_key, move_into, published, shortlisted
from tests.page import Page


def page_of(round_: Round, step: str = "") -> str:
    return f"/office/rounds/{round_.id}/ballot{step}"


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


@pytest.fixture
def approver(app: Flask) -> Person:
    return Person(app, factories.account(APPROVER_ROLE, name="이확인"))


def draw(staff: Person, round_: Round) -> Page:
    """The numbers are drawn: the page that waits for signatures."""
    return staff.submit(staff.get(page_of(round_, "/prepare")), button="추첨하기")


def sign(person: Person, page: Page) -> Page:
    return person.submit(person.get(page.link("서명하러 가기")), button="서명하기")


def nothing_published(round_: Round) -> bool:
    db.session.rollback()
    return queries.find_publication(round_.id) is None and round_.state == rounds.CALLED


def test_staff_draw_and_sign_and_the_approver_signs_the_same_and_it_is_published(
    staff: Person, approver: Person
) -> None:
    round_ = shortlisted()
    give_key(round_)
    page = staff.get(page_of(round_))
    assert page.has("공표할 준비가 되었습니다")
    assert len(page.table("투표 대상 사업")) == 6
    confirm = staff.get(page.link("번호 추첨하기"))
    assert confirm.h1 == "투표 번호를 추첨할까요?"
    drawn = staff.submit(confirm, button="추첨하기")
    assert drawn.h1 == "투표 대상이 서명을 기다립니다"
    signed = sign(staff, drawn)
    assert signed.flashes == ["서명했습니다. 다른 사람인 확인자가 서명하면 공표됩니다."]
    assert not signed.has("서명하러 가기") and nothing_published(round_)
    home = approver.get("/office/")
    assert home.has("다음 할 일: 투표 대상에 서명하기(확인자)")
    seen = approver.get(home.link("서명하러 가기"))
    for name in ("규칙의 지문(SHA-256)", "번호를 추첨한 값"):
        assert seen.summary()[name] == drawn.summary()[name]
    assert seen.table("투표 대상 사업") == drawn.table("투표 대상 사업")
    done = sign(approver, seen)
    assert done.h1 == "투표 대상을 공표했습니다"
    publication = queries.get_publication(round_.id)
    assert done.summary()["규칙의 지문(SHA-256)"] == seen.summary()["규칙의 지문(SHA-256)"] == publication.sha256
    assert [row["투표 번호"] for row in done.table("투표 대상 사업")] == ["1", "2", "3", "4", "5", "6"]


def test_the_file_that_is_signed_is_the_one_that_is_published(app: Flask, staff: Person, approver: Person) -> None:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    page = draw(staff, round_)
    file = staff.client.get(page.link("규칙 파일 내려받기")).data
    assert hashlib.sha256(file).hexdigest() == page.summary()["규칙의 지문(SHA-256)"]
    sign(staff, page)
    sign(approver, approver.get(page_of(round_)))
    assert Person(app).client.get(f"/rounds/{round_.id}/manifest.json").data == file


def test_everybody_sees_which_roles_signed_and_how_often_numbers_were_drawn_and_no_names(
    app: Flask, staff: Person, approver: Person
) -> None:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    first = draw(staff, round_)
    staff.submit(staff.get(first.link("거두고 다시 준비하기")), button="거두기", reason="제목을 고칩니다")
    sign(staff, draw(staff, round_))
    sign(approver, approver.get(page_of(round_)))
    page = Person(app).get(f"/rounds/{round_.id}/ballot")
    told = page.summary()
    assert told["번호를 추첨한 횟수"] == "2번째 추첨"
    assert told["1번째 추첨"].startswith("제목을 고칩니다")
    assert told["서명: 담당 공무원"] and told["서명: 확인자"]
    assert not page.has("이확인") and not page.has("김담당")


def test_the_preflight_is_told_where_it_is_signed(staff: Person) -> None:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    page = draw(staff, round_)
    for words in (
        "주민은 휴대전화로 받은 인증번호로 확인합니다.",
        "문자를 보내는 곳이 답하지 않아",
        "수탁자 1명 모두 적은 낱말을 확인했습니다.",
        "백업을 되살려 본 기록이 없습니다.",
        "서버와 데이터베이스의 시계 차이: 0초",
    ):
        assert page.has(words)


def test_a_red_check_is_named_where_the_approver_signs_and_nothing_is_published(
    app: Flask, staff: Person, approver: Person
) -> None:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    sign(staff, draw(staff, round_))
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], mode="production")
    page = sign(approver, approver.get(page_of(round_)))
    assert (page.status, "백업 되살리기 연습" in page.errors[0]) == (422, True)
    assert nothing_published(round_)


def test_what_was_changed_after_the_draw_is_named_and_leads_to_a_new_one(staff: Person, approver: Person) -> None:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    sign(staff, draw(staff, round_))
    stale = approver.get(approver.get(page_of(round_)).link("서명하러 가기"))
    round_.pots[0].cap_won += 1
    db.session.commit()
    answer = approver.submit(stale, button="서명하기")
    assert (answer.status, "바뀐 것이 있어 서명하지 않았습니다: 재원과 한도" in answer.errors[0]) == (422, True)
    for person in (staff, approver):
        page = person.get(page_of(round_))
        assert page.has("번호를 추첨한 뒤에 바뀐 것이 있습니다: 재원과 한도") and not page.has("서명하러 가기")
    page = staff.submit(
        staff.get(staff.get(page_of(round_)).link("거두고")), button="거두기", reason="한도를 고쳤습니다"
    )
    assert page.has("거둔 추첨 1번") and page.has("한도를 고쳤습니다")
    sign(staff, draw(staff, round_))
    assert sign(approver, approver.get(page_of(round_))).h1 == "투표 대상을 공표했습니다"


def test_withdrawing_asks_for_a_reason(staff: Person) -> None:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    page = staff.submit(staff.get(draw(staff, round_).link("거두고")), button="거두기", reason=" ")
    assert (page.status, page.errors) == (422, ["까닭을 입력해 주세요."])
    assert staff.get(page_of(round_)).h1 == "투표 대상이 서명을 기다립니다"


def test_a_page_of_a_draw_that_was_withdrawn_signs_nothing(staff: Person, approver: Person) -> None:
    """Back in the browser, or a page left open: the address says which draw it was."""
    round_ = shortlisted(per_section=1)
    give_key(round_)
    page = draw(staff, round_)
    left_open = staff.get(page.link("서명하러 가기"))
    staff.submit(staff.get(page.link("거두고")), button="거두기", reason="다시")
    draw(staff, round_)
    answer = staff.submit(left_open, button="서명하기")
    assert (answer.status, answer.has("그 사이에 이 투표 대상을 거두었거나 공표했습니다")) == (409, True)
    assert staff.get(page_of(round_)).summary()["서명: 담당 공무원"] == "아직 없습니다"


def test_one_person_with_both_roles_signs_once(app: Flask, staff: Person) -> None:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    both = factories.account(STAFF_ROLE)
    both.roles.append(RoleGrant(role=APPROVER_ROLE, programme=round_.programme))
    db.session.commit()
    person = Person(app, both)
    page = sign(person, draw(person, round_))
    assert not page.has("서명하러 가기")
    again = person.submit(person.get(page_of(round_, "/1/sign")), button="서명하기")
    assert (again.status, again.has("두 번째 서명은 다른 사람이 해야 합니다.")) == (409, True)
    assert nothing_published(round_)


def test_an_approver_does_not_sign_before_the_officer_in_charge(staff: Person, approver: Person) -> None:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    draw(staff, round_)
    assert not approver.get(page_of(round_)).soup.select(".buttons a")
    answer = approver.submit(approver.get(page_of(round_, "/1/sign")), button="서명하기")
    assert (answer.status, answer.has("담당자가 먼저 서명해야")) == (409, True)
    assert nothing_published(round_)


def test_everything_that_stands_in_the_way_is_named_in_words_with_a_way_to_mend_it(staff: Person) -> None:
    round_ = shortlisted(per_section=2, cap_won=40_000_000)
    round_.chambers[0].weight = "1/3"
    for rule in db.session.query(PickRule).filter_by(chamber_id=round_.chambers[0].id):
        rule.pick_min = rule.pick_max = 3
    db.session.commit()
    page = staff.get(page_of(round_))
    assert page.has("반영 비율의 합이 1(100%)이 아니라 5/6입니다.")
    assert page.has("‘분야1’ 분야에서 residents 투표는 3개를 고르게 되어 있는데 투표 대상은 2개뿐입니다.")
    assert page.has("사업비 50,000,000원이 한도 40,000,000원보다 큽니다.")
    assert f"/office/rounds/{round_.id}/" in page.link("반영 비율의 합")
    assert "번호 추첨하기" not in [link.get_text() for link in page.soup.select(".buttons a")]
    assert staff.get(page_of(round_, "/prepare")).h1 == page.h1  # the step itself is shut as well
    assert db.session.query(BallotItem).count() == 0


def test_proposals_that_would_be_left_without_a_reason_are_counted_before_the_click(staff: Person) -> None:
    round_ = shortlisted()
    assert not staff.get(page_of(round_)).has("심사를 마치지 않은 제안")
    for state, how_many in ((proposals.SUBMITTED, 2), (proposals.ELIGIBLE, 3), (proposals.WITHDRAWN, 1)):
        for _ in range(how_many):
            factories.proposal(round_, state=state)
    page = staff.get(page_of(round_))
    assert page.has("심사를 마치지 않은 제안이 있습니다")
    for words, titles in (("접수됨 2건", 2), ("적격 3건", 3)):
        assert len(staff.get(page.link(words)).table("제안")) == titles
    assert not page.has("철회됨 1건")
    give_key(round_)
    assert draw(staff, round_).h1 == "투표 대상이 서명을 기다립니다"


def test_an_empty_shortlist_is_no_ballot(staff: Person) -> None:
    page = staff.get(page_of(factories.round_(running=rounds.WRITTEN_REVIEW)))
    assert page.has("투표 대상으로 선정된 사업이 없습니다")


def test_a_confirmation_left_open_while_rules_changed_draws_nothing(staff: Person) -> None:
    round_ = shortlisted()
    give_key(round_)
    confirm = staff.get(page_of(round_, "/prepare"))
    round_.chambers[0].weight = "1/3"
    db.session.commit()
    answer = staff.submit(confirm, button="추첨하기")
    assert answer.has("아직 투표 대상을 공표할 수 없습니다")
    assert drafts.find_prepared(round_.id) is None


def test_pages_left_open_until_voting_began_draw_and_sign_nothing(staff: Person, clock: Clock) -> None:
    first, second = shortlisted(per_section=1), shortlisted(per_section=1)
    for round_ in (first, second):
        give_key(round_)
    left_open = [
        (staff.get(page_of(first, "/prepare")), "추첨하기"),
        (staff.get(draw(staff, second).link("서명하러 가기")), "서명하기"),
    ]
    move_into(clock, second, rounds.VOTING)
    for page, button in left_open:
        answer = staff.submit(page, button=button)
        assert (answer.status, answer.has("주민 투표 기간이 이미 시작되어 공표할 수 없습니다")) == (409, True)
    assert drafts.find_prepared(first.id) is None
    assert staff.get(page_of(second)).summary()["서명: 담당 공무원"] == "아직 없습니다"
    assert staff.get(page_of(first)).has("주민 투표 기간이 이미 시작되어 공표할 수 없습니다")


def test_a_second_click_finds_it_done(staff: Person, approver: Person) -> None:
    round_ = shortlisted()
    give_key(round_)
    confirm = staff.get(page_of(round_, "/prepare"))
    page = staff.submit(confirm, button="추첨하기")
    again = staff.submit(confirm, button="추첨하기")
    assert (again.status, again.has("이미 번호를 추첨하여 서명을 기다리고 있습니다")) == (409, True)
    sign(staff, page)
    last = approver.get(approver.get(page_of(round_)).link("서명하러 가기"))
    approver.submit(last, button="서명하기")
    first = queries.get_publication(round_.id).sha256
    for person, left_open, button in ((approver, last, "서명하기"), (staff, confirm, "추첨하기")):
        assert person.submit(left_open, button=button).status == 409
    assert queries.get_publication(round_.id).sha256 == first


@pytest.mark.parametrize("role", [COMMITTEE_ROLE, DEPARTMENT_ROLE, ADMIN_ROLE])
def test_it_is_staffs_page(app: Flask, role: str) -> None:
    round_ = shortlisted(per_section=1)
    person = Person(app, factories.account(role))
    assert (person.status(page_of(round_)), person.status(page_of(round_, "/prepare"))) == (404, 404)


def test_an_approver_looks_and_does_not_draw(app: Flask) -> None:
    round_ = shortlisted(per_section=1)
    approver = Person(app, factories.account(APPROVER_ROLE))
    assert not approver.get(page_of(round_)).soup.select(".buttons a")
    assert approver.status(page_of(round_, "/prepare")) == 404


def test_staff_of_another_programme_find_nothing(app: Flask) -> None:
    round_ = shortlisted(per_section=1)
    other = Person(app, factories.account(STAFF_ROLE, of=factories.programme("other")))
    assert (other.status(page_of(round_)), other.status(page_of(round_, "/prepare"))) == (404, 404)


def test_everybody_can_check_the_hash_of_the_file(app: Flask, clock: Clock) -> None:
    round_ = published(clock, running=None)
    anybody = Person(app)
    page = anybody.get(f"/rounds/{round_.id}/ballot")
    answer = anybody.client.get(page.link("규칙 파일 내려받기"))
    assert hashlib.sha256(answer.data).hexdigest() == page.summary()["지문(SHA-256)"]
    assert json.loads(answer.data)["round"] == str(round_.id)
    assert len(page.table("투표 대상 사업")) == 6


def test_before_publication_there_is_nothing_to_see(app: Flask) -> None:
    round_ = shortlisted(per_section=1)
    assert [Person(app).status(f"/rounds/{round_.id}/{page}") for page in ("ballot", "manifest.json")] == [404, 404]
