"""HTTP over one kept connection, as plain as it can be: what the client costs must not flatter the ratios."""

import socket
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode


class Answer(NamedTuple):
    status: int
    head: str
    body: bytes

    @property
    def cookies(self) -> dict[str, str]:
        """What the answer sets."""
        fields = (line.partition(": ") for line in self.head.split("\r\n"))
        pairs = (value.partition(";")[0].partition("=") for name, _, value in fields if name.lower() == "set-cookie")
        return {name: value for name, _, value in pairs}


Form = Sequence[tuple[str, str]]


def request(method: str, path: str, cookies: Mapping[str, str] | None = None, form: Form | None = None) -> bytes:
    """The bytes of a request, made before the clock runs. Browsers send more headers; both sides get the same."""
    head = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    body = urlencode(form or [])
    if cookies:
        head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    if form is not None:
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", body]).encode()


class Connection:
    """Raises OSError where nobody listens, ConnectionError where the server hangs up."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> Answer:
        self.socket.sendall(request)
        received = self._more(b"")
        while (end := received.find(b"\r\n\r\n")) < 0:
            received = self._more(received)
        head = received[:end].decode("latin-1")
        length = next((int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)
        while len(received) < end + 4 + length:
            received = self._more(received)
        return Answer(int(head[9:12]), head, received[end + 4 :])

    def close(self) -> None:
        self.socket.close()

    def _more(self, received: bytes) -> bytes:
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server hung up")
        return received + chunk
