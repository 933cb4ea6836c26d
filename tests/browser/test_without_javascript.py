"""A phone without scripts: what a resident does on it. (Voting so is in `test_voting`.)"""

from functools import partial

import pytest
from flask import Flask

from app.clock import Clock
from app.database import db
from app.proposals.models import Proposal
from tests import factories
from tests.browser.conftest import NewScreen
from tests.journeys import proposing
from tests.journeys.plan import LIGHTS
from tests.journeys.stage import Stage

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_resident_signs_in_and_proposes(app: Flask, clock: Clock, screen: NewScreen) -> None:
    round_ = factories.round_(running="intake")
    factories.area()
    round_.sections[0].name_ko = LIGHTS.section
    db.session.commit()
    stage = Stage(app, clock, partial(screen, javascript=False))
    one = stage.resident(LIGHTS.proposer, "010-1111-0001")
    one.open("/my/proposals")
    one.follow("새 제안 쓰기")
    proposing.about(one, LIGHTS)
    proposing.content(one, LIGHTS)
    proposing.proposer(one, LIGHTS)
    proposing.hand_in(one, LIGHTS, 1)
    db.session.rollback()  # to see what the server has written meanwhile
    assert [one.cost_won for one in db.session.query(Proposal)] == [40_000_000]
