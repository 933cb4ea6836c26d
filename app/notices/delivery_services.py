"""What is to go out besides on the site: packed into messages, which `app.notices.services` sends.

Each notice goes at least once: a step and its deliveries are written in one transaction, and so are a message and that
its deliveries are in it. Whoever dies while they send has counted the try before, and what they may have sent is sent
again with the same key.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.database import db, lock_name, transaction
from app.notices import delivery_queries as queries
from app.notices import delivery_rules as rules
from app.notices import services
from app.notices.delivery_rules import DIGEST, MAIL, PACKED, SMS, UNWANTED, WAITING, Person
from app.notices.letter_models import About, Delivery, NoticeWish
from app.notices.letter_queries import is_of
from app.notices.letter_rules import KINDS
from app.notices.models import FAILED, QUEUED, Message

PACK = audit.declare("delivery.pack", "message", "deliveries")
POSTPONE = audit.declare("delivery.postpone", "delivery", "deliveries")
DROP = audit.declare("delivery.drop", "delivery", "deliveries")
RETRY = audit.declare("delivery.retry", "round", "messages")
RETRY_MEMBERS = audit.declare("delivery.retry_members", "programme", "messages")
FORGET = audit.declare("delivery.forget", "delivery", "deliveries")
# No line says who wants what: none of these acts is about money or a vote.
WISH = audit.declare("notice_wish.save", "notice_wish")
UNSUBSCRIBE = audit.declare("notice_wish.unsubscribe", "notice_wish")


class Parcel(NamedTuple):
    """A message about to be made of deliveries. `subject` and `unsubscribe`: of a mail. `expires_at`: it does not go
    then any more."""

    channel: str
    recipient: str
    body: str
    subject: str = ""
    unsubscribe: str = ""
    expires_at: datetime | None = None


def pack(
    delivery_ids: Collection[int],
    person: Person,
    parcel: Parcel,
    *,
    is_theirs: Callable[[], bool] = lambda: True,
    at: datetime,
) -> int | None:
    """The id of the one message that they are in now; None where somebody else has taken one of them meanwhile, or the
    person has just unsubscribed, or the parcel's recipient `is_theirs` no longer: then nothing is made, and what is
    left is looked at again. Raises TooLong."""
    with transaction():
        hold(person)
        taken = _take(delivery_ids)
        if taken is None or not is_theirs() or (parcel.channel == MAIL and _has_stopped(person)):
            return None
        made: dict[str, Any] = {"at": at, "expires_at": parcel.expires_at, "is_patient": True}
        if parcel.channel == SMS:
            message = services.queue_message(parcel.recipient, parcel.body, **made)
        else:
            mail = (parcel.recipient, parcel.subject, parcel.body)
            message = services.queue_mail(*mail, unsubscribe=parcel.unsubscribe, **made)
        for one in taken:
            one.state, one.message_id = PACKED, message.id
        audit.record(PACK, message.id, at=at, by=SYSTEM, deliveries=len(taken))
        return message.id


def postpone(delivery_ids: Collection[int], until: datetime, *, is_digest: bool = False, at: datetime) -> None:
    """Until the next digest, or until it is day; those that were taken meanwhile stay as they are."""
    if not delivery_ids:
        return
    with transaction():
        waiting = update(Delivery).where(Delivery.id.in_(delivery_ids), Delivery.state == WAITING)
        db.session.execute(waiting.values(due_at=until, is_digest=is_digest))
        audit.record(POSTPONE, None, at=at, by=SYSTEM, deliveries=len(delivery_ids))


def drop(delivery_ids: Collection[int], *, at: datetime) -> None:
    """The person does not want it so, or has given nowhere to send it."""
    if not delivery_ids:
        return
    with transaction():
        waiting = update(Delivery).where(Delivery.id.in_(delivery_ids), Delivery.state == WAITING)
        db.session.execute(waiting.values(state=UNWANTED))
        audit.record(DROP, None, at=at, by=SYSTEM, deliveries=len(delivery_ids))


def retry(of: About, notice_id: int | None = None, *, at: datetime, by: Actor) -> int:
    """What was given up is packed anew: of one notice (and what was in a digest with it), or all of a round or of a
    programme's committee. How many messages. Raises NothingFailed."""
    with transaction():
        lock_name(f"retry {of.round_id} {of.programme_id}")
        message_ids = queries.list_failed_ids(of, notice_id)
        if not message_ids:
            raise rules.NothingFailed
        again = update(Delivery).where(Delivery.message_id.in_(message_ids))
        db.session.execute(again.values(state=WAITING, message_id=None, due_at=at))
        what, whose = (RETRY, of.round_id) if of.round_id is not None else (RETRY_MEMBERS, of.programme_id)
        audit.record(what, whose, at=at, by=by, messages=len(message_ids))
        return len(message_ids)


def forget(before: datetime, *, at: datetime) -> int:
    """That something went, or was unwanted, and when: of deliveries made before. How many; what is still to go, or was
    given up, stays to be seen."""
    old = (
        select(Delivery.id, Delivery.message_id)
        .outerjoin(Delivery.message)
        .where(
            Delivery.made_at < before,
            (Delivery.state == UNWANTED) | Message.state.not_in((QUEUED, FAILED)),
        )
        .limit(queries.AT_ONCE)
    )
    if not db.session.execute(old).all():
        return 0
    with transaction():
        found = db.session.execute(old).all()
        db.session.execute(delete(Delivery).where(Delivery.id.in_([one.id for one in found])))
        messages = {one.message_id for one in found if one.message_id is not None}
        kept = select(Delivery.message_id).where(Delivery.message_id.in_(messages))
        db.session.execute(delete(Message).where(Message.id.in_(messages), Message.id.not_in(kept)))
        audit.record(FORGET, None, at=at, by=SYSTEM, deliveries=len(found))
    return len(found)


def save_wishes(person: Person, ways: Mapping[str, str], language: str, *, at: datetime, by: Actor) -> None:
    """How they are told from now on: kind → one of WAYS, of the kinds that are given. Who chooses a mail has not
    unsubscribed any more. What still waits is looked at anew for every channel. Raises WayUnknown."""
    for kind, way in ways.items():
        if kind not in KINDS:
            raise rules.WayUnknown(kind)
        rules.ensure_way(way, KINDS[kind].has_sms, not KINDS[kind].is_reminder)
    with transaction():
        wish = _hold(person)
        wish.ways, wish.language = {**wish.ways, **ways}, language
        if {MAIL, DIGEST} & set(ways.values()):
            wish.mail_stopped_at = None
        waiting = select(Delivery.notice_id).join(Delivery.notice).where(is_of(person), Delivery.state == WAITING)
        dropped = update(Delivery).where(Delivery.notice_id.in_(waiting), Delivery.state == UNWANTED)
        db.session.execute(dropped.values(state=WAITING))
        audit.record(WISH, None, at=at, by=by)


def unsubscribe(person: Person, *, at: datetime) -> None:
    """No mail any more, not even what waits. Once is enough, and again changes nothing."""
    with transaction():
        wish = _hold(person)
        if wish.mail_stopped_at is not None:
            return
        wish.mail_stopped_at = at
        call_back_mails(person)
        audit.record(UNSUBSCRIBE, None, at=at, by=SYSTEM)


def resume_mails(person: Person, language: str) -> None:
    """Inside the caller's transaction, in which they have given an address anew. `language`: in which they did so, and
    which they get from now on unless they have chosen one."""
    _hold(person, language).mail_stopped_at = None


def call_back_mails(person: Person, state: str = UNWANTED) -> None:
    """Inside the caller's transaction: mails that were made and have not gone do not go. `state`: of what they told;
    WAITING, and it is packed anew."""
    hold(person)
    packed = {one.message_id for one in queries.list_packed_mails(person) if one.message_id is not None}
    ended = services.end_messages(packed)
    told = update(Delivery).where(Delivery.message_id.in_(ended))
    db.session.execute(told.values(state=state, message_id=None))


def hold(person: Person) -> None:
    """Until the commit, by whoever changes how they are reached, and whoever acts by that."""
    lock_name(f"notice_wish {person.resident_id} {person.account_id}")


def _hold(person: Person, language: str = "ko") -> NoticeWish:
    hold(person)
    wish = queries.find_wish(person)
    if wish is None:
        wish = NoticeWish(**person._asdict(), language=language, ways={})
        db.session.add(wish)
    return wish


def _has_stopped(person: Person) -> bool:
    wish = queries.find_wish(person)
    return wish is not None and wish.mail_stopped_at is not None


def _take(delivery_ids: Collection[int]) -> Sequence[Delivery] | None:
    """All of them, held; or none."""
    wanted = select(Delivery).where(Delivery.id.in_(delivery_ids), Delivery.state == WAITING).with_for_update()
    found = db.session.scalars(wanted.order_by(Delivery.id)).all()
    return found if len(found) == len(delivery_ids) else None
