"""Several people open one box at the same instant, each with enough words. One does, and every ballot is kept once.

The control takes the guards away and lets two attempts run one after the other: then every ballot is kept twice.
"""

from threading import Barrier

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.ballots import box, ceremony, queries
from app.ballots.models import BoxOpening
from app.clock import Clock, now
from app.database import db
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests.ballots.elections import KEYS
from tests.races.test_cast import at_once
from tests.results.elections import closed

THREADS = 6


def test_of_many_who_open_at_once_one_does(app: Flask, clock: Clock) -> None:
    round_id = closed(clock).id
    words = [KEYS[queries.get_round_key(round_id).public_key]]

    def act(_n: int, barrier: Barrier) -> str:
        mine = db.session.get_one(Round, round_id)
        db.session.rollback()
        barrier.wait(30)
        return str(ceremony.open_box(mine, words, at=now(), by=SYSTEM))

    outcomes = at_once(app, act, THREADS)
    assert outcomes.pop("8") == 1
    assert {outcome.split(":")[0] for outcome in outcomes} <= {"BeingOpened", "AlreadyOpened"}
    assert outcomes.total() == THREADS - 1
    assert kept(round_id) == 8


def test_control_without_the_guards_two_who_open_keep_everything_twice(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = closed(clock)
    words = [KEYS[queries.get_round_key(round_.id).public_key]]
    monkeypatch.setattr(BoxOpening, "is_running", lambda _self, _at: False)
    monkeypatch.setattr(ceremony.secrets, "token_hex", lambda _bytes: "0" * 32)
    monkeypatch.setattr(ceremony, "_get_shut", queries.get_round_key)
    attempts = [ceremony.begin_opening(round_, words, at=now(), by=SYSTEM) for _ in range(2)]
    for attempt in attempts:
        assert ceremony.finish_opening(attempt, at=now, by=SYSTEM) == 8
    assert kept(round_.id) == 16


def kept(round_id: int) -> int:
    db.session.rollback()
    return sum(box.count_opened(round_id, chamber) for chamber in (rounds.RESIDENTS, rounds.COMMITTEE))
