"""Whoever has the database can take its keys and triggers away: the doctor names what was done."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.ballots import log_queries, services
from app.ballots import queries as ballots
from app.clock import Clock
from app.database import db
from app.results import doctor
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import TOKENS, picks, published
from tests.results.elections import counted, publish

KEPT = ("ballot_manifest", "box_ballot", "checkpoint", "count", "log_tile", "round", "round_key")
ANY = "(SELECT min(id) FROM cast_ballot WHERE chamber = 'residents')"
TAMPERED = {
    "another currency in the rules": (
        "UPDATE ballot_manifest SET body = replace(body, '\"KRW\"', '\"EUR\"')",
        "규칙이",
    ),
    "a sealed ballot taken out": ("DELETE FROM box_ballot WHERE position = 2", "I4"),
    "a sealed ballot exchanged": (
        "UPDATE box_ballot SET sealed = (SELECT sealed FROM box_ballot WHERE position = 0) WHERE position = 1",
        "I3",
    ),
    "the order of the log changed": (
        "UPDATE box_ballot SET position = 100 WHERE position = 0",
        "I9",
    ),
    "a receipt rewritten": ("UPDATE box_ballot SET receipt = '0000000000000000' WHERE position = 0", "I3"),
    "a receipt given twice": (
        "INSERT INTO intake_ballot (id, round_id, chamber, receipt, sealed) "
        "SELECT 'again', round_id, chamber, receipt, sealed FROM box_ballot WHERE position = 0",
        "I7",
    ),
    "somebody more on the roll": (
        "INSERT INTO participation (round_id, chamber, voter_key, channel, cast_hour) "
        "SELECT round_id, chamber, 'nobody', channel, cast_hour FROM participation LIMIT 1",
        "I4",
    ),
    "somebody who voted at night": (
        "UPDATE participation SET channel = 'mobile', cast_hour = '2020-01-01 00:00:00' WHERE chamber = 'residents'",
        "I6",
    ),
    "an opened ballot more": (
        f"INSERT INTO cast_ballot (id, round_id, chamber, body) "
        f"SELECT 'stuffed', round_id, chamber, body FROM cast_ballot WHERE id = {ANY}",
        "I1",
    ),
    "an opened ballot less": (f"DELETE FROM cast_ballot WHERE id = {ANY}", "I8"),
    "other choices": (f'UPDATE cast_ballot SET body = \'["3","6"]\' WHERE id = {ANY}', "I8"),
    "another result": ("UPDATE count SET body = replace(body, '\"votes\":3', '\"votes\":4')", "I8"),
    "a result that breaks a gate": (
        "UPDATE count SET body = replace(body, '\"publishable\":true', '\"publishable\":false')",
        "I5",
    ),
    "a private key that was never promised": (
        "UPDATE round_key SET private_key = substr(public_key, 1, 64)",
        "I10",
    ),
    "another checkpoint": ("UPDATE checkpoint SET note = replace(note, 'hanpyo/', 'hanpya/')", "I9"),
    "a checkpoint taken away": ("DELETE FROM checkpoint", "I9"),
    "another tile": ("UPDATE log_tile SET root = '00' WHERE level = 1", "I9"),
    "a tile taken away": ("DELETE FROM log_tile WHERE number = 1", "I9"),
    "a tile of leaves that are not there": (
        "INSERT INTO log_tile (round_id, level, number, root) SELECT round_id, 9, 9, root FROM log_tile LIMIT 1",
        "I9",
    ),
}


@pytest.fixture
def finished(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Round]:
    monkeypatch.setattr(log_queries, "TILE", 2)  # eight ballots: seven tiles
    yield publish(counted(clock)).round


def ill() -> list[str]:
    """Which invariants do not hold, by their first word."""
    db.session.rollback()
    ballots._manifest_of.cache_clear()
    ballots.paper_of.cache_clear()
    return [finding.invariant.split()[0] for finding in doctor.examine() if finding.faults]


def as_superuser(statement: str) -> None:
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "sqlite":
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in KEPT:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        assert connection.exec_driver_sql(statement).rowcount > 0


def test_a_round_that_was_left_alone_is_well(finished: Round) -> None:
    assert ill() == []


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_done_to_the_database_is_named(finished: Round, what: str) -> None:
    statement, invariant = TAMPERED[what]
    as_superuser(statement)
    assert invariant in ill()


def test_choices_that_can_be_read_before_the_box_is_opened_are_named(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    services.cast_as_resident(round_.id, factories.resident(), picks(round_), token=TOKENS[0])
    assert ill() == []
    as_superuser(
        "INSERT INTO cast_ballot (id, round_id, chamber, body) "
        "SELECT 'early', round_id, chamber, '[\"1\",\"4\"]' FROM intake_ballot"
    )
    assert ill() == ["I10"]


def test_the_command_says_a_line_for_each_and_ends_with_1_if_one_does_not_hold(finished: Round, app: Flask) -> None:
    run = app.test_cli_runner()
    well = run.invoke(args=["doctor"])
    assert (well.exit_code, well.output.count("✓"), "✗" in well.output) == (0, len(doctor.INVARIANTS) + 3, False)
    db.session.rollback()
    as_superuser("DELETE FROM box_ballot WHERE position = 2")
    result = run.invoke(args=["doctor"])
    assert result.exit_code == 1 and "✗ I4" in result.output
