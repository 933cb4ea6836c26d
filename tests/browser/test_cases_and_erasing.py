"""In the console: people who could not vote, noted and known to both who sign; and the record of who voted, erased."""

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock, now, seoul_day
from app.database import db
from app.results import cases, erasing
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in
from tests.results.elections import counted, signers

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_noted_known_to_both_who_sign_published_and_erased(
    app: Flask, clock: Clock, server: str, screen: NewScreen
) -> None:
    count = counted(clock, cap_won=160_000_000, residents=[["1", "4"]] * 4 + [["2", "4"]] * 3)
    round_, margin = count.round, cases.standing(count).margin
    one, (staff, approver) = screen(), signers(round_)
    sign_in(app, one, server, staff)
    one.open(f"/office/rounds/{round_.id}/cases")
    one.follow("적기")
    one.press("저장하기")  # with nothing in it
    one.tick("문자를 받지 못함")
    one.fill(people=str(margin), on_day=seoul_day(now()).isoformat(), remark="세 번 다시 보냄")
    one.press("저장하기")
    assert one.cell("문자를 받지 못함", "사람 수") == f"{margin}명"
    one.visit("개표")
    one.follow("서명하러 가기")
    one.press("서명하기")
    assert "알고 서명한다고 표시해 주세요" in one.text
    for who in (staff, approver):
        sign_in(app, one, server, who)
        one.open(f"/office/rounds/{round_.id}/count/{count.id}/sign")
        one.tick("투표하지 못한 분의 수를 알고 이 결과에 서명합니다.")
        one.press("서명하기")
    one.open(f"/office/rounds/{round_.id}")
    assert f"flask --app wsgi erase {round_.id}" in one.text
    db.session.rollback()  # what the browser did is to be seen here
    clock.offset += erasing.get_afterwards(round_.id).objections_end - now() + timedelta(minutes=1)
    erasing.erase(round_, at=now(), by=SYSTEM)
    sign_in(app, one, server, staff)
    one.open(f"/office/rounds/{round_.id}")
    assert "위의 사람 수는 남겼습니다" in one.text and "디스크에서는 아직 다 치우지 못했습니다" in one.text
    erasing.scrub(round_, at=now(), by=SYSTEM)
    one.open(f"/office/rounds/{round_.id}")
    assert "아직 다 치우지 못했습니다" not in one.text
    one.open(f"/results/{round_.id}")
    assert "지웠습니다" in one.text
