"""Reading the book of writes, the newest first."""

from collections.abc import Iterator
from typing import NamedTuple

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, select

from app.audit.models import AuditLine
from app.database import db

PER_PAGE = 100
BATCH = 1000


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
    conditions = [
        getattr(AuditLine, column) == value for column, value in wanted._asdict().items() if value is not None
    ]
    return select(AuditLine).where(*conditions).order_by(AuditLine.id.desc())
