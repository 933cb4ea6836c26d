"""Which votes there are now, and how one takes part."""

from flask import Flask

from app.ballots import services
from app.clock import Clock
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import TOKENS, move_past, picks, published, shortlisted


def test_a_running_vote_says_until_when_how_many_and_leads_to_the_ballot(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    page = Person(app).get("/vote")
    assert page.h1 == "지금 할 수 있는 투표"
    assert page.has("꼭 2개")
    assert page.link("투표하러 가기") == f"/vote/{round_.id}"
    assert page.has("아직 투표한 것이 아닙니다")


def test_who_has_voted_is_told_so(app: Flask, clock: Clock) -> None:
    round_, resident = published(clock), factories.resident()
    services.cast_as_resident(round_.id, resident, picks(round_), token=TOKENS[0])
    page = Person(app, resident).get("/vote")
    assert page.has("이미 투표하셨습니다.")
    assert not page.soup.select(f"a[href='/vote/{round_.id}']")


def test_a_coming_vote_is_announced_and_a_past_one_gone(app: Flask, clock: Clock) -> None:
    round_ = shortlisted()
    page = Person(app).get("/vote")
    assert page.h1 == "지금은 투표 기간이 아닙니다"
    assert page.has(round_.title_ko)
    move_past(clock, round_, rounds.VOTING)
    assert not Person(app).get("/vote").has(round_.title_ko)


def test_a_running_phase_without_a_ballot_is_no_vote(app: Flask) -> None:
    factories.round_(running=rounds.VOTING)
    assert Person(app).get("/vote").h1 == "지금은 투표 기간이 아닙니다"


def test_drafts_and_other_cities_are_not_shown(app: Flask) -> None:
    shown: list[Round] = [factories.round_(state=rounds.DRAFT), factories.round_(source="pabulib")]
    page = Person(app).get("/vote")
    assert not page.has("다가오는 투표")
    assert len(shown) == 2
