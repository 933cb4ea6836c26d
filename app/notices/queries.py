"""Messages that wait, and those lately sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from app.database import db
from app.notices import rules
from app.notices.models import QUEUED, Message


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
