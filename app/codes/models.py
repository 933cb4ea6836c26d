"""Printed codes as they are stored: never a code itself, only its key."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.codes import rules
from app.database import Id, Instant, db, one_of, state_column
from app.programmes.models import Area
from app.rounds.models import Round


class VotingCodeBatch(db.Model):
    """Codes that were made at once and downloaded at once. `size`: how many bearer codes were asked for, later how many
    codes there are; 0 while a selection of the list has not been counted. `is_test`: for rehearsals."""

    __tablename__ = "voting_code_batch"
    __table_args__ = (
        one_of("state", rules.BATCH_STATES),
        one_of("selection", rules.SELECTIONS),
        CheckConstraint("(selection = 'area') = (area_id IS NOT NULL)", name="area_where_selected"),
        CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void_with_reason"),
        CheckConstraint("size >= 0", name="size_not_negative"),
        CheckConstraint("state NOT IN ('given', 'active') OR size > 0", name="size_when_given"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"), index=True)
    selection: Mapped[str] = mapped_column(String(12))
    area_id: Mapped[int | None] = mapped_column(Id, ForeignKey("area.id"))
    is_test: Mapped[bool]
    size: Mapped[int]
    state: Mapped[str] = state_column()
    void_reason: Mapped[str | None] = mapped_column(String(rules.REASON_MAX))
    made_at: Mapped[datetime] = mapped_column(Instant)

    round: Mapped[Round] = relationship()
    area: Mapped[Area | None] = relationship()


class VotingCode(db.Model):
    """`number` stands on the sheet. `code_key`: HMAC of the round and the code. `entry_id`: whose vote it is; of a
    bearer's code nobody's until its holder has said who they are. Gone when it is erased who took part."""

    __tablename__ = "voting_code"
    __table_args__ = (
        one_of("state", rules.CODE_STATES),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("length(code_key) = 64", name="key_whole"),
        CheckConstraint("state <> 'spent' OR entry_id IS NOT NULL", name="spent_by_somebody"),
        Index("ix_voting_code_entry_id", "entry_id"),
    )

    batch_id: Mapped[int] = mapped_column(Id, ForeignKey("voting_code_batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int | None] = mapped_column(Id, ForeignKey("roll_entry.id"))
    code_key: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = state_column()

    batch: Mapped[VotingCodeBatch] = relationship()


class VotingCodeTries(db.Model):
    """Wrong codes of one hour. `source_key`: HMAC of a browser, of an address in this hour, or of all."""

    __tablename__ = "voting_code_tries"
    __table_args__ = (CheckConstraint("tries > 0", name="tries_positive"),)

    source_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    hour: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    tries: Mapped[int]
