"""Messages that wait, those lately sent, and whether any go now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.database import db
from app.notices import rules
from app.notices.delivery_rules import by_day
from app.notices.models import QUEUED, Message, SmsBreaker, SmsOutage


def is_due(at: datetime) -> ColumnElement[bool]:
    """To be tried now: neither too late, nor tried often enough, nor being tried by somebody else; nor what can wait
    and would ring at night."""
    in_time = or_(Message.expires_at.is_(None), Message.expires_at > at)
    due = and_(Message.state == QUEUED, Message.due_at <= at, Message.attempts < Message.most_attempts, in_time)
    return due if by_day(at) == at else and_(due, or_(Message.channel != rules.SMS, ~is_patient()))


def is_patient() -> ColumnElement[bool]:
    """A notice, which may come later; no code."""
    return Message.most_attempts > rules.MOST_ATTEMPTS


def is_over(at: datetime) -> ColumnElement[bool]:
    """Never to be tried again: too late, or the process died that took it for its last try."""
    died = and_(Message.attempts >= Message.most_attempts, Message.due_at <= at)
    return and_(Message.state == QUEUED, or_(Message.expires_at <= at, died))


def list_due(at: datetime, channel: str = rules.SMS) -> Sequence[int]:
    """Ids: first codes, which somebody waits for; then the oldest first."""
    due = select(Message.id).where(is_due(at), Message.channel == channel)
    return db.session.scalars(due.order_by(Message.most_attempts, Message.id)).all()


def list_over(at: datetime) -> Sequence[int]:
    return db.session.scalars(select(Message.id).where(is_over(at)).order_by(Message.id)).all()


def list_latest_messages(limit: int = 20) -> Sequence[Message]:
    return db.session.scalars(select(Message).order_by(Message.id.desc()).limit(limit)).all()


def get_breaker(channel: str = rules.SMS) -> SmsBreaker:
    return db.session.get_one(SmsBreaker, rules.BREAKERS[channel])


def find_shut_until(at: datetime, channel: str = rules.SMS) -> datetime | None:
    """Until when no message goes; None: they go."""
    until = get_breaker(channel).shut_until
    return until if until is not None and until > at else None


def ensure_taking(at: datetime) -> None:
    """Raises NoMessages."""
    rules.ensure_taking(get_breaker().shut_until, count_waiting(at), at)


def count_waiting(at: datetime) -> int:
    """Text messages that will still be tried, counted no further than matters. Those that can wait go after the
    others, and keep nobody waiting."""
    in_time = or_(Message.expires_at.is_(None), Message.expires_at > at)
    waiting = select(Message.id).where(Message.state == QUEUED, Message.channel == rules.SMS, ~is_patient(), in_time)
    return db.session.scalar(select(func.count()).select_from(waiting.limit(rules.MOST_WAITING).subquery())) or 0


def count_patient_sms(since: datetime) -> int:
    """Notices by SMS that were made after `since`."""
    made = select(func.count(Message.id)).where(Message.channel == rules.SMS, is_patient(), Message.queued_at > since)
    return db.session.scalar(made) or 0


def has_tag(tag: str, since: datetime) -> bool:
    """Whether a message with it was made after `since`."""
    tagged = select(Message.id).where(Message.tag == tag, Message.queued_at > since).limit(1)
    return db.session.scalar(tagged) is not None


def list_outages(since: datetime, until: datetime) -> Sequence[SmsOutage]:
    """Hours that began from `since` on and before `until`, the latest first."""
    within = select(SmsOutage).where(SmsOutage.hour >= since, SmsOutage.hour < until)
    return db.session.scalars(within.order_by(SmsOutage.hour.desc(), SmsOutage.reason)).all()
