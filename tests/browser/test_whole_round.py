"""A whole round, from the wizard to the signed result, by nothing but the pages, on phones 390 px wide."""

from functools import partial

import pytest
from flask import Flask

from app.clock import Clock
from tests.browser.conftest import NewScreen
from tests.journeys import counting, founding, given, proposing, publishing, reviewing, voting
from tests.journeys.stage import Stage, people_in_office

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_round_is_walked_from_the_call_to_the_result(app: Flask, clock: Clock, screen: NewScreen) -> None:
    people_in_office()
    stage = Stage(app, clock, partial(screen, widths=(390,)))
    founding.found(stage)
    proposing.propose(stage)
    reviewing.check(stage)
    reviewing.visit(stage)
    reviewing.score(stage)
    reviewing.shortlist(stage)
    reviewing.objection(stage)
    publishing.publish(stage)
    vote_and_count(stage)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nobody_needs_scripts_from_the_ballot_to_the_result(app: Flask, clock: Clock, screen: NewScreen) -> None:
    people_in_office()
    stage = Stage(app, clock, partial(screen, javascript=False))
    given.reviewed(stage)
    publishing.publish(stage)
    vote_and_count(stage)


def vote_and_count(stage: Stage) -> None:
    voting.residents(stage)
    voting.committee(stage)
    counting.count(stage)
    counting.sign(stage)
    counting.read_result(stage)
