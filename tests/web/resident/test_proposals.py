"""A resident's own list, one proposal, withdrawing and discarding."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.database import db
from app.people.models import Resident
from app.proposals import rules
from app.proposals.models import Proposal
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person


@pytest.fixture
def intake(app: Flask) -> Round:
    return factories.round_(running=rounds.INTAKE)


@pytest.fixture
def resident(app: Flask) -> Resident:
    return factories.resident()


def test_the_list_holds_ones_own_in_every_state_and_nobody_elses(app: Flask, intake: Round, resident: Resident) -> None:
    for state in rules.STATES:
        factories.proposal(intake, state=state, by=resident, title=f"내 것 {state}")
    factories.proposal(intake, title="남의 것")
    page = Person(app, resident).get("/my/proposals")
    assert len(page.table("내 제안")) == len(rules.STATES)
    assert not page.has("남의 것")
    for row in db.session.scalars(select(Proposal).where(Proposal.resident_id == resident.id)).all():
        assert Person(app, resident).get(f"/my/proposals/{row.id}").status == 200


def test_an_empty_list_says_when_one_can_propose(app: Flask, resident: Resident) -> None:
    page = Person(app, resident).get("/my/proposals")
    assert page.has("아직 쓰신 제안이 없습니다") and page.has("지금은 제안을 받는 회차가 없습니다")
    round_ = factories.round_(running=rounds.INTAKE)
    assert Person(app, resident).get("/my/proposals").link("새 제안 쓰기") == f"/my/proposals/new/{round_.id}"


def test_a_draft_shows_what_to_do_next_and_a_late_one_that_it_goes_up_with_the_next_call(
    app: Flask, intake: Round, resident: Resident
) -> None:
    open_ = factories.proposal(intake, state=rules.DRAFT, by=resident)
    late = factories.proposal(factories.round_(running=rounds.SITE_VISIT), state=rules.DRAFT, by=resident)
    person = Person(app, resident)
    assert person.get(f"/my/proposals/{open_.id}").has("이어서 쓰기")
    page = person.get(f"/my/proposals/{late.id}")
    assert page.has("다음 공모에 올려 두실 수 있습니다") and page.link("제안 제목 변경")


def test_withdrawing_asks_once_and_takes_it_off_the_public_list(app: Flask, intake: Round, resident: Resident) -> None:
    proposal = factories.proposal(intake, by=resident)
    person = Person(app, resident)
    page = person.submit(person.get(f"/my/proposals/{proposal.id}/withdraw"), reason="이미 고쳐졌습니다.")
    assert page.flashes == ["제안을 철회했습니다."] and page.has("이미 고쳐졌습니다.")
    assert person.status(f"/proposals/{proposal.id}") == 404


def test_withdrawing_with_too_long_a_reason_keeps_the_words_and_the_proposal(
    app: Flask, intake: Round, resident: Resident
) -> None:
    proposal = factories.proposal(intake, by=resident)
    person = Person(app, resident)
    page = person.submit(person.get(f"/my/proposals/{proposal.id}/withdraw"), reason="가" * 501)
    assert page.status == 422 and page.form().data["reason"] == ["가" * 501]
    db.session.rollback()
    assert proposal.state == rules.SUBMITTED


def test_discarding_asks_once_and_only_of_a_draft(app: Flask, intake: Round, resident: Resident) -> None:
    draft = factories.proposal(intake, state=rules.DRAFT, by=resident)
    sent = factories.proposal(intake, by=resident)
    person = Person(app, resident)
    page = person.submit(person.get(f"/my/proposals/{draft.id}/discard"))
    assert page.flashes == ["쓰던 제안을 지웠습니다."]
    assert person.status(f"/my/proposals/{sent.id}/discard") == 409
    assert db.session.scalar(select(func.count()).select_from(Proposal)) == 1


def test_the_proposer_is_led_to_answer_once_there_are_findings(app: Flask, intake: Round, resident: Resident) -> None:
    proposal = factories.proposal(intake, state=rules.ELIGIBLE, by=resident)
    person = Person(app, resident)
    factories.visit(proposal, state="planned")
    assert not person.get(f"/my/proposals/{proposal.id}").has("읽고 답변하기")
    found = factories.proposal(intake, state=rules.ELIGIBLE, by=resident)
    factories.visit(found, state="recorded")
    assert person.get(f"/my/proposals/{found.id}").link("읽고 답변하기") == f"/my/proposals/{found.id}/visit"
