"""Mail: the server that carries it for us, the demo's own outbox page, or none. One file each; this one chooses."""

from flask import Flask, current_app

from app.adapters.mail.base import Mail, Mailer
from app.adapters.mail.outbox import OutboxMailer
from app.adapters.mail.smtp import SmtpMailer
from app.config import Config

__all__ = ["Mail", "Mailer", "OutboxMailer", "SmtpMailer", "mailer", "mailer_for", "register"]


def mailer_for(config: Config) -> Mailer | None:
    """The one place that chooses. None: no mail goes, and no page offers any."""
    if config.is_demo:
        return OutboxMailer()
    return SmtpMailer(config.smtp) if config.smtp.host else None


def register(app: Flask) -> None:
    app.extensions["mailer"] = mailer_for(app.extensions["hanpyo"])


def mailer() -> Mailer | None:
    """This application's own."""
    found: Mailer | None = current_app.extensions["mailer"]
    return found
