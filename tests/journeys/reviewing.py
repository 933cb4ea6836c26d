"""Department checks, visits and only then the scoring sheets, up to the shortlist."""

from playwright.sync_api import expect

from app.database import db
from app.people.models import Account
from app.reviews.visit_models import SiteVisit
from tests.browser.screen import Screen
from tests.journeys.plan import (
    FOUNTAIN,
    IDEAS,
    LEFT_OUT,
    LIGHTS,
    MEANS,
    MEMBERS,
    NOT_ELIGIBLE,
    ON_THE_BALLOT,
    PHONES,
    POINTS,
    SECOND_POINTS,
    VISITED,
    Idea,
)
from tests.journeys.stage import APPROVER, OFFICER, STAFF, Stage
from tests.reviews.papers import record, sign


def numbered(idea: Idea) -> str:
    return f"{IDEAS.index(idea) + 1}. {idea.title}"


def check(stage: Stage) -> None:
    """Staff hand out, the department decides, staff make it public; one is not eligible."""
    stage.go_to(11)
    staff, officer = stage.account(STAFF), stage.account(OFFICER)
    for idea in IDEAS:
        staff.open("/office/checks")
        staff.follow(numbered(idea))
        staff.follow("소관부서 정하기")
        staff.choose("department", "공원녹지과")
        staff.press("검토 맡기기")
        decide(officer, idea)
        staff.page.reload()
        staff.follow("검토 결과 공개하기")
        staff.press("공개하기")
        assert "검토 결과를 공개했습니다" in staff.text


def decide(officer: Screen, idea: Idea) -> None:
    officer.open("/office/checks")
    officer.follow(numbered(idea))
    officer.follow("검토 의견 쓰기")
    if idea.title == NOT_ELIGIBLE:
        officer.tick("부적격")
        officer.fill(ground_running_costs_of_facility="지금 있는 시설을 꾸리는 비용입니다.")
    else:
        officer.tick("적격")
    officer.fill(reason="현장과 예산을 살펴보았습니다.", urgency="올해 하는 것이 좋습니다.")
    officer.press("검토 의견 저장하기")
    assert "아직 공개하지 않은 검토 의견입니다" in officer.text


def visit(stage: Stage) -> None:
    """One outing to all of them; one proposer answers, and the time of the others runs out."""
    stage.go_to(21)
    plan_outing(stage)
    write_down(stage)
    for idea in VISITED:
        if idea is not LIGHTS:
            record(find_visit(idea), *accounts())
            sign(find_visit(idea), *accounts())
    answer(stage, LIGHTS)
    stage.go_to(29)
    staff = stage.console(STAFF)
    for idea in VISITED:
        staff.visit("현장심사")
        staff.follow(numbered(idea))
        staff.follow("현장심사 확정하기")
        staff.press("확정하기")
        assert "현장심사를 확정했습니다" in staff.text


def plan_outing(stage: Stage) -> None:
    staff = stage.console(STAFF)
    staff.visit("현장심사")
    staff.follow("현장심사 일정 만들기")
    staff.fill(starts_at=stage.moment(21, 9), meeting_point="가산디지털단지역 2번 출구")
    for name in MEMBERS[:2]:
        staff.tick(name)
    staff.press("현장심사 일정 저장하기")
    for box in staff.page.locator("main [name=proposals]").all():
        box.check()
    staff.press("고른 제안 넣기")
    assert f"제안 {len(VISITED)}건을 넣었습니다" in staff.text


def write_down(stage: Stage) -> None:
    """On the spot, answer by answer; then both who were there sign, each at their own phone."""
    first, second = (stage.member(name) for name in MEMBERS[:2])
    first.open(f"/onsite/visits/{find_visit(LIGHTS).proposal_id}")
    for word in ("예", "확인됨"):
        for choice in first.page.get_by_label(word, exact=True).all():
            choice.check()
    first.page.locator("[name=summary-words]").fill("밤에 가 보니 어두웠습니다.")
    expect(first.page.locator("[data-waiting-line]")).to_have_text("", timeout=60_000)
    first.follow("다 썼습니다")
    first.press("방문 결과 마치기")
    first.press("서명하기")
    second.open(f"/onsite/visits/{find_visit(LIGHTS).proposal_id}/sign")
    assert "밤에 가 보니 어두웠습니다." in second.text
    second.press("서명하기")


def find_visit(idea: Idea) -> SiteVisit:
    db.session.rollback()  # what the browsers did is to be seen here
    return db.session.query(SiteVisit).join(SiteVisit.proposal).filter_by(title=idea.title).one()


def accounts() -> list[Account]:
    return [db.session.query(Account).filter_by(name=name).one() for name in MEMBERS[:2]]


def answer(stage: Stage, idea: Idea) -> None:
    """The proposer reads what was found, and says something to it."""
    proposer = stage.resident(idea.proposer, PHONES[idea.proposer])
    proposer.open("/my/proposals")
    proposer.follow(idea.title, exact=False)
    proposer.follow("현장심사에서 본 것 읽고 답변하기")
    assert "밤에 가 보니 어두웠습니다." in proposer.text
    proposer.fill(answer="보안등을 여덟 개로 줄이겠습니다.")
    proposer.press("답변 보내기")
    assert "답변을 보냈습니다" in proposer.text


def score(stage: Stage) -> None:
    stage.go_to(31)
    first, second = stage.member(MEMBERS[0]), stage.member(MEMBERS[1])
    for idea in VISITED:
        fill_sheet(first, idea, *POINTS[idea.title])
        if idea.title in SECOND_POINTS:
            fill_sheet(second, idea, *SECOND_POINTS[idea.title])


def fill_sheet(member: Screen, idea: Idea, need: int, feasible: int) -> None:
    """With the visit and the proposer's answer in view, and never the proposer's name."""
    member.open("/committee/")
    member.follow("심사할 제안 보기")
    if "먼저 이해관계를 신고해 주세요" in member.text:
        member.follow("이해관계 신고하기")
        member.press("신고하기")
    member.follow(numbered(idea))
    member.tick("저는 이 제안과 이해관계가 없습니다")
    member.press("심사 시작하기")
    assert ("밤에 가 보니 어두웠습니다." if idea is LIGHTS else "그늘이 없음을 확인했습니다.") in member.text
    assert idea.proposer not in member.text
    member.page.get_by_label("필요성").fill(str(need))
    member.page.get_by_role("radiogroup", name="실현가능성").get_by_label(str(feasible), exact=True).check()
    member.press("다 썼습니다. 제출하러 가기")
    assert f"{need + feasible}점 / 60점" in member.text
    member.press("제출하기")


def shortlist(stage: Stage) -> None:
    """Not before the written review is over: there are sheets still to come. Then by the threshold."""
    staff = stage.account(STAFF)
    staff.visit("투표 대상 선정")
    assert "아직 정할 수 없습니다" in staff.text
    stage.go_to(39)
    staff.visit("투표 대상 선정")
    staff.follow("투표 대상 정하기")
    for title, mean in MEANS.items():
        assert staff.cell(title, "평균") == mean
    assert "제안 5건이 투표 대상이 되고 1건은 제외됩니다." in staff.text
    staff.press("투표 대상 정하기")
    assert staff.cell(LEFT_OUT, "결과") == "기준 점수에 미치지 못함"
    assert [staff.cell(idea.title, "결과") for idea in ON_THE_BALLOT] == ["투표 대상으로 선정"] * len(ON_THE_BALLOT)


def objection(stage: Stage) -> None:
    """Who proposed what was left out objects, once; somebody who has not decided on it says why that stays so. Until
    the time for objections has run out no ballot is prepared."""
    proposer = stage.resident(FOUNTAIN.proposer, PHONES[FOUNTAIN.proposer])
    proposer.open("/my/proposals")
    proposer.follow(FOUNTAIN.title, exact=False)
    proposer.follow("이의신청하기")
    proposer.fill(reason="분수가 아니라 조명이 먼저입니다.")
    proposer.press("이의신청하기")
    approver = stage.console(APPROVER)
    approver.visit("이의신청")
    approver.follow("읽고 결정하기", exact=False)
    approver.tick("받아들이지 않음")
    approver.fill(answer="두 위원의 점수를 다시 보아도 기준에 미치지 못합니다.")
    approver.press("결정하기")
    proposer.open("/my/proposals")
    proposer.follow(FOUNTAIN.title, exact=False)
    assert "두 위원의 점수를 다시 보아도 기준에 미치지 못합니다." in proposer.text
    staff = stage.account(STAFF)
    staff.visit("투표 대상 공표")
    assert staff.page.get_by_role("link", name="번호 추첨하기", exact=True).count() == 0
    stage.go_to(41)
