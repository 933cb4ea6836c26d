"""Fixtures: a fresh real database (each test on SQLite and on PostgreSQL), the application, a client that lints."""

import os
import re
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from app.clock import Clock
from app.database import db
from app.factory import create_app
from tests import thrift
from tests.databases import Postgresql, Sqlite, config_for, memory_folder
from tests.page import LintingClient

ALL_DATABASES = ("sqlite", "postgresql")
PAGES = "tests/web/"
EVERY = "every_database"

# How long an example takes says how busy the machine is, and nothing about what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Rooms are tested on every database. Pages hold no statement of their own: a test of pages takes its turn, half of
    them on each, unless HANPYO_DATABASES=all or its mark `every_database` asks for both."""
    if os.environ.get("HANPYO_DATABASES") != "all":
        kept, left = in_turn(items)
        items[:] = kept
        config.hook.pytest_deselected(items=left)


def in_turn(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Kept, left out. A test that is there for one database only is kept."""
    groups: dict[str, list[pytest.Item]] = {}
    for item in items:
        groups.setdefault(re.sub("|".join(ALL_DATABASES), "", item.nodeid), []).append(item)
    left: set[pytest.Item] = set()
    for test, twins in groups.items():
        if len(twins) == len(ALL_DATABASES) and test.startswith(PAGES) and not twins[0].get_closest_marker(EVERY):
            left.update(twin for twin in twins if twin is not twins[zlib.crc32(test.encode()) % len(twins)])
    return [item for item in items if item not in left], [item for item in items if item in left]


class OnceForAll(LoadScopeScheduling):
    """Tests that share something which is dear to make go to one worker, where it is made once. (The mark xdist_group
    would say so beside the tests, but pytest-xdist 3.8 writes it into a name that pytest 9.2 no longer asks for.)"""

    def _split_scope(self, nodeid: str) -> str:
        return shared_by(nodeid) or nodeid


def shared_by(nodeid: str) -> str:
    """Empty for a test that may run anywhere."""
    if nodeid.startswith("tests/demo/"):
        return "the story on " + ("postgresql" if "postgresql" in nodeid else "sqlite")
    return next((path for path in ("tests/test_bench.py", "tests/faults/test_killed_") if nodeid.startswith(path)), "")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OnceForAll:
    return OnceForAll(config, log)


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
