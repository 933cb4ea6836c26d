"""A database that was restarted, or an operator who ended its sessions, costs nobody a request."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from app.database import db
from app.factory import create_app
from tests.databases import Postgresql, config_for


@pytest.fixture
def app(postgresql: Postgresql) -> Iterator[Flask]:
    with postgresql.fresh() as url:
        app = create_app(config_for(url))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def own_session(connection: Connection) -> int:
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_a_connection_that_the_server_has_closed_is_replaced_before_it_is_used(app: Flask) -> None:
    with db.engine.connect() as operator:
        with db.engine.connect() as one, db.engine.connect() as two:
            lying_in_the_pool = [own_session(one), own_session(two)]
        for session in lying_in_the_pool:
            ended = operator.execute(text("SELECT pg_terminate_backend(:session, 5000)"), {"session": session})
            assert ended.scalar_one() is True
        with db.engine.connect() as one, db.engine.connect() as two:
            assert not {own_session(one), own_session(two)} & set(lying_in_the_pool)
