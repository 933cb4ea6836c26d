"""Flask's own command line, with ours added: thin over the rooms' services."""

from collections.abc import Callable
from copy import copy
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from psycopg.errors import UndefinedColumn, UndefinedTable
from sqlalchemy.exc import DBAPIError

from app.cli.accounts import accounts
from app.cli.applications import applications
from app.cli.box import box
from app.cli.demo import demo
from app.cli.district import district
from app.cli.doctor import doctor
from app.cli.erase import erase
from app.cli.outbox import outbox
from app.cli.pb import pb
from app.cli.preflight import preflight
from app.cli.proposals import proposals
from app.cli.results import results
from app.cli.roll import roll
from app.cli.tick import tick
from app.database import PoolExhausted, is_away

COMMANDS: tuple[click.Command, ...] = (
    accounts,
    applications,
    box,
    demo,
    district,
    doctor,
    erase,
    outbox,
    pb,
    preflight,
    proposals,
    results,
    roll,
    tick,
)
AWAY = (
    "데이터베이스를 쓸 수 없습니다. DATABASE_URL과 데이터베이스 서버를 확인해 주세요. / "
    "The database cannot be used. Check DATABASE_URL and the database server. ({reason})"
)

BEHIND = (
    "데이터베이스에 아직 표가 없거나 옛것입니다. 먼저 flask --app wsgi db upgrade 를 실행해 주세요. / "
    "The database has no tables yet, or old ones: run `flask --app wsgi db upgrade` first."
)


class Commands(AppGroup):
    """Whatever the command, ours or an extension's: a database that is away, or not up to date, is told in a sentence,
    with exit 1. The group `db` is brought by Flask-Migrate when it is asked for."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app.cli.name, commands=app.cli.commands)
        self.app = app

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._bring_migrations()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name == "db":
            self._bring_migrations()
        command = super().get_command(ctx, name)
        if command is None:
            return None
        telling = copy(command)
        telling.invoke = _telling(command.invoke)  # type: ignore[method-assign]
        return telling

    def _bring_migrations(self) -> None:
        _ = self.app.extensions["migrate"].migrate  # asked for anything of its own, it comes with its commands


def _telling(invoke: Callable[[click.Context], Any]) -> Callable[[click.Context], Any]:
    def told(ctx: click.Context) -> Any:
        try:
            return invoke(ctx)
        except (DBAPIError, PoolExhausted) as error:
            if isinstance(error, DBAPIError) and _is_behind(error):
                raise click.ClickException(BEHIND) from error
            if not is_away(error):
                raise
            reason = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
            raise click.ClickException(AWAY.format(reason=reason)) from error

    return told


def _is_behind(error: DBAPIError) -> bool:
    """Whether a table or a column that we ask for is not there."""
    return isinstance(error.orig, UndefinedTable | UndefinedColumn) or str(error.orig).startswith("no such ")


def register(app: Flask) -> None:
    app.cli = Commands(app)
    for command in COMMANDS:
        app.cli.add_command(command)
