"""The plan's order cannot be got around: without a signed-off visit there is no written review, by no address, for
nobody, and the database knows no such row."""

from collections.abc import Iterator

import pytest
from flask import Flask, url_for
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditLine
from app.clock import now
from app.database import db
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import queries, rules, visit_queries
from app.reviews.models import Score, ShortlistDecision, WrittenReview
from app.reviews.visit_models import Companion, Outing, SiteVisit
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.web.furnished import Browser
from tests.web.test_all_routes import LEAVES

WRITTEN = ("", "/declare", "/submit")
FILLED = {
    "no_conflict": "y",
    "act": "submit",
    "comment": "먼저 매깁니다.",
    "reason": "까닭",
    "version": "0",
    "answer": "yes",
    "words": "고쳐 씀",
    "client_key": "k" * 16,
    "kind": "facility",
    "meeting_point": "입구",
}
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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_form_of_any_review_leads_past_the_visit_in_any_state(app: Flask) -> None:
    """Every address to which something about a proposal can be sent, by those who may send it, filled in for all of
    its fields: a proposal comes to the written review with its signatures, or with a reason and two people, and no
    sheet and no shortlist is there before."""
    app.test_client_class = Browser
    round_ = factories.round_(running="written_review")
    _let_both_phases_run(round_)
    criterion, *_others = factories.criteria(round_)
    papers, outing = list(not_visited(round_)), factories.outing(round_)
    people = {role: factories.account(role) for role in (COMMITTEE_ROLE, STAFF_ROLE, APPROVER_ROLE, DEPARTMENT_ROLE)}
    for one in db.session.query(Outing):
        one.companions.append(Companion(account=people[COMMITTEE_ROLE]))
    db.session.commit()
    persons = {role: Person(app, account) for role, account in people.items()}
    tokens = {role: token_of(person) for role, person in persons.items()}
    numbers = {"outing": outing.id, "visitors": [one.id for one in people.values()], f"points_{criterion.id}": "1"}
    sent = 0
    for endpoint, paths in forms(app, papers, outing):
        for role in LEAVES[endpoint].who:
            for path, proposal in paths:
                visit = proposal and queries.find_visit(proposal.id)
                seen = (visit and (visit.record_sha256 or visit.impossible_reason)) or ""
                data = {**FILLED, **numbers, "name": f"points_{criterion.id}", "seen": seen}
                answer = persons[role].client.post(path, data={**data, "csrf_token": tokens[role]})
                assert answer.status_code < 500, path
                sent += 1
                ensure_in_order((endpoint, role, path))
    assert sent > 150


def _let_both_phases_run(round_: Round) -> None:
    """So that it is never the hour alone that refuses."""
    phases = {one.kind: one for one in round_.phases}
    phases[rounds.SITE_VISIT].ends_at = phases[rounds.WRITTEN_REVIEW].ends_at
    db.session.commit()


def token_of(person: Person) -> str:
    return str(person.get("/account/sessions").soup.find("input", attrs={"name": "csrf_token"})["value"])


Path = tuple[str, Proposal | None]


def forms(app: Flask, papers: list[Proposal], outing: Outing) -> Iterator[tuple[str, list[Path]]]:
    """Endpoint → its address for every proposal, or that of the round's shortlist."""
    more = {"item": "summary", "photo_id": 1, "outing_id": outing.id}
    rules_ = [one for one in app.url_map.iter_rules() if "POST" in (one.methods or ())]
    for rule in sorted(rules_, key=lambda one: one.endpoint):
        if rule.endpoint == "office.shortlist_decide":
            yield rule.endpoint, [(f"/office/rounds/{outing.round_id}/shortlist/decide", None)]
        elif "proposal_id" in rule.arguments and rule.endpoint.startswith(("committee.", "onsite.", "office.")):
            with app.test_request_context():
                values = [{"proposal_id": one.id, **more} for one in papers]
                named = [{name: one[name] for name in rule.arguments if name in one} for one in values]
                yield (
                    rule.endpoint,
                    [(url_for(rule.endpoint, **mine), one) for mine, one in zip(named, papers, strict=True)],
                )


def ensure_in_order(what: object) -> None:
    db.session.rollback()
    assert not any(db.session.query(table).count() for table in (WrittenReview, Score, ShortlistDecision)), what
    beyond = (proposals.VISITED, proposals.SHORTLISTED, proposals.LEFT_OUT)
    for proposal in db.session.query(Proposal).filter(Proposal.state.in_(beyond)):
        visit = queries.get_visit(proposal.id)
        is_agreed = visit.is_impossible and visit.confirmed_by not in (None, visit.asked_by)
        enough = visit_queries.count_signing_members(visit) >= proposal.round.visitors_needed
        assert visit.state == rules.SIGNED_OFF and (is_agreed or enough), what


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
