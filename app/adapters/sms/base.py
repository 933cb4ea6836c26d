"""What a sender of text messages is, what may go wrong, and how all of them ask over HTTP."""

import ssl
from datetime import timedelta
from functools import cache
from typing import Any, Protocol

import httpx

TIMEOUT = 5.0  # seconds
LONGEST_PAUSE = 600  # seconds: whoever says Retry-After for longer is asked again all the same


class SendError(Exception):
    """The message did not go, as far as we know. One of the three below. What it says names no number and no words."""


class Later(SendError):
    """Away, too slow, too busy, or not to be understood: the same may go later, not before `pause` where one was named.

    After a time-out nobody knows whether the message went. It is tried again, with the same key: a second text with
    the same code does less harm than none.
    """

    def __init__(self, said: str, pause: timedelta | None = None) -> None:
        super().__init__(said)
        self.pause = pause


class Refused(SendError):
    """This message, to this number, will never go."""


class AccountProblem(SendError):
    """Nothing goes until somebody mends it: a key, the balance, the number that messages come from."""


class Sender(Protocol):
    """`name`: of the company, as staff are told. `keeps`: whether messages stay readable with us after they were
    sent."""

    name: str
    keeps: bool

    def send(self, recipient: str, body: str, key: str) -> None:
        """`recipient` is E.164. `key`: the same whenever the same message is tried again. Raises SendError."""

    def ping(self) -> None:
        """Whether somebody is there who would take a message of ours; none is sent. Raises SendError."""


def ask(method: str, url: str, timeout: float, **request: Any) -> httpx.Response:
    """An answer below 500 that is not "too busy", redirects included. Raises Later."""
    try:
        answer = httpx.request(method, url, timeout=timeout, verify=_trust(), **request)
    except httpx.HTTPError as error:
        raise Later(type(error).__name__) from error
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise Later("429", _pause(answer))
    if answer.status_code >= 500:
        raise Later(str(answer.status_code), _pause(answer))
    return answer


def ensure_known(answer: httpx.Response) -> None:
    """Raises AccountProblem where we are not who may send."""
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise AccountProblem(str(answer.status_code))


def read(answer: httpx.Response) -> dict[str, Any]:
    """An answer that is no JSON object says nothing about what became of the message. Raises Later."""
    try:
        found = answer.json()
    except ValueError as error:
        raise Later("unreadable") from error
    if not isinstance(found, dict):
        raise Later("unreadable")
    return found


def domestic(recipient: str) -> str:
    """+821012345678 → 01012345678, as the Korean companies want it."""
    return "0" + recipient.removeprefix("+82")


def _pause(answer: httpx.Response) -> timedelta | None:
    """Retry-After in seconds (RFC 9110, 10.2.3); a date there is not heeded."""
    after = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(after), LONGEST_PAUSE)) if after.isascii() and after.isdecimal() else None


@cache
def _trust() -> ssl.SSLContext:
    """Read once: it costs more than the rest of a request."""
    return ssl.create_default_context()
