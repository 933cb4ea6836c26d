"""Points at which a process kills itself (SIGKILL): every boundary of what it writes. Only tests load this; the product
has no such switch.

A point is armed by a file of its name in a folder. The first process that comes there takes the file away and dies: one
process, once.
"""

import os
import signal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

COMMIT = "commit"  # all is written, nothing is asked for yet
COMMITTING = "committing"  # PostgreSQL has been asked, and whoever asked will not hear
COMMITTED = "committed"
ANSWER = "answer"  # the answer is ready, and nothing of it is sent


class Failpoints:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def arm(self, point: str) -> None:
        (self.folder / point).touch()

    def is_armed(self, point: str) -> bool:
        return (self.folder / point).exists()

    def come_to(self, point: str) -> None:
        try:
            (self.folder / point).unlink()
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    def load(self) -> None:
        """Into this process, for the rest of its life."""
        event.listen(Engine, "after_cursor_execute", lambda _connection, _cursor, text, *_: self.come_to(said(text)))
        event.listen(Engine, "commit", self._commit)
        event.listen(Session, "after_commit", lambda _session: self.come_to(COMMITTED))

    def _commit(self, connection: Connection) -> None:
        self.come_to(COMMIT)
        if connection.dialect.name == "postgresql" and self.is_armed(COMMITTING):
            line: Any = connection.connection.dbapi_connection
            line.pgconn.send_query(b"COMMIT")
            while line.pgconn.flush():
                pass
            self.come_to(COMMITTING)


def said(statement: str) -> str:
    """What a statement does, as the name of a point: "INSERT participation", "UPDATE round"."""
    words = [word.strip('"') for word in statement.split(maxsplit=3)[:3] if word not in ("INTO", "FROM")]
    return " ".join(words[:2])
