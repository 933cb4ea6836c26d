"""A member's declaration of interests, the vote on a challenge, and what the page saves as one goes."""

import pytest
from flask import Flask

from app.clock import now
from app.database import db
from app.people import identity
from app.people.models import COMMITTEE_ROLE, STAFF_ROLE
from app.proposals.models import Proposal
from app.reviews import queries, recusal_queries, recusal_services, rules, services, sheet_queries
from app.reviews import recusal_rules as recusals
from app.reviews.recusal_models import Challenge
from app.rounds.models import Round
from app.web import guard
from tests import factories
from tests.actors import Person
from tests.reviews.papers import begin, lines, members, visited


@pytest.fixture
def round_(app: Flask) -> Round:
    row = factories.round_(running="written_review")
    factories.criteria(row, (40, 10))
    return row


def test_a_declaration_takes_out_what_the_member_proposed_before_they_see_it(app: Flask, round_: Round) -> None:
    key = identity.phone_key(guard.identity_key(), "+821098765432")
    mine, other = visited(round_, by=factories.resident(key)), visited(round_)
    factories.department()
    account = factories.account(COMMITTEE_ROLE)
    member = Person(app, account)
    page = member.get(f"/committee/rounds/{round_.id}/reviews")
    form = member.get(page.link("이해관계 신고하기"))
    assert member.submit(form, button="신고하기", phone="1234").status == 422
    page = member.submit(form, button="신고하기", phone="010-9876-5432", bodies="금빛마을회")
    assert page.flashes == ["이해관계를 신고했습니다. 제안 1건의 심사에서 제척되었습니다."]
    assert page.has("이 제안은 심사하지 않습니다.") and page.has(other.title)
    for path in ("", "/declare", "/step-back", "/submit"):
        assert member.status(f"/committee/reviews/{mine.id}{path}") == 404
    kept = recusal_queries.find_interest(round_.id, account.id)
    assert (kept.phone_key, kept.bodies, lines("interest.declare")) == (key, "금빛마을회", 1)
    staff = Person(app, factories.account(STAFF_ROLE)).get(f"/office/rounds/{round_.id}/reviews")
    assert staff.table("빠진 위원")[0]["구분"] == "제척" and "5432" not in staff.text


def test_a_barred_members_sheet_is_gone_for_them_and_marked_for_staff(app: Flask, round_: Round) -> None:
    proposal, account = visited(round_), factories.account(COMMITTEE_ROLE)
    begin(proposal, account)
    services.recuse(proposal, account, rules.EXCLUDED, "가족", at=now(), by=account.actor)
    member = Person(app, account)
    assert member.status(f"/committee/reviews/{proposal.id}") == 404
    assert member.get(f"/committee/rounds/{round_.id}/reviews").has("쓴 심사표는 세지 않습니다.")
    staff = Person(app, factories.account(STAFF_ROLE)).get(f"/office/rounds/{round_.id}/reviews")
    assert staff.table("빠진 위원")[0]["쓴 심사표"] == "세지 않음(작성 중)"


def test_the_chair_sees_whose_sheets_are_missing_and_other_members_do_not(app: Flask, round_: Round) -> None:
    visited(round_)
    chair, other = factories.member(round_.programme, name="김위원장"), factories.member(round_.programme)
    chair.office = "chair"
    db.session.commit()
    path = f"/committee/rounds/{round_.id}/reviews"
    table = Person(app, chair.account).get(path).table("심사 진행")
    assert table[0]["제출"] == "0 / 2장" and "박위원 (아직 보지 않음)" in table[0]["아직 제출하지 않은 위원"]
    assert not Person(app, other.account).get(path).has("위원장이 보는 심사 진행")


def challenge(proposal: Proposal, account_id: int) -> Challenge:
    return factories.keep(Challenge(proposal=proposal, account_id=account_id, reason="이웃입니다.", filed_at=now()))


def test_members_vote_on_a_challenge_and_staff_close_it_for_both_to_read(app: Flask, round_: Round) -> None:
    proposal = visited(round_)
    challenged, one, other = members(round_, 3)
    row = challenge(proposal, challenged.id)
    path, me = f"/committee/challenges/{row.id}", Person(app, challenged)
    assert me.get(path).has("표결에 참여하지 않습니다")
    staff = Person(app, factories.account(STAFF_ROLE))
    form = staff.get(f"/office/challenges/{row.id}/close")
    few = staff.submit(form, button="표결 마치기", answer="그렇습니다.")
    assert few.status == 422 and few.has("2명 이상이 참여해야 하는데 지금 0명입니다.")
    for member in (Person(app, one), Person(app, other)):
        page = member.get(path)
        assert member.submit(page, button="표결하기").status == 422
        page = member.submit(page, button="표결하기", vote="for")
        assert page.flashes == ["표결에 참여했습니다. 누가 어떻게 표결했는지는 남지 않습니다."]
        assert not page.has("찬성 ")
    staff.submit(form, button="표결 마치기", answer="까닭이 있다고 보았습니다.")
    assert staff.submit(form, button="표결 마치기", answer="다시").status == 409
    for reader in (me, Person(app, proposal.resident)):
        at = path if reader is me else f"/my/proposals/{proposal.id}/challenge"
        page = reader.get(at)
        assert page.has("까닭이 있다고 보았습니다.") and page.has("찬성 2, 반대 0, 기권 0")
    assert queries.find_recusal(proposal.id, challenged.id).kind == rules.CHALLENGED
    barred = factories.account(COMMITTEE_ROLE)
    services.recuse(proposal, barred, rules.STEPPED_BACK, "이웃", at=now(), by=barred.actor)
    assert Person(app, barred).status(path) == 404


def test_a_proposer_challenges_a_member_once(app: Flask) -> None:
    round_ = factories.round_(running="site_visit")
    proposal, (one, _other) = factories.proposal(round_, state="eligible"), members(round_)
    resident = Person(app, proposal.resident)
    page = resident.get(resident.get(f"/my/proposals/{proposal.id}").link("심사위원 기피신청"))
    assert resident.submit(page, button="기피신청하기").status == 422
    old = page
    page = resident.submit(page, button="기피신청하기", account=one.id, reason="같은 모임입니다.")
    assert page.has("표결하는 중") and [row.state for row in recusal_queries.list_challenges_of(proposal.id)] == [
        "open"
    ]
    assert resident.submit(old, button="기피신청하기", account=one.id, reason="또").status == 422
    assert lines("challenge.file") == 1
    assert Person(app, factories.resident()).status(f"/my/proposals/{proposal.id}/challenge") == 404


def test_each_field_is_saved_as_it_is_chosen(app: Flask, round_: Round) -> None:
    proposal, account = visited(round_), factories.account(COMMITTEE_ROLE)
    begin(proposal, account)
    member, path = Person(app, account), f"/committee/reviews/{proposal.id}"
    token = member.get(path).form("sheet").data["csrf_token"][0]
    first, second = (f"points_{one.id}" for one in sheet_queries.list_criteria(round_.id))

    def send(name: str, value: str, version: object) -> tuple[int, dict[str, object]]:
        data = {"csrf_token": token, "name": name, "version": str(version), name: value}
        answer = member.client.post(f"{path}/part", data=data)
        return answer.status_code, answer.get_json(silent=True) or {}

    assert send(first, "33", 0) == (200, {"version": 1, "total": "저장한 합계: 33점 / 50점"})
    assert send(second, "7", 1)[1]["version"] == 2
    assert send(second, "7", 1)[0] == 200, "its answer was lost"
    status, told = send(first, "10", 1)
    assert status == 409 and "다른 창이나 기기에서 고쳤습니다" in str(told["words"])
    assert send(first, "41", 2) == (422, {"words": "40 이하로 입력해 주세요."})
    assert send(second, "11", 2)[0] == 422
    assert send("comment", "좋습니다.", 2)[1]["version"] == 3
    assert [send(name, "1", version)[0] for name, version in (("points_0", 3), ("seen", 3), (first, "x"))] == [404] * 3
    sheet = sheet_queries.get_sheet(proposal.id, account.id)
    db.session.refresh(sheet)
    assert (sorted(sheet.points.values()), sheet.comment, sheet.version) == ([7, 33], "좋습니다.", 3)
    assert member.get(path).has("저장한 합계: 40점 / 50점")


def test_a_page_of_another_tab_is_not_saved_over_what_came_after_it_but_knowingly(app: Flask, round_: Round) -> None:
    proposal, account = visited(round_), factories.account(COMMITTEE_ROLE)
    begin(proposal, account)
    member, path = Person(app, account), f"/committee/reviews/{proposal.id}"
    first, second = (f"points_{one.id}" for one in sheet_queries.list_criteria(round_.id))
    old, new = member.get(path), member.get(path)
    member.submit(new, button="여기까지 저장하기", **{first: "30", second: "5"}, comment="저장한 글")
    answer = member.submit(old, button="여기까지 저장하기", **{first: "1", second: "1"}, comment="쓰던 글")
    assert answer.status == 422 and answer.has("다른 창이나 기기에서 고쳤습니다")
    assert answer.summary()["의견"] == "저장한 글" and answer.soup.find(id="comment").text.strip() == "쓰던 글"
    assert sheet_queries.get_sheet(proposal.id, account.id).comment == "저장한 글"
    answer = member.submit(answer, button="여기까지 저장하기")
    db.session.expire_all()
    assert answer.status == 200 and sheet_queries.get_sheet(proposal.id, account.id).comment == "쓰던 글"
    confirm = member.get(f"{path}/submit")
    member.submit(member.get(path), button="여기까지 저장하기", **{first: "31", second: "5"})
    again = member.submit(confirm, button="제출하기")
    assert again.has("다른 창이나 기기에서 고쳤습니다") and again.summary()["합계"] == "36점 / 50점"
    sheet = sheet_queries.get_sheet(proposal.id, account.id)
    db.session.refresh(sheet)
    assert (sorted(sheet.points.values()), sheet.state) == ([5, 31], rules.BEGUN)
    member.submit(again, button="제출하기")
    db.session.expire_all()
    assert sheet.state == rules.SUBMITTED, "the points that were shown now"


def test_no_vote_is_possible_once_a_challenge_is_closed(app: Flask, round_: Round) -> None:
    proposal, (challenged, one) = visited(round_), members(round_)
    row = challenge(proposal, challenged.id)
    member = Person(app, one)
    page = member.get(f"/committee/challenges/{row.id}")
    services.recuse(proposal, challenged, rules.STEPPED_BACK, "이웃", at=now(), by=one.actor)
    recusal_services.close_challenge(row, "스스로 회피했습니다.", at=now(), by=one.actor)
    assert member.submit(page, button="표결하기", vote="against").status == 409
    assert (row.state, row.cast) == (recusals.MOOT, 0)
