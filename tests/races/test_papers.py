"""At the same instant: a paper and a telephone, two who finish a pile, two who confirm a day. One comes to pass.

The control hands out papers as a careless desk does, that looks at the roll and ticks nothing: both get through.
"""

import secrets
from collections.abc import Callable
from threading import Barrier

from flask import Flask
from sqlalchemy import text

from app.ballots import queries as ballots
from app.ballots import services as casting
from app.ballots.models import IntakeBallot
from app.clock import Clock, now
from app.database import db
from app.papers import days, keying, rules
from app.papers.models import DayBook, PaperBatch
from app.people.models import Account
from app.roll.models import RollEntry
from app.stations.models import PollingStation
from tests import factories
from tests.ballots.elections import picks
from tests.papers import polls
from tests.papers.polls import Poll, batch_of, close_day, hand_out, key, keyers, open_day, polling
from tests.races.test_cast import at_once

BOTH = 6  # half of them at the desk, half on the telephone


def act(poll: Poll, person: RollEntry, paper: Callable[[PollingStation, RollEntry], object]) -> Callable[..., str]:
    round_id, station_id, entry_id = poll.round.id, poll.station.id, person.id
    choices = picks(poll.round)

    def run(n: int, barrier: Barrier) -> str:
        station, me = db.session.get_one(PollingStation, station_id), db.session.get_one(RollEntry, entry_id)
        db.session.rollback()
        barrier.wait(30)
        if n % 2:
            paper(station, me)
            return "paper"
        casting.cast_as_entry(round_id, me, choices, channel="mobile", token=secrets.token_hex(16))
        return "mobile"

    return run


def test_a_paper_and_a_telephone_at_the_same_moment_make_one_vote(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    open_day(poll)
    officer_id = poll.officer.id

    def paper(station: PollingStation, me: RollEntry) -> None:
        days.hand_out(station, me, at=now(), by=db.session.get_one(Account, officer_id))

    for turn in range(1, 5):
        outcomes = at_once(app, act(poll, polls.entry(poll.round), paper), BOTH)
        assert outcomes.pop("AlreadyVoted") == BOTH - 1
        assert outcomes in ({"paper": 1}, {"mobile": 1})
        db.session.rollback()
        rolls = ballots.participations(poll.round.id)["residents"]
        assert sum(rolls.values()) == turn
        assert db.session.query(IntakeBallot).count() == rolls.get("mobile", 0)


def test_control_a_desk_that_only_looks_hands_out_papers_beside_the_telephone(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE careless (entry_id INTEGER)"))
    person = polls.entry(poll.round)
    insert = text(f"INSERT INTO careless VALUES ({person.id})")

    def paper(station: PollingStation, me: RollEntry) -> None:
        with db.engine.begin() as connection:
            connection.execute(insert)

    outcomes = at_once(app, act(poll, person, paper), BOTH)
    assert (outcomes["paper"], outcomes["mobile"]) == (BOTH // 2, 1)


def pile(clock: Clock) -> tuple[Poll, DayBook]:
    poll = polling(clock)
    open_day(poll)
    hand_out(poll, 2)
    return poll, close_day(poll, 2, 8)


def test_a_pile_goes_in_once_whoever_presses_and_a_difference_is_settled_by_one(app: Flask, clock: Clock) -> None:
    poll, book = pile(clock)
    batch, (first, second, _) = batch_of(book, 2), keyers()
    ticked = polls.numbers(poll.round)
    for sheet in (1, 2):
        key(batch, sheet, first, ticked)
        key(batch, sheet, second, [] if sheet == 1 else ticked)
    thirds, book_id = [keyers()[2].id for _ in range(4)], book.id

    def settle(n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(PaperBatch, book_id), db.session.get_one(Account, thirds[n])
        db.session.rollback()
        barrier.wait(30)
        try:
            keying.key_sheet(mine, 1, ticked, None, area_id=None, at=now(), by=me)
        except rules.NotYourTurn:
            return "another settles"
        return "settled"

    assert at_once(app, settle, 4) == {"settled": 1, "another settles": 3}

    def enter(_n: int, barrier: Barrier) -> str:
        mine = db.session.get_one(PaperBatch, book_id)
        db.session.rollback()
        barrier.wait(30)
        try:
            return str(keying.enter(mine, at=now(), by=polls.SYSTEM))
        except rules.AlreadyEntered:
            return "entered before"

    assert at_once(app, enter, 4) == {"2": 1, "entered before": 3}
    db.session.rollback()
    assert db.session.query(IntakeBallot).count() == 2


def test_a_day_is_confirmed_once(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    open_day(poll)
    book_id = close_day(poll, 0, 9, "한 장이 없어짐").id
    staff = [factories.account("staff").id for _ in range(4)]

    def confirm(n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(DayBook, book_id), db.session.get_one(Account, staff[n])
        db.session.rollback()
        barrier.wait(30)
        try:
            days.confirm_day(mine, at=now(), by=me)
        except rules.NothingToConfirm:
            return "closed before"
        return "confirmed"

    assert at_once(app, confirm, 4) == {"confirmed": 1, "closed before": 3}
