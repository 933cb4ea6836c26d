"""개인정보 가리기 at a browser: staff mask words or a photo, and everybody sees that it was done, and no more."""

from flask import Flask

from app.people.models import STAFF_ROLE
from tests import factories
from tests.actors import Person
from tests.fates.offers import called

PHONE = "010-1234-5678"


def test_staff_mask_words_and_photos_and_everybody_reads_that_it_was_done(app: Flask) -> None:
    proposal = factories.proposal(called(), need=f"이웃({PHONE})도 바랍니다.")
    factories.version(proposal)
    photo_id = factories.photo_of(proposal, alt="이웃집 대문").id
    staff, reader = Person(app, factories.account(STAFF_ROLE)), Person(app)
    path, shown = f"/office/proposals/{proposal.id}/mask", f"/proposals/{proposal.id}"
    assert reader.get(shown).has(PHONE)
    page = staff.submit(
        staff.get(path), button="가리기", what="words", words="없는 말", ground="contact", reason="이웃"
    )
    assert page.status == 422 and page.has("그런 말이 없습니다.") and reader.get(shown).has(PHONE)
    staff.submit(page, button="가리기", words=PHONE)
    staff.submit(staff.get(path), button="가리기", what=str(photo_id), ground="picture", reason="문패가 보입니다.")
    for page in (reader.get(shown), reader.get(f"{shown}/history"), staff.get(f"/office/proposals/{proposal.id}")):
        assert page.has("개인정보가 있어 담당자가 가렸습니다") and not page.has(PHONE) and not page.has("이웃집 대문")
    assert reader.get(shown).has("이웃(○○)도 바랍니다.")
    for size in ("small", "large"):
        assert reader.status(f"{shown}/photos/{photo_id}-{size}.jpg") == 404
