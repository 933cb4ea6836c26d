"""Sending what waits; run every minute by a timer."""

import click
from flask.cli import AppGroup

from app import clock
from app.adapters import mail, sms
from app.notices import services as notices
from app.people import codes

outbox = AppGroup("outbox", help="Messages to people.")


@outbox.command("run")
def run() -> None:
    """Try every message that is due, and forget codes that no limit counts any more."""
    went, stayed = notices.deliver_queued(sms.sender(), mailer=mail.mailer())
    forgotten = codes.forget_old(at=clock.now())
    click.echo(
        f"보냄 {went}, 보내지 못함 {stayed}, 지운 인증 기록 {forgotten} / "
        f"sent {went}, not sent {stayed}, records of codes forgotten {forgotten}"
    )
