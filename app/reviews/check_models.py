"""The way of a check from desk to desk, and what those who work on it note for one another."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db
from app.people.models import Account, Department


class CheckMove(db.Model):
    """One move, the first is `number` 1; no department: the staff. It is written once, and never changed or deleted.
    Whoever moves a check away from a department says why."""

    __tablename__ = "check_move"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "from_department_id IS NOT NULL OR to_department_id IS NOT NULL", name="from_or_to_a_department"
        ),
        CheckConstraint(
            "from_department_id IS NULL OR to_department_id IS NULL OR from_department_id <> to_department_id",
            name="to_another",
        ),
        CheckConstraint("from_department_id IS NULL OR reason <> ''", name="away_with_reason"),
    )

    check_id: Mapped[int] = mapped_column(Id, ForeignKey("department_check.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    from_department_id: Mapped[int | None] = mapped_column(Id, ForeignKey("department.id"))
    to_department_id: Mapped[int | None] = mapped_column(Id, ForeignKey("department.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    moved_at: Mapped[datetime] = mapped_column(Instant)

    from_department: Mapped[Department | None] = relationship(foreign_keys=[from_department_id])
    to_department: Mapped[Department | None] = relationship(foreign_keys=[to_department_id])
    account: Mapped[Account | None] = relationship()


class CheckNote(db.Model):
    """For the staff and the department that has the check, and nobody else: no page of the public, of the committee or
    of the proposer and no file that leaves the office has it."""

    __tablename__ = "check_note"
    __table_args__ = (CheckConstraint("body <> ''", name="body_there"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    check_id: Mapped[int] = mapped_column(Id, ForeignKey("department_check.id"), index=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Instant)

    account: Mapped[Account] = relationship()
