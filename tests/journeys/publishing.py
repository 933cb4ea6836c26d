"""The ballot is published: numbers drawn, signed by two people, rules and items frozen."""

from tests.browser.screen import Screen
from tests.journeys.plan import IDEAS, ON_THE_BALLOT
from tests.journeys.stage import APPROVER, STAFF, Stage

TRUSTEES = ("김위원장", "나감사", "다주민")


def publish(stage: Stage) -> None:
    staff = stage.console(STAFF)
    share_key(staff, stage)
    staff.visit("투표 대상 공표")
    assert "투표에 오르는 사업 5개" in staff.text
    staff.follow("번호 추첨하기")
    staff.press("추첨하기")
    staff.follow("서명하러 가기")
    staff.press("서명하기")
    assert staff.page.get_by_role("link", name="서명하러 가기").count() == 0
    approver = stage.console(APPROVER)
    approver.follow("서명하러 가기")
    assert staff.page.locator("main code").inner_text() == approver.page.locator("main code").inner_text()
    approver.follow("서명하러 가기")
    approver.press("서명하기")
    assert approver.heading == "투표 대상을 공표했습니다"
    staff.visit("투표 대상 공표")
    staff.follow("누구나 보는 공표 페이지")
    for idea in ON_THE_BALLOT:
        assert staff.cell(idea.title, "사업비") == idea.cost
        assert staff.cell(idea.title, "접수번호") == str(IDEAS.index(idea) + 1)
    refuse_a_change(stage)


def share_key(staff: Screen, stage: Stage) -> None:
    """Three trustees write down their words, and type them back."""
    staff.visit("투표 대상 공표")
    staff.follow("열쇠 나누기: 아직 열쇠를 만들지 않았습니다")
    staff.fill(names="\n".join(TRUSTEES), threshold="2")
    staff.press("열쇠 만들기")
    for name, one in zip(TRUSTEES, staff.page.locator("main details").all(), strict=True):
        stage.words[name] = " ".join(str(word) for word in one.locator("ol li").all_text_contents())
    staff.follow("모두 적었습니다. 확인하러 가기")
    for name in TRUSTEES:
        staff.follow(name)
        staff.fill(words=stage.words[name])
        staff.press("확인하기")


def refuse_a_change(stage: Stage) -> None:
    """The settings are there to be read, and say why; the address of a step leads there, too."""
    staff = stage.console(STAFF)
    staff.visit("설정")
    staff.open(staff.page.url + "/counting")
    assert staff.heading == "설정 확인"
    assert "규칙과 사업을 더 바꿀 수 없습니다" in staff.text
    assert staff.page.get_by_role("button", name="저장하고 다음").count() == 0
