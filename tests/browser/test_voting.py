"""Voting as it looks and feels: on a phone with and without scripts, at the meeting, and at the office's table."""

import pytest
from flask import Flask

from app.clock import Clock, now
from app.database import db
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.reviews.models import Recusal
from app.rounds import rules as rounds
from tests import factories
from tests.ballots.elections import cast_in, give_key, items, picks, published, seated, shortlisted
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser


def pick(screen: Screen, *codes: str) -> None:
    for code in codes:
        screen.page.locator(f"input[name=pick][value='{code}']").check()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_a_resident_votes_on_a_phone(
    app: Flask, clock: Clock, server: str, screen: NewScreen, javascript: bool
) -> None:
    round_ = published(clock, per_section=4, picks=(1, 2))
    round_id, first, both = round_.id, items(round_, "s1"), picks(round_)
    too_many = [item.code for item in first[:3]]
    phone = screen(javascript=javascript)
    sign_in(app, phone, server, factories.resident())
    phone.open("/vote")
    phone.follow("투표하러 가기")
    pick(phone, *too_many)
    if javascript:
        assert "1개를 빼 주세요" in phone.page.locator(".sticky").inner_text()
        assert "3 / 2개" in phone.page.locator("#section-1").inner_text()
    phone.press("다음")
    assert phone.page.title().startswith("오류: ")
    assert phone.page.locator("input[name=pick]:checked").count() == 3
    for code in too_many[1:]:
        phone.page.locator(f"input[name=pick][value='{code}']").uncheck()
    pick(phone, too_many[0], both[1])
    phone.press("다음")
    assert "아직 투표하지 않았습니다" in phone.text
    phone.follow("다시 고르기")
    phone.page.go_back()
    assert "아직 투표하지 않았습니다" in phone.text
    phone.press("투표하기")
    assert phone.heading == "투표했습니다"
    phone.page.go_back()
    assert phone.heading == "이미 투표하셨습니다"
    db.session.rollback()
    assert cast_in(round_id, rounds.RESIDENTS) == [sorted([too_many[0], both[1]])]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_meeting_at_the_table_and_on_a_members_tablet(
    app: Flask, clock: Clock, server: str, screen: NewScreen
) -> None:
    round_ = published(clock, running=rounds.COMMITTEE_VOTE)
    meeting, members = seated(round_, 5, 3, "planned")
    barred = items(round_, "s1")[0]
    factories.keep(
        Recusal(
            proposal_id=barred.proposal_id,
            account_id=members[0].account_id,
            kind="stepped_back",
            reason="가족",
            declared_at=now(),
        )
    )
    allowed = [items(round_, "s1")[1].code, items(round_, "s2")[0].code]
    desk, tablet = screen(1280), screen()
    sign_in(app, desk, server, factories.account(STAFF_ROLE))
    sign_in(app, tablet, server, members[0].account)
    tablet.open(f"/committee/rounds/{round_.id}/ballot")
    assert "회의가 열려 있지 않습니다" in tablet.text
    desk.open(f"/office/rounds/{round_.id}/meeting")
    desk.press("총회 열기")
    tablet.open(f"/committee/rounds/{round_.id}/ballot")
    pick(tablet, *allowed)
    tablet.press("다음")
    tablet.press("투표하기")
    assert tablet.heading == "투표했습니다"
    desk.follow("총회 마치기")
    desk.press("총회 마치기")
    assert "마칠 때 재적 5명 가운데 3명이 있었습니다." in desk.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_publication_and_the_roll_at_a_desk(app: Flask, server: str, screen: NewScreen) -> None:
    round_ = shortlisted()
    give_key(round_)
    factories.member()
    staff, approver = factories.account(STAFF_ROLE), factories.account(APPROVER_ROLE)
    desk = screen(1280)
    sign_in(app, desk, server, staff)
    desk.open("/office/programmes/gu/members")
    desk.follow("위원 위촉하기")
    desk.press("위촉하기")
    assert desk.page.title().startswith("오류: ")
    desk.open(f"/office/rounds/{round_.id}/ballot")
    desk.follow("번호 추첨하기")
    desk.press("추첨하기")
    desk.follow("서명하러 가기")
    desk.press("서명하기")
    sign_in(app, desk, server, approver)
    desk.open(f"/office/rounds/{round_.id}/ballot")
    desk.follow("서명하러 가기")
    desk.press("서명하기")
    desk.follow("누구나 보는 공표 페이지")
    assert desk.heading == "투표 대상 사업과 규칙"
