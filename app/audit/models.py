"""The book of writes: one line for each, never changed, never removed (triggers see to it)."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Instant, db, one_of

ACTOR_KINDS = ("account", "resident", "voter", "system")


class Actor(NamedTuple):
    """Who did it. A voter has no id: who voted is never beside when. Nor has a resident where a published number could
    be joined to it."""

    kind: str
    id: int | None = None


SYSTEM = Actor("system")
VOTER = Actor("voter")
RESIDENT = Actor("resident")


class AuditLine(db.Model):
    __tablename__ = "audit_line"
    __table_args__ = (
        one_of("actor_kind", ACTOR_KINDS),
        Index("ix_audit_line_subject", "subject_type", "subject_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(Id)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)


class AuditLink(db.Model):
    """A line's place in the chain (from 1) and the hash up to it. No foreign key: the link outlives whatever somebody
    does to the line, to say so."""

    __tablename__ = "audit_link"

    position: Mapped[int] = mapped_column(Id, primary_key=True)
    line_id: Mapped[int] = mapped_column(Id, unique=True)
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(db.Model):
    """A signed state of the chain. `note`: a C2SP checkpoint of `size` links whose root is the last one's hash.
    `newest`: the highest id among the lines that it added; `horizon`: PostgreSQL's next transaction after they were
    read."""

    __tablename__ = "audit_head"

    number: Mapped[int] = mapped_column(Id, primary_key=True)  # from 1
    size: Mapped[int] = mapped_column(Id)
    note: Mapped[str] = mapped_column(Text)
    newest: Mapped[int] = mapped_column(Id)
    horizon: Mapped[int] = mapped_column(Id)
    made_at: Mapped[datetime] = mapped_column(Instant)
