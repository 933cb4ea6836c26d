"""The only place that asks the time.

Everything else is handed an instant as `at`. Instants are aware and UTC; days are days in Seoul.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session, scoped_session

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


def database_now(session: "Session | scoped_session[Session] | Connection") -> datetime:
    """The instant by the database's clock: the one that decides whether a ballot is in time.

    Workers may disagree about the time; the database they share does not.
    """
    clock: Clock = current_app.extensions["clock"]
    bind = session.get_bind() if not isinstance(session, Connection) else session
    if bind.dialect.name == "sqlite":
        stamp = session.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
        instant = datetime.fromisoformat(stamp).replace(tzinfo=UTC)
    else:
        instant = session.execute(text("SELECT clock_timestamp()")).scalar_one().astimezone(UTC)
    return instant + clock.offset


def seoul_day(instant: datetime) -> date:
    return instant.astimezone(SEOUL).date()


def start_of_day(day: date) -> datetime:
    """Midnight in Seoul at the start of `day`, as a UTC instant."""
    return datetime(day.year, day.month, day.day, tzinfo=SEOUL).astimezone(UTC)
