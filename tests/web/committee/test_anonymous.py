"""Those who score never learn from the software who proposed: not by a page of theirs, nor by an answer."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.clock import now
from app.database import db
from app.files import services as files
from app.files.rules import Photo, Picture
from app.people.models import COMMITTEE_ROLE
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.rules import WHAT_MAX
from app.proposals.rules import Line as CostEntry
from app.reviews import recusal_services, rules, sheet_services
from app.reviews.visit_models import ChecklistLine, SiteVisit, VisitEntry, Visitor, VisitPhoto
from app.rounds.models import Round
from app.web.committee.blinded import MARK, Blinds
from tests import factories
from tests.actors import Person
from tests.reviews.papers import begin, visited

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
    costs = [CostEntry(told()[:WHAT_MAX], 1, 50_000_000)]
    texts |= {"title": f"쉼터 {NAME}", "place": NAME, "beneficiaries": PHONE}
    row = factories.proposal(round_, by=resident, cost_lines=costs, **texts)
    row.state = proposals.VISITED
    factories.visit(row)
    check = factories.check(row, state=rules.RELEASED)
    check.reason, check.opinions = told(), {"effect": told()}
    visit = sheet_services.queries.get_visit(row.id)
    visit.proposer_answer, visit.meeting_point = told(), NAME
    visit.visitors = [Visitor(account=factories.account(COMMITTEE_ROLE, name="박동행"))]
    db.session.commit()
    _found(visit, "summary", "")
    _found(visit, "need", "confirmed")
    line = factories.keep(ChecklistLine(round_id=round_.id, position=1, kind=visit.kind, text_ko="길이?", text_en="?"))
    _found(visit, f"line-{line.id}", "yes", line_id=line.id)
    _hang(row, visit)
    return row


def _found(visit: SiteVisit, item: str, answer: str, line_id: int | None = None) -> None:
    words = {"item": item, "answer": answer, "words": told(), "client_key": f"told {item}"}
    factories.keep(VisitEntry(visit_id=visit.id, version=2, line_id=line_id, saved_at=now(), **words))


def _hang(proposal: Proposal, visit: SiteVisit) -> None:
    """Files that were named and described by somebody who gives the proposer away."""
    factories.document_of(proposal, name=f"{NAME} {PHONE}.pdf").caption = told()
    factories.photo_of(proposal, alt=told()).caption = told()
    picture = Picture(factories.PIXEL, 1, 1)
    kept = {"alt": told(), "client_key": "photo", "account_id": visit.visitors[0].account_id, "added_at": now()}
    file = files.keep_photo(Photo(picture, picture), at=now())
    factories.keep(VisitPhoto(visit_id=visit.id, file=file, **kept))


PAPER = "선우종이"


@pytest.mark.parametrize("who", ["on paper", "together"])
def test_nor_one_whose_name_stands_elsewhere_than_with_the_account(app: Flask, round_: Round, who: str) -> None:
    proposal = visited(round_, title=f"{PAPER}의 쉼터", need=PHONE, by=factories.resident(name="다른 사람"))
    if who == "on paper":
        filing = factories.filing(proposal)
        filing.name, filing.phone = PAPER, PHONE
    else:
        joined = factories.resident(name=PAPER, phone=PHONE)
        factories.co_proposer(proposal, joined, state=proposals.ACCEPTED)
    db.session.commit()
    account = factories.member(round_.programme).account
    page = Person(app, account).get(f"/committee/reviews/{proposal.id}/declare").soup.decode()
    assert not [one for one in (PAPER, PHONE) if one in page]
    assert f"{MARK}의 쉼터" in page


def test_members_are_named_on_it_and_what_is_asked_stands_as_it_is(
    app: Flask, round_: Round, proposal: Proposal
) -> None:
    """Also a member who is called like the proposer."""
    visit = sheet_services.queries.get_visit(proposal.id)
    account = factories.member(round_.programme).account
    begin(proposal, account)
    page = Person(app, account).get(f"/committee/reviews/{proposal.id}")
    assert page.has("박동행") and page.has("길이?") and page.has(proposal.section.name_ko)
    visit.visitors[0].account.name = NAME
    db.session.commit()
    blind = Blinds(round_)(proposal, visit)
    assert [one.account.name for one in blind.visitors] == [NAME]
    assert MARK in blind.photos[0].alt and NAME not in blind.photos[0].alt


def pages(app: Flask, round_: Round, proposal: Proposal) -> Iterator[tuple[str, str]]:
    """All that a member can fetch of it, before, while and after scoring."""
    account = factories.member(round_.programme).account
    other = factories.account(COMMITTEE_ROLE)
    challenge = _challenge(proposal, other.id)
    member, at = Person(app, account), f"/committee/reviews/{proposal.id}"
    common = ("/committee/", f"/committee/rounds/{round_.id}/reviews", f"/committee/rounds/{round_.id}/interests")
    for path in (*common, f"{at}/declare", f"{at}/step-back", f"/committee/challenges/{challenge}"):
        yield path, member.get(path).soup.decode()
    begin(proposal, account)
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
