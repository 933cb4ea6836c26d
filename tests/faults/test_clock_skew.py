"""Workers whose clocks are five minutes slow or fast. The database's clock alone says whether voting is over: nothing
is taken in outside the window, and nothing that was confirmed is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock, database_now, now
from app.database import db
from app.factory import create_app
from app.results import doctor, services
from app.results.rules import VotingStillOpen
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests.actors import Person
from tests.ballots.elections import census, move_past, picks, published, seated
from tests.databases import config_for
from tests.page import Page
from tests.web.voting.test_ballot import cast, open_ballot, to_check

SKEWS = (timedelta(minutes=-5), timedelta(0), timedelta(minutes=5))
EACH = 4  # voters of a worker, at each of the three moments
RACE = timedelta(milliseconds=250)


class Skewed(Clock):
    """A worker's own clock, wrong by `skew`. The database's is right; the test's moves both."""

    def __init__(self, right: Clock, skew: timedelta) -> None:
        self.right, self.skew = right, skew

    @property
    def offset(self) -> timedelta:  # type: ignore[override]
        return self.right.offset

    def now(self) -> datetime:
        return self.right.now() + self.skew


class Vote(NamedTuple):
    """`before`, `after`: the database's clock when it was sent and when it was answered."""

    is_received: bool
    before: datetime
    after: datetime


@pytest.fixture
def workers(app: Flask, clock: Clock, database_url: str) -> Iterator[list[Flask]]:
    """Each skewed in its own way, all on the database of `app`, whose clock is right."""
    with ExitStack() as closing:
        apps = [create_app(config_for(database_url), Skewed(clock, skew)) for skew in SKEWS]
        for one in apps:
            with one.app_context():
                closing.callback(db.engine.dispose)
        yield apps


def database_clock(app: Flask) -> datetime:
    with app.app_context():
        return database_now(db.session)


def vote(app: Flask, person: Person, check: Page) -> Vote:
    before = database_clock(app)
    answer = cast(person, check)
    assert answer.status in (200, 409)
    return Vote(answer.h1 == "투표했습니다", before, database_clock(app))


def ensure_added_up(votes: list[Vote]) -> None:
    counted = census()
    received = sum(one.is_received for one in votes)
    assert (counted["participation"], counted["intake_ballot"] + counted["box_ballot"]) == (received, received)
    assert [finding for finding in doctor.examine() if finding.faults] == []


def test_the_databases_clock_parts_the_votes_however_wrong_the_workers_are(
    app: Flask, clock: Clock, workers: list[Flask]
) -> None:
    round_ = published(clock)
    end = next(phase.ends_at for phase in round_.phases if phase.kind == rounds.VOTING)
    early, racing, late = ([at_the_check_page(worker, round_) for worker in workers * EACH] for _ in range(3))
    move_past(clock, round_, rounds.VOTING)

    clock.offset -= timedelta(minutes=2)
    votes = [vote(app, *one) for one in early]
    assert all(one.is_received for one in votes)  # though it is over by the fast worker's clock

    clock.offset += timedelta(minutes=2) - (now() - end) - RACE
    with ThreadPoolExecutor(len(workers)) as voters:
        votes += voters.map(lambda one: vote(app, *one), racing)
    assert all(one.is_received for one in votes if one.after < end)
    assert not any(one.is_received for one in votes if one.before >= end)

    clock.offset += timedelta(minutes=2)
    votes += [vote(app, *one) for one in late]
    assert not any(one.is_received for one in votes[-len(late) :])  # though it goes on by the slow worker's
    ensure_added_up(votes)


def at_the_check_page(worker: Flask, round_: Round) -> tuple[Person, Page]:
    person, page = open_ballot(worker, round_)
    return person, to_check(person, page, picks(round_))


def test_no_worker_shuts_the_box_before_the_databases_clock_says_so(
    app: Flask, clock: Clock, workers: list[Flask]
) -> None:
    round_ = published(clock, running=None)
    seated(round_, 3, 3, "ended")
    last = max(round_.phases, key=lambda phase: phase.ends_at)
    clock.offset += last.ends_at - now() - timedelta(minutes=2)
    round_id, before = round_.id, census()
    for worker in workers:
        with worker.app_context(), pytest.raises(VotingStillOpen):
            services.close_round(db.session.get_one(Round, round_id), at=now(), by=SYSTEM)
    assert census() == before
    clock.offset += timedelta(minutes=3)
    with workers[0].app_context():
        services.close_round(db.session.get_one(Round, round_id), at=now(), by=SYSTEM)
    db.session.rollback()
    assert round_.state == rounds.CLOSED
