"""Nobody learns how a vote is going: the same script with the same people, in which they choose something else, leaves
two worlds that look the same to everybody, byte for byte, until the count. Every page and file there is, by everybody
who may have it (a new address is among them by itself, from the table of `test_all_routes`); what the commands say;
what is logged; and, until the box is opened, the size of every value that is stored."""

import logging
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select

from app import clock as time
from app.audit.models import SYSTEM
from app.ballots import batches, services
from app.ballots.models import RoundKey
from app.clock import now
from app.database import db
from app.factory import create_app
from app.people.models import Account, Resident
from app.results import services as results
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import TOKENS, items, open_box
from tests.databases import Sqlite, config_for
from tests.page import Page
from tests.results.elections import pour
from tests.web.furnished import Browser, Ids, Site, furnished, past, tablet_of
from tests.web.test_all_routes import EVERYBODY, LEAVES
from tests.web.test_secrecy import Still

# Rounds whose voters chose something else, and what is on their ballots; and what is of no round.
ON = (
    *("voting round", "meeting round", "shut round", "opened round", "last checkpoint"),
    *("on the ballot", "nothing", "programme"),
)
POURED = 25  # more than a batch leaves behind
BY_HAND = "resident by hand"  # who casts on the pages, as everybody does

# What is another each time by design and says nothing: the token of a form; the secret that a session is offered for an
# app; and of a sealed ballot, which is made of new random bytes, its receipt, its hash, the roots over it, what is
# signed over these, and the picture of a receipt.
RANDOM = re.compile(
    rb'(?<=name="csrf_token" value=")[^"]+'
    rb'|(?<=client_key" value=")[0-9a-f]{16}'
    rb"|\b[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}\b"
    rb"|\b\d{4}-\d{4}-\d{4}-\d{4}\b|\b\d{16}\b|\b(?:[0-9a-f]{64}){1,2}\b"
    rb"|(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{91}=)(?!=)"
    rb"|<svg.*?</svg>",
    re.DOTALL,
)
ANYBODY = ("stranger", "staff")
VOTERS = {"voting": (BY_HAND, "voter"), "resident": (BY_HAND,), "public": (BY_HAND,), "committee": ("voting member",)}
Rows = dict[str, tuple[type[Account | Resident], int] | None]
Where = tuple[str, str]  # who, address


@dataclass
class Seen:
    """What everybody saw of a world, and what it has kept."""

    pages: dict[Where, bytes] = field(default_factory=dict)
    commands: list[bytes] = field(default_factory=list)
    log: list[bytes] = field(default_factory=list)
    sizes: dict[str, list[int]] = field(default_factory=dict)


def plain(said: bytes | str) -> bytes:
    return RANDOM.sub(b"", said.encode() if isinstance(said, str) else said)


def test_the_same_script_with_other_choices_looks_the_same_to_everybody(
    sqlite: Sqlite, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, paths = Still(), [tmp_path / name for name in ("one.sqlite3", "other.sqlite3")]
    monkeypatch.setattr(time, "of_database", lambda _stamp: clock.now())  # the same instant in both
    with sqlite.fresh() as url:
        at, rows = prepare(url, clock)
        for path in paths:
            shutil.copy(url.removeprefix("sqlite:///"), path)
    one, other = (play(path, clock, at, rows, place, caplog) for place, path in enumerate(paths))
    assert len(one.pages) > 150 and len(one.commands) > 4
    assert [where for where in one.pages if other.pages.get(where) != one.pages[where]] == []
    assert one.pages.keys() == other.pages.keys()
    assert (one.commands, one.log, one.sizes) == (other.commands, other.log, other.sizes)


def prepare(url: str, clock: Still) -> tuple[dict[str, Ids], Rows]:
    """A furnished district, with two rounds more that are still to be closed, before anybody has chosen anything in
    which the worlds differ."""
    with furnished(create_app(config_for(url), clock)) as site:
        at = dict(site.at)
        at |= {name: {"round_id": past().id} for name in ("shut round", "opened round")}
        at["last checkpoint"] = at["shut round"] | {"number": 1}
        rows: Rows = {name: person.who for name, person in (site.persons | site.voters).items()}
        rows[BY_HAND] = (Resident, factories.resident("by hand").id)
    return at, rows


def play(
    path: Path, clock: Still, at: dict[str, Ids], rows: Rows, place: int, caplog: pytest.LogCaptureFixture
) -> Seen:
    """The script, in which everybody chooses the n-th item of each section."""
    before, seen = clock.offset, Seen()
    app = create_app(config_for(f"sqlite:///{path}"), clock)
    app.test_client_class = Browser
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(
        str(path.parent)
    )  # the second world need not compile them anew
    caplog.clear()
    with app.app_context(), caplog.at_level(logging.DEBUG, "hanpyo"), caplog.at_level(logging.INFO, "werkzeug"):
        persons = {name: Person(app, row and db.session.get(*row)) for name, row in rows.items()}
        site = Site(app, at, persons | {"tablet": tablet_of(app)}, {})
        vote(site, place)
        seen.commands += said(app, "tick"), said(app, "doctor")
        pour_and_close(site, place)
        seen.sizes = sizes(path)
        open_box(get(site, "opened round"))
        seen.commands += said(app, "tick"), said(app, "doctor")
        seen.commands += said(app, "results", "list"), said(app, "results", "list", "--json")
        seen.pages = {(name, to): page for name, to in asked(site) if (page := fetch(site, name, to)) is not None}
        db.session.remove()
        db.engine.dispose()
    seen.log = [plain(f"{record.name} {record.levelname} {record.getMessage()}") for record in caplog.records]
    clock.offset = before
    return seen


def get(site: Site, name: str) -> Round:
    return db.session.get_one(Round, site.at[name]["round_id"])


def choices(round_: Round, place: int) -> list[str]:
    return [items(round_, section.code)[place].code for section in round_.sections]


def vote(site: Site, place: int) -> None:
    """On the pages, at the meeting, and many at once, so that a batch is carried."""
    round_, meeting_round = get(site, "voting round"), get(site, "meeting round")
    chosen = choices(round_, place)
    pour(round_, "residents", [chosen] * POURED)
    member = db.session.query(Account).filter_by(name="위원2").one()
    services.cast_as_member(meeting_round.id, member, choices(meeting_round, place), token=TOKENS[0])
    voter = site.persons[BY_HAND]
    ballot = voter.get(f"/vote/{site.at['voting round']['round_id']}")
    check = Page(ballot.form(action="/check").tick("pick", *chosen).submit(voter.client, follow_redirects=True))
    assert Page(check.form(action="/cast").submit(voter.client, follow_redirects=True)).status == 200
    site.app.extensions["clock"].offset += batches.EVERY


def pour_and_close(site: Site, place: int) -> None:
    for name in ("shut round", "opened round"):
        round_ = get(site, name)
        pour(round_, "residents", [choices(round_, place)] * 3)
        results.close_round(round_, at=now(), by=SYSTEM)


def said(app: Flask, *command: str) -> bytes:
    db.session.rollback()
    done = app.test_cli_runner().invoke(args=list(command))
    return plain(f"{' '.join(command)}: {done.exit_code}\n{done.output}")


def sizes(path: Path) -> dict[str, list[int]]:
    """table.column → the length of each value, in bytes"""
    db.session.rollback()
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = [(table, row[1]) for table in tables for row in connection.execute(f"PRAGMA table_info({table})")]
        return {
            f"{table}.{column}": sorted(
                size
                for (size,) in connection.execute(f'SELECT ifnull(length(CAST("{column}" AS BLOB)), -1) FROM "{table}"')
            )
            for table, column in columns
        }


def asked(site: Site, what: Sequence[str] = ON) -> Iterator[Where]:
    """All that can be fetched of `what`, by those who may see it and those who have voted; and each address at least
    once, of whatever it is."""
    for endpoint, leave in LEAVES.items():
        rule = next(iter(site.app.url_map.iter_rules(endpoint)))
        names = (*(ANYBODY if leave.who == EVERYBODY else leave.who), *VOTERS.get(endpoint.partition(".")[0], ()))
        if "GET" in (rule.methods or ()):
            places = {site.address(endpoint, on) for on in (*what, leave.on) if site.at[on].keys() == rule.arguments}
            yield from ((name, place) for place in sorted(places) for name in names)


def fetch(site: Site, name: str, path: str) -> bytes | None:
    """None where there is no page."""
    answer = site.persons[name].client.get(path)
    return plain(answer.get_data()) if answer.status_code == 200 else None


def test_the_private_key_of_an_opened_box_is_on_no_page_before_the_result_is_published(sqlite: Sqlite) -> None:
    with sqlite.fresh() as url, furnished(create_app(config_for(url), Still())) as site:
        keys = [key.encode() for key in db.session.scalars(select(RoundKey.private_key)) if key is not None]
        assert len(keys) == 2
        places = asked(site, ("opened round", "counted round", "count"))
        # Read as they are: what is taken out of the pages of two worlds may be a key.
        seen = {(who, path): site.persons[who].client.get(path) for who, path in places if who in site.persons}
        assert sum(answer.status_code == 200 for answer in seen.values()) > 50
        assert [where for where, answer in seen.items() if any(key in answer.get_data() for key in keys)] == []
