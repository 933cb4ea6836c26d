"""Wording what people are told, telling them, and noting that they have seen it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, delete, select, update

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock_name, transaction
from app.notices import letter_queries as queries
from app.notices import letter_rules as rules
from app.notices.delivery_rules import UNWANTED, WAITING, Person
from app.notices.letter_models import About, Delivery, LetterTemplate, Notice
from app.notices.rules import CHANNELS, MAIL
from app.notices.services import end_messages

SAVE = audit.declare("letter.save", "programme", "kind", "version")
RESET = audit.declare("letter.reset", "programme", "kind", "version")
SEE = audit.declare("notice.see", "notice", "notices")


class Texts(NamedTuple):
    """What staff write for a kind, in both languages; `sms_…` empty where it has no SMS, or the usual one is meant, and
    so `subject_…`."""

    body_ko: str
    body_en: str
    subject_ko: str = ""
    subject_en: str = ""
    sms_ko: str = ""
    sms_en: str = ""


def save_letter(programme_id: int, kind: str, texts: Texts, *, seen: int, at: datetime, by: Actor) -> None:
    """The texts of this kind from now on; what was told before reads as it did. `seen`: the version on the page. That
    an SMS is not too long is asked where the values are known in each language.

    Raises LetterUnfit, LooseBrace, UnknownVariable, LetterMoved.
    """
    for body in (texts.body_ko, texts.body_en):
        rules.ensure_body(kind, body)
    for subject in filter(None, (texts.subject_ko, texts.subject_en)):
        rules.ensure_subject(kind, subject)
    for sms in filter(None, (texts.sms_ko, texts.sms_en)):
        rules.ensure_body(kind, sms)
    with transaction():
        version = _add(programme_id, kind, texts, seen=seen, at=at, by=by)
        audit.record(SAVE, programme_id, at=at, by=by, kind=kind, version=version)


def reset_letter(programme_id: int, kind: str, *, seen: int, at: datetime, by: Actor) -> None:
    """The product's own words from now on. Raises LetterMoved."""
    with transaction():
        version = _add(programme_id, kind, Texts("", ""), seen=seen, at=at, by=by)
        audit.record(RESET, programme_id, at=at, by=by, kind=kind, version=version)


def tell(
    kind: str,
    person: Person,
    about: About,
    *,
    once: str | None = None,
    at: datetime,
    **facts: str | None,
) -> None:
    """Inside the transaction of the step, under its audit line: on the site, and what is to go out by the channels
    that the kind has, so that both are kept or neither. `once`: told already, it raises IntegrityError."""
    told = Notice(kind=kind, once=once, facts=facts, made_at=at, **about._asdict())
    told.resident_id, told.account_id = person
    channels = CHANNELS if rules.KINDS[kind].has_sms else (MAIL,)
    db.session.add_all(Delivery(notice=told, channel=channel, made_at=at, due_at=at) for channel in channels)


def settle(*kinds: str, **of: int | None) -> None:
    """Inside the transaction of the step that reminders of `kinds` ask for: what has not gone out goes no more. `of`:
    columns of the notices."""
    notices = select(Notice.id).where(Notice.kind.in_(kinds)).filter_by(**of)
    made = select(Delivery.message_id).where(Delivery.notice_id.in_(notices), Delivery.message_id.is_not(None))
    ended = end_messages({one for one in db.session.scalars(made) if one is not None})
    unsent = (Delivery.state == WAITING) | Delivery.message_id.in_(ended)
    settled = update(Delivery).where(Delivery.notice_id.in_(notices), unsent)
    db.session.execute(settled.values(state=UNWANTED, message_id=None))


def take_away(proposal_id: int, resident_id: int | None = None) -> None:
    """What was told of a proposal, to all or to one, inside the transaction in which it is theirs no longer."""
    gone = Notice.proposal_id == proposal_id
    _take_away(gone if resident_id is None else gone & (Notice.resident_id == resident_id))


def take_away_of(round_id: int, proposal_ids: Select[tuple[int]]) -> None:
    """What was told of a round and of `proposal_ids`, inside the transaction in which it is erased."""
    _take_away(queries.is_about(round_id, proposal_ids))


def take_away_done(kind: str, proposal_id: int) -> None:
    """What waited for somebody and waits no more, inside the step's transaction: whoever has not seen it need not."""
    _take_away((Notice.kind == kind) & (Notice.proposal_id == proposal_id) & Notice.seen_at.is_(None))


def take_away_application(application_id: int) -> None:
    """What an applicant was told, inside the transaction in which the application is erased."""
    _take_away(Notice.application_id == application_id)


def _take_away(which: ColumnElement[bool]) -> None:
    """With what has not gone out yet: nothing of it goes any more. What was in a digest with it is packed anew."""
    of_them = Delivery.notice_id.in_(select(Notice.id).where(which))
    made = {one for one in db.session.scalars(select(Delivery.message_id).where(of_them)) if one is not None}
    ended = end_messages(made)
    gone = db.session.scalars(delete(Delivery).where(of_them).returning(Delivery.message_id)).all()
    ended |= end_messages({one for one in gone if one is not None} - made)  # of what was packed meanwhile
    others = update(Delivery).where(Delivery.message_id.in_(ended))
    db.session.execute(others.values(state=WAITING, message_id=None))
    db.session.execute(delete(Notice).where(which))


def see_notices(person: Person, up_to: int, *, at: datetime, by: Actor) -> None:
    """The person has seen what their page showed; `up_to`: the latest id on it. What has come since stays new."""
    with transaction():
        if not queries.count_unseen(person):
            return
        unseen = update(Notice).where(
            queries.is_of(person), Notice.id <= up_to, Notice.seen_at.is_(None), Notice.made_at <= at
        )
        seen = len(db.session.execute(unseen.values(seen_at=at).returning(Notice.id)).all())
        audit.record(SEE, None, at=at, by=by, notices=seen)


def _add(programme_id: int, kind: str, texts: Texts, *, seen: int, at: datetime, by: Actor) -> int:
    """The new version's number."""
    lock_name(f"letter {programme_id} {kind}")
    if queries.get_wording(programme_id, kind).version != seen:
        raise rules.LetterMoved
    row = LetterTemplate(programme_id=programme_id, kind=kind, version=seen + 1, saved_at=at, saved_by=by.id)
    for name, text in texts._asdict().items():
        setattr(row, name, text)
    db.session.add(row)
    return row.version
