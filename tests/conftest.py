"""Fixtures: a fresh real database (each test on SQLite and on PostgreSQL), the application, a client that lints."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from app.clock import Clock
from app.database import db
from app.factory import create_app
from tests.databases import Postgresql, Sqlite, config_for, memory_folder
from tests.page import LintingClient

ALL_DATABASES = ("sqlite", "postgresql")

compile_builder = Rule._compile_builder
builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """werkzeug compiles every address anew for every application, and here each test has one of its own: that was
    half of what it cost before it began. The same address gives the same code."""
    if rule.defaults:
        return compile_builder(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    if key not in builders:
        builders[key] = compile_builder(rule, append_unknown)
    return builders[key]


Rule._compile_builder = remembered


class Templates(BytecodeCache):
    """Compiled templates, for all applications of this process: each test has one of its own, which would read and
    compile every template anew. That took longer than the tests did."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


templates = Templates()


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


@pytest.fixture
def app(database_url: str, clock: Clock) -> Iterator[Flask]:
    app = create_app(config_for(database_url), clock)
    app.test_client_class = Browser
    app.jinja_env.bytecode_cache = templates
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
