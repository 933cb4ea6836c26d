"""What a database says when it cannot just now: full, only to be read, too busy, shutting down. The voter is told to
come back, in words; nothing is kept of the vote; and the same request gets its receipt as soon as there is room."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from app import database
from app.clock import Clock
from app.database import PoolExhausted, db
from app.rounds.models import Round
from tests.actors import Person
from tests.ballots.elections import census, picks, published
from tests.page import Page
from tests.web.voting.test_ballot import cast, open_ballot, to_check

# PostgreSQL's conditions (SQLSTATE, appendix A of its manual) that pass by themselves or by an operator's hand.
PASSING = {
    "53100": "disk_full",
    "53200": "out_of_memory",
    "53300": "too_many_connections",
    "58030": "io_error",
    "25006": "read_only_sql_transaction",
    "25P03": "idle_in_transaction_session_timeout",
    "25P04": "transaction_timeout",
    "40001": "serialization_failure",
    "40P01": "deadlock_detected",
    "55P03": "lock_not_available",
    "57014": "query_canceled",
    "57P01": "admin_shutdown",
    "57P02": "crash_shutdown",
    "57P03": "cannot_connect_now",
    "08006": "connection_failure",
}
MOST_THAT_FIT = 24  # ballots; one page of the file holds about twelve
FAULTS = {"XX000": "internal_error", "XX001": "data_corrupted", "23514": "check_violation", "42P01": "undefined_table"}
RAISING = """
    CREATE OR REPLACE FUNCTION cannot() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '{state}'; END $$
"""
PLACES = {
    "the roll": "CREATE TRIGGER cannot BEFORE INSERT ON participation EXECUTE FUNCTION cannot()",
    "the intake": "CREATE TRIGGER cannot BEFORE INSERT ON intake_ballot EXECUTE FUNCTION cannot()",
    "the audit": "CREATE TRIGGER cannot BEFORE INSERT ON audit_line EXECUTE FUNCTION cannot()",
    "the commit": "CREATE CONSTRAINT TRIGGER cannot AFTER INSERT ON intake_ballot DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION cannot()",
}
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def round_(app: Flask, clock: Clock) -> Round:
    return published(clock)


def at_the_check_page(app: Flask, round_: Round) -> tuple[Person, Page]:
    person, page = open_ballot(app, round_)
    return person, to_check(person, page, picks(round_))


def ensure_put_off(page: Page) -> None:
    assert page.status == 503 and int(page.response.headers["Retry-After"]) > 0
    assert page.has("지금은 잠시 이용할 수 없습니다.") and not page.has("Traceback")


def ensure_received(page: Page) -> None:
    assert page.h1 == "투표했습니다"


def execute(statement: str) -> None:
    db.session.rollback()  # what was read holds the tables
    with db.engine.begin() as connection:
        connection.execute(text(statement))


@on_postgresql
@pytest.mark.parametrize("place", PLACES)
def test_whatever_postgresql_says_for_not_now_puts_the_voter_off(app: Flask, round_: Round, place: str) -> None:
    person, check = at_the_check_page(app, round_)
    before = census()
    execute(RAISING.format(state="53100"))
    execute(PLACES[place])
    for state, name in PASSING.items():
        execute(RAISING.format(state=state))
        ensure_put_off(cast(person, check))
        assert census() == before, name
    execute("DROP FUNCTION cannot CASCADE")
    ensure_received(cast(person, check))


@on_postgresql
@pytest.mark.parametrize("state", FAULTS)
def test_a_fault_of_ours_is_not_called_a_passing_one(app: Flask, round_: Round, state: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    person, check = at_the_check_page(app, round_)
    before = census()
    execute(RAISING.format(state=state))
    execute(PLACES["the intake"])
    assert cast(person, check).status == 500
    assert census() == before


@contextmanager
def pragma(words: str, afterwards: str) -> Iterator[None]:
    """On every connection: what SQLite is told of them holds for one each."""
    telling = [words]

    def tell(connection: sqlite3.Connection, *_: Any) -> None:
        connection.execute(f"PRAGMA {telling[0]}")

    event.listen(db.engine, "checkout", tell)
    yield
    telling[0] = afterwards


@on_sqlite
def test_a_full_sqlite_puts_the_voter_off_until_there_is_room(app: Flask, round_: Round) -> None:
    """The file may not grow: sooner or later a ballot finds no room."""
    voters = [at_the_check_page(app, round_) for _ in range(MOST_THAT_FIT)]
    db.session.rollback()
    with closing(db.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
    with pragma(f"max_page_count = {pages}", "max_page_count = 1000000000"):
        for person, check in voters:
            before, answer = census(), cast(person, check)
            if answer.status == 503:
                break
            ensure_received(answer)
        ensure_put_off(answer)
        assert census() == before
    ensure_received(cast(person, check))
    assert census()["participation"] == before["participation"] + 1


@on_sqlite
def test_a_sqlite_only_to_be_read_puts_the_voter_off(app: Flask, round_: Round) -> None:
    person, check = at_the_check_page(app, round_)
    before = census()
    with pragma("query_only = ON", "query_only = OFF"):
        ensure_put_off(cast(person, check))
    assert census() == before
    ensure_received(cast(person, check))


@on_sqlite
def test_a_sqlite_that_somebody_holds_for_too_long_puts_the_voter_off(
    app: Flask, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, check = at_the_check_page(app, round_)
    before = census()
    monkeypatch.setattr(database, "PATIENCE", 0.05)  # seconds
    with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        ensure_put_off(cast(person, check))
        somebody.rollback()
    assert census() == before
    ensure_received(cast(person, check))


def test_when_all_connections_are_taken_the_voter_is_put_off(
    app: Flask, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, check = at_the_check_page(app, round_)
    before = census()
    db.session.rollback()
    monkeypatch.setattr(db.engine.pool, "_timeout", 0.05)  # seconds; 30 by itself
    with ExitStack() as taken:
        with pytest.raises(PoolExhausted):
            while True:
                taken.enter_context(db.engine.connect())
        ensure_put_off(cast(person, check))
    assert census() == before
    ensure_received(cast(person, check))
