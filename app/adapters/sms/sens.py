"""NAVER Cloud SENS: https://api.ncloud-docs.com/docs/sens-sms-send, and the same in the zone for public bodies."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from app import clock
from app.adapters.sms.base import TIMEOUT, Later, Refused, ask, domestic, ensure_known, read

URL = "https://sens.apigw.ntruss.com"  # public bodies: https://sens.apigw.gov-ntruss.com


class SensSender:
    """One message a request; 202 says that it was taken. Signed anew each time, with the time in it: a signature is
    good for five minutes.

    SENS has no field for a key of ours, nor one that keeps a second request from being a second message.
    """

    name = "NAVER SENS"
    keeps = False

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        service_id: str,
        number: str,
        url: str = URL,
        timeout: float = TIMEOUT,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.access_key, self.secret_key, self.number = access_key, secret_key, number
        self.messages = f"/sms/v2/services/{service_id}/messages"
        self.url, self.timeout, self.now = url, timeout, now

    def send(self, recipient: str, body: str, key: str) -> None:
        request = {
            "type": "SMS",
            "contentType": "COMM",
            "countryCode": "82",
            "from": self.number,
            "content": body,
            "messages": [{"to": domestic(recipient)}],
        }
        answer = self._ask("POST", self.messages, json=request)
        if not answer.is_success:
            raise Refused(str(answer.status_code))
        if str(read(answer).get("statusCode")) != "202":
            raise Later("unreadable")

    def ping(self) -> None:
        """The projects: an answer says that the keys are right."""
        answer = self._ask("GET", "/common/v2/projects")
        if not answer.is_success:
            raise Later(str(answer.status_code))

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        stamp = str(int(self.now().timestamp() * 1000))
        headers = {
            "x-ncp-apigw-timestamp": stamp,
            "x-ncp-iam-access-key": self.access_key,
            "x-ncp-apigw-signature-v2": self._signature(method, path, stamp),
        }
        answer = ask(method, self.url + path, self.timeout, headers=headers, **request)
        ensure_known(answer)
        return answer

    def _signature(self, method: str, path: str, stamp: str) -> str:
        """Base64 of HMAC-SHA256 over "METHOD path\\ntimestamp\\naccess key"."""
        signed = f"{method} {path}\n{stamp}\n{self.access_key}"
        return base64.b64encode(hmac.new(self.secret_key.encode(), signed.encode(), hashlib.sha256).digest()).decode()
