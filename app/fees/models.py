"""What the fee sheet goes by: rates with their history, and the year's budget. Account numbers are kept nowhere."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Instant, Won, db
from app.fees.rules import DEFAULT_LEAST_ITEMS, ITEMS_MAX, RATE_MAX


class FeeRate(db.Model):
    """See `app.fees.rules.Rate`. Changed only while no meeting was paid by it."""

    __tablename__ = "fee_rate"
    __table_args__ = (
        CheckConstraint(f"rate_won BETWEEN 0 AND {RATE_MAX}", name="rate_in_range"),
        CheckConstraint(f"subcommittee_won BETWEEN 0 AND {RATE_MAX}", name="subcommittee_won_in_range"),
        CheckConstraint(f"least_items BETWEEN 0 AND {ITEMS_MAX}", name="least_items_in_range"),
    )

    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    rate_won: Mapped[int] = mapped_column(Won)
    least_items: Mapped[int] = mapped_column(default=DEFAULT_LEAST_ITEMS)
    counts_recused: Mapped[bool] = mapped_column(default=True)
    subcommittee_won: Mapped[int] = mapped_column(Won)
    once_a_day: Mapped[bool] = mapped_column(default=False)
    set_at: Mapped[datetime] = mapped_column(Instant)


class FeeBudget(db.Model):
    """The budget line of a year."""

    __tablename__ = "fee_budget"
    __table_args__ = (CheckConstraint("budget_won >= 0", name="budget_not_negative"),)

    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    budget_won: Mapped[int] = mapped_column(Won)
