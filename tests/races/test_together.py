"""Somebody accepts to propose together while the proposer takes the invitation back: one comes of it, and is seen.

The control looks without holding the proposal, as a careless server would: then all of them find it unanswered.
"""

from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text

from app.audit.models import AuditLine
from app.clock import now
from app.database import db
from app.errors import NotFound
from app.people.models import Resident
from app.proposals import queries, rules, together
from app.proposals.models import CoProposer, Proposal
from app.rounds.rules import INTAKE
from tests import factories
from tests.races.test_cast import at_once

THREADS = 4


def invited() -> tuple[Proposal, CoProposer, Resident]:
    proposal, other = factories.proposal(factories.round_(running=INTAKE)), factories.resident()
    return proposal, factories.co_proposer(proposal, other), other


def accept(asked: CoProposer, other: Resident) -> None:
    together.accept(asked, other, name="김이웃", at=now(), by=other.actor)


def test_an_invitation_is_either_accepted_or_taken_back(app: Flask) -> None:
    proposal, asked, other = invited()
    proposal_id, asked_id, other_id = proposal.id, asked.id, other.id

    def act(n: int, barrier: Barrier) -> str:
        mine, me = queries.get_proposal(proposal_id), db.session.get_one(Resident, other_id)
        seat, by = queries.get_seat(mine, asked_id), mine.resident.actor
        barrier.wait(30)
        try:
            if n % 2:
                together.take_back(mine, asked_id, key="k" * 64, at=now(), by=by)
                return "taken back"
            accept(seat, me)
        except (NotFound, rules.WrongState):
            return "too late"
        return "accepted"

    outcomes = at_once(app, act, THREADS)
    assert outcomes.pop("too late") == THREADS - 1
    db.session.expire_all()
    there = db.session.query(CoProposer.state).all()
    assert (list(outcomes), there) in ((["accepted"], [(rules.ACCEPTED,)]), (["taken back"], []))


def test_control_who_looks_without_holding_the_proposal_finds_it_unanswered(app: Flask) -> None:
    asked_id = invited()[1].id

    def look(_n: int, barrier: Barrier) -> str:
        state = db.session.get_one(CoProposer, asked_id).state
        barrier.wait(30)
        return state

    assert at_once(app, look, THREADS) == {rules.INVITED: THREADS}


@pytest.mark.parametrize("accepts", [True, False])
def test_what_was_taken_back_after_the_page_was_read_is_not_found(app: Flask, accepts: bool) -> None:
    proposal, asked, other = invited()
    assert (asked.proposal, asked.state, other.name) == (proposal, rules.INVITED, None)  # read
    with db.engine.begin() as elsewhere:
        elsewhere.execute(text("DELETE FROM co_proposer"))
    with pytest.raises(NotFound):
        if accepts:
            accept(asked, other)
        else:
            together.decline(asked, at=now(), by=other.actor)
    assert db.session.query(AuditLine).count() == 0
