"""The demo's commands where the demo has no place."""

from dataclasses import replace

import pytest
from flask import Flask

from app.audit.models import AuditLine
from app.clock import now
from app.database import db
from app.demo import rules, story
from app.factory import create_app
from app.people.models import Account
from app.programmes.models import Programme
from tests import factories
from tests.databases import config_for


@pytest.mark.parametrize("command", ["load", "signs-in"])
def test_production_refuses(database_url: str, command: str) -> None:
    app = create_app(replace(config_for(database_url), mode="production"))
    done = app.test_cli_runner().invoke(args=["demo", command])
    assert done.exit_code == 1 and "시연 모드에서만" in done.output and rules.PASSWORD not in done.output
    with app.app_context():
        with pytest.raises(rules.NotADemo):
            next(story.load(app.extensions["hanpyo"], at=now()))
        assert [db.session.query(table).count() for table in (Account, Programme, AuditLine)] == [0, 0, 0]
        db.session.remove()
        db.engine.dispose()


def test_somebody_s_account_is_never_given_the_known_password(app: Flask) -> None:
    factories.account(login="admin")
    done = app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 1 and "admin" in done.output.splitlines()[-1]
    db.session.rollback()
    assert [account.password_hash for account in db.session.query(Account)] == ["!"]
    assert not story.is_loaded()
