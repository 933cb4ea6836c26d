"""A proposal (제안/사업). The proposer's name is with the resident, never here, so reviews cannot show it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, Won, db, one_of, state_column
from app.files.models import StoredFile
from app.files.rules import KINDS
from app.people.models import Resident
from app.programmes.models import Area
from app.proposals import file_rules, rules
from app.rounds.models import Round, Section


class Proposal(db.Model):
    """`number` is given at submission and never again; a draft has none.

    `version` counts the edits of what the resident wrote, so that a save from a page opened earlier is noticed.
    Proposals without a resident come from history and need no consent.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        one_of("state", rules.STATES),
        UniqueConstraint("round_id", "number"),
        CheckConstraint("cost_won IS NULL OR cost_won > 0", name="cost_positive"),
        CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name="submitted_unless_draft"),
        CheckConstraint("(submitted_at IS NULL) = (number IS NULL)", name="number_when_submitted"),
        CheckConstraint(
            "state = 'draft' OR (title <> '' AND section_id IS NOT NULL AND need <> '' AND content <> ''"
            " AND effect <> '' AND cost_won IS NOT NULL)",
            name="complete_unless_draft",
        ),
        CheckConstraint(
            "state = 'draft' OR resident_id IS NULL OR consented_at IS NOT NULL", name="consented_unless_draft"
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_with_instant"),
        Index("ix_proposal_round_state", "round_id", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    resident_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resident.id"), index=True)
    number: Mapped[int | None]
    state: Mapped[str] = state_column(default=rules.DRAFT)
    title: Mapped[str] = mapped_column(String(rules.TITLE_MAX), default="")
    section_id: Mapped[int | None] = mapped_column(Id, ForeignKey("section.id"))
    area_id: Mapped[int | None] = mapped_column(Id, ForeignKey("area.id"))  # NULL = the whole gu
    place: Mapped[str] = mapped_column(String(rules.PLACE_MAX), default="")
    need: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[str] = mapped_column(Text, default="")
    effect: Mapped[str] = mapped_column(Text, default="")
    beneficiaries: Mapped[str] = mapped_column(String(rules.PLACE_MAX), default="")
    cost_won: Mapped[int | None] = mapped_column(Won)
    cost_note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)
    consented_at: Mapped[datetime | None] = mapped_column(Instant)  # to the collection of name and phone
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawal_reason: Mapped[str] = mapped_column(Text, default="")

    round: Mapped[Round] = relationship()
    resident: Mapped[Resident | None] = relationship()
    section: Mapped[Section | None] = relationship()
    area: Mapped[Area | None] = relationship()


class ProposalFile(db.Model):
    """A photo or a document of a proposal; each kind has its own order. Who cannot see a photo reads its `alt`."""

    __tablename__ = "proposal_file"
    __table_args__ = (
        one_of("kind", KINDS),
        ForeignKeyConstraint(["file_id", "kind"], ["stored_file.id", "stored_file.kind"]),
        UniqueConstraint("file_id"),
        UniqueConstraint("proposal_id", "kind", "position"),
        CheckConstraint("(kind = 'photo') = (alt IS NOT NULL)", name="photo_described"),
        CheckConstraint("alt <> ''", name="alt_says_something"),
        CheckConstraint("position > 0", name="position_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id", ondelete="CASCADE"))
    file_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = state_column()
    position: Mapped[int]
    alt: Mapped[str | None] = mapped_column(String(file_rules.ALT_MAX))
    caption: Mapped[str] = mapped_column(String(file_rules.CAPTION_MAX), default="")
    added_at: Mapped[datetime] = mapped_column(Instant)

    proposal: Mapped[Proposal] = relationship()
    file: Mapped[StoredFile] = relationship(lazy="joined")
