"""Polling stations at the office's table, and the list that residents read."""

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import Clock, now
from app.database import db
from app.people.models import DESK_ROLE, STAFF_ROLE
from app.rounds.rules import REGISTER
from app.stations.models import PollingStation, StationDay, StationShift
from tests import factories
from tests.actors import Person
from tests.ballots.elections import published
from tests.stations.posts import post

# What the databases must agree on is in tests/stations, which runs on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PLACE = {"name_ko": "독산1동 주민센터", "name_en": "Doksan 1-dong", "address": "독산로 1"}


def rows() -> list[int]:
    db.session.rollback()
    return [db.session.query(table).count() for table in (PollingStation, StationDay, StationShift)]


def test_staff_make_a_station_with_days_and_shifts_and_residents_find_it(app: Flask, clock: Clock) -> None:
    round_ = published(clock, voters=REGISTER)
    officer, staff = factories.account(DESK_ROLE), Person(app, factories.account(STAFF_ROLE))
    page = staff.get(staff.get(f"/office/rounds/{round_.id}/stations").link("투표소 만들기"))
    refused = staff.submit(page, button="저장하기", **{**PLACE, "latitude": "강당", "longitude": "181"})
    assert refused.errors == ["숫자로 입력해 주세요. 예: 37.456900", "180 이하로 입력해 주세요."]
    refused = staff.submit(refused, button="저장하기", latitude="37.4569", longitude="")
    assert (refused.errors, rows()) == (["위도와 경도를 모두 쓰거나 모두 비워 주세요."], [0, 0, 0])
    detail = staff.submit(refused, button="저장하기", longitude="126.8955")
    later, sooner = now() + timedelta(minutes=5), now() - timedelta(minutes=5)
    open_, closed = (at.astimezone().isoformat(timespec="minutes") for at in (sooner, later))
    refused = staff.submit(detail, button="여는 날 정하기", opens_at=closed, closes_at=open_)
    assert (refused.status, rows()) == (422, [1, 0, 0])
    detail = staff.submit(detail, button="근무 정하기", officer=str(officer.id), starts_at=open_, ends_at=closed)
    refused = staff.submit(detail, button="근무 정하기", officer=str(officer.id), starts_at=open_, ends_at=closed)
    assert refused.errors == ["이 담당자는 그 시간에 이미 다른 근무가 있습니다."]
    assert rows() == [1, 0, 1]
    public = Person(app).get(Person(app).get("/vote").link("현장투표소에서 투표하기"))
    assert (
        public.has("독산1동 주민센터")
        and public.has("지금 닫힘")
        and public.link("지도 앱").startswith("geo:37.456900,")
    )
    staff.submit(staff.get(detail.link("지우기")), button="지우기")
    assert rows() == [0, 0, 0]


def test_a_station_that_is_open_now_says_so(app: Flask, clock: Clock) -> None:
    at = post(clock)
    day = db.session.query(StationDay).one()
    day.opens_at, day.closes_at = now() - timedelta(minutes=5), now() + timedelta(minutes=5)
    db.session.commit()
    assert Person(app).get(f"/rounds/{at.round.id}/stations").has("지금 열림")


def test_where_a_phone_is_enough_there_are_no_stations_and_the_page_says_why(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    staff = Person(app, factories.account(STAFF_ROLE))
    page = staff.get(f"/office/rounds/{round_.id}/stations")
    assert page.has("명부를 두지 않아 현장투표소를 둘 수 없습니다")
    refused = staff.get(f"/office/rounds/{round_.id}/stations/new")
    assert (refused.status, refused.has("현장투표소를 둘 수 없습니다"), rows()) == (409, True, [0, 0, 0])
    assert Person(app).get(f"/rounds/{round_.id}/stations").has("이 회차에는 현장투표소가 없습니다")


def test_a_station_in_use_is_not_removed(app: Flask, clock: Clock) -> None:
    at = post(clock)
    staff, before = Person(app, factories.account(STAFF_ROLE)), rows()
    refused = staff.submit(staff.get(f"/office/stations/{at.station.id}/remove"), button="지우기")
    assert (refused.status, rows()) == (409, before)
