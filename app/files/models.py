"""A kept file: what is known of it. Its bytes lie in the folder of files under their SHA-256."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Instant, db, one_of, state_column
from app.files import rules

SIDES = ("width", "height", "small_sha256", "small_size", "small_width", "small_height")
ALL_SIDES = " AND ".join(f"{name} IS NOT NULL" for name in SIDES)
NO_SIDES = " AND ".join(f"{name} IS NULL" for name in SIDES)


class StoredFile(db.Model):
    """Never changed, but for a name with personal data in it (app.proposals.masking). It is seen where the thing is
    seen that refers to it, and goes with `flask tick` once nothing does: a room hangs files on its rows by a foreign
    key to here, and by nothing else.

    A photo is kept large and small, both JPEG, and has no name; a document's `name` is for people only. Who sent it is
    known by what it hangs on. Equal bytes may be kept by several rows.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        one_of("kind", rules.KINDS),
        UniqueConstraint("id", "kind"),  # so that what takes photos only can refer to photos only
        CheckConstraint(
            f"(kind = 'photo' AND media_type = 'image/jpeg' AND name IS NULL AND {ALL_SIDES})"
            f" OR (kind = 'document' AND media_type = 'application/pdf' AND name IS NOT NULL AND {NO_SIDES})",
            name="photo_or_document",
        ),
        CheckConstraint("size > 0 AND (small_size IS NULL OR small_size > 0)", name="size_positive"),
        CheckConstraint("width > 0 AND height > 0 AND small_width > 0 AND small_height > 0", name="sides_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = state_column()
    media_type: Mapped[str] = state_column()
    name: Mapped[str | None] = mapped_column(String(rules.NAME_MAX))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    small_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    small_size: Mapped[int | None]
    small_width: Mapped[int | None]
    small_height: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(Instant)
