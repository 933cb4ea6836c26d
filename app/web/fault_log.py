"""What stands in the log of an error that the database raised: never a row's values.

A ballot's choices lie beside no name and no hour in the database, so they must not stand beside both in a log; nor may
phones and codes. SQLAlchemy hides the parameters (`hide_parameters`), but PostgreSQL's own DETAIL repeats the row.
"""

import logging
import sqlite3
import traceback
from collections.abc import Iterator

import psycopg
from flask import Flask, current_app
from sqlalchemy.exc import StatementError


def register(app: Flask) -> None:
    app.logger.addFilter(_without_values)


def _without_values(record: logging.LogRecord) -> bool:
    """Changes the text of the error; the line itself is always kept."""
    error = record.exc_info[1] if record.exc_info else None
    chain = list(_chain(error))
    if any(isinstance(one, StatementError | psycopg.Error) for one in chain):
        record.exc_text = "\n".join(_told(one) for one in reversed(chain))
        record.exc_info = None
    return True


def note_away(error: BaseException | None) -> None:
    """One line each time somebody was told to come back later: which error, and PostgreSQL's or SQLite's own sentence.
    Not who asked, nor for what."""
    kinds = [f"{type(one).__name__}: {_said(one)}".removesuffix(": ") for one in _chain(error)]
    current_app.logger.warning("503, the database is away: %s", " < ".join(kinds))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it came of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _told(error: BaseException) -> str:
    where = "".join(traceback.format_tb(error.__traceback__))
    return f"{where}{type(error).__module__}.{type(error).__qualname__}: {_said(error)}"


def _said(error: BaseException) -> str:
    """PostgreSQL's first sentence, SQLite's only one; of all that stands around them, nothing."""
    if isinstance(error, psycopg.Error):
        return error.diag.message_primary or ""
    return str(error) if isinstance(error, sqlite3.Error) else ""
