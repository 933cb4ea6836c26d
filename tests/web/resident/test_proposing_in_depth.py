"""The wizard's lines of a cost and pin, proposing together, and the history, as people meet them."""

import pytest
from flask import Flask

from app.clock import now
from app.database import db
from app.people.models import Resident
from app.proposals import file_services as hung
from app.proposals import rules, services
from app.proposals.models import CoProposer, Proposal
from app.proposals.rules import Line
from app.rounds import rules as rounds
from tests import factories
from tests.actors import Person
from tests.proposals.test_files import A_PHOTO
from tests.reviews.test_objections import refused


@pytest.fixture
def resident(app: Flask) -> Resident:
    return factories.resident(name="홍길동")


@pytest.fixture
def draft(app: Flask, resident: Resident) -> Proposal:
    factories.area()
    intake = factories.round_(running=rounds.INTAKE, per_project_limit_won=300_000_000)
    return factories.proposal(intake, state=rules.DRAFT, by=resident, consented_at=now())


def fresh(proposal: Proposal) -> Proposal:
    db.session.rollback()
    return proposal


def test_lines_are_added_and_taken_away_keeping_what_was_typed_and_the_sum_is_worked_out(
    app: Flask, draft: Proposal, resident: Resident
) -> None:
    person, path = Person(app, resident), f"/my/proposals/{draft.id}/content"
    page = person.get(path)
    typed = {"lines-0-what": "보안등", "lines-0-quantity": "10", "lines-0-unit_won": "200만", "need": "새로 쓴 글"}
    page = person.submit(page, button="줄 더하기", **typed)
    assert page.status == 200 and page.form().data["lines-1-what"] == [""] and page.has("합계: 2,000만원")
    page = person.submit(page, button="줄 더하기")
    page = person.submit(
        page, button="줄 더하기", **{"lines-2-what": "공사", "lines-2-quantity": "1", "lines-2-unit_won": "x"}
    )
    page = person.submit(page, button="2번째 줄 빼기")
    assert page.form().data["lines-1-unit_won"] == ["x"] and page.form().data["need"] == ["새로 쓴 글"]
    assert fresh(draft).cost_lines == () and draft.need != "새로 쓴 글"
    page = person.submit(page, button="저장하고 다음")
    assert page.status == 422 and "금액을 읽을 수 없습니다" in page.errors[0] and fresh(draft).cost_lines == ()
    person.submit(page, button="저장하고 다음", **{"lines-1-unit_won": "500만"})
    assert fresh(draft).cost_lines == (Line("보안등", 10, 2_000_000), Line("공사", 1, 5_000_000))
    assert draft.cost_won == 25_000_000


def test_a_line_half_written_or_a_sum_over_the_limit_is_refused_at_its_place(
    app: Flask, draft: Proposal, resident: Resident
) -> None:
    person, path = Person(app, resident), f"/my/proposals/{draft.id}/content"
    half = person.submit(person.get(path), button="저장하고 다음", **{"lines-0-what": "보안등"})
    assert half.status == 422 and "모두 써 주세요" in half.errors[0]
    dear = {"lines-0-what": "보안등", "lines-0-quantity": "4", "lines-0-unit_won": "1억"}
    page = person.submit(person.get(path), button="저장하고 다음", **dear)
    assert page.status == 422 and page.has("3억원 이하로 입력해 주세요.")
    assert fresh(draft).cost_lines == () and draft.version == 1


def test_a_pin_is_kept_whole_or_not_at_all(app: Flask, draft: Proposal, resident: Resident) -> None:
    person, path = Person(app, resident), f"/my/proposals/{draft.id}/place"
    page = person.submit(person.get(path), button="저장하고 다음", latitude="37.4569")
    assert page.status == 422 and page.has("위도와 경도를 모두") and fresh(draft).latitude is None
    person.submit(page, button="저장하고 다음", longitude="126.8955")
    assert (fresh(draft).latitude, draft.longitude) == (37.4569, 126.8955)


def test_somebody_is_asked_reads_and_accepts_and_others_find_nothing(
    app: Flask, draft: Proposal, resident: Resident
) -> None:
    person = Person(app, resident)
    page = person.get(f"/my/proposals/{draft.id}/together")
    wrong = person.submit(page, phone="02-123")
    assert wrong.status == 422 and db.session.query(CoProposer).count() == 0
    page = person.submit(page, phone="010-7777-4321")
    assert page.has("끝 번호 4321") and page.has("답을 기다림") and not page.has("7777")
    asked = db.session.query(CoProposer).one()
    other, stranger = factories.resident(asked.phone_key), Person(app, factories.resident())
    neighbour = Person(app, other)
    page = neighbour.get(neighbour.get("/my/proposals").link("읽고 답하기"))
    assert neighbour.submit(page, button="함께 제안하기", name="김이웃").status == 422
    page = neighbour.submit(page, button="함께 제안하기", name="김이웃", consents="y")
    assert page.has("함께 제안하기로 하셨습니다.") and page.has("김○웃") and not page.has("변경")
    for path in ("title", "content", "together", "check", "withdraw", "discard"):
        assert neighbour.status(f"/my/proposals/{draft.id}/{path}") == 404
    for path in (f"proposals/{draft.id}", f"proposals/{draft.id}/history", f"invitations/{asked.id}"):
        assert stranger.status(f"/my/{path}") == 404


def test_everybody_reads_what_changed_since_it_was_submitted(app: Flask, draft: Proposal, resident: Resident) -> None:
    services.submit_proposal(draft, at=now(), by=resident.actor)
    editing = Person(app, resident).get(f"/my/proposals/{draft.id}/content")
    assert editing.has("고치기 전의 글도 고친 내력에 그대로 남아 누구나 볼 수 있습니다.")
    changes = {"need": "여름에 쉴 자리가 없습니다."}
    services.edit_proposal(draft, changes=changes, seen=draft.version, at=now(), by=resident.actor)
    page = Person(app).get(f"/proposals/{draft.id}/history")
    assert page.has("2판에서 달라진 것") and [one.get_text() for one in page.soup.select("ins")] == ["새로 씀: 자리가"]
    assert Person(app).get(f"/proposals/{draft.id}/history?number=1").has("처음 접수한 글입니다")
    assert Person(app, resident, "en").get(f"/my/proposals/{draft.id}/history").has("What version 2 changed")
    act = {"at": now(), "by": resident.actor}
    item = hung.add_photo(draft, A_PHOTO, alt="느티나무", seen=draft.version, **act)
    told = "사진: 느티나무 (파일 지문"
    page = Person(app).get(f"/proposals/{draft.id}/history")
    assert [one.get_text().startswith(f"새로 씀: {told}") for one in page.soup.select("ins")] == [True]
    hung.remove_file(item, seen=draft.version, **act)
    page = Person(app).get(f"/proposals/{draft.id}/history")
    assert [one.get_text().startswith(f"빠짐: {told}") for one in page.soup.select("del")] == [True]


def test_what_costs_more_than_its_round_allows_is_refused_on_the_page_to_check(
    app: Flask, draft: Proposal, resident: Resident
) -> None:
    draft.cost_won = 300_000_001
    db.session.commit()
    person = Person(app, resident)
    page = person.submit(person.get(f"/my/proposals/{draft.id}/check"), button="제안 접수하기")
    assert page.status == 422 and page.has("아직 접수하지 않았습니다") and "3억원" in page.errors[0]
    assert (fresh(draft).state, draft.number) == (rules.DRAFT, None)


def test_lines_sum_and_pin_that_came_too_late_are_shown_to_be_copied(
    app: Flask, draft: Proposal, resident: Resident
) -> None:
    person, path = Person(app, resident), f"/my/proposals/{draft.id}"
    content, place = person.get(f"{path}/content"), person.get(f"{path}/place")
    services.submit_proposal(draft, at=now(), by=resident.actor)
    draft.state = rules.ELIGIBLE
    db.session.commit()
    late = {"lines-0-what": "보안등", "lines-0-quantity": "10", "lines-0-unit_won": "200만", "need": "늦은 글"}
    page = person.submit(content, button="저장하고 다음", **late)
    found = page.summary()
    assert (page.status, found["사업비의 1번째 줄"], found["왜 필요한가요?"]) == (409, "보안등 × 10 × 200만", "늦은 글")
    page = person.submit(content, button="저장하고 다음", cost_won="3억", **dict.fromkeys(late, ""))
    assert page.summary()["예상 사업비"] == "3억" and not page.has("번째 줄")
    page = person.submit(place, button="저장하고 다음", latitude="37.4569", longitude="126.8955")
    assert (page.status, page.summary()["위도"], page.summary()["경도"]) == (409, "37.4569", "126.8955")
    assert fresh(draft).cost_lines == () and draft.latitude is None


def test_only_the_proposer_is_offered_what_only_they_may_do(app: Flask) -> None:
    proposal, other = refused(), factories.resident()
    factories.co_proposer(proposal, other, state=rules.ACCEPTED)
    path = f"/my/proposals/{proposal.id}"
    assert Person(app, proposal.resident).get(path).link("이의신청하기")
    page = Person(app, other).get(path)
    assert page.status == 200 and not page.has("이의신청") and not page.has("기피신청")


def test_who_writes_while_nothing_is_called_puts_it_up_for_the_next_call(app: Flask, resident: Resident) -> None:
    round_ = factories.round_(running=rounds.VOTING)
    factories.area()
    person = Person(app, resident)
    for start in ("/my/proposals", "/proposals", f"/my/proposals/new/{round_.id}"):
        page = person.get(person.get(start).link("다음 공모에 올릴 제안 쓰기"))
        assert page.status == 200 and page.has("제안 제목")
    person.submit(page, title="그늘막", section_id=round_.sections[0].id)
    assert db.session.query(Proposal).one().state == rules.DRAFT
    ready = factories.proposal(round_, state=rules.DRAFT, by=resident, consented_at=now())
    page = person.submit(person.get(f"/my/proposals/{ready.id}/check"), button="다음 공모에 올리기")
    assert page.has("다음 공모에 올라갑니다") and fresh(ready).waiting_since is not None


def test_what_many_have_merged_into_says_why_nobody_changes_it_alone(
    app: Flask, draft: Proposal, resident: Resident
) -> None:
    services.submit_proposal(draft, at=now(), by=resident.actor)
    draft.is_joint = True
    db.session.commit()
    person = Person(app, resident)
    for step in ("content", "files"):
        page = person.get(f"/my/proposals/{draft.id}/{step}")
        assert page.status == 409 and page.has("혼자 고치실 수 없습니다.")
    assert person.get(f"/my/proposals/{draft.id}/proposer").status == 200
