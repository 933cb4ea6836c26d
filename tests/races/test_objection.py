"""Several officers decide on one objection at the same moment: one decision stands, and the others see it.

The control looks without holding the row, as a careless server would: then all of them see it open.
"""

from threading import Barrier

from flask import Flask

from app.clock import now
from app.database import db
from app.people.models import Account
from app.reviews import objection_queries, objection_services, rules
from app.reviews import objection_rules as objections
from tests import factories
from tests.races.test_cast import at_once
from tests.results.elections import actions
from tests.reviews.test_objections import object_to, refused

THREADS = 4


def test_officers_who_decide_at_once_decide_once(app: Flask) -> None:
    objection_id, accounts = object_to(refused()).id, [factories.account("staff").id for _ in range(THREADS)]

    def decide(n: int, barrier: Barrier) -> str:
        mine, me = objection_queries.get_objection(objection_id), db.session.get_one(Account, accounts[n])
        db.session.rollback()
        outcome = objections.UPHELD if n % 2 else objections.REJECTED
        barrier.wait(30)
        try:
            objection_services.decide_objection(mine, outcome, f"까닭 {n}", me, at=now())
        except rules.WrongState:
            return "decided already"
        return "decided"

    assert at_once(app, decide, THREADS) == {"decided": 1, "decided already": THREADS - 1}
    db.session.expire_all()
    row = objection_queries.get_objection(objection_id)
    assert row.proposal.state == ("eligible" if row.state == objections.UPHELD else "ineligible")
    assert actions("objection.decide") == ["objection.decide"]


def test_control_who_looks_without_holding_the_row_sees_it_open_as_all_others_do(app: Flask) -> None:
    objection_id = object_to(refused()).id

    def look(_n: int, barrier: Barrier) -> str:
        state = objection_queries.get_objection(objection_id).state
        barrier.wait(30)
        return "may decide" if state == objections.OPEN else "decided already"

    assert at_once(app, look, THREADS) == {"may decide": THREADS}
