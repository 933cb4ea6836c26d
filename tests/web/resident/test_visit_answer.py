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
    assert page.has("방문일")
    assert not any(words in page.soup.decode() for words in ("쓰다 만 말", "찍다 만 사진"))
    visit = db.session.merge(visit)
    visit.state, visit.record_sha256, visit.answer_until = "recorded", "0" * 64, now()
    db.session.commit()
    page = person.get(path)
    assert all(words in page.soup.decode() for words in ("쓰다 만 말", "찍다 만 사진"))
