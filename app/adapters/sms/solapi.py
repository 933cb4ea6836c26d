"""Solapi (솔라피): https://developers.solapi.com, messages/v4."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from app import clock
from app.adapters.sms.base import (
    TIMEOUT,
    AccountProblem,
    Later,
    Refused,
    SendError,
    ask,
    domestic,
    ensure_known,
    read,
)

URL = "https://api.solapi.com"
# Of the errorCode of a refused request, and of the statusCode of a refused message; all others refuse the message.
ACCOUNT = ("NotEnoughBalance", "InvalidAPIKey", "SignatureDoesNotMatch", "Unauthorized", "Forbidden", "1030", "1062")
BUSY = ("TooManyRequests", "RequestLimitExceeded", "InternalError")


class SolapiSender:
    """One message a request, to `send-many/detail`, whose answer says of each message whether it was taken.

    It has no field that keeps a second request from being a second message; ours goes along in `customFields`, to be
    found in their log.
    """

    name = "Solapi"
    keeps = False

    def __init__(
        self,
        api_key: str,
        api_secret: str,
        number: str,
        url: str = URL,
        timeout: float = TIMEOUT,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.api_key, self.api_secret, self.number = api_key, api_secret, number
        self.url, self.timeout, self.now = url, timeout, now

    def send(self, recipient: str, body: str, key: str) -> None:
        message = {
            "to": domestic(recipient),
            "from": self.number,
            "text": body,
            "type": "SMS",
            "customFields": {"key": key},
        }
        request = {"messages": [message], "allowDuplicates": False}
        self._ensure_taken(self._ask("POST", "/messages/v4/send-many/detail", json=request))

    def ping(self) -> None:
        """The balance: an answer says that the key is right."""
        self._ask("GET", "/cash/v1/balance")

    def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        headers = {"Authorization": self._authorization()}
        answer = ask(method, self.url + path, self.timeout, headers=headers, **request)
        ensure_known(answer)
        found = read(answer)
        if not answer.is_success:
            raise _judged(str(found.get("errorCode", answer.status_code)))
        return found

    def _authorization(self) -> str:
        """HMAC-SHA256 over date and salt, in hex."""
        date, salt = self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"), secrets.token_hex(16)
        signature = hmac.new(self.api_secret.encode(), (date + salt).encode(), hashlib.sha256).hexdigest()
        return f"HMAC-SHA256 apiKey={self.api_key}, date={date}, salt={salt}, signature={signature}"

    def _ensure_taken(self, found: dict[str, Any]) -> None:
        """{"failedMessageList": [{"statusCode": …}], "groupInfo": {"count": {"registeredSuccess": …}}}"""
        try:
            failed = [str(one["statusCode"]) for one in found["failedMessageList"]]
            taken = int(found["groupInfo"]["count"]["registeredSuccess"])
        except (KeyError, TypeError, ValueError) as error:
            raise Later("unreadable") from error
        if failed:
            raise _judged(failed[0])
        if taken != 1:
            raise Later("unreadable")


def _judged(code: str) -> SendError:
    if code in ACCOUNT:
        return AccountProblem(code)
    return Later(code) if code in BUSY else Refused(code)
