"""What was not funded, with a department: one row for each, and its history."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, Won, db, one_of, state_column
from app.people.models import Account, Department
from app.proposals.models import Proposal
from app.results import handing_rules as rules


class HandOver(db.Model):
    """Once for each proposal. Where it lies and what was said last is its last step."""

    __tablename__ = "hand_over"

    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("proposal.id"), primary_key=True)
    handed_at: Mapped[datetime] = mapped_column(Instant)

    proposal: Mapped[Proposal] = relationship()
    steps: Mapped[list["HandOverStep"]] = relationship(order_by="HandOverStep.number", back_populates="hand_over")

    @property
    def now(self) -> "HandOverStep":
        return self.steps[-1]

    @property
    def came_at(self) -> datetime:
        """When it came to the department where it lies."""
        came = self.steps[0]
        for step in self.steps:
            came = step if step.department_id != came.department_id else came
        return came.at


class HandOverStep(db.Model):
    """Handed to a department (the first, and where the department is another than before), or its answer. Never
    changed (trigger)."""

    __tablename__ = "hand_over_step"
    __table_args__ = (
        one_of("answer", rules.ANSWERS),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("(answer = 'taken_up') = (budget_year IS NOT NULL)", name="taken_up_with_year"),
        CheckConstraint("(answer = 'taken_up') = (amount_won IS NOT NULL)", name="taken_up_with_amount"),
        CheckConstraint("amount_won > 0", name="amount_positive"),
        CheckConstraint("answer <> 'not_taken_up' OR words <> ''", name="not_taken_up_with_reason"),
    )

    proposal_id: Mapped[int] = mapped_column(Id, ForeignKey("hand_over.proposal_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(Id, ForeignKey("department.id"))
    answer: Mapped[str] = state_column(default=rules.EXAMINING)
    budget_year: Mapped[int | None]
    amount_won: Mapped[int | None] = mapped_column(Won)
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))

    hand_over: Mapped[HandOver] = relationship(back_populates="steps")
    department: Mapped[Department] = relationship()
    account: Mapped[Account] = relationship()
