"""Those who score never learn from the software who proposed: not by a page of theirs, nor by an answer."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.clock import now
from app.database import db
from app.people.models import COMMITTEE_ROLE
from app.proposals.models import Proposal
from app.reviews import recusal_services, rules, sheet_services
from app.rounds.models import Round
from app.web.committee.blinded import MARK
from tests import factories
from tests.actors import Person
from tests.reviews.papers import visited

NAME, PHONE = "제갈동백", "010-9876-5432"
SPELLINGS = (NAME, "제갈 동백", PHONE, "01098765432", "010 9876 5432", "+82 10-9876-5432", "+821098765432")


def told(text: str = "") -> str:
    return f"{text} {' / '.join(SPELLINGS)}에게 물어 주세요."


@pytest.fixture
def round_(app: Flask) -> Round:
    row = factories.round_(running="written_review")
    factories.criteria(row, (40, 10))
    return row


@pytest.fixture
def proposal(round_: Round) -> Proposal:
    """Its proposer gives themselves away wherever they can write; so does the department."""
    texts = {name: told(name) for name in ("need", "content", "effect", "cost_note")}
    resident = factories.resident(name=NAME, phone=PHONE)
    row = visited(round_, by=resident, title=f"쉼터 {NAME}", place=NAME, beneficiaries=PHONE, **texts)
    check = factories.check(row, state=rules.RELEASED)
    check.reason, check.opinions = told(), {"effect": told()}
    visit = sheet_services.queries.get_visit(row.id)
    visit.proposer_answer, visit.findings, visit.meeting_point = told(), told(), NAME
    db.session.commit()
    return row


def pages(app: Flask, round_: Round, proposal: Proposal) -> Iterator[tuple[str, str]]:
    """All that a member can fetch of it, before, while and after scoring."""
    account = factories.member(round_.programme).account
    other = factories.account(COMMITTEE_ROLE)
    challenge = _challenge(proposal, other.id)
    member, at = Person(app, account), f"/committee/reviews/{proposal.id}"
    common = ("/committee/", f"/committee/rounds/{round_.id}/reviews", f"/committee/rounds/{round_.id}/interests")
    for path in (*common, f"{at}/declare", f"{at}/step-back", f"/committee/challenges/{challenge}"):
        yield path, member.get(path).soup.decode()
    sheet_services.begin_sheet(proposal, account, at=now(), by=account.actor)
    page = member.get(at)
    yield at, page.soup.decode()
    chosen = {
        "name": "comment",
        "version": "0",
        "comment": "좋음",
        "csrf_token": page.form("sheet").data["csrf_token"][0],
    }
    yield f"{at}/part", member.client.post(f"{at}/part", data=chosen).text
    sheet = sheet_services.sheet_queries.get_sheet(proposal.id, account.id)
    given = {one.id: 1 for one in sheet_services.sheet_queries.list_criteria(round_.id)}
    sheet_services.save_sheet(sheet, given, "", at=now(), by=account.actor)
    yield f"{at}/submit", member.get(f"{at}/submit").soup.decode()
    sheet_services.submit_sheet(sheet, at=now(), by=account.actor)
    yield at, member.get(at).soup.decode()


def _challenge(proposal: Proposal, account_id: int) -> int:
    row = recusal_services.Challenge(proposal=proposal, account_id=account_id, reason=told(), filed_at=now())
    return factories.keep(row).id


def test_no_page_of_the_committee_names_the_proposer_or_gives_their_number(
    app: Flask, round_: Round, proposal: Proposal
) -> None:
    seen = dict(pages(app, round_, proposal))
    assert len(seen) == 9
    for path, text in seen.items():
        assert not [one for one in SPELLINGS if one in text], path
    assert MARK in seen[f"/committee/reviews/{proposal.id}"]


def test_a_round_that_shows_the_proposer_says_so_beside_the_proposal(
    app: Flask, round_: Round, proposal: Proposal
) -> None:
    round_.hides_proposer = False
    db.session.commit()
    seen = dict(pages(app, round_, proposal))
    assert f"제안하신 분: {NAME}" in seen[f"/committee/reviews/{proposal.id}"]
    assert MARK not in "".join(seen.values())
