"""A member is recused at the instant at which the committee begins to vote."""

from datetime import timedelta
from threading import Barrier, Event
from time import sleep

from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock, now
from app.database import db, lock, transaction
from app.people.models import Account
from app.proposals.models import Proposal
from app.reviews import rules, services
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import items, move_into, published
from tests.races.test_cast import at_once

SLOW = 0.4  # seconds
BEFORE = timedelta(milliseconds=150)


def test_a_recusal_that_had_to_wait_until_the_committee_votes_is_too_late(app: Flask, clock: Clock) -> None:
    """Whoever casts holds the round; a recusal waits for them and looks at the clock afterwards."""
    round_ = published(clock, running=None)
    proposal_id, member_id = items(round_, "s1")[0].proposal_id, factories.member(round_.programme).account_id
    move_into(clock, round_, rounds.COMMITTEE_VOTE, after=-BEFORE)
    round_id, held = round_.id, Event()

    def act(n: int, _barrier: Barrier) -> str:
        mine, me = db.session.get_one(Proposal, proposal_id), db.session.get_one(Account, member_id)
        if n:
            assert held.wait(30)
            try:
                services.recuse(mine, me, rules.EXCLUDED, "가까운 사이", at=now(), by=SYSTEM)
            except rules.RecusalTooLate:
                return "too late"
            return "recused"
        with transaction():
            lock(db.session.get_one(Round, round_id))
            held.set()
            sleep(SLOW)
        return "voted"

    assert at_once(app, act, 2) == {"voted": 1, "too late": 1}
