"""The ballot paper, who took part, the box with the sealed ballots, and what was in them: kept apart."""

from datetime import date, datetime

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


class Erasure(db.Model):
    """When it was erased who took part in a round. `scrubbed_at`: when it was taken from the disk, too; NULL while that
    is still to be done."""

    __tablename__ = "erasure"

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(Instant)
    scrubbed_at: Mapped[datetime | None] = mapped_column(Instant)


class KeptPeople(db.Model):
    """How many took part, where it was erased who. Never changed."""

    __tablename__ = "kept_people"
    __table_args__ = (one_of("channel", CHANNELS), CheckConstraint("people > 0", name="people_positive"))

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("erasure.round_id"), primary_key=True)
    chamber: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(12), primary_key=True)
    people: Mapped[int]


class KeptDay(db.Model):
    """How many of them on a day in Seoul; NULL where it is so few that the number could point at somebody. Never
    changed."""

    __tablename__ = "kept_day"
    __table_args__ = (one_of("channel", CHANNELS), CheckConstraint("people > 0", name="people_positive"))

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("erasure.round_id"), primary_key=True)
    chamber: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(12), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[int | None]


class RoundKey(db.Model):
    """What ballots are sealed for. Its private half is nowhere: `threshold` of the trustees' words make it again.
    `words_set` is what all their words have in common (SLIP-0039's identifier)."""

    __tablename__ = "round_key"
    __table_args__ = (CheckConstraint("threshold > 0", name="threshold_positive"),)

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(130))
    threshold: Mapped[int]
    words_set: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)

    trustees: Mapped[list["Trustee"]] = relationship(cascade="all, delete-orphan", order_by="Trustee.number")

    @property
    def is_ready(self) -> bool:
        """Every trustee has typed the words back."""
        return all(trustee.confirmed_at is not None for trustee in self.trustees)


class Trustee(db.Model):
    """Somebody who has written down words. Of these a hash is kept, to tell whether they were written down rightly:
    they are as hard to guess as the key. It is emptied with what is erased of the round."""

    __tablename__ = "trustee"

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round_key.round_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1
    name: Mapped[str] = mapped_column(String(60))
    words_sha256: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)


class IntakeBallot(db.Model):
    """A sealed ballot that waits for its batch: a random id, no time, no order, no address."""

    __tablename__ = "intake_ballot"
    __table_args__ = (UniqueConstraint("round_id", "receipt"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    chamber: Mapped[str] = mapped_column(String(40))
    receipt: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class BoxBallot(db.Model):
    """A sealed ballot in the box, at its place in the log (from 0). `leaf`: its hash there. Never changed."""

    __tablename__ = "box_ballot"
    __table_args__ = (UniqueConstraint("round_id", "receipt"), {"sqlite_with_rowid": False})

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    chamber: Mapped[str] = mapped_column(String(40))
    receipt: Mapped[str] = mapped_column(String(16))
    leaf: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Checkpoint(db.Model):
    """A signed state of the box (C2SP). `digests`: the tree's frontier, from which the next batch goes on."""

    __tablename__ = "checkpoint"

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1
    size: Mapped[int] = mapped_column(Id)
    digests: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)


class CastBallot(db.Model):
    """What was in a sealed ballot, written when the box is opened (or poured by a round that seals nothing): a random
    id, no place in the log, no time. `null` where it could not be opened."""

    __tablename__ = "cast_ballot"
    __table_args__ = (Index("ix_cast_ballot_box", "round_id", "chamber"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    chamber: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
