"""The one trustee of the demo's open round, whose words everybody may read: so that a visitor can open its box."""

from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.demo.ballot_rounds import Trustees
from app.demo.people import PHONE
from app.notices.models import SENT, Message
from app.people.identity import normalise_phone

ALONE = Trustees(("시연 수탁자 / demo trustee",), 1)
LABEL = "시연 수탁자의 낱말 · the demo trustee's words: "


def send_words(words: str, *, at: datetime) -> None:
    """Within the caller's transaction, into the demo's outbox as if it had been sent: no SMS is that long, and in a
    real round no message ever holds a trustee's words."""
    recipient = normalise_phone(PHONE)
    db.session.add(Message(recipient=recipient, body=LABEL + words, state=SENT, queued_at=at, due_at=at, sent_at=at))
    db.session.flush()


def find_words() -> str | None:
    """What was sent, however many messages came after it."""
    body = db.session.scalar(select(Message.body).where(Message.body.startswith(LABEL)).order_by(Message.id.desc()))
    return body.removeprefix(LABEL) if body else None
