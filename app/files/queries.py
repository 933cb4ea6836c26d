"""Reads of kept files: their bytes, and which are in use."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select

from app.adapters import files
from app.database import Model, db
from app.errors import NotFound
from app.files.models import StoredFile


def get_bytes(file: StoredFile, *, small: bool = False) -> bytes:
    """Raises NotFound where they are gone, or there is no small one."""
    sha256 = file.small_sha256 if small else file.sha256
    data = files.folder().read(sha256) if sha256 else None
    if data is None:
        raise NotFound("file")
    return data


def is_kept(sha256: str) -> bool:
    """Whether any row has these bytes."""
    has_it = or_(StoredFile.sha256 == sha256, StoredFile.small_sha256 == sha256)
    return bool(db.session.scalar(select(exists().where(has_it))))


def list_unused(before: datetime) -> list[StoredFile]:
    """Made before then, and nothing refers to it."""
    query = select(StoredFile).where(StoredFile.made_at < before, *(~used for used in _uses()))
    return list(db.session.scalars(query.order_by(StoredFile.id)))


def _uses() -> Iterator[ColumnElement[bool]]:
    """One question for each foreign key to a file, whichever room has it: nobody has to be asked to join the list."""
    for table in Model.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is StoredFile.__table__.c.id:
                yield exists().where(key.parent == StoredFile.id)
