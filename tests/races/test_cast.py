"""Many requests of one voter at the same instant, on real connections. One ballot comes of it, whichever was first.

The control does what a careless server does (look, then write, with no key to say no) under the same threads, and
makes many ballots: so these threads do race.
"""

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import text

from app.audit.models import VOTER
from app.ballots import box, queries, rules, services
from app.ballots import voter_queries as voters
from app.clock import Clock, now
from app.database import db, transaction
from app.people.models import Resident
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import TOKENS, picks, published
from tests.faults.sizes import SIZE

THREADS = 20
DEVICES = 50  # of one voter
POOL = 12  # fewer than there are connections: all of them can be inside at once


def at_once(app: Flask, act: Callable[[int, Barrier], str], threads: int = THREADS) -> Counter[str]:
    """What came of `act(n, barrier)` in so many threads: its answer, or the name of its error."""
    barrier, outcomes = Barrier(threads), Counter[str]()

    def run(n: int) -> None:
        with app.app_context():
            try:
                outcome = act(n, barrier)
            except rules.AlreadyVoted:
                outcome = "AlreadyVoted"
            except Exception as error:  # a thread's traceback would be lost: it fails the test by its name
                outcome = f"{type(error).__name__}: {error}"
            outcomes[outcome] += 1

    db.session.rollback()
    running = [Thread(target=run, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)
    return outcomes


def caster(round_: Round, voter: Resident, token_of: Callable[[int], str]) -> Callable[[int, Barrier], str]:
    round_id, voter_id, choices = round_.id, voter.id, picks(round_)

    def act(n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(Round, round_id), db.session.get_one(Resident, voter_id)
        db.session.rollback()  # gives the connection back: there are fewer of them than threads
        barrier.wait(30)
        return services.cast_as_resident(mine.id, me, choices, token=token_of(n)).receipt

    return act


def counts(round_id: int) -> tuple[int, int]:
    db.session.rollback()
    people = queries.participations(round_id).get(rounds.RESIDENTS, {})
    return sum(people.values()), box.size(round_id, rounds.RESIDENTS)


def test_many_devices_of_one_voter_make_one_ballot(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    for turn in range(1, SIZE.voters + 1):
        outcomes = at_once(app, caster(round_, factories.resident(), lambda n: TOKENS[n]), DEVICES)
        assert outcomes.pop("AlreadyVoted") == DEVICES - 1
        assert [rules.is_receipt(receipt) for receipt in outcomes.elements()] == [True]
        assert counts(round_.id) == (turn, turn)


def test_one_request_sent_many_times_makes_one_ballot_and_one_receipt(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    for turn in range(1, SIZE.voters + 1):
        outcomes = at_once(app, caster(round_, factories.resident(), lambda n: TOKENS[0]), DEVICES)
        (receipt,) = outcomes
        assert rules.is_receipt(receipt)
        assert outcomes[receipt] == DEVICES
        assert counts(round_.id) == (turn, turn)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_even_when_all_stand_before_the_key_together_one_passes(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All transactions are open when they tick. (SQLite has one writer at a time: there is no such moment.)"""
    round_, together, tick = published(clock), Barrier(POOL), services._tick

    def tick_together(*args: object) -> None:
        together.wait(30)
        tick(*args)

    monkeypatch.setattr(services, "_tick", tick_together)
    outcomes = at_once(app, caster(round_, factories.resident(), lambda n: TOKENS[n]), POOL)
    assert outcomes["AlreadyVoted"] == POOL - 1
    assert counts(round_.id) == (1, 1)


def test_control_without_the_key_the_same_threads_vote_many_times(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    key = voters.get_standing(round_.id).voter_key(voters.identity_of(factories.resident()))
    round_id, choices = round_.id, picks(round_)
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE careless (voter_key VARCHAR(64))"))

    def careless(n: int, barrier: Barrier) -> str:
        taken = db.session.scalar(text("SELECT count(*) FROM careless WHERE voter_key = :key"), {"key": key})
        db.session.rollback()
        barrier.wait(30)
        if taken:
            raise rules.AlreadyVoted
        with transaction():
            db.session.execute(text("INSERT INTO careless VALUES (:key)"), {"key": key})
            paper = queries.get_paper(round_id, rounds.RESIDENTS)
            box.put(rules.ballot_id(TOKENS[n], rounds.RESIDENTS, key), round_id, paper, choices)
            services.audit.record(services.CAST, round_id, at=now(), by=VOTER, chamber="residents", channel="mobile")
        return "voted"

    assert at_once(app, careless) == {"voted": THREADS}
    assert counts(round_id)[1] == THREADS
