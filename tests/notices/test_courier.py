"""The courier sends when the answer has left, and what it does not come to is not lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.adapters.sms import GatewaySender
from app.audit import services as audit
from app.audit.models import SYSTEM
from app.clock import Clock
from app.database import db, transaction
from app.notices import services
from app.notices.courier import AtOnce, Courier
from app.notices.models import QUEUED, SENT, Message
from tests.actors import Person
from tests.gateway import Gateway, running_gateway

CAUSE = audit.declare("test.carry", "test")


@pytest.fixture
def gateway(app: Flask) -> Iterator[Gateway]:
    with running_gateway() as gateway:
        app.extensions["sms"] = GatewaySender(gateway.url, timeout=30)
        yield gateway


def queue(clock: Clock) -> int:
    at = clock.now()
    with transaction():
        message = services.queue_message("+821012345678", "인증번호", at=at, expires_at=at + timedelta(minutes=5))
        audit.record(CAUSE, None, at=at, by=SYSTEM)
        return message.id


def states() -> list[str]:
    db.session.rollback()
    return [one.state for one in db.session.query(Message).order_by(Message.id)]


def test_whoever_asks_for_a_code_does_not_wait_for_the_gateway(app: Flask, gateway: Gateway) -> None:
    """It answers nobody; the page is there all the same. When it does, the message goes."""
    app.extensions["courier"] = courier = Courier(app)
    gateway.held.clear()
    person = Person(app)
    page = person.submit(person.get("/sign-in"), button="인증번호 받기", phone="010-1234-5678")
    assert page.h1 == "인증번호 입력" and gateway.taken == []
    assert states() == [QUEUED]
    gateway.held.set()
    courier.bag.join()
    assert states() == [SENT] and len(gateway.taken) == 1


def test_nothing_is_sent_before_the_answer_has_left(app: Flask, clock: Clock, gateway: Gateway) -> None:
    courier, message = Courier(app), queue(clock)
    with app.test_request_context():
        courier.take(message)
        answer = app.process_response(app.make_response("answer"))
        assert courier.threads == [] and courier.bag.empty()
        answer.close()
    courier.bag.join()
    assert states() == [SENT]


def test_where_nothing_is_to_be_sent_the_same_is_done_and_nothing_goes(
    app: Flask, clock: Clock, gateway: Gateway
) -> None:
    courier = Courier(app)
    with app.test_request_context():
        courier.take(None)
        app.process_response(app.make_response("answer")).close()
    courier.bag.join()
    assert len(courier.threads) == courier.hands and gateway.taken == []
    AtOnce().take(None)
    assert gateway.taken == []


def test_what_has_no_room_in_the_bag_waits_for_the_tick(app: Flask, clock: Clock, gateway: Gateway) -> None:
    courier = Courier(app, hands=0, bag=1)
    for _ in range(3):
        courier.take(queue(clock))
    assert (courier.bag.qsize(), states()) == (1, [QUEUED] * 3)
    app.test_cli_runner().invoke(args=["tick"])
    assert states() == [SENT] * 3


def test_an_error_neither_ends_the_courier_nor_loses_the_message(
    app: Flask, clock: Clock, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(GatewaySender):
        def send(self, recipient: str, body: str, key: str) -> None:
            raise RuntimeError("a fault of ours")

    courier, healthy = Courier(app, hands=1), app.extensions["sms"]
    app.extensions["sms"] = Broken(gateway.url)
    courier.take(queue(clock))
    courier.bag.join()
    assert "a fault of ours" in caplog.text and "01012345678" not in caplog.text and "+8210" not in caplog.text
    app.extensions["sms"] = healthy
    courier.take(queue(clock))
    courier.bag.join()
    assert states() == [QUEUED, SENT]


def test_production_has_a_courier_and_tests_know_when_a_message_was_sent(app: Flask) -> None:
    assert isinstance(app.extensions["courier"], AtOnce)
