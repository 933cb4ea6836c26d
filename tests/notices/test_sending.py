"""Messages: queued with what causes them, sent afterwards over a real socket, tried three times, then emptied."""

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.adapters.sms import GatewaySender, OutboxSender, SendError, sender_for
from app.audit import services as audit
from app.audit.models import SYSTEM
from app.clock import Clock
from app.config import Config, ConfigError
from app.database import db, transaction
from app.notices import queries, rules, services
from app.notices.models import FAILED, QUEUED, SENT, Message
from tests.gateway import Gateway, running_gateway

CAUSE = audit.declare("test.cause", "test")
PHONE = "+821012345678"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running_gateway() as gateway:
        yield gateway


def queue(clock: Clock, body: str = "인증번호 123456", life: timedelta | None = None) -> int:
    at = clock.now()
    with transaction():
        message = services.queue_message(PHONE, body, at=at, expires_at=at + life if life else None)
        audit.record(CAUSE, None, at=at, by=SYSTEM)
        return message.id


def only() -> Message:
    db.session.expire_all()
    return db.session.query(Message).one()


def test_the_gateway_is_given_number_words_and_token(gateway: Gateway) -> None:
    GatewaySender(gateway.url, "secret").send(PHONE, "안녕하세요", "ours-1")
    assert gateway.taken == [{"to": PHONE, "text": "안녕하세요", "key": "ours-1"}]
    assert gateway.tokens == ["Bearer secret"]


@pytest.mark.parametrize("status", [302, 400, 500])
def test_any_answer_but_2xx_means_that_it_did_not_go(gateway: Gateway, status: int) -> None:
    gateway.status = status
    with pytest.raises(SendError):
        GatewaySender(gateway.url).send(PHONE, "x", "ours-1")


def test_a_gateway_that_does_not_answer_is_not_waited_for(gateway: Gateway) -> None:
    gateway.held.clear()
    with pytest.raises(SendError):
        GatewaySender(gateway.url, timeout=0.1).send(PHONE, "x", "ours-1")


def test_a_gateway_that_is_not_there_is_an_error_of_sending() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(SendError):
            GatewaySender(f"http://127.0.0.1:{taken.getsockname()[1]}").send(PHONE, "x", "ours-1")


def test_the_configuration_chooses_the_sender() -> None:
    def config(mode: str, url: str | None) -> Config:
        return Config(
            mode=mode, secret_key="s", identity_key="i", signing_key="k", database_url="sqlite://", sms_gateway_url=url
        )

    assert isinstance(sender_for(config("demo", None)), OutboxSender)
    assert isinstance(sender_for(config("production", "https://sms.example")), GatewaySender)
    with pytest.raises(ConfigError, match="SMS_GATEWAY_URL"):
        sender_for(config("production", None))


def test_what_went_is_emptied(app: Flask, clock: Clock, gateway: Gateway) -> None:
    assert services.deliver(queue(clock), GatewaySender(gateway.url), at=clock.now())
    message = only()
    assert (message.state, message.recipient, message.body, message.attempts) == (SENT, "", "", 1)
    assert message.sent_at is not None


def test_the_demos_outbox_keeps_the_words(app: Flask, clock: Clock) -> None:
    assert services.deliver(queue(clock), OutboxSender(), at=clock.now())
    assert (only().state, only().body, only().recipient) == (SENT, "인증번호 123456", PHONE)
    assert [message.body for message in queries.list_latest_messages()] == ["인증번호 123456"]


def test_a_message_is_tried_three_times_a_minute_apart_and_then_given_up(
    app: Flask, clock: Clock, gateway: Gateway
) -> None:
    gateway.status = 500
    sender = GatewaySender(gateway.url)
    queue(clock)
    for attempt in (1, 2, 3):
        assert services.deliver_queued(sender, now=clock.now) == (0, 1)
        assert services.deliver_queued(sender, now=clock.now) == (0, 0), "not again within the minute"
        assert only().attempts == attempt
        clock.offset += rules.RETRY_AFTER
    assert services.deliver_queued(sender, now=clock.now) == (0, 0)
    assert (only().state, only().recipient, only().body) == (FAILED, "", "")
    assert len(gateway.taken) == 3


def test_what_could_not_go_at_once_goes_later(app: Flask, clock: Clock, gateway: Gateway) -> None:
    gateway.status = 503
    assert not services.deliver(queue(clock), GatewaySender(gateway.url), at=clock.now())
    assert (only().state, only().body) == (QUEUED, "인증번호 123456")
    gateway.status = 200
    clock.offset += rules.RETRY_AFTER
    assert services.deliver_queued(GatewaySender(gateway.url), now=clock.now) == (1, 0)
    assert only().state == SENT


def test_a_message_too_late_is_never_sent(app: Flask, clock: Clock, gateway: Gateway) -> None:
    message_id = queue(clock, life=timedelta(minutes=5))
    clock.offset += timedelta(minutes=5)
    assert not services.deliver(message_id, GatewaySender(gateway.url), at=clock.now())
    assert services.deliver_queued(GatewaySender(gateway.url), now=clock.now) == (0, 0)
    assert (only().state, only().body, gateway.taken) == (FAILED, "", [])


class Dies:
    """A process that ends while it sends."""

    name = "dies"
    keeps = False

    def send(self, recipient: str, body: str, key: str) -> None:
        raise KeyboardInterrupt


def test_what_a_dead_process_was_sending_is_tried_again_and_ends(app: Flask, clock: Clock) -> None:
    message_id = queue(clock)
    for _ in range(rules.MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            services.deliver(message_id, Dies(), at=clock.now())
        assert not services.deliver(message_id, OutboxSender(), at=clock.now()), "it may still be on its way"
        clock.offset += rules.RETRY_AFTER
    services.deliver_queued(GatewaySender("http://127.0.0.1:9"), now=clock.now)
    assert (only().state, only().body) == (FAILED, "")


def test_a_message_lives_and_dies_with_its_cause(app: Flask, clock: Clock) -> None:
    with pytest.raises(RuntimeError, match="the cause failed"), transaction():
        services.queue_message(PHONE, "x", at=clock.now())
        raise RuntimeError("the cause failed")
    assert db.session.query(Message).count() == 0


def test_one_message_is_one_sms() -> None:
    rules.ensure_one_sms("가" * 45)
    with pytest.raises(rules.TooLong):
        rules.ensure_one_sms("가" * 45 + ".")


@pytest.mark.parametrize(("status", "answers"), [(200, True), (405, True), (501, True), (401, False), (503, False)])
def test_a_gateway_is_asked_whether_it_is_there_without_sending(
    app: Flask, gateway: Gateway, status: int, answers: bool
) -> None:
    gateway.status = status
    app.extensions["sms"] = GatewaySender(gateway.url)
    assert (services.is_answering(), gateway.taken) == (answers, [])


def test_a_gateway_that_is_away_does_not_answer_and_the_outbox_does(app: Flask) -> None:
    assert not services.is_answering()
    app.extensions["sms"] = OutboxSender()
    assert services.is_answering()
