"""What is to go out besides on the site, what has gone and what has not; and how people want to be told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.database import db
from app.notices.delivery_rules import PACKED, WAITING, Person
from app.notices.letter_models import About, Delivery, Notice, NoticeWish
from app.notices.letter_queries import is_of
from app.notices.models import FAILED, QUEUED, SENT, Message
from app.notices.rules import MAIL

AT_ONCE = 200  # deliveries that are looked at in one go
SHOWN = 100


class Tally(NamedTuple):
    """Of deliveries: to be packed, packed and being tried, gone, given up."""

    waiting: int
    trying: int
    sent: int
    failed: int


def list_due(at: datetime, but: Collection[str] = ()) -> Sequence[Delivery]:
    """That wait to be packed, the oldest first; not for channels of `but`. Each with its notice."""
    due = select(Delivery).where(Delivery.state == WAITING, Delivery.due_at <= at, Delivery.channel.not_in(but))
    due = due.join(Delivery.notice).options(contains_eager(Delivery.notice)).order_by(Delivery.id)
    return db.session.scalars(due.limit(AT_ONCE)).all()


def list_of_digest(person: Person, at: datetime) -> Sequence[Delivery]:
    """All that goes into a person's digest now, the oldest first."""
    due = (
        select(Delivery)
        .join(Delivery.notice)
        .where(Delivery.state == WAITING, Delivery.is_digest, Delivery.due_at <= at, is_of(person))
    )
    return db.session.scalars(due.options(contains_eager(Delivery.notice)).order_by(Delivery.id)).all()


def list_packed_mails(person: Person) -> Sequence[Delivery]:
    """That have not gone yet."""
    packed = select(Delivery).join(Delivery.notice).join(Delivery.message)
    return db.session.scalars(packed.where(is_of(person), Delivery.channel == MAIL, Message.state == QUEUED)).all()


def tally(of: About) -> Tally:
    """`of`: a round, or a programme for its committee; and so below."""
    states = (
        select(Delivery.state, Message.state, func.count())
        .join(Delivery.notice)
        .outerjoin(Delivery.message)
        .where(_is_of(of))
        .group_by(Delivery.state, Message.state)
    )
    found = {(delivery, message): count for delivery, message, count in db.session.execute(states)}
    return Tally(found.get((WAITING, None), 0), *(found.get((PACKED, state), 0) for state in (QUEUED, SENT, FAILED)))


def list_unsent(of: About) -> Sequence[Delivery]:
    """Those given up first, then those that wait or are being tried, the oldest first; with notice and message."""
    unsent = (
        select(Delivery)
        .join(Delivery.notice)
        .outerjoin(Delivery.message)
        .options(contains_eager(Delivery.notice), contains_eager(Delivery.message))
        .where(_is_of(of), or_(Delivery.state == WAITING, Message.state.in_((QUEUED, FAILED))))
    )
    failed_first = func.coalesce(Message.state, "") != FAILED
    return db.session.scalars(unsent.order_by(failed_first, Delivery.id).limit(SHOWN)).all()


def list_failed_ids(of: About, notice_id: int | None = None) -> Sequence[int]:
    """Ids of the messages that were given up: all, or that of one notice."""
    failed = (
        select(Message.id)
        .join(Delivery, Delivery.message_id == Message.id)
        .join(Delivery.notice)
        .where(_is_of(of), Message.state == FAILED)
    )
    if notice_id is not None:
        failed = failed.where(Delivery.notice_id == notice_id)
    return db.session.scalars(failed.distinct().order_by(Message.id)).all()


def _is_of(of: About) -> ColumnElement[bool]:
    if of.round_id is not None:
        return Notice.round_id == of.round_id
    return Notice.programme_id == of.programme_id


def list_told(proposal_id: int) -> Sequence[tuple[Notice, Sequence[Delivery]]]:
    """What was told of a proposal at its last SHOWN steps, the latest first, and by what it went out as well. Of whom:
    nothing."""
    of_it = Notice.proposal_id == proposal_id
    steps = select(func.min(Notice.id).label("first")).where(of_it).group_by(Notice.made_at, Notice.kind)
    latest = steps.order_by(func.min(Notice.id).desc()).limit(SHOWN).subquery()
    since = select(func.min(latest.c.first)).scalar_subquery()
    notices = db.session.scalars(select(Notice).where(of_it, Notice.id >= since).order_by(Notice.id.desc())).all()
    sent = select(Delivery).where(Delivery.notice_id.in_([one.id for one in notices]))
    by_notice: dict[int, list[Delivery]] = {}
    for one in db.session.scalars(sent.options(joinedload(Delivery.message)).order_by(Delivery.id)):
        by_notice.setdefault(one.notice_id, []).append(one)
    return [(notice, by_notice.get(notice.id, [])) for notice in notices]


def has_unread(person: Person, kind: str, proposal_id: int) -> bool:
    """Whether the person was told this already, has not seen it, and it has gone out by nothing yet."""
    gone = select(Delivery.id).where(Delivery.notice_id == Notice.id, Delivery.state == PACKED)
    unread = select(Notice.id).where(
        is_of(person), Notice.kind == kind, Notice.proposal_id == proposal_id, Notice.seen_at.is_(None), ~gone.exists()
    )
    return db.session.scalar(unread.limit(1)) is not None


def find_wish(person: Person) -> NoticeWish | None:
    return map_wishes([person]).get(person)


def map_wishes(persons: Collection[Person]) -> Mapping[Person, NoticeWish]:
    """Of those who have said how they want to be told, in one question."""
    residents = [one.resident_id for one in persons if one.resident_id is not None]
    accounts = [one.account_id for one in persons if one.account_id is not None]
    said = select(NoticeWish).where(or_(NoticeWish.resident_id.in_(residents), NoticeWish.account_id.in_(accounts)))
    return {Person(one.resident_id, one.account_id): one for one in db.session.scalars(said)}
