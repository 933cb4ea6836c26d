"""The on-site review (현장심사): the outings, what is looked at, what was found, and who signed it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import seoul_day
from app.database import Id, Instant, db, one_of, state_column
from app.files.models import StoredFile
from app.files.rules import PHOTO
from app.people.models import Account
from app.proposals.models import Proposal
from app.reviews import rules, visit_rules
from app.rounds.models import Round

LINE_ANSWERS = ", ".join(f"'{answer}'" for answer in visit_rules.ANSWERS)
CLAIM_ANSWERS = ", ".join(f"'{answer}'" for answer in visit_rules.FINDINGS)
CLAIMS = ", ".join(f"'{claim}'" for claim in visit_rules.CLAIMS)


class Outing(db.Model):
    """현장심사 일정: members and staff go from one proposal to the next. `sequence` grows with every change that a
    calendar must hear of; `answer_days`: how long a proposer has to answer what was recorded on it."""

    __tablename__ = "outing"
    __table_args__ = (
        CheckConstraint("meeting_point <> ''", name="somewhere"),
        CheckConstraint(f"answer_days BETWEEN 1 AND {visit_rules.ANSWER_DAYS_MAX}", name="answer_days_in_range"),
        CheckConstraint("sequence >= 0", name="sequence_not_negative"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    meeting_point: Mapped[str] = mapped_column(String(120))
    answer_days: Mapped[int] = mapped_column(default=visit_rules.ANSWER_DAYS)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(Instant)

    round: Mapped[Round] = relationship()
    companions: Mapped[list["Companion"]] = relationship(back_populates="outing", cascade="all, delete-orphan")
    stops: Mapped[list["SiteVisit"]] = relationship(back_populates="outing", order_by="SiteVisit.stop")

    @property
    def visit_on(self) -> date:
        return seoul_day(self.starts_at)


class Companion(db.Model):
    """Who is to go: a member or somebody of the staff."""

    __tablename__ = "companion"

    outing_id: Mapped[int] = mapped_column(Id, ForeignKey("outing.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), primary_key=True, index=True)

    outing: Mapped[Outing] = relationship(back_populates="companions")
    account: Mapped[Account] = relationship()


class ChecklistLine(db.Model):
    """What is asked on the spot of every project of a kind."""

    __tablename__ = "checklist_line"
    __table_args__ = (
        one_of("kind", visit_rules.KINDS),
        UniqueConstraint("round_id", "kind", "position"),
        CheckConstraint("text_ko <> '' AND text_en <> ''", name="in_both_languages"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    kind: Mapped[str] = mapped_column(String(12))
    position: Mapped[int]
    text_ko: Mapped[str] = mapped_column(String(visit_rules.LINE_MAX))
    text_en: Mapped[str] = mapped_column(String(visit_rules.LINE_MAX))


class SiteVisit(db.Model):
    """현장심사 of one proposal: a stop of an outing or, without one, why it could not be visited.

    `record_sha256` is the hash of all that was recorded (`visit_queries.record_of`): a signature is good as long as
    it is of this hash. What could not be visited is asked for by one person and confirmed by another.
    """

    __tablename__ = "site_visit"
    __table_args__ = (
        one_of("state", rules.VISIT_STATES),
        one_of("kind", visit_rules.KINDS),
        UniqueConstraint("id", "state"),  # what a sheet hangs on
        UniqueConstraint("outing_id", "stop"),
        CheckConstraint("(state = 'signed_off') = (signed_off_at IS NOT NULL)", name="signed_off_with_instant"),
        CheckConstraint("(outing_id IS NULL) = (stop IS NULL)", name="stop_of_an_outing"),
        CheckConstraint("(outing_id IS NULL) = (impossible_reason <> '')", name="visited_or_impossible"),
        CheckConstraint(
            "outing_id IS NOT NULL OR state IN ('planned', 'signed_off')", name="impossible_is_not_recorded"
        ),
        CheckConstraint(
            "(state = 'planned' OR outing_id IS NULL) = (record_sha256 IS NULL)"
            " AND (record_sha256 IS NULL) = (answer_until IS NULL)",
            name="recorded_with_hash_and_deadline",
        ),
        CheckConstraint("(outing_id IS NULL) = (asked_by IS NOT NULL)", name="impossible_asked_by_somebody"),
        CheckConstraint(
            "(outing_id IS NULL AND state = 'signed_off') = (confirmed_by IS NOT NULL)",
            name="impossible_confirmed",
        ),
        CheckConstraint("confirmed_by <> asked_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), unique=True)
    state: Mapped[str] = state_column(default=rules.PLANNED)
    outing_id: Mapped[int | None] = mapped_column(Id, ForeignKey("outing.id"))
    stop: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(12), default=visit_rules.FACILITY)
    meeting_point: Mapped[str] = mapped_column(String(120), default="")
    record_sha256: Mapped[str | None] = mapped_column(String(64))
    answer_until: Mapped[datetime | None] = mapped_column(Instant)
    proposer_answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    signed_off_at: Mapped[datetime | None] = mapped_column(Instant)
    impossible_reason: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    confirmed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))

    proposal: Mapped[Proposal] = relationship()
    outing: Mapped[Outing | None] = relationship(back_populates="stops")
    visitors: Mapped[list["Visitor"]] = relationship(back_populates="visit", cascade="all, delete-orphan")
    entries: Mapped[list["VisitEntry"]] = relationship(order_by="VisitEntry.version", viewonly=True)
    signatures: Mapped[list["VisitSignature"]] = relationship(order_by="VisitSignature.signed_at", viewonly=True)

    photos: Mapped[list["VisitPhoto"]] = relationship(order_by="VisitPhoto.id", viewonly=True)

    @property
    def standing(self) -> dict[str, "VisitEntry"]:
        """Item → the answer that stands: the one of the highest version."""
        return {entry.item: entry for entry in self.entries}

    @property
    def checked(self) -> list["VisitEntry"]:
        """The answers to the checklist, in its order."""
        return sorted((one for one in self.standing.values() if one.line), key=_position)

    @property
    def found(self) -> list["VisitEntry"]:
        """What was found on each claim of the proposal."""
        standing = self.standing
        return [standing[claim] for claim in visit_rules.CLAIMS if claim in standing]

    @property
    def summary(self) -> str:
        entry = self.standing.get(visit_rules.SUMMARY)
        return entry.words if entry is not None else ""

    @property
    def signed(self) -> list["VisitSignature"]:
        """The signatures of the record as it is now; the others were voided by a change."""
        return [one for one in self.signatures if one.record_sha256 == self.record_sha256]

    @property
    def voided(self) -> list["VisitSignature"]:
        return [one for one in self.signatures if one.record_sha256 != self.record_sha256]

    @property
    def is_impossible(self) -> bool:
        return self.outing_id is None

    @property
    def visit_on(self) -> date | None:
        return self.outing.visit_on if self.outing is not None else None


class Visitor(db.Model):
    """Who was there."""

    __tablename__ = "visitor"

    visit_id: Mapped[int] = mapped_column(Id, ForeignKey("site_visit.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)

    visit: Mapped[SiteVisit] = relationship(back_populates="visitors")
    account: Mapped[Account] = relationship()


class VisitEntry(db.Model):
    """One answer as it was saved on the spot; a later one of the same item has the next `version`, and none is lost.

    The two keys are what a weak connection needs: an answer that is sent again (`client_key`) is there once, and of
    two people who both saw version 3 one writes version 4. Entries of before there were keys have no author.
    """

    __tablename__ = "visit_entry"
    __table_args__ = (
        UniqueConstraint("visit_id", "client_key"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("client_key <> ''", name="client_key_there"),
        CheckConstraint(
            f"(line_id IS NOT NULL AND substr(item, 1, 5) = 'line-' AND answer IN ({LINE_ANSWERS}))"
            f" OR (line_id IS NULL AND item IN ({CLAIMS}) AND answer IN ({CLAIM_ANSWERS}))"
            f" OR (line_id IS NULL AND item = '{visit_rules.SUMMARY}' AND answer = '')",
            name="answer_of_its_item",
        ),
    )

    visit_id: Mapped[int] = mapped_column(Id, ForeignKey("site_visit.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int | None] = mapped_column(Id, ForeignKey("checklist_line.id"))
    answer: Mapped[str] = mapped_column(String(16), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    client_key: Mapped[str] = mapped_column(String(visit_rules.CLIENT_KEY_MAX))
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    saved_at: Mapped[datetime] = mapped_column(Instant)

    account: Mapped[Account | None] = relationship()
    line: Mapped[ChecklistLine | None] = relationship()


class VisitPhoto(db.Model):
    """A photo from the spot. Who cannot see it reads its `alt`. Sent again (`client_key`), it is there once."""

    __tablename__ = "visit_photo"
    __table_args__ = (
        CheckConstraint("kind = 'photo'", name="photo"),
        ForeignKeyConstraint(["file_id", "kind"], ["stored_file.id", "stored_file.kind"]),
        UniqueConstraint("file_id"),
        UniqueConstraint("visit_id", "client_key"),
        CheckConstraint("alt <> ''", name="described"),
        CheckConstraint("client_key <> ''", name="client_key_there"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    visit_id: Mapped[int] = mapped_column(Id, ForeignKey("site_visit.id"))
    file_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = state_column(default=PHOTO)
    alt: Mapped[str] = mapped_column(String(visit_rules.ALT_MAX))
    client_key: Mapped[str] = mapped_column(String(visit_rules.CLIENT_KEY_MAX))
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)

    file: Mapped[StoredFile] = relationship(lazy="joined")


def _position(entry: VisitEntry) -> int:
    return entry.line.position if entry.line is not None else 0


class VisitSignature(db.Model):
    """One who was there has read the record of this hash and says that it is so. It is never deleted: after a change
    the record has another hash, and this one counts no more. `as_member`: whether they reviewed in the committee then
    (not known of the first ones)."""

    __tablename__ = "visit_signature"

    visit_id: Mapped[int] = mapped_column(Id, ForeignKey("site_visit.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
    record_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    as_member: Mapped[bool] = mapped_column(default=False)

    account: Mapped[Account] = relationship()
