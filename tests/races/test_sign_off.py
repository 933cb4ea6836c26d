"""Several approvers press at once, or staff withdraw at that moment: one publication, or none.

The control looks without holding the round, as a careless server would: then all of them see a ballot that waits.
"""

from threading import Barrier

from flask import Flask

from app.audit.models import SYSTEM
from app.ballots import draft_queries as drafts
from app.ballots import queries, rules, sign_off
from app.ballots.models import BallotSignature, PreparedBallot
from app.clock import now
from app.database import db
from app.people.models import Account
from app.rounds import rules as rounds
from tests import factories
from tests.ballots.elections import give_key, prepared, shortlisted, signers
from tests.races.test_cast import at_once
from tests.results.elections import actions

THREADS = 4


def signed_by_staff() -> PreparedBallot:
    round_ = shortlisted(per_section=1)
    give_key(round_)
    ballot = prepared(round_)
    sign_off.sign_ballot(ballot, signers(round_)[0], "staff", at=now())
    return ballot


def test_many_approvers_at_once_publish_once(app: Flask) -> None:
    ballot = signed_by_staff()
    round_id, accounts = ballot.round_id, [factories.account("approver").id for _ in range(THREADS)]

    def sign(n: int, barrier: Barrier) -> str:
        mine, me = drafts.get_waiting(round_id, 1), db.session.get_one(Account, accounts[n])
        db.session.rollback()
        barrier.wait(30)
        try:
            sign_off.sign_ballot(mine, me, "approver", at=now())
        except rules.NotPrepared:
            return "too late"
        return "signed"

    assert at_once(app, sign, THREADS) == {"signed": 1, "too late": THREADS - 1}
    assert (db.session.query(BallotSignature).count(), actions("ballot.publish")) == (2, ["ballot.publish"])


def test_control_who_looks_without_holding_the_round_sees_it_wait_as_all_others_do(app: Flask) -> None:
    round_id = signed_by_staff().round_id

    def look(_n: int, barrier: Barrier) -> str:
        waiting = drafts.get_waiting(round_id, 1)
        signed = [one.role for one in waiting.signatures]
        barrier.wait(30)
        return "may sign" if signed == ["staff"] else "too late"

    assert at_once(app, look, THREADS) == {"may sign": THREADS}


def test_a_withdrawal_and_the_last_signature_at_once_leave_one_of_them(app: Flask) -> None:
    ballot = signed_by_staff()
    round_id, approver_id = ballot.round_id, signers(ballot.round)[1].id

    def act(n: int, barrier: Barrier) -> str:
        mine, me = drafts.get_waiting(round_id, 1), db.session.get_one(Account, approver_id)
        db.session.rollback()
        barrier.wait(30)
        try:
            if n:
                sign_off.sign_ballot(mine, me, "approver", at=now())
            else:
                sign_off.withdraw_ballot(mine, "다시", at=now(), by=SYSTEM)
        except (rules.NotPrepared, rounds.Frozen):
            return "too late"
        return "done"

    assert at_once(app, act, 2) == {"done": 1, "too late": 1}
    db.session.expire_all()
    assert (queries.find_publication(round_id) is None) == (ballot.withdrawn_at is not None)
    assert (ballot.round.state == rounds.CALLED) == (ballot.withdrawn_at is not None)
