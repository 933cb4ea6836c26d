"""Text messages: a gateway over HTTP, or the demo's own outbox page."""

from typing import Protocol

import httpx
from flask import Flask, current_app

from app.config import Config, ConfigError

TIMEOUT = 5.0  # seconds; a person is waiting
UNKNOWN_TO_IT = (401, 403)
ONLY_POST = 501  # as servers answer that do not know the method


class SendError(Exception):
    """The message did not go: the gateway is away, too slow, or refused."""


class Sender(Protocol):
    """`keeps`: whether messages stay readable with us after they were sent."""

    keeps: bool

    def send(self, recipient: str, body: str) -> None:
        """`recipient` is E.164. Raises SendError."""

    def ping(self) -> None:
        """Whether somebody is there to take a message; none is sent. Raises SendError."""


class OutboxSender:
    """The demo: a message is sent when it stands on the outbox page, and there it stands already."""

    keeps = True

    def send(self, recipient: str, body: str) -> None:
        return None

    def ping(self) -> None:
        return None


class GatewaySender:
    """POSTs {"to": E.164, "text": …} as JSON; any 2xx means that the gateway has taken it."""

    keeps = False

    def __init__(self, url: str, token: str | None = None, timeout: float = TIMEOUT) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.timeout = timeout

    def send(self, recipient: str, body: str) -> None:
        message = {"to": recipient, "text": body}
        try:
            httpx.post(self.url, json=message, headers=self.headers, timeout=self.timeout).raise_for_status()
        except httpx.HTTPError as error:
            raise SendError(type(error).__name__) from error

    def ping(self) -> None:
        """HEAD: that the gateway only takes a POST is an answer, too; that it does not know us is a refusal."""
        try:
            status = httpx.head(self.url, headers=self.headers, timeout=self.timeout).status_code
        except httpx.HTTPError as error:
            raise SendError(type(error).__name__) from error
        if status in UNKNOWN_TO_IT or (status >= 500 and status != ONLY_POST):
            raise SendError(str(status))


def sender_for(config: Config) -> Sender:
    """The one place that chooses. Raises ConfigError where there would be none."""
    if config.is_demo:
        return OutboxSender()
    if not config.sms_gateway_url:
        raise ConfigError(["SMS_GATEWAY_URL: missing"])
    return GatewaySender(config.sms_gateway_url, config.sms_gateway_token)


def register(app: Flask) -> None:
    app.extensions["sms"] = sender_for(app.extensions["hanpyo"])


def sender() -> Sender:
    """This application's own."""
    found: Sender = current_app.extensions["sms"]
    return found
