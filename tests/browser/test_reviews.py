"""The pages of the reviews in a real browser: axe, both widths, and what each of their people does there."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.clock import SEOUL, now
from app.database import db
from app.people.models import COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, AccountSession
from app.proposals.models import Proposal
from app.reviews import queries, rules, sheet_queries
from app.reviews.visit_models import SiteVisit
from tests import factories
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in
from tests.reviews.papers import checklist, members, record, sign, visited

pytestmark = pytest.mark.browser

PATIENCE = 30_000  # milliseconds, for what comes at once where nothing else runs
LONG_TITLE = "독산동 우시장 골목에 어르신과 어린이가 함께 쉬어 가는 그늘막과 긴 의자 놓기"


def proposal_in(running: str, state: str) -> Proposal:
    return factories.proposal(factories.round_(running=running), state=state, title=LONG_TITLE)


def test_an_officer_writes_an_opinion(app: Flask, screen: NewScreen, server: str) -> None:
    proposal = proposal_in("department_check", "submitted")
    factories.check(proposal)
    officer = sign_in(app, screen(1280), server, factories.account(DEPARTMENT_ROLE))
    staff = sign_in(app, screen(1280), server, factories.account(STAFF_ROLE))
    officer.open("/office/checks")
    officer.follow(f"{proposal.number}. {LONG_TITLE}")
    officer.follow("검토 의견 쓰기")
    officer.press("검토 의견 저장하기")
    assert "오류" in officer.page.title()
    officer.tick("부적격")
    officer.fill(ground_duplicate="같은 자리에 이미 있습니다.")
    officer.fill(reason="같은 자리에 그늘막이 있습니다.", urgency="급하지 않습니다.")
    officer.press("검토 의견 저장하기")
    assert "같은 자리에 그늘막이 있습니다." in officer.text
    staff.open(f"/office/checks/{proposal.id}/release")
    staff.press("공개하기")
    assert "검토 결과를 공개했습니다." in staff.text


def test_staff_plan_an_outing_and_sign_off_what_was_found(app: Flask, screen: NewScreen, server: str) -> None:
    proposal = proposal_in("site_visit", "eligible")
    factories.check(proposal, state=rules.RELEASED)
    present = members(proposal.round)
    staff = sign_in(app, screen(1280), server, factories.account(STAFF_ROLE))
    staff.open(f"/office/rounds/{proposal.round_id}/visits")
    staff.follow("현장에서 확인할 것")
    staff.press("확인할 것 저장하기")
    staff.follow("현장심사 일정 만들기")
    staff.press("현장심사 일정 저장하기")
    assert "오류" in staff.page.title()
    staff.fill(starts_at=now().astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M"), meeting_point="우시장 정문")
    for name in ("위원0", "위원1"):
        staff.tick(name)
    staff.press("현장심사 일정 저장하기")
    staff.page.locator("[name=proposals]").check()
    staff.press("고른 제안 넣기")
    staff.follow("방문 순서표 보기")
    staff.open(f"/office/visits/{proposal.id}/impossible")
    staff.open(f"/office/visits/{proposal.id}/plan")
    db.session.rollback()  # to see what the server has written meanwhile
    visit = queries.get_visit(proposal.id)
    record(visit, *present)
    sign(visit, *present)

    resident = sign_in(app, screen(), server, proposal.resident)
    resident.open(f"/my/proposals/{proposal.id}/visit")
    resident.fill(answer="의자를 줄이겠습니다.")
    resident.press("답변 보내기")
    assert "답변을 보냈습니다." in resident.text

    staff.open(f"/office/visits/{proposal.id}")
    staff.follow("현장심사 확정하기")
    staff.press("확정하기")
    assert "현장심사를 확정했습니다." in staff.text


def test_on_a_weak_line_nothing_typed_is_lost_and_it_is_said(app: Flask, screen: NewScreen, server: str) -> None:
    """Cut while typing, left and opened again, and after the sign-in has ended."""
    proposal = proposal_in("site_visit", "eligible")
    checklist(proposal.round)
    account = members(proposal.round, 1)[0]
    visit = factories.visit(proposal, state=rules.PLANNED, on=factories.outing(proposal.round, account))
    of, whose = visit.id, account.id  # what is asked of a row is read, and SQLite writes only upon the latest reading
    path, member = f"/onsite/visits/{proposal.id}", sign_in(app, screen(390), server, account)
    member.open(path)
    page, line = member.page, member.page.locator("[data-waiting-line]")
    page.context.set_offline(True)
    need = page.locator("form#need")
    need.get_by_label("일부만 확인됨").check()
    need.locator("textarea").fill("평일 낮에만 붐볐습니다.")
    expect(need.locator("[data-state]")).to_contain_text("저장 못 함: 연결이 없습니다.", timeout=30_000)
    expect(line).to_have_text("아직 저장하지 못한 답이 1개 있습니다.")
    page.get_by_role("link", name="다 썼습니다").click()
    expect(line).to_contain_text("저장된 뒤에 ‘다 썼습니다’를 다시 눌러 주세요.")
    page.context.set_offline(False)
    expect(need.locator("[data-state]")).to_contain_text("저장됨", timeout=30_000)
    expect(line).to_have_text("")

    page.context.set_offline(True)
    page.locator("form#cost").get_by_label("확인됨", exact=True).check()
    page.goto("about:blank")  # the phone was put away
    page.context.set_offline(False)
    page.goto(server + path)
    expect(page.locator("form#cost [data-state]")).to_contain_text("저장됨", timeout=30_000)

    db.session.rollback()
    db.session.query(AccountSession).filter_by(account_id=whose).delete(synchronize_session=False)
    db.session.commit()
    page.locator("form#summary textarea").fill("그늘이 없습니다.")
    expect(page.locator("form#summary [data-state]")).to_contain_text("로그인이 끝났습니다", timeout=30_000)
    member.troubles.clear()  # what a browser says of a line that is cut
    sign_in(app, member, server, account)
    member.open(path)
    expect(page.locator("form#summary [data-state]")).to_contain_text("저장됨", timeout=30_000)
    member.open(f"{path}/photos")
    member.open(f"{path}/finish")
    member.open(f"{path}/sign")
    db.session.rollback()  # to see what the server has written meanwhile
    written = {
        name: (one.answer, one.words, one.version) for name, one in queries.get_visit(proposal.id).standing.items()
    }
    assert written == {
        "need": ("partly", "평일 낮에만 붐볐습니다.", 1),
        "cost": ("confirmed", "", 1),
        "summary": ("", "그늘이 없습니다.", 1),
    }

    member.open(path)
    page.context.set_offline(True)
    page.locator("form#need textarea").fill("주말에도 붐볐습니다.")
    page.goto("about:blank")
    db.session.rollback()
    answered = {"state": rules.ANSWERED, "record_sha256": "0" * 64, "answer_until": now()}
    db.session.query(SiteVisit).filter_by(id=of).update(answered, synchronize_session=False)
    db.session.commit()
    page.context.set_offline(False)
    member.troubles.clear()
    member.open(path)  # nothing is taken any more
    left = page.locator("[data-module=visit-unsent]")
    expect(left).to_contain_text("답 1개가 저장되지 않았습니다.", timeout=PATIENCE)
    expect(left).to_contain_text("일부만 확인됨 — 주말에도 붐볐습니다.")
    left.get_by_role("button").click()
    expect(left).to_be_hidden()


def test_a_member_scores_on_a_tablet_and_staff_decide(app: Flask, screen: NewScreen, server: str) -> None:
    round_ = factories.round_(running="written_review", shortlist_places=1)
    criteria = factories.criteria(round_, (40, 10))
    proposal, barred = visited(round_, title=LONG_TITLE), visited(round_)
    factories.check(proposal, state=rules.RELEASED)
    account = factories.account(COMMITTEE_ROLE, name="박위원")
    staff = sign_in(app, screen(1280), server, factories.account(STAFF_ROLE))
    staff.open(f"/office/rounds/{round_.id}/criteria")
    staff.open(f"/office/rounds/{round_.id}/shortlist")
    assert "아직 정할 수 없습니다" in staff.text

    member = sign_in(app, screen(820), server, account)
    member.open("/committee/")
    member.follow("심사할 제안 보기")
    member.follow("이해관계 신고하기")
    member.fill(bodies="금빛마을회")
    member.press("신고하기")
    member.follow(f"{barred.number}. {barred.title}")
    member.follow("이해관계가 있어 회피하기")
    member.fill(reason="이웃입니다.")
    member.press("회피하기")
    member.follow(f"{proposal.number}. {LONG_TITLE}")
    member.tick("저는 이 제안과 이해관계가 없습니다")
    member.press("심사 시작하기")
    member.press("다 썼습니다. 제출하러 가기")
    assert "오류" in member.page.title()
    saved = member.page.locator("[data-url]")
    member.page.context.set_offline(True)
    member.page.locator(f"[name=points_{criteria[1].id}][value='6']").check()
    expect(saved).to_contain_text("연결이 약해 아직 저장하지 못했습니다", timeout=PATIENCE)
    member.page.context.set_offline(False)
    expect(saved).to_have_text("저장했습니다", timeout=PATIENCE)
    member.page.context.set_offline(True)
    comment, sheet_path = member.page.locator("[name=comment]"), member.page.url
    comment.fill("그늘이 필요합니다.")
    member.page.goto("about:blank")  # the tablet was put away
    member.page.context.set_offline(False)
    member.page.goto(sheet_path)
    expect(comment).to_have_value("그늘이 필요합니다.")
    member.troubles.clear()  # the line was down, and the console says so
    member.page.locator(f"[name=points_{criteria[1].id}][value='7']").check()
    expect(member.page.locator("[data-total]")).to_contain_text("7점 / 50점", timeout=PATIENCE)
    member.fill(**{f"points_{criteria[0].id}": "33"})
    member.press("다 썼습니다. 제출하러 가기")
    member.press("제출하기")
    db.session.rollback()  # to see what the server has written meanwhile
    sheet = sheet_queries.get_sheet(proposal.id, account.id)
    assert (sheet.total, sheet.comment) == (40, "그늘이 필요합니다.")

    staff.open(f"/office/rounds/{round_.id}/reviews")
    staff.open(f"/office/reviews/{proposal.id}/recusals/new")
    staff.open(f"/office/rounds/{round_.id}/shortlist")
    staff.follow("투표 대상 정하기")
    staff.press("투표 대상 정하기")
    assert "투표 대상을 정했습니다." in staff.text
