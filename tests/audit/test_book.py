"""The book of writes: declared fields and no others, never changed, and no write without its line."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DatabaseError

from app.audit import queries
from app.audit import services as audit
from app.audit.models import SYSTEM, VOTER, Actor, AuditLine
from app.clock import Clock
from app.database import UnauditedWrite, db, transaction
from app.people.models import Department
from tests import factories

OPEN = audit.declare("book.open", "book", "title", "pages")
SHUT = audit.declare("book.shut", "book")


def write(clock: Clock, *, by: Actor = SYSTEM, subject: int | None = 7, **fields: Any) -> None:
    with transaction():
        audit.record(OPEN, subject, at=clock.now(), by=by, **{"title": "책", "pages": 3, **fields})


def test_a_line_says_when_who_what_of_which_and_how(app: Flask, clock: Clock) -> None:
    at = clock.now()
    with transaction():
        audit.record(OPEN, 7, at=at, by=Actor("account", 3), title="책", pages=None)
    line = db.session.query(AuditLine).one()
    assert (line.at, line.actor_kind, line.actor_id) == (at, "account", 3)
    assert (line.action, line.subject_type, line.subject_id) == ("book.open", "book", 7)
    assert line.fields == {"title": "책", "pages": None}


@pytest.mark.parametrize(
    "fields",
    [{}, {"title": "책"}, {"title": "책", "pages": 1, "reader": "김"}, {"title": "책", "pages": 1.5},
     {"title": ["책"], "pages": 1}, {"title": b"x", "pages": 1}],
)  # fmt: skip
def test_a_line_holds_the_declared_fields_as_plain_values_and_nothing_else(
    app: Flask, clock: Clock, fields: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"book\.open"), transaction():
        audit.record(OPEN, 7, at=clock.now(), by=SYSTEM, **fields)
    assert db.session.query(AuditLine).count() == 0


def test_an_action_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        audit.declare("book.open", "book")


def test_every_action_of_ours_is_a_noun_and_a_verb(app: Flask) -> None:
    for name in audit.ACTIONS:
        assert len(name.split(".")) == 2 and name == name.lower() and len(name) <= 60, name


def by_insert() -> None:
    db.session.execute(insert(Department).values(name_ko="새 부서", name_en="New"))


def by_object() -> None:
    db.session.add(Department(name_ko="새 부서", name_en="New"))


def by_update() -> None:
    db.session.execute(update(Department).values(name_en="Other"))


def by_attribute() -> None:
    db.session.query(Department).one().name_en = "Other"


def by_delete() -> None:
    db.session.execute(delete(Department))


def by_object_delete() -> None:
    db.session.delete(db.session.query(Department).one())


@pytest.mark.parametrize("change", [by_insert, by_object, by_update, by_attribute, by_delete, by_object_delete])
def test_a_write_without_its_line_is_undone(app: Flask, clock: Clock, change: Callable[[], None]) -> None:
    factories.department("공원녹지과")
    with pytest.raises(UnauditedWrite), transaction():
        change()
    rows = [(row.name_ko, row.name_en) for row in db.session.query(Department)]
    assert rows == [("공원녹지과", "Parks Division")]
    with transaction():
        change()
        audit.record(SHUT, None, at=clock.now(), by=SYSTEM)
    assert [(row.name_ko, row.name_en) for row in db.session.query(Department)] != rows


def test_reading_needs_no_line(app: Flask) -> None:
    factories.department()
    with transaction():
        assert db.session.query(Department).count() == 1


def test_a_change_made_outside_a_transaction_is_not_let_in(app: Flask) -> None:
    factories.department()
    by_attribute()
    with pytest.raises(UnauditedWrite, match="outside"), transaction():
        pass
    db.session.rollback()


def test_a_line_and_its_write_are_kept_together_or_not_at_all(app: Flask, clock: Clock) -> None:
    with pytest.raises(RuntimeError, match="power"), transaction():
        by_object()
        audit.record(SHUT, None, at=clock.now(), by=SYSTEM)
        raise RuntimeError("power cut")
    assert (db.session.query(AuditLine).count(), db.session.query(Department).count()) == (0, 0)


def bulk_update() -> None:
    db.session.execute(update(AuditLine).values(action="nothing.happened"))


def bulk_delete() -> None:
    db.session.execute(delete(AuditLine))


def legacy_bulk_delete() -> None:
    db.session.query(AuditLine).delete()


def object_update() -> None:
    db.session.query(AuditLine).one().fields = {}
    db.session.flush()


def object_delete() -> None:
    db.session.delete(db.session.query(AuditLine).one())
    db.session.flush()


@pytest.mark.parametrize("forge", [bulk_update, bulk_delete, legacy_bulk_delete, object_update, object_delete])
def test_the_database_refuses_to_change_the_book(app: Flask, clock: Clock, forge: Callable[[], None]) -> None:
    write(clock)
    with pytest.raises(DatabaseError, match="never changed"):
        forge()
    db.session.rollback()
    line = db.session.query(AuditLine).one()
    assert (line.action, line.fields["title"]) == ("book.open", "책")


def test_postgresql_refuses_to_empty_the_book(app: Flask, clock: Clock) -> None:
    write(clock)
    statement = "TRUNCATE audit_line" if db.engine.name == "postgresql" else "DELETE FROM audit_line"
    with pytest.raises(DatabaseError, match="never changed"):
        db.session.execute(text(statement))
    db.session.rollback()
    assert db.session.query(AuditLine).count() == 1


def test_lines_are_found_by_what_who_and_which_newest_first(app: Flask, clock: Clock) -> None:
    write(clock, by=Actor("account", 3), subject=1)
    write(clock, by=Actor("account", 4), subject=2)
    write(clock, by=VOTER, subject=None)
    with transaction():
        audit.record(SHUT, 1, at=clock.now(), by=SYSTEM)

    def found(**wanted: Any) -> list[tuple[str, int | None]]:
        lines = list(queries.list_lines(queries.Wanted(**wanted), 1))
        assert lines == list(queries.each_line(queries.Wanted(**wanted)))
        return [(line.actor_kind, line.subject_id) for line in lines]

    assert found() == [("system", 1), ("voter", None), ("account", 2), ("account", 1)]
    assert found(action="book.open", subject_id=1) == [("account", 1)]
    assert found(actor_kind="account", actor_id=4) == [("account", 2)]
    assert found(subject_type="book", actor_kind="voter") == [("voter", None)]
    assert found(subject_type="nothing") == []


def test_what_was_called_otherwise_once_is_found_by_its_name_of_today(app: Flask, clock: Clock) -> None:
    for subject in ("meeting", "general_meeting", "book"):
        with transaction():
            audit.record(audit.Action("meeting.open", subject, frozenset()), 1, at=clock.now(), by=SYSTEM)
    lines = queries.each_line(queries.Wanted(subject_type="meeting", subject_id=1))
    assert [line.subject_type for line in lines] == ["general_meeting", "meeting"]
