"""The chain of the book: whoever has the database can take triggers away; what they then do to the lines is named."""

from collections.abc import Callable
from threading import Event, Thread

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.audit import chain
from app.audit import services as audit
from app.audit.models import SYSTEM, AuditHead, AuditLine, AuditLink
from app.clock import Clock, now
from app.crypto.signing import SigningKey
from app.database import db, transaction

READ = audit.declare("test.read", "book", "page")
KEY = SigningKey(bytes(31) + b"\x01")
OTHER = SigningKey(bytes(31) + b"\x02")
KEPT = ("audit_line", "audit_link", "audit_head")


def write(*pages: int) -> None:
    for page in pages:
        with transaction():
            audit.record(READ, 1, at=now(), by=SYSTEM, page=page)


def seal(key: SigningKey = KEY) -> int:
    return chain.seal(key, at=now())


def fault() -> str | None:
    db.session.rollback()
    return chain.find_fault([KEY.verify_key])


def as_superuser(*statements: str) -> None:
    db.session.rollback()
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "sqlite":
            triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'")
            for name in connection.scalars(triggers).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in KEPT:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount > 0


def chained() -> list[tuple[int, int]]:
    """(position, line)"""
    db.session.rollback()
    return [(link.position, link.line_id) for link in db.session.query(AuditLink).order_by(AuditLink.position)]


def test_lines_wait_and_are_chained_each_once_in_the_order_of_their_ids(app: Flask, clock: Clock) -> None:
    write(1, 2, 3)
    assert (seal(), seal(), fault()) == (3, 0, None)
    write(4, 5)
    assert (seal(), fault()) == (2, None)
    ids = [line.id for line in db.session.query(AuditLine).order_by(AuditLine.id)]
    assert chained() == list(enumerate(ids, start=1))
    assert [head.size for head in db.session.query(AuditHead).order_by(AuditHead.number)] == [3, 5]


def test_many_lines_are_chained_some_at_a_time(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "AT_ONCE", 2)
    write(1, 2, 3, 4, 5)
    assert (seal(), fault(), db.session.query(AuditHead).count()) == (5, None, 3)


def test_sealing_leaves_no_line_and_with_nothing_to_chain_nothing_at_all(app: Flask, clock: Clock) -> None:
    assert (seal(), db.session.query(AuditHead).count(), fault()) == (0, 0, None)
    write(1)
    seal()
    assert db.session.query(AuditLine).count() == 1


def test_ids_that_a_rolled_back_write_has_used_up_do_not_break_the_chain(app: Flask, clock: Clock) -> None:
    write(1)
    with pytest.raises(RuntimeError), transaction():
        audit.record(READ, 1, at=now(), by=SYSTEM, page=2)
        raise RuntimeError
    write(3)
    assert (seal(), fault()) == (2, None)
    write(4)
    assert (seal(), fault()) == (1, None)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_line_whose_transaction_took_longer_is_chained_later_and_nobody_waited_for_it(
    app: Flask, clock: Clock
) -> None:
    """Until it has ended no id below is settled, however many heads are made meanwhile. (SQLite has one writer.)"""
    wrote, may_end = Event(), Event()

    def slow() -> None:
        with app.app_context(), transaction():
            audit.record(READ, 1, at=now(), by=SYSTEM, page=0)
            wrote.set()
            assert may_end.wait(30)

    thread = Thread(target=slow)
    thread.start()
    assert wrote.wait(30)
    for page in (1, 2, 3):
        write(page)
        assert seal() == 1
    may_end.set()
    thread.join(30)
    assert (seal(), fault()) == (1, None)
    positions = dict(chained())
    assert positions[4] < min(positions[place] for place in (1, 2, 3))
    write(4)
    assert (seal(), fault()) == (1, None)


TAMPERED: dict[str, tuple[list[str], str]] = {
    "a field changed": (["UPDATE audit_line SET fields = '{\"page\": 9}' WHERE id = 2"], "line 2: does not fit"),
    "a line said to be older": (["UPDATE audit_line SET at = '2026-01-01 00:00:00+00:00' WHERE id = 3"], "line 3: "),
    "somebody else's line": (["UPDATE audit_line SET actor_id = 7 WHERE id = 1"], "line 1: does not fit"),
    "a field that no line of ours holds": (
        ["UPDATE audit_line SET fields = '{\"page\": 1.5}' WHERE id = 2"],
        "line 2: ",
    ),
    "a line taken out": (["DELETE FROM audit_line WHERE id = 2"], "line 2: missing"),
    "the last line taken out": (["DELETE FROM audit_line WHERE id = 5"], "line 5: missing"),
    "two lines exchanged": (
        [
            "UPDATE audit_line SET id = 100 WHERE id = 2",
            "UPDATE audit_line SET id = 2 WHERE id = 4",
            "UPDATE audit_line SET id = 4 WHERE id = 100",
        ],
        "line 2: does not fit",
    ),
    "the last link taken out with its head": (
        [
            "DELETE FROM audit_link WHERE line_id = 5",
            "DELETE FROM audit_head WHERE size = 5",
        ],
        "line 4: beyond the last head",
    ),
    "a line put in before all": (
        [
            "INSERT INTO audit_line (id, at, actor_kind, action, subject_type, fields) "
            "SELECT -1, at, actor_kind, action, subject_type, fields FROM audit_line WHERE id = 1"
        ],
        "line -1: not in the chain",
    ),
    "a line with its link cut out": (
        ["DELETE FROM audit_line WHERE id = 2", "DELETE FROM audit_link WHERE line_id = 2"],
        "line 3: does not fit",
    ),
    "two links exchanged": (
        [
            "UPDATE audit_link SET position = 100 WHERE position = 2",
            "UPDATE audit_link SET position = 2 WHERE position = 3",
            "UPDATE audit_link SET position = 3 WHERE position = 100",
        ],
        "line 3: does not fit",
    ),
    "the end cut off": (
        ["DELETE FROM audit_link WHERE position > 3", "DELETE FROM audit_line WHERE id > 3"],
        "head 2: 5 ≠ 3",
    ),
    "the size of a head": (["UPDATE audit_head SET size = 2 WHERE number = 1"], "head 1: does not fit"),
    "the note of a head": (
        ["UPDATE audit_head SET note = replace(note, 'settled 0', 'settled 1') WHERE number = 1"],
        "head 1: ",
    ),
    "a head taken out": (["DELETE FROM audit_head WHERE number = 2"], "line 4: beyond the last head"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_a_superuser_does_to_the_book_is_named(app: Flask, clock: Clock, what: str) -> None:
    statements, named = TAMPERED[what]
    write(1, 2, 3)
    seal()
    write(4, 5)
    seal()
    assert fault() is None
    as_superuser(*statements)
    found = fault()
    assert found is not None and found.startswith(named)


def test_a_line_put_into_a_gap_is_named_and_never_taken_into_the_chain(app: Flask, clock: Clock) -> None:
    write(1, 2, 3)
    as_superuser("DELETE FROM audit_line WHERE id = 2")  # as a write that was rolled back leaves its id
    seal()
    write(4)
    seal()
    assert fault() is None
    as_superuser(
        "INSERT INTO audit_line (id, at, actor_kind, action, subject_type, fields) "
        "SELECT 2, at, actor_kind, action, subject_type, fields FROM audit_line WHERE id = 1"
    )
    assert (fault(), seal(), fault()) == ("line 2: not in the chain", 0, "line 2: not in the chain")


def test_a_chain_made_anew_by_somebody_without_the_servers_key_is_named(app: Flask, clock: Clock) -> None:
    write(1, 2, 3)
    seal()
    as_superuser("UPDATE audit_line SET actor_id = 7 WHERE id = 2", "DELETE FROM audit_link", "DELETE FROM audit_head")
    seal(OTHER)
    assert fault() == "head 1: not signed by a key of ours"
    assert chain.find_fault([OTHER.verify_key]) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda: db.session.query(AuditLink).delete(),
        lambda: db.session.query(AuditHead).delete(),
        lambda: db.session.query(AuditLink).update({"hash": "0" * 64}),
        lambda: db.session.query(AuditHead).update({"size": 0}),
    ],
)
def test_the_database_refuses_to_change_the_chain(app: Flask, clock: Clock, change: Callable[[], None]) -> None:
    write(1)
    seal()
    with pytest.raises(DatabaseError, match="never changed"):
        change()
    assert (fault(), len(chained())) == (None, 1)


def test_lines_that_were_written_before_there_was_a_chain_are_taken_into_it(app: Flask, clock: Clock) -> None:
    write(1, 2)
    db.session.remove()
    downgrade(revision="0004_sealed_box")
    upgrade()
    assert (seal(), fault()) == (2, None)
