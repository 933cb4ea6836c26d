"""Several officers settle one conflict at the same moment: one word stands, and the others learn of it.

The control looks without holding the row, as a careless server would: then all of them see it open.
"""

from threading import Barrier

from flask import Flask

from app.clock import now
from app.database import db
from app.people.models import Account
from app.proposals import conflict_queries as queries
from app.proposals import conflict_rules as rules
from app.proposals import conflict_services as services
from tests import factories
from tests.proposals.test_conflicts import conflict_in
from tests.races.test_cast import at_once
from tests.results.elections import actions

THREADS = 4


def test_officers_who_settle_at_once_settle_once(app: Flask) -> None:
    conflict_id = conflict_in(factories.round_()).id
    officers = [factories.account("staff").id for _ in range(THREADS)]

    def settle(n: int, barrier: Barrier) -> str:
        mine, me = queries.get_conflict(conflict_id), db.session.get_one(Account, officers[n])
        db.session.rollback()
        barrier.wait(30)
        try:
            services.settle_conflict(mine, rules.BOTH_STAY, f"까닭 {n}", me, at=now())
        except rules.ConflictSettled:
            return "settled already"
        return "settled"

    assert at_once(app, settle, THREADS) == {"settled": 1, "settled already": THREADS - 1}
    db.session.expire_all()
    row = queries.get_conflict(conflict_id)
    assert row.settled_by is not None and row.reason == f"까닭 {officers.index(row.settled_by)}"
    assert actions("conflict.settle") == ["conflict.settle"]


def test_control_who_looks_without_holding_the_row_sees_it_open_as_all_others_do(app: Flask) -> None:
    conflict_id = conflict_in(factories.round_()).id

    def look(_n: int, barrier: Barrier) -> str:
        state = queries.get_conflict(conflict_id).state
        barrier.wait(30)
        return "may settle" if state == rules.OPEN else "settled already"

    assert at_once(app, look, THREADS) == {"may settle": THREADS}
