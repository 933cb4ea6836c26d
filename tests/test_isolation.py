"""Tests share what `thrift.py` keeps, and nothing else: whoever comes next finds nothing of who was there before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import settings
from sqlalchemy import text

from app.clock import Clock, database_now, now
from app.database import db
from app.people.models import Account
from tests import factories, thrift
from tests.conftest import ALL_DATABASES, running


@pytest.fixture(params=ALL_DATABASES)
def two_urls(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    kind = request.getfixturevalue(request.param)
    with kind.fresh() as one, kind.fresh() as other:
        yield one, other


def count_accounts() -> int:
    return db.session.query(Account).count()


def test_rows_stay_in_their_test(two_urls: tuple[str, str]) -> None:
    one, other = two_urls
    with running(one, Clock()):
        before = count_accounts()
        factories.account()
        assert count_accounts() == before + 1
        with running(other, Clock()):
            assert count_accounts() == before
            factories.account()
            factories.account()
        assert count_accounts() == before + 1


def test_the_clock_stays_in_its_test(two_urls: tuple[str, str]) -> None:
    one, other = two_urls
    with running(one, Clock(timedelta(days=400))):
        ahead, ahead_by_the_database = now(), database_now(db.session)
        with running(other, Clock()):
            assert ahead - now() > timedelta(days=399)
            assert ahead_by_the_database - database_now(db.session) > timedelta(days=399)


def test_settings_templates_and_connections_stay_in_their_test(two_urls: tuple[str, str]) -> None:
    one, other = two_urls
    with running(one, Clock()) as first:
        first.config["SECRET_KEY"] = "another"
        first.jinja_env.globals["left_behind"] = True
        assert first.test_client().get("/").status_code == 200
        held = db.session.connection()
        with running(other, Clock()) as second:
            assert second.config["SECRET_KEY"] != "another"
            assert "left_behind" not in second.jinja_env.globals
            assert second.extensions is not first.extensions
            assert second.url_map is not first.url_map
            assert second.test_client().get("/").status_code == 200
            assert db.engine is not held.engine and db.engine.pool is not held.engine.pool
            assert db.engine.url != held.engine.url


def test_what_is_listened_for_on_one_engine_is_not_heard_on_another(two_urls: tuple[str, str]) -> None:
    one, other = two_urls
    heard: list[str] = []
    with running(one, Clock()):
        db.event.listen(db.engine, "before_cursor_execute", lambda _c, _u, statement, *_rest: heard.append(statement))
        with running(other, Clock()):
            db.session.execute(text("SELECT 'over there'"))
        db.session.execute(text("SELECT 'here'"))
    assert [one for one in heard if one.startswith("SELECT")] == ["SELECT 'here'"]


def test_they_do_share_their_statements(two_urls: tuple[str, str]) -> None:
    one, other = two_urls
    with running(one, Clock()):
        count_accounts()
        first = db.engine
        known = len(first._compiled_cache)
        with running(other, Clock()):
            count_accounts()
            assert db.engine.dialect is first.dialect is thrift.dialects[first.dialect.name][0]
            assert len(db.engine._compiled_cache) == known


def test_who_listens_to_the_dialect_is_told_to_leave(database_url: str) -> None:
    def hear(_context: object) -> None:
        pass

    with pytest.raises(AssertionError, match="handle_error"), running(database_url, Clock()):
        engine = db.engine
        db.event.listen(engine, "handle_error", hear)
    db.event.remove(engine, "handle_error", hear)
    with running(database_url, Clock()):
        assert thrift.listeners(db.engine) == []


def test_no_example_fails_for_having_taken_long() -> None:
    assert settings().deadline is None
