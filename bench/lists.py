"""A page of the list of proposals out of 10,000 beside one out of 100, in one process: the growth that readers feel."""

import time
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from flask import Flask
from sqlalchemy import insert, text

from app.clock import now
from app.database import db
from app.proposals.models import Proposal
from app.proposals.rules import ELIGIBLE
from app.rounds import rules
from bench.databases import postgresql, sqlite
from bench.figures import figure
from bench.prepare import WORDS, app_at
from tests import factories

ASKED = {
    "first page": "",
    "page in the middle": "&sort=cost&page={middle}",
    "dearest first": "&sort=-cost",
    "one field": "&section={section}",
    "one state": "&state=eligible",
}
MOST = 1.2  # times as long


class Size(NamedTuple):
    """`few` and `many`: proposals in the two rounds. `turns`: how often each page is read, in turn."""

    few: int
    many: int
    turns: int


class Listed(NamedTuple):
    """A round, one of its sections, and how many pages of 20 it has."""

    round_id: int
    section: int
    pages: int


def main(size: Size) -> None:
    for name, database in (("postgresql", postgresql), ("sqlite", sqlite)):
        with database() as url, app_at(url, timedelta()) as (app, _clock):
            rounds = [_fill(rows) for rows in (size.few, size.many)]
            for title, query in ASKED.items():
                figure(f"list, {title}, {name}", _growth(app, rounds, query, size.turns), "times as long", MOST)
            db.session.remove()
            db.engine.dispose()


def _growth(app: Flask, rounds: list[Listed], query: str, turns: int) -> float:
    taken = [[_read(app, one, query) for one in rounds] for _ in range(turns + 1)][1:]  # the first fills the caches
    few, many = (median(times) for times in zip(*taken, strict=True))
    return many / few


def _read(app: Flask, one: Listed, query: str) -> float:
    """Seconds."""
    path = f"/proposals?round_id={one.round_id}" + query.format(section=one.section, middle=one.pages // 2)
    db.session.remove()
    began = time.perf_counter()
    answer = app.test_client().get(path)
    seconds = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return seconds


def _fill(rows: int) -> Listed:
    round_ = factories.round_(running=rules.SITE_VISIT)
    sections, at = [section.id for section in round_.sections], now()
    texts = dict.fromkeys(("need", "content", "effect"), WORDS * 3)
    blank = dict.fromkeys(("place", "beneficiaries", "cost_note", "withdrawal_reason"), "")
    times = dict.fromkeys(("created_at", "changed_at", "submitted_at"), at)
    common = {"round_id": round_.id, "state": ELIGIBLE, "version": 1, **texts, **blank, **times}
    made = [
        {**common, "number": n, "title": f"사업 {n}", "cost_won": n * 1000, "section_id": sections[n % len(sections)]}
        for n in range(1, rows + 1)
    ]
    db.session.execute(insert(Proposal), made)
    listed = Listed(round_.id, sections[0], -(-rows // 20))
    db.session.commit()
    _tidy()
    return listed


def _tidy() -> None:
    """What PostgreSQL does by itself after a while: until then it looks up each row that it counts."""
    statement = "VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
