"""Proposals submitted at the same moment: each gets a number of its own, and none is left out."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.database import db
from app.proposals import queries, rules, services
from app.proposals.models import Proposal
from app.rounds.rules import INTAKE
from tests import factories

AT_ONCE = 6


def test_proposals_submitted_at_once_are_numbered_without_gap_or_double(app: Flask) -> None:
    round_ = factories.round_(running=INTAKE)
    drafts = [factories.proposal(round_, state=rules.DRAFT, consented_at=now()).id for _ in range(AT_ONCE)]
    round_id = round_.id
    db.session.rollback()
    together = Barrier(AT_ONCE)

    def submit(proposal_id: int) -> None:
        with app.app_context():
            proposal = queries.get_proposal(proposal_id)
            by = proposal.resident.actor
            together.wait(timeout=30)
            services.submit_proposal(proposal, at=now(), by=by)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(submit, drafts))
    numbers = db.session.scalars(select(Proposal.number).where(Proposal.round_id == round_id)).all()
    assert sorted(number for number in numbers if number is not None) == list(range(1, AT_ONCE + 1))
