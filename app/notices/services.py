"""Queueing a message in the transaction that causes it, and sending it after that has been kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from app import clock
from app.adapters import sms
from app.adapters.sms import AccountProblem, Later, Refused, Sender, SendError
from app.audit import services as audit
from app.audit.models import SYSTEM
from app.database import db, lock, lock_name, transaction
from app.notices import queries, rules
from app.notices.models import FAILED, QUEUED, SENT, Message, SmsOutage

TRY = audit.declare("message.try", "message", "attempt")
SEND = audit.declare("message.send", "message", "state")
GIVE_UP = audit.declare("message.give_up", "message")
STOP = audit.declare("sms.stop", "sms", "reason")
RESUME = audit.declare("sms.resume", "sms")
UNSERVED = audit.declare("sms.unserved", "sms", "reason", "hour")


class _Claimed(NamedTuple):
    recipient: str
    body: str
    key: str


def queue_message(recipient: str, body: str, *, at: datetime, expires_at: datetime | None = None) -> Message:
    """Inside the caller's transaction, and under its audit line. `recipient` is E.164. Raises TooLong."""
    rules.ensure_one_sms(body)
    message = Message(recipient=recipient, body=body, queued_at=at, due_at=at, expires_at=expires_at)
    db.session.add(message)
    db.session.flush()
    return message


def deliver(message_id: int, sender: Sender, *, at: datetime) -> bool:
    """Tries one message now; whether it went. One that is not due, or being tried elsewhere, does not; nor does any
    while the breaker is shut."""
    claimed = _claim(message_id, at)
    if claimed is None:
        return False
    error: SendError | None = None
    try:
        sender.send(*claimed)
    except SendError as raised:
        error = raised
    _note_outcome(message_id, error, keep=sender.keeps, at=at)
    return error is None


def deliver_queued(sender: Sender, *, now: Callable[[], datetime] = clock.now) -> tuple[int, int]:
    """Tries every message that is due. Returns how many went and how many did not. Each asks the time anew: behind a
    slow gateway a code may have become too old before its turn."""
    for message_id in queries.list_over(now()):
        _give_up(message_id, keep=sender.keeps, at=now())
    due = queries.list_due(now()) if queries.find_shut_until(now()) is None else []
    outcomes = [deliver(message_id, sender, at=now()) for message_id in due]
    return outcomes.count(True), outcomes.count(False)


def is_answering() -> bool:
    """Whether a message could be sent now."""
    try:
        sms.sender().ping()
    except SendError:
        return False
    return True


def carrier() -> str:
    """The name of whoever carries our messages."""
    return sms.sender().name


def record_unserved(reason: str, *, at: datetime) -> None:
    """One more person who asked in vain in this hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    with transaction():
        lock_name(f"sms_outage {hour.isoformat()} {reason}")
        outage = db.session.get(SmsOutage, (hour, reason))
        if outage is None:
            db.session.add(SmsOutage(hour=hour, reason=reason, people=1))
        else:
            outage.people += 1
        audit.record(UNSERVED, None, at=at, by=SYSTEM, reason=reason, hour=hour.isoformat())


def _claim(message_id: int, at: datetime) -> _Claimed | None:
    """Counts the attempt and moves `due_at` on, before anything is sent: nobody else sends it meanwhile."""
    with transaction():
        due = select(Message).where(Message.id == message_id, queries.is_due(at)).with_for_update()
        message = db.session.scalar(due)
        if message is None or not _may_try(at):
            return None
        message.attempts += 1
        message.due_at = at + rules.RETRY_AFTER
        audit.record(TRY, message.id, at=at, by=SYSTEM, attempt=message.attempts)
        return _Claimed(message.recipient, message.body, _key(message))


def _key(message: Message) -> str:
    """The same at every try, and no other installation's on the same account."""
    return f"hanpyo-{message.id}-{message.queued_at:%Y%m%d%H%M%S%f}"


def _may_try(at: datetime) -> bool:
    """Whether messages go; after the time of being shut, whether this is the one that finds out."""
    breaker = queries.get_breaker()
    if breaker.shut_until is None:
        return True
    lock(breaker)
    if breaker.shut_until is not None:
        if breaker.shut_until > at:
            return False
        breaker.shut_until = at + rules.PROBE_TIME
    return True


def _note_outcome(message_id: int, error: SendError | None, *, keep: bool, at: datetime) -> None:
    with transaction():
        message = db.session.get_one(Message, message_id, with_for_update=True)
        if error is None:
            message.state, message.sent_at = SENT, at
        elif isinstance(error, Refused) or message.attempts >= rules.MOST_ATTEMPTS:
            message.state = FAILED
        elif isinstance(error, Later) and error.pause is not None:
            message.due_at = max(message.due_at, at + error.pause)
        _wipe(message, keep)
        audit.record(SEND, message_id, at=at, by=SYSTEM, state=message.state)
        if error is None or isinstance(error, Refused):  # a refusal is an answer
            _note_answer(at)
        else:
            _note_failure(error, at)


def _note_answer(at: datetime) -> None:
    breaker = queries.get_breaker()
    if not breaker.failures and breaker.shut_until is None:
        return
    lock(breaker)
    if breaker.shut_until is not None:
        audit.record(RESUME, None, at=at, by=SYSTEM)
    breaker.failures, breaker.shut_until, breaker.reason = 0, None, None


def _note_failure(error: SendError, at: datetime) -> None:
    breaker = lock(queries.get_breaker())
    was_shut, reason = breaker.shut_until is not None, _reason(error)
    breaker.failures += 1
    until = rules.shut_after(breaker.failures, was_shut, reason, _pause(error), at)
    if until is None:
        return
    if breaker.reason != reason:
        audit.record(STOP, None, at=at, by=SYSTEM, reason=reason)
    breaker.shut_until, breaker.reason = until, reason


def _reason(error: SendError) -> str:
    return rules.ACCOUNT if isinstance(error, AccountProblem) else rules.AWAY


def _pause(error: SendError) -> timedelta | None:
    return error.pause if isinstance(error, Later) else None


def _give_up(message_id: int, *, keep: bool, at: datetime) -> None:
    with transaction():
        message = db.session.get_one(Message, message_id, with_for_update=True)
        message.state = FAILED
        _wipe(message, keep)
        audit.record(GIVE_UP, message_id, at=at, by=SYSTEM)


def _wipe(message: Message, keep: bool) -> None:
    if message.state != QUEUED and not keep:
        message.recipient = message.body = ""
