"""Two ticks at once: what waits is packed once, and reminders are told once.

The control packs as a careless worker would (look, then write, with nothing held), under the same threads.
"""

from threading import Barrier

from flask import Flask

from app.audit import services as audit
from app.audit.models import SYSTEM
from app.clock import Clock, now, seoul_day
from app.database import db, transaction
from app.notices import delivery_queries as queries
from app.notices import delivery_services as services
from app.notices import services as messages
from app.notices.delivery_rules import Person
from app.notices.delivery_services import Parcel
from app.notices.letter_models import Notice
from app.notices.models import Message
from app.people.models import DEPARTMENT_ROLE
from app.rounds import rules as rounds
from tests import factories
from tests.notices.going_out import remind, set_hour
from tests.races.test_cast import at_once

TICKS = 4
CARELESS = audit.declare("test.pack", "test")
PARCEL = Parcel("mail", "hong@home.example", "안녕하세요", "알림")


def pack_at_once(app: Flask, is_careless: bool) -> dict[str, int]:
    of, to = factories.proposal(factories.round_(running=rounds.INTAKE)), factories.resident()
    for _ in range(2):
        factories.notice("proposal_submitted", to, of)
    person = Person(to.id)

    def pack(_n: int, barrier: Barrier) -> str:
        at = now()
        due = [one.id for one in queries.list_due(at)]
        db.session.rollback()
        barrier.wait(30)
        if is_careless:
            with transaction():
                messages.queue_mail(*PARCEL[1:3], "", at=at)
                audit.record(CARELESS, None, at=at, by=SYSTEM)
            return "packed"
        return "packed" if services.pack(due, person, PARCEL, at=at) else "late"

    return at_once(app, pack, TICKS)


def test_of_ticks_at_once_one_packs_and_the_others_find_it_done(app: Flask) -> None:
    assert pack_at_once(app, is_careless=False) == {"packed": 1, "late": TICKS - 1}
    db.session.rollback()
    assert db.session.query(Message).count() == 1


def test_control_without_holding_them_each_makes_a_message(app: Flask) -> None:
    assert pack_at_once(app, is_careless=True) == {"packed": TICKS}
    db.session.rollback()
    assert db.session.query(Message).count() == TICKS


def test_of_ticks_at_once_one_reminds(app: Flask, clock: Clock) -> None:
    set_hour(clock, 12)
    check = factories.check(factories.proposal(factories.round_(running=rounds.DEPARTMENT_CHECK)))
    check.due_on = seoul_day(now())
    factories.account(DEPARTMENT_ROLE)

    def tick(_n: int, barrier: Barrier) -> str:
        db.session.rollback()
        barrier.wait(30)
        return str(remind())

    db.session.commit()
    assert at_once(app, tick, TICKS) == {"1": 1, "0": TICKS - 1}
    db.session.rollback()
    assert db.session.query(Notice).count() == 1
