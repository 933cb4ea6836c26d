"""Queueing a message in the transaction that causes it, and sending it after that has been kept."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select, update

from app import clock
from app.adapters import sms
from app.adapters.mail import Mail, Mailer
from app.adapters.sms import AccountProblem, Later, Refused, Sender, SendError
from app.audit import services as audit
from app.audit.models import SYSTEM
from app.database import db, lock, lock_name, transaction
from app.notices import queries, rules
from app.notices.models import FAILED, QUEUED, SENT, Message, SmsOutage

TRY = audit.declare("message.try", "message", "attempt")
SEND = audit.declare("message.send", "message", "state")
GIVE_UP = audit.declare("message.give_up", "message")
STOP = {rules.SMS: audit.declare("sms.stop", "sms", "reason"), rules.MAIL: audit.declare("mail.stop", "mail", "reason")}
RESUME = {rules.SMS: audit.declare("sms.resume", "sms"), rules.MAIL: audit.declare("mail.resume", "mail")}
UNSERVED = audit.declare("sms.unserved", "sms", "reason", "hour")


TURN = timedelta(seconds=30)  # as long as a run goes on with mails: others wait for what it does next


class _Claimed(NamedTuple):
    channel: str
    recipient: str
    subject: str
    body: str
    unsubscribe: str
    key: str


def queue_message(
    recipient: str,
    body: str,
    *,
    at: datetime,
    expires_at: datetime | None = None,
    is_patient: bool = False,
    tag: str | None = None,
) -> Message:
    """Inside the caller's transaction, and under its audit line. `recipient` is E.164. `is_patient`: it need not go at
    once, but in the end. Raises TooLong."""
    rules.ensure_one_sms(body)
    message = Message(recipient=recipient, body=body, queued_at=at, due_at=at, expires_at=expires_at, tag=tag)
    return _add(message, is_patient)


def queue_mail(
    recipient: str,
    subject: str,
    body: str,
    *,
    unsubscribe: str = "",
    at: datetime,
    expires_at: datetime | None = None,
    is_patient: bool = False,
) -> Message:
    """Likewise. `unsubscribe`: the address that ends mails like this one."""
    message = Message(channel=rules.MAIL, recipient=recipient, subject=subject, body=body, unsubscribe=unsubscribe)
    message.queued_at, message.due_at, message.expires_at = at, at, expires_at
    return _add(message, is_patient)


def _add(message: Message, is_patient: bool) -> Message:
    message.most_attempts = rules.PATIENT_ATTEMPTS if is_patient else rules.MOST_ATTEMPTS
    db.session.add(message)
    db.session.flush()
    return message


def deliver(message_id: int, sender: Sender, *, at: datetime, mailer: Mailer | None = None) -> bool:
    """Tries one message now; whether it went. One that is not due, or being tried elsewhere, does not; nor does any
    while its channel's breaker is shut. Without a `mailer` no mail goes."""
    claimed = _claim(message_id, at, mailer is not None)
    if claimed is None:
        return False
    error: SendError | None = None
    keeps = sender.keeps
    try:
        if claimed.channel == rules.MAIL:
            assert mailer is not None
            keeps = mailer.keeps
            mailer.send(Mail(claimed.recipient, claimed.subject, claimed.body, claimed.key, claimed.unsubscribe))
        else:
            sender.send(claimed.recipient, claimed.body, claimed.key)
    except SendError as raised:
        error = raised
    except Exception as raised:  # whatever it is, the others go on, and it is tried again
        current_app.logger.exception("message %s", message_id)
        error = Later(type(raised).__name__)
    _note_outcome(message_id, error, keep=keeps, at=at)
    return error is None


def deliver_queued(
    sender: Sender, *, now: Callable[[], datetime] = clock.now, mailer: Mailer | None = None
) -> tuple[int, int]:
    """Tries every message that is due. Returns how many went and how many did not. Each asks the time anew: behind a
    slow gateway a code may have become too old before its turn. Mails that a slow server leaves over go next time."""
    for message_id in queries.list_over(now()):
        _give_up(message_id, keep=sender.keeps, at=now())
    outcomes = [deliver(message_id, sender, at=now()) for message_id in _due(rules.SMS, now())]
    ends_at = now() + TURN
    for message_id in _due(rules.MAIL, now()) if mailer is not None else []:
        if now() >= ends_at:
            break
        outcomes.append(deliver(message_id, sender, at=now(), mailer=mailer))
    return outcomes.count(True), outcomes.count(False)


def _due(channel: str, at: datetime) -> Sequence[int]:
    return queries.list_due(at, channel) if queries.find_shut_until(at, channel) is None else []


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


def _claim(message_id: int, at: datetime, has_mailer: bool) -> _Claimed | None:
    """Counts the attempt and moves `due_at` on, before anything is sent: nobody else sends it meanwhile."""
    with transaction():
        due = select(Message).where(Message.id == message_id, queries.is_due(at)).with_for_update()
        message = db.session.scalar(due)
        if message is None or (message.channel == rules.MAIL and not has_mailer) or not _may_try(message.channel, at):
            return None
        message.attempts += 1
        message.due_at = at + rules.HELD_FOR[message.channel]
        audit.record(TRY, message.id, at=at, by=SYSTEM, attempt=message.attempts)
        key = _key(message)
        return _Claimed(message.channel, message.recipient, message.subject, message.body, message.unsubscribe, key)


def _key(message: Message) -> str:
    """The same at every try, and no other installation's on the same account."""
    return f"hanpyo-{message.id}-{message.queued_at:%Y%m%d%H%M%S%f}"


def _may_try(channel: str, at: datetime) -> bool:
    """Whether messages go; after the time of being shut, whether this is the one that finds out."""
    breaker = queries.get_breaker(channel)
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
        message.fault = _fault(error)
        if error is None:
            message.state, message.sent_at = SENT, at
        elif isinstance(error, Refused) or message.attempts >= message.most_attempts:
            message.state = FAILED
        else:
            message.due_at = at + max(rules.retry_after(message.attempts), _pause(error) or timedelta(0))
        _wipe(message, keep)
        audit.record(SEND, message_id, at=at, by=SYSTEM, state=message.state)
        if error is None or isinstance(error, Refused):  # a refusal is an answer
            _note_answer(message.channel, at)
        else:
            _note_failure(message.channel, error, at)


def _fault(error: SendError | None) -> str | None:
    if error is None:
        return None
    return rules.REFUSED if isinstance(error, Refused) else _reason(error)


def _note_answer(channel: str, at: datetime) -> None:
    breaker = queries.get_breaker(channel)
    if not breaker.failures and breaker.shut_until is None:
        return
    lock(breaker)
    if breaker.shut_until is not None:
        audit.record(RESUME[channel], None, at=at, by=SYSTEM)
    breaker.failures, breaker.shut_until, breaker.reason = 0, None, None


def _note_failure(channel: str, error: SendError, at: datetime) -> None:
    breaker = lock(queries.get_breaker(channel))
    was_shut, reason = breaker.shut_until is not None, _reason(error)
    breaker.failures += 1
    until = rules.shut_after(breaker.failures, was_shut, reason, _pause(error), at)
    if until is None:
        return
    if breaker.reason != reason:
        audit.record(STOP[channel], None, at=at, by=SYSTEM, reason=reason)
    breaker.shut_until, breaker.reason = until, reason


def _reason(error: SendError) -> str:
    return rules.ACCOUNT if isinstance(error, AccountProblem) else rules.AWAY


def _pause(error: SendError) -> timedelta | None:
    return error.pause if isinstance(error, Later) else None


def _give_up(message_id: int, *, keep: bool, at: datetime) -> None:
    with transaction():
        message = db.session.get_one(Message, message_id, with_for_update=True)
        message.state, message.fault = FAILED, rules.LATE
        _wipe(message, keep)
        audit.record(GIVE_UP, message_id, at=at, by=SYSTEM)


def end_messages(message_ids: Collection[int]) -> set[int]:
    """Inside the caller's transaction: of these, what has not gone does not go any more. The ids of those."""
    emptied = {"recipient": "", "subject": "", "body": "", "unsubscribe": ""}
    ended = update(Message).where(Message.id.in_(message_ids), Message.state == QUEUED)
    return set(db.session.scalars(ended.values(state=FAILED, **emptied).returning(Message.id)).all())


def end_tagged(tag: str) -> None:
    """Inside the caller's transaction: likewise, of one number. What was never tried is counted no longer."""
    ended = end_messages(db.session.scalars(select(Message.id).where(Message.tag == tag)).all())
    db.session.execute(update(Message).where(Message.id.in_(ended), Message.attempts == 0).values(tag=None))


def _wipe(message: Message, keep: bool) -> None:
    if message.state != QUEUED and not keep:
        message.recipient = message.subject = message.body = message.unsubscribe = ""
