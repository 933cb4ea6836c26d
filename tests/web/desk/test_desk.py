"""The desk: an officer with an identity card before them."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask

from app.audit.models import AuditLine
from app.ballots import rules as ballots
from app.ballots import services as casting
from app.clock import Clock
from app.database import db
from app.people import passwords
from app.people.models import DESK_ROLE
from app.roll.models import RollEntry
from app.rounds.rules import LIST
from app.stations.models import DeskPin, Kiosk
from tests import factories
from tests.actors import Person
from tests.ballots.elections import TOKENS, picks
from tests.page import Page
from tests.stations.posts import BORN, Post, entry, numbers, post, second_officer

# What the databases must agree on is in tests/stations, which runs on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PASSWORD = "세금은-주민이-정합니다"


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


def desk(app: Flask, at: Post) -> tuple[Person, Page]:
    person = Person(app, at.officer)
    return person, person.get(f"/desk/{at.station.id}")


def look_up(app: Flask, at: Post, name: str = "김어른") -> tuple[Person, Page]:
    person, page = desk(app, at)
    return person, person.submit(page, button="명부에서 찾기", name=name, born_on=BORN.isoformat())


def cast_by_phone(at: Post, voter: RollEntry) -> None:
    casting.cast_as_entry(at.round.id, voter, picks(at.round), channel=ballots.MOBILE, token=TOKENS[0])


def rows() -> tuple[int, int]:
    db.session.rollback()
    return db.session.query(RollEntry).count(), db.session.query(DeskPin).count()


def test_an_officer_comes_from_the_list_of_their_turns_to_the_desk(app: Flask, clock: Clock) -> None:
    at = post(clock)
    person = Person(app, at.officer)
    assert person.get(person.get("/desk/").link("창구 열기")).has("명부에서 찾기")
    clock.offset += timedelta(days=9)
    assert person.get("/desk/").has("지금은 근무 시간이 아닙니다")
    assert person.status(f"/desk/{at.station.id}") == 404


def test_somebody_new_is_put_on_the_register_and_gets_a_pin_that_is_shown_once(app: Flask, clock: Clock) -> None:
    at = post(clock)
    person, page = look_up(app, at)
    assert page.h1 == "명부에 올리기"
    refused = person.submit(page, button="명부에 올리기", area="", basis="address")
    assert (refused.status, refused.errors, rows()) == (422, ["어느 동인지 골라 주세요."], (0, 0))
    found = person.submit(refused, button="명부에 올리기", area=str(factories.area().id), basis="address")
    assert found.h1 == "명부에서 찾았습니다"
    slip = person.submit(found, button="투표 번호 내주기")
    digits = slip.soup.select_one(".pin").get_text().replace(" ", "")
    assert len(digits) == 6 and digits.isdecimal()
    assert (rows(), numbers(at.station)) == ((1, 1), {"alone": (1, 0)})
    (kept,) = db.session.query(RollEntry)
    assert (kept.source, kept.phone_key) == ("desk", None)
    assert digits not in str(vars(db.session.query(DeskPin).one()))


def test_who_came_by_phone_before_goes_on_with_the_same_entry(app: Flask, clock: Clock) -> None:
    at = post(clock)
    entry(at.round, phone_key="a phone")
    person, found = look_up(app, at, "김 어른")
    assert found.has("가산동 · 70세 이상")
    person.submit(found, button="투표 번호 내주기")
    assert rows() == (1, 1)


def test_that_somebody_has_voted_is_told_to_whoever_typed_them_and_leaves_a_line(app: Flask, clock: Clock) -> None:
    at = post(clock)
    voter = entry(at.round, phone_key="a phone")
    cast_by_phone(at, voter)
    _person, found = look_up(app, at)
    assert found.has("이미 투표했습니다: 가산동 · 70세 이상")
    assert not found.has("투표 번호 내주기")
    (line,) = db.session.query(AuditLine).filter_by(action="desk.look_up")
    assert (line.actor_id, line.fields) == (at.officer.id, {"found": 1, "voted": 1})


def test_who_voted_between_being_found_and_the_pin_gets_none(app: Flask, clock: Clock) -> None:
    at = post(clock)
    voter = entry(at.round, phone_key="a phone")
    person, found = look_up(app, at)
    cast_by_phone(at, voter)
    refused = person.submit(found, button="투표 번호 내주기")
    assert (refused.status, refused.has("이미 투표하셨습니다"), rows()) == (409, True, (1, 0))


def test_another_person_of_the_same_name_and_birth_date_is_added_with_a_reason(app: Flask, clock: Clock) -> None:
    at = post(clock)
    cast_by_phone(at, entry(at.round, phone_key="a phone"))
    person, found = look_up(app, at)
    filled = {"area": str(factories.area().id), "basis": "address"}
    refused = person.submit(found, button="다른 사람으로 올리기", **filled)
    assert (refused.status, refused.errors, rows()) == (422, ["까닭을 적어 주세요."], (1, 0))
    added = person.submit(refused, button="다른 사람으로 올리기", reason="신분증의 주소가 다름", **filled)
    person.submit(added, button="투표 번호 내주기")
    assert rows() == (2, 1)
    (line,) = db.session.query(AuditLine).filter_by(action="roll.add_twin")
    assert line.fields == {"reason": "신분증의 주소가 다름"}
    _person, both = look_up(app, at)
    assert both.has("이미 투표했습니다: 가산동 · 70세 이상") and both.has("투표 번호 내주기")


def test_nobody_is_served_who_was_not_looked_up_at_this_desk_by_this_officer(app: Flask, clock: Clock) -> None:
    at = post(clock)
    voter = entry(at.round)
    person, found = look_up(app, at)
    form = found.form(button="투표 번호 내주기")
    other = Person(app, second_officer(at.station))
    token = other.get(f"/desk/{at.station.id}").form(button="명부에서 찾기").data["csrf_token"][0]
    stolen = {"seen": form.data["seen"][0], "entry": voter.id, "help": "alone", "csrf_token": token}
    assert other.post(f"/desk/{at.station.id}/pins", stolen).status == 400
    clock.offset += timedelta(minutes=15)
    assert person.submit(found, button="투표 번호 내주기").status == 400
    assert rows() == (1, 0)


def test_somebody_who_is_not_on_a_list_is_told_so(app: Flask, clock: Clock) -> None:
    at = post(clock, voters=LIST)
    _person, page = look_up(app, at)
    assert (page.status, page.has("명부에서 찾지 못했습니다"), rows()) == (404, True, (0, 0))


def test_a_helped_vote_needs_a_second_officer_with_their_own_password(app: Flask, clock: Clock) -> None:
    at = post(clock)
    entry(at.round)
    second, away = second_officer(at.station, login="second"), factories.account(DESK_ROLE, login="away")
    second.password_hash = away.password_hash = passwords.hash_password(PASSWORD)
    db.session.commit()
    person, found = look_up(app, at)
    for login, password, fault in (
        (second.login, "틀린-비밀번호-입니다", "아이디나 비밀번호가 맞지 않습니다"),
        (away.login, PASSWORD, "지금 이 투표소에서 근무 중인 담당자가 아닙니다."),
    ):
        refused = person.submit(found, button="투표 번호 내주기", help="sight", login=login, password=password)
        assert (refused.status, fault in refused.errors[0], rows()) == (422, True, (1, 0))
        assert password not in str(refused.soup)
    slip = person.submit(found, button="투표 번호 내주기", help="sight", login=second.login, password=PASSWORD)
    assert slip.has("두 사람이 함께 돕는 투표입니다. 까닭: 보기 어려움")
    assert numbers(at.station) == {"sight": (1, 0)}


def test_the_device_becomes_a_kiosk_and_the_officer_is_signed_out_on_it(app: Flask, clock: Clock) -> None:
    at = post(clock)
    person, page = desk(app, at)
    start = person.submit(person.get(page.link("이 기기를 단말기로 만들기")), button="단말기로 만들기", name="창가")
    assert start.h1 == "투표 번호를 눌러 주세요" and start.has("가산동 주민센터 · 창가")
    cookie = person.client.get_cookie("hanpyo-kiosk", path="/kiosk/")
    assert cookie is not None and cookie.http_only and cookie.same_site == "Strict" and cookie.max_age
    assert person.client.get("/desk/").status_code == 302
    other, page = desk(app, at)
    (row,) = [tr for tr in page.soup.select("tbody tr") if "창가" in tr.get_text()]
    kiosk = db.session.query(Kiosk).filter_by(name="창가").one()
    form = page.form(action=f"/kiosks/{kiosk.id}/revoke")
    form.submit(other.client)
    assert row and person.status("/kiosk/") == 404
