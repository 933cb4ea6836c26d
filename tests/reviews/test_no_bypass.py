"""The plan's order cannot be got around: without a signed-off visit there is no written review, by no address, for
nobody, and the database knows no such row."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditLine
from app.clock import now
from app.database import db
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import rules
from app.reviews.models import Score, WrittenReview
from app.reviews.visit_models import SiteVisit
from app.rounds.models import Round
from tests import factories
from tests.actors import Person

WRITTEN = ("", "/declare", "/submit")
FIELDS = {"no_conflict": "y", "act": "submit", "comment": "먼저 매깁니다."}


def not_visited(round_: Round) -> Iterator[Proposal]:
    """A proposal in every state before a visit, and an eligible one for every state of a visit before its sign-off."""
    for state in (proposals.SUBMITTED, proposals.ELIGIBLE, proposals.INELIGIBLE):
        yield factories.proposal(round_, state=state)
    for state in (rules.PLANNED, rules.RECORDED, rules.ANSWERED):
        proposal = factories.proposal(round_, state=proposals.ELIGIBLE)
        factories.visit(proposal, state=state)
        yield proposal
    asked = factories.proposal(round_, state=proposals.ELIGIBLE)
    factories.keep(SiteVisit(proposal=asked, impossible_reason="비", asked_by=factories.account(STAFF_ROLE).id))
    yield asked


def test_no_address_of_the_written_review_leads_past_the_visit(app: Flask) -> None:
    round_ = factories.round_(running="written_review")
    criterion, *_others = factories.criteria(round_)
    papers = list(not_visited(round_))
    people = [factories.account(role) for role in (COMMITTEE_ROLE, STAFF_ROLE, APPROVER_ROLE, DEPARTMENT_ROLE)]
    persons = [Person(app, row) for row in (*people, factories.resident(), papers[0].resident, None)]
    before = db.session.query(AuditLine).count()
    for person in persons:
        token = person.get("/").soup.find("input", attrs={"name": "csrf_token"})
        sent = {**FIELDS, f"points_{criterion.id}": "1", "csrf_token": token["value"] if token else ""}
        for proposal in papers:
            paths = [f"/committee/reviews/{proposal.id}{page}" for page in WRITTEN]
            got = {person.status(path) for path in paths}
            got |= {person.client.post(path, data=sent).status_code for path in paths}
            assert got <= {302, 400, 404, 409}, (proposal.state, got)
            for path in paths:
                answer = person.client.get(path)
                assert answer.status_code != 302 or "sign-in" in answer.headers["Location"]
    db.session.expire_all()
    assert (db.session.query(WrittenReview).count(), db.session.query(Score).count()) == (0, 0)
    assert db.session.query(AuditLine).count() == before


def test_the_database_knows_no_sheet_without_a_signed_off_visit(app: Flask) -> None:
    round_, account = factories.round_(running="written_review"), factories.account(COMMITTEE_ROLE)
    for proposal in not_visited(round_):
        visit = db.session.query(SiteVisit).filter_by(proposal_id=proposal.id).one_or_none()
        visit_id = visit.id if visit is not None else 999_999
        for state in (rules.SIGNED_OFF, rules.RECORDED):
            row = {"visit_id": visit_id, "visit_state": state, "account_id": account.id, "state": rules.BEGUN}
            with pytest.raises(IntegrityError):
                db.session.execute(insert(WrittenReview).values(**row, declared_at=now(), comment=""))
            db.session.rollback()


def test_a_visit_on_which_a_sheet_hangs_stays_signed_off(app: Flask) -> None:
    proposal = factories.proposal(factories.round_(running="written_review"), state=proposals.VISITED)
    visit = factories.visit(proposal)
    factories.keep(WrittenReview(visit=visit, account_id=factories.account(COMMITTEE_ROLE).id, declared_at=now()))
    for statement in (
        f"UPDATE site_visit SET state = 'answered', signed_off_at = NULL WHERE id = {visit.id}",
        f"DELETE FROM site_visit WHERE id = {visit.id}",
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(text(statement))
        db.session.rollback()
