"""Nobody learns how a vote is going, nor what anybody chose: two worlds that differ in nothing but the choices cast
look the same to everybody, byte for byte, until the count; and no choice is ever beside a name."""

import json
import logging
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, Connection, select

from app.ballots import lids, queries, services
from app.ballots.models import BoxBallot, CastBallot, IntakeBallot, RoundKey
from app.ballots.receipts import receipt_for
from app.clock import Clock
from app.database import db
from app.factory import create_app
from app.people.models import ADMIN_ROLE, APPROVER_ROLE, STAFF_ROLE, Resident
from app.rounds import rules
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import TOKENS, items, picks, published
from tests.databases import Sqlite, config_for
from tests.page import Page
from tests.web.furnished import Site, furnished, voting
from tests.web.test_all_routes import EVERYBODY, LEAVES, ONE_OF_EACH

ON = (
    *("voting round", "meeting round", "past round", "closed round", "opened round"),
    *("on the ballot", "nothing", "programme"),
)
SEALED = 2 + 1 + 3 + 3  # ballots of the rounds of ON that nobody can read
OPENED = 3
TOKEN = re.compile(rb'(name="csrf_token" value=")[^"]+')


class Still(Clock):
    """Stands: a page that says how long there is left says the same a second later."""

    def __init__(self) -> None:
        super().__init__()
        self.instant = datetime.now(UTC)

    def now(self) -> datetime:
        return self.instant + self.offset


@pytest.fixture
def site(sqlite: Sqlite) -> Iterator[Site]:
    with sqlite.fresh() as url, furnished(create_app(config_for(url), Still())) as site:
        yield site


def test_two_worlds_that_differ_in_the_choices_alone_look_the_same_to_everybody(site: Site) -> None:
    before = {(name, path): body for name, path in asked(site) if (body := fetch(site, name, path)) is not None}
    assert (turn_sealed(site), turn_opened(site)) == (SEALED, OPENED)
    assert len(before) > 150
    assert [where for where in before if fetch(site, *where) != before[where]] == []


def asked(site: Site, what: Sequence[str] = ON) -> Iterator[tuple[str, str]]:
    """(who, address): all that can be fetched of rounds that are not counted, of what is on their ballots, and of no
    round, by those who may see it and those who have voted."""
    for endpoint, leave in LEAVES.items():
        rule = next(iter(site.app.url_map.iter_rules(endpoint)))
        names = ONE_OF_EACH if leave.who == EVERYBODY else leave.who
        if "GET" in (rule.methods or ()):
            places = [site.address(endpoint, on) for on in what if site.at[on].keys() == rule.arguments]
            yield from ((name, place) for place in places for name in (*names, *site.voters))


def fetch(site: Site, name: str, path: str) -> bytes | None:
    """The body, without the token that is another each time. None where there is no page."""
    answer = (site.persons | site.voters)[name].client.get(path)
    return TOKEN.sub(rb"\1", answer.get_data()) if answer.status_code == 200 else None


def test_the_private_key_of_an_opened_box_is_on_no_page_before_the_result_is_published(site: Site) -> None:
    keys = [key for key in db.session.scalars(select(RoundKey.private_key)) if key is not None]
    assert len(keys) == 2
    seen = {}
    for on in ("opened round", "counted round", "count", "nothing", "programme"):
        for who, path in asked(site, (on,)):
            if who in (STAFF_ROLE, APPROVER_ROLE, ADMIN_ROLE, "stranger", "voter"):
                seen[who, path] = fetch(site, who, path)
    assert sum(body is not None for body in seen.values()) > 50
    assert [where for where, body in seen.items() if body and any(key.encode() in body for key in keys)] == []


def turn_sealed(site: Site) -> int:
    """Every sealed ballot of the rounds of ON that are not opened now says something else. How many there are."""
    rounds = [site.at[on]["round_id"] for on in ON if "round_id" in site.at[on] and on != "opened round"]
    turned = 0
    for table in (IntakeBallot, BoxBallot):
        rows = db.session.query(table).filter(table.round_id.in_(rounds)).all()
        others = [{"id": row.id, "sealed": closed_again(row.round_id, row.chamber)} for row in rows]
        db.session.rollback()
        with db.engine.begin() as connection:
            let_change(connection, table.__tablename__)
            if others:
                connection.exec_driver_sql(f"UPDATE {table.__tablename__} SET sealed = :sealed WHERE id = :id", others)
        turned += len(others)
    return turned


def let_change(connection: Connection, table: str) -> None:
    """The database refuses to change what is in the box."""
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    for (name,) in connection.exec_driver_sql(triggers, (table,)).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def closed_again(round_id: int, chamber: str) -> bytes:
    return lids.lid_of(queries.get_manifest(round_id), chamber).close(b'["3","6"]')


def turn_opened(site: Site) -> int:
    """The same, where the box is open and not counted yet."""
    ballots = db.session.query(CastBallot).filter_by(round_id=site.at["opened round"]["round_id"])
    others = [{"id": ballot.id, "body": json.dumps(["3", "6"], separators=(",", ":"))} for ballot in ballots]
    assert all(ballot.body != other["body"] for ballot, other in zip(ballots, others, strict=True))
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE cast_ballot SET body = :body WHERE id = :id", others)
    return len(others)


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
    assert columns["participation"] == {"round_id", "chamber", "voter_key", "channel", "cast_hour"}
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
