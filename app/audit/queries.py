"""Reading the book of writes, the newest first."""

from collections.abc import Iterator
from typing import NamedTuple

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, select

from app.audit.models import AuditLine
from app.database import db

PER_PAGE = 100
BATCH = 1000
# What was called otherwise once: the book keeps the word that it was written with.
FORMER: dict[str | int, str] = {"meeting": "general_meeting"}


class Wanted(NamedTuple):
    """Which lines; what is None is any."""

    action: str | None = None
    actor_kind: str | None = None
    actor_id: int | None = None
    subject_type: str | None = None
    subject_id: int | None = None


def list_lines(wanted: Wanted, page: int) -> Pagination:
    return db.paginate(_lines(wanted), page=page, per_page=PER_PAGE, error_out=False)


def each_line(wanted: Wanted) -> Iterator[AuditLine]:
    """All of them, some at a time."""
    return iter(db.session.scalars(_lines(wanted).execution_options(yield_per=BATCH)))


def _lines(wanted: Wanted) -> Select[tuple[AuditLine]]:
    conditions = [_is(column, value) for column, value in wanted._asdict().items() if value is not None]
    return select(AuditLine).where(*conditions).order_by(AuditLine.id.desc())


def _is(column: str, value: str | int) -> ColumnElement[bool]:
    if column == "subject_type" and value in FORMER:
        return AuditLine.subject_type.in_((value, FORMER[value]))
    return getattr(AuditLine, column) == value
