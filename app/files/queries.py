"""Reads of kept files: which are in use, and where their bytes are."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, exists, or_, select

from app.adapters import files
from app.database import Model, db
from app.errors import NotFound
from app.files.models import StoredFile


def get_path(file: StoredFile, *, small: bool = False) -> Path:
    """Where its bytes are, to be read only. Raises NotFound where they are gone or there is no small one."""
    sha256 = file.small_sha256 if small else file.sha256
    path = files.folder().find(sha256) if sha256 else None
    if path is None:
        raise NotFound("file")
    return path


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
