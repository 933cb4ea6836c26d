"""The texts of a programme, now and at an instant; the notices of a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, select

from app.database import db
from app.notices.delivery_rules import Person
from app.notices.letter_models import LetterTemplate, Notice
from app.notices.letter_rules import KINDS

Saved = Mapping[tuple[int, str], Sequence[LetterTemplate]]
PAGE_LENGTH = 50


class Wording(NamedTuple):
    """What a kind of notice says, and as the subject of a mail and by SMS (empty where it never goes so). `version` 0:
    nobody has ever written one."""

    version: int
    body_ko: str
    body_en: str
    subject_ko: str
    subject_en: str
    sms_ko: str
    sms_en: str
    is_own: bool  # of the staff, and not the product's


def get_wording(programme_id: int, kind: str, at: datetime | None = None) -> Wording:
    """The one in force at `at`; without it, the latest."""
    return pick(kind, list_versions(programme_id, kind), at)


def pick(kind: str, saved: Iterable[LetterTemplate], at: datetime | None = None) -> Wording:
    """Likewise, of `saved`: the versions of a programme's kind, the latest first. What a version has no words for, the
    product has."""
    latest = next((one for one in saved if at is None or one.saved_at <= at), None)
    usual, version = KINDS[kind], latest.version if latest is not None else 0
    if latest is None or not latest.body_ko:
        texts = (usual.ko, usual.en, usual.subject_ko, usual.subject_en, usual.sms_ko, usual.sms_en)
        return Wording(version, *texts, False)
    return Wording(
        version,
        latest.body_ko,
        latest.body_en,
        latest.subject_ko or usual.subject_ko,
        latest.subject_en or usual.subject_en,
        latest.sms_ko or usual.sms_ko,
        latest.sms_en or usual.sms_en,
        True,
    )


def list_versions(programme_id: int, kind: str) -> Sequence[LetterTemplate]:
    """The latest first."""
    found = select(LetterTemplate).filter_by(programme_id=programme_id, kind=kind)
    return db.session.scalars(found.order_by(LetterTemplate.version.desc())).all()


def map_versions(programme_ids: Collection[int]) -> Saved:
    """(programme, kind) → its versions, the latest first; nothing where none was written. In one question."""
    found = select(LetterTemplate).where(LetterTemplate.programme_id.in_(programme_ids))
    saved: dict[tuple[int, str], list[LetterTemplate]] = {}
    for one in db.session.scalars(found.order_by(LetterTemplate.version.desc())):
        saved.setdefault((one.programme_id, one.kind), []).append(one)
    return saved


def list_notices(person: Person, page: int = 1) -> Sequence[Notice]:
    """A page of them, the latest first; pages count from 1."""
    latest = select(Notice).where(is_of(person)).order_by(Notice.id.desc())
    return db.session.scalars(latest.limit(PAGE_LENGTH).offset((page - 1) * PAGE_LENGTH)).all()


def count_pages(person: Person) -> int:
    return -(-(db.session.scalar(select(func.count(Notice.id)).where(is_of(person))) or 0) // PAGE_LENGTH)


def list_notices_about(person: Person, proposal_id: int, kinds: Collection[str]) -> Sequence[Notice]:
    """The earliest first."""
    about = select(Notice).where(is_of(person), Notice.proposal_id == proposal_id, Notice.kind.in_(kinds))
    return db.session.scalars(about.order_by(Notice.id)).all()


def count_unseen(person: Person) -> int:
    return db.session.scalar(select(func.count(Notice.id)).where(is_of(person), Notice.seen_at.is_(None))) or 0


def list_told(marks: Collection[str]) -> set[str]:
    """Of what is told once, what has been."""
    told = select(Notice.once).where(Notice.once.in_(marks))
    return {mark for mark in db.session.scalars(told) if mark is not None}


def list_told_since(
    kinds: Collection[str], since: datetime, proposal_ids: Collection[int]
) -> set[tuple[int | None, int | None]]:
    """Of which proposal which residents were told one of these since then."""
    told = select(Notice.proposal_id, Notice.resident_id).where(
        Notice.kind.in_(kinds), Notice.made_at > since, Notice.proposal_id.in_(proposal_ids)
    )
    return {(proposal_id, resident_id) for proposal_id, resident_id in db.session.execute(told)}


def is_of(person: Person) -> ColumnElement[bool]:
    if person.resident_id is not None:
        return Notice.resident_id == person.resident_id
    return Notice.account_id == person.account_id


def is_about(round_id: int, proposal_ids: Select[tuple[int]]) -> ColumnElement[bool]:
    """The round itself, or one of `proposal_ids`, in whichever round that was when it was told."""
    return Notice.proposal_id.in_(proposal_ids) | (Notice.proposal_id.is_(None) & (Notice.round_id == round_id))
