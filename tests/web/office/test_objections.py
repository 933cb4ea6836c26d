"""An objection from the proposer's page to the public one, and what everybody can download of a decided shortlist."""

import io

import openpyxl
import pytest
from flask import Flask

from app.clock import now
from app.database import db
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.proposals.models import Proposal
from app.reviews import objection_queries
from app.reviews.models import ShortlistDecision
from app.tally import written, written_file
from tests import factories
from tests.actors import Person
from tests.questions import questions
from tests.reviews.papers import lines
from tests.reviews.test_objections import decide, left_out, object_to, refused


@pytest.fixture
def proposal(app: Flask) -> Proposal:
    return left_out()


def test_a_proposer_objects_and_the_answer_is_public_once_it_is_decided(app: Flask, proposal: Proposal) -> None:
    resident, stranger = Person(app, proposal.resident), Person(app)
    page = resident.get(f"/my/proposals/{proposal.id}")
    assert page.has("1위까지 뽑는데 평균 50점으로 2위여서 투표 대상에 들지 못했습니다.")
    form = resident.get(page.link("이의신청하기"))
    assert resident.submit(form, button="이의신청하기").status == 422
    resident.submit(form, button="이의신청하기", reason="점수가 잘못 옮겨졌습니다.")
    again = resident.submit(form, button="이의신청하기", reason="또")
    assert again.status == 422 and again.has("한 번만 할 수 있습니다") and lines("objection.file") == 1
    public = f"/proposals/{proposal.id}"
    assert not stranger.get(public).has("점수가 잘못 옮겨졌습니다.")

    approver = Person(app, factories.account(APPROVER_ROLE))
    listed = approver.get(f"/office/rounds/{proposal.round_id}/objections")
    assert listed.has("결정하지 않은 이의신청이 1건 있습니다.")
    form = approver.get(listed.link("읽고 결정하기"))
    assert approver.submit(form, button="결정하기").status == 422
    approver.submit(form, button="결정하기", outcome="upheld", answer="다시 세어 보니 맞습니다.")
    late = Person(app, factories.account(STAFF_ROLE)).submit(form, button="결정하기", outcome="rejected", answer="아님")
    assert late.status in (400, 409)
    db.session.expire_all()
    assert proposal.state == "shortlisted"
    for reader, path in ((stranger, public), (resident, f"/my/proposals/{proposal.id}")):
        page = reader.get(path)
        assert page.has("점수가 잘못 옮겨졌습니다.") and page.has("다시 세어 보니 맞습니다.") and page.has("받아들임")


def test_the_second_officer_sees_that_it_is_decided(app: Flask, proposal: Proposal) -> None:
    row = object_to(proposal)
    one, other = (Person(app, factories.account(STAFF_ROLE)) for _ in range(2))
    path = f"/office/objections/{row.id}/decide"
    first, second = one.get(path), other.get(path)
    one.submit(first, button="결정하기", outcome="rejected", answer="그대로입니다.")
    late = other.submit(second, button="결정하기", outcome="upheld", answer="받아들임")
    assert late.status == 409 and late.has("그 사이에 심사의 상태가 바뀌었습니다.")
    db.session.expire_all()
    assert (row.state, row.answer, proposal.state) == ("rejected", "그대로입니다.", "left_out")


def test_the_ballot_page_names_the_objections_that_it_waits_for(app: Flask, proposal: Proposal) -> None:
    staff = Person(app, factories.account(STAFF_ROLE))
    path = f"/office/rounds/{proposal.round_id}/ballot"
    assert staff.get(path).has("이의신청을 할 수 있는 기간입니다.")
    object_to(proposal)
    assert staff.get(path).has("결정하지 않은 이의신청이 1건 있습니다.")
    assert staff.get(f"/office/rounds/{proposal.round_id}").has("이의신청 기간이 지나고 모두 결정됨")


def test_everybody_can_download_the_sheets_and_count_them_again(app: Flask, proposal: Proposal) -> None:
    stranger, path = Person(app), f"/rounds/{proposal.round_id}/shortlist"
    page = stranger.get(path)
    record = objection_queries.get_record(proposal.round_id)
    assert page.has(record.fingerprint) and page.table("제안마다")[1]["결과"] == "분야별 자리 수를 넘음"
    body = stranger.client.get(f"{path}.csv").get_data()
    assert body.decode() == record.body
    review = written_file.loads(body.decode())
    assert written_file.faults(review) == []
    assert written.fingerprint(written_file.recount(review)) == record.fingerprint
    book = openpyxl.load_workbook(io.BytesIO(stranger.client.get(f"{path}.xlsx").get_data()))
    proposals, sheets = (list(book[name].values) for name in book.sheetnames)
    assert proposals[2][:5] == (proposal.number, proposal.title, 2, "50.00", "50/1")
    assert [row[1] for row in sheets[1:]] == [1, 1] and sheets[1][7] == "셈"
    assert "위원0" not in str(proposals) + str(sheets)


def test_what_was_decided_on_an_objection_is_part_of_the_story(app: Flask) -> None:
    """And the proposer does not read that the department found eligible what it did not."""
    proposal = refused()
    decide(object_to(proposal))
    assert Person(app).get(f"/proposals/{proposal.id}").has("이의신청을 결정했습니다:")
    page = Person(app, proposal.resident).get(f"/my/proposals/{proposal.id}")
    assert page.has("이의신청이 받아들여져 적격이 되었습니다.") and not page.has("적격이어서")


def test_the_page_of_the_shortlist_asks_as_little_for_many_rows_as_for_few(app: Flask) -> None:
    proposal = left_out()
    round_id, person = proposal.round_id, Person(app)

    def asked_for(count: int) -> int:
        for _ in range(count):
            one = factories.proposal(proposal.round, state="left_out")
            facts = {"shortlisted": False, "reason": "beyond_places", "place": 2, "mean_score": "50", "sheets": 1}
            factories.keep(ShortlistDecision(proposal_id=one.id, decided_at=now(), **facts))
        db.session.expire_all()
        with questions() as asked:
            assert person.status(f"/rounds/{round_id}/shortlist") == 200
        return len(asked)

    few, many = asked_for(1), asked_for(10)
    assert many == few
