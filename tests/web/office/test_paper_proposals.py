"""서면 접수 at the office: the same form and rules, and it is marked; what staff do for those who have no account."""

from typing import Any

import pytest
from flask import Flask

from app.clock import now, seoul_day
from app.database import db
from app.proposals import queries, rules
from app.proposals.models import Proposal
from app.reviews import objection_queries
from app.reviews.visit_models import SiteVisit
from app.rounds import rules as rounds
from tests import factories
from tests.actors import Person
from tests.reviews.test_objections import refused as refused_by_the_department


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account("staff"))


def on_paper(state: str = rules.SUBMITTED, running: str = rounds.INTAKE, **settings: Any) -> Proposal:
    """Of somebody who has no account."""
    proposal = factories.proposal(factories.round_(running=running), state=state, **settings)
    proposal.resident = None
    db.session.commit()
    factories.filing(proposal).phone = "02-2627-1234"
    db.session.commit()
    return proposal


def test_staff_enter_a_sheet_of_paper_and_everybody_sees_that_it_came_on_one(app: Flask, staff: Person) -> None:
    factories.area()
    round_ = factories.round_(running=rounds.INTAKE)
    page = staff.get(staff.get(f"/office/rounds/{round_.id}/proposals").link("서면 접수"))
    words = {"title": "그늘막", "need": "덥습니다.", "content": "그늘막을 놓습니다.", "effect": "시원합니다."}
    who = {"way": "counter", "received_on": seoul_day(now()).isoformat(), "name": "김종이", "consent_kept": "서류철 3"}
    money = {"lines-0-what": "그늘막", "lines-0-quantity": "2", "lines-0-unit_won": "100만"}
    filled = {**words, **who, **money, "section_id": round_.sections[0].id}
    refused = staff.submit(page, button="다시 읽어 보기", **filled)
    assert refused.status == 422 and refused.errors == ["동의를 받으셔야 접수할 수 있습니다."]
    assert db.session.query(Proposal).count() == 0
    alike = factories.proposal(round_, title="그늘막")
    check = staff.submit(refused, button="다시 읽어 보기", consents="y")
    assert check.has("아직 접수하지 않았습니다") and check.link("그늘막").endswith(f"/proposals/{alike.id}")
    assert (check.summary()["예상 사업비"], check.summary()["분야"]) == ("2,000,000원", "분야1")
    assert db.session.query(Proposal).count() == 1
    again = staff.submit(check, button="고치기")
    assert again.status == 200 and again.form(button="다시 읽어 보기").data["name"] == ["김종이"]
    page, twice = (staff.submit(check, button="서면 접수하기") for _ in range(2))
    assert page.title == twice.title
    assert page.summary()["접수한 방법"] == "서면 접수: 동 주민센터 창구" and page.summary()["제안하신 분"] == "김종이"
    filed = db.session.query(Proposal).filter(Proposal.id != alike.id).one()
    public = Person(app).get(f"/proposals/{filed.id}").summary()
    assert (public["제안하신 분"], public["접수한 방법"]) == ("김○이", "서면 접수")
    assert filed.cost_won == 2_000_000


def test_staff_put_right_what_they_entered_and_withdraw_it_for_who_cannot(app: Flask, staff: Person) -> None:
    filed = on_paper()
    page = staff.get(f"/office/proposals/{filed.id}")
    form = staff.get(page.link("서면 접수한 제안 바로잡기"))
    assert form.form(button="저장하기").data["name"] == ["김종이"]
    refused = staff.submit(form, button="저장하기", title="고친 제목")
    assert (refused.status, refused.errors, queries.list_versions(filed.id)) == (422, ["까닭을 써 주세요."], [])
    staff.submit(refused, button="저장하기", reason="잘못 옮겨 적음")
    db.session.expire_all()
    assert filed.title == "고친 제목" and Person(app).get(f"/proposals/{filed.id}/history").has("담당자")
    stale = staff.submit(form, button="저장하기", title="옛 페이지", reason="잘못")
    assert stale.status == 422 and stale.has("다른 창에서 내용이 바뀌었습니다")
    check = factories.check(filed, state="decided")
    late = staff.submit(
        staff.get(f"/office/proposals/{filed.id}/correct"), button="저장하기", need="새 까닭", reason="고침"
    )
    assert late.status == 422 and late.has("심사의 상태가 바뀌었습니다"), "the department has decided on what it read"
    db.session.delete(check)
    db.session.commit()
    form = staff.get(page.link("서면 접수한 제안 철회하기"))
    assert staff.submit(form, button="철회하기").status == 422 and filed.state == rules.SUBMITTED
    staff.submit(form, button="철회하기", reason="전화로 철회를 바란다고 하심")
    db.session.expire_all()
    assert (filed.state, filed.withdrawal_reason) == (rules.WITHDRAWN, "전화로 철회를 바란다고 하심")


def test_the_office_is_told_whom_to_call_and_what_of_theirs_fits_no_field(app: Flask, staff: Person) -> None:
    filed = on_paper()
    factories.paper_notice(filed.filing)
    waits = factories.proposal(
        filed.round, state=rules.DRAFT, section_id=None, title="넘겨받은 쉼터", waiting_since=now()
    )
    waits.resident, waits.consented_at = None, now()
    db.session.commit()
    factories.filing(waits)
    page = staff.get(f"/office/rounds/{filed.round_id}")
    page = staff.get(page.link("서면으로 제안하신 분께 직접 알리기"))
    (row,) = page.table("직접 알려야 할 분")
    assert row["제안하신 분"] == "김종이 02-2627-1234" and f"접수번호는 {filed.number}입니다." in row["알릴 것"]
    page = staff.submit(page, button="알렸음")
    assert page.table("직접 알려야 할 분") == []
    (row,) = page.table("다음 공모를 기다리는 제안")
    assert row["상태"] == "회차에 맞지 않음"
    form = staff.get(page.link("고치기"))
    page = staff.submit(form, button="저장하기", section_id=filed.round.sections[1].id, reason="전화로 여쭈어 고름")
    assert page.table("다음 공모를 기다리는 제안")[0]["상태"] == "저절로 접수됨"
    assert staff.status(f"/office/proposals/{filed.id + 99}/correct") == 404
    own = factories.proposal(filed.round, state=rules.DRAFT, waiting_since=now(), consented_at=now())
    assert staff.status(f"/office/proposals/{own.id}/correct") == 404, "a draft is its writer's alone"


def test_staff_write_down_what_somebody_on_paper_answers_to_a_visit(app: Flask, staff: Person) -> None:
    proposal = on_paper(rules.ELIGIBLE, rounds.SITE_VISIT)
    visit = factories.visit(proposal, state="recorded")
    form = staff.get(staff.get(f"/office/visits/{proposal.id}").link("제안자의 답변 대신 적기"))
    said = {"way": "phone", "words": "의자는 둘이면 됩니다.", "heard_on": seoul_day(now()).isoformat()}
    late = staff.submit(form, button="답변 적기", **{**said, "heard_on": "2099-01-01"})
    assert late.status == 422 and db.session.get_one(SiteVisit, visit.id).state == "recorded"
    page = staff.submit(late, button="답변 적기", **said)
    assert page.has("의자는 둘이면 됩니다.") and page.has("담당자가 옮겨 적었습니다: 전화")


def test_who_writes_an_objection_down_does_not_decide_on_it(app: Flask, staff: Person) -> None:
    proposal = refused_by_the_department()
    factories.filing(proposal)
    form = staff.get(staff.get(f"/office/proposals/{proposal.id}").link("이의신청 대신 적기"))
    said = {"way": "letter", "words": "다시 보아 주세요.", "heard_on": seoul_day(now()).isoformat()}
    staff.submit(form, button="이의신청 적기", **said)
    (row,) = objection_queries.list_objections_of(proposal.id)
    assert row.reason == "다시 보아 주세요." and staff.status(f"/office/objections/{row.id}/decide") == 403
    other = Person(app, factories.account("staff")).get(f"/office/objections/{row.id}/decide")
    assert other.has("담당자가 옮겨 적었습니다: 편지")
