"""The database: naming, column types, and the one way to write.

Readers use `db.session` as it is. Writers open `transaction()`: it starts afresh (on SQLite with
`BEGIN IMMEDIATE`, so that two writers queue instead of failing half way), forgets what was read
before, commits once, and refuses to commit a write that left no audit line.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from select import POLLIN, poll
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction, TransactionTimeout
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    event,
    func,
    select,
)
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry, Pool

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Model, session_options={"autoflush": True})

PATIENCE = 10.0  # seconds that a writer waits for its turn on SQLite
GLANCE = 0.001  # seconds between two looks at whether it has come
ISOLATION = "READ COMMITTED"  # of PostgreSQL, whatever its own default is
SQLITE_PRAGMAS = (
    "foreign_keys=ON",
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    f"busy_timeout={PATIENCE * 1000:.0f}",
)

Id = BigInteger().with_variant(Integer(), "sqlite")
Won = BigInteger


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite keeps it without a zone; what comes out is aware on both."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def state_column(**options: Any) -> Any:
    """A column for one word out of a state table; pair it with `one_of`."""
    return mapped_column(String(24), nullable=False, **options)


def one_of(column: str, words: tuple[str, ...], *, nullable: bool = False) -> CheckConstraint:
    """The database's half of a state table: `column` holds one of `words`."""
    listed = ", ".join(f"'{word}'" for word in words)
    rule = f"{column} IN ({listed})"
    return CheckConstraint(f"{column} IS NULL OR {rule}" if nullable else rule, name=f"{column}_known")


# PostgreSQL's words for "not now" that its driver counts among the errors of a program.
_NOT_NOW = (ReadOnlySqlTransaction, IdleInTransactionSessionTimeout, TransactionTimeout)


def is_away(error: BaseException | None) -> bool:
    """Whether the database is away, busy, full or only to be read: nothing is wrong with what was asked of it, and
    asking again is right. (Only a line that breaks during a commit leaves open whether that came to pass.)"""
    if isinstance(error, OperationalError | PoolExhausted):
        return True
    return isinstance(error, DBAPIError) and (error.connection_invalidated or isinstance(error.orig, _NOT_NOW))


class UnauditedWrite(RuntimeError):
    """A transaction changed rows and left no audit line. A fault of ours, never of the person."""


T = TypeVar("T")
_writing: ContextVar[bool] = ContextVar("hanpyo_writing", default=False)


@contextmanager
def transaction() -> Iterator[None]:
    """One use case, one commit. An inner `transaction()` joins the outer one."""
    session = db.session()
    if session.info.get("in_transaction"):
        yield
        session.flush()  # what follows in the outer one may lock, and so read again, what was written here
        return
    if session.new or session.dirty or session.deleted:
        raise UnauditedWrite("rows were changed outside a transaction()")
    _forget(session)
    session.info.update(in_transaction=True, wrote=False, audited=0)
    token = _writing.set(True)
    try:
        yield
        session.flush()
        if session.info["wrote"] and not session.info["audited"]:
            raise UnauditedWrite("a write left no audit line")
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)
        session.info["in_transaction"] = False


def _forget(session: Session) -> None:
    """What was read before may be stale: guards inside read again. SQLite has to begin anew for that, as a writer.
    PostgreSQL shows every statement what is committed by then (`ISOLATION`), and is spared two round trips."""
    if session.get_bind().dialect.name == "sqlite":
        session.rollback()
    else:
        session.expire_all()


def is_in_transaction() -> bool:
    """Whether what is written now is seen by others only at the end of somebody's `transaction()`."""
    return bool(db.session.info.get("in_transaction"))


def lock(row: T) -> T:
    """Read `row` again and hold it until the commit, so that its state cannot move under a guard."""
    db.session.refresh(row, with_for_update={"of": type(row)})
    return row


def lock_name(name: str) -> None:
    """Hold `name` until the commit, where there is no row yet to hold. (On SQLite the one writer holds all.)"""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def hold(row: T) -> T:
    """Like `lock`, but others may hold the row as well: it only keeps it from being changed until the commit."""
    db.session.refresh(row, with_for_update={"read": True, "of": type(row)})
    return row


def _note_flush(session: Session, _context: Any) -> None:
    changed = (row for row in session.dirty if session.is_modified(row))
    if session.new or session.deleted or any(True for _ in changed):
        session.info["wrote"] = True


def _note_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info["wrote"] = True


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # BEGIN is ours: see _begin
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _ensure_not_hung_up(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """A server that went away has closed the line: there is something to read, though nothing was asked. Seen
    without asking the server, which a ping would do once more for every request. A line that was opened just now has
    not lain anywhere: should it be closed already, its first question says so."""
    has_lain = record.info.get("has_lain", False)
    record.info["has_lain"] = True
    if isinstance(connection, sqlite3.Connection) or not has_lain:
        return
    line = poll()
    line.register(connection, POLLIN)
    if line.poll(0):
        raise DisconnectionError


def _begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if _writing.get():
        _wait_for_turn(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _wait_for_turn(connection: Connection) -> None:
    """SQLite itself sleeps longer the longer it has waited, so that under load the unluckiest writer waits for
    seconds while others pass by. Here all look equally often, and each has the same chance at every turn."""
    until = time.monotonic() + PATIENCE
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while _is_taken(driver) and time.monotonic() < until:
            time.sleep(GLANCE)
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # what is wrong is said by SQLAlchemy's own error
    finally:
        driver.execute(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")


def _is_taken(driver: Any) -> bool:
    """Begins, unless another writer is at it (or the database cannot be written to)."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return bool(error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY)
    return False


event.listen(Engine, "connect", _prepare_sqlite)
event.listen(Engine, "begin", _begin)
event.listen(Pool, "checkout", _ensure_not_hung_up)
event.listen(Session, "before_flush", lambda session, context, _instances: _note_flush(session, context))
event.listen(Session, "do_orm_execute", _note_statement)
