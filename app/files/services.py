"""Keeping files, and letting go of those that nothing refers to any more.

A room that hangs a file on something reads it first (`cleaning.read_photo`, which takes up to a second, so outside of
any transaction), and keeps it within its own `transaction()`, behind its own guards and with its own audit line:

    photo = cleaning.read_photo(sent.stream)
    with transaction():
        …guards…
        row.file = files.keep_photo(photo, at=at)
        audit.record(…)
"""

from datetime import datetime, timedelta

from app.adapters import files
from app.audit import services as audit
from app.audit.models import SYSTEM
from app.database import db, transaction
from app.files import queries, rules
from app.files.models import SIDES, StoredFile

SWEEP = audit.declare("file.sweep", "stored_file", "files")
GRACE = timedelta(hours=1)  # what is younger may be of somebody who is not ready yet


def keep_photo(photo: rules.Photo, *, at: datetime) -> StoredFile:
    """Within the transaction of what it hangs on. Raises CannotKeep."""
    return _keep(
        rules.PHOTO,
        photo.large.data,
        width=photo.large.width,
        height=photo.large.height,
        small_sha256=files.folder().put(photo.small.data),
        small_size=len(photo.small.data),
        small_width=photo.small.width,
        small_height=photo.small.height,
        made_at=at,
    )


def keep_document(document: rules.Document, *, at: datetime) -> StoredFile:
    """Within the transaction of what it hangs on. Raises CannotKeep."""
    return _keep(rules.DOCUMENT, document.data, name=document.name, made_at=at)


def copy_file(file: StoredFile, *, at: datetime) -> StoredFile:
    """The same bytes under a row of its own, within the transaction of what it hangs on."""
    told = {name: getattr(file, name) for name in ("kind", "media_type", "name", "size", "sha256", *SIDES)}
    copied = StoredFile(**told, made_at=at)
    db.session.add(copied)
    db.session.flush()
    return copied


def sweep(*, at: datetime) -> int:
    """Forgets rows that nothing refers to, then bytes that no row has, as a transaction leaves them that did not end
    well. Nothing younger than GRACE. How many files of bytes went."""
    if queries.list_unused(at - GRACE):
        with transaction():
            unused = queries.list_unused(at - GRACE)
            for file in unused:
                db.session.delete(file)
            audit.record(SWEEP, None, at=at, by=SYSTEM, files=len(unused))
    return files.folder().sweep(queries.is_kept, before=at - GRACE)


def _keep(kind: str, data: bytes, **told: object) -> StoredFile:
    sha256 = files.folder().put(data)
    file = StoredFile(kind=kind, media_type=rules.MEDIA_TYPES[kind], size=len(data), sha256=sha256, **told)
    db.session.add(file)
    db.session.flush()
    return file
