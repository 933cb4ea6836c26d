"""When messages do not go, all processes stop together, one message finds out whether they go again, and who was not
served is counted."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.adapters.sms import GatewaySender
from app.audit import services as audit
from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock
from app.database import db, transaction
from app.notices import queries, rules, services
from app.notices.models import FAILED, QUEUED, SENT, Message, SmsBreaker, SmsOutage
from tests.gateway import Gateway, running_gateway

CAUSE = audit.declare("test.queue", "test")
LIFE = timedelta(minutes=5)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running_gateway() as gateway:
        yield gateway


@pytest.fixture
def sender(gateway: Gateway) -> GatewaySender:
    return GatewaySender(gateway.url, timeout=5)


def queue(clock: Clock, number: int = 1) -> list[int]:
    at = clock.now()
    with transaction():
        phones = [f"+82101234{n:04}" for n in range(number)]
        ids = [services.queue_message(phone, "인증번호", at=at, expires_at=at + LIFE).id for phone in phones]
        audit.record(CAUSE, None, at=at, by=SYSTEM)
    return ids


def breaker() -> SmsBreaker:
    db.session.rollback()
    return queries.get_breaker()


def shut(clock: Clock) -> None:
    """Until now."""
    row = breaker()
    row.shut_until, row.reason = clock.now(), rules.AWAY
    db.session.commit()


def states() -> list[str]:
    db.session.rollback()
    return [one.state for one in db.session.query(Message).order_by(Message.id)]


def actions() -> list[str]:
    lines = db.session.query(AuditLine).filter(AuditLine.action.in_(("sms.stop", "sms.resume")))
    return [line.action for line in lines.order_by(AuditLine.id)]


def test_after_five_failures_in_a_row_nothing_is_sent_nor_taken_on_and_then_one_message_tries(
    app: Flask, clock: Clock, gateway: Gateway, sender: GatewaySender
) -> None:
    gateway.status = 503
    queue(clock, 8)
    assert services.deliver_queued(sender, now=clock.now) == (0, 8)
    assert len(gateway.taken) == rules.FAILURES_TO_SHUT
    with pytest.raises(rules.NoMessages) as refusal:
        queries.ensure_taking(clock.now())
    assert (refusal.value.reason, refusal.value.again_at) == (rules.SHUT, breaker().shut_until)
    assert services.deliver_queued(sender, now=clock.now) == (0, 0)
    clock.offset += rules.SHUT_FOR_NOW
    queries.ensure_taking(clock.now())
    services.deliver_queued(sender, now=clock.now)
    assert len(gateway.taken) == rules.FAILURES_TO_SHUT + 1, "one found out that it is still ill"
    gateway.status = 200
    clock.offset += rules.SHUT_FOR_NOW
    assert services.deliver_queued(sender, now=clock.now) == (8, 0)
    assert (breaker().failures, breaker().shut_until, breaker().reason) == (0, None, None)
    assert actions() == ["sms.stop", "sms.resume"]


def test_failures_that_are_not_in_a_row_shut_nothing(
    app: Flask, clock: Clock, gateway: Gateway, sender: GatewaySender
) -> None:
    for status in (500, 500, 500, 500, 200, 500, 500, 500, 500):
        gateway.status = status
        (message,) = queue(clock)
        services.deliver(message, sender, at=clock.now())
    assert (breaker().shut_until, breaker().failures, actions()) == (None, 4, [])


def test_of_many_processes_one_finds_out(app: Flask, clock: Clock, gateway: Gateway, sender: GatewaySender) -> None:
    shut(clock)
    ids, start = queue(clock, 4), Barrier(4)
    gateway.status = 503

    def deliver(message_id: int) -> None:
        with app.app_context():
            start.wait()
            services.deliver(message_id, sender, at=clock.now())
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(deliver, ids))
    assert len(gateway.taken) == 1
    assert states() == [QUEUED] * 4


def test_a_process_that_dies_finding_out_leaves_it_to_the_next(
    app: Flask, clock: Clock, gateway: Gateway, sender: GatewaySender
) -> None:
    class Dies(GatewaySender):
        def send(self, recipient: str, body: str, key: str) -> None:
            raise KeyboardInterrupt

    shut(clock)
    first, second = queue(clock, 2)
    with pytest.raises(KeyboardInterrupt):
        services.deliver(first, Dies(gateway.url), at=clock.now())
    assert not services.deliver(second, sender, at=clock.now())
    clock.offset += rules.PROBE_TIME
    assert services.deliver(second, sender, at=clock.now())
    assert breaker().shut_until is None


def test_an_account_that_must_be_mended_stops_all_at_once_and_says_so(
    app: Flask, clock: Clock, gateway: Gateway, sender: GatewaySender
) -> None:
    gateway.status = 401
    services.deliver(queue(clock)[0], sender, at=clock.now())
    assert (breaker().reason, states()) == (rules.ACCOUNT, [QUEUED])
    assert db.session.query(AuditLine).filter_by(action="sms.stop").one().fields == {"reason": "account"}


def test_a_number_that_is_refused_is_not_tried_again_and_stops_nobody(
    app: Flask, clock: Clock, gateway: Gateway, sender: GatewaySender
) -> None:
    gateway.status = 422
    for message in queue(clock, rules.FAILURES_TO_SHUT + 1):
        assert not services.deliver(message, sender, at=clock.now())
    assert states() == [FAILED] * (rules.FAILURES_TO_SHUT + 1)
    assert {(one.recipient, one.body) for one in db.session.query(Message)} == {("", "")}
    assert (breaker().shut_until, breaker().failures) == (None, 0)


def test_a_pause_that_is_asked_for_is_kept(app: Flask, clock: Clock, gateway: Gateway, sender: GatewaySender) -> None:
    gateway.status, gateway.retry_after = 429, "150"
    message, at = queue(clock)[0], clock.now()
    services.deliver(message, sender, at=at)
    assert breaker().shut_until == at + timedelta(seconds=150)
    assert db.session.query(Message).one().due_at == at + timedelta(seconds=150)
    gateway.status = 200
    clock.offset += timedelta(seconds=140)
    assert services.deliver_queued(sender, now=clock.now) == (0, 0)
    clock.offset += timedelta(seconds=20)
    assert services.deliver_queued(sender, now=clock.now) == (1, 0)


def test_behind_a_slow_gateway_no_code_goes_when_it_is_too_old(
    app: Flask, clock: Clock, gateway: Gateway, sender: GatewaySender
) -> None:
    """Each message takes two minutes: the third is five minutes old before its turn."""

    class Slow(GatewaySender):
        def send(self, recipient: str, body: str, key: str) -> None:
            super().send(recipient, body, key)
            clock.offset += timedelta(minutes=2, seconds=30)

    queue(clock, 4)
    assert services.deliver_queued(Slow(gateway.url), now=clock.now) == (2, 2)
    assert len(gateway.taken) == 2
    services.deliver_queued(sender, now=clock.now)
    assert states() == [SENT, SENT, FAILED, FAILED]


def test_a_message_keeps_its_key_at_every_try(
    app: Flask, clock: Clock, gateway: Gateway, sender: GatewaySender
) -> None:
    gateway.status = 500
    queue(clock, 2)
    for _ in range(2):
        services.deliver_queued(sender, now=clock.now)
        clock.offset += rules.RETRY_AFTER
    keys = [message["key"] for message in gateway.taken]
    assert len(keys) == 4 and keys[:2] == keys[2:] and len(set(keys)) == 2


def test_no_more_wait_than_can_go(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_WAITING", 3)
    queue(clock, 2)
    queries.ensure_taking(clock.now())
    queue(clock, 1)
    with pytest.raises(rules.NoMessages) as refusal:
        queries.ensure_taking(clock.now())
    assert refusal.value.reason == rules.CROWDED
    clock.offset += LIFE
    queries.ensure_taking(clock.now())


def test_of_many_who_ask_in_vain_at_once_none_is_lost(app: Flask, clock: Clock) -> None:
    at, start = clock.now(), Barrier(4)

    def ask(_: int) -> None:
        with app.app_context():
            start.wait()
            services.record_unserved(rules.SHUT, at=at)
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))
    db.session.rollback()
    outage = db.session.query(SmsOutage).one()
    assert (outage.people, outage.reason, outage.hour.minute) == (4, "shut", 0)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO sms_breaker (id, failures) VALUES (2, 0)",
        "UPDATE sms_breaker SET failures = -1",
        "UPDATE sms_breaker SET reason = 'away'",
        "UPDATE sms_breaker SET shut_until = '2026-01-01', reason = 'x'",
        "INSERT INTO sms_outage (hour, reason, people) VALUES ('2026-01-01', 'shut', 0)",
        "INSERT INTO sms_outage (hour, reason, people) VALUES ('2026-01-01', 'x', 1)",
    ],
)
def test_the_database_keeps_what_must_never_happen(app: Flask, statement: str) -> None:
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(text(statement))
