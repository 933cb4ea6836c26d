"""What the steps of the set-up say about themselves, and what they are when nothing can be changed any more."""

import pytest
from flask import Flask

from app.clock import now
from app.database import db
from app.people.models import STAFF_ROLE
from app.proposals import rules as proposals
from app.reviews.models import ShortlistDecision
from app.rounds import rules, settings
from app.rounds.soundness import STEPS
from tests import factories
from tests.actors import Person
from tests.lint import words
from tests.page import Page
from tests.rounds import plans


@pytest.fixture
def staff(app: Flask) -> Person:
    return Person(app, factories.account(STAFF_ROLE))


def optional(page: Page) -> list[str]:
    """The labels that say that their field may be left out."""
    return [words(label).split(" (")[0] for label in page.soup.select("label") if "(선택)" in words(label)]


@pytest.mark.parametrize("step", STEPS)
def test_after_publication_a_step_is_read_where_all_settings_are(staff: Person, step: str) -> None:
    round_ = factories.round_(state=rules.BALLOT_PUBLISHED)

    page = staff.get(f"/office/rounds/{round_.id}/settings/{step}")

    assert page.h1 == "설정 확인"
    assert page.has("투표 대상이 공표되어 규칙과 사업을 더 바꿀 수 없습니다.")
    assert page.has("모두가 공표된 그대로의 규칙으로 투표하고")
    assert page.link("누구나 보는 공표 페이지") == f"/rounds/{round_.id}/ballot"
    assert not page.soup.select("main input, main select")


def test_what_cannot_be_done_now_leads_back_to_the_round(staff: Person) -> None:
    round_ = plans.complete_draft()
    page = staff.get(f"/office/rounds/{round_.id}/settings/pots")
    round_.state = rules.BALLOT_PUBLISHED
    db.session.commit()

    page = staff.submit(page, button="저장하고 다음")

    assert page.status == 409
    assert page.link("회차로 돌아가기") == f"/office/rounds/{round_.id}"


def test_a_round_of_somebody_else_is_not_led_to(staff: Person) -> None:
    elsewhere = factories.round_(of=factories.programme("city"))

    page = staff.get(f"/office/rounds/{elsewhere.id}")

    assert page.status == 404 and not page.has("회차로 돌아가기")


def test_once_the_shortlist_is_decided_the_way_of_reviewing_stays(staff: Person) -> None:
    round_ = factories.round_(running=rules.WRITTEN_REVIEW)
    proposal = factories.proposal(round_, state=proposals.SHORTLISTED)
    factories.keep(
        ShortlistDecision(
            proposal=proposal, shortlisted=True, reason="chosen", place=1, mean_score="90", sheets=1, decided_at=now()
        )
    )
    before = settings.of(round_)

    page = staff.submit(staff.get(f"/office/rounds/{round_.id}/settings/review"), shortlist_places="3")

    assert (page.status, page.errors) == (422, ["이 회차의 투표 대상은 이미 정해졌습니다."])
    db.session.rollback()
    assert settings.of(round_) == before


def test_no_time_of_a_phase_is_called_optional(staff: Person) -> None:
    page = staff.get(f"/office/rounds/{plans.complete_draft().id}/settings/phases")

    assert optional(page) == []
    assert page.has("공고하려면 모든 시작과 끝이 있어야 합니다.")


def test_of_a_criterion_only_names_and_points_are_needed(staff: Person) -> None:
    page = staff.get(f"/office/rounds/{plans.draft().id}/criteria")

    hints = {"무엇을 보나요?(한국어)", "무엇을 보나요?(영어)"}
    assert set(optional(page)) == hints | {"곱하는 수", "점수의 뜻(한국어)", "점수의 뜻(영어)"}
    assert page.has("쓰는 줄에는 두 이름과 만점이 모두 있어야 합니다.")


def test_staff_find_the_board_of_department_checks(staff: Person) -> None:
    round_ = factories.round_(running=rules.DEPARTMENT_CHECK)
    factories.proposal(round_, title="골목 보안등")

    assert staff.get("/office/").link("소관부서 검토") == "/office/checks"
    page = staff.get(staff.get(f"/office/rounds/{round_.id}").link("소관부서 검토"))

    assert page.has("골목 보안등")
    assert page.link("업무") == "/office/"
