"""Setting up polling stations: what may be there, and what is refused."""

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import AuditLine
from app.clock import now, seoul_day, start_of_day
from app.database import db
from app.people.models import DESK_ROLE, STAFF_ROLE
from app.rounds.rules import REGISTER
from app.stations import kiosks, queries, rules, services
from app.stations.models import PollingStation, StationDay, StationShift
from app.stations.services import Place
from tests import factories
from tests.stations.posts import WHO

PLACE = Place("독산1동 주민센터", "Doksan 1-dong", "독산로 1")
DAY = start_of_day(seoul_day(factories.LONG_AGO))
HOUR = timedelta(hours=1)


def kept() -> tuple[int, ...]:
    db.session.rollback()
    return tuple(db.session.query(table).count() for table in (PollingStation, StationDay, StationShift, AuditLine))


def test_a_station_is_added_changed_and_removed_with_its_days_and_shifts(app: Flask) -> None:
    round_ = factories.round_(voters=REGISTER)
    station = services.add_station(round_, PLACE, at=now(), **WHO)
    officer = factories.account(DESK_ROLE)
    services.set_day(station, DAY + 9 * HOUR, DAY + 18 * HOUR, at=now(), **WHO)
    services.set_day(station, DAY + 10 * HOUR, DAY + 18 * HOUR, at=now(), **WHO)
    services.add_shift(station, officer, DAY + 9 * HOUR, DAY + 12 * HOUR, at=now(), **WHO)
    moved = Place("독산1동 강당", "Hall", "독산로 2", factories.area(), (37.45, 126.89))
    services.change_station(station, moved, at=now(), **WHO)
    (day,) = queries.list_days(station.id)
    assert (day.opens_at, station.area, station.latitude) == (DAY + 10 * HOUR, factories.area(), 37.45)
    services.remove_station(station, at=now(), **WHO)
    assert kept()[:3] == (0, 0, 0)


def test_a_round_that_asks_for_nothing_but_a_phone_has_no_stations(app: Flask) -> None:
    round_, before = factories.round_(), kept()
    with pytest.raises(rules.NoRoll):
        services.add_station(round_, PLACE, at=now(), **WHO)
    assert kept() == before


def test_a_name_is_taken_once_in_a_round(app: Flask) -> None:
    round_ = factories.round_(voters=REGISTER)
    services.add_station(round_, PLACE, at=now(), **WHO)
    before = kept()
    with pytest.raises(rules.NameTaken):
        services.add_station(round_, PLACE, at=now(), **WHO)
    assert kept() == before
    services.add_station(factories.round_(voters=REGISTER), PLACE, at=now(), **WHO)


def test_a_station_that_has_had_a_device_stays(app: Flask) -> None:
    station = factories.station(factories.round_(voters=REGISTER))
    kiosk, _token = kiosks.make_kiosk(station, "1번", at=now(), **WHO)
    kiosks.revoke_kiosk(kiosk, at=now(), **WHO)
    before = kept()
    with pytest.raises(rules.StationUsed):
        services.remove_station(station, at=now(), **WHO)
    assert kept() == before


def test_hours_run_forwards_and_within_a_day(app: Flask) -> None:
    station = factories.station(factories.round_(voters=REGISTER))
    officer, before = factories.account(DESK_ROLE), kept()
    for opens, closes in ((18, 9), (9, 9), (20, 26)):
        with pytest.raises(rules.HoursBackwards):
            services.set_day(station, DAY + opens * HOUR, DAY + closes * HOUR, at=now(), **WHO)
    with pytest.raises(rules.HoursBackwards):
        services.add_shift(station, officer, DAY + HOUR, DAY, at=now(), **WHO)
    assert kept() == before


def test_an_officer_serves_at_one_place_at_a_time(app: Flask) -> None:
    round_ = factories.round_(voters=REGISTER)
    one, other = factories.station(round_), factories.station(round_, name="시흥1동 주민센터")
    officer = factories.account(DESK_ROLE)
    services.add_shift(one, officer, DAY + 9 * HOUR, DAY + 12 * HOUR, at=now(), **WHO)
    before = kept()
    with pytest.raises(rules.ShiftOverlaps):
        services.add_shift(other, officer, DAY + 11 * HOUR, DAY + 15 * HOUR, at=now(), **WHO)
    assert kept() == before
    services.add_shift(other, officer, DAY + 12 * HOUR, DAY + 15 * HOUR, at=now(), **WHO)


def test_only_the_programmes_own_desk_officers_serve(app: Flask) -> None:
    station = factories.station(factories.round_(voters=REGISTER))
    others = [
        factories.account(STAFF_ROLE),
        factories.account(DESK_ROLE, of=factories.programme("other")),
        factories.account(DESK_ROLE, ended_at=now()),
    ]
    before = kept()
    for account in others:
        with pytest.raises(rules.NotAnOfficer):
            services.add_shift(station, account, DAY, DAY + HOUR, at=now(), **WHO)
    assert kept() == before


def test_a_device_is_known_by_its_token_until_it_is_revoked(app: Flask) -> None:
    station = factories.station(factories.round_(voters=REGISTER))
    kiosk, token = kiosks.make_kiosk(station, "1번", at=now(), **WHO)
    assert kiosks.find_kiosk(token) == kiosk
    assert kiosks.find_kiosk("") is None
    assert token not in str(vars(kiosk))
    kiosks.revoke_kiosk(kiosk, at=now(), **WHO)
    before = kept()
    kiosks.revoke_kiosk(kiosk, at=now(), **WHO)
    assert (kiosks.find_kiosk(token), kept()) == (None, before)
