"""What carries mail. What may go wrong is what may go wrong with text messages: app.adapters.sms.base."""

from typing import NamedTuple, Protocol


class Mail(NamedTuple):
    """`key`: the same whenever the same mail is tried again. `unsubscribe`: an address that ends mails like it on a
    POST (RFC 8058), or empty."""

    recipient: str
    subject: str
    body: str
    key: str
    unsubscribe: str = ""


class Mailer(Protocol):
    """`keeps`: whether mails stay readable with us after they were sent."""

    keeps: bool

    def send(self, mail: Mail) -> None:
        """Raises Later, Refused or AccountProblem."""
