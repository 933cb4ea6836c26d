"""flask accounts create-admin"""

import pytest
from flask import Flask

from app.audit.models import AuditLine
from app.database import db
from app.people import queries, services
from app.people.models import ADMIN_ROLE, Account
from tests import factories
from tests.databases import config_for

GOOD = "a-long-enough-password"


def create_admin(app: Flask, login: str, password: str, name: str = "최관리") -> tuple[int, str]:
    arguments = ["accounts", "create-admin", login, "--name", name, "--password", password]
    result = app.test_cli_runner().invoke(args=arguments)
    return result.exit_code, result.output


def test_the_first_administrator_is_made_by_command_and_can_sign_in(app: Flask) -> None:
    code, output = create_admin(app, "admin1", GOOD)
    assert code == 0, output
    key = config_for("sqlite://").identity_key
    account = services.check_password("admin1", GOOD, key=key, at=app.extensions["clock"].now())
    assert [grant.role for grant in account.roles] == [ADMIN_ROLE]
    actions = {line.action for line in db.session.query(AuditLine)}
    assert {"account.create", "role.grant"} <= actions


@pytest.mark.parametrize(("login", "password"), [("admin1", "short"), ("", GOOD), ("admin1", "admin1admin1")])
def test_a_refused_administrator_leaves_nothing(app: Flask, login: str, password: str) -> None:
    if password == "admin1admin1":
        create_admin(app, "admin1", GOOD)
    before = db.session.query(Account).count()
    code, output = create_admin(app, login, password)
    assert (code, db.session.query(Account).count()) == (1, before)
    assert "Traceback" not in output


@pytest.mark.parametrize("name", ["", " ", "가" * 61, "김\x00관리", "김\n관리", "김\u2028관리"])
def test_a_name_is_1_to_60_characters_without_control_characters(app: Flask, name: str) -> None:
    code, output = create_admin(app, "admin1", GOOD, name)
    assert (code, db.session.query(Account).count(), db.session.query(AuditLine).count()) == (1, 0, 0)
    assert "이름은 60자까지" in output and "A name has 1 to 60 characters" in output


def test_blanks_around_a_name_are_not_part_of_it(app: Flask) -> None:
    assert create_admin(app, "admin1", GOOD, f"  {'가' * 60} ")[0] == 0
    assert db.session.query(Account).one().name == "가" * 60


def test_an_administrator_who_has_lost_the_second_factor_is_let_in_by_command(app: Flask) -> None:
    create_admin(app, "admin1", GOOD)
    factories.passkey(find("admin1"))
    runner = app.test_cli_runner()
    assert runner.invoke(args=["accounts", "reset-factor", "nobody", "--yes"]).exit_code == 1
    assert runner.invoke(args=["accounts", "reset-factor", "admin1"], input="n\n").exit_code == 1
    assert queries.has_factor(find("admin1").id)
    done = runner.invoke(args=["accounts", "reset-factor", "Admin1", "--yes"])
    assert (done.exit_code, "다음 로그인에서 새로" in done.output) == (0, True)
    db.session.rollback()
    assert not queries.has_factor(find("admin1").id)
    line = db.session.query(AuditLine).filter_by(action="factor.reset").one()
    assert (line.actor_kind, line.fields) == ("system", {"login": "admin1", "app": 0, "passkeys": 1, "codes": 0})


def find(login: str) -> Account:
    account = queries.find_account(login)
    assert account is not None
    return account
