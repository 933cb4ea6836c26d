"""Two people of the staff at once: a proposal is asked about in one offer, and handed over once; and the last two
consents that come together make one merged proposal.

The controls look without holding the round, as a careless server would: then all of them find the way free.
"""

from threading import Barrier

from flask import Flask

from app.clock import Clock, now
from app.database import db
from app.fates import queries, rules, services
from app.fates.models import Offer
from app.people.models import Account, Department, Resident
from app.proposals.models import Proposal
from app.results import handing_queries
from app.results import handing_services as handing
from app.results.handing_models import HandOverStep
from app.rounds.models import Round
from tests import factories
from tests.fates.offers import REASON, called, is_sound, merge, staff, text_of
from tests.races.test_cast import at_once
from tests.results.elections import actions
from tests.results.test_handing import decided

THREADS = 4


def three() -> list[int]:
    round_ = called()
    return [factories.proposal(round_).id for _ in range(3)]


def test_of_several_offers_about_one_proposal_one_is_made(app: Flask) -> None:
    ids, accounts = three(), [staff().id for _ in range(THREADS)]

    def offer(n: int, barrier: Barrier) -> str:
        one, *others = (db.session.get_one(Proposal, proposal_id) for proposal_id in ids)
        me = db.session.get_one(Account, accounts[n])
        db.session.rollback()
        barrier.wait(30)
        said = {"lead": one, "reason": REASON, "at": now(), "by": me}
        try:
            services.offer_merge(one.round, (one, others[n % 2]), **said)
        except rules.OfferOpen:
            return "asked already"
        return "offered"

    assert at_once(app, offer, THREADS) == {"offered": 1, "asked already": THREADS - 1}
    db.session.expire_all()
    assert (db.session.query(Offer).count(), actions("fate.")) == (1, ["fate.offer"])


def test_control_who_looks_without_holding_the_round_finds_nobody_asked(app: Flask) -> None:
    one = three()[0]

    def look(_n: int, barrier: Barrier) -> str:
        found = queries.find_open(one)
        barrier.wait(30)
        return "asked already" if found else "free"

    assert at_once(app, look, THREADS) == {"free": THREADS}


def test_consents_that_come_together_make_one_merged_proposal(app: Flask) -> None:
    round_ = called()
    one, other = factories.proposal(round_), factories.proposal(round_)
    offer = merge(one, other, text=text_of(one))
    offer_id, people = offer.id, [one.resident_id, other.resident_id]

    def answer(n: int, barrier: Barrier) -> str:
        mine, me = queries.get_offer(offer_id), db.session.get_one(Resident, people[n % 2])
        db.session.rollback()
        barrier.wait(30)
        try:
            services.answer_offer(mine, me, True, at=now())
        except (rules.AnsweredAlready, rules.OfferOver):
            return "answered"
        return "agreed"

    assert at_once(app, answer, THREADS) == {"agreed": 2, "answered": THREADS - 2}
    db.session.expire_all()
    assert (db.session.query(Proposal).count(), queries.get_offer(offer_id).state, is_sound()) == (3, rules.DONE, True)
    assert actions("fate.") == ["fate.offer", "fate.answer", "fate.answer", "fate.go", "fate.go", "fate.come"]


def test_all_is_handed_over_once_however_often_the_button_is_pressed(app: Flask, clock: Clock) -> None:
    round_, department = decided(clock)
    round_id, department_id, by_id = round_.id, department.id, staff().id
    db.session.rollback()

    def press(_n: int, barrier: Barrier) -> int:
        mine, to = db.session.get_one(Round, round_id), db.session.get_one(Department, department_id)
        me = db.session.get_one(Account, by_id)
        db.session.rollback()
        barrier.wait(30)
        return handing.hand_over_all(mine, to, at=now(), by=me)

    assert at_once(app, press, THREADS) == {4: 1, 0: THREADS - 1}
    db.session.expire_all()
    assert (db.session.query(HandOverStep).count(), len(actions("handing."))) == (4, 4)


def test_control_who_looks_without_holding_the_round_finds_all_still_to_be_handed_over(
    app: Flask, clock: Clock
) -> None:
    round_id = decided(clock)[0].id
    db.session.rollback()

    def look(_n: int, barrier: Barrier) -> int:
        handed = handing_queries.list_handed(round_id)
        barrier.wait(30)
        return len(handed)

    assert at_once(app, look, THREADS) == {0: THREADS}
