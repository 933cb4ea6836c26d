"""A proposal (제안/사업). The proposer's name is with the resident, never here, so reviews cannot show it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
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
    Proposals without a resident come from history and need no consent, or came on paper from somebody without a phone.
    `latitude` and `longitude`: both or neither, in degrees (WGS 84). `waiting_since`: a draft that was handed in while
    nothing was called, and goes up with the next call; `rolled_from_id`: the round in which it was written then.
    `is_joint`: others have merged theirs into it and agreed on what it says. `follows_id`: one that was decided before,
    and is proposed again.
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
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_in_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_in_range"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="point_both_or_neither"),
        CheckConstraint("waiting_since IS NULL OR state = 'draft'", name="waits_as_draft"),
        # A page of a list is found in one of these, whatever the order, without a look at the rows before it.
        Index("ix_proposal_by_state", "round_id", "state", "number"),
        Index("ix_proposal_by_number", "round_id", "number", "state"),
        Index("ix_proposal_by_title", "round_id", "title", "number", "state"),
        Index("ix_proposal_by_cost", "round_id", "cost_won", "number", "state"),
        Index("ix_proposal_by_submission", "round_id", "submitted_at", "number", "state"),
        Index("ix_proposal_by_section", "round_id", "section_id", "number", "state"),
        Index("ix_proposal_by_area", "round_id", "area_id", "number", "state"),
        Index(
            "ix_proposal_waiting",
            "waiting_since",
            sqlite_where=text("waiting_since IS NOT NULL"),
            postgresql_where=text("waiting_since IS NOT NULL"),
        ),
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
    latitude: Mapped[float | None] = mapped_column(Numeric(9, 6, asdecimal=False))
    longitude: Mapped[float | None] = mapped_column(Numeric(9, 6, asdecimal=False))
    waiting_since: Mapped[datetime | None] = mapped_column(Instant)
    rolled_from_id: Mapped[int | None] = mapped_column(Id, ForeignKey("round.id"))
    is_joint: Mapped[bool] = mapped_column(default=False)
    follows_id: Mapped[int | None] = mapped_column(Id, ForeignKey("proposal.id"), index=True)

    round: Mapped[Round] = relationship(foreign_keys=[round_id])
    rolled_from: Mapped[Round | None] = relationship(foreign_keys=[rolled_from_id])
    resident: Mapped[Resident | None] = relationship()
    section: Mapped[Section | None] = relationship()
    area: Mapped[Area | None] = relationship()
    cost_rows: Mapped[list["CostLine"]] = relationship(order_by="CostLine.position", cascade="all, delete-orphan")
    co_proposers: Mapped[list["CoProposer"]] = relationship(
        order_by="CoProposer.id", cascade="all, delete-orphan", back_populates="proposal"
    )
    filing: Mapped["PaperFiling | None"] = relationship(back_populates="proposal")
    files: Mapped[list["ProposalFile"]] = relationship(
        order_by="ProposalFile.kind.desc(), ProposalFile.position", viewonly=True
    )

    @property
    def cost_lines(self) -> tuple[rules.Line, ...]:
        """What the cost is made of; none where the proposer named only a sum."""
        return tuple(rules.Line(row.what, row.quantity, row.unit_won) for row in self.cost_rows)

    @property
    def proposer(self) -> "PaperFiling | Resident | None":
        """Where the proposer's `name` and `phone` are. On paper it may be somebody else's phone."""
        return self.filing or self.resident


class CostLine(db.Model):
    """One line of the cost: how many of what, at which price. A trigger of `proposal` keeps the sum its cost."""

    __tablename__ = "cost_line"
    __table_args__ = (
        CheckConstraint(f"position BETWEEN 1 AND {rules.LINES_MAX}", name="position_in_range"),
        CheckConstraint("what <> ''", name="what_said"),
        CheckConstraint(f"quantity BETWEEN 1 AND {rules.QUANTITY_MAX}", name="quantity_in_range"),
        CheckConstraint(f"unit_won BETWEEN 1 AND {rules.UNIT_MAX}", name="unit_in_range"),
    )

    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(rules.WHAT_MAX))
    quantity: Mapped[int]
    unit_won: Mapped[int] = mapped_column(Won)


class ProposalVersion(db.Model):
    """What a proposal said and showed from then on: at its submission, and after every change since. Never changed
    (trigger), but for personal data that staff erase: see mask_models.

    `written`: rules.snapshot; versions from before files were noted have no `files`. `by_kind` is a kind of actor, and
    no person.
    """

    __tablename__ = "proposal_version"
    __table_args__ = (
        one_of("by_kind", rules.WRITERS),
        CheckConstraint("number > 0", name="number_positive"),
    )

    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kept_at: Mapped[datetime] = mapped_column(Instant)
    by_kind: Mapped[str] = mapped_column(String(12))
    written: Mapped[dict[str, Any]] = mapped_column(JSON)


class CoProposer(db.Model):
    """Somebody asked to propose together. Until they accept there is only a key of their phone, and its last four
    digits by which the proposer knows whom they asked. `seat`: of five; who declined or left has none."""

    __tablename__ = "co_proposer"
    __table_args__ = (
        one_of("state", rules.CO_STATES),
        UniqueConstraint("proposal_id", "phone_key"),
        UniqueConstraint("proposal_id", "seat"),
        CheckConstraint(f"seat BETWEEN 1 AND {rules.SEATS}", name="seat_in_range"),
        CheckConstraint("(state IN ('invited', 'accepted')) = (seat IS NOT NULL)", name="seat_while_asked_or_in"),
        CheckConstraint(
            "state <> 'accepted' OR (resident_id IS NOT NULL AND consented_at IS NOT NULL)",
            name="accepted_with_consent",
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id", ondelete="CASCADE"))
    phone_key: Mapped[str] = mapped_column(String(64), index=True)
    ending: Mapped[str] = mapped_column(String(4))
    seat: Mapped[int | None]
    state: Mapped[str] = state_column(default=rules.INVITED)
    invited_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    resident_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resident.id"), index=True)
    consented_at: Mapped[datetime | None] = mapped_column(Instant)

    proposal: Mapped[Proposal] = relationship(back_populates="co_proposers")
    resident: Mapped[Resident | None] = relationship()


class PaperFiling(db.Model):
    """서면 접수: who proposed it, and where the sheet with their consent is kept. No account is made up for them:
    who gave a mobile number finds the proposal when they sign in with it. `client_key`: of the page that it was filed
    from, so that it is filed once however often that is sent."""

    __tablename__ = "paper_filing"
    __table_args__ = (
        one_of("way", rules.WAYS),
        CheckConstraint("name <> ''", name="name_said"),
        CheckConstraint("consent_kept <> ''", name="consent_kept_somewhere"),
    )

    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), primary_key=True)
    way: Mapped[str] = mapped_column(String(8))
    received_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(rules.NAME_MAX))
    phone: Mapped[str | None] = mapped_column(String(20))
    consent_kept: Mapped[str] = mapped_column(String(rules.PLACE_MAX))
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    client_key: Mapped[str | None] = mapped_column(String(rules.CLIENT_KEY_MAX), unique=True, index=True)

    proposal: Mapped[Proposal] = relationship(back_populates="filing")


class PaperNotice(db.Model):
    """What somebody who proposed on paper and has no account is to be told of a step, written in its transaction as a
    notice is: staff call them, and note that they have. `facts` as of a notice."""

    __tablename__ = "paper_notice"
    __table_args__ = (CheckConstraint("(told_at IS NULL) = (told_by IS NULL)", name="told_by_somebody"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("paper_filing.proposal_id", ondelete="CASCADE"), index=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    kind: Mapped[str] = mapped_column(String(24))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    told_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))

    filing: Mapped[PaperFiling] = relationship()


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
