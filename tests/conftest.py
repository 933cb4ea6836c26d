"""Fixtures: a fresh real database (each test on SQLite and on PostgreSQL), the application, a client that lints."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings

from app.clock import Clock
from app.database import db
from app.factory import create_app
from tests import thrift
from tests.databases import Postgresql, Sqlite, config_for, memory_folder
from tests.page import LintingClient

ALL_DATABASES = ("sqlite", "postgresql")

# How long an example takes says how busy the machine is, and nothing about what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    thrift.begin()


class Browser(LintingClient):
    """Each request in a context of its own, as on a server: nobody's sign-in or language leaks into the next one,
    and the test reads afresh what the request wrote."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def sqlite() -> Iterator[Sqlite]:
    with tempfile.TemporaryDirectory(prefix="hanpyo-sqlite-", dir=memory_folder()) as folder:
        yield Sqlite(Path(folder))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    server = Postgresql()
    yield server
    server.stop()


@pytest.fixture(params=ALL_DATABASES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    with request.getfixturevalue(request.param).fresh() as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    """Move it with `clock.offset += timedelta(…)`: the application and its database clock follow."""
    return Clock()


@contextmanager
def running(database_url: str, clock: Clock) -> Iterator[Flask]:
    app = create_app(config_for(database_url), clock)
    app.test_client_class = Browser
    with app.app_context():
        thrift.share(app, db.engine)
        yield app
        heard = thrift.listeners(db.engine)
        db.session.remove()
        db.engine.dispose()
        assert not heard, f"{heard}: left on the dialect, which later tests share"


@pytest.fixture
def app(database_url: str, clock: Clock) -> Iterator[Flask]:
    with running(database_url, clock) as app:
        yield app
