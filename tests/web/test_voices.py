"""Support and comments as residents and staff meet them."""

import pytest
from flask import Flask

from app.clock import now
from app.database import db
from app.people.models import STAFF_ROLE
from app.proposals.models import Proposal
from app.rounds import rules as rounds
from app.voices import queries, services
from tests import factories
from tests.actors import Person


@pytest.fixture
def proposal(app: Flask) -> Proposal:
    return factories.proposal(factories.round_(running=rounds.INTAKE))


def test_a_stranger_is_led_to_sign_in_and_back_to_what_they_wanted(app: Flask, proposal: Proposal) -> None:
    page = Person(app).get(f"/proposals/{proposal.id}")
    assert page.has("아직 공감한 주민이 없습니다.")
    answer = Person(app).client.get(page.link("공감하기"))
    assert answer.status_code == 302
    assert f"next=/my/proposals/{proposal.id}/support" in answer.location.replace("%2F", "/")


def test_a_resident_supports_and_takes_it_back(app: Flask, proposal: Proposal) -> None:
    person = Person(app, factories.resident())
    page = person.get(f"/proposals/{proposal.id}")
    page = person.submit(page, button="공감하기")
    assert page.has("공감했습니다.") and page.has("주민 1명이 공감했습니다.")
    page = person.submit(page, button="공감 거두기")
    assert page.has("공감을 거두었습니다.") and page.has("아직 공감한 주민이 없습니다.")


def test_who_proposes_together_is_not_asked_to_support_their_own(app: Flask, proposal: Proposal) -> None:
    other = factories.resident()
    factories.co_proposer(proposal, other, state="accepted")
    assert not Person(app, other).get(f"/proposals/{proposal.id}").has("공감하기")


def test_a_comment_is_read_by_all_and_no_name_stands_there(app: Flask, proposal: Proposal) -> None:
    person = Person(app, factories.resident(name="홍길동", phone="010-1234-5678"))
    page = person.get(f"/my/proposals/{proposal.id}/comments/new")
    page = person.submit(page, body="의자도 놓아 주세요.\n부탁합니다.")
    assert page.has("의견을 올렸습니다.")
    read = Person(app).get(f"/proposals/{proposal.id}")
    assert read.has("의자도 놓아 주세요.") and read.has("주민 1")
    assert "홍" not in read.text and "1234" not in read.text


def test_a_comment_too_long_stays_in_its_field(app: Flask, proposal: Proposal) -> None:
    person, long = Person(app, factories.resident()), "가" * 501
    page = person.submit(person.get(f"/my/proposals/{proposal.id}/comments/new"), body=long)
    assert page.status == 422
    assert page.form().data["body"] == [long]
    assert queries.read_comments(proposal.id).total == 0


def test_the_eleventh_comment_of_a_day_is_refused_in_words_and_kept_in_its_field(
    app: Flask, proposal: Proposal
) -> None:
    talker = factories.resident()
    for n in range(10):
        services.write_comment(proposal, talker, f"의견 {n}", at=now())
    person = Person(app, talker)
    page = person.submit(person.get(f"/my/proposals/{proposal.id}/comments/new"), body="열한 번째")
    assert (page.status, page.form().data["body"]) == (422, ["열한 번째"])
    assert page.has("하루에 의견을 10개까지 쓸 수 있습니다.")
    assert queries.read_comments(proposal.id).total == 10


def test_own_comments_can_be_withdrawn_and_those_of_others_reported(app: Flask, proposal: Proposal) -> None:
    writer, reader = factories.resident(), factories.resident()
    one = services.write_comment(proposal, writer, "지울 글", at=now())
    page = Person(app, reader).get(f"/proposals/{proposal.id}")
    assert page.link("신고하기") and not page.has("내 의견 지우기")
    assert Person(app, reader).status(f"/my/comments/{one.id}/withdraw") == 404
    person = Person(app, writer)
    page = person.submit(person.get(f"/my/comments/{one.id}/withdraw"), button="지우기")
    assert page.has("의견을 지웠습니다.") and not page.has("지울 글")


def test_staff_hide_what_was_reported_and_its_place_says_why(app: Flask, proposal: Proposal) -> None:
    one = services.write_comment(proposal, factories.resident(), "나쁜 말", at=now())
    reader, staff = Person(app, factories.resident()), Person(app, factories.account(STAFF_ROLE))
    page = reader.get(f"/my/comments/{one.id}/report")
    assert reader.submit(page, ground="insult", remark="심합니다").has("알려 주셔서 고맙습니다.")
    page = staff.get(f"/office/rounds/{proposal.round_id}/comments")
    assert page.has("나쁜 말") and page.has("욕설이나 비방: 심합니다")
    stale = staff.get(f"/office/comments/{one.id}/hide")
    page = staff.submit(stale, ground="insult", reason="다른 사람을 모욕함")
    assert page.has("의견을 가렸습니다.")
    seen = Person(app).get(f"/proposals/{proposal.id}")
    assert seen.has("다른 사람을 모욕함") and not seen.has("나쁜 말")
    again = staff.submit(stale, ground="off_topic", reason="두 번째")
    assert again.status == 422 and "다른 사람이 처리했거나" in again.errors[0]
    assert again.form(button="가리기").data["reason"] == ["두 번째"]
    page = staff.submit(staff.get(f"/office/comments/{one.id}/keep"), button="보이기")
    assert Person(app).get(f"/proposals/{proposal.id}").has("나쁜 말")


def test_staff_find_every_comment_in_pages_hide_one_that_nobody_has_reported_and_its_writer_hears(
    app: Flask, proposal: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_LENGTH", 2)
    writer, staff = factories.resident(), Person(app, factories.account(STAFF_ROLE))
    written = [services.write_comment(proposal, writer, f"의견 {n}", at=now()) for n in range(3)]
    services.report_comment(written[2], factories.resident(), ground="insult", remark="", at=now())
    page = staff.get(f"/office/rounds/{proposal.round_id}/comments")
    assert page.has("주민 의견 (신고 1)") and page.has("의견 1") and not page.has("의견 0")
    page = staff.get(page.link("다음"))
    assert page.has("의견 0") and page.soup.find("a", href=f"/office/comments/{written[0].id}/hide")
    page = staff.get(f"/office/comments/{written[0].id}/hide")
    staff.submit(page, ground="off_topic", reason="다른 이야기", bar="y")
    page = Person(app, writer).get("/my/notices")
    assert page.has("쓰신 의견을 가렸습니다: 제안과 관계없는 글.") and page.has("까지는 의견을 쓰실 수 없습니다.")


def test_no_comment_of_what_is_not_public_any_more_is_reported(app: Flask, proposal: Proposal) -> None:
    one = services.write_comment(proposal, factories.resident(), "글", at=now())
    proposal.state, proposal.withdrawn_at = "withdrawn", now()
    db.session.commit()
    assert Person(app, factories.resident()).status(f"/my/comments/{one.id}/report") == 404


def test_when_the_ballot_is_out_the_page_says_why_nobody_is_heard(app: Flask, proposal: Proposal) -> None:
    proposal.state, proposal.round.state = "shortlisted", rounds.BALLOT_PUBLISHED
    db.session.commit()
    page = Person(app).get(f"/proposals/{proposal.id}")
    assert page.has("투표에 영향을 주지 않기 위해서입니다.") and not page.has("의견 쓰기")
    assert Person(app, factories.resident()).status(f"/my/proposals/{proposal.id}/comments/new") == 409


def test_who_writes_a_proposal_sees_those_that_are_like_it(app: Flask, proposal: Proposal) -> None:
    like = factories.proposal(proposal.round, title="횡단보도 그늘막 설치")
    writer = factories.resident()
    draft = factories.proposal(proposal.round, state="draft", title="횡단보도 그늘막", by=writer, consented_at=now())
    person = Person(app, writer)
    for step in ("place", "check"):
        page = person.get(f"/my/proposals/{draft.id}/{step}")
        assert page.has("비슷한 제안이 1개 있습니다")
        assert page.link(like.title) == f"/proposals/{like.id}"
    assert person.get("/my/proposals/similar?title=그늘막 설치 횡단보도").has(like.title)
    assert person.get("/my/proposals/similar").has("비슷한 제안이 없습니다.")
