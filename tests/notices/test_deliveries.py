"""What is told goes out as each person wants it, over real sockets: at once, at night, once a day, or not; and whatever
is down or dies, nothing is lost."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.adapters import mail, sms
from app.adapters.mail import Mail, SmtpMailer
from app.adapters.sms import GatewaySender
from app.audit import services as audit
from app.audit.models import SOME_RESIDENT, SYSTEM
from app.clock import Clock, now, seoul_day, start_of_day
from app.config import Config, Outgoing
from app.database import db, transaction
from app.notices import delivery_queries as queries
from app.notices import delivery_rules as rules
from app.notices import delivery_services as services
from app.notices import letter_rules as letters
from app.notices import letter_services
from app.notices import rules as messages
from app.notices import services as sending
from app.notices.delivery_rules import DIGEST, MAIL, NONE, SMS, Person
from app.notices.letter_models import Delivery, Notice
from app.notices.models import FAILED, Message
from app.people import addresses, ciphers
from app.people import services as people
from app.people.models import MailAddress, Resident
from app.proposals.models import Proposal
from app.proposals.telling import tell_proposer
from app.rounds import rules as rounds
from app.web import outgoing
from tests import factories
from tests.gateway import Gateway, running_gateway
from tests.post import Post, running_post

CAUSE = audit.declare("test.step", "test")
ADDRESS, PHONE = "hong@home.example", "010-1234-5678"
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def gateway(app: Flask) -> Iterator[Gateway]:
    with running_gateway() as gateway:
        app.extensions["sms"] = GatewaySender(gateway.url)
        yield gateway


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    with running_post() as post:
        app.extensions["mailer"] = SmtpMailer(post.settings())
        yield post


@pytest.fixture(autouse=True)
def noon(clock: Clock) -> None:
    set_hour(clock, 12)


def set_hour(clock: Clock, hour: int, minute: int = 0) -> None:
    """The next time that it is so late in Seoul."""
    today = start_of_day(seoul_day(clock.now())) + timedelta(hours=hour, minutes=minute)
    clock.offset += (today if today > clock.now() else today + timedelta(days=1)) - clock.now()


def give_address(app: Flask, person: Resident, address: str = ADDRESS) -> None:
    key = app.extensions["hanpyo"].identity_key
    cipher = ciphers.encipher(key, f"mail:{person.id}:", address)
    factories.keep(MailAddress(resident_id=person.id, cipher=cipher, confirmed_at=now()))


def wish(person: Resident, language: str = "ko", **ways: str) -> None:
    services.save_wishes(Person(person.id), ways, language, at=now(), by=SOME_RESIDENT)


def proposal(**settings: Any) -> Proposal:
    return factories.proposal(factories.round_(running=rounds.INTAKE), title="그늘 쉼터", **settings)


def tell(of: Proposal, kind: str = letters.SUBMITTED, **facts: Any) -> None:
    at = now()
    with transaction():
        tell_proposer(of, kind, at=at, **facts)
        audit.record(CAUSE, None, at=at, by=SYSTEM)


def tick(app: Flask) -> None:
    """What `flask tick` does of it."""
    outgoing.pack_due(now())
    sending.deliver_queued(sms.sender(), mailer=mail.mailer())
    db.session.expire_all()


def flask_tick(app: Flask) -> str:
    done = app.test_cli_runner().invoke(args=["tick"])
    assert done.exit_code == 0, done.output
    db.session.expire_all()
    return done.output


def progress() -> list[tuple[str, str]]:
    db.session.rollback()
    db.session.expire_all()
    return [(one.channel, one.progress) for one in db.session.query(Delivery).order_by(Delivery.id)]


# In the transaction of the step


def test_a_notice_and_what_is_to_go_out_live_and_die_with_the_step(app: Flask) -> None:
    mine = proposal()
    with pytest.raises(RuntimeError, match="the step failed"), transaction():
        tell_proposer(mine, letters.LEFT_OUT, at=now())
        raise RuntimeError("the step failed")
    assert (progress(), db.session.query(Notice).count()) == ([], 0)
    tell(mine, letters.LEFT_OUT)
    assert sorted(progress()) == [("mail", "waiting"), ("sms", "waiting")]


def test_what_waits_holds_neither_words_nor_number_nor_address(app: Flask) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    give_address(app, mine.resident)
    tell(mine, letters.LEFT_OUT)
    rows = [dict(row._mapping) for row in db.session.execute(text("SELECT * FROM delivery, mail_address"))]
    assert rows and not re.search("쉼터|1234|home.example", str(rows))


# By mail


def test_a_mail_says_what_happened_where_it_stands_and_how_to_get_no_more(app: Flask, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    assert "보냄 1, 보내지 못함 0" in flask_tick(app)
    (letter,) = post.taken
    assert letter["To"] == ADDRESS and letter["Subject"] == "현장심사 방문일: 그늘 쉼터"
    body = letter.get_content()
    assert "제안 ‘그늘 쉼터’의 현장심사를" in body and f"http://localhost/my/proposals/{mine.id}" in body
    assert letter["List-Unsubscribe"].strip("<>") in body and "/my/notices/settings" in body
    assert progress() == [("mail", "sent")]
    message = db.session.query(Message).one()
    assert (message.recipient, message.subject, message.body, message.unsubscribe) == ("", "", "", "")
    assert flask_tick(app) == "" and len(post.taken) == 1


def test_who_wants_it_otherwise_or_gave_no_address_gets_none(app: Flask, post: Post, gateway: Gateway) -> None:
    first, second = proposal(), proposal()
    give_address(app, first.resident)
    wish(first.resident, visit_planned=NONE)
    for one in (first, second):
        tell(one, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    assert progress() == [("mail", "unwanted")] * 2
    assert (post.taken, gateway.taken, db.session.query(Notice).count()) == ([], [], 2), "on the site all is told"


def test_what_can_wait_comes_once_a_day_in_one_mail_in_the_persons_language(
    app: Flask, clock: Clock, post: Post
) -> None:
    mine, other = proposal(), proposal()
    give_address(app, mine.resident)
    wish(mine.resident, "en", visit_planned=DIGEST)
    tell(mine)
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    give_address(app, other.resident, "kim@home.example")
    tick(app)
    assert progress() == [("mail", "digest")] * 2 and post.taken == []
    set_hour(clock, 8, 1)
    tick(app)
    (letter,) = post.taken
    assert letter["Subject"] == "[Hanpyo] 2 notices" and letter["To"] == ADDRESS, "and nobody else, who had nothing"
    body = letter.get_content()
    assert "We have received your proposal" in body and "will be visited on" in body
    set_hour(clock, 8, 1)
    tick(app)
    assert len(post.taken) == 1 and progress() == [("mail", "sent")] * 2


def test_without_a_mail_server_no_mail_is_made(app: Flask) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    tell(mine)
    tick(app)
    assert (progress(), db.session.query(Message).count()) == ([("mail", "unwanted")], 0)


def test_a_reminder_never_waits_for_a_digest_and_does_not_come_after_its_day(
    app: Flask, clock: Clock, post: Post
) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    with pytest.raises(rules.WayUnknown):
        wish(mine.resident, answer_due=DIGEST)
    db.session.rollback()
    post.answer = "451 4.3.0 later"
    until = now() + timedelta(hours=20)
    tell(mine, letters.ANSWER_DUE, answer_until=until.isoformat())
    tick(app)
    tell(mine, letters.ANSWER_DUE, answer_until=until.isoformat())
    assert ("mail", "queued") in progress() and ("mail", "waiting") in progress()
    post.answer, post.taken = "250 OK", []
    clock.offset += timedelta(hours=20)
    tick(app)
    assert post.taken == []
    assert sorted(progress()) == [("mail", "failed"), ("mail", "unwanted"), ("sms", "unwanted"), ("sms", "unwanted")]


# By SMS


def test_the_steps_that_matter_go_by_sms_to_who_left_a_number_and_no_address(app: Flask, gateway: Gateway) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    mine.title = "그늘 🌳 쉼터 " + "가" * 40
    db.session.commit()
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tell(mine, letters.LEFT_OUT)
    tick(app)
    (message,) = gateway.taken
    assert message["to"] == "+821012345678" and message["text"].startswith("[한표] ‘그늘 ? 쉼터")
    assert messages.sms_bytes(message["text"]) <= messages.SMS_BYTES
    assert sorted(progress()) == [("mail", "unwanted"), ("mail", "unwanted"), ("sms", "sent")]


def test_no_sms_goes_to_a_number_that_somebody_only_typed(app: Flask, gateway: Gateway) -> None:
    tell(proposal(by=factories.resident(phone=PHONE)), letters.LEFT_OUT)
    tick(app)
    assert (gateway.taken, progress()) == ([], [("sms", "unwanted"), ("mail", "unwanted")])


@pytest.mark.parametrize(("hour", "waits"), [(20, False), (21, True), (7, True), (8, False)])
def test_no_sms_rings_at_night_and_it_comes_in_the_morning(
    app: Flask, clock: Clock, gateway: Gateway, hour: int, waits: bool
) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    set_hour(clock, hour, 30)
    tell(mine, letters.LEFT_OUT)
    tick(app)
    assert len(gateway.taken) == (not waits)
    set_hour(clock, 8)
    tick(app)
    assert len(gateway.taken) == 1


def test_an_sms_that_could_not_go_in_the_evening_is_not_tried_at_night(
    app: Flask, clock: Clock, gateway: Gateway
) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    gateway.status = 503
    set_hour(clock, 20, 59)
    tell(mine, letters.LEFT_OUT)
    tick(app)
    gateway.status = 200
    set_hour(clock, 23)
    tick(app)
    assert len(gateway.taken) == 1
    set_hour(clock, 8)
    tick(app)
    assert len(gateway.taken) == 2 and ("sms", "sent") in progress()


def test_a_days_sms_are_capped_and_the_others_go_the_next_day(app: Flask, clock: Clock, gateway: Gateway) -> None:
    config: Config = app.extensions["hanpyo"]
    app.extensions["hanpyo"] = replace(config, outgoing=Outgoing(sms_per_day=1))
    for phone in (PHONE, "010-1234-5679"):
        tell(proposal(by=factories.resident_by_phone(phone)), letters.LEFT_OUT)
    for _ in range(2):
        tick(app)
    assert len(gateway.taken) == 1 and ("sms", "waiting") in progress()
    clock.offset += timedelta(days=1)
    tick(app)
    assert len(gateway.taken) == 2


# What is down, and what dies


def test_nothing_is_lost_while_a_mail_server_is_down_and_nothing_is_made_meanwhile(
    app: Flask, clock: Clock, post: Post
) -> None:
    all_ = [proposal() for _ in range(8)]
    for number, one in enumerate(all_):
        give_address(app, one.resident, f"p{number}@home.example")
    post.answer = "451 4.3.0 later"
    for one in all_[:6]:
        tell(one, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    assert len(post.taken) == messages.FAILURES_TO_SHUT, "then it is left alone"
    for one in all_[6:]:
        tell(one, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    assert progress() == [("mail", "queued")] * 6 + [("mail", "waiting")] * 2, "what is new holds no address"
    clock.offset += timedelta(days=1)
    tick(app)  # one finds out that it is still down
    post.answer = "250 OK"
    clock.offset += AN_HOUR
    for _ in range(3):
        tick(app)
        clock.offset += A_MINUTE
    assert progress() == [("mail", "sent")] * 8
    first, last = post.recipients[: messages.FAILURES_TO_SHUT + 1], post.recipients[messages.FAILURES_TO_SHUT + 1 :]
    assert sorted(last) == [f"p{number}@home.example" for number in range(8)], "each once, after it was up again"
    assert set(first) <= set(last)


class Dies:
    """The real mailer, in a process that ends between the server's answer and the record of it."""

    keeps = False

    def __init__(self, mailer: SmtpMailer) -> None:
        self.mailer = mailer

    def send(self, letter: Mail) -> None:
        self.mailer.send(letter)
        raise KeyboardInterrupt


def test_who_dies_after_sending_makes_one_more_mail_with_the_same_id(app: Flask, clock: Clock, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    app.extensions["mailer"] = Dies(SmtpMailer(post.settings()))
    with pytest.raises(KeyboardInterrupt):
        tick(app)
    db.session.rollback()
    assert progress() == [("mail", "queued")] and len(post.taken) == 1
    app.extensions["mailer"] = SmtpMailer(post.settings())
    tick(app)
    assert len(post.taken) == 1, "it may still be on its way"
    clock.offset += messages.HELD_FOR[MAIL]
    tick(app)
    tick(app)
    assert progress() == [("mail", "sent")]
    assert len(post.taken) == 2 and len({one["Message-ID"] for one in post.taken}) == 1


def test_what_cannot_be_written_keeps_nothing_else_from_going_and_is_tried_again(
    app: Flask, clock: Clock, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = proposal(), proposal()
    give_address(app, bad.resident, "p0@home.example")
    give_address(app, good.resident)
    tell(bad, letters.VISIT_PLANNED, visit_on="no day")
    tell(good, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    assert post.recipients == [ADDRESS] and progress() == [("mail", "waiting"), ("mail", "sent")]
    assert "ValueError" in caplog.text and "no day" not in caplog.text
    db.session.query(Notice).filter_by(proposal_id=bad.id).update({"facts": {"visit_on": "2026-06-10"}})
    db.session.commit()
    clock.offset += AN_HOUR
    tick(app)
    assert progress() == [("mail", "sent")] * 2


class Stumbles:
    """A mailer with a fault of its own at the first mail."""

    keeps = False

    def __init__(self, mailer: SmtpMailer) -> None:
        self.mailer, self.stumbled = mailer, False

    def send(self, letter: Mail) -> None:
        if not self.stumbled:
            self.stumbled = True
            raise LookupError(letter.recipient)
        self.mailer.send(letter)


def test_a_fault_at_one_mail_keeps_no_other_from_going(app: Flask, clock: Clock, post: Post) -> None:
    app.extensions["mailer"] = Stumbles(SmtpMailer(post.settings()))
    for number in range(2):
        one = proposal()
        give_address(app, one.resident, f"p{number}@home.example")
        tell(one, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    assert "보냄 1, 보내지 못함 1" in flask_tick(app)
    clock.offset += messages.HELD_FOR[MAIL]
    tick(app)
    assert sorted(post.recipients) == ["p0@home.example", "p1@home.example"]


def test_what_was_refused_is_given_up_and_staff_may_have_it_sent_anew(app: Flask, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    post.refused[ADDRESS] = "550 5.1.1 nobody"
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    (one,) = queries.list_unsent(mine.round_id)
    assert one.message is not None
    assert (one.message.state, one.message.fault, one.message.recipient, one.message.body) == (
        FAILED,
        "refused",
        "",
        "",
    )
    assert queries.tally(mine.round_id) == (0, 0, 0, 1)
    tick(app)
    post.refused.clear()
    assert services.retry(mine.round_id, one.notice_id, at=now(), by=SYSTEM) == 1
    with pytest.raises(rules.NothingFailed):
        services.retry(mine.round_id, one.notice_id, at=now(), by=SYSTEM)
    tick(app)
    assert progress() == [("mail", "sent")] and post.recipients == [ADDRESS]


def test_a_retry_asks_again_whether_the_person_wants_it(app: Flask, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    post.refused[ADDRESS] = "550 5.1.1 nobody"
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    post.refused.clear()
    services.unsubscribe(Person(mine.resident_id), at=now())
    services.retry(mine.round_id, at=now(), by=SYSTEM)
    tick(app)
    assert (post.taken, progress()) == ([], [("mail", "unwanted")])


def test_who_unsubscribes_while_a_mail_is_being_made_does_not_get_it(app: Flask, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    person, parcel = Person(mine.resident_id), services.Parcel(MAIL, ADDRESS, "알림", "알림")
    (due,) = [one.id for one in queries.list_due(now())]
    services.unsubscribe(person, at=now())
    assert services.pack([due], person, parcel, at=now()) is None
    tick(app)
    assert (post.taken, progress()) == ([], [("mail", "unwanted")])


# Unsubscribing, withdrawing, forgetting


def replace_address(app: Flask, person: Person, address: str) -> None:
    codes: list[str] = []
    key = app.extensions["hanpyo"].identity_key
    addresses.ask(person, address, key=key, say=lambda code: ("확인", codes.append(code) or code), at=now())
    addresses.confirm(person, codes[0], key=key, at=now())


def test_what_was_made_for_an_address_that_is_replaced_goes_to_the_new_one_only(
    app: Flask, clock: Clock, post: Post
) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    post.answer = "451 4.3.0 later"
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    post.answer, post.taken = "250 OK", []
    replace_address(app, Person(mine.resident_id), "new@home.example")
    clock.offset += timedelta(days=1)
    tick(app)
    assert (post.recipients, progress()) == (["new@home.example"], [("mail", "sent")])


def test_what_was_made_for_an_address_that_is_removed_does_not_go(app: Flask, clock: Clock, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    post.answer = "451 4.3.0 later"
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    post.answer, post.taken = "250 OK", []
    key = app.extensions["hanpyo"].identity_key
    addresses.remove(Person(mine.resident_id), key=key, at=now(), by=SOME_RESIDENT)
    clock.offset += timedelta(days=1)
    tick(app)
    message = db.session.query(Message).one()
    assert (post.taken, progress(), message.recipient) == ([], [("mail", "unwanted")], "")


def test_an_address_that_goes_while_a_mail_to_it_is_made_gets_none(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    key, open_desk = app.extensions["hanpyo"].identity_key, outgoing.open_desk

    def open_and_lose(notices: Any) -> outgoing.Desk:
        desk = open_desk(notices)
        addresses.remove(Person(mine.resident_id), key=key, at=now(), by=SOME_RESIDENT)
        return desk

    monkeypatch.setattr(outgoing, "open_desk", open_and_lose)
    tick(app)
    assert progress() == [("mail", "waiting")] and db.session.query(Message).count() == 0
    monkeypatch.undo()
    tick(app)
    assert (post.taken, progress()) == ([], [("mail", "unwanted")])


def test_an_account_that_ends_is_mailed_no_more(app: Flask, clock: Clock, post: Post) -> None:
    officer, of = factories.account(), proposal()
    person = Person(account_id=officer.id)
    replace_address(app, person, ADDRESS)
    post.answer = "451 4.3.0 later"
    with transaction():
        letter_services.tell(letters.CHECK_RELEASED, person, round_id=of.round_id, proposal_id=of.id, at=now())
        audit.record(CAUSE, None, at=now(), by=SYSTEM)
    tick(app)
    assert ("mail", "queued") in progress()
    people.end_account(officer, at=now(), by=SYSTEM)
    post.answer, post.taken = "250 OK", []
    clock.offset += timedelta(days=1)
    tick(app)
    assert (post.taken, [one for one in progress() if one[0] == "mail"]) == ([], [("mail", "unwanted")])


def test_who_unsubscribes_gets_no_mail_not_even_what_waits_until_they_choose_one_again(
    app: Flask, clock: Clock, post: Post
) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    post.answer = "451 4.3.0 later"
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    services.unsubscribe(Person(mine.resident_id), at=now())
    post.answer, post.taken = "250 OK", []
    assert [(one.state, one.recipient) for one in db.session.query(Message)] == [(FAILED, "")]
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    clock.offset += timedelta(days=1)
    tick(app)
    assert (post.taken, progress()) == ([], [("mail", "unwanted")] * 2)
    wish(mine.resident, visit_planned=MAIL)
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    assert post.recipients == [ADDRESS]


def test_who_unsubscribes_from_mails_gets_no_sms_instead_and_mails_at_an_address_given_later(
    app: Flask, gateway: Gateway, post: Post
) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    give_address(app, mine.resident)
    services.unsubscribe(Person(mine.resident_id), at=now())
    tell(mine, letters.LEFT_OUT)
    tick(app)
    assert (gateway.taken, post.taken) == ([], [])
    replace_address(app, Person(mine.resident_id), "new@home.example")
    tell(mine, letters.LEFT_OUT)
    tick(app)
    assert (gateway.taken, post.recipients[-1], len(post.taken)) == ([], "new@home.example", 2), "a code and a notice"


def test_who_chooses_sms_while_a_digest_waits_gets_an_sms(app: Flask, gateway: Gateway, post: Post) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    give_address(app, mine.resident)
    wish(mine.resident, left_out=DIGEST)
    tell(mine, letters.LEFT_OUT)
    tick(app)
    assert sorted(progress()) == [("mail", "digest"), ("sms", "unwanted")]
    wish(mine.resident, left_out=SMS)
    tick(app)
    assert len(gateway.taken) == 1 and ("sms", "sent") in progress()


def test_what_is_taken_away_goes_out_no_more(app: Flask, clock: Clock, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    post.answer = "451 4.3.0 later"
    tell(mine, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    with transaction():
        letter_services.take_away(mine.id)
        audit.record(CAUSE, None, at=now(), by=SYSTEM)
    post.answer, post.taken = "250 OK", []
    clock.offset += timedelta(days=1)
    tick(app)
    message = db.session.query(Message).one()
    assert (post.taken, progress(), message.state, message.body) == ([], [], FAILED, "")


def test_what_was_in_a_digest_with_what_is_taken_away_goes_all_the_same(app: Flask, clock: Clock, post: Post) -> None:
    first = proposal()
    other = factories.proposal(first.round, title="빗물 화단", by=first.resident)
    give_address(app, first.resident)
    for one in (first, other):
        tell(one)
    tick(app)
    post.answer = "451 4.3.0 later"
    set_hour(clock, 8, 1)
    tick(app)
    assert progress() == [("mail", "queued")] * 2
    with transaction():
        letter_services.take_away(first.id)
        audit.record(CAUSE, None, at=now(), by=SYSTEM)
    post.answer, post.taken = "250 OK", []
    tick(app)
    (letter,) = post.taken
    assert "빗물 화단" in letter.get_content() and "그늘 쉼터" not in letter.get_content()
    assert progress() == [("mail", "sent")]


def test_that_something_went_is_forgotten_in_time_and_what_did_not_is_not(app: Flask, clock: Clock, post: Post) -> None:
    sent, refused = proposal(), proposal()
    give_address(app, sent.resident)
    give_address(app, refused.resident, "no@home.example")
    post.refused["no@home.example"] = "550 5.1.1 nobody"
    for one in (sent, refused):
        tell(one, letters.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    clock.offset += timedelta(days=90, minutes=1)
    flask_tick(app)
    assert progress() == [("mail", "failed")]
    assert [one.state for one in db.session.query(Message)] == [FAILED]
    assert db.session.query(Notice).count() == 2


@pytest.mark.parametrize(("kind", "way"), [("visit_planned", SMS), ("gossip", MAIL), ("left_out", "pigeon")])
def test_a_way_that_does_not_exist_is_not_saved(app: Flask, kind: str, way: str) -> None:
    resident = factories.resident()
    with pytest.raises(rules.WayUnknown):
        wish(resident, **{kind: way})
    db.session.rollback()
    assert queries.find_wish(Person(resident.id)) is None
