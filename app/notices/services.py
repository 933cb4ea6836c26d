"""Queueing a message in the transaction that causes it, and sending it after that has been kept."""

from datetime import datetime

from sqlalchemy import select

from app.adapters import sms
from app.adapters.sms import Sender, SendError
from app.audit import services as audit
from app.audit.models import SYSTEM
from app.database import db, transaction
from app.notices import queries, rules
from app.notices.models import FAILED, QUEUED, SENT, Message

TRY = audit.declare("message.try", "message", "attempt")
SEND = audit.declare("message.send", "message", "state")
GIVE_UP = audit.declare("message.give_up", "message")


def queue_message(recipient: str, body: str, *, at: datetime, expires_at: datetime | None = None) -> Message:
    """Inside the caller's transaction, and under its audit line. `recipient` is E.164. Raises TooLong."""
    rules.ensure_one_sms(body)
    message = Message(recipient=recipient, body=body, queued_at=at, due_at=at, expires_at=expires_at)
    db.session.add(message)
    db.session.flush()
    return message


def deliver(message_id: int, sender: Sender, *, at: datetime) -> bool:
    """Tries one message now; whether it went. One that is not due, or being tried elsewhere, does not."""
    claimed = _claim(message_id, at)
    if claimed is None:
        return False
    try:
        sender.send(*claimed)
        went = True
    except SendError:
        went = False
    _note_outcome(message_id, went=went, keep=sender.keeps, at=at)
    return went


def deliver_queued(sender: Sender, *, at: datetime) -> tuple[int, int]:
    """Tries every message that is due. Returns how many went and how many did not."""
    for message_id in queries.list_over(at):
        _give_up(message_id, keep=sender.keeps, at=at)
    outcomes = [deliver(message_id, sender, at=at) for message_id in queries.list_due(at)]
    return outcomes.count(True), outcomes.count(False)


def is_answering() -> bool:
    """Whether a message could be sent now."""
    try:
        sms.sender().ping()
    except SendError:
        return False
    return True


def _claim(message_id: int, at: datetime) -> tuple[str, str] | None:
    """Counts the attempt and moves `due_at` on, before anything is sent: nobody else sends it meanwhile."""
    with transaction():
        due = select(Message).where(Message.id == message_id, queries.is_due(at)).with_for_update()
        message = db.session.scalar(due)
        if message is None:
            return None
        message.attempts += 1
        message.due_at = at + rules.RETRY_AFTER
        audit.record(TRY, message.id, at=at, by=SYSTEM, attempt=message.attempts)
        return message.recipient, message.body


def _note_outcome(message_id: int, *, went: bool, keep: bool, at: datetime) -> None:
    with transaction():
        message = db.session.get_one(Message, message_id, with_for_update=True)
        if went:
            message.state, message.sent_at = SENT, at
        elif message.attempts >= rules.MOST_ATTEMPTS:
            message.state = FAILED
        _wipe(message, keep)
        audit.record(SEND, message_id, at=at, by=SYSTEM, state=message.state)


def _give_up(message_id: int, *, keep: bool, at: datetime) -> None:
    with transaction():
        message = db.session.get_one(Message, message_id, with_for_update=True)
        message.state = FAILED
        _wipe(message, keep)
        audit.record(GIVE_UP, message_id, at=at, by=SYSTEM)


def _wipe(message: Message, keep: bool) -> None:
    if message.state != QUEUED and not keep:
        message.recipient = message.body = ""
