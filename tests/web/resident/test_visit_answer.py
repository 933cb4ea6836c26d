"""What the proposer reads of the on-site review, and when."""

from flask import Flask

from app.clock import now
from app.database import db
from app.reviews.visit_models import VisitEntry, VisitPhoto
from tests import factories
from tests.actors import Person


def test_what_is_being_written_on_the_spot_is_read_only_once_it_is_recorded(app: Flask) -> None:
    """What is written while they are still there is nobody's word yet."""
    writer = factories.account("staff")
    proposal = factories.proposal(factories.round_(running="site_visit"), state="eligible")
    visit = factories.visit(proposal, state="planned")
    entry = {"item": "need", "answer": "not_confirmed", "words": "쓰다 만 말", "client_key": "first"}
    factories.keep(VisitEntry(visit_id=visit.id, version=1, saved_at=now(), account_id=writer.id, **entry))
    photo = factories.photo_of(proposal)
    kept = {"alt": "찍다 만 사진", "client_key": "photo", "account_id": writer.id, "added_at": now()}
    db.session.delete(photo)
    db.session.commit()
    factories.keep(VisitPhoto(visit_id=visit.id, file_id=photo.file_id, **kept))
    person, path = Person(app, proposal.resident), f"/my/proposals/{proposal.id}/visit"
    page = person.get(path)
    assert page.has("출발하는 때")
    assert not any(words in page.soup.decode() for words in ("쓰다 만 말", "찍다 만 사진"))
    visit = db.session.merge(visit)
    visit.state, visit.record_sha256, visit.answer_until = "recorded", "0" * 64, now()
    db.session.commit()
    page = person.get(path)
    assert all(words in page.soup.decode() for words in ("쓰다 만 말", "찍다 만 사진"))


def test_who_proposes_it_together_answers_and_an_older_page_keeps_what_was_typed(app: Flask) -> None:
    proposal = factories.proposal(factories.round_(running="site_visit"), state="eligible")
    visit = factories.visit(proposal, state="recorded")
    joined = factories.resident()
    factories.co_proposer(proposal, joined, state="accepted")
    lead, together = Person(app, proposal.resident), Person(app, joined)
    older = lead.get(f"/my/proposals/{proposal.id}/visit")
    page = together.get(together.get(f"/my/proposals/{proposal.id}").link("읽고 답변하기"))
    assert together.submit(page, button="보내기", answer="함께 옮기겠습니다.").flashes
    refused = lead.submit(older, button="보내기", answer="저는 그대로가 좋습니다.")
    assert refused.status == 422 and refused.errors[0].startswith("보시는 동안 방문 결과나 답변이 바뀌었습니다.")
    assert refused.has("함께 옮기겠습니다.") and refused.has("저는 그대로가 좋습니다.")
    assert db.session.merge(visit).proposer_answer == "함께 옮기겠습니다."
    assert lead.submit(refused, button="보내기").flashes
