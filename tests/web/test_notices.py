"""Notices as proposers read them, and their words as staff edit them."""

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import Clock, now
from app.database import db
from app.notices import delivery_queries, kinds
from app.notices import letter_queries as queries
from app.notices.letter_models import LetterTemplate, Notice
from app.people.models import STAFF_ROLE
from app.programmes.models import Programme
from app.proposals import rules as proposals
from app.proposals.conflict_models import ProposalConflict
from app.proposals.conflict_rules import BOTH_STAY, SAME_PLACE
from app.reviews import rules as reviews
from app.reviews.recusal_models import Challenge
from app.reviews.recusal_rules import ACCEPTED
from app.rounds import rules as rounds
from tests import factories
from tests.actors import Person
from tests.ballots.elections import items
from tests.questions import questions
from tests.results.elections import counted, publish


@pytest.fixture
def programme(app: Flask) -> Programme:
    return factories.programme()


@pytest.fixture
def staff(app: Flask, programme: Programme) -> Person:
    return Person(app, factories.account(STAFF_ROLE, of=programme))


def edit(kind: str = kinds.SUBMITTED) -> str:
    return f"/office/programmes/gu/notices/{kind}"


def versions() -> int:
    return db.session.query(LetterTemplate).count()


def test_a_proposer_reads_what_is_new_and_marks_it_as_read(app: Flask, programme: Programme) -> None:
    resident = factories.resident()
    proposal = factories.proposal(factories.round_(running=rounds.INTAKE), by=resident, title="{제목} <b>쉼터")
    facts = {"verdict": "eligible"}
    row = {"resident_id": resident.id, "round_id": proposal.round_id, "proposal_id": proposal.id, "made_at": now()}
    factories.keep(Notice(kind=kinds.CHECK_RELEASED, facts=facts, **row))
    person = Person(app, resident)
    page = person.get("/my/notices")
    assert page.has("내 알림 (새 알림 1개)")
    assert page.has("제안 ‘{제목} <b>쉼터’의 소관부서 검토 결과는 ‘적격’입니다.")
    page = person.submit(page, button="모두 읽음으로 표시")
    assert not page.has("새 알림") and page.has("소관부서 검토 결과")
    assert not Person(app, factories.resident()).get("/my/notices").has("쉼터")


def test_who_proposes_together_reads_their_notices_too_and_one_question_finds_the_words_of_all(
    app: Flask, programme: Programme
) -> None:
    other, round_, asked = factories.resident(), factories.round_(running=rounds.WRITTEN_REVIEW), []
    facts = {kinds.OBJECTION_DECIDED: {"objection": "upheld"}, kinds.CHALLENGE_CLOSED: {"challenge": "rejected"}}
    for kind in (kinds.SUBMITTED, *facts, kinds.RETURNED):
        proposal = factories.proposal(round_)
        factories.co_proposer(proposal, other, state=proposals.ACCEPTED)
        row = {"resident_id": other.id, "round_id": round_.id, "proposal_id": proposal.id, "made_at": now()}
        factories.keep(Notice(kind=kind, facts=facts.get(kind, {}), **row))
        person = Person(app, other)
        person.get("/my/notices")
        with questions() as sent:
            page = person.get("/my/notices")
        asked.append(len(sent))
    assert page.has("이의신청 결과는 ‘받아들임’입니다.") and page.has("기피신청 결과는 ‘받아들이지 않음’입니다.")
    assert page.has(f"{round_.title_ko}에 저절로 접수하지 못했습니다.") and len(set(asked)) == 1


def test_a_notice_says_days_in_the_readers_language(app: Flask, programme: Programme) -> None:
    resident = factories.resident()
    proposal = factories.proposal(factories.round_(running=rounds.SITE_VISIT), by=resident)
    row = {"resident_id": resident.id, "round_id": proposal.round_id, "proposal_id": proposal.id, "made_at": now()}
    factories.keep(Notice(kind=kinds.VISIT_PLANNED, facts={"visit_on": "2026-06-10"}, **row))
    until = {"answer_until": "2026-06-20T15:00:00+00:00"}
    factories.keep(Notice(kind=kinds.VISIT_RECORDED, facts=until, **row))
    assert Person(app, resident).get("/my/notices").has("2026년 6월 20일(토) 24:00까지 답변하실 수 있습니다.")
    assert (
        Person(app, resident, locale="en")
        .get("/my/notices")
        .has("will be visited. The visitors set out: Wed 10 June 2026.")
    )


def test_staff_write_their_own_words_after_a_preview_and_take_them_back(
    app: Flask, programme: Programme, staff: Person
) -> None:
    page = staff.get(edit())
    assert page.has("{접수번호}")
    page = staff.submit(page, button="미리 보기", body_ko="고맙습니다. ‘{제목}’", body_en="Thank you for {제목}")
    assert page.has("고맙습니다. ‘골목 쉼터 만들기’") and page.has("Thank you for A place to rest in the alley")
    assert page.form(button="저장하기").data["body_ko"] == ["고맙습니다. ‘{제목}’"] and versions() == 0
    assert page.has("/my/notices/settings")
    of_officers = staff.submit(staff.get(edit(kinds.CHECK_DUE_SOON)), button="미리 보기")
    assert of_officers.has("/staff/notices/settings") and not of_officers.has("/my/notices/settings")
    page = staff.submit(page, button="저장하기")
    assert page.has("문구를 저장했습니다.") and page.has("직접 쓴 문구")
    page = staff.submit(staff.get(edit()), button="기본 문구로 되돌리기")
    assert page.has("기본 문구로 되돌렸습니다.") and not page.has("직접 쓴 문구")
    assert versions() == 2


@pytest.mark.parametrize("button", ["저장하기", "미리 보기"])
def test_a_variable_that_does_not_exist_is_named_at_its_field_and_nothing_typed_is_lost(
    app: Flask, programme: Programme, staff: Person, button: str
) -> None:
    page = staff.submit(staff.get(edit()), button=button, body_ko="{제목} {이름}", body_en="{제목")
    assert page.status == 422
    assert page.has("‘{이름}’이라는 항목은 없습니다. 이 알림에 쓸 수 있는 항목: {제목}, {접수번호}, {회차}")
    assert page.has("‘{제목’에 있는 중괄호가 짝이 맞지 않습니다.")
    form = page.form(button="저장하기").data
    assert (form["body_ko"], form["body_en"]) == (["{제목} {이름}"], ["{제목"])
    assert versions() == 0


def test_a_text_that_somebody_else_has_changed_is_not_written_over(
    app: Flask, programme: Programme, staff: Person
) -> None:
    mine, theirs = staff.get(edit()), staff.get(edit())
    staff.submit(theirs, button="저장하기", body_ko="먼저 쓴 문구")
    page = staff.submit(mine, button="저장하기", body_ko="나중에 쓴 문구")
    assert page.status == 422 and page.has("그사이 다른 분이 이 문구를 고쳤습니다.")
    assert page.form(button="저장하기").data["body_ko"] == ["나중에 쓴 문구"]
    assert queries.get_wording(programme.id, kinds.SUBMITTED).body_ko == "먼저 쓴 문구"


def test_a_kind_that_does_not_exist_has_no_page(staff: Person) -> None:
    assert staff.status(edit("gossip")) == 404


def test_older_notices_are_on_further_pages_and_steps_not_people_are_counted(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_LENGTH", 2)
    monkeypatch.setattr(delivery_queries, "SHOWN", 2)
    proposal, other = factories.proposal(factories.round_(running=rounds.INTAKE)), factories.resident()
    at = now()
    for n, kind in enumerate((kinds.SUBMITTED, kinds.VISIT_CLOSED, kinds.WITHDRAWN)):
        for resident in (proposal.resident, other):
            factories.notice(kind, resident, proposal, made_at=at + timedelta(seconds=n))
    visitor = Person(app, proposal.resident)
    page = visitor.get("/my/notices")
    assert page.has("제안을 철회함") and not page.has("제안을 접수함")
    assert visitor.get(page.link("다음")).has("제안을 접수함")
    told = [one.kind for one, _ in delivery_queries.list_told(proposal.id)]
    assert told == [kinds.WITHDRAWN] * 2 + [kinds.VISIT_CLOSED] * 2


# What everybody reads of a proposal


def test_the_story_of_a_proposal_tells_a_step_when_it_is_public_and_not_before(app: Flask) -> None:
    round_ = factories.round_(running=rounds.SITE_VISIT)
    proposal = factories.proposal(round_)
    check = factories.check(proposal, state=reviews.DECIDED)
    address = f"/proposals/{proposal.id}"
    page = Person(app).get(address)
    assert page.has("제안을 접수했습니다.") and not page.has("검토 결과를 공개했습니다")
    check.state, check.released_at, proposal.state = reviews.RELEASED, now(), proposals.ELIGIBLE
    db.session.commit()
    visit = factories.visit(proposal, state=reviews.RECORDED)
    factories.notice(kinds.VISIT_PLANNED, proposal.resident, proposal, visit_on="2026-06-10")
    page, own = Person(app).get(address), Person(app, proposal.resident).get(f"/my{address}")
    assert page.has("소관부서 검토 결과를 공개했습니다: 적격") and own.has("소관부서 검토 결과를 공개했습니다: 적격")
    assert own.has("출발하는 때: 2026년 6월 10일(수).") and not page.has("현장심사를")
    visit.state, visit.signed_off_at, proposal.state = reviews.SIGNED_OFF, now(), proposals.VISITED
    db.session.commit()
    page = Person(app).get(address)
    assert page.has("현장에 다녀왔습니다.") and page.has("현장심사를 마쳤습니다.")
    assert not page.has("투표 대상에 들지 못했습니다.")


def test_the_story_tells_of_a_challenge_and_a_settlement_without_names_and_of_the_round_before(app: Flask) -> None:
    before, round_ = factories.round_(), factories.round_(running=rounds.WRITTEN_REVIEW)
    proposal, other = (factories.proposal(round_, state=proposals.VISITED) for _ in range(2))
    proposal.rolled_from = before
    settled = {"state": BOTH_STAY, "reason": "곳이 다름", "settled_by": factories.account().id, "settled_at": now()}
    pair = {"first_id": proposal.id, "second_id": other.id, "kind": SAME_PLACE, "found_at": now()}
    factories.keep(ProposalConflict(**pair, **settled))
    member = factories.member(round_.programme, name="박심사")
    counted = {"state": ACCEPTED, "votes_for": 2, "entitled": 3, "answer": "가족", "closed_at": now()}
    who = {"proposal_id": proposal.id, "account_id": member.account_id, "reason": "가족", "filed_at": now()}
    factories.keep(Challenge(**who, **counted))
    page = Person(app).get(f"/proposals/{proposal.id}")
    assert page.has("에 쓴 제안을 이 회차로 옮겨 접수했습니다.")
    assert page.has("장소나 목적이 비슷한 제안과 견주어 정리했습니다: 둘 다 심사함")
    assert page.has("기피신청을 받아들여 심사위원 한 명을 심사에서 뺐습니다.")
    assert not page.has("박심사") and not page.has(other.title)


def test_the_story_goes_on_to_the_ballot_and_to_the_result_once_each_is_published(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    address = f"/proposals/{items(count.round, 's1')[0].proposal_id}"
    page = Person(app).get(address)
    assert page.has("투표 대상을 공표했습니다.") and not page.has("투표 결과를 공개했습니다")
    publish(count)
    assert Person(app).get(address).has("투표 결과를 공개했습니다: 선정됨")
