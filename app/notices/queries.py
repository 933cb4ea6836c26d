"""Messages that wait, those lately sent, and whether any go now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.database import db
from app.notices import rules
from app.notices.models import QUEUED, Message, SmsBreaker, SmsOutage


def is_due(at: datetime) -> ColumnElement[bool]:
    """To be tried now: neither too late, nor tried often enough, nor being tried by somebody else."""
    in_time = or_(Message.expires_at.is_(None), Message.expires_at > at)
    return and_(Message.state == QUEUED, Message.due_at <= at, Message.attempts < rules.MOST_ATTEMPTS, in_time)


def is_over(at: datetime) -> ColumnElement[bool]:
    """Never to be tried again: too late, or the process died that took it for its last try."""
    died = and_(Message.attempts >= rules.MOST_ATTEMPTS, Message.due_at <= at)
    return and_(Message.state == QUEUED, or_(Message.expires_at <= at, died))


def list_due(at: datetime) -> Sequence[int]:
    """Ids, the oldest first."""
    return db.session.scalars(select(Message.id).where(is_due(at)).order_by(Message.id)).all()


def list_over(at: datetime) -> Sequence[int]:
    return db.session.scalars(select(Message.id).where(is_over(at)).order_by(Message.id)).all()


def list_latest_messages(limit: int = 20) -> Sequence[Message]:
    return db.session.scalars(select(Message).order_by(Message.id.desc()).limit(limit)).all()


def get_breaker() -> SmsBreaker:
    return db.session.get_one(SmsBreaker, 1)


def find_shut_until(at: datetime) -> datetime | None:
    """Until when no message goes; None: they go."""
    until = get_breaker().shut_until
    return until if until is not None and until > at else None


def ensure_taking(at: datetime) -> None:
    """Raises NoMessages."""
    rules.ensure_taking(get_breaker().shut_until, count_waiting(at), at)


def count_waiting(at: datetime) -> int:
    """Messages that will still be tried, counted no further than matters."""
    in_time = or_(Message.expires_at.is_(None), Message.expires_at > at)
    waiting = select(Message.id).where(Message.state == QUEUED, in_time).limit(rules.MOST_WAITING)
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def list_outages(since: datetime, until: datetime) -> Sequence[SmsOutage]:
    """Hours that began from `since` on and before `until`, the latest first."""
    within = select(SmsOutage).where(SmsOutage.hour >= since, SmsOutage.hour < until)
    return db.session.scalars(within.order_by(SmsOutage.hour.desc(), SmsOutage.reason)).all()
