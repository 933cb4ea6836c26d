"""The only place that asks the time.

Everything else is handed an instant as `at`. Instants are aware and UTC; days are days in Seoul.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Connection, DateTime, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.sql.functions import FunctionElement

SEOUL = ZoneInfo("Asia/Seoul")


class Clock:
    """A clock that can be set ahead or back; only tests and rehearsals ever move it."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


def now() -> datetime:
    """The instant by this process's clock."""
    clock: Clock = current_app.extensions["clock"]
    return clock.now()


class database_clock(FunctionElement[datetime]):
    """The database's clock as a column of any question; `of_database` reads what comes out."""

    type = DateTime(timezone=True)
    inherit_cache = True


@compiles(database_clock)
def _clock_timestamp(_element: database_clock, _compiler: Any, **_options: Any) -> str:
    return "clock_timestamp()"


@compiles(database_clock, "sqlite")
def _strftime(_element: database_clock, _compiler: Any, **_options: Any) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f', 'now')"


def of_database(stamp: datetime) -> datetime:
    """The instant that `database_clock` said, moved as far as this process's clock is."""
    clock: Clock = current_app.extensions["clock"]
    aware = stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
    return aware + clock.offset


def database_now(session: "Session | scoped_session[Session] | Connection") -> datetime:
    """The instant by the database's clock: the one that decides whether a ballot is in time.

    Workers may disagree about the time; the database they share does not.
    """
    return of_database(session.execute(select(database_clock())).scalar_one())


def seoul_day(instant: datetime) -> date:
    return instant.astimezone(SEOUL).date()


def start_of_day(day: date) -> datetime:
    """Midnight in Seoul at the start of `day`, as a UTC instant."""
    return datetime(day.year, day.month, day.day, tzinfo=SEOUL).astimezone(UTC)
