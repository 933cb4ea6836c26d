"""A gateway of the district's own, or of any company, behind a few lines of translation."""

from app.adapters.sms.base import TIMEOUT, Later, Refused, ask, ensure_known

NOT_THIS_ONE = (400, 404, 410, 422)


class GatewaySender:
    """POSTs {"to": E.164, "text": …, "key": …} as JSON; any 2xx means that the gateway has taken it. The key is sent as
    Idempotency-Key, too: whoever gets it twice should send once. 400, 404, 410 and 422 refuse the message for good."""

    name = "gateway"
    keeps = False

    def __init__(self, url: str, token: str | None = None, timeout: float = TIMEOUT) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.timeout = timeout

    def send(self, recipient: str, body: str, key: str) -> None:
        message = {"to": recipient, "text": body, "key": key}
        headers = self.headers | {"Idempotency-Key": key}
        answer = ask("POST", self.url, self.timeout, json=message, headers=headers)
        ensure_known(answer)
        if answer.status_code in NOT_THIS_ONE:
            raise Refused(str(answer.status_code))
        if not answer.is_success:
            raise Later(str(answer.status_code))

    def ping(self) -> None:
        """HEAD: that the gateway only takes a POST (405, 501) is an answer, too."""
        try:
            ensure_known(ask("HEAD", self.url, self.timeout, headers=self.headers))
        except Later as error:
            if str(error) != "501":
                raise
