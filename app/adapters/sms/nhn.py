"""NHN Cloud Notification SMS: https://docs.nhncloud.com/ko/Notification/SMS/ko/api-guide/, v3.0."""

from typing import Any

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

URL = "https://sms.api.nhncloudservice.com"
IDEMPOTENCY = "X-NC-API-IDEMPOTENCY-KEY"
# resultCode, from their list of codes; all others refuse the message.
ACCOUNT = frozenset({-1000, -1001, -1002, -1003, -1004, -1007, -1008, -2103, -2312, -2313})
BUSY = frozenset({-9999, -2021})


class NhnSender:
    """One message a request. A second request with the same key within ten minutes is refused and says why: then the
    first one was taken."""

    name = "NHN Cloud"
    keeps = False

    def __init__(self, app_key: str, secret_key: str, number: str, url: str = URL, timeout: float = TIMEOUT) -> None:
        self.base, self.number, self.timeout = f"{url}/sms/v3.0/appKeys/{app_key}", number, timeout
        self.headers = {"X-Secret-Key": secret_key}

    def send(self, recipient: str, body: str, key: str) -> None:
        request = {
            "body": body,
            "sendNo": self.number,
            "recipientList": [{"recipientNo": domestic(recipient), "recipientGroupingKey": key}],
        }
        found = self._ask("POST", "/sender/sms", headers=self.headers | {IDEMPOTENCY: key}, json=request)
        try:
            results = [int(one["resultCode"]) for one in found["body"]["data"]["sendResultList"]] if found else [0]
        except (KeyError, TypeError, ValueError) as error:
            raise Later("unreadable") from error
        if results != [0]:
            raise _judged(results[0]) if results else Later("unreadable")

    def ping(self) -> None:
        """The numbers that we may send from: an answer says that the keys are right."""
        self._ask("GET", "/sendNos", headers=self.headers)

    def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """Empty where it had been taken before. NHN says most of its refusals with 200, or with 400 and the same
        header."""
        answer = ask(method, self.base + path, self.timeout, **request)
        ensure_known(answer)
        found = read(answer)
        try:
            header = found["header"]
            code, message = int(header["resultCode"]), str(header.get("resultMessage"))
        except (KeyError, TypeError, ValueError) as error:
            raise Later("unreadable") from error
        if IDEMPOTENCY in message:
            return {}
        if code != 0 or header.get("isSuccessful") is not True:
            raise _judged(code)
        return found


def _judged(code: int) -> SendError:
    if code in ACCOUNT:
        return AccountProblem(str(code))
    return Later(str(code)) if code in BUSY else Refused(str(code))
