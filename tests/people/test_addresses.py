"""A mail address: optional, proved by a code, enciphered, limited, and gone when its owner says so."""

from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask

from app.audit.models import SOME_RESIDENT, AuditLine
from app.clock import Clock, now
from app.database import db
from app.notices.delivery_rules import Person
from app.notices.models import Message
from app.people import addresses, ciphers, rules
from app.people.identity import normalise_mail
from app.people.models import MailAddress, MailCode
from tests import factories

KEY = "k" * 64
MAIL = "hong@home.example"


@pytest.fixture
def person(app: Flask) -> Person:
    return Person(factories.resident().id)


def ask(person: Person, typed: str = MAIL) -> str:
    """The code that was sent."""
    codes: list[str] = []

    def say(code: str) -> tuple[str, str]:
        codes.append(code)
        return "확인", f"인증번호 {code}"

    addresses.ask(person, typed, key=KEY, say=say, at=now())
    return codes[0]


def confirm(person: Person, code: str) -> None:
    addresses.confirm(person, code, key=KEY, at=now())


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_an_address_is_theirs_once_the_code_came_back_and_nobody_reads_it_without_the_key(
    app: Flask, person: Person
) -> None:
    code = ask(person)
    assert addresses.find(person, key=KEY) is None
    confirm(person, code)
    assert addresses.find(person, key=KEY) == MAIL
    row, sent = db.session.query(MailAddress).one(), db.session.query(MailCode).one()
    assert MAIL not in f"{row.cipher} {sent.cipher} {sent.address_key} {sent.person_key}" and code not in sent.code_key
    with pytest.raises(InvalidTag):
        ciphers.decipher("x" * 64, f"mail:{person.resident_id}:", row.cipher)
    with pytest.raises(InvalidTag):
        ciphers.decipher(KEY, f"mail:{(person.resident_id or 0) + 1}:", row.cipher)
    lines = db.session.query(AuditLine).filter(AuditLine.action.like("mail%")).all()
    assert {(one.actor_kind, one.actor_id) for one in lines} == {("system", None)}, "no line says whose"


def test_another_address_takes_the_place_of_the_first_only_when_it_is_confirmed(app: Flask, person: Person) -> None:
    confirm(person, ask(person))
    code = ask(person, "new@home.example")
    assert addresses.find(person, key=KEY) == MAIL
    confirm(person, code)
    assert addresses.find(person, key=KEY) == "new@home.example"
    assert db.session.query(MailAddress).count() == 1


def test_an_address_under_another_key_is_none_and_can_be_given_anew(app: Flask, person: Person) -> None:
    confirm(person, ask(person))
    db.session.query(MailAddress).update({"cipher": ciphers.encipher("x" * 64, "", MAIL)})
    db.session.commit()
    assert addresses.find(person, key=KEY) is None
    confirm(person, ask(person))
    assert addresses.find(person, key=KEY) == MAIL


def test_a_code_is_good_once_for_twenty_minutes_five_tries_and_one_person(
    app: Flask, clock: Clock, person: Person
) -> None:
    code = ask(person)
    with pytest.raises(rules.MailCodeExpired):
        confirm(Person(factories.resident().id), code)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(rules.WrongCode) as caught:
            confirm(person, wrong(code))
        assert caught.value.tries_left == left
    with pytest.raises(rules.WrongCode):
        confirm(person, code)
    late = ask(person)
    clock.offset += rules.MAIL_CODE_LIFE
    with pytest.raises(rules.MailCodeExpired):
        confirm(person, late)
    good = ask(person)
    confirm(person, good)
    with pytest.raises(rules.MailCodeExpired):
        confirm(person, good)


def test_neither_a_person_nor_an_address_is_sent_more_than_five_in_a_day(
    app: Flask, clock: Clock, person: Person
) -> None:
    for number in range(rules.MAIL_CODES_PER_DAY):
        ask(person, f"p{number}@home.example")
        ask(Person(account_id=factories.account().id))
    before = db.session.query(Message).count()
    for who, typed in ((person, "more@home.example"), (Person(factories.resident().id), MAIL.upper())):
        with pytest.raises(rules.TooManyMailCodes):
            ask(who, typed)
    assert db.session.query(Message).count() == before
    clock.offset += timedelta(days=1)
    ask(person)


def test_who_removes_their_address_has_none_and_no_open_code(app: Flask, person: Person) -> None:
    confirm(person, ask(person))
    code = ask(person, "new@home.example")
    for _ in range(2):
        addresses.remove(person, key=KEY, at=now(), by=SOME_RESIDENT)
    assert addresses.find(person, key=KEY) is None
    with pytest.raises(rules.MailCodeExpired):
        confirm(person, code)


def test_codes_go_after_a_day(app: Flask, clock: Clock, person: Person) -> None:
    ask(person)
    assert addresses.forget_old(at=now()) == 0
    clock.offset += timedelta(days=1)
    assert (addresses.forget_old(at=now()), db.session.query(MailCode).count()) == (1, 0)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Hong.Gil@HOME.example ", "Hong.Gil@home.example"),
        ("hong@한표.한국", "hong@xn--vj8b9r.xn--3e0b707e"),
        ("ｈong@home.example", "hong@home.example"),
    ],
)
def test_an_address_is_written_as_servers_take_it(typed: str, address: str) -> None:
    assert normalise_mail(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "hong",
            "@home.example",
            "hong@",
            "hong@home",
            "hong@@home.example",
            "a b@home.example",
            "홍@home.example",
        ),
        *("hong@home.example\nBcc: all@x.example", "hong@home.example, kim@home.example", "<hong@home.example>"),
        *(".a@home.example", "a..b@home.example", f"{'a' * 65}@home.example", f"a@{'b.' * 130}kr", "a@127.0.0.1"),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(rules.NotAMailAddress):
        normalise_mail(typed)
