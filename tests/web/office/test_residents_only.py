"""A round in which the residents vote alone: set up on the pages, published, voted in, counted and signed."""

import pytest
from flask import Flask

from app.ballots import services as casting
from app.clock import Clock
from app.database import db
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, STAFF_ROLE
from app.proposals import rules as proposals
from app.rounds import rules
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import TOKENS, give_key, move_into, move_past, open_box, picks
from tests.page import Page
from tests.web.office.test_rounds import PHASES, begin, fill_sections, only_round, pots, step

ALONE = {"residents-weight": "100%", "committee-weight": "0"}
COMMITTEE_PHASE = {name: value for name, value in PHASES.items() if name.startswith(rules.COMMITTEE_VOTE)}
OTHER_PHASES = {name: value for name, value in PHASES.items() if name not in COMMITTEE_PHASE}


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def set_up(staff: Person) -> Page:
    """Through the wizard to its last page."""
    page = begin(staff)
    staff.submit(page, button="저장하고 다음", **pots(("구비", "10억")))
    page = fill_sections(staff, only_round(), (1, 1), (1, 1))
    page = staff.submit(page, **ALONE)
    page = staff.submit(page, voters="open")
    page = staff.submit(page, **OTHER_PHASES)
    return staff.submit(page, visitors_needed="2")


def called(staff: Person) -> Round:
    set_up(staff)
    staff.submit(staff.get(f"/office/rounds/{only_round().id}/call"), button="공고하기")
    return only_round()


def published(staff: Person, clock: Clock) -> Round:
    """Its proposals have come through the reviews, which are no other than elsewhere."""
    round_ = called(staff)
    for section in round_.sections:
        for _ in range(2):
            factories.proposal(round_, state=proposals.SHORTLISTED, section_id=section.id)
    move_past(clock, round_, rules.WRITTEN_REVIEW)
    give_key(round_)
    page = staff.submit(staff.get(f"/office/rounds/{round_.id}/ballot/prepare"), button="추첨하기")
    approver = Person(staff.client.application, factories.account(APPROVER_ROLE))
    for person in (staff, approver):
        page = person.submit(person.get(f"/office/rounds/{round_.id}/ballot/1/sign"), button="서명하기")
    assert page.h1 == "투표 대상을 공표했습니다"
    return only_round()


def vote(round_: Round, people: int) -> None:
    for token in TOKENS[:people]:
        casting.cast_as_resident(round_.id, factories.resident(), picks(round_), token=token)


def test_the_wizard_asks_nothing_of_a_committee_that_does_not_vote(staff: Person) -> None:
    page = set_up(staff)

    assert page.h1 == "설정 확인" and page.has("모두 갖추었습니다.")
    assert page.has("주민 투표의 반영 비율은 100%입니다.")
    assert page.has("점수가 높은 사업부터 차례로 예산을 줍니다.") and not page.has("두 투표의 점수를 더해")
    assert "총회 위원 투표" not in page.text
    round_ = only_round()
    assert not {name for name in step(staff, round_, "sections").form().data if "committee" in name}
    assert not {name for name in step(staff, round_, "phases").form().data if "committee" in name}
    assert step(staff, round_, "counting").form().data["committee-weight"] == ["0%"]


def test_the_committee_can_be_taken_in_again_while_the_round_is_a_draft(staff: Person) -> None:
    set_up(staff)
    round_ = only_round()

    staff.submit(step(staff, round_, "counting"), **{"residents-weight": "70%", "committee-weight": "30%"})
    page = staff.get(f"/office/rounds/{round_.id}/settings")
    assert page.has("일정: 총회 위원 투표의 시작과 끝을 정해 주세요.")
    staff.submit(step(staff, round_, "phases"), **COMMITTEE_PHASE)

    assert staff.get(f"/office/rounds/{round_.id}/settings").has("모두 갖추었습니다.")


def test_after_the_call_the_committee_stays_out_and_the_page_says_so_at_its_field(staff: Person) -> None:
    round_ = called(staff)

    page = staff.submit(step(staff, round_, "counting"), **{"residents-weight": "70%", "committee-weight": "30%"})

    assert (page.status, page.errors) == (422, ["공고한 뒤에는 위원회 투표를 넣거나 뺄 수 없습니다."])
    assert [chamber.code for chamber in only_round().chambers] == ["residents"]


def test_there_is_no_meeting_to_plan_and_no_ballot_for_a_member(app: Flask, staff: Person, clock: Clock) -> None:
    round_ = published(staff, clock)
    member = Person(app, factories.member(round_.programme).account)
    move_into(clock, round_, rules.VOTING)

    page = staff.get(f"/office/rounds/{round_.id}")

    assert page.has("다음 할 일: 투표가 진행 중입니다")
    assert "총회" not in [link.get_text(strip=True) for link in page.soup.select("nav.side a")]
    assert staff.status(f"/office/rounds/{round_.id}/meeting") == 404
    assert staff.status(f"/office/rounds/{round_.id}/meeting/plan") == 404
    assert not member.get("/committee/").has("총회 투표로 가기")
    assert member.status(f"/committee/rounds/{round_.id}/ballot") == 404


def test_a_round_of_residents_alone_comes_to_its_result(app: Flask, staff: Person, clock: Clock) -> None:
    round_ = published(staff, clock)
    path = f"/office/rounds/{round_.id}"
    move_into(clock, round_, rules.VOTING)
    vote(round_, 3)
    move_past(clock, round_, rules.VOTING)

    assert staff.get(path).has("다음 할 일: 투표 마감하기")
    page = staff.submit(staff.get(f"{path}/count/close"), button="마감하기")
    assert "총회" not in page.text.split("먼저 확인할 것")[1]
    open_box(db.session.get_one(Round, round_.id))
    page = staff.submit(staff.get(f"{path}/count/start"), button="개표하기")
    staff.submit(staff.get(page.link("서명하러 가기")), button="서명하기")
    approver = Person(app, factories.account(APPROVER_ROLE))
    approver.submit(approver.get(approver.get(f"{path}/count").link("서명하러 가기")), button="서명하기")

    page = Person(app).get(f"/results/{round_.id}")
    assert page.h1.startswith("4개 사업 가운데")
    rows = page.table("선정된 사업")
    chosen = [row for row in rows if row["주민"].startswith("3")]
    assert [row["합산점수"] for row in chosen] == ["0.5000", "0.5000"]
    assert db.session.get_one(Round, round_.id).state == rules.RESULTS_PUBLISHED


def test_a_member_of_the_committee_still_reviews(app: Flask, staff: Person) -> None:
    """Only the vote is the residents' alone."""
    round_ = called(staff)
    member = Person(app, factories.account(COMMITTEE_ROLE, of=round_.programme))

    assert member.status("/committee/") == 200
