"""The database itself keeps the rules and items of a published ballot, whoever asks and however."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.clock import Clock
from app.database import db
from app.rounds import rules
from app.rounds.models import Round
from tests import factories
from tests.results.elections import counted, publish

INSERTS = {
    "pot": "INSERT INTO pot (round_id, code, name_ko, name_en, cap_won, position) VALUES (:round, 'x', 'x', 'x', 1, 9)",
    "section": "INSERT INTO section (round_id, pot_id, code, name_ko, name_en, position)"
    " SELECT :round, id, 'x', 'x', 'x', 9 FROM pot WHERE round_id = :round",
    "chamber": "INSERT INTO chamber (round_id, code, name_ko, name_en, weight, kind, normalisation, scope, position)"
    " VALUES (:round, 'x', 'x', 'x', '0/1', 'approval', 'share', 'ballot', 9)",
    "phase": "INSERT INTO phase (round_id, kind, starts_at, ends_at)"
    " VALUES (:round, 'intake', '2030-01-01', '2030-01-02')",
    "ballot_item": "INSERT INTO ballot_item (round_id, section_id, code, number, title_ko, title_en, summary, cost_won,"
    " excludes) SELECT :round, MIN(id), 'x', 9, 'x', 'x', '', 1, '[]' FROM section WHERE round_id = :round",
    "pick_rule": "INSERT INTO pick_rule (chamber_id, section_id, pick_min, pick_max)"
    " SELECT MIN(chamber.id), MIN(section.id), 0, 1 FROM chamber, section"
    " WHERE chamber.round_id = :round AND section.round_id = :round",
}
OWN_ROWS = dict.fromkeys(INSERTS, "round_id = :round") | {
    "pick_rule": "chamber_id IN (SELECT id FROM chamber WHERE round_id = :round)"
}
COLUMNS = {
    "pot": "cap_won = cap_won + 1",
    "section": "name_ko = 'x'",
    "chamber": "weight = '1/3'",
    "phase": "ends_at = ends_at",
    "ballot_item": "cost_won = cost_won + 1",
    "pick_rule": "pick_max = 9",
}
INTO_THE_ROUND = dict.fromkeys(INSERTS, "UPDATE {table} SET round_id = :round WHERE round_id <> :round") | {
    "pick_rule": "UPDATE {table} SET chamber_id = (SELECT MIN(id) FROM chamber WHERE round_id = :round)"
    " WHERE chamber_id NOT IN (SELECT id FROM chamber WHERE round_id = :round)"
}
STATEMENTS = [
    (table, verb, statement)
    for table in INSERTS
    for verb, statement in (
        ("INSERT", INSERTS[table]),
        ("UPDATE", f"UPDATE {table} SET {COLUMNS[table]} WHERE {OWN_ROWS[table]}"),
        ("DELETE", f"DELETE FROM {table} WHERE {OWN_ROWS[table]}"),
    )
]
ROUND_RULES = (
    "fiscal_year = fiscal_year + 1",
    "cap_policy = 'stop'",
    "tie_order = '[\"lot\"]'",
    "per_project_limit_won = 5",
    "quotas = '{\"a\": 1}'",
    "source = 'history'",
    "slug = 'x'",
    "title_ko = 'x'",
    "title_en = 'x'",
    "opening = 'open'",
    "source = 'history', title_ko = 'x'",
)
COUNT_COLUMNS = (
    "body = '{}'",
    "sha256 = 'x'",
    "published_at = NULL",
    "counted_at = counted_at",
    "round_id = round_id",
)
COUNT_STATEMENTS = (
    *(f"UPDATE count SET {change} WHERE round_id = :round" for change in COUNT_COLUMNS),
    "DELETE FROM count WHERE round_id = :round",
)


def published() -> Round:
    round_ = factories.round_()
    factories.ballot_item(round_)
    round_.state = rules.BALLOT_PUBLISHED
    db.session.commit()
    return round_


def attempt(statement: str, round_: Round) -> str:
    """What the database says; nothing of the statement stays."""
    try:
        db.session.execute(text(statement), {"round": round_.id})
    except DBAPIError as error:
        return str(error.orig)
    finally:
        db.session.rollback()
    return ""


def test_no_frozen_table_takes_a_row_a_change_or_a_removal(app: Flask) -> None:
    round_ = published()

    said = {(table, verb): attempt(statement, round_) for table, verb, statement in STATEMENTS}

    not_refused = {key: words for key, words in said.items() if f"{key[0]} is frozen" not in words}
    assert not_refused == {}


def test_no_row_of_another_round_moves_into_a_frozen_one(app: Flask) -> None:
    round_ = published()
    factories.ballot_item(factories.round_())

    said = {table: attempt(move.format(table=table), round_) for table, move in INTO_THE_ROUND.items()}

    assert {table: words for table, words in said.items() if f"{table} is frozen" not in words} == {}


def test_the_rules_on_the_rounds_own_row_are_frozen_too(app: Flask) -> None:
    round_ = published()

    said = {change: attempt(f"UPDATE round SET {change} WHERE id = :round", round_) for change in ROUND_RULES}

    assert all("round is frozen" in words for words in said.values()), said


@pytest.mark.parametrize("statement", COUNT_STATEMENTS)
def test_a_published_count_is_never_another_one(app: Flask, clock: Clock, statement: str) -> None:
    count = publish(counted(clock))
    before = (count.body, count.sha256, count.published_at)

    assert "count is frozen" in attempt(statement, count.round)

    db.session.refresh(count)
    assert (count.body, count.sha256, count.published_at) == before


@pytest.mark.parametrize("column", COUNT_COLUMNS)
def test_until_it_is_published_no_trigger_holds_a_count(app: Flask, clock: Clock, column: str) -> None:
    """The control; and its rolls and certificate come and go as the services need."""
    round_ = counted(clock).round

    assert attempt(f"UPDATE count SET {column} WHERE round_id = :round", round_) == ""
    assert attempt("UPDATE count SET withdrawn_at = counted_at WHERE round_id = :round", round_) == ""


@pytest.mark.parametrize("change", ROUND_RULES)
def test_the_rounds_own_row_is_open_until_the_ballot_is_published(app: Flask, change: str) -> None:
    assert attempt(f"UPDATE round SET {change} WHERE id = :round", factories.round_()) == ""


@pytest.mark.parametrize("column", ["note_en = 'x'", "state = 'closed'", "note_ko = 'x'"])
def test_what_is_learned_after_publication_can_still_be_written(app: Flask, column: str) -> None:
    assert attempt(f"UPDATE round SET {column} WHERE id = :round", published()) == ""


def test_before_publication_the_same_statements_are_not_refused_as_frozen(app: Flask) -> None:
    """The control: it is the state that refuses, not a statement that could never work."""
    round_ = factories.round_()
    factories.ballot_item(round_)

    said = {(table, verb): attempt(statement, round_) for table, verb, statement in STATEMENTS}

    assert not any("frozen" in words for words in said.values())
    assert all(words == "" for (_table, verb), words in said.items() if verb == "UPDATE")
