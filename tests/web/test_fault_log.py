"""An error of the database is logged with its place and its kind, and without a value of the row."""

import pytest
from flask import Flask
from sqlalchemy import text

from app.ballots.models import IntakeBallot
from app.clock import Clock
from app.database import db
from tests import factories
from tests.actors import Person
from tests.ballots.elections import picks, published
from tests.web.voting.test_ballot import cast, open_ballot, to_check

PHONE = "010-1234-5678"
REFUSALS = {  # PostgreSQL's tells the whole row that was refused
    "sqlite": "CREATE TRIGGER full_up BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'CHECK full_up'); END",
    "postgresql": "ALTER TABLE {table} ADD CONSTRAINT full_up CHECK (false) NOT VALID",
}


def refuse_rows(app: Flask, table: str) -> None:
    """From now on, as a server that nobody tests answers."""
    db.session.execute(text(REFUSALS[db.engine.dialect.name].format(table=table)))
    db.session.commit()
    app.config["PROPAGATE_EXCEPTIONS"] = False


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """What was written, and what another handler would write of the same records."""
    assert all(record.exc_info is None for record in caplog.records)
    return caplog.text


def test_choices_are_not_logged(app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    round_ = published(clock)
    chosen = picks(round_)
    person, page = open_ballot(app, round_)
    check = to_check(person, page, chosen)
    refuse_rows(app, IntakeBallot.__tablename__)
    assert cast(person, check).status == 500
    said = logged(caplog)
    assert f"Exception on /vote/{round_.id}" in said and "IntegrityError" in said and "full_up" in said
    assert "in put" in said  # where it happened
    for form in (str(chosen), *(f'"{code}"' for code in chosen), "Failing row", "DETAIL", "parameters: ("):
        assert form not in said


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_answer_of_come_back_later_leaves_a_line_that_names_nobody(
    app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    round_ = published(clock)
    chosen = picks(round_)
    person, page = open_ballot(app, round_)
    check = to_check(person, page, chosen)
    db.session.execute(text("PRAGMA query_only = 1"))  # as a disk that can be read and not be written
    assert cast(person, check).status == 503
    (record,) = caplog.records
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    said = record.getMessage()
    assert said.startswith("503, the database is away: OperationalError") and "readonly" in said
    for form in ("/vote", str(round_.id), *chosen, "parameters"):
        assert form not in said.replace("503", "")


@pytest.mark.parametrize("table", ["sign_in_code", "message"])
def test_phones_and_codes_are_not_logged(app: Flask, caplog: pytest.LogCaptureFixture, table: str) -> None:
    person = Person(app)
    page = person.get("/sign-in")
    refuse_rows(app, table)
    assert person.submit(page, button="인증번호 받기", phone=PHONE).status == 500
    said = logged(caplog)
    assert "Exception on /sign-in" in said and "IntegrityError" in said
    for form in ("Failing row", "DETAIL", "12345678", "1234-5678", "인증번호"):
        assert form not in said


def test_other_errors_are_logged_as_ever(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("this one says why")
    except ValueError:
        app.logger.exception("It broke")
    assert "ValueError: this one says why" in caplog.text


def test_an_error_that_came_of_the_database_s_repeats_nothing_either(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    refuse_rows(app, "resident")
    try:
        try:
            factories.resident()
        except Exception as error:
            raise ValueError(str(error)) from error
    except ValueError:
        app.logger.exception("It broke")
    assert "ValueError" in caplog.text and "full_up" in caplog.text and "Failing row" not in caplog.text
