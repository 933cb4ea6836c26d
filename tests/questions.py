"""What a request asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.database import db


@contextmanager
def questions() -> Iterator[list[str]]:
    """The SELECT statements that are sent meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    db.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        db.event.remove(db.engine, "before_cursor_execute", note)
