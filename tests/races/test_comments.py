"""Several officers decide on one comment at the same moment, some to hide it and some to let it stand: one decision is
taken, and the others learn that it has moved on.

The control looks without holding the row, as a careless server would: then all of them see the version that they know.
"""

from threading import Barrier

from flask import Flask

from app.clock import now
from app.database import db
from app.people.models import Account
from app.rounds import rules as rounds
from app.voices import rules, services
from app.voices.models import Comment
from tests import factories
from tests.races.test_cast import at_once
from tests.results.elections import actions
from tests.voices.test_services import comment, report

THREADS = 4


def reported() -> tuple[int, int]:
    """A comment and its version."""
    one = comment(factories.proposal(factories.round_(running=rounds.INTAKE)))
    report(one)
    return one.id, one.version


def test_officers_who_decide_on_a_comment_at_once_decide_once(app: Flask) -> None:
    comment_id, seen = reported()
    officers = [factories.account("staff").id for _ in range(THREADS)]

    def decide(n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(Comment, comment_id), db.session.get_one(Account, officers[n])
        db.session.rollback()
        barrier.wait(30)
        try:
            if n % 2:
                services.keep_comment(mine, seen=seen, at=now(), by=me)
            else:
                services.hide_comment(mine, ground="insult", reason="욕설", bar=False, seen=seen, at=now(), by=me)
        except rules.CommentMoved:
            return "moved on"
        return "decided"

    assert at_once(app, decide, THREADS) == {"decided": 1, "moved on": THREADS - 1}
    db.session.expire_all()
    row = db.session.get_one(Comment, comment_id)
    decided = {"hidden": ["comment.hide"], "shown": ["comment.keep"]}[row.state]
    assert actions("comment.hide") + actions("comment.keep") == decided


def test_control_who_looks_without_holding_the_row_knows_its_version_as_all_others_do(app: Flask) -> None:
    comment_id, seen = reported()

    def look(_n: int, barrier: Barrier) -> str:
        version = db.session.get_one(Comment, comment_id).version
        barrier.wait(30)
        return "may decide" if version == seen else "moved on"

    assert at_once(app, look, THREADS) == {"may decide": THREADS}
