"""The demo: a message is sent when it stands on the outbox page, and there it stands already."""


class OutboxSender:
    name = "outbox"
    keeps = True

    def send(self, recipient: str, body: str, key: str) -> None:
        return None

    def ping(self) -> None:
        return None
