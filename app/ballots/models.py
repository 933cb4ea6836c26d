"""The ballot paper, who took part, the box with the sealed ballots, and what was in them: kept apart."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ballots.rules import OPENING_STATES, RUNNING, UNHEARD_OF
from app.database import Id, Instant, Won, db, one_of, state_column
from app.people import rules as people
from app.people.models import Account
from app.programmes.models import Area
from app.proposals.models import Proposal
from app.rounds.models import Round, Section

CHANNELS = ("mobile", "meeting", "tablet", "made_up", "imported")
_STANDING = text("withdrawn_at IS NULL")


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


class PreparedBallot(db.Model):
    """A manifest that waits for its two signatures, or has them: what a second person reads is what is published.

    `draw` counts how often numbers were drawn for the round, from 1. One stands; another is drawn only after it was
    withdrawn, with a reason, and stays here.
    """

    __tablename__ = "prepared_ballot"
    __table_args__ = (
        CheckConstraint("draw > 0", name="draw_positive"),
        CheckConstraint("(withdrawn_at IS NULL) = (reason IS NULL)", name="withdrawn_with_reason"),
        CheckConstraint("reason <> ''", name="reason_said"),
        Index(
            "uq_prepared_ballot_standing",
            "round_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    draw: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    number_seed: Mapped[str] = mapped_column(String(32))
    prepared_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)

    round: Mapped[Round] = relationship()
    signatures: Mapped[list["BallotSignature"]] = relationship(order_by="BallotSignature.signed_at")


class BallotSignature(db.Model):
    """Two different people, one of each role: the keys say so. Never changed."""

    __tablename__ = "ballot_signature"
    __table_args__ = (
        one_of("role", people.SIGNERS),
        UniqueConstraint("round_id", "draw", "account_id"),
        ForeignKeyConstraint(["round_id", "draw"], ["prepared_ballot.round_id", "prepared_ballot.draw"]),
    )

    round_id: Mapped[int] = mapped_column(Id, primary_key=True)
    draw: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(12), primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    signed_at: Mapped[datetime] = mapped_column(Instant)

    account: Mapped[Account] = relationship()


class BackupDrill(db.Model):
    """A backup was restored for practice on this day. `checked`: what was looked at in what came back."""

    __tablename__ = "backup_drill"
    __table_args__ = (
        CheckConstraint("held_by <> ''", name="held_by_said"),
        CheckConstraint("checked <> ''", name="checked_said"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    held_on: Mapped[date]
    held_by: Mapped[str] = mapped_column(String(60))
    checked: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class RoundSecret(db.Model):
    """Turns identities into voter keys; made with the manifest, whose proposers it hides, and gone with one that is
    withdrawn. Erased when objections are settled."""

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
    `words_set` is what all their words have in common (SLIP-0039's identifier).

    `private_key`: of a round whose box is opened for everybody, from the opening on, in hex; shown with the result.
    """

    __tablename__ = "round_key"
    __table_args__ = (
        CheckConstraint("threshold > 0", name="threshold_positive"),
        CheckConstraint("private_key IS NULL OR opened_at IS NOT NULL", name="private_until_opened"),
    )

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(130))
    threshold: Mapped[int]
    words_set: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    private_key: Mapped[str | None] = mapped_column(String(64))

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


class LogTile(db.Model):
    """The root of a full subtree of the log, of which every proof can be made without the leaves below it: of the
    leaves from `number` × width on, where the width is `log_queries.TILE` × 2^`level`. Never changed."""

    __tablename__ = "log_tile"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Id, primary_key=True)
    root: Mapped[str] = mapped_column(String(64))


class BoxOpening(db.Model):
    """How far the opening of a box has come; the latest attempt, where there were several. Numbers of ballots only,
    by chamber. `seen_at`: when the process that opens was last heard of. `unreadable`: chamber → reason → ballots,
    when all are opened."""

    __tablename__ = "box_opening"
    __table_args__ = (one_of("state", OPENING_STATES),)

    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(32))  # of the attempt: an earlier one that comes late keeps nothing
    state: Mapped[str] = state_column()
    begun_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[dict[str, int]] = mapped_column(JSON)
    opened: Mapped[dict[str, int]] = mapped_column(JSON)
    unreadable: Mapped[dict[str, dict[str, int]]] = mapped_column(JSON)

    def is_running(self, at: datetime) -> bool:
        return self.state == RUNNING and at - self.seen_at < UNHEARD_OF


class CastBallot(db.Model):
    """What was in a sealed ballot, written when the box is opened (or poured by a round that seals nothing): a random
    id, no place in the log, no time. `null` where it could not be opened."""

    __tablename__ = "cast_ballot"
    __table_args__ = (Index("ix_cast_ballot_box", "round_id", "chamber"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    chamber: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
