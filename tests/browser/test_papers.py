"""A paper's way: the roll ticked at the desk, the day counted, two who key by keyboard alone, a third, and the box."""

from datetime import date

import pytest
from flask import Flask

from app.clock import Clock, now
from app.database import db
from app.people.models import STAFF_ROLE
from app.roll import services as roll
from app.roll.services import Claim
from tests import factories
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in
from tests.browser.screen import Screen
from tests.papers import polls

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

NAME, BORN = "홍길순", date(1950, 3, 1)


def key(one: Screen, address: str, sheets: list[str]) -> None:
    """The hands stay on the keyboard: numbers, Enter, numbers, Enter."""
    one.open(address)
    for marks in sheets:
        one.page.keyboard.type(marks)
        with one.page.expect_navigation():
            one.page.keyboard.press("Enter")
    one.look()


def test_from_the_roll_to_the_box(app: Flask, clock: Clock, server: str, screen: NewScreen) -> None:
    poll = polls.polling(clock)
    programme, dong = poll.round.programme, factories.area()
    identity_key = app.extensions["hanpyo"].identity_key
    claim = Claim(NAME, BORN, "address", dong)
    roll.register(poll.round, claim, source="desk", phone_key=None, key=identity_key, at=now())
    first, second, third = (factories.account(STAFF_ROLE, of=programme) for _ in range(3))
    ticked = " ".join(map(str, polls.numbers(poll.round)))
    one = sign_in(app, screen(), server, poll.officer)
    one.open(f"/desk/{poll.station.id}/day")
    one.follow("하루 열기")
    one.press("하루 열기")  # with nothing in it
    one.fill(papers="10", first_number="1")
    one.press("하루 열기")
    one.open(f"/desk/{poll.station.id}")
    one.fill(name=NAME, born_on=BORN.isoformat())
    one.press("명부에서 찾기")
    one.press("명부에 표시하고 투표지 건네기")
    assert "이제 1번째 투표지를 건네 주세요" in one.text
    one.follow("못 쓰게 된 투표지 바꿔 주기")
    one.press("바꿔 주기")
    db.session.rollback()
    polls.hand_out(poll, 2)
    one.open(f"/desk/{poll.station.id}/day")
    one.follow("하루 마감하기")
    one.fill(papers_unused="6", in_box="2")
    one.press("하루 마감하기")
    assert "투표함의 투표지 수가 투표지를 받은 사람 수와 다릅니다" in one.text
    one.fill(why="한 분이 투표지를 가지고 가심")
    one.press("하루 마감하기")

    sign_in(app, one, server, first)
    one.open(f"/office/rounds/{poll.round.id}/papers")
    one.press(poll.station.name_ko, "link", exact=False)
    one.follow("까닭을 확인하고 마감하기")
    one.press("확인하고 마감하기")
    one.follow("투표지 입력 준비하기")
    one.fill(papers="2")
    one.press("입력 시작하기")
    pile = one.page.url
    key(one, f"{pile}/key", ["999"])
    assert "999번은 이 투표지에 없거나" in one.text
    key(one, f"{pile}/key", [ticked, "0"])
    assert "맡은 투표지를 모두 입력했습니다" in one.text
    sign_in(app, one, server, second)
    key(one, f"{pile}/key", [ticked, ticked])
    sign_in(app, one, server, third)
    key(one, f"{pile}/key", ["0"])
    one.follow("투표함에 넣기")
    one.press("투표함에 넣기")
    assert "종이 투표지를 봉인해 투표함에 넣었습니다" in one.text
    one.open(f"/office/rounds/{poll.round.id}/papers/print")
