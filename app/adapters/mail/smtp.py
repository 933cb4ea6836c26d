"""Mail by SMTP (RFC 5321), enciphered (RFC 3207 or from the first byte), as plain text in UTF-8."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from app import clock
from app.adapters.mail.base import Mail
from app.adapters.sms.base import TIMEOUT, AccountProblem, Later, Refused, SendError
from app.config import NO_TLS, TLS, Smtp

PATIENCE = 20.0
WHOLE = ("Message-ID", "List-Unsubscribe")
# Of the answers for good (5xx): it is not this mail, but we who must mend something, for these are about signing in.
ACCOUNT = frozenset({530, 534, 535, 538})
OF_POLICY = b"5.7."  # RFC 3463: of a recipient, that the server does not relay for us


class SmtpMailer:
    """One connection a mail.

    Once all of a mail has been sent and its answer is lost, nobody knows whether it was taken. It is tried again with
    the same Message-ID, by which servers and mail programs know it for the same mail: twice does less harm than not at
    all. An answer lost later than that, at the farewell, loses nothing.
    """

    keeps = False

    def __init__(
        self,
        settings: Smtp,
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
        trust: ssl.SSLContext | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`timeout` in seconds until the server is there; `patience` for each of its answers, as it may look through a
        mail before it takes it."""
        self.settings, self.timeout, self.patience, self.trust, self.now = settings, timeout, patience, trust, now

    def send(self, mail: Mail) -> None:
        letter = write(mail, self.settings.sender, self.now())
        server = self._reach()
        try:
            with _farewell_unheard(server):
                server.send_message(letter, self.settings.address, [mail.recipient])
        except smtplib.SMTPException as error:
            raise _judged(error) from error
        except (OSError, ssl.SSLError) as error:
            raise Later(type(error).__name__) from error
        except UnicodeError as error:  # an address that this server cannot take
            raise Refused(type(error).__name__) from error

    def _reach(self) -> smtplib.SMTP:
        """Nothing of a mail has been said until then: whatever is refused for good is refused to us."""
        try:
            return self._connect()
        except smtplib.SMTPException as error:
            judged = _judged(error)
            raise (AccountProblem(str(judged)) if isinstance(judged, Refused) else judged) from error
        except (OSError, ssl.SSLError) as error:
            raise Later(type(error).__name__) from error
        except UnicodeError as error:  # a host, a name or a password that cannot be sent
            raise AccountProblem(type(error).__name__) from error

    def _connect(self) -> smtplib.SMTP:
        host, port = self.settings.host, self.settings.port
        if self.settings.tls == TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=self.timeout, context=self._context())
        else:
            server = smtplib.SMTP(host, port, timeout=self.timeout)
        try:
            assert server.sock is not None
            server.sock.settimeout(self.patience)
            if self.settings.tls not in (TLS, NO_TLS):
                server.starttls(context=self._context())
            server.ehlo_or_helo_if_needed()
            if self.settings.user:
                server.login(self.settings.user, self.settings.password)
        except BaseException:
            server.close()
            raise
        return server

    def _context(self) -> ssl.SSLContext:
        return self.trust or ssl.create_default_context()


@contextmanager
def _farewell_unheard(server: smtplib.SMTP) -> Iterator[smtplib.SMTP]:
    """smtplib's own `with` raises when QUIT is not answered, though the mail has been taken long before."""
    try:
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


class Written(EmailPolicy):
    """Lines of 78 letters, but for addresses and ids: folded, a longer one would be an encoded word (RFC 2047), which
    no mail program reads there."""

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}{self.linesep}".encode() if name in WHOLE else super().fold_binary(name, value)


def write(mail: Mail, sender: str, at: datetime) -> EmailMessage:
    """`sender`: an address, or a name with one, "금천구 <budget@example.kr>". Nothing in it tells one to send back a
    receipt or an answer of absence (RFC 3834)."""
    name, address = parseaddr(sender)
    letter = EmailMessage(policy=Written(linesep="\r\n"))
    letter["From"] = Address(display_name=name, addr_spec=address)
    letter["To"] = Address(addr_spec=mail.recipient)
    letter["Subject"] = " ".join(mail.subject.split())
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{mail.key}@{address.partition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        letter["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(mail.body, charset="utf-8", cte="base64")
    return letter


def _judged(error: smtplib.SMTPException) -> SendError:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (0, b""))
        if code < 500:
            return Later(str(code))
        return AccountProblem(str(code)) if code in ACCOUNT or said.startswith(OF_POLICY) else Refused(str(code))
    if isinstance(error, smtplib.SMTPNotSupportedError):  # no STARTTLS, no way to sign in, no UTF-8 in addresses
        return AccountProblem(type(error).__name__)
    if not isinstance(error, smtplib.SMTPResponseException):
        return Later(type(error).__name__)
    code = error.smtp_code
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused) or code in ACCOUNT:
        return AccountProblem(str(code)) if code >= 500 else Later(str(code))
    return Refused(str(code)) if code >= 500 else Later(str(code))
