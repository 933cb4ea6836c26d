"""Two people in charge press the same button at once: one count, one publication."""

from threading import Barrier

from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock, now
from app.database import db
from app.people.models import Account
from app.results import rules, services
from app.results.models import Count, CountSignature
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.races.test_cast import at_once
from tests.results.elections import actions, counted, opened, signers

THREADS = 6


def test_many_counts_at_once_make_one(app: Flask, clock: Clock) -> None:
    round_id = opened(clock).id

    def count(_n: int, barrier: Barrier) -> str:
        mine = db.session.get_one(Round, round_id)
        db.session.rollback()
        barrier.wait(30)
        try:
            services.count_round(mine, at=now(), by=SYSTEM)
        except rounds.WrongState:
            return "too late"
        return "counted"

    assert at_once(app, count, THREADS) == {"counted": 1, "too late": THREADS - 1}
    assert (db.session.query(Count).count(), actions("count.")) == (1, ["count.make"])


def test_many_approvers_at_once_publish_once(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    services.sign_count(count, signers(count.round)[0], "staff", at=now())
    count_id = count.id
    people = [factories.account("approver", of=count.round.programme).id for _ in range(THREADS)]

    def sign(n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(Count, count_id), db.session.get_one(Account, people[n])
        db.session.rollback()
        barrier.wait(30)
        try:
            services.sign_count(mine, me, "approver", at=now())
        except rules.NotStanding:
            return "too late"
        return "signed"

    assert at_once(app, sign, THREADS) == {"signed": 1, "too late": THREADS - 1}
    assert (db.session.query(CountSignature).count(), actions("result.")) == (2, ["result.publish"])


def test_a_withdrawal_and_the_last_signature_at_once_leave_one_of_them(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    staff, approver = signers(count.round)
    services.sign_count(count, staff, "staff", at=now())
    count_id, approver_id = count.id, approver.id

    def act(n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(Count, count_id), db.session.get_one(Account, approver_id)
        db.session.rollback()
        barrier.wait(30)
        try:
            if n:
                services.sign_count(mine, me, "approver", at=now())
            else:
                services.withdraw_count(mine, "다시", at=now(), by=SYSTEM)
        except rules.NotStanding:
            return "too late"
        return "done"

    assert at_once(app, act, 2) == {"done": 1, "too late": 1}
    db.session.expire_all()
    assert (count.published_at is None) != (count.withdrawn_at is None)
