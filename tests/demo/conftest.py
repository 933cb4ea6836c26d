"""The story is told once for each database: it is long. It is interrupted on the way, and told to its end."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from flask import Flask

from app.clock import now
from app.database import db
from app.demo import story
from app.factory import create_app
from tests.conftest import ALL_DATABASES, Browser
from tests.databases import config_for

BEFORE_THE_STOP = 5


class Told(NamedTuple):
    """`begun`: the chapters named before the interruption, which came in the middle of the last; `rest`: after it."""

    app: Flask
    begun: list[str]
    rest: list[str]


@pytest.fixture(scope="package", params=ALL_DATABASES)
def whole_story(request: pytest.FixtureRequest) -> Iterator[Told]:
    with request.getfixturevalue(request.param).fresh() as url:
        app = create_app(replace(config_for(url), mode="demo"))
        app.test_client_class = Browser
        with app.app_context():
            first_try = story.load(app.extensions["hanpyo"], at=now())
            begun = [next(first_try) for _ in range(BEFORE_THE_STOP + 1)]
            first_try.close()
            rest = list(story.load(app.extensions["hanpyo"], at=now()))
            db.session.remove()
        yield Told(app, begun, rest)
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def told(whole_story: Told) -> Iterator[Told]:
    with whole_story.app.app_context():
        yield whole_story
        db.session.remove()
