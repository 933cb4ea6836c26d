"""Companies that send text messages, each speaking its own protocol over a real socket, as strictly as its documents
have it: what is not signed right, or not in the right form, is refused."""

import base64
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tests.outside import Quiet, serving

AS_FAR_AS_TIMES_GO = timedelta(minutes=5)
NUMBER = "0226270000"


class Asked(NamedTuple):
    method: str
    path: str
    headers: Any
    body: dict[str, Any]


class Told(NamedTuple):
    status: int
    body: Any = ""
    headers: dict[str, str] = {}


class Vendor:
    """`taken`: (number, words) in the order in which they came. `instead`: what it answers the next times, instead of
    doing its work. `mute`: it does its work, and answers only when `heard` is set.
    `worked`: it has answered, or would have."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.asked: list[Asked] = []
        self.instead: list[Told] = []
        self.mute = False
        self.heard = threading.Event()
        self.worked = threading.Event()
        self.url = ""

    def answer(self, asked: Asked) -> Told:
        """Raises KeyError, TypeError for what is not in the right form."""
        raise NotImplementedError


class Solapi(Vendor):
    api_key, secret = "NCSAKEY", "solapi-secret"
    salts: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.salts = set()

    def answer(self, asked: Asked) -> Told:
        signed = re.fullmatch(
            r"HMAC-SHA256 apiKey=(\S+), date=(\S+Z), salt=([0-9a-f]{12,64}), signature=([0-9a-f]{64})",
            asked.headers["Authorization"] or "",
        )
        if signed is None or signed[1] != self.api_key:
            return Told(403, {"errorCode": "InvalidAPIKey", "errorMessage": "?"})
        expected = hmac.new(self.secret.encode(), (signed[2] + signed[3]).encode(), hashlib.sha256).hexdigest()
        fresh = abs(datetime.now(UTC) - datetime.fromisoformat(signed[2])) < AS_FAR_AS_TIMES_GO
        if signed[4] != expected or not fresh or signed[3] in self.salts:
            return Told(400, {"errorCode": "SignatureDoesNotMatch", "errorMessage": "?"})
        self.salts.add(signed[3])
        if (asked.method, asked.path) == ("GET", "/cash/v1/balance"):
            return Told(200, {"balance": 1000, "point": 0})
        if (asked.method, asked.path) != ("POST", "/messages/v4/send-many/detail"):
            return Told(404, {"errorCode": "NotFound", "errorMessage": "?"})
        (message,) = asked.body["messages"]
        code = self._fault(message)
        if not code:
            self.taken.append((message["to"], message["text"]))
        failed = [{"to": message["to"], "statusCode": code, "statusMessage": "?"}] if code else []
        count = {"total": 1, "registeredSuccess": 1 - len(failed), "registeredFailed": len(failed)}
        return Told(200, {"failedMessageList": failed, "groupInfo": {"count": count}})

    def _fault(self, message: dict[str, Any]) -> str:
        if message["from"] != NUMBER:
            return "1062"
        return "" if re.fullmatch(r"010\d{8}", message["to"]) and message["type"] == "SMS" else "1013"


class Sens(Vendor):
    access_key, secret, service = "sens-access", "sens-secret", "ncp:sms:kr:1:hanpyo"

    def answer(self, asked: Asked) -> Told:
        stamp = asked.headers["x-ncp-apigw-timestamp"] or "0"
        signed = f"{asked.method} {asked.path}\n{stamp}\n{self.access_key}".encode()
        expected = base64.b64encode(hmac.new(self.secret.encode(), signed, hashlib.sha256).digest()).decode()
        away = abs(datetime.now(UTC) - datetime.fromtimestamp(int(stamp) / 1000, UTC))
        headers = (asked.headers["x-ncp-iam-access-key"], asked.headers["x-ncp-apigw-signature-v2"])
        if headers != (self.access_key, expected) or away > AS_FAR_AS_TIMES_GO:
            return Told(401, {"error": {"errorCode": "200", "message": "Authentication Failed"}})
        if (asked.method, asked.path) == ("GET", "/common/v2/projects"):
            return Told(200, [])
        if (asked.method, asked.path) != ("POST", f"/sms/v2/services/{self.service}/messages"):
            return Told(404, {"error": {"errorCode": "300", "message": "Not Found"}})
        (message,) = asked.body["messages"]
        fit = asked.body["type"] == "SMS" and asked.body["from"] == NUMBER and asked.body["countryCode"] == "82"
        if not fit or not re.fullmatch(r"010\d{8}", message["to"]):
            return Told(400, {"status": "400", "errors": []})
        self.taken.append((message["to"], asked.body["content"]))
        return Told(202, {"requestId": "r", "requestTime": "t", "statusCode": "202", "statusName": "success"})


class Nhn(Vendor):
    app_key, secret = "nhn-app", "nhn-secret"

    def __init__(self) -> None:
        super().__init__()
        self.keys: set[str] = set()

    def answer(self, asked: Asked) -> Told:
        base = f"/sms/v3.0/appKeys/{self.app_key}"
        if not asked.path.startswith(f"{base}/"):
            return self._refusal(-1000, "Invalid appKey.")
        if asked.headers["X-Secret-Key"] != self.secret:
            return Told(401, {"header": {"isSuccessful": False, "resultCode": 401, "resultMessage": "Unauthorized"}})
        if (asked.method, asked.path) == ("GET", f"{base}/sendNos"):
            return self._success({"data": []})
        if (asked.method, asked.path) != ("POST", f"{base}/sender/sms"):
            return self._refusal(-9998, "Not exist API.")
        key = asked.headers["X-NC-API-IDEMPOTENCY-KEY"]
        if key in self.keys:
            return self._refusal(-1005, "The same 'X-NC-API-IDEMPOTENCY-KEY' was used within the last 10 minute.")
        if asked.body["sendNo"] != NUMBER:
            return self._refusal(-2312, "Not regist sendno.")
        (recipient,) = asked.body["recipientList"]
        if not re.fullmatch(r"010\d{8}", recipient["recipientNo"]):
            return self._success({"data": {"sendResultList": [{"resultCode": -2019, "resultMessage": "?"}]}})
        self.keys.add(key)
        self.taken.append((recipient["recipientNo"], asked.body["body"]))
        return self._success({"data": {"requestId": "r", "sendResultList": [{"resultCode": 0}]}})

    def _success(self, body: Any) -> Told:
        header = {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}
        return Told(200, {"header": header, "body": body})

    def _refusal(self, code: int, message: str) -> Told:
        return Told(200, {"header": {"isSuccessful": False, "resultCode": code, "resultMessage": message}})


@contextmanager
def running(vendor: Vendor) -> Iterator[Vendor]:
    class Handler(Quiet):
        def do_GET(self) -> None:
            self.reply(Asked("GET", self.path, self.headers, {}))

        def do_POST(self) -> None:
            assert self.headers["Content-Type"].startswith("application/json")
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.reply(Asked("POST", self.path, self.headers, body))

        def reply(self, asked: Asked) -> None:
            vendor.asked.append(asked)
            told = vendor.instead.pop(0) if vendor.instead else self.told(asked)
            vendor.worked.set()
            if vendor.mute:
                vendor.heard.wait(5)
            body = told.body.encode() if isinstance(told.body, str) else json.dumps(told.body).encode()
            self.send_response(told.status)
            for name, value in {**told.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def told(self, asked: Asked) -> Told:
            try:
                return vendor.answer(asked)
            except (KeyError, TypeError, ValueError):
                return Told(400, {"errorCode": "ValidationError"})

    with serving(Handler, vendor.heard.set) as url:
        vendor.url = url
        yield vendor
