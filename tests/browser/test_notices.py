"""From an address that is given to a mail that is ended: how somebody is told, and what staff see of it."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.adapters.mail import SmtpMailer
from app.clock import Clock, now, seoul_day
from app.database import db
from app.notices import kinds
from app.notices.letter_models import Delivery
from app.people.models import STAFF_ROLE
from tests import factories
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in
from tests.notices.going_out import ADDRESS, PHONE, proposal, set_hour, tell, tick
from tests.post import running_post

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_from_an_address_to_unsubscribing(app: Flask, clock: Clock, server: str, screen: NewScreen) -> None:
    set_hour(clock, 12)
    mine = proposal(by=factories.resident_by_phone(PHONE, name="홍길동"))
    round_id, letter = mine.round_id, f"/office/programmes/gu/notices/{kinds.VISIT_RECORDED}"
    with running_post() as post:
        app.extensions["mailer"] = SmtpMailer(post.settings())
        one = sign_in(app, screen(), server, mine.resident)
        one.open("/my/notices")
        one.follow("문자와 메일로도 받기")
        one.fill(address="hong@home")
        one.press("인증번호 받기")
        one.fill(address=ADDRESS)
        one.press("인증번호 받기")
        one.fill(code=re.findall(r"\d{6}", post.taken[-1].get_content())[0])
        one.press("메일 주소 확인하기")
        one.choose(kinds.SHORTLISTED, "sms")
        one.press("저장하기")
        tell(mine, kinds.VISIT_RECORDED, answer_until=(now() + timedelta(days=7)).isoformat())
        tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
        tell(mine)
        post.refused[ADDRESS] = "550 5.1.1 nobody"
        tick(app)
        staff = sign_in(app, screen(), server, factories.account(STAFF_ROLE))
        staff.open(f"/office/rounds/{round_id}/deliveries")
        assert staff.cell("현장심사 방문일", "상태").startswith("보내지 못함")
        post.refused.clear()
        staff.press("보내지 못한 것을 모두 다시 보내기")
        tick(app)
        staff.open(f"/office/proposals/{mine.id}")
        staff.open(letter)
        staff.press("미리 보기")
        one.open("/my/notices")
        one.page.context.clear_cookies()
        one.open(post.taken[-1]["List-Unsubscribe"].strip("<> ").replace("http://localhost", server))
        one.press("메일 그만 받기")
        assert one.heading == "메일을 더 보내지 않습니다"
    db.session.rollback()
    assert db.session.query(Delivery).count() == 4
