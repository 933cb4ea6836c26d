"""Reads over all rooms, for pages that show how things stand."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.ballots import queries as ballots
from app.database import db
from app.figures.models import YearFigures
from app.programmes.models import Programme
from app.rounds import rules as rounds
from app.rounds.models import Round

LATEST = 3


class TurnoutOfRound(NamedTuple):
    """How many residents have voted against the round's target; never what they voted."""

    round: Round
    voters: int
    target: int


def list_latest_results() -> list[Round]:
    return _list_held(rounds.RESULTS_PUBLISHED)[:LATEST]


def list_turnouts() -> list[TurnoutOfRound]:
    """Of the rounds whose ballot is out and whose result is not, where a target is set."""
    return [
        TurnoutOfRound(round_, line.people, line.target)
        for round_ in _list_held(rounds.BALLOT_PUBLISHED, rounds.CLOSED, rounds.COUNTED)
        for line in ballots.turnout(round_)
        if line.target
    ]


def list_year_figures() -> dict[Programme, list[YearFigures]]:
    """Programme → its years, the earliest first; programmes in the order in which they are told apart."""
    rows = db.session.scalars(
        select(YearFigures)
        .join(Programme)
        .order_by(Programme.position, YearFigures.fiscal_year)
        .options(joinedload(YearFigures.programme))
    )
    years: dict[Programme, list[YearFigures]] = {}
    for row in rows:
        years.setdefault(row.programme, []).append(row)
    return years


def _list_held(*states: str) -> list[Round]:
    query = (
        select(Round)
        .options(joinedload(Round.programme))
        .where(Round.state.in_(states), Round.source == rounds.HELD)
        .order_by(Round.fiscal_year.desc(), Round.id.desc())
    )
    return list(db.session.scalars(query))
