"""The demo's stand-in for a phone, and the privacy notice."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from app.clock import Clock
from app.database import db
from app.factory import create_app
from app.notices.models import Message
from tests.actors import Person
from tests.databases import config_for


@pytest.fixture
def demo(database_url: str, clock: Clock) -> Flask:
    return create_app(replace(config_for(database_url), mode="demo", sms_gateway_url=None), clock)


@pytest.mark.parametrize("mode", ["testing", "production"])
def test_it_exists_in_the_demo_only(database_url: str, mode: str) -> None:
    person = Person(create_app(replace(config_for(database_url), mode=mode)))
    assert person.client.get("/outbox", base_url="https://localhost").status_code == 404


def test_in_the_demo_one_signs_in_with_the_code_shown_there(demo: Flask) -> None:
    person = Person(demo)
    page = person.submit(person.get("/sign-in"), button="인증번호 받기", phone="01012345678")
    outbox = person.get(page.link("시연용 문자함에서"))
    row = outbox.table("최근에 보낸 문자와 메일")[0]
    assert row["받는 곳"] == "010-1234-5678" and outbox.has("실제 회차에서는 이 페이지가 없고")
    assert outbox.link("새로 고침") == "/outbox"
    code = re.search(r"\d{6}", row["내용"])
    assert code
    assert person.submit(page, button="로그인하기", code=code[0]).has("로그아웃")
    with demo.app_context():
        assert db.session.query(Message).one().body == row["내용"]
        db.session.remove()
        db.engine.dispose()


def test_an_empty_outbox_says_how_to_fill_it(demo: Flask) -> None:
    assert Person(demo).get("/outbox").has("로그인 페이지에서 인증번호를 받아 보세요")
    with demo.app_context():
        db.engine.dispose()


def test_the_privacy_notice_says_purpose_items_period_and_the_right_to_refuse(app: Flask) -> None:
    page = Person(app).get("/privacy")
    rows = page.table("받는 정보와 쓰는 목적")
    assert len(rows) >= 5 and all(all(row.values()) for row in rows)
    assert page.has("거부하실 수 있습니다") and page.has("주민등록번호는 받지 않습니다")


def test_the_privacy_notices_promise_no_erasure_that_nothing_does(app: Flask) -> None:
    """Codes, tries of printed ones and sessions that ended go with `outbox run` or `tick` (tests/people, tests/cli),
    messages once they are sent and, later, that they were sent (tests/notices), codes by mail with `tick`
    (tests/people/test_addresses.py), and who took part, with the roll and printed codes, by the command `erase`
    (tests/results/test_erasing.py), applications by `applications erase` or `tick` (tests/cli); nothing else."""
    rows = Person(app).get("/privacy").table("받는 정보와 쓰는 목적")
    kept = {row["받는 정보"].partition(" (")[0]: row["보관하는 방법과 기간"] for row in rows}
    assert [what for what, how in kept.items() if "지웁니다" in how] == [
        "휴대전화 번호",
        "인증번호",
        "함께 제안할 분의 전화번호",
        "메일 주소",
        "알림을 문자나 메일로 보냈다는 기록",
        "인쇄된 번호",
        "이름, 생년월일, 동, 연고",
        "이름, 태어난 해, 성별, 연고, 동, 신청하는 까닭, 적으셨다면 전화번호와 사회적 배려 대상인지",
        "직원과 위원의 두 번째 인증 수단과 로그인된 기기",
    ]
    for what in ("휴대전화 번호", "이름과 연락처"):
        assert "저절로 지워지지 않습니다" in kept[what]
    assert "이의를 받는 기간(결과 페이지에 나옵니다)이 지나면 운영하는 곳이 지우고" in kept["투표에 참여했다는 사실"]
    assert not any("때까지" in how or "기간 동안" in how for how in kept.values())
