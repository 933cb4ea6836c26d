"""The ballot paper, who took part, and what was cast: three things kept apart."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, Won, db, one_of
from app.programmes.models import Area
from app.proposals.models import Proposal
from app.rounds.models import Round, Section

CHANNELS = ("mobile", "meeting", "made_up", "imported")


class BallotItem(db.Model):
    """A project as it stands on the ballot: its words and cost no longer follow the proposal."""

    __tablename__ = "ballot_item"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "code"),
        UniqueConstraint("round_id", "proposal_id"),
        CheckConstraint("cost_won > 0", name="cost_positive"),
        CheckConstraint(
            "min_cost_won IS NULL OR (min_cost_won > 0 AND min_cost_won <= cost_won)",
            name="min_cost_in_range",
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id"))
    proposal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("proposal.id"))
    area_id: Mapped[int | None] = mapped_column(Id, ForeignKey("area.id"))
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(60))  # the id in the manifest; the number, unless imported
    title_ko: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text, default="")
    cost_won: Mapped[int] = mapped_column(Won)
    min_cost_won: Mapped[int | None] = mapped_column(Won)
    excludes: Mapped[list[str]] = mapped_column(JSON, default=list)  # codes of which only one can be funded

    round: Mapped[Round] = relationship()
    section: Mapped[Section] = relationship()
    area: Mapped[Area | None] = relationship()
    proposal: Mapped[Proposal | None] = relationship()


class BallotManifest(db.Model):
    """The frozen rules and items of a round as canonical JSON, and its SHA-256.

    `number_seed` is what the ballot numbers were drawn with; NULL where they came with an imported file.
    """

    __tablename__ = "ballot_manifest"

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    number_seed: Mapped[str | None] = mapped_column(String(32))
    published_at: Mapped[datetime] = mapped_column(Instant)

    round: Mapped[Round] = relationship()


class RoundSecret(db.Model):
    """Turns identities into voter keys. Erased when objections are settled."""

    __tablename__ = "round_secret"

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary(32))


class Participation(db.Model):
    """Somebody took part. The key, not an `if`, stops the second vote. Nothing here leads to a ballot."""

    __tablename__ = "participation"
    __table_args__ = (one_of("channel", CHANNELS), {"sqlite_with_rowid": False})

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    chamber: Mapped[str] = mapped_column(String(40), primary_key=True)
    voter_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    cast_hour: Mapped[datetime] = mapped_column(Instant)  # cut to the hour


class CastBallot(db.Model):
    """What was cast, by nobody knows whom: a random id, no time, no order, no address."""

    __tablename__ = "cast_ballot"
    __table_args__ = (Index("ix_cast_ballot_box", "round_id", "chamber"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    chamber: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
