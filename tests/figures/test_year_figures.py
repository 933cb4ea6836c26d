"""The record of the years before this software: typed in with its source, replaced with a line of audit."""

from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.clock import now
from app.database import db
from app.figures import queries
from app.figures.rules import Figures
from app.figures.services import set_year_figures
from app.programmes.models import Programme
from tests import factories


def keep(programme: Programme, year: int, **known: int) -> None:
    set_year_figures(programme, year, Figures(**known), source="2018년 주요업무계획", at=now(), by=SYSTEM)


def test_a_year_is_kept_once_and_what_is_not_known_stays_unknown(app: Flask) -> None:
    programme = factories.programme()
    keep(programme, 2016, voters=1, proposals=3)
    keep(programme, 2016, voters=1136)
    ((row,),) = queries.list_year_figures().values()
    assert (row.voters, row.proposals, row.source) == (1136, None, "2018년 주요업무계획")
    assert db.session.query(AuditLine).filter_by(action="year_figures.set").count() == 2


def test_years_come_in_their_order_under_their_programme(app: Flask) -> None:
    one, other = factories.programme(), factories.programme("city")
    other.position = 2
    db.session.commit()
    for programme, year in ((other, 2016), (one, 2017), (one, 2015)):
        keep(programme, year, voters=1)
    found = {
        programme.slug: [row.fiscal_year for row in rows] for programme, rows in queries.list_year_figures().items()
    }
    assert list(found.items()) == [("gu", [2015, 2017]), ("city", [2016])]
