"""Wording what people are told, telling them, and noting that they have seen it."""

from datetime import datetime

from sqlalchemy import delete, update

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock_name, transaction
from app.notices import letter_queries as queries
from app.notices import letter_rules as rules
from app.notices.letter_models import LetterTemplate, Notice

SAVE = audit.declare("letter.save", "programme", "kind", "version")
RESET = audit.declare("letter.reset", "programme", "kind", "version")
SEE = audit.declare("notice.see", "notice", "notices")


def save_letter(
    programme_id: int, kind: str, body_ko: str, body_en: str, *, seen: int, at: datetime, by: Actor
) -> None:
    """The text of this kind from now on; what was told before reads as it did. `seen`: the version on the page.

    Raises LetterUnfit, LooseBrace, UnknownVariable, LetterMoved.
    """
    for body in (body_ko, body_en):
        rules.ensure_body(kind, body)
    with transaction():
        version = _add(programme_id, kind, body_ko, body_en, seen=seen, at=at, by=by)
        audit.record(SAVE, programme_id, at=at, by=by, kind=kind, version=version)


def reset_letter(programme_id: int, kind: str, *, seen: int, at: datetime, by: Actor) -> None:
    """The product's own words from now on. Raises LetterMoved."""
    with transaction():
        version = _add(programme_id, kind, "", "", seen=seen, at=at, by=by)
        audit.record(RESET, programme_id, at=at, by=by, kind=kind, version=version)


def tell(kind: str, *, resident_id: int, proposal_id: int, at: datetime, **facts: str | None) -> None:
    """Inside the transaction of the step, under its audit line."""
    db.session.add(Notice(kind=kind, resident_id=resident_id, proposal_id=proposal_id, facts=facts, made_at=at))


def take_away(proposal_id: int, resident_id: int | None = None) -> None:
    """What was told of a proposal, to all or to one, inside the transaction in which it is theirs no longer."""
    gone = delete(Notice).where(Notice.proposal_id == proposal_id)
    db.session.execute(gone if resident_id is None else gone.where(Notice.resident_id == resident_id))


def see_notices(resident_id: int, up_to: int, *, at: datetime, by: Actor) -> None:
    """The resident has seen what their page showed; `up_to`: the latest id on it. What has come since stays new."""
    with transaction():
        if not queries.count_unseen(resident_id):
            return
        unseen = update(Notice).where(
            Notice.resident_id == resident_id, Notice.id <= up_to, Notice.seen_at.is_(None), Notice.made_at <= at
        )
        seen = len(db.session.execute(unseen.values(seen_at=at).returning(Notice.id)).all())
        audit.record(SEE, None, at=at, by=by, notices=seen)


def _add(programme_id: int, kind: str, body_ko: str, body_en: str, *, seen: int, at: datetime, by: Actor) -> int:
    """The new version's number."""
    lock_name(f"letter {programme_id} {kind}")
    if queries.get_wording(programme_id, kind).version != seen:
        raise rules.LetterMoved
    row = LetterTemplate(programme_id=programme_id, kind=kind, version=seen + 1, saved_at=at, saved_by=by.id)
    row.body_ko, row.body_en = body_ko, body_en
    db.session.add(row)
    return row.version
