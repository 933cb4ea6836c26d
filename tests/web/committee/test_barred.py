"""A member who is barred from a proposal finds nothing of its review and has no hand in it, by whatever address they
try: also where they chair the committee, and where they are staff besides."""

from typing import Any

import pytest
from flask import Flask, url_for

from app.audit.models import SYSTEM, AuditLine
from app.clock import now
from app.database import db
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, STAFF_ROLE, Account, RoleGrant
from app.proposals.models import Proposal
from app.reviews import queries, recusal_services, rules, services, visit_queries, visit_services
from app.reviews import recusal_rules as recusals
from app.reviews.models import Recusal
from app.reviews.recusal_models import Challenge
from app.reviews.visit_models import VisitEntry
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.reviews.papers import begin, members, visited

ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FOUND = "축대에 금이 간 것을 보았습니다."
MORE = {"item": "summary", "photo_id": 1, "size": "small"}
SENT = {"no_conflict": "y", "act": "submit", "reason": "까닭", "words": "고쳐 씀", "answer": "yes", "seen": "0"}


@pytest.fixture
def round_(app: Flask) -> Round:
    round_ = factories.round_(running="written_review")
    factories.criteria(round_)
    return round_


def barred(proposal: Proposal, *roles: str, how: str = rules.EXCLUDED) -> Account:
    """One who reviews, is called nothing like the others, holds `roles` besides, and is barred from the proposal."""
    account = factories.member(proposal.round.programme, name="나회피").account
    account.roles += [RoleGrant(role=role, programme=proposal.round.programme) for role in roles]
    db.session.commit()
    services.recuse(proposal, account, how, "이웃", at=now(), by=SYSTEM)
    return account


def on_an_outing(proposal: Proposal, account: Account, state: str) -> None:
    """The account is down to go along, and something was found."""
    visit = factories.visit(proposal, state=state, on=factories.outing(proposal.round, account))
    found = {"item": "need", "answer": "confirmed", "words": FOUND, "client_key": "found"}
    factories.keep(VisitEntry(visit_id=visit.id, version=1, saved_at=now(), **found))


def addresses(app: Flask, proposal: Proposal, *starts: str) -> list[str]:
    """All that begin so and name a proposal."""
    values: dict[str, Any] = {"proposal_id": proposal.id, **MORE}
    with app.test_request_context():
        rules_ = [one for one in app.url_map.iter_rules() if "proposal_id" in one.arguments]
        named = (one for one in rules_ if one.endpoint.startswith(starts))
        return sorted({url_for(one.endpoint, **{name: values[name] for name in one.arguments}) for one in named})


def ensure_nothing(person: Person, paths: list[str]) -> None:
    """Neither the page nor the form, and no line in the book."""
    before = db.session.query(AuditLine).count()
    token = person.get("/account/sessions").soup.find("input", attrs={"name": "csrf_token"})["value"]
    for path in paths:
        answers = person.client.get(path), person.client.post(path, data={**SENT, "csrf_token": token})
        got = {one.status_code for one in answers} - {405}  # where there is no page, or no form
        assert got and got <= {403, 404}, path
        assert not [one for one in answers if FOUND in one.text], path
    db.session.expire_all()
    assert db.session.query(AuditLine).count() == before


@ONCE
@pytest.mark.parametrize("how", rules.RECUSAL_KINDS)
def test_by_no_address_of_the_committee_nor_of_the_spot(app: Flask, round_: Round, how: str) -> None:
    proposal = factories.proposal(round_, state="visited")
    account = barred(proposal, how=how)
    on_an_outing(proposal, account, rules.SIGNED_OFF)
    other = factories.account(COMMITTEE_ROLE)
    begin(proposal, other)
    paths = addresses(app, proposal, "committee.", "onsite.")
    assert len(paths) == 12
    ensure_nothing(Person(app, account), paths)


@ONCE
def test_nor_in_a_list(app: Flask, round_: Round) -> None:
    proposal = factories.proposal(round_, state="visited")
    account = barred(proposal)
    on_an_outing(proposal, account, rules.SIGNED_OFF)
    outing = queries.get_visit(proposal.id).outing_id
    lists = ("/committee/", f"/committee/rounds/{round_.id}/reviews", "/onsite/", f"/onsite/outings/{outing}")
    person = Person(app, account)
    for path in lists:
        page = person.get(path)
        assert page.status == 200
        links = [str(link["href"]) for link in page.soup.find_all("a", href=True)]
        assert not [link for link in links if link.endswith((f"/reviews/{proposal.id}", f"/visits/{proposal.id}"))]
        assert FOUND not in page.text


@ONCE
def test_the_chair_does_not_read_who_has_scored_what_they_are_barred_from(app: Flask, round_: Round) -> None:
    theirs, other = visited(round_, title="담장 없는 골목"), visited(round_, title="물놀이터")
    chair = barred(theirs)
    db.session.query(type(factories.member(round_.programme))).filter_by(account_id=chair.id).one().office = "chair"
    db.session.commit()
    rows = Person(app, chair).get(f"/committee/rounds/{round_.id}/reviews").table("위원장이 보는 심사 진행")
    assert [row["제안"] for row in rows] == [f"{other.number}. 물놀이터"]


@pytest.mark.parametrize("state", [rules.PLANNED, rules.RECORDED, rules.ANSWERED])
def test_staff_who_review_as_well_find_no_page_of_the_visit_and_close_nothing(app: Flask, state: str) -> None:
    round_ = factories.round_(running="site_visit")
    proposal = factories.proposal(round_, state="eligible")
    account = barred(proposal, STAFF_ROLE, APPROVER_ROLE)
    on_an_outing(proposal, account, state)
    paths = addresses(app, proposal, "office.visit_")
    assert len(paths) == 6
    ensure_nothing(Person(app, account), paths)
    visit, by = queries.get_visit(proposal.id), {"at": now(), "by": account.actor}
    for act in (
        lambda: visit_services.ask_impossible(proposal, "비", **by),
        lambda: visit_services.sign_off_visit(visit, **by),
        lambda: visit_services.reopen_visit(visit, **by),
        lambda: visit_services.confirm_impossible(visit, visit.impossible_reason, **by),
    ):
        with pytest.raises(rules.Recused):
            act()
        db.session.rollback()
    assert (visit.state, proposal.state, visit_queries.count_impossible(round_.id)) == (state, "eligible", 0)


def test_staff_who_are_barred_bar_nobody_else(app: Flask, round_: Round) -> None:
    proposal = visited(round_)
    account, (other,) = barred(proposal, STAFF_ROLE), members(round_, 1)
    with pytest.raises(rules.Recused):
        services.recuse(proposal, other, rules.EXCLUDED, "이웃", at=now(), by=account.actor)
    db.session.expire_all()
    assert [one.account_id for one in db.session.query(Recusal)] == [account.id]


@pytest.mark.parametrize("who", ["challenged", "barred"])
def test_staff_close_no_challenge_that_names_them_or_whose_proposal_they_are_barred_from(
    app: Flask, round_: Round, who: str
) -> None:
    proposal = visited(round_)
    challenged, voter = members(round_)
    challenged.roles.append(RoleGrant(role=STAFF_ROLE, programme=round_.programme))
    row = factories.keep(Challenge(proposal=proposal, account=challenged, reason="이웃", filed_at=now()))
    recusal_services.vote_on_challenge(row, voter, "against", at=now(), by=voter.actor)
    account = challenged if who == "challenged" else barred(proposal, STAFF_ROLE)
    page = Person(app, account).get(f"/office/challenges/{row.id}/close")
    assert page.status == 403 and not page.has("반대 1")
    with pytest.raises((recusals.OwnChallenge, rules.Recused)):
        recusal_services.close_challenge(row, "까닭이 없습니다.", at=now(), by=account.actor)
    db.session.expire_all()
    assert (row.state, row.answer) == (recusals.OPEN, "")
