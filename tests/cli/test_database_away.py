"""A DATABASE_URL that is well-formed, and nobody answers there: said in a sentence, whoever asks."""

from dataclasses import replace

import pytest
from flask import Flask

from app.factory import create_app
from tests.actors import ALWAYS
from tests.databases import config_for

NOBODY_THERE = "postgresql+psycopg://somebody:a-password@127.0.0.1:1/hanpyo"


@pytest.fixture
def app() -> Flask:
    return create_app(replace(config_for(NOBODY_THERE), mode="demo"))


@pytest.mark.parametrize(
    "command", [("db", "upgrade"), ("db", "current"), ("demo", "load"), ("outbox", "run"), ("district", "load")]
)
def test_every_command_says_so_in_both_languages_and_fails(app: Flask, command: tuple[str, ...]) -> None:
    done = app.test_cli_runner().invoke(args=command)

    assert done.exit_code == 1
    assert "데이터베이스를 쓸 수 없습니다." in done.stderr and "The database cannot be used." in done.stderr
    assert "Traceback" not in done.output and "a-password" not in done.output
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("path", ["/", "/proposals", "/office/", "/no-such-page"])
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_every_page_answers_come_back_later(app: Flask, path: str, is_signed_in: bool) -> None:
    client = app.test_client()
    if is_signed_in:
        with client.session_transaction() as session:
            session["_user_id"] = "account:token:"
            session["seen"] = int(ALWAYS.timestamp())

    answer = client.get(path)

    if is_signed_in or path in ("/", "/proposals"):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "지금은 잠시 이용할 수 없습니다." in answer.text
    else:
        assert answer.status_code in (302, 404)  # what needs no database is answered without
    assert "Traceback" not in answer.text
