"""Two officers write their opinions at once: one is kept, and the other learns of it.

The control writes without saying which version was read, as a careless page would: the last one wins, unknowingly.
"""

from threading import Barrier

from flask import Flask

from app.clock import now
from app.database import db
from app.people.models import DEPARTMENT_ROLE
from app.reviews import check_rules, check_services, queries
from tests import factories
from tests.races.test_cast import at_once
from tests.results.elections import actions
from tests.reviews.papers import decision

THREADS = 3


def decide_at_once(app: Flask, seen: int | None) -> dict[str, int]:
    check = factories.check(factories.proposal(factories.round_(running="department_check")))
    proposal_id, by = check.proposal_id, factories.account(DEPARTMENT_ROLE).actor

    def decide(n: int, barrier: Barrier) -> str:
        mine = queries.get_check(proposal_id)
        db.session.rollback()
        barrier.wait(30)
        try:
            check_services.decide_check(mine, decision(reason=f"의견 {n}"), seen=seen, at=now(), by=by)
        except check_rules.CheckMoved:
            return "second"
        return "written"

    return at_once(app, decide, THREADS)


def test_of_officers_who_decide_at_once_one_is_first_and_the_others_learn_of_it(app: Flask) -> None:
    assert decide_at_once(app, seen=1) == {"written": 1, "second": THREADS - 1}
    assert actions("check.decide") == ["check.decide"]


def test_control_without_the_version_each_writes_over_the_other(app: Flask) -> None:
    assert decide_at_once(app, seen=None) == {"written": THREADS}
