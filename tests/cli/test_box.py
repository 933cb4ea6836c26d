"""flask box check: sealed ballots are opened again and compared; what was changed is named, nothing is written."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from app.ballots import opening
from app.clock import Clock
from app.database import db
from app.rounds.models import Round
from app.schema import metadata
from tests.ballots.elections import KEYS, published
from tests.results.elections import closed, opened

ANY = "(SELECT min(id) FROM cast_ballot WHERE chamber = 'residents')"
SEALED_FIRST = "(SELECT min(position) FROM box_ballot WHERE chamber = 'residents')"
TAMPERED = {
    "other choices in an opened ballot": (
        f'UPDATE cast_ballot SET body = \'["3","6"]\' WHERE id = {ANY}',
        ["sealed but not kept as opened 1", "kept as opened but never sealed 1"],
    ),
    "an opened ballot taken away": (f"DELETE FROM cast_ballot WHERE id = {ANY}", ["sealed but not kept as opened 1"]),
    "an opened ballot more": (
        "INSERT INTO cast_ballot (id, round_id, chamber, body) "
        f"SELECT 'stuffed', round_id, chamber, body FROM cast_ballot WHERE id = {ANY}",
        ["kept as opened but never sealed 1"],
    ),
    "a ballot moved to the other chamber": (
        f"UPDATE cast_ballot SET chamber = 'committee', body = '[]' WHERE id = {ANY}",
        ["residents: 봉인된 표 · sealed 5, 연 표 · opened 4", "committee: 봉인된 표 · sealed 3, 연 표 · opened 4"],
    ),
    "another receipt": (
        f"UPDATE box_ballot SET receipt = '0000000000000000' WHERE position = {SEALED_FIRST}",
        ["not of its leaf or receipt 1"],
    ),
    "a sealed ballot exchanged for noise": (
        f"UPDATE box_ballot SET sealed = leaf_of_nothing WHERE position = {SEALED_FIRST}",
        ["not of its leaf or receipt 1", "another root"],
    ),
}


def words_of(round_: Round) -> str:
    row = db.session.execute(text("SELECT public_key FROM round_key WHERE round_id = :id"), {"id": round_.id})
    return KEYS[row.scalar_one()]


def check(app: Flask, round_id: int, words: str = "") -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["box", "check", str(round_id)], input=f"{words}\n")


def everything() -> list[Sequence[Any]]:
    db.session.rollback()
    return [tuple(row) for table in metadata.sorted_tables for row in db.session.execute(table.select())]


def as_superuser(statement: str) -> None:
    """The noise of one of the statements is written as each database writes bytes."""
    sqlite = db.engine.dialect.name == "sqlite"
    noise = "x'00'" if sqlite else "decode('00', 'hex')"
    with db.engine.begin() as connection:
        if sqlite:
            connection.execute(text("DROP TRIGGER box_ballot_kept_update"))
        else:
            connection.execute(text("ALTER TABLE box_ballot DISABLE TRIGGER USER"))
        done = connection.exec_driver_sql(statement.replace("leaf_of_nothing", noise))
        assert done.rowcount == 1


@pytest.mark.parametrize("few", [0, opening.FEW])
def test_a_box_that_was_left_alone_is_well_a_line_a_chamber_and_nothing_is_written(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(opening, "FEW", few)
    round_ = opened(clock)
    words, before = words_of(round_), everything()
    done = check(app, round_.id, words)
    assert (done.exit_code, everything()) == (0, before)
    assert done.output.splitlines()[1:] == [
        "✓ residents: 봉인된 표 · sealed 5, 연 표 · opened 5",
        "✓ committee: 봉인된 표 · sealed 3, 연 표 · opened 3",
        "✓ 함의 기록 · log: 8, 확인점 · checkpoint 1: ok",
    ]
    assert not {word for word in words.split() if len(word) > 6} & set(re.findall(r"\w+", done.output))


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_tampered_with_is_named(app: Flask, clock: Clock, what: str) -> None:
    statement, said = TAMPERED[what]
    round_ = opened(clock)
    words = words_of(round_)
    as_superuser(statement)
    done = check(app, round_.id, words)
    assert done.exit_code == 1 and "✗" in done.output
    assert [one for one in said if one not in done.output] == []


def test_wrong_words_are_told_in_a_sentence(app: Flask, clock: Clock) -> None:
    round_ = opened(clock)
    published(clock)
    others = list(KEYS.values())[-1]
    for words, reason in ((others, "OtherSet"), ("academic acid", "2 words, not 33"), (" ".join(["x"] * 33), "word 1")):
        done = check(app, round_.id, words)
        assert done.exit_code == 1 and "These words do not make the key of this box." in done.output
        assert reason in done.output
        assert "academic" not in done.output.partition("Error")[2]


def test_before_the_opening_and_without_a_box_there_is_nothing_to_compare(app: Flask, clock: Clock) -> None:
    for round_id in (closed(clock).id, 999_999):
        done = check(app, round_id)
        assert done.exit_code == 1 and f"Round {round_id} has no box that was opened" in done.output
