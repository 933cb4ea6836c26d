"""Whoever arrives by a link that somebody shared is told what is needed to vote."""

from typing import Any

import pytest
from flask import Flask

from app.clock import Clock
from app.proposals.rules import SHORTLISTED
from app.rounds import rules as rounds
from app.stations.models import PollingStation
from tests import factories
from tests.actors import Person
from tests.ballots.elections import items, move_past, published
from tests.codes.printed import active

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ASKED: dict[str, dict[str, Any]] = {
    "휴대전화가 있으면 누구나 투표할 수 있습니다(": {},
    "에 사는 사람, 학교에 다니는 사람 가운데 만 14세 이상이면 누구나 투표할 수 있습니다(": {
        "voters": rounds.REGISTER,
        "age_min": 14,
        "bases": ["address", "school"],
    },
    "선거인 명부에 있으면 누구나 투표할 수 있습니다(": {"voters": rounds.LIST},
}


@pytest.mark.parametrize("sentence", ASKED)
def test_a_project_on_the_ballot_and_the_ballot_itself_say_it(app: Flask, clock: Clock, sentence: str) -> None:
    round_ = published(clock, **ASKED[sentence])
    proposal = items(round_, "s1")[0].proposal
    for path in (f"/proposals/{proposal.id}", f"/rounds/{round_.id}/ballot"):
        page = Person(app).get(path)
        assert page.has(sentence)
        assert page.link("투표하러 가기") == f"/vote/{round_.id}"
        described = str(page.soup.find("meta", property="og:description")["content"])
        assert sentence in described and page.soup.find("meta", property="og:title")["content"]


def test_only_the_ways_that_there_are_are_named(app: Flask, clock: Clock) -> None:
    round_ = published(clock, voters=rounds.REGISTER)
    page = f"/rounds/{round_.id}/ballot"
    assert Person(app).get(page).has("방법: 휴대전화 인증번호")
    active(round_, 1)
    factories.keep(PollingStation(round_id=round_.id, name_ko="구청", name_en="Office", address="시흥대로 73길 70"))
    assert Person(app).get(page).has("방법: 휴대전화 인증번호, 인쇄된 번호, 현장투표소 방문")
    assert Person(app, locale="en").get(page).has("phone code, printed code, polling station")


def test_when_voting_is_over_that_is_said_and_before_the_ballot_nothing(app: Flask, clock: Clock) -> None:
    early = factories.proposal(factories.round_(running=rounds.WRITTEN_REVIEW), state=SHORTLISTED)
    assert not Person(app).get(f"/proposals/{early.id}").has("투표할 수 있습니다(")
    round_ = published(clock)
    move_past(clock, round_, rounds.VOTING)
    assert Person(app).get(f"/rounds/{round_.id}/ballot").has("에 끝났습니다.")
