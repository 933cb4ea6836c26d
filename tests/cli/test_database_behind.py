"""A database without the migrations: every command says which command comes first."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.cli import commands
from app.database import db
from tests.tally.pb_text import FOLDER


@pytest.mark.parametrize(
    "command",
    [
        ("accounts", "create-admin", "admin1", "--name", "최관리", "--password", "a-long-enough-password"),
        ("outbox", "run"),
        ("district", "load"),
        ("results", "list"),
        ("results", "bundle", "1", "--out", "bundle.zip"),
        ("pb", "import", str(FOLDER / "approval.pb")),
    ],
)
def test_every_command_on_an_empty_database_says_what_to_run(app: Flask, command: tuple[str, ...]) -> None:
    db.drop_all()
    done = app.test_cli_runner().invoke(args=command)
    assert (done.exit_code, done.stderr) == (1, f"Error: {commands.BEHIND}\n")
    assert "flask --app wsgi db upgrade" in done.stderr


def test_so_it_does_on_one_that_lacks_a_column(app: Flask) -> None:
    db.session.execute(text("ALTER TABLE message RENAME COLUMN due_at TO due_when"))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["outbox", "run"])
    assert (done.exit_code, done.stderr) == (1, f"Error: {commands.BEHIND}\n")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_another_fault_of_ours_is_not_taken_for_that(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cli.results.rounds.list_rounds", lambda: db.session.execute(text("SELEKT 1")))
    assert isinstance(app.test_cli_runner().invoke(args=["results", "list"]).exception, ProgrammingError)
