"""A real disk that is really full: a small file system in memory, with a filler on it. What needs no mounting is in
`test_not_now.py`."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from app.clock import Clock
from app.database import db
from app.factory import create_app
from tests.ballots.elections import census, published
from tests.conftest import Browser
from tests.databases import Postgresql, Sqlite, config_for
from tests.faults.test_not_now import MOST_THAT_FIT, at_the_check_page, ensure_put_off, ensure_received, execute
from tests.web.voting.test_ballot import cast

SIZE = 8 * 1024**2
MOST_ON_A_PAGE = MOST_THAT_FIT * 2  # PostgreSQL's pages are twice as large


@pytest.fixture
def disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hanpyo-small-") as name:
        os.chmod(name, 0o755)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=777", "none", name], check=False)
        if mounted.returncode:
            pytest.skip("this user may not mount")
        yield Path(name)
        subprocess.run(["umount", "--lazy", name], check=True)


def fill(disk: Path) -> Path:
    """To the last byte; taking the file away makes room again."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass
    return filler


def ensure_put_off_until_there_is_room(app: Flask, clock: Clock, disk: Path) -> None:
    round_ = published(clock)
    voters = [at_the_check_page(app, round_) for _ in range(MOST_ON_A_PAGE)]
    db.session.rollback()
    filler = fill(disk)
    for person, check in voters:
        before, answer = census(), cast(person, check)
        if answer.status == 503:
            break
        ensure_received(answer)
    ensure_put_off(answer)
    assert census() == before
    filler.unlink()
    ensure_received(cast(person, check))
    assert census()["participation"] == before["participation"] + 1


def test_a_full_disk_under_sqlite_puts_the_voter_off_until_there_is_room(
    sqlite: Sqlite, disk: Path, clock: Clock
) -> None:
    with sqlite.fresh() as url:
        file = shutil.copy(url.removeprefix("sqlite:///"), disk)
    app = create_app(config_for(f"sqlite:///{file}"), clock)
    app.test_client_class = Browser
    with app.app_context():
        ensure_put_off_until_there_is_room(app, clock, disk)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def tablespace(postgresql: Postgresql, disk: Path) -> Iterator[str]:
    """On the small disk; it goes after the database that has tables there."""
    folder = disk / "tables"
    folder.mkdir()
    shutil.chown(folder, postgresql.folder.joinpath("data").owner())
    with psycopg.connect(postgresql.admin_uri, autocommit=True) as admin:
        admin.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
        yield "small"
        admin.execute("DROP TABLESPACE small")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_full_disk_under_postgresql_puts_the_voter_off_until_there_is_room(
    tablespace: str, app: Flask, clock: Clock, disk: Path
) -> None:
    execute(f"ALTER TABLE intake_ballot SET TABLESPACE {tablespace}")
    ensure_put_off_until_there_is_room(app, clock, disk)
