"""One bearer's code in many browsers at the same instant: one person comes onto the register by it, and votes once.

The control claims as a careless server would (look, then write, with nothing held), under the same threads.
"""

import secrets
from datetime import date
from threading import Barrier

from flask import Flask

from app.ballots import services as casting
from app.ballots.rules import MOBILE
from app.clock import Clock, now
from app.codes import queries, rules, services
from app.database import db
from app.roll import rules as roll
from app.roll import services as rolls
from app.roll.models import RollEntry
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests.ballots.elections import picks, published
from tests.codes.printed import KEY, active, claim_of, entry
from tests.races.test_cast import at_once, counts

BROWSERS = 8
NAMES = "가나다라마바사아"


def people() -> int:
    db.session.rollback()
    return db.session.query(RollEntry).count()


def test_a_code_in_many_browsers_at_once_brings_one_person_onto_the_register(app: Flask, clock: Clock) -> None:
    round_ = published(clock, voters=rounds.REGISTER)
    batch, _ = active(round_, 1)
    round_id, batch_id = round_.id, batch.id

    def claim(n: int, barrier: Barrier) -> str:
        mine = db.session.get_one(Round, round_id)
        said = claim_of(mine, NAMES[n] * 2, date(1990, 1, 1 + n))
        db.session.rollback()
        barrier.wait(30)
        try:
            services.claim(mine, batch_id, 1, said, key=KEY, at=now())
        except rules.CodeSpent:
            return "CodeSpent"
        return "claimed"

    assert at_once(app, claim, BROWSERS) == {"claimed": 1, "CodeSpent": BROWSERS - 1}
    assert people() == 1


def test_control_without_holding_the_code_the_same_threads_bring_many(app: Flask, clock: Clock) -> None:
    round_ = published(clock, voters=rounds.REGISTER)
    batch, _ = active(round_, 1)
    round_id, batch_id = round_.id, batch.id

    def careless(n: int, barrier: Barrier) -> str:
        mine = db.session.get_one(Round, round_id)
        said = claim_of(mine, NAMES[n] * 2, date(1990, 1, 1 + n))
        taken = queries.get_code(round_id, batch_id, 1).entry_id
        db.session.rollback()
        barrier.wait(30)
        if taken is None:
            rolls.register(mine, said, source=roll.CODE, phone_key=None, key=KEY, at=now())
        return "claimed"

    assert at_once(app, careless, BROWSERS) == {"claimed": BROWSERS}
    assert people() == BROWSERS


def test_a_code_in_many_browsers_at_once_casts_one_ballot_and_is_spent_by_it(app: Flask, clock: Clock) -> None:
    round_ = published(clock, voters=rounds.LIST)
    person = entry(round_)
    batch, _ = active(round_)
    round_id, batch_id, entry_id, choices = round_.id, batch.id, person.id, picks(round_)

    def cast(n: int, barrier: Barrier) -> str:
        me = db.session.get_one(RollEntry, entry_id)
        db.session.rollback()
        barrier.wait(30)
        casting.cast_as_entry(
            round_id,
            me,
            choices,
            channel=MOBILE,
            token=secrets.token_hex(16),
            admit=lambda _at: services.spend(round_id, batch_id, 1, entry_id),
        )
        return "voted"

    assert at_once(app, cast, BROWSERS) == {"voted": 1, "AlreadyVoted": BROWSERS - 1}
    assert (counts(round_id), queries.get_code(round_id, batch_id, 1).state) == ((1, 1), rules.SPENT)
