"""One resident applies from many browsers, the last seat of a call is offered, and the second person types the number,
each many times at once.

The controls look without holding the call, as a careless server would: then all of them may.
"""

from threading import Barrier

from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock, now
from app.database import db
from app.people.models import APPROVER_ROLE, STAFF_ROLE, Account, Resident
from app.recruitment import queries, rules, services
from app.recruitment.models import Application, Recruitment
from tests import factories
from tests.races.test_cast import at_once
from tests.recruitment.test_recruitment import fixed, told
from tests.results.elections import actions

THREADS = 4


def test_one_resident_in_many_browsers_applies_once(app: Flask) -> None:
    row_id, resident_id, said = factories.recruitment().id, factories.resident().id, told()

    def apply(_n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(Recruitment, row_id), db.session.get_one(Resident, resident_id)
        db.session.rollback()
        barrier.wait(30)
        try:
            services.apply(mine, me, told=said, at=now())
        except rules.AppliedAlready:
            return "already"
        return "applied"

    assert at_once(app, apply, THREADS) == {"applied": 1, "already": THREADS - 1}
    assert [one.number for one in db.session.query(Application)] == [1]


def test_control_who_looks_without_holding_the_call_finds_no_application_yet(app: Flask) -> None:
    row_id, resident_id = factories.recruitment().id, factories.resident().id

    def look(_n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(Recruitment, row_id), db.session.get_one(Resident, resident_id)
        standing = queries.find_standing(mine, me)
        barrier.wait(30)
        return "may apply" if standing is None else "already"

    assert at_once(app, look, THREADS) == {"may apply": THREADS}


def drawn(clock: Clock) -> Recruitment:
    """Two seats, three who were eligible; one of the two declines, and one waits."""
    row = fixed(clock, "ffff", seats=2)
    staff, approver = factories.account(STAFF_ROLE), factories.account(APPROVER_ROLE)
    services.enter_seed(row, "3 11 15", staff, at=now())
    services.confirm_seed(row, "3 11 15", approver, at=now())
    services.decline(queries.list_applications(row, rules.SELECTED)[0], reason="이사", at=now(), by=SYSTEM)
    return row


def test_a_vacant_seat_is_offered_to_one(app: Flask, clock: Clock) -> None:
    row_id = drawn(clock).id

    def offer(_n: int, barrier: Barrier) -> str:
        mine = db.session.get_one(Recruitment, row_id)
        db.session.rollback()
        barrier.wait(30)
        try:
            services.offer_next(mine, at=now(), by=SYSTEM)
        except rules.NoVacancy:
            return "no vacancy"
        return "offered"

    assert at_once(app, offer, THREADS) == {"offered": 1, "no vacancy": THREADS - 1}
    row = db.session.get_one(Recruitment, row_id)
    assert (len(queries.list_applications(row, rules.SELECTED)), actions("recruitment.offer")) == (
        2,
        ["recruitment.offer"],
    )


def test_control_who_looks_without_holding_the_call_sees_the_seat_vacant(app: Flask, clock: Clock) -> None:
    row_id = drawn(clock).id

    def look(_n: int, barrier: Barrier) -> str:
        mine = db.session.get_one(Recruitment, row_id)
        holding = len(queries.list_applications(mine, rules.SELECTED, rules.APPOINTED))
        barrier.wait(30)
        return "may offer" if holding < mine.seats else "no vacancy"

    assert at_once(app, look, THREADS) == {"may offer": THREADS}


def entered(clock: Clock) -> tuple[int, list[int]]:
    row = fixed(clock, "ffff", seats=2)
    services.enter_seed(row, "3 11 15", factories.account(STAFF_ROLE), at=now())
    return row.id, [factories.account(APPROVER_ROLE).id for _ in range(THREADS)]


def test_many_who_confirm_the_number_at_once_draw_once(app: Flask, clock: Clock) -> None:
    row_id, accounts = entered(clock)

    def confirm(n: int, barrier: Barrier) -> str:
        mine, me = db.session.get_one(Recruitment, row_id), db.session.get_one(Account, accounts[n])
        db.session.rollback()
        barrier.wait(30)
        try:
            services.confirm_seed(mine, "3 11 15", me, at=now())
        except rules.WrongState:
            return "too late"
        return "drawn"

    assert at_once(app, confirm, THREADS) == {"drawn": 1, "too late": THREADS - 1}
    assert actions("recruitment.draw") == ["recruitment.draw"]


def test_control_who_looks_without_holding_the_call_may_draw_as_all_others_may(app: Flask, clock: Clock) -> None:
    row_id, _ = entered(clock)

    def look(_n: int, barrier: Barrier) -> str:
        state = db.session.get_one(Recruitment, row_id).state
        barrier.wait(30)
        return "may draw" if state == rules.FIXED else "too late"

    assert at_once(app, look, THREADS) == {"may draw": THREADS}
