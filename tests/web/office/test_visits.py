"""On-site reviews at a browser: planned and written down by staff, answered by the proposer, signed off."""

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import Clock, now, seoul_day
from app.database import db
from app.people.models import COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, Account
from app.proposals.models import Proposal
from app.reviews import queries, rules
from app.web.words import WORDS
from tests import factories
from tests.actors import Person
from tests.page import Page
from tests.reviews.papers import members

CHECKLIST = dict.fromkeys(rules.CHECKLIST, "yes")


@pytest.fixture
def proposal(app: Flask) -> Proposal:
    resident = factories.resident(name="홍길동", phone="01012345678")
    row = factories.proposal(factories.round_(running="site_visit"), state="eligible", by=resident)
    factories.check(row, state=rules.RELEASED)
    return row


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE, name="김담당"))


def at(proposal: Proposal, page: str = "") -> str:
    return f"/office/visits/{proposal.id}{page}"


def record(staff: Person, proposal: Proposal, present: list[Account], **fields: object) -> Page:
    values = {"visitors": [one.id for one in present], "findings": "그늘이 없습니다.", **CHECKLIST}
    return staff.submit(staff.get(at(proposal, "/record")), button="저장하기", **{**values, **fields})


def test_from_the_plan_to_the_sign_off(app: Flask, proposal: Proposal, staff: Person) -> None:
    present = members(proposal.round)
    visits = staff.get(f"/office/rounds/{proposal.round_id}/visits")
    assert visits.table("현장심사")[0]["상태"] == "방문일 정하기 전"
    page = staff.get(visits.link(proposal.title))
    page = staff.submit(
        staff.get(page.link("방문일 정하기")),
        button="저장하기",
        visit_on=seoul_day(now()).isoformat(),
        meeting_point="안양천 입구",
    )
    assert page.has("안양천 입구")

    resident = Person(app, proposal.resident)
    assert resident.get(f"/my/proposals/{proposal.id}/visit").has("만나는 곳: 안양천 입구")
    page = record(staff, proposal, present, need_seen="unclear")
    assert page.has("위원0") and page.has("확인 필요")

    form = resident.get(f"/my/proposals/{proposal.id}/visit")
    assert form.has("그늘이 없습니다.") and not form.has("위원0")
    page = resident.submit(form, button="보내기", answer="의자를 줄이겠습니다.")
    assert page.flashes == ["답변을 보냈습니다. 현장심사가 확정되기 전까지 고칠 수 있습니다."]

    page = staff.submit(staff.get(staff.get(at(proposal)).link("현장심사 확정하기")), button="확정하기")
    assert page.has("의자를 줄이겠습니다.") and page.has("현장심사 마침")
    db.session.expire_all()
    assert proposal.state == "visited"
    assert resident.get(f"/my/proposals/{proposal.id}/visit").has("답변을 더 고칠 수 없습니다.")


def test_nobody_but_staff_of_the_programme_sees_the_visits(app: Flask, proposal: Proposal) -> None:
    factories.visit(proposal, state=rules.RECORDED)
    pages = [at(proposal, page) for page in ("", "/plan", "/record", "/sign-off")]
    pages.append(f"/office/rounds/{proposal.round_id}/visits")
    others = [
        factories.account(STAFF_ROLE, of=factories.programme("dong")),
        factories.account(DEPARTMENT_ROLE),
        factories.account(COMMITTEE_ROLE),
    ]
    for person in (Person(app, one) for one in others):
        assert [person.status(page) for page in pages] == [404] * len(pages)


def test_the_proposer_sees_only_the_own_visit(app: Flask, proposal: Proposal) -> None:
    path = f"/my/proposals/{proposal.id}/visit"
    assert Person(app, proposal.resident).status(path) == 404  # no visit yet
    factories.visit(proposal, state=rules.RECORDED)
    assert Person(app, proposal.resident).status(path) == 200
    assert Person(app, factories.resident()).status(path) == 404
    assert Person(app, factories.account(STAFF_ROLE)).status(path) != 200


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("", "방문일을 입력해 주세요."),
        ("2026-02-30", "날짜를 확인해 주세요. 예: 2026-09-19"),
        ("곧", "날짜를 확인해 주세요. 예: 2026-09-19"),
        ("1999-01-01", "현장심사 기간 안의 날을 골라 주세요"),
    ],
)
def test_an_impossible_day_is_answered_at_its_field(
    app: Flask, proposal: Proposal, staff: Person, day: str, words: str
) -> None:
    page = staff.submit(staff.get(at(proposal, "/plan")), button="저장하기", visit_on=day, meeting_point="안양천 입구")
    assert page.status == 422 and len(page.errors) == 1
    assert page.errors[0].startswith(words)
    assert page.soup.find(id="visit_on")["value"] == day
    assert page.soup.find(id="meeting_point")["value"] == "안양천 입구"
    assert queries.find_visit(proposal.id) is None


@pytest.mark.parametrize("place", ["", "가" * 121])
def test_a_meeting_point_is_neither_empty_nor_endless(
    app: Flask, proposal: Proposal, staff: Person, place: str
) -> None:
    page = staff.submit(
        staff.get(at(proposal, "/plan")),
        button="저장하기",
        visit_on=seoul_day(now()).isoformat(),
        meeting_point=place,
    )
    assert (page.status, len(page.errors)) == (422, 1)
    assert queries.find_visit(proposal.id) is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"findings": ""}, "현장에서 본 것을 써 주세요."),
        ({"findings": "가" * 2001}, "2000자까지 쓸 수 있습니다."),
        ({"visitors": []}, "함께 간 사람을 골라 주세요."),
    ],
)
def test_a_record_that_cannot_be_kept_is_answered_at_its_field(
    app: Flask, proposal: Proposal, staff: Person, fields: dict[str, object], words: str
) -> None:
    visit = factories.visit(proposal, state=rules.PLANNED)
    page = record(staff, proposal, members(proposal.round), **fields)
    assert page.status == 422 and len(page.errors) == 1
    assert page.errors[0].startswith(words)
    assert len(page.soup.select("input[value=yes][checked]")) == len(rules.CHECKLIST)
    db.session.expire_all()
    assert (visit.state, visit.visitors) == (rules.PLANNED, [])


def test_a_checklist_with_a_gap_and_too_few_members_are_named(app: Flask, proposal: Proposal, staff: Person) -> None:
    visit = factories.visit(proposal, state=rules.PLANNED)
    one, two = members(proposal.round)
    form = staff.get(at(proposal, "/record")).form(button="저장하기")
    form.fill(visitors=[one.id, two.id], findings="보았습니다.", **CHECKLIST)
    del form.data["cost_plausible"]
    page = Page(form.submit(staff.client))
    assert (page.status, page.errors) == (422, ["‘현장을 보니 사업비가 알맞다’에 답해 주세요."])
    page = record(staff, proposal, [one])
    assert (page.status, page.errors) == (422, ["위원 2명 이상이 함께 가야 하는데 1명을 고르셨습니다."])
    assert page.has("그늘이 없습니다.")
    db.session.expire_all()
    assert visit.state == rules.PLANNED


def test_a_visit_to_come_cannot_be_written_down(app: Flask, proposal: Proposal, staff: Person) -> None:
    visit = factories.visit(proposal, state=rules.PLANNED)
    visit.visit_on = seoul_day(now()) + timedelta(days=3)
    db.session.commit()
    page = record(staff, proposal, members(proposal.round))
    assert page.status == 422 and "아직 오지 않았습니다" in page.errors[0]
    assert page.has("그늘이 없습니다.")


def test_a_recused_member_is_not_offered_as_a_visitor(app: Flask, proposal: Proposal, staff: Person) -> None:
    factories.visit(proposal, state=rules.PLANNED)
    one, _two = members(proposal.round)
    form = staff.get(f"/office/reviews/{proposal.id}/recusals/new")
    staff.submit(form, button="기록하기", account=one.id, kind="excluded", reason="가족")
    page = staff.get(at(proposal, "/record"))
    assert not page.has("위원0") and page.has("위원1")


def test_a_page_left_open_over_the_sign_off_changes_nothing(app: Flask, proposal: Proposal, staff: Person) -> None:
    visit = factories.visit(proposal, state=rules.RECORDED)
    resident, two = Person(app, proposal.resident), members(proposal.round)
    old_answer = resident.get(f"/my/proposals/{proposal.id}/visit")
    old_record, old_sign_off = staff.get(at(proposal, "/record")), staff.get(at(proposal, "/sign-off"))
    staff.submit(staff.get(at(proposal, "/sign-off")), button="확정하기")
    assert resident.submit(old_answer, button="보내기", answer="늦었습니다.").status == 409
    late = {"visitors": [one.id for one in two], "findings": "늦은 기록", **CHECKLIST}
    assert staff.submit(old_record, button="저장하기", **late).status == 409
    assert staff.submit(old_sign_off, button="확정하기").status == 409
    assert [staff.status(at(proposal, page)) for page in ("/plan", "/record", "/sign-off")] == [409, 409, 409]
    db.session.expire_all()
    assert (visit.proposer_answer, visit.findings) == ("", "그늘이 없음을 확인함")


def test_outside_its_phase_the_record_is_refused_and_what_was_typed_stays(
    app: Flask, proposal: Proposal, staff: Person, clock: Clock
) -> None:
    visit = factories.visit(proposal, state=rules.PLANNED)
    clock.offset += timedelta(days=10)
    page = record(staff, proposal, members(proposal.round))
    assert page.status == 422 and page.errors[0].startswith("지금은 현장심사 기간이 아닙니다.")
    assert page.has("그늘이 없습니다.")
    db.session.expire_all()
    assert visit.state == rules.PLANNED


@pytest.mark.parametrize("answer", ["", "가" * 2001])
def test_an_answer_is_neither_empty_nor_endless(app: Flask, proposal: Proposal, answer: str) -> None:
    visit = factories.visit(proposal, state=rules.RECORDED)
    resident = Person(app, proposal.resident)
    page = resident.submit(resident.get(f"/my/proposals/{proposal.id}/visit"), button="보내기", answer=answer)
    assert (page.status, len(page.errors)) == (422, 1)
    assert page.soup.find("textarea").get_text().strip() == answer
    db.session.expire_all()
    assert visit.state == rules.RECORDED


def test_the_checklist_has_words_for_every_line() -> None:
    assert tuple(WORDS["checklist"]) == rules.CHECKLIST
    assert tuple(WORDS["answer"]) == rules.ANSWERS
