"""The general meeting on its devices: the door, a one-time number, a vote on the shared tablet, back to its start."""

import pytest
from flask import Flask
from playwright.sync_api import Route

from app.ballots import queries
from app.clock import Clock
from app.database import db
from app.people.models import STAFF_ROLE
from app.rounds import rules as rounds
from tests import factories
from tests.ballots.elections import items, published, seated
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser


def stand_still(screen: Screen) -> Screen:
    """Pages that load themselves anew would do so while they are looked over."""

    def answer(route: Route) -> None:
        response = route.fetch(max_redirects=0)
        headers = {name: value for name, value in response.headers.items() if name != "refresh"}
        route.fulfill(response=response, headers=headers)

    screen.page.context.route("**/tablet/**", answer)
    return screen


def make_device(screen: Screen, round_id: int, use: str, name: str) -> None:
    """Whoever has signed in on it is signed out."""
    screen.open(f"/office/rounds/{round_id}/meeting/tablets")
    screen.tick(use)
    screen.fill(name=name)
    screen.press("이 기기를 지정하기")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_the_door_to_a_vote_on_the_tablet_and_back_to_its_start(
    app: Flask, clock: Clock, server: str, screen: NewScreen
) -> None:
    round_ = published(clock, running=rounds.COMMITTEE_VOTE)
    round_id, codes = round_.id, [items(round_, section)[0].code for section in ("s1", "s2")]
    meeting, members = seated(round_, 5, 2)
    factories.item(meeting, kind="ballot", state="under_discussion")
    third = members[2].id
    staff = factories.account(STAFF_ROLE)
    door, tablet, desk = stand_still(screen(1280)), stand_still(screen()), screen(1280)
    for one in (door, tablet, desk):
        sign_in(app, one, server, staff)
    db.session.rollback()
    make_device(door, round_id, "출입문 화면", "앞문")
    assert "의사정족수에 1명 모자랍니다." in door.text
    make_device(tablet, round_id, "투표용 태블릿", "1번")
    desk.open(f"/office/rounds/{round_id}/meeting")
    desk.page.locator(f"form[action$='/members/{third}/arrive'] button").click()
    desk.page.locator(f"form[action$='/members/{third}/pin'] button").click()
    pin = desk.page.locator(".pin-given").inner_text()
    desk.look()
    door.open("/tablet/")
    assert "의사정족수를 채웠습니다." in door.text
    tablet.fill(pin=pin)
    tablet.press("투표하러 가기")
    for code in codes:
        tablet.page.locator(f"input[name=pick][value='{code}']").check()
    tablet.press("다음")
    tablet.press("투표하기")
    assert tablet.heading == "투표했습니다"
    tablet.follow("다 적었습니다")
    assert tablet.heading == "총회 투표"
    tablet.page.go_back()
    assert "접수번호" not in tablet.text
    db.session.rollback()
    assert queries.participations(round_id) == {rounds.COMMITTEE: {"tablet": 1}}
