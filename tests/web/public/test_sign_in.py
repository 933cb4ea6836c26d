"""Residents at the sign-in pages: a phone, a code over a real socket, and what can go wrong."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.adapters.sms import GatewaySender
from app.audit.models import AuditLine
from app.clock import Clock
from app.database import db
from app.notices.models import QUEUED, SENT, Message, SmsBreaker, SmsOutage
from app.people import codes
from app.people.models import Resident, SignInCode
from app.rounds import rules as rounds
from tests import factories
from tests.actors import Person
from tests.gateway import Gateway, running_gateway
from tests.page import Page
from tests.roll.lists import HONG, list_round, take, text

TYPED = "010-1234-5678"


@pytest.fixture
def gateway(app: Flask) -> Iterator[Gateway]:
    with running_gateway() as gateway:
        app.extensions["sms"] = GatewaySender(gateway.url, timeout=0.5)
        yield gateway


@pytest.fixture
def person(app: Flask) -> Person:
    return Person(app)


def ask(person: Person, phone: str = TYPED, path: str = "/sign-in") -> Page:
    return person.submit(person.get(path), button="인증번호 받기", phone=phone)


def enter(person: Person, page: Page, code: str) -> Page:
    return person.submit(page, button="로그인하기", code=code)


def code_in(gateway: Gateway) -> str:
    found = re.search(r"\d{6}", str(gateway.taken[-1]["text"]))
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def signed_in(person: Person) -> bool:
    with person.client.session_transaction() as session:
        return "_user_id" in session


def test_a_resident_signs_in_with_phone_and_code_and_signs_out(gateway: Gateway, person: Person) -> None:
    page = ask(person)
    assert page.h1 == "인증번호 입력" and page.has(TYPED)
    assert gateway.taken[0]["to"] == "+821012345678"
    code = code_in(gateway)
    page = enter(person, page, f" {code[:3]} {code[3:]} ")
    assert page.has("로그아웃") and signed_in(person)
    assert db.session.query(Message).one().state == SENT
    page = person.post("/sign-out", {"csrf_token": token(page)})
    assert "로그아웃했습니다." in page.flashes and not signed_in(person)


def token(page: Page) -> str:
    return str(page.soup.find("input", {"name": "csrf_token"})["value"])


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_the_code_is_one_sms_in_either_language(app: Flask, gateway: Gateway, locale: str) -> None:
    person = Person(app, locale=locale)
    page = person.get("/sign-in")
    person.post("/sign-in", {"phone": TYPED, "csrf_token": token(page)})
    assert len(gateway.taken[0]["text"].encode("euc-kr")) <= 90


def test_known_and_unknown_phones_get_the_same_answer(app: Flask, gateway: Gateway, clock: Clock) -> None:
    first = Person(app)
    enter(first, ask(first), code_in(gateway))
    assert db.session.query(Resident).count() == 1
    answers = []
    for phone in (TYPED, "010-8765-4321"):
        page = ask(Person(app), phone)
        html = page.response.get_data(as_text=True).replace(token(page), "").replace(phone, "")
        answers.append((page.status, html))
    assert answers[0] == answers[1]


def test_where_one_was_going_is_where_one_arrives(gateway: Gateway, person: Person) -> None:
    page = ask(person, path="/sign-in?next=/privacy%3Fa%3D1")
    code = code_in(gateway)
    page = enter(person, page, wrong(code))
    assert enter(person, page, code).h1 == "개인정보 처리 안내"


def test_nobody_is_sent_to_another_site(gateway: Gateway, app: Flask) -> None:
    elsewhere = ("https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example")
    for n, target in enumerate((*elsewhere, "javascript:x")):
        person = Person(app)
        page = person.get("/sign-in")
        person.post("/sign-in", {"phone": f"010-1234-567{n}", "next": target, "csrf_token": token(page)})
        data = {"code": code_in(gateway), "next": target, "csrf_token": token(person.get("/sign-in/code"))}
        response = person.client.post("/sign-in/code", data=data)
        assert (response.status_code, response.headers["Location"]) == (302, "/"), repr(target)


def test_what_is_no_mobile_number_is_said_at_the_field_and_kept(gateway: Gateway, person: Person) -> None:
    for typed in ("", "02-123-4567", "010-123-4567", "전화", "<script>"):
        page = ask(person, typed)
        assert page.status == 422 and page.title.startswith("오류: ")
        assert page.form(button="인증번호 받기").data["phone"] == [typed]
        assert len(page.errors) == 1 and "휴대전화 번호를" in page.errors[0]
    assert gateway.taken == [] and db.session.query(SignInCode).count() == 0


def test_what_is_no_code_costs_no_try(gateway: Gateway, person: Person) -> None:
    page = ask(person)
    for typed in ("", "12345", "1234567", "abcdef"):
        page = enter(person, page, typed)
        assert page.status == 422 and len(page.errors) == 1
    assert db.session.query(SignInCode).one().attempts == 0


def test_a_wrong_code_says_how_many_tries_are_left_and_then_to_get_another(gateway: Gateway, person: Person) -> None:
    page = ask(person)
    code = code_in(gateway)
    for left in (4, 3, 2, 1):
        page = enter(person, page, wrong(code))
        assert page.status == 422 and page.errors == [f"인증번호가 맞지 않습니다. {left}번 더 입력할 수 있습니다."]
    page = enter(person, page, wrong(code))
    assert page.errors == ["인증번호를 다섯 번 잘못 입력하셨습니다. 인증번호를 다시 받아 주세요."]
    page = enter(person, page, code)
    assert page.status == 422 and not signed_in(person)
    page = person.submit(page, button="인증번호 다시 받기")
    assert enter(person, page, code_in(gateway)).status == 200 and signed_in(person)


def test_a_code_too_late_is_said_to_be(gateway: Gateway, person: Person, clock: Clock) -> None:
    page = ask(person)
    clock.offset += timedelta(minutes=5)
    page = enter(person, page, code_in(gateway))
    assert page.status == 422 and "5분이 지났거나" in page.errors[0] and not signed_in(person)


def test_a_code_is_of_no_use_in_another_browser(app: Flask, gateway: Gateway, person: Person) -> None:
    ask(person)
    stolen = code_in(gateway)
    thief = Person(app)
    page = enter(thief, ask(thief), stolen)
    assert page.status == 422 and not signed_in(thief)


def test_too_many_codes_says_when_again(gateway: Gateway, person: Person) -> None:
    page = ask(person)
    for _ in range(4):
        page = person.submit(page, button="인증번호 다시 받기")
        assert page.flashes == ["인증번호를 다시 보냈습니다. 가장 나중에 받은 번호를 입력해 주세요."]
    page = person.submit(page, button="인증번호 다시 받기")
    assert re.search(r"\d+월 \d+일\(.\) \d\d:\d\d부터 다시 받을 수 있습니다", page.flashes[0])
    page = ask(person)
    assert page.status == 422 and "너무 여러 번" in page.errors[0]
    assert len(gateway.taken) == 5


@pytest.mark.parametrize("fault", ["500", "slow", "down"])
def test_a_message_that_does_not_go_at_once_goes_later_and_the_page_said_what_to_do(
    app: Flask, gateway: Gateway, person: Person, clock: Clock, fault: str
) -> None:
    if fault == "500":
        gateway.status = 500
    elif fault == "slow":
        gateway.held.clear()
    else:
        app.extensions["sms"] = GatewaySender("http://127.0.0.1:9/nobody-listens")
    page = ask(person)
    assert page.status == 200 and page.has("1분쯤 기다려 보시고, 오지 않으면")
    assert db.session.query(Message).one().state == QUEUED
    gateway.status = 200
    gateway.held.set()
    app.extensions["sms"] = GatewaySender(gateway.url)
    clock.offset += timedelta(minutes=1)
    result = app.test_cli_runner().invoke(args=["outbox", "run"])
    assert result.exit_code == 0 and "보냄 1" in result.output
    assert enter(person, page, code_in(gateway)).status == 200 and signed_in(person)


def shut(clock: Clock, reason: str = "away") -> None:
    breaker = db.session.get_one(SmsBreaker, 1)
    breaker.shut_until, breaker.reason = clock.now() + timedelta(minutes=1), reason
    db.session.commit()


def nothing_changed(gateway: Gateway) -> bool:
    db.session.rollback()
    return (gateway.taken, db.session.query(SignInCode).count(), db.session.query(Message).count()) == ([], 0, 0)


def test_while_no_texts_go_the_page_says_so_at_once_and_whom_to_ring_and_takes_no_code_on(
    app: Flask, gateway: Gateway, clock: Clock
) -> None:
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], help_phone="02-2627-0000 (평일 9시~18시)")
    shut(clock)
    person = Person(app)
    assert person.get("/sign-in").has("지금은 문자를 보내는 곳에 문제가 있어")
    page = ask(person)
    assert page.status == 503 and page.errors == [], "there is nothing that they could mend"
    assert re.search(r"\d\d:\d\d부터 다시 해 보실 수 있습니다", page.soup.get_text())
    assert page.form(button="인증번호 받기").data["phone"] == [TYPED]
    assert page.has("도움 전화: 02-2627-0000 (평일 9시~18시)") and page.has("투표소에서 투표하거나")
    assert nothing_changed(gateway)
    clock.offset += timedelta(minutes=1)
    assert ask(person).h1 == "인증번호 입력" and len(gateway.taken) == 1
    assert not person.get("/sign-in").has("지금은 문자를 보내는 곳에")


def test_who_asks_in_vain_is_counted_once_an_hour_without_a_name(app: Flask, gateway: Gateway, clock: Clock) -> None:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    clock.offset -= clock.now() - hour
    shut(clock)
    first, second = Person(app), Person(app)
    for person in (first, first, second):
        ask(person)
    clock.offset += timedelta(hours=1)
    shut(clock)
    ask(first)
    outages = db.session.query(SmsOutage).order_by(SmsOutage.hour).all()
    assert [(one.hour, one.reason, one.people) for one in outages] == [
        (hour, "shut", 2),
        (hour + timedelta(hours=1), "shut", 1),
    ]
    told = [line.fields for line in db.session.query(AuditLine).filter_by(action="sms.unserved")]
    assert [set(fields) for fields in told] == [{"reason", "hour"}] * 3


@pytest.mark.parametrize(("limit", "phones"), [("per_minute", 2), ("per_hour", 2), ("per_day", 2), ("per_prefix", 2)])
def test_when_as_many_texts_went_as_may_the_page_says_when_again(
    app: Flask, gateway: Gateway, clock: Clock, limit: str, phones: int
) -> None:
    config = app.extensions["hanpyo"]
    app.extensions["hanpyo"] = replace(config, code_limits=replace(config.code_limits, **{limit: phones}))
    for number in range(phones):
        assert ask(Person(app), f"010-1234-000{number}").h1 == "인증번호 입력"
    page = ask(Person(app), "010-1234-0009")
    assert page.status == 503 and page.has("모두 보내 지금은 인증번호를 보낼 수 없습니다")
    assert re.search(r"\d\d:\d\d부터 다시 받을 수 있습니다", page.soup.get_text())
    db.session.rollback()
    assert (len(gateway.taken), db.session.query(SignInCode).count()) == (phones, phones)
    assert db.session.query(SmsOutage).one().reason == "spent"
    other = ask(Person(app), "010-8765-4321")
    assert (other.h1 == "인증번호 입력") == (limit == "per_prefix")


def test_one_browser_gets_ten_codes_an_hour_to_whatever_phones(app: Flask, gateway: Gateway, person: Person) -> None:
    for number in range(10):
        assert ask(person, f"010-1234-000{number}").h1 == "인증번호 입력"
    page = ask(person, "010-1234-0010")
    assert page.status == 422 and page.errors[0].startswith("이 브라우저에서 인증번호를 너무 여러 번 받았습니다.")
    assert len(gateway.taken) == 10 and db.session.query(SignInCode).count() == 10
    assert ask(Person(app), "010-1234-0010").h1 == "인증번호 입력"


def test_while_codes_are_sprayed_each_is_good_for_one_try_and_nobody_is_shut_out(
    app: Flask, gateway: Gateway, person: Person
) -> None:
    config = app.extensions["hanpyo"]
    app.extensions["hanpyo"] = replace(config, code_limits=replace(config.code_limits, wrong_per_hour=2))
    sprayer = Person(app)
    page = ask(sprayer, "010-8765-4321")
    for _ in range(2):
        page = enter(sprayer, page, wrong(code_in(gateway)))
    page = enter(sprayer, page, code_in(gateway))
    assert page.status == 422 and not signed_in(sprayer), "a code that was tried twice is of no use any more"
    page = ask(person)
    page = enter(person, page, wrong(code_in(gateway)))
    assert "인증번호 하나를 한 번만 입력할 수 있습니다" in page.errors[0]
    page = person.submit(page, button="인증번호 다시 받기")
    assert enter(person, page, code_in(gateway)).status == 200 and signed_in(person)


def test_whom_no_text_may_go_to_sees_the_same_to_the_byte(
    app: Flask, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not on the list of the round. All the way to the last code of the hour, and with a wrong code typed each time."""

    def seen(phone: str) -> list[tuple[int, str]]:
        person, pages = Person(app), []
        page = person.submit(person.get(f"/sign-in?next=/vote/{round_id}"), phone=phone)
        for _ in range(5):
            pages.append(page)
            pages.append(enter(person, page, "000000"))
            page = person.submit(page, button="인증번호 다시 받기")
        pages.append(page)
        said = [page.response.get_data(as_text=True).replace(token(page), "").replace(phone, "") for page in pages]
        return [(page.status, re.sub(r"\d\d:\d\d", "", html)) for page, html in zip(pages, said, strict=True)]

    monkeypatch.setattr(codes.secrets, "randbelow", lambda _most: 123456)
    round_ = list_round()
    take(round_, text(HONG))
    round_id = round_.id
    told = seen("010-1234-5678")
    assert seen("010-8765-4321") == told
    assert {message["to"] for message in gateway.taken} == {"+821012345678"} and len(gateway.taken) == 5


def test_the_code_page_without_a_phone_leads_to_the_first_page(app: Flask, person: Person) -> None:
    assert person.get("/sign-in/code?next=/privacy").h1 == "휴대전화로 로그인"
    page = person.get("/sign-in")
    assert person.post("/sign-in/again", {"csrf_token": token(page)}).status == 404


def test_a_form_without_its_token_is_refused_in_words(gateway: Gateway, person: Person) -> None:
    page = person.post("/sign-in", {"phone": TYPED})
    assert page.status == 400 and page.has("페이지가 오래되어 보낼 수 없었습니다")
    assert gateway.taken == []


def test_a_get_sends_nothing_and_signs_nobody_out(app: Flask, gateway: Gateway) -> None:
    resident = Person(app, factories.resident())
    assert resident.status("/sign-out") == 405 and resident.status("/sign-in/again") == 405
    assert signed_in(resident)
    assert resident.status(f"/sign-in?phone={TYPED}") == 200 and gateway.taken == []


def test_nothing_of_an_earlier_person_is_left_in_the_session(app: Flask, gateway: Gateway) -> None:
    officer = factories.account("staff")
    shared = Person(app, officer)
    with shared.client.session_transaction() as session:
        session["left_behind"] = "something"
    enter(shared, ask(shared), code_in(gateway))
    with shared.client.session_transaction() as session:
        assert session["_user_id"].startswith("resident:")
        assert "left_behind" not in session and "phone" not in session and "browser" not in session
        assert session["_fresh"] is True


def test_polling_stations_are_spoken_of_where_there_are_any(app: Flask) -> None:
    words = "투표 안내에서 현장투표소 찾기"
    assert words not in Person(app).get("/sign-in").text
    station = factories.station(factories.round_(voters=rounds.REGISTER))
    assert words in Person(app).get("/sign-in").text
    station.round.state = rounds.RESULTS_PUBLISHED
    db.session.commit()
    assert words not in Person(app).get("/sign-in").text
