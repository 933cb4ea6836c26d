"""A mail server, over a real socket: it takes mails, refuses them, keeps one waiting, or hangs up with its answer."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.config import NO_TLS, Smtp

USER, PASSWORD = "hanpyo", "of the mail server"
SENDER = "금천구 주민참여예산 <budget@gu.example>"


class Post:
    """`whole`: mails as they came. `refused`: recipient → what is answered. `answer`: to a whole mail. `hangs_up`: with
    the answer to a mail, or to the farewell. It answers a mail only when `held` is set."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.whole: list[bytes] = []
        self.refused: dict[str, str] = {}
        self.answer = "250 OK"
        self.hangs_up = ""
        self.held = threading.Event()
        self.held.set()
        self.port = 0

    @property
    def recipients(self) -> list[str]:
        return [str(one["To"]) for one in self.taken]

    def settings(self, **other: Any) -> Smtp:
        return Smtp(**{"host": "127.0.0.1", "port": self.port, "tls": NO_TLS, "sender": SENDER, **other})

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        self.whole.append(envelope.content)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        while not self.held.is_set():
            await asyncio.sleep(0.01)
        if self.hangs_up == "data":
            server.transport.abort()
        return self.answer

    async def handle_QUIT(self, server: SMTP, session: Any, envelope: Any) -> str:
        if self.hangs_up == "quit":
            server.transport.abort()
        return "221 Bye"


def authenticate(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    is_right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)  # what is answered to a wrong one is the server's


@contextmanager
def running_post(**options: Any) -> Iterator[Post]:
    post, ready, begun = Post(), threading.Event(), {}

    async def serve(listening: socket.socket) -> None:
        begun["loop"], begun["over"] = asyncio.get_running_loop(), asyncio.Event()
        server = await begun["loop"].create_server(lambda: SMTP(post, **options), sock=listening)
        ready.set()
        async with server:
            await begun["over"].wait()

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        post.port = listening.getsockname()[1]
        thread = threading.Thread(target=lambda: asyncio.run(serve(listening)))
        thread.start()
        assert ready.wait(30)
        try:
            yield post
        finally:
            post.held.set()
            begun["loop"].call_soon_threadsafe(begun["over"].set)
            thread.join()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for this machine, and one that trusts it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post")])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "post.pem").write_bytes(pem + kept)
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(folder / "post.pem")
    return own, ssl.create_default_context(cadata=pem.decode())
