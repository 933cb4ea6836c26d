"""No choice is ever beside a name or an instant, and nothing that is kept of a cast says what was chosen. (That nothing
that is shown does: `test_two_worlds`.)"""

import logging
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, text

from app.ballots import lids, queries, services
from app.ballots.receipts import receipt_for
from app.clock import Clock
from app.database import db
from app.factory import create_app
from app.people.models import Resident
from app.rounds import rules
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import TOKENS, items, picks, published
from tests.databases import Sqlite, config_for
from tests.page import Page
from tests.web.furnished import voting


class Still(Clock):
    """Stands: a page that says how long there is left says the same a second later."""

    def __init__(self) -> None:
        super().__init__()
        self.instant = datetime.now(UTC)

    def now(self) -> datetime:
        return self.instant + self.offset


@pytest.mark.parametrize("picked", [1, 3])
def test_a_sealed_ballot_takes_as_much_room_whatever_is_in_it(app: Flask, clock: Clock, picked: int) -> None:
    round_ = published(clock, picks=(1, 3))
    services.cast_as_resident(round_.id, factories.resident(), picks(round_, each=picked), token=TOKENS[0])
    length = "pg_column_size(sealed)" if db.engine.name == "postgresql" else "length(sealed)"
    row = db.session.execute(text(f"SELECT {length}, length(id), length(receipt) FROM intake_ballot")).one()
    overhead = 4 if db.engine.name == "postgresql" else 0  # in which it writes the length
    assert row == (65 + lids.length_of(queries.get_manifest(round_.id)) + 16 + overhead, 32, 16)


def test_of_a_cast_nothing_but_the_ballot_itself_knows_the_choices(sqlite: Sqlite, tmp_path: Path) -> None:
    """One voter, one token, one instant; other boxes ticked. Of all that is stored only the sealed ballot differs."""
    clock, copy = Still(), tmp_path / "copy.sqlite3"
    with sqlite.fresh() as url:
        with create_app(config_for(url), clock).app_context():
            voting(rules.VOTING)
            factories.resident("the voter")
            db.session.remove()
            db.engine.dispose()
        shutil.copy(url.removeprefix("sqlite:///"), copy)
        first, second = (cast(one, clock, place) for place, one in enumerate((url, f"sqlite:///{copy}")))
    assert (len(first - second), len(second - first)) == (1, 1)
    assert all(line.startswith('INSERT INTO "intake_ballot"') for line in first ^ second)


def cast(url: str, clock: Clock, place: int) -> set[str]:
    """All that is stored once the voter has ticked the items of this place in each section."""
    with create_app(config_for(url), clock).app_context():
        round_, voter = db.session.query(Round).one(), db.session.query(Resident).filter_by(phone_key="the voter").one()
        choices = [items(round_, section.code)[place].code for section in round_.sections]
        services.cast_as_resident(round_.id, voter, choices, token=TOKENS[0])
        db.session.remove()
        db.engine.dispose()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return set(connection.iterdump())


def test_the_tables_have_no_room_for_a_choice_beside_a_name_or_an_instant() -> None:
    tables = db.metadata.tables
    columns = {name: {column.name for column in table.columns} for name, table in tables.items()}
    assert columns["cast_ballot"] == {"id", "round_id", "chamber", "body"}
    assert columns["intake_ballot"] == {"id", "round_id", "chamber", "receipt", "sealed"}
    assert columns["box_ballot"] == {"id", "round_id", "position", "chamber", "receipt", "leaf", "sealed"}
    whereabouts = {"station_id", "area_id", "age_band"}
    assert columns["participation"] == {"round_id", "chamber", "voter_key", "channel", "cast_hour", *whereabouts}
    assert [name for name, own in columns.items() if "voter_key" in own] == ["participation"]
    leading = [name for name, table in tables.items() for key in table.foreign_keys if points_at_a_vote(key.column)]
    assert leading == []


def points_at_a_vote(column: Column[Any]) -> bool:
    return column.table.name in ("cast_ballot", "intake_ballot", "box_ballot", "participation")


def test_after_a_vote_the_browser_keeps_a_receipt_and_no_choice_and_the_log_keeps_nothing(
    app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    round_ = published(clock)
    person, chosen = Person(app, factories.resident()), picks(round_)
    ballot, round_id = person.get(f"/vote/{round_.id}"), round_.id
    with caplog.at_level(logging.DEBUG):
        check = Page(ballot.form(action="/check").tick("pick", *chosen).submit(person.client, follow_redirects=True))
        done = Page(check.form(action="/cast").submit(person.client, follow_redirects=True))
    with person.client.session_transaction() as session:
        kept = dict(session)
    receipt = receipt_for(round_id, kept.pop(f"receipt-{round_id}-residents")).number
    assert done.has("-".join(receipt[place : place + 4] for place in range(0, 16, 4)))
    assert kept.keys() == {"_user_id", "_fresh", "locale", "csrf_token"}
    assert person.client.get_cookie("hanpyo-draft", path=f"/vote/{round_id}") is None
    assert [record for record in caplog.records if record.name.startswith(("hanpyo", "app", "sqlalchemy"))] == []
