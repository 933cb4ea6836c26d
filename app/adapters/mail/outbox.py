"""The demo: a mail is sent when it stands on the outbox page, and there it stands already."""

from app.adapters.mail.base import Mail


class OutboxMailer:
    keeps = True

    def send(self, mail: Mail) -> None:
        return None
