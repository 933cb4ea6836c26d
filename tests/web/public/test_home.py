"""Home: one sentence and one button for what can be done today."""

from datetime import timedelta

from flask import Flask

from app.ballots.models import Participation
from app.clock import Clock, now
from app.database import db
from app.rounds import rules
from tests import factories
from tests.actors import Person
from tests.questions import questions


def test_home_of_an_empty_site_says_that_nothing_runs(app: Flask) -> None:
    page = Person(app).get("/")
    assert page.status == 200
    assert page.has("지금은 진행 중인 일정이 없습니다")


def test_home_calls_to_propose_while_intake_runs(app: Flask) -> None:
    round_ = factories.round_(running=rules.INTAKE)
    page = Person(app).get("/")
    assert page.has("2027년 주민참여예산 제안을 받고 있습니다")
    assert page.link("제안하기") == f"/my/proposals/new/{round_.id}"


def test_home_calls_to_vote_before_anything_else(app: Flask) -> None:
    factories.round_(running=rules.INTAKE)
    factories.round_(running=rules.VOTING, state=rules.BALLOT_PUBLISHED)
    page = Person(app).get("/")
    assert page.soup.select_one(".call-out__title").text == "2027년 주민참여예산 주민 투표를 하고 있습니다"
    assert page.has("함께 진행 중인 일")


def test_home_never_calls_to_vote_on_a_ballot_that_is_not_published(app: Flask) -> None:
    factories.round_(running=rules.VOTING, state=rules.CALLED)
    assert not Person(app).get("/").has("주민 투표를 하고 있습니다")


def test_home_names_the_next_phase_when_nothing_runs(app: Flask, clock: Clock) -> None:
    factories.round_()
    page = Person(app).get("/")
    assert page.has("다음은 2027년 주민참여예산 제안 접수입니다")
    clock.offset += timedelta(days=10)
    assert Person(app).get("/").has("제안을 받고 있습니다")


def test_home_hides_a_round_that_staff_are_still_setting_up(app: Flask) -> None:
    factories.round_(running=rules.INTAKE, state=rules.DRAFT)
    assert Person(app).get("/").has("지금은 진행 중인 일정이 없습니다")


def test_home_shows_turnout_against_the_target(app: Flask) -> None:
    round_ = factories.round_(running=rules.VOTING, state=rules.BALLOT_PUBLISHED, turnout_target=3000)
    for chamber, key in ((rules.RESIDENTS, "a"), (rules.RESIDENTS, "b"), (rules.COMMITTEE, "c")):
        row = Participation(round_id=round_.id, chamber=chamber, voter_key=key, channel="mobile", cast_hour=now())
        db.session.add(row)
    db.session.commit()
    assert Person(app).get("/").has("2명 (목표 3,000명)")


def test_home_lists_the_latest_results_and_speaks_english(app: Flask) -> None:
    factories.round_(state=rules.RESULTS_PUBLISHED)
    assert Person(app).get("/").has("투표 결과가 공개되었습니다")
    assert Person(app, locale="en").get("/").has("Participatory budget 2027")


def test_home_asks_the_database_as_often_for_many_rounds_as_for_one(app: Flask) -> None:
    factories.round_(running=rules.INTAKE)
    with questions() as for_one:
        Person(app).get("/")
    for slug in ("dong", "city", "joint"):
        factories.round_(running=rules.WRITTEN_REVIEW, of=factories.programme(slug))
    with questions() as for_many:
        assert Person(app).get("/").has("주민참여예산 joint")
    assert 1 <= len(for_many) == len(for_one), for_many
