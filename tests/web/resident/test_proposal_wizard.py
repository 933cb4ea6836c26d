"""A resident writes a proposal: five steps, a page to check, a receipt; and what wrong input gets."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import Clock, now
from app.database import db
from app.people.models import Resident
from app.proposals import rules
from app.proposals.models import Proposal
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.page import Page

CONTENT = {
    "need": "밤에 골목이 어둡습니다.",
    "content": "보안등 열 개를 바꿉니다.",
    "effect": "밤에도 마음 놓고 다닙니다.",
    "cost_won": "1억 2,000만",
}


@pytest.fixture
def intake(app: Flask) -> Round:
    factories.area()
    return factories.round_(running=rounds.INTAKE, per_project_limit_won=300_000_000)


@pytest.fixture
def resident(app: Flask) -> Resident:
    return factories.resident()


@pytest.fixture
def draft(intake: Round, resident: Resident) -> Proposal:
    return factories.proposal(intake, state=rules.DRAFT, by=resident)


def columns(proposal: Proposal) -> dict[str, Any]:
    db.session.rollback()
    return {column.key: getattr(proposal, column.key) for column in Proposal.__table__.columns}


def url(proposal: Proposal, page: str = "") -> str:
    return f"/my/proposals/{proposal.id}/{page}".rstrip("/")


def only() -> Proposal:
    db.session.rollback()
    return db.session.scalars(select(Proposal)).one()


def test_a_resident_goes_from_the_call_to_the_receipt(app: Flask, intake: Round, resident: Resident) -> None:
    person = Person(app, resident)
    page = person.get(f"/my/proposals/new/{intake.id}")
    assert page.has("1/5단계")
    page = person.submit(page, title="골목 보안등 바꾸기", section_id=intake.sections[1].id)
    assert page.h1 == "어디에서 하나요?" and page.has("2/5단계")
    assert only().state == rules.DRAFT
    page = person.submit(page, button="저장하고 다음", area_id=factories.area().id, place="독산역 앞")
    page = person.submit(page, button="저장하고 다음", **CONTENT)
    assert page.h1 == "사진과 자료" and page.has("4/5단계")
    page = person.get(page.link("다음"))
    assert page.has("5/5단계")
    page = person.submit(page, button="저장하고 다음", name="홍길동", phone="01012345678", consents="y")
    assert page.has("아직 접수하지 않았습니다")
    assert page.summary()["예상 사업비"] == "1억 2,000만원 (120,000,000원)"
    page = person.submit(page, button="제안 접수하기")
    assert page.h1 == "제안을 접수했습니다" and page.summary()["접수번호"] == "1"
    assert page.has("현장심사")
    row = only()
    assert (row.state, row.number, row.section_id, row.cost_won) == (
        rules.SUBMITTED, 1, intake.sections[1].id, 120_000_000,
    )  # fmt: skip
    assert (row.resident.name, row.resident.phone) == ("홍길동", "010-1234-5678")


def test_changing_one_answer_leads_back_to_the_check_page(app: Flask, draft: Proposal, resident: Resident) -> None:
    draft.consented_at = now()
    db.session.commit()
    person = Person(app, resident)
    page = person.get(url(draft, "check"))
    assert page.link("주소나 장소 변경") == url(draft, "place")
    page = person.submit(person.get(url(draft, "place")), button="저장하고 다음", place="새 장소")
    assert page.h1 == "쓰신 내용을 확인해 주세요" and page.summary()["주소나 장소"] == "새 장소"


def test_a_draft_is_put_aside_with_gaps_and_continued(app: Flask, draft: Proposal, resident: Resident) -> None:
    person = Person(app, resident)
    page = person.submit(person.get(url(draft, "content")), button="나중에", need="쓰다 만 글", content="", cost_won="")
    assert page.flashes == ["저장했습니다."]
    assert (only().need, only().content, only().cost_won) == ("쓰다 만 글", "", None)
    assert "쓰다 만 글" in person.get(url(draft, "content")).form().data["need"]
    assert person.get(url(draft, "check")).h1 == "무엇을, 왜 하나요?"  # what is missing comes first


def test_a_draft_put_aside_still_refuses_what_is_wrong(app: Flask, draft: Proposal, resident: Resident) -> None:
    before = columns(draft)
    page = Person(app, resident)
    page = page.submit(page.get(url(draft, "content")), button="나중에", need="가" * 2001, cost_won="5만x")
    assert page.status == 422 and len(page.errors) == 2
    assert columns(draft) == before


WRONG_CONTENT = [
    ({"need": ""}, "왜 필요한지 써 주세요."),
    ({"content": "가" * 2001}, "2000자까지 쓸 수 있습니다. 지금 2001자이니 1자를 줄여 주세요."),
    ({"cost_won": ""}, "예상 사업비를 입력해 주세요."),
    ({"cost_won": "0"}, "1원 이상으로 입력해 주세요."),
    ({"cost_won": "-5만"}, "금액은 0보다 커야 합니다."),
    ({"cost_won": "3억 1원"}, "3억원 이하로 입력해 주세요."),
    ({"cost_won": "많이"}, "금액을 읽을 수 없습니다."),
    ({"cost_won": "9" * 50}, "금액이 너무 큽니다."),
    ({"beneficiaries": "가" * 121}, "120자까지"),
]


def test_wrong_content_is_answered_at_its_field_and_changes_nothing(
    app: Flask, draft: Proposal, resident: Resident
) -> None:
    person, before = Person(app, resident), columns(draft)
    for wrong, words in WRONG_CONTENT:
        page = person.submit(
            person.get(url(draft, "content")), button="저장하고 다음", **{**CONTENT, "need": "새로 쓴 글", **wrong}
        )
        assert page.status == 422 and len(page.errors) == 1 and words in page.errors[0]
        typed = page.form().data
        assert all(typed[name] == [value] for name, value in wrong.items())
        assert columns(draft) == before


def test_a_wrong_title_or_section_begins_no_draft(app: Flask, intake: Round, resident: Resident) -> None:
    other = factories.round_(running=rounds.INTAKE).sections[0].id
    person, path = Person(app, resident), f"/my/proposals/new/{intake.id}"
    token = person.get(path).form().data["csrf_token"]
    for title, section, words in (
        ("", str(intake.sections[0].id), "제안 제목을 입력해 주세요."),
        ("가" * 81, str(intake.sections[0].id), "80자까지"),
        ("쉼터", "", "분야를 하나 골라 주세요."),
        ("쉼터", str(other), "목록에 있는 것 가운데에서 골라 주세요."),
        ("쉼터", "아무거나", "목록에 있는 것 가운데에서 골라 주세요."),
    ):
        page = person.post(path, {"csrf_token": token, "title": title, "section_id": section})
        assert page.status == 422 and words in page.errors[0]
        assert page.form().data["title"] == [title]
    assert db.session.scalar(select(func.count()).select_from(Proposal)) == 0


def test_a_dong_of_elsewhere_changes_nothing(app: Flask, draft: Proposal, resident: Resident) -> None:
    person, before = Person(app, resident), columns(draft)
    form = person.get(url(draft, "place")).form().data
    page = person.post(url(draft, "place"), {**form, "area_id": "999999", "place": "새 장소"})
    assert page.status == 422 and page.form().data["place"] == ["새 장소"]
    assert columns(draft) == before


def test_without_consent_or_name_nothing_of_the_person_is_kept(app: Flask, draft: Proposal, resident: Resident) -> None:
    person = Person(app, resident)
    page = person.submit(person.get(url(draft, "proposer")), button="저장하고 다음", name="홍길동", phone="010-12")
    assert page.errors == [
        "전화번호를 다시 확인해 주세요. 예: 010-1234-5678",
        "동의하셔야 제안을 접수할 수 있습니다. 안내를 읽고 표시해 주세요.",
    ]
    assert page.form().data["name"] == ["홍길동"]
    db.session.rollback()
    assert (resident.name, resident.phone, only().consented_at) == (None, None, None)


def test_the_second_of_two_windows_is_told_and_keeps_what_was_typed(
    app: Flask, draft: Proposal, resident: Resident
) -> None:
    person = Person(app, resident)
    first, second = person.get(url(draft, "title")), person.get(url(draft, "title"))
    person.submit(first, button="저장하고 다음", title="첫째 창의 제목")
    page = person.submit(second, button="저장하고 다음", title="둘째 창의 제목")
    assert page.status == 422 and page.has("다른 창에서 먼저 저장하신 내용이 있습니다")
    assert page.summary()["제안 제목"] == "첫째 창의 제목"
    assert page.form().data["title"] == ["둘째 창의 제목"]
    assert only().title == "첫째 창의 제목"
    person.submit(page, button="저장하고 다음")
    assert only().title == "둘째 창의 제목"


def test_a_page_left_open_while_the_state_moved_on_answers_409_and_changes_nothing(
    app: Flask, intake: Round, resident: Resident
) -> None:
    proposal = factories.proposal(intake, by=resident)
    person = Person(app, resident)
    edit, withdraw = person.get(url(proposal, "title")), person.get(url(proposal, "withdraw"))
    proposal.state = rules.ELIGIBLE
    db.session.commit()
    before = columns(proposal)
    late = person.submit(edit, title="늦은 제목")
    for page in (late, person.submit(withdraw, reason="늦음")):
        assert page.status == 409 and page.has("그 사이에 제안의 상태가 바뀌었습니다")
    assert late.summary()["제안 제목"] == "늦은 제목"  # to be copied: it is saved nowhere
    assert columns(proposal) == before


def test_submitting_twice_gives_one_number(app: Flask, draft: Proposal, resident: Resident) -> None:
    draft.consented_at = now()
    db.session.commit()
    person = Person(app, resident)
    page = person.get(url(draft, "check"))
    assert person.submit(page).status == 200
    assert person.submit(page).h1 == "제안을 접수했습니다"
    assert person.get(url(draft, "check")).has("접수됨")
    assert only().number == 1


def test_what_another_window_changed_is_read_before_it_is_sent(app: Flask, draft: Proposal, resident: Resident) -> None:
    draft.consented_at = now()
    db.session.commit()
    person = Person(app, resident)
    page = person.get(url(draft, "check"))
    person.submit(person.get(url(draft, "title")), button="저장하고 다음", title="다른 창의 제목")
    page = person.submit(page)
    assert page.status == 422 and page.errors[0].startswith("이 페이지를 여신 뒤에 다른 창에서")
    assert page.summary()["제안 제목"] == "다른 창의 제목" and only().state == rules.DRAFT
    assert person.submit(page).h1 == "제안을 접수했습니다"


def test_what_is_typed_while_intake_ends_stays_on_the_page(
    app: Flask, clock: Clock, draft: Proposal, resident: Resident
) -> None:
    submitted = factories.proposal(draft.round, by=resident)
    person, draft = Person(app, resident), submitted
    page, before = person.get(url(draft, "title")), columns(draft)
    clock.offset += timedelta(days=30)
    page = person.submit(page, title="한발 늦은 제목")
    assert page.status == 422 and page.form().data["title"] == ["한발 늦은 제목"]
    assert page.has("지금은 제안 접수 기간이 아닙니다")
    assert columns(draft) == before


def test_outside_the_intake_the_page_says_when_it_opens(app: Flask, resident: Resident) -> None:
    round_ = factories.round_()
    page = Person(app, resident).get(f"/my/proposals/new/{round_.id}")
    assert page.status == 409 and page.has("제안 접수가 곧 열립니다")
    assert not page.soup.select("main form")


def test_when_no_intake_is_planned_the_page_says_so(app: Flask, resident: Resident) -> None:
    round_ = factories.round_(running=rounds.VOTING, state=rounds.BALLOT_PUBLISHED)
    page = Person(app, resident).get(f"/my/proposals/new/{round_.id}")
    assert page.status == 409 and page.has("지금은 제안을 받는 회차가 없습니다")


def test_what_cannot_be_done_any_more_leads_to_ones_own_proposals(
    app: Flask, intake: Round, resident: Resident
) -> None:
    person = Person(app, resident)
    page = person.get(url(factories.proposal(intake, state=rules.ELIGIBLE, by=resident), "title"))
    assert page.status == 409 and person.get(page.link("내 제안으로 가기")).status == 200


def test_a_round_that_staff_are_setting_up_does_not_exist(app: Flask, resident: Resident) -> None:
    round_ = factories.round_(running=rounds.INTAKE, state=rounds.DRAFT)
    assert Person(app, resident).status(f"/my/proposals/new/{round_.id}") == 404


def test_others_drafts_do_not_exist_on_any_page(app: Flask, draft: Proposal) -> None:
    stranger = Person(app, factories.resident())
    token = stranger.get("/").soup.select_one("[name=csrf_token]")["value"]
    for page in ("", "title", "place", "content", "proposer", "check", "receipt", "withdraw", "discard"):
        assert stranger.status(url(draft, page)) == 404
    before = columns(draft)
    for page in ("title", "check", "discard"):
        assert stranger.post(url(draft, page), {"csrf_token": token, "title": "남의 글"}).status == 404
    assert columns(draft) == before


def test_strangers_are_led_to_sign_in_and_staff_to_nothing(app: Flask, draft: Proposal) -> None:
    assert Person(app).client.get(url(draft)).status_code == 302
    assert Person(app, factories.account("staff")).client.get(url(draft)).status_code == 302


def test_a_form_without_its_token_is_refused(app: Flask, draft: Proposal, resident: Resident) -> None:
    before = columns(draft)
    assert Person(app, resident).post(url(draft, "title"), {"title": "위조", "version": "1"}).status == 400
    assert columns(draft) == before


def test_a_forged_version_is_taken_as_stale(app: Flask, draft: Proposal, resident: Resident) -> None:
    person, before = Person(app, resident), columns(draft)
    form = person.get(url(draft, "title")).form().data
    for forged in ("", "abc", "9" * 400, "-1"):
        page: Page = person.post(url(draft, "title"), {**form, "version": forged, "title": "위조"})
        assert page.status == 422
    assert columns(draft) == before
