"""Figures of years before this software (plan 2018 §3: P1, P2, P4), each with its source."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Won, db
from app.programmes.models import Programme


class YearFigures(db.Model):
    """NULL = not published. Voters are those of the vote for that fiscal year, held the year before."""

    __tablename__ = "year_figures"
    __table_args__ = (
        UniqueConstraint("programme_id", "fiscal_year"),
        CheckConstraint("source <> ''", name="sourced"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"))
    fiscal_year: Mapped[int]
    proposals: Mapped[int | None]
    proposed_won: Mapped[int | None] = mapped_column(Won)
    base_won: Mapped[int | None] = mapped_column(Won)
    allocated_won: Mapped[int | None] = mapped_column(Won)
    voters_target: Mapped[int | None]
    voters: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(200))

    programme: Mapped[Programme] = relationship()
