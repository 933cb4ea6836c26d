"""Figures of years before this software, typed in from their source."""

from datetime import datetime

from sqlalchemy import select

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.figures.models import YearFigures
from app.figures.rules import Figures
from app.programmes.models import Programme

SET = audit.declare("year_figures.set", "programme", "fiscal_year", "source")


def set_year_figures(
    programme: Programme, fiscal_year: int, figures: Figures, *, source: str, at: datetime, by: Actor
) -> YearFigures:
    """What is known of a fiscal year, in place of what was typed in before. `source` says where it is printed."""
    with transaction():
        lock(programme)
        row = db.session.scalar(
            select(YearFigures).where(YearFigures.programme_id == programme.id, YearFigures.fiscal_year == fiscal_year)
        ) or YearFigures(programme_id=programme.id, fiscal_year=fiscal_year)
        for name, value in figures._asdict().items():
            setattr(row, name, value)
        row.source = source
        db.session.add(row)
        audit.record(SET, programme.id, at=at, by=by, fiscal_year=fiscal_year, source=source)
    return row
