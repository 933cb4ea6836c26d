"""The same person registers from two phones at the same moment: one entry.

The control looks before it writes and holds nothing, as a careless server would: then both find nobody there.
"""

from threading import Barrier

from flask import Flask

from app.audit.models import SYSTEM
from app.clock import now
from app.database import db
from app.roll import list_rules, list_services, queries, rules, services
from app.rounds.models import Round
from tests.races.test_cast import at_once
from tests.roll.lists import HONG, KEY, KIM, claim, list_round, read, register_round, text

PHONES = 4


def test_the_same_person_by_several_phones_at_once_is_one_entry(app: Flask) -> None:
    round_id = register_round().id

    def come(n: int, barrier: Barrier) -> str:
        round_, told = db.session.get_one(Round, round_id), claim()
        db.session.rollback()
        barrier.wait(30)
        try:
            services.register_by_phone(round_, told, f"phone {n}", key=KEY, at=now())
        except rules.OnTheRollAlready:
            return "refused"
        return "on the roll"

    assert at_once(app, come, PHONES) == {"on the roll": 1, "refused": PHONES - 1}
    assert queries.count_entries(round_id) == 1


def test_control_who_looks_without_holding_the_name_finds_nobody_as_all_others_do(app: Flask) -> None:
    round_id = register_round().id
    key = services.person_key(round_id, claim().name, claim().born_on, key=KEY)

    def look(_n: int, barrier: Barrier) -> str:
        there = queries.list_by_person(round_id, key)
        barrier.wait(30)
        return "taken" if there else "free"

    assert at_once(app, look, PHONES) == {"free": PHONES}


def test_one_phone_that_names_many_at_once_learns_about_three(app: Flask) -> None:
    round_id, names = register_round().id, "가나다라마"
    for n, name in enumerate(names):
        services.register_by_phone(
            db.session.get_one(Round, round_id), claim(name=name), f"phone {n}", key=KEY, at=now()
        )

    def probe(n: int, barrier: Barrier) -> str:
        round_, told = db.session.get_one(Round, round_id), claim(name=names[n])
        db.session.rollback()
        barrier.wait(30)
        try:
            services.register_by_phone(round_, told, "prober", key=KEY, at=now())
        except rules.TooManyClaims:
            return "no answer"
        except rules.OnTheRollAlready:
            return "on the roll"
        return "new"

    assert at_once(app, probe, len(names)) == {"on the roll": 3, "no answer": 2}


def test_a_list_confirmed_from_several_tabs_at_once_is_taken_once(app: Flask) -> None:
    round_ = list_round()
    round_id, token = round_.id, read(round_, text(HONG, KIM)).token

    def confirm(_n: int, barrier: Barrier) -> str:
        mine = db.session.get_one(Round, round_id)
        db.session.rollback()
        barrier.wait(30)
        try:
            list_services.take_list(mine, token, (), at=now(), by=SYSTEM)
        except list_rules.ListGone:
            return "too late"
        return "taken"

    assert at_once(app, confirm, 3) == {"taken": 1, "too late": 2}
    assert queries.count_entries(round_id) == 2
