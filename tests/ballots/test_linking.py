"""Nobody finds out whose ballot is whose, not even with all that lies on the disk; and what links them when it is not
guarded against.

Chance alone makes a way of looking seem to say something once in a hundred times or so. One that does say something
says it in every world: so up to four worlds are asked, and what has spoken in all of them links.
"""

import secrets
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.audit.models import SYSTEM
from app.ballots import batches, log_queries, services
from app.ballots import voter_queries as voters
from app.clock import Clock, now
from app.database import db
from app.people.models import Resident
from app.results import services as results
from app.rounds.models import Round
from tests.ballots import adversary
from tests.ballots.adversary import Known
from tests.ballots.elections import picks, published, seated

VOTES = 400
FEW = 60
WORLDS = 4
BOX = {"sqlite": "file: first sealed", "postgresql": "box_ballot: first sealed"}
TABLES = ("participation", "intake_ballot", "box_ballot")


@pytest.fixture(autouse=True)
def quiet(app: Flask) -> None:
    """On PostgreSQL nothing else writes these tables into its log meanwhile."""
    if db.engine.dialect.name == "sqlite":
        return
    set_up(*(f"ALTER TABLE {table} SET (autovacuum_enabled = off)" for table in TABLES))


def set_up(*statements: str) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def vote(round_: Round, how_many: int, before: Known | None = None) -> Known:
    """One after the other. What the adversary knows of them, and of those `before`."""
    db.session.rollback()
    people = [Resident(phone_key=f"phone-{secrets.token_hex(16)}", created_at=now()) for _ in range(how_many)]
    db.session.add_all(people)
    db.session.commit()
    standing, choices = voters.get_standing(round_.id), picks(round_)
    keys = [standing.voter_key(voters.identity_of(person)) for person in people]
    receipts = [
        services.cast_as_resident(round_.id, person, choices, token=secrets.token_hex(16)).receipt for person in people
    ]
    if before is not None:
        keys, receipts = [*before.voters, *keys], [*before.receipts, *receipts]
    return Known(round_.id, keys, receipts)


def tick() -> None:
    db.session.rollback()
    batches.run_due(now())
    if batches.has_traces(now()):
        scrub()


def scrub() -> None:
    db.session.rollback()
    batches.scrub()


def closed_world(clock: Clock) -> tuple[Known, list[int]]:
    """Half of them vote, ten minutes pass, the others vote, voting ends: with all that is done in between."""
    clock.offset = timedelta(0)
    round_ = published(clock)
    seated(round_, 3, 3, "ended")
    known = vote(round_, VOTES // 2)
    tick()
    clock.offset += batches.EVERY
    known = vote(round_, VOTES // 2, known)
    tick()
    clock.offset += max(phase.ends_at for phase in round_.phases) - now() + timedelta(minutes=1)
    results.close_round(round_, at=now(), by=SYSTEM)
    tick()
    db.session.rollback()
    return known, [one.size for one in log_queries.list_checkpoints(round_.id)]


def test_after_the_close_the_full_dump_says_no_more_than_guessing(app: Flask, clock: Clock) -> None:
    spoken: set[str] | None = None
    for _ in range(WORLDS):
        known, sizes = closed_world(clock)
        dump = adversary.dump()
        ensure_box_alone(known, dump)
        found = adversary.looks(known, known.batches(sizes), dump)
        said = {name for name, look in found.items() if look.says_something}
        assert BOX[db.engine.dialect.name] in found and [len(batch) > 0 for batch in known.batches(sizes)] == [True] * 3
        spoken = said if spoken is None else spoken & said
        if not spoken:
            return
    raise AssertionError(spoken)


def ensure_box_alone(known: Known, dump: adversary.Dump) -> None:
    """Every sealed ballot lies on the disk once: in the box. And the log of writes knows neither voters nor ballots."""
    tokens = adversary.tokens(known)
    hits = {name: [token for _, token in adversary.occurrences(tokens, data)] for name, data in dump.items()}
    sealed = sorted(token.place for tokens in hits.values() for token in tokens if token.what == "sealed")
    assert sealed == list(range(VOTES))
    assert {len(hits.get(name, [])) for name in ("pg_wal", "-wal")} == {0}


def test_control_while_the_log_of_writes_is_kept_it_links_every_voter(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, dump = kept_log(app, clock, monkeypatch)
    (name,) = {"pg_wal", "-wal"} & dump.keys()
    found = adversary.looks(known, [set(range(FEW))], {name: dump[name]})
    assert found[f"{name}: first sealed"].tau > 0.9 and found[f"{name}: first sealed"].says_something
    if name == "pg_wal":
        assert found["pg_wal: next to the voter"].matches > 0.9 * FEW


def kept_log(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> tuple[Known, adversary.Dump]:
    """A batch is carried and its traces are taken away, but for those in the log."""
    round_ = published(clock)
    if db.engine.dialect.name == "postgresql":
        monkeypatch.setattr(batches, "_forget_log", lambda _connection: None)
        set_up("SELECT pg_switch_wal()")
        known = vote(round_, FEW)
        tick()
        return known, adversary.dump()
    scrub()
    known = vote(round_, FEW)
    batches.run_due(now())
    return known, adversary.dump()


def test_control_a_table_that_keeps_the_order_of_its_rows_links_every_voter(app: Flask, clock: Clock) -> None:
    """What the intake would be with a rowid: its order is that of voting."""
    round_ = published(clock)
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE plain (receipt VARCHAR(16))"))
    known = vote(round_, FEW)
    db.session.rollback()
    order = {"sqlite": "rowid", "postgresql": "ctid"}[db.engine.dialect.name]
    with db.engine.begin() as connection:
        for receipt in known.receipts:
            connection.execute(text("INSERT INTO plain VALUES (:receipt)"), {"receipt": receipt})
        rows = connection.scalars(text(f"SELECT receipt FROM plain ORDER BY {order}")).all()
    look = adversary.in_order([known.receipts.index(row) for row in rows], [set(range(FEW))])
    assert (look.matches, look.tau, look.says_something) == (FEW, 1.0, True)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_ballot_that_waits_does_not_say_in_which_transaction_it_came_nor_when(app: Flask, clock: Clock) -> None:
    """The control comes first: until the next turn of `tick`, it does."""
    known = vote(published(clock), FEW)
    assert adversary.paired(adversary.in_one_transaction(known)).matches == FEW
    scrub()
    assert adversary.in_one_transaction(known) == {}
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT id, xmin::text FROM intake_ballot ORDER BY ctid")).all()
    assert len({row.xmin for row in rows}) == 1
    assert [row.id for row in rows] == sorted(row.id for row in rows)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_log_of_writes_is_emptied_while_others_have_the_file_open(app: Flask, clock: Clock) -> None:
    vote(published(clock), 3)
    path = str(db.engine.url.database)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM participation").fetchone() == (3,)
        assert adversary.dump()["-wal"]
        scrub()
        assert adversary.dump()["-wal"] == b""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_reads_for_long_keeps_the_log_until_the_next_turn(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PATIENCE", 50)
    round_ = published(clock)
    vote(round_, 3)
    with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM participation").fetchone()
        vote(round_, 3)
        scrub()
        assert adversary.dump()["-wal"]
        reader.execute("COMMIT")
        scrub()
        assert adversary.dump()["-wal"] == b""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_deleted_is_overwritten_in_the_file(app: Flask, clock: Clock) -> None:
    """With its control: the same where it is not asked for leaves ballots in freed pages."""
    assert (copies(clock, "ON"), copies(clock, "OFF") > FEW // 2) == (0, True)


def copies(clock: Clock, secure_delete: str) -> int:
    """How often ballots are still found once all of the intake was taken away."""
    clock.offset = timedelta(0)
    known = vote(published(clock), FEW)
    sealed = [row.sealed[1 : adversary.SEALED_BYTES + 1] for row in known.ballots().values()]
    db.session.rollback()
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection, connection:
        connection.execute(f"PRAGMA secure_delete={secure_delete}")
        connection.execute("DELETE FROM intake_ballot")
    scrub()
    data = adversary.dump()["file"]
    return sum(data.count(one) for one in sealed)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_role_that_may_not_end_the_log_of_writes_goes_on_without(app: Flask, clock: Clock) -> None:
    set_up("CREATE ROLE plain_role")
    try:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET SESSION AUTHORIZATION plain_role")
            with pytest.raises(ProgrammingError, match="pg_switch_wal"):
                connection.exec_driver_sql("SELECT pg_switch_wal()")
            batches._forget_log(connection.connection.dbapi_connection)
            connection.exec_driver_sql("RESET SESSION AUTHORIZATION")
    finally:
        set_up("DROP ROLE plain_role")
