"""A sub-committee meets: from its call at the desk to the minutes that its chair approves on a phone."""

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import SEOUL, Clock, now
from app.committee import services
from app.committee.models import CommitteeMeeting
from app.database import db
from app.people.models import STAFF_ROLE
from tests import factories
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_the_call_to_the_published_minutes(app: Flask, clock: Clock, server: str, screen: NewScreen) -> None:
    chair, second, third = (factories.member(name=name) for name in ("가위원", "나위원", "다위원"))
    factories.subcommittee(chair.programme, chair, second)
    staff, chairs_account, ids = factories.account(STAFF_ROLE), chair.account, (chair.id, second.id)
    desk, phone = (sign_in(app, screen(width), server, who) for width, who in ((1280, staff), (390, chairs_account)))
    desk.open("/office/programmes/gu/subcommittees")
    desk.follow("복지·문화분과")
    desk.choose("member", str(third.id))
    desk.fill(on=(now().astimezone(SEOUL) + timedelta(days=1)).date().isoformat())
    desk.tick("본인 희망")
    desk.press("위원 넣기")
    desk.open("/office/programmes/gu/meetings")
    desk.follow("회의 잡기")
    desk.fill(title="1차 회의", place="9층 회의실")
    desk.fill(starts_at=(now().astimezone(SEOUL) + timedelta(days=10)).strftime("%Y-%m-%dT%H:%M"))
    desk.tick("복지·문화분과")
    desk.press("저장하기")
    desk.tick("의결")
    desk.fill(title="우선순위에 대한 의견")
    desk.press("안건 넣기")
    desk.follow("출석과 정족수")
    desk.follow("소집 통지 보내기")
    desk.press("보내기")
    phone.open("/committee/")
    phone.follow("1차 회의")
    assert "우선순위에 대한 의견" in phone.text
    clock.offset += timedelta(days=10, hours=1)
    sign_in(app, desk, server, staff)
    sign_in(app, phone, server, chairs_account)
    meeting = db.session.query(CommitteeMeeting).one()
    db.session.rollback()
    desk.open(f"/office/meetings/{meeting.id}")
    for member_id in ids:
        desk.page.locator(f"form[action$='/members/{member_id}/arrive'] button").click()
    desk.press("회의 열기")
    desk.follow("안건")
    desk.press("시작하기")
    desk.follow("의결하기")
    desk.fill(votes_for="2", votes_against="0", abstained="0")
    desk.press("의결 결과 적기")
    services.end_meeting(db.session.get_one(CommitteeMeeting, meeting.id), at=now(), by=staff.actor)
    db.session.rollback()
    desk.follow("회의록")
    desk.fill(words="의견을 모았다.")
    desk.press("저장하기")
    phone.open(f"/committee/meetings/{meeting.id}/minutes")
    phone.press("회의록 확인하기")
    desk.open(f"/office/meetings/{meeting.id}/minutes")
    desk.follow("공개하기")
    desk.press("공개하기")
    phone.open("/programmes/gu/committee")
    assert "가○원 (분과위원장)" in phone.text and "다○원" in phone.text
    phone.follow("회의록 보기", exact=False)
    assert "의견을 모았다." in phone.text and "가결 찬성 2" in phone.text
