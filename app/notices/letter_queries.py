"""The texts of a programme, now and at an instant; the notices of a resident."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.database import db
from app.notices.letter_models import LetterTemplate, Notice
from app.notices.letter_rules import KINDS

LATEST = 100  # notices on a resident's page


class Wording(NamedTuple):
    """What a kind of notice says. `version` 0: nobody has ever written one."""

    version: int
    body_ko: str
    body_en: str
    is_own: bool  # of the staff, and not the product's


def get_wording(programme_id: int, kind: str, at: datetime | None = None) -> Wording:
    """The one in force at `at`; without it, the latest."""
    return pick(kind, list_versions(programme_id, kind), at)


def pick(kind: str, saved: Iterable[LetterTemplate], at: datetime | None = None) -> Wording:
    """Likewise, of `saved`: the versions of a programme's kind, the latest first."""
    latest = next((one for one in saved if at is None or one.saved_at <= at), None)
    version = latest.version if latest is not None else 0
    if latest is None or not latest.body_ko:
        return Wording(version, KINDS[kind].ko, KINDS[kind].en, False)
    return Wording(version, latest.body_ko, latest.body_en, True)


def list_versions(programme_id: int, kind: str) -> Sequence[LetterTemplate]:
    """The latest first."""
    found = select(LetterTemplate).filter_by(programme_id=programme_id, kind=kind)
    return db.session.scalars(found.order_by(LetterTemplate.version.desc())).all()


def map_versions(programme_ids: Collection[int]) -> Mapping[tuple[int, str], Sequence[LetterTemplate]]:
    """(programme, kind) → its versions, the latest first; nothing where none was written. In one question."""
    found = select(LetterTemplate).where(LetterTemplate.programme_id.in_(programme_ids))
    saved: dict[tuple[int, str], list[LetterTemplate]] = {}
    for one in db.session.scalars(found.order_by(LetterTemplate.version.desc())):
        saved.setdefault((one.programme_id, one.kind), []).append(one)
    return saved


def list_notices(resident_id: int) -> Sequence[Notice]:
    """The latest first."""
    found = select(Notice).filter_by(resident_id=resident_id).order_by(Notice.id.desc())
    return db.session.scalars(found.limit(LATEST)).all()


def count_unseen(resident_id: int) -> int:
    unseen = select(func.count(Notice.id)).where(Notice.resident_id == resident_id, Notice.seen_at.is_(None))
    return db.session.scalar(unseen) or 0
