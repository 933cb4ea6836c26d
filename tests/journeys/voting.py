"""Residents vote on their phones, a quorate committee at the general meeting."""

from collections.abc import Sequence

from playwright.sync_api import Locator

from tests.browser.screen import Screen
from tests.journeys.plan import CULTURE, MEMBERS, MEMBERS_PICK, PHONES, RESIDENTS_PICK, SAFETY, SHADE, Idea
from tests.journeys.stage import STAFF, Stage


def residents(stage: Stage) -> None:
    """Whoever is not signed in is asked for their phone on the way to the ballot; the first one ticks too many."""
    stage.go_to(43)
    for name, picks in RESIDENTS_PICK.items():
        one = stage.screen()
        one.open("/vote")
        one.follow("투표하러 가기")
        stage.prove(one, PHONES[name])
        if name == "홍길동":
            tick_too_many(one, picks)
        tick(one, picks)
        cast(one, picks)
        ask_again(one)
    vote_from_another_device(stage, "성춘향")


def tick_too_many(one: Screen, picks: Sequence[Idea]) -> None:
    """A third project for safety is answered in words, at once and by the server."""
    for idea in (*picks, SHADE):
        box(one, idea).check()
    if one.has_scripts:
        assert "1개를 빼 주세요" in one.page.locator(".sticky").inner_text()
    one.press("다음")
    assert one.page.title().startswith("오류: ")
    assert SAFETY in one.page.locator(".faults").inner_text()
    assert box(one, SHADE).is_checked()
    box(one, SHADE).uncheck()


def box(one: Screen, idea: Idea) -> Locator:
    return one.page.get_by_role("checkbox", name=idea.title)


def tick(one: Screen, picks: Sequence[Idea]) -> None:
    for idea in picks:
        box(one, idea).check()
    if one.has_scripts:
        assert "3 / 3개" in one.page.locator(".sticky").inner_text()
    one.press("다음")


def cast(one: Screen, picks: Sequence[Idea]) -> None:
    assert "아직 투표하지 않았습니다" in one.text
    for idea in picks:
        assert f"{idea.title} ({idea.cost})" in one.text
    assert CULTURE in one.text
    one.press("투표하기")
    assert one.heading == "투표했습니다"
    assert one.page.locator("dd").filter(has_text="-").first.inner_text().replace("-", "").isdecimal()


def ask_again(one: Screen) -> None:
    """Back does not lead to a second vote, nor does the way through the first page."""
    one.page.go_back()
    assert one.heading == "이미 투표하셨습니다"
    one.open("/vote")
    assert "이미 투표하셨습니다" in one.text
    assert one.page.get_by_role("link", name="투표하러 가기").count() == 0


def vote_from_another_device(stage: Stage, name: str) -> None:
    one = stage.screen()
    one.open("/vote")
    one.follow("투표하러 가기")
    stage.prove(one, PHONES[name])
    assert one.heading == "이미 투표하셨습니다"


def committee(stage: Stage) -> None:
    """On short notice, for which a reason is given. Five are enrolled: with two the meeting cannot be opened, with
    three it can. They vote, and it ends."""
    stage.go_to(49, 14)
    staff = stage.console(STAFF)
    staff.visit("총회")
    staff.follow("총회 잡기")
    staff.fill(place="금천구청 12층 대강당", starts_at=stage.moment(49, 15))
    staff.press("저장하기")
    for number, name in enumerate(MEMBERS_PICK, start=1):
        assert staff.page.get_by_role("button", name="총회 열기").count() == 0
        staff.page.get_by_role("row").filter(has_text=name).get_by_role("button", name="참석 확인").click()
        staff.page.wait_for_load_state()
        assert f"참석\n{number}명" in staff.text
    staff.follow("까닭을 쓰고 총회 열기")
    staff.fill(reason="시험 회차라 같은 날 모였습니다.")
    staff.press("총회 열기")
    for name, picks in MEMBERS_PICK.items():
        vote_at_the_meeting(stage.member(name), picks)
    keep_out(stage.member(MEMBERS[-1]))
    staff.follow("총회 마치기")
    staff.press("총회 마치기")
    assert "마칠 때 재적 5명 가운데 3명이 있었습니다." in staff.text


def vote_at_the_meeting(member: Screen, picks: Sequence[Idea]) -> None:
    member.open("/committee/")
    member.follow("총회 투표로 가기")
    assert "재적 5명, 필요 3명, 참석 3명" in member.text
    tick(member, picks)
    cast(member, picks)


def keep_out(absent: Screen) -> None:
    """Who is not in the hall does not vote, and is told so."""
    absent.open("/committee/")
    absent.follow("총회 투표로 가기")
    assert "참석" in absent.text
    assert absent.page.get_by_role("checkbox").count() == 0
