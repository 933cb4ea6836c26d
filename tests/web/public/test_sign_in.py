"""Residents at the sign-in pages: a phone, a code over a real socket, and what can go wrong."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.adapters.sms import GatewaySender
from app.clock import Clock
from app.database import db
from app.notices.models import QUEUED, SENT, Message
from app.people.models import Resident, SignInCode
from tests import factories
from tests.actors import Person
from tests.gateway import Gateway, running_gateway
from tests.page import Page

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
def test_when_no_message_goes_the_page_says_so_and_the_message_waits(
    app: Flask, gateway: Gateway, person: Person, clock: Clock, fault: str
) -> None:
    if fault == "500":
        gateway.status = 500
    elif fault == "slow":
        gateway.held.clear()
    else:
        app.extensions["sms"] = GatewaySender("http://127.0.0.1:9/nobody-listens")
    page = ask(person)
    assert page.status == 200 and "바로 보내지 못했습니다" in page.flashes[0]
    assert db.session.query(Message).one().state == QUEUED
    gateway.status = 200
    gateway.held.set()
    app.extensions["sms"] = GatewaySender(gateway.url)
    clock.offset += timedelta(minutes=1)
    result = app.test_cli_runner().invoke(args=["outbox", "run"])
    assert result.exit_code == 0 and "보냄 1" in result.output
    assert enter(person, page, code_in(gateway)).status == 200 and signed_in(person)


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
