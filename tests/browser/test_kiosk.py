"""The polling station in Chromium: the officer issues a PIN, somebody votes alone, and nothing of it is left behind."""

import pytest
from flask import Flask

from app.clock import Clock
from app.database import db
from app.rounds.rules import RESIDENTS
from app.web.kiosk.audience import COOKIE
from tests.ballots.elections import cast_in, picks
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in
from tests.browser.screen import Screen
from tests.stations.posts import BORN, TOKEN, entry, issue, numbers, post

pytestmark = pytest.mark.browser
START = "투표 번호를 눌러 주세요"


def wait_for(kiosk: Screen, heading: str) -> None:
    kiosk.page.get_by_role("heading", name=heading, level=1).wait_for()
    kiosk.look()


def shorten(kiosk: Screen, warn: float, reset: float) -> None:
    """Seconds without a touch, of the page that is open."""
    times = {"warn": str(warn), "reset": str(reset)}
    kiosk.page.locator("[data-module=start-again]").evaluate("(it, times) => Object.assign(it.dataset, times)", times)


def device(kiosk: Screen, server: str) -> Screen:
    kiosk.page.context.add_cookies([{"name": COOKIE, "value": TOKEN, "url": f"{server}/kiosk/"}])
    kiosk.open("/kiosk/")
    return kiosk


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_the_identity_card_to_the_start_page_again(
    app: Flask, clock: Clock, server: str, screen: NewScreen
) -> None:
    at = post(clock)
    voter, chosen, round_id = entry(at.round), picks(at.round), at.round.id
    desk, kiosk = screen(width=1280), screen(width=1280)

    sign_in(app, kiosk, server, at.officer)  # the device becomes a kiosk
    kiosk.open(f"/desk/{at.station.id}")
    kiosk.follow("이 기기를 단말기로 만들기")
    kiosk.fill(name="창가")
    kiosk.press("단말기로 만들기")
    assert kiosk.heading == START

    sign_in(app, desk, server, at.officer)  # the officer reads the card
    desk.open("/desk/")
    desk.follow("창구 열기")
    desk.fill(name="김어른", born_on=BORN.isoformat())
    desk.press("명부에서 찾기")
    desk.press("투표 번호 내주기")
    digits = desk.page.locator(".pin").inner_text().replace(" ", "")

    for digit in digits:  # the voter touches the screen and nothing else
        kiosk.page.get_by_role("group", name="숫자판").get_by_role("button", name=digit, exact=True).click()
    kiosk.page.get_by_role("button", name="투표 시작하기").click()
    wait_for(kiosk, "사업을 골라 주세요")
    for code in chosen:
        kiosk.page.locator(f"input[name=pick][value='{code}']").check()
    kiosk.page.get_by_role("button", name="다음").click()
    wait_for(kiosk, "이대로 투표할까요?")

    kiosk.page.context.set_offline(True)  # the line is cut
    kiosk.page.get_by_role("button", name="투표하기").click()
    kiosk.page.get_by_role("alert").filter(has_text="아직 투표되지 않았습니다").wait_for()
    assert numbers(at.station) == {"alone": (1, 0)}
    kiosk.page.context.set_offline(False)
    kiosk.troubles.clear()  # Chromium says itself that the line was cut
    kiosk.page.get_by_role("button", name="투표하기").click()
    wait_for(kiosk, "투표했습니다")

    shorten(kiosk, 0.5, 1)  # nobody touches it: the start page comes by itself
    kiosk.page.get_by_role("heading", name=START).wait_for()
    kiosk.page.go_back()  # to what was there before it became a kiosk
    kiosk.page.wait_for_load_state()
    assert kiosk.heading == "직원·위원 로그인"
    db.session.rollback()
    assert cast_in(round_id, RESIDENTS) == [sorted(chosen)]
    assert numbers(at.station) == {"alone": (1, 1)}

    again = issue(at, voter)  # (of one who has voted: the desk would not)
    kiosk.open("/kiosk/")
    kiosk.fill(pin=again)
    kiosk.page.get_by_role("button", name="투표 시작하기").click()
    wait_for(kiosk, "이미 투표하셨습니다")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_ballot_that_somebody_left_is_warned_of_and_then_taken_away(
    app: Flask, clock: Clock, server: str, screen: NewScreen
) -> None:
    at = post(clock)
    digits, chosen = issue(at, entry(at.round)), picks(at.round)
    kiosk = device(screen(width=768), server)
    kiosk.fill(pin="000000")
    kiosk.page.get_by_role("button", name="투표 시작하기").click()
    kiosk.page.get_by_text("맞지 않거나 이미 쓴 번호입니다").first.wait_for()
    kiosk.fill(pin=digits)
    kiosk.page.get_by_role("button", name="투표 시작하기").click()
    wait_for(kiosk, "사업을 골라 주세요")
    kiosk.page.locator(f"input[name=pick][value='{chosen[0]}']").check()
    warning = kiosk.page.get_by_role("alert").filter(has_text="아직 계신가요?")
    shorten(kiosk, 0, 1000)
    warning.wait_for()
    kiosk.look()
    shorten(kiosk, 1000, 1000)
    kiosk.page.keyboard.press("Shift")
    warning.wait_for(state="detached")
    assert kiosk.page.locator("input[name=pick]:checked").count() == 1, "any key goes on, and nothing is lost"
    shorten(kiosk, 0, 0)
    kiosk.page.get_by_role("heading", name=START).wait_for()
    kiosk.page.go_back()
    assert kiosk.page.url == "about:blank", "each page took the place of the one before"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_scripts_back_leads_to_the_start_page_and_never_into_somebodys_ballot(
    app: Flask, clock: Clock, server: str, screen: NewScreen
) -> None:
    at = post(clock)
    kiosk = device(screen(javascript=False), server)
    kiosk.fill(pin=issue(at, entry(at.round)))
    kiosk.press("투표 시작하기")
    for code in picks(at.round):
        kiosk.page.locator(f"input[name=pick][value='{code}']").check()
    kiosk.press("다음")
    kiosk.follow("그만두고 처음으로")
    for _ in range(2):
        kiosk.page.go_back()
        kiosk.page.wait_for_load_state()
        assert kiosk.heading == START
